"""When a night's comparison of the books fell due."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.audit.reconciling import last_night


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-01-15T12:00", "2026-01-15T02:30"),
        ("2026-01-15T02:30", "2026-01-15T02:30"),
        ("2026-01-15T02:29", "2026-01-14T02:30"),
        ("2026-07-15T12:00", "2026-07-15T01:30"),
        ("2026-07-14T23:00", "2026-07-14T01:30"),
        ("2026-03-29T12:00", "2026-03-29T01:30"),
        ("2026-10-25T12:00", "2026-10-25T02:30"),
    ],
)
def test_the_latest_night_is_half_past_three_in_stockholm(now: str, due: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)

    assert last_night(moment) == datetime.fromisoformat(due).replace(tzinfo=UTC)
