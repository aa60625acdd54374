"""The access log: who looked at which case, when, in which role and through what. Apart from the trail, and forgotten
sooner.

The door and the pages see every read with whoever reads; services say with their answer which case it was about. What
was read is never kept here, only that it was.
"""
