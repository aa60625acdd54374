"""Deciding: the check, the completion, conflicts, scores, the meeting, and the decisions one by one in file order."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from services.command.demo import letters
from services.command.demo.applying import APPLICANT, Case
from services.command.demo.fund import Fund
from services.command.demo.people import Refusal, new_id
from services.command.demo.round_file import KRONA_ORE

ASSESSORS = ("panel-1", "panel-2", "panel-3")
CONFLICTED = "panel-5"
NOT_COMPLETED = "R05"
NO_MONEY_LEFT = "R04"
AFTER_APPEAL = timedelta(days=32)
"""Three weeks on the notice board, and the days that a holiday can add."""


def _case(case: Case) -> str:
    return f"/api/review/cases/{case.id}"


async def check(fund: Fund, case: Case, is_first: bool) -> None:
    """The officer opens the case; the first association, and those that never answer, are asked for more."""
    await fund.people.act("officer", _case(case), "check")
    if is_first or case.applied.reason == NOT_COMPLETED:
        await fund.people.act(
            "officer",
            _case(case),
            "completion-requests",
            {"missing": ["partial_ok"], "letter": "Berätta gärna mer om vad ni gör om ni får mindre pengar."},
        )
    if is_first and case.applied.reason != NOT_COMPLETED:
        await fund.people.act(
            APPLICANT,
            f"/api/applications/cases/{case.id}",
            "completion",
            {"answers": {"partial_ok": "Ja. Då gör vi hälften så många träffar, men med samma innehåll."}},
        )


async def wait_for_completions(fund: Fund, cases: list[Case]) -> None:
    """Where somebody has not answered, the time runs out; the application is then tried as it stands."""
    if asked := [case for case in cases if case.applied.reason == NOT_COMPLETED]:
        await letters.written_to(fund, asked, "completion_request")
        await fund.advance(timedelta(days=fund.call_rules["completion_days"] + 6))


async def assess(fund: Fund, case: Case, is_first: bool) -> None:
    if is_first:
        await _declare(fund, case, CONFLICTED, "member_of_applicant")
    await _answer_eligibility(fund, case)
    for person in (*ASSESSORS, "chair"):
        await _declare(fund, case, person, None)
    await fund.people.act("officer", _case(case), "assessment")
    for person in ASSESSORS:
        await fund.people.act(person, _case(case), "scores", _scores(fund, case))
    await fund.people.act("officer", _case(case), "assessment/closing")
    await fund.people.act(
        "officer", _case(case), "proposal", {**_decision(case), "words": "Panelens bedömning talar för förslaget."}
    )
    await fund.people.act(
        "panel-1", _case(case), "statement", {"opinion": "approves", "words": "Panelen har läst och håller med."}
    )


async def _declare(fund: Fund, case: Case, person: str, conflict: str | None) -> None:
    await fund.people.post(person, f"{_case(case)}/interests", {"conflict": conflict})


async def _answer_eligibility(fund: Fund, case: Case) -> None:
    answers = [{"condition": condition["code"], "met": True} for condition in fund.rules["eligibility"]]
    await fund.people.act("officer", _case(case), "eligibility", {"answers": answers})


def _scores(fund: Fund, case: Case) -> dict[str, Any]:
    criteria = [criterion["code"] for criterion in fund.rules["assessment"]["criteria"]]
    high = case.applied.is_granted
    scores = {code: (3 if number % 2 else 4) if high else 1 for number, code in enumerate(criteria)}
    words = "Tydlig plan, och deltagarna bestämmer." if high else "Svårt att se hur det leder till inflytande."
    return {"scores": scores, "reasons": dict.fromkeys(criteria, words)}


def _decision(case: Case) -> dict[str, Any]:
    return {
        "outcome": case.applied.decision,
        "granted_ore": case.applied.granted * KRONA_ORE,
        "reason": None if case.applied.is_granted else case.applied.reason or "R03",
    }


def _reasons(case: Case) -> str:
    """As the association reads them: the decision's own words, beside the reason that a rejection names."""
    if not case.applied.is_granted:
        return "Ni är välkomna att söka igen. Ring oss gärna först, så tittar vi på det tillsammans."
    good = "Aktiviteten ger medlemmarna mer att säga till om. Planen och budgeten är rimliga."
    in_part = case.applied.granted < case.applied.applied
    return f"{good} Pengarna räcker till en del av det ni sökte." if in_part else good


async def open_meeting(fund: Fund, cases: list[Case]) -> UUID:
    meeting = new_id()
    path = f"/api/review/meetings/{meeting}"
    body = {"programme": fund.programme, "held_on": fund.today, "cases": [case.id for case in cases]}
    await fund.people.put("secretary", path, body)
    await fund.people.act("chair", path, "opening")
    return meeting


async def decide(fund: Fund, case: Case, meeting: UUID) -> None:
    """A decision that would break the ceiling is refused by the system; the application is then rejected for that."""
    decision = {**_decision(case), "meeting": meeting, "words": _reasons(case)}
    try:
        await fund.people.act("chair", _case(case), "decision", decision)
    except Refusal as refusal:
        if not (refusal.about("granted_ore") and await _is_over_budget(fund, case)):
            raise
        case.over_budget = True
        rejected = {"outcome": "rejected", "granted_ore": 0, "reason": NO_MONEY_LEFT, "meeting": meeting}
        await fund.people.act("chair", _case(case), "decision", {**rejected, "words": "Pengarna räckte inte."})


async def _is_over_budget(fund: Fund, case: Case) -> bool:
    budget = await fund.people.get("chair", f"/api/review/calls/{fund.call}")
    return bool(case.applied.granted * KRONA_ORE > budget["left_ore"])


async def publish(fund: Fund, meeting: UUID) -> None:
    """Minutes adjusted, notice posted; three weeks pass, the notice comes down, and the decisions are final."""
    path = f"/api/review/meetings/{meeting}"
    await fund.people.act("chair", path, "end")
    await fund.people.act("chair", path, "adjustment")
    await fund.people.act("secretary", path, "notice")


async def let_the_appeal_time_pass(fund: Fund, meeting: UUID) -> None:
    await fund.advance(AFTER_APPEAL)
    await fund.people.act("secretary", f"/api/review/meetings/{meeting}", "notice-removal")


async def read_decision(fund: Fund, case: Case) -> None:
    """What the system says was decided, not what the file says."""
    shown = await fund.people.get("auditor", _case(case))
    case.outcome = shown["decision"]["outcome"]
    case.granted_ore = shown["decision"]["granted_ore"]
