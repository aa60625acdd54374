"""What the services stand on: the embedded database and broker, their preparation, and the container files.

Nothing here imports a service; what it must know of them is the table in `estate`.
"""
