"""The example's programme and call, in a year that has not come: the practice clock is only moved forward, so what is
tried with them is to open after today, whatever day that is."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from typing import Any

from shared.programme import read_call
from tests.unit.applications import fund

WRITTEN_FOR = fund.CALL_RULES.opens_at.year
YEAR = max(WRITTEN_FOR, datetime.now(UTC).year + 1)


def moved(given: Any) -> Any:
    """The same, with every day in it as many years later. There is no 29 February in most years."""
    text = re.sub(
        r"\b(20\d\d)(?=-\d\d-\d\d)", lambda year: str(int(year[1]) + YEAR - WRITTEN_FOR), json.dumps(given, default=str)
    )
    return json.loads(re.sub(r"\b(20\d\d)-02-29", r"\1-02-28", text))


def on(month: int, day: int) -> date:
    return date(YEAR, month, day)


EXAMPLE: dict[str, Any] = moved(fund.EXAMPLE)
CALL_RULES = read_call(EXAMPLE["call"])
ANSWERS: dict[str, object] = moved(fund.ANSWERS)
