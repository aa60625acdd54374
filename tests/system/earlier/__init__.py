"""A data folder that an earlier version made, kept small: what somebody has on disk must open in every later one.

One archive for each version kept (`<commit>.tar.xz`), made from a folder in which that version had played its demo's
round and was stopped:

    git worktree add /tmp/earlier <commit>           # and there, with that version's own code:
    python -m services up --demo --data /tmp/house   # until the round is done, then Ctrl-C
    python -m tests.system.earlier /tmp/house <commit>

It holds each database as pg_dump wrote it, the folders of secrets, of files and of the signer, and `kept.json`: what
the trail had come to. The streams are left out, because the journals fill them again. The secrets are those of a house
that was made up for this and thrown away: they open nothing else.
"""
