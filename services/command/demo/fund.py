"""The round's own fund: a practice programme and a call from the example, with dates from today and the file's
amounts."""

from __future__ import annotations

import asyncio
import copy
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.command.demo.people import People, new_id
from services.command.demo.round_file import KRONA_ORE, Round
from services.command.example import PROGRAMME_FILE
from services.command.failure import Failure
from services.web.site.money_and_time import Written
from shared.deadlines import local_date

OPEN_FOR = timedelta(days=30)
OPENED_WITHIN_S = 30.0
LOOK_EVERY_S = 0.1


@dataclass
class Fund:
    """One programme with one call; `offset` is how far its practice clock has been moved."""

    people: People
    played: Round
    programme: UUID
    call: UUID
    rules: dict[str, Any]
    call_rules: dict[str, Any]
    offset: timedelta = timedelta()

    @property
    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset

    @property
    def today(self) -> date:
        return local_date(self.now)

    async def advance(self, by: timedelta) -> None:
        """Moves the programme's clock forward; every service hears of it."""
        await self.people.act(
            "administrator",
            f"/api/applications/programmes/{self.programme}",
            "clock",
            {"advance_s": int(by.total_seconds())},
        )
        self.offset += timedelta(seconds=int(by.total_seconds()))

    async def advance_to(self, day: date) -> None:
        """Moves the clock to the middle of a day, if it is not past it."""
        if (wanted := datetime(day.year, day.month, day.day, 12, tzinfo=UTC)) > self.now:
            await self.advance(wanted - self.now)


async def found(people: People, played: Round) -> Fund:
    """Publishes programme and call, and waits until the call is open."""
    example = json.loads(PROGRAMME_FILE.read_text())
    fund = Fund(people, played, new_id(), new_id(), _rules(example, played), _call(example, played))
    await people.put(
        "officer", f"/api/applications/programmes/{fund.programme}", {"rules": fund.rules, "practice": True}
    )
    call = f"/api/applications/calls/{fund.call}"
    await people.put("officer", call, {"programme": fund.programme, "rules": fund.call_rules})
    await people.act("chair", call, "decision")
    await people.act("officer", call, "publication")
    await _wait_until(fund, "open")
    return fund


async def _wait_until(fund: Fund, status: str) -> None:
    for _ in range(int(OPENED_WITHIN_S / LOOK_EVERY_S)):
        shown = await fund.people.get("officer", f"/api/applications/calls/{fund.call}")
        if shown["status"] == status:
            return
        await asyncio.sleep(LOOK_EVERY_S)
    raise Failure(f"The call did not become {status} within {OPENED_WITHIN_S:.0f} s. Look at `bifall status`.")


async def close_call(fund: Fund) -> None:
    """The last day passes; the officer begins preparing."""
    await fund.advance(OPEN_FOR + timedelta(days=1))
    await _wait_until(fund, "closed")
    await fund.people.act("officer", f"/api/applications/calls/{fund.call}", "preparation")


def _rules(example: dict[str, Any], played: Round) -> dict[str, Any]:
    rules = copy.deepcopy(example["programme"])
    budget_ore = _budget_ore(example, played)
    today = local_date(datetime.now(UTC))
    for source in rules["funding_sources"][:1]:
        source |= {"amount_ore": budget_ore, "fiscal_year": today.year, "must_be_used_by": f"{today.year + 1}-12-31"}
    return dict(rules)


def _call(example: dict[str, Any], played: Round) -> dict[str, Any]:
    call = copy.deepcopy(example["call"])
    opens = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=1)
    first = local_date(opens)
    applied = [one.applied * KRONA_ORE for one in played.applications]
    most = (played.amount_max_kronor or 0) * KRONA_ORE or max(call["amount_max_ore"], *applied)
    return dict(
        call
        | {
            "published_on": first.isoformat(),
            "opens_at": opens.isoformat(),
            "closes_at": (opens + OPEN_FOR).isoformat(),
            "decision_planned_by": (first + timedelta(days=70)).isoformat(),
            "activity_period": {
                "starts_on": (first + timedelta(days=90)).isoformat(),
                "ends_on": (first + timedelta(days=270)).isoformat(),
            },
            "report_due": (first + timedelta(days=330)).isoformat(),
            "budget_ore": _budget_ore(example, played),
            "amount_min_ore": min(call["amount_min_ore"], *applied),
            "amount_max_ore": most,
            "max_applications_per_organisation": _most_from_one(played),
            "support": call["support"] | {"drop_in": [_visit(first + timedelta(days=one)) for one in (8, 19)]},
        }
    )


def _visit(on: date) -> dict[str, str]:
    """An evening when one may come by, while the call is open."""
    return {
        "sv": f"{Written('sv').day(on)} klockan 17, digitalt eller i Falun",
        "en": f"{Written('en').day(on)} at 5 pm, online or in Falun",
    }


def _budget_ore(example: dict[str, Any], played: Round) -> int:
    return played.budget_kronor * KRONA_ORE if played.budget_kronor is not None else int(example["call"]["budget_ore"])


def _most_from_one(played: Round) -> int:
    numbers = [one.orgnr for one in played.applications]
    return max(numbers.count(number) for number in set(numbers))
