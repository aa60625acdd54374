"""A whole round, from a published call to closed cases with a verified trail, through the public API alone."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from services.command.demo import applying, closing, deciding, fund, letters, paying, trail
from services.command.demo.applying import Case
from services.command.demo.fund import Fund
from services.command.demo.people import People
from services.command.demo.round_file import KRONA_ORE, Round

Told = Callable[[str, int], None]
"""(what is going on, steps done of it)"""

STEPS_PER_CASE = 8


@dataclass
class Outcome:
    """What the system answered, in figures of this round; `audit` is about the whole system, and `files` are what the
    round produced, by folder and name."""

    applications: int = 0
    granted: int = 0
    rejected: int = 0
    granted_kronor: int = 0
    paid_kronor: int = 0
    returned_kronor: int = 0
    closed: int = 0
    refused_over_budget: int = 0
    events: int = 0
    audit: dict[str, bool] = field(default_factory=lambda: {"complete": False, "verified": False})
    seconds: float = 0.0
    files: dict[str, bytes] = field(default_factory=dict)
    as_the_file_says: bool = False


async def play(url: str, played: Round, told: Told, *, with_papers: bool = False) -> Outcome:
    """`with_papers` fetches the letters too, and the package of each case."""
    began = time.monotonic()
    people = People(url)
    try:
        outcome = await _round(people, played, told, with_papers)
    finally:
        await people.close()
    outcome.seconds = round(time.monotonic() - began, 1)
    return outcome


async def open_call(url: str, like: Round) -> None:
    """A call of its own, with that round's amounts, that stays open: for people to apply to."""
    people = People(url)
    try:
        await fund.found(people, like)
    finally:
        await people.close()


async def _round(people: People, played: Round, told: Told, with_papers: bool) -> Outcome:
    told("A call is published", 0)
    own = await fund.found(people, played)
    cases = await _apply(own, played, told)
    await letters.written_to(own, cases, "receipt")
    await fund.close_call(own)
    await _decide(own, cases, told)
    files = paying.Files()
    returned_ore = await _pay_and_report(own, cases, files, told)
    await _each("Cases are closed", cases, lambda case: closing.close(own, case), told)
    sent = await letters.written(own, cases)
    outcome = await _outcome(own, cases, files, returned_ore, told)
    if with_papers:
        outcome.files |= await letters.on_paper(own, sent)
        outcome.files |= await trail.packages(own.people, [case.id for case in cases])
    return outcome


async def _apply(own: Fund, played: Round, told: Told) -> list[Case]:
    """Associations one after another, because the same one may apply twice; numbers follow the order of the file."""
    cases = []
    for index, applied in enumerate(played.applications):
        cases.append(await applying.apply(own, applied, index))
        told("Associations apply", 1)
    return cases


async def _decide(own: Fund, cases: list[Case], told: Told) -> None:
    first = cases[0]
    await _each("The officer checks", cases, lambda case: deciding.check(own, case, case is first), told)
    await deciding.wait_for_completions(own, cases)
    await _each("The panel assesses", cases, lambda case: deciding.assess(own, case, case is first), told)
    meeting = await deciding.open_meeting(own, cases)
    for case in cases:  # one by one, in file order: the ceiling decides who still fits
        await deciding.decide(own, case, meeting)
        told("The body decides", 1)
    await deciding.publish(own, meeting)
    await letters.written_to(own, cases, "decision")
    await deciding.let_the_appeal_time_pass(own, meeting)
    await asyncio.gather(*(deciding.read_decision(own, case) for case in cases))


async def _pay_and_report(own: Fund, cases: list[Case], files: paying.Files, told: Told) -> int:
    granted = [case for case in cases if case.granted_ore]
    await _each("Terms are accepted", granted, lambda case: paying.accept(own, case), told)
    await _pay(own, granted, files)
    for index, case in enumerate(granted):
        await closing.report(own, case, index)
        told("Associations report", 1)
    await _pay(own, granted, files)
    told("The bank pays", len(granted))
    return await closing.recover(own, granted)


async def _pay(own: Fund, granted: list[Case], files: paying.Files) -> None:
    due = await asyncio.gather(*(paying.requisition_due(own, case) for case in granted))
    await paying.pay(own, [payment for payments in due for payment in payments], files)


async def _each(what: str, cases: list[Case], do: Callable[[Case], Awaitable[None]], told: Told) -> None:
    async def one(case: Case) -> None:
        await do(case)
        told(what, 1)

    await asyncio.gather(*(one(case) for case in cases))


async def _outcome(own: Fund, cases: list[Case], files: paying.Files, returned_ore: int, told: Told) -> Outcome:
    told("The trail is verified", 0)
    is_complete = await trail.complete(own.people)
    subjects = [own.programme, own.call, *(case.id for case in cases)]
    events, sound = await trail.events_about(own.people, subjects)
    statuses = await _statuses(own, cases)
    outcome = Outcome(
        applications=len(statuses),
        granted=sum(1 for case in cases if case.granted_ore),
        rejected=sum(1 for case in cases if not case.granted_ore),
        granted_kronor=sum(case.granted_ore for case in cases) // KRONA_ORE,
        paid_kronor=files.paid_ore // KRONA_ORE,
        returned_kronor=returned_ore // KRONA_ORE,
        closed=statuses.count("closed"),
        refused_over_budget=sum(case.over_budget for case in cases),
        events=len(events),
        audit={"complete": is_complete, "verified": sound and await trail.books_agree(own.people)},
        files={f"bank/{name}": content for name, content in files.written.items()},
    )
    outcome.as_the_file_says = _as_the_file_says(cases, outcome)
    return outcome


async def _statuses(own: Fund, cases: list[Case]) -> list[str]:
    """The status of each case where it was minted, as the applicant sees it."""
    shown = await asyncio.gather(*(own.people.get("officer", f"/api/applications/cases/{case.id}") for case in cases))
    return [one["status"] for one in shown]


def _as_the_file_says(cases: list[Case], outcome: Outcome) -> bool:
    """Every amount as the file has it, less what the ceiling refused; all closed, the trail whole."""
    amounts = all(case.granted_ore == (0 if case.over_budget else case.applied.granted * KRONA_ORE) for case in cases)
    all_closed = outcome.closed == len(cases)
    return amounts and all_closed and all(outcome.audit.values())
