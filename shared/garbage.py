"""Garbage collection, told what this process is like: what is made at the start lives as long as the process does.

Without this, a good tenth of a busy house's time goes to looking through the same long-lived things over and over.
"""

from __future__ import annotations

import gc

NEW_MAX = 10_000
"""Things made since the last look at the youngest; one request makes hundreds, and nearly all die by themselves."""

YOUNG_LOOKS_MAX = 20
MIDDLE_LOOKS_MAX = 50


def settle() -> None:
    """Once everything is open: sets what there is apart, and looks at the rest less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_MAX, YOUNG_LOOKS_MAX, MIDDLE_LOOKS_MAX)
