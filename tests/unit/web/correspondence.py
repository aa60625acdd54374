"""Facts for letters, as the services would answer: one association and its case, at each point of its way."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import msgspec

from services.command.example import read_example
from services.web.domain.letter import Channel, LetterKind
from services.web.letters.facts import Facts, Recipient
from services.web.letters.sheet import Sheet, sheet_of
from shared.words import Language

CASE = UUID("6269666c-6c00-4000-8000-000000000001")
PROGRAMME = UUID("6269666c-6c00-4000-8000-000000000002")
ASSOCIATION = UUID("6269666c-6c00-4000-8000-000000000003")
OFFICER, CHAIR = "6269666c-6c00-4000-8000-000000000004", "6269666c-6c00-4000-8000-000000000005"
NAMES = {OFFICER: "Anna Exempel", CHAIR: "Bo Exempel"}
WRITTEN_AT = datetime(2027, 3, 14, 9, 26, 53, tzinfo=UTC)
TO = Recipient(
    name="Föreningen Röststyrka (påhittad)",
    contact="Kim Exempel",
    email="foreningen@example.se",
    address=("Exempelgatan 1", "791 30 Falun"),
    channel=Channel.EMAIL,
)
PAYMENTS = [
    {"no": 1, "amount_ore": 2_000_000, "after": "decision_published", "status": "booked", "booked_on": "2027-06-10"},
    {"no": 2, "amount_ore": 500_000, "after": "report_approved", "status": "planned", "booked_on": None},
]
REASONS = "Podden når människor som annars inte hörs. Ni har en tydlig plan, och de som deltar bestämmer själva."


def a_case() -> dict[str, Any]:
    return {
        "status": "completion_requested",
        "number": "EX 2027/00003",
        "programme": str(PROGRAMME),
        "association": str(ASSOCIATION),
        "title": "Podd om psykisk hälsa i länet",
        "amount_applied_ore": 3_000_000,
        "received_at": "2027-03-14T09:26:53Z",
        "completion_round": 1,
    }


ANSWERS = {"title": "Podd om psykisk hälsa", "summary": "Vi spelar in tio avsnitt.\nAlla får vara med."}


def set_down(route: str, signed_on_paper: int) -> dict[str, Any]:
    """A case that the fund wrote down for the association."""
    how = {"route": route, "came_on": "2027-03-12", "set_down_by": OFFICER, "signed_on_paper": signed_on_paper}
    return {**a_case(), "set_down": how}


def a_review(outcome: str = "approved", granted_ore: int = 2_500_000, reason: str | None = None) -> dict[str, Any]:
    rules = read_example()[0]
    reasons = {one.code: msgspec.to_builtins(one.text) for one in rules.decision.rejection_reason_codes}
    return {
        "officer": OFFICER,
        "stood_aside": 1,
        "completions": [
            {
                "round": 1,
                "due_on": "2027-04-14",
                "missing": ["statutes", "partial_ok"],
                "answered": None,
                "letter": "Vi hittar inte era stadgar.\n\nSkriv också vad ni gör om ni får mindre pengar.",
            }
        ],
        "assessment": {
            "points_milli": 78_750,
            "means_milli": {one.code: 3_000 + 250 * at for at, one in enumerate(rules.assessment.criteria)},
        },
        "proposal": {"words": "Panelen tycker att ansökan är bra."},
        "statement": {"opinion": "approves", "words": "Vi har läst och håller med."},
        "decision": {
            "outcome": outcome,
            "granted_ore": granted_ore,
            "reason": reason,
            "reason_text": reasons.get(reason or ""),
            "decided_by": CHAIR,
            "authority": {"meeting": str(CASE), "delegation": None},
            "decided_on": "2027-05-20",
            "words": REASONS if granted_ore else "Ansökan gäller en resa. Fonden kan inte betala för resor.",
        },
        "publication": {"posted_on": "2027-05-31", "appeal_last_day": "2027-06-21"},
    }


def a_grant(**changed: Any) -> dict[str, Any]:
    grant = {"status": "active", "granted_ore": 2_500_000, "payments": PAYMENTS, "report": None}
    return {**grant, **changed}


def a_claim(**changed: Any) -> dict[str, Any]:
    claim = {"status": "notified", "amount_ore": 250_000, "ground": "unspent", "answer_by": "2028-03-20"}
    return {**claim, "notice": "Det blev pengar över. Ni kan svara inom 14 dagar.", **changed}


ABOUT = {
    LetterKind.PAYMENT_NOTICE: {**PAYMENTS[0], "reference": "EX202700003-1"},
    LetterKind.PAYMENT_REJECTED: {**PAYMENTS[0], "status": "rejected", "booked_on": None, "failed_for": "AC01"},
    LetterKind.PAYMENT_RETURNED: {**PAYMENTS[0], "status": "returned", "booked_on": None, "failed_for": "AC04"},
}


def facts(kind: LetterKind, **changed: Any) -> Facts:
    rules, call = read_example()
    given: dict[str, Any] = {
        "kind": kind,
        "recipient": TO,
        "programme_id": PROGRAMME,
        "association_id": ASSOCIATION,
        "practice": False,
        "programme": rules,
        "call": call,
        "case": a_case(),
        "association": {"organisation_number": "8029990002", "particulars": {"name": TO.name}},
        "today": date(2027, 3, 14),
        "round": 1,
        "review": a_review(),
        "grant": a_grant(),
        "about": ABOUT.get(kind) or a_claim(),
    }
    return Facts(**{**given, **changed})


REPORTED = {"spent_ore": 2_500_000, "unspent_ore": 0, "approved": True}
EVERY_LETTER: dict[str, Facts] = {
    "receipt": facts(LetterKind.RECEIPT),
    "receipt_of_what_came_on_paper": facts(LetterKind.RECEIPT, case=set_down("paper", 1), answers=ANSWERS),
    "receipt_of_what_was_told": facts(LetterKind.RECEIPT, case=set_down("oral", 0), answers=ANSWERS),
    "withdrawal": facts(LetterKind.WITHDRAWAL),
    "withdrawal_after_the_last_day": facts(LetterKind.WITHDRAWAL, today=date(2027, 5, 2)),
    "completion_request": facts(LetterKind.COMPLETION_REQUEST),
    "completion_reminder": facts(LetterKind.COMPLETION_REMINDER),
    "approved": facts(LetterKind.DECISION),
    "partially_approved": facts(LetterKind.DECISION, review=a_review("partially_approved", 1_800_000)),
    "rejected": facts(LetterKind.DECISION, review=a_review("rejected", 0, "R02"), grant=None),
    "dismissed": facts(LetterKind.DECISION, review=a_review("dismissed", 0, "R01"), grant=None),
    "struck_off": facts(LetterKind.DECISION, review=a_review("struck_off", 0), grant=None),
    "payment_notice": facts(LetterKind.PAYMENT_NOTICE),
    "payment_rejected": facts(LetterKind.PAYMENT_REJECTED),
    "payment_returned": facts(LetterKind.PAYMENT_RETURNED),
    "payment_returned_for_no_reason": facts(
        LetterKind.PAYMENT_RETURNED, about={**ABOUT[LetterKind.PAYMENT_RETURNED], "failed_for": None}
    ),
    "report_reminder": facts(LetterKind.REPORT_REMINDER, today=date(2028, 1, 30)),
    "report_overdue": facts(LetterKind.REPORT_OVERDUE, today=date(2028, 3, 14)),
    "report_approved": facts(LetterKind.REPORT_APPROVED, grant=a_grant(report=REPORTED)),
    "report_approved_with_money_left": facts(
        LetterKind.REPORT_APPROVED,
        grant=a_grant(report={**REPORTED, "spent_ore": 2_250_000, "unspent_ore": 250_000}),
    ),
    "recovery_notice": facts(LetterKind.RECOVERY_NOTICE),
    "recovery_decision": facts(LetterKind.RECOVERY_DECISION, about=a_claim(status="decided")),
    "recovery_waived": facts(LetterKind.RECOVERY_DECISION, about=a_claim(status="waived")),
}
"""Each letter there is, and each turn that its text can take."""


def sheet(name: str, language: Language = "sv") -> Sheet:
    return sheet_of(EVERY_LETTER[name], NAMES, language, WRITTEN_AT)
