"""A call's applications against what its budget has left: what is decided, what is proposed, who moves."""

import asyncio
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get

from services.web.pages.cases.desk import drawn, named
from services.web.site.caller import Caller
from services.web.site.rules import rules_of
from shared.identity import Role

READERS = (Role.OFFICER, Role.DECISION_MAKER, Role.PANEL, Role.SECRETARY, Role.COORDINATOR, Role.AUDITOR)
ROWS_MAX = 100
DECIDED = frozenset({"decided", "published", "final", "closed", "disposed"})
BEFORE = frozenset({"received", "checking", "completion_requested", "eligible", "not_eligible", "assessing"})
MILLI = 1_000


class Row(msgspec.Struct, frozen=True):
    """One application. `state` is what can be said of it against the budget; `amount_ore` decided or proposed."""

    case: dict[str, Any]
    amount_ore: int | None
    state: str

    @property
    def is_decided(self) -> bool:
        return self.state == "decided"


@get("/deciding/{call:uuid}", name="page_allocation")
async def allocation_page(call: UUID, caller: Caller, after: str | None = None) -> Response[Any]:
    caller.required(*READERS)
    shown, budget, page = await asyncio.gather(
        caller.ask("applications", f"/calls/{call}"),
        caller.ask("review", f"/calls/{call}"),
        caller.ask("review", "/cases", call=call, sort="points", limit=ROWS_MAX, after=after),
    )
    rules = await rules_of(caller, budget.json["programme"])
    cases = await named(caller, page.json["items"])
    rows = _rows(cases, budget.json["left_ore"], rules.assessment.threshold)
    proposed = [row for row in rows if row.case["status"] == "proposed" and not row.is_decided]
    return drawn(
        caller,
        "deciding/allocation.html",
        call=shown.json,
        budget=budget.json,
        rows=[row for row in rows if row.case["status"] not in BEFORE and row.case["status"] != "struck_off"],
        before=[row for row in rows if row.case["status"] in BEFORE],
        parts=_parts(rows),
        granted_ore=budget.json["granted_ore"],
        proposed_ore=sum(row.amount_ore or 0 for row in proposed),
        ready=[row for row in proposed if row.case["opinion"] is not None],
        proposed=proposed,
        to_propose=[row for row in rows if row.case["status"] == "assessed"],
        undeclared=[row for row in proposed if not row.case["declared"] and caller.holds(Role.DECISION_MAKER)],
        threshold=rules.assessment.threshold,
        following=page.json["next"],
    )


def _rows(cases: list[dict[str, Any]], left_ore: int, threshold: int) -> list[Row]:
    """What is decided, then what is proposed, by points: each fits while there is money left."""
    rows: list[Row] = []
    for case in sorted(cases, key=_place):
        if case["status"] in DECIDED:
            rows.append(Row(case, case["granted_ore"], "decided"))
            continue
        amount = case["proposed_ore"] if case["status"] == "proposed" else None
        if amount is None:
            below = case["points_milli"] is not None and case["points_milli"] < threshold * MILLI
            rows.append(Row(case, None, "below" if below else "unproposed"))
        elif amount > left_ore:
            rows.append(Row(case, amount, "over"))
        else:
            left_ore -= amount
            rows.append(Row(case, amount, "fits" if amount else "rejected"))
    return rows


def _place(case: dict[str, Any]) -> tuple[int, int]:
    """What is decided, what is proposed, and the rest; each by points."""
    status = case["status"]
    return (0 if status in DECIDED else 1 if status == "proposed" else 2, -(case["points_milli"] or 0))


def _parts(rows: list[Row]) -> list[tuple[str, int, str]]:
    return [
        (row.case["title"] or row.case["number"], row.amount_ore, "" if row.is_decided else "part")
        for row in rows
        if row.amount_ore
    ]


ROUTES = (allocation_page,)
