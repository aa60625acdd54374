"""Witness: somebody outside who follows logs, and says with a key of their own that they have only grown.

Runs on a machine of the auditor's or another organisation's, never on the fund's. It reads checkpoints and tiles over
HTTP as anybody may (c2sp.org/tlog-tiles), checks that each follows from the one before, and cosigns it
(c2sp.org/tlog-cosignature). Whoever trusts it knows then that nobody was shown another history.
What it last cosigned is on its own disk. It never cosigns a shorter log or another history: it keeps both checkpoints,
which together prove what was done, and says no more about that log.
Knows nothing of the house, and works with any log of that kind.
"""
