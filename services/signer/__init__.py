"""Signer: says, with a key of its own, how far each log had come and what it then held.

Whoever keeps the entries does not sign, and whoever signs does not keep them. The signer is a process apart, with a
folder of its own: its keys, and what it last signed of each log. It asks audit for the exact bytes of every new leaf,
hashes them itself onto what it remembers, and signs only where audit's tree has become the same.
It never signs a smaller tree than before or another history: it stops, and raises an alarm. What has been published
and then lost cannot be mended in silence; the way on is a log of another name, whose first leaf tells of the break.
Has no database, no stream and no port.
"""
