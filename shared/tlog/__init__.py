"""The log as outsiders know it: signed notes, checkpoints, cosignatures and tiles, after the specifications of C2SP.

c2sp.org/signed-note, tlog-checkpoint, tlog-cosignature and tlog-tiles say what the bytes are. Nothing here reads or
writes anything; only `ed25519` needs more than the standard library.
"""
