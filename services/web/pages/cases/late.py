"""What is past its date, and whom it waits for: decisions that were to have come, reports, repayments, answers."""

import asyncio
from datetime import date
from typing import Any

import msgspec

from services.web.pages.cases.desk import Days, calls
from services.web.pages.cases.words import WHO
from services.web.site.caller import Caller
from services.web.site.labels import LABELS
from shared.identity import Role
from shared.words import Text

YOU = Text("dig", "you")
AFTER_CLOSING = frozenset({"closed", "in_preparation"})
"""Calls whose applications are being decided."""
BEFORE_DECIDED = (
    "received",
    "checking",
    "completion_requested",
    "eligible",
    "not_eligible",
    "assessing",
    "assessed",
    "proposed",
)
DECISIONS = frozenset({Role.OFFICER, Role.COORDINATOR, Role.DECISION_MAKER, Role.SECRETARY})
READERS: dict[str, frozenset[Role]] = {
    "report": frozenset({Role.OFFICER, Role.COORDINATOR, Role.FINANCE}),
    "recovery_decision": frozenset({Role.OFFICER, Role.DECISION_MAKER, Role.FINANCE}),
    "repayment": frozenset({Role.OFFICER, Role.FINANCE}),
    "bank_answer": frozenset({Role.FINANCE}),
}
"""Who is told of what; what each may open, the services say."""
WHERE = {
    "report": "/money/grants/{id}",
    "recovery_decision": "/money/recoveries/{id}",
    "repayment": "/money/recoveries/{id}",
    "bank_answer": "/money/payments/{id}",
}
ALL = {
    "report": "/money/grants?status=active",
    "recovery_decision": "/money/recoveries?status=notified",
    "repayment": "/money/recoveries?status=invoiced",
    "bank_answer": "/money/payments?status=exported",
}


class Dated(msgspec.Struct, frozen=True):
    """A day, and what falls on it. `who` it waits for, where that is known; `count` is how many it stands for."""

    on: date
    today: date
    text: str
    href: str | None = None
    who: str = ""
    count: int = 1

    @property
    def is_late(self) -> bool:
        return self.on < self.today


async def what_is_late(caller: Caller, clocks: Days) -> list[Dated]:
    decisions, money = await asyncio.gather(_decisions(caller, clocks), _money(caller))
    return [*decisions, *money]


async def _decisions(caller: Caller, clocks: Days) -> list[Dated]:
    """Cases without a decision in calls whose decisions were to have come, by whom they wait for."""
    if not caller.holds(*DECISIONS):
        return []
    overdue = [
        (day, call)
        for call in await calls(caller)
        if call["status"] in AFTER_CLOSING
        and (day := date.fromisoformat(call["decision_planned_by"])) < clocks.of(call["programme"])
    ]
    if not overdue:
        return []
    counted = await caller.ask("review", "/case-counts", ids=",".join(call["id"] for _, call in overdue))
    day, call = min(overdue, key=lambda one: one[0])
    return [
        Dated(day, clocks.of(call["programme"]), _undecided(caller, count), f"/cases?waits_for={role}", who, count)
        for role, who, count in _waiting(caller, counted.json["statuses"])
    ]


def _waiting(caller: Caller, statuses: list[dict[str, Any]]) -> list[tuple[str, str, int]]:
    """(role, who, how many) of what is not decided yet."""
    waiting: dict[str, int] = {}
    for one in statuses:
        mover = LABELS.mover(one["status"], "case")
        if one["status"] in BEFORE_DECIDED and mover:
            waiting[mover] = waiting.get(mover, 0) + one["count"]
    return [(role, _who(caller, role), count) for role, count in waiting.items()]


def _undecided(caller: Caller, count: int) -> str:
    one, many = (
        caller.gettext("One application was to be decided"),
        caller.gettext("%(num)s applications were to be decided"),
    )
    return one if count == 1 else many % {"num": count}


async def _money(caller: Caller) -> list[Dated]:
    read = [what for what, roles in READERS.items() if caller.holds(*roles)]
    shown = await caller.ask_if_there("payouts", "/late") if read else None
    if shown is None:
        return []
    rows, counts = [one for one in shown.json["items"] if one["what"] in read], shown.json["counts"]
    told = [_late(caller, row) for row in rows]
    for what in read:
        of_kind = [row for row in rows if row["what"] == what]
        if more := counts.get(what, 0) - len(of_kind):
            told.append(_more(caller, of_kind[-1], more))
    return told


def _late(caller: Caller, row: dict[str, Any]) -> Dated:
    about = " ".join(one for one in (row["association_name"], row["number"]) if one)
    said = {
        "report": caller.gettext("The report from %(about)s"),
        "recovery_decision": caller.gettext("Whether %(about)s is to pay back"),
        "repayment": caller.gettext("The repayment from %(about)s"),
        "bank_answer": caller.gettext("The bank's answer about %(about)s"),
    }[row["what"]]
    href = WHERE[row["what"]].format(id=row["id"])
    return Dated(
        date.fromisoformat(row["due_on"]), _today(row), said % {"about": about}, href, _who(caller, row["next"])
    )


def _more(caller: Caller, last: dict[str, Any], more: int) -> Dated:
    said = caller.gettext("and %(num)s more") % {"num": more}
    on = date.fromisoformat(last["due_on"])
    return Dated(on, _today(last), said, ALL[last["what"]], _who(caller, last["next"]), more)


def _today(row: dict[str, Any]) -> date:
    return date.fromisoformat(row["today"])


def _who(caller: Caller, role: str) -> str:
    return caller.say(YOU if caller.holds(Role(role)) else WHO[role])
