"""The one place where rules read the time: the database's clock plus the programme's offset.

The offset is 0, except in a practice programme, where an administrator moves it forward (never back) so that a year's
round can be played in seconds. Records, order, tokens and checkpoints use real time: they never pass through here.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta


def by_the_programme(real: datetime, offset_s: int) -> datetime:
    """What the programme's clock shows when the database's shows `real`."""
    return real + timedelta(seconds=offset_s)


def received(now: datetime, started_monotonic_s: float) -> datetime:
    """When the request's first byte came: nobody is late because a queue was long. `now` is the database's clock."""
    return now - timedelta(seconds=max(0.0, time.monotonic() - started_monotonic_s))


def on_the_wire(moment: datetime) -> str:
    """RFC 3339 in UTC with microseconds."""
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
