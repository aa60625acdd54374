"""A letter before it is sent: as it would be, were it done now what somebody is about to do. Nothing is recorded."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from services.web.domain.letter import LetterKind
from services.web.letters.facts import CalledOff, Facts
from services.web.letters.reading import NotNow
from services.web.letters.seeing import the_reading
from services.web.letters.sheet import Sheet
from services.web.letters.writing import facts_now, sheet_now
from shared.deadlines import working_day_from
from shared.http.after import NotHeardYet
from shared.http.visit import Visit
from shared.identity import Actor
from shared.programme import PayAfter, due_instalments
from shared.refused import Refused, Unknown
from shared.words import Code, Language, Ore

ANSWER_DAYS = 14
WHOLE_PERCENT = 100
AFTER = {
    PayAfter.DECISION_PUBLISHED_AND_REQUISITION_SIGNED: "decision_published",
    PayAfter.REPORT_APPROVED: "report_approved",
}
PREVIEWED = (LetterKind.COMPLETION_REQUEST, LetterKind.DECISION, LetterKind.RECOVERY_NOTICE)


class ToBe(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody is about to write: the letter's kind, and what is not in the case yet."""

    kind: LetterKind
    case: UUID
    words: str = ""
    missing: tuple[Code, ...] = ()
    outcome: Code | None = None
    granted_ore: Ore = 0
    reason: Code | None = None
    about: UUID | None = None
    round: int = 0


async def preview(visit: Visit, to_be: ToBe, language: Language | None) -> Sheet:
    """In the recipient's language, unless in another. Raises Refused for letters that nobody writes by hand, and where
    there is nothing to show yet."""
    if to_be.kind not in PREVIEWED:
        raise Refused("Det brevet skrivs av sig självt.", "That letter writes itself.")
    try:
        facts = await facts_now(visit.office, the_reading(visit), to_be)
    except CalledOff:
        raise Unknown from None
    except NotNow:
        raise NotHeardYet from None
    return await sheet_now(visit.office, _as_it_would_be(facts, to_be, visit.actor), language)


def _as_it_would_be(facts: Facts, to_be: ToBe, actor: Actor) -> Facts:
    match to_be.kind:
        case LetterKind.COMPLETION_REQUEST:
            return _completion(facts, to_be)
        case LetterKind.DECISION:
            return _decision(facts, to_be, actor)
    return _recovery(facts, to_be)


def _completion(facts: Facts, to_be: ToBe) -> Facts:
    review = facts.review or {}
    due_on = working_day_from(facts.today + timedelta(days=facts.call.completion_days))
    number = len(review["completions"]) + 1
    asked = {"round": number, "due_on": due_on, "missing": to_be.missing, "answered": None, "letter": to_be.words}
    review = {**review, "completions": [*review["completions"], asked]}
    return msgspec.structs.replace(facts, review=review, round=number)


def _decision(facts: Facts, to_be: ToBe, actor: Actor) -> Facts:
    """As it was decided; before that as it would be, and before that as it was proposed. Raises Refused."""
    review = facts.review or {}
    if review["decision"] is not None and to_be.outcome is None:
        return facts
    proposal = review["proposal"]
    if to_be.outcome is None and proposal is None:
        raise Refused("Det finns inget förslag att visa än.", "There is no proposal to show yet.")
    outcome, granted, reason = (
        (to_be.outcome, to_be.granted_ore, to_be.reason)
        if to_be.outcome
        else (proposal["outcome"], proposal["granted_ore"], proposal["reason"])
    )
    texts = {one.code: msgspec.to_builtins(one.text) for one in facts.programme.decision.rejection_reason_codes}
    decision = {
        "outcome": outcome,
        "granted_ore": granted,
        "reason": reason,
        "reason_text": texts.get(reason or ""),
        "decided_by": str(actor.id),
        "authority": {"meeting": None, "delegation": None},
        "decided_on": facts.today.isoformat(),
        "words": to_be.words,
    }
    grant = facts.grant or {"payments": _instalments(facts, granted)}
    return msgspec.structs.replace(facts, review={**review, "decision": decision}, grant=grant)


def _instalments(facts: Facts, granted_ore: int) -> list[dict[str, Any]]:
    """By the programme's percentages, what rounding leaves over on the last one: as payouts will divide it."""
    due = due_instalments(facts.programme.decision.payout.instalments, granted_ore)
    amounts = [granted_ore * one.percent // WHOLE_PERCENT for one in due]
    if amounts:
        amounts[-1] += granted_ore - sum(amounts)
    return [
        {"amount_ore": amount, "after": AFTER[one.after], "status": "planned"}
        for one, amount in zip(due, amounts, strict=True)
    ]


def _recovery(facts: Facts, to_be: ToBe) -> Facts:
    claims = (facts.grant or {})["recoveries"]
    if not claims:
        raise Refused("Ingen återbetalning är påbörjad.", "No repayment is being considered.")
    answer_by = facts.today + timedelta(days=ANSWER_DAYS)
    about = {**claims[0], "notice": to_be.words, "answer_by": answer_by}
    return msgspec.structs.replace(facts, about=about)
