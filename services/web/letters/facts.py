"""What a letter is told: gathered from the services when it is written, and only then.

Between the event and the writing something may have happened that leaves nothing to tell (a report came, a court
quashed the decision): then the letter is called off, and its reason says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

import msgspec

from services.web.domain.letter import Channel, LetterKind
from services.web.letters.reading import NotThere, Reading
from shared.deadlines import local_date
from shared.programme import CallRules, ProgrammeRules
from shared.words import Language

OVERTAKEN = "overtaken"
ERASED = "erased"
EMAIL = re.compile(r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\Z")
"""What fits in a header as it stands (HTML's own rule for an address, less the exotic). Anything else goes on paper."""
EMAIL_MAX = 254
WRITTEN_IN = ("sv", "en")
BY_MAIL, BY_POST = "email", "letter"


class CalledOff(Exception):
    """There is nothing left to tell. `reason` is a code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Wanted(Protocol):
    """What is asked of a letter that is to be written: its state, or what somebody wants to see beforehand."""

    @property
    def kind(self) -> str: ...
    @property
    def case(self) -> UUID: ...
    @property
    def about(self) -> UUID | None: ...
    @property
    def round(self) -> int: ...


class Recipient(msgspec.Struct, frozen=True, kw_only=True):
    """Who gets it, where, and in which language. `email` is None where there is none that mail can be sent to."""

    name: str
    contact: str | None = None
    email: str | None = None
    address: tuple[str, ...] = ()
    channel: Channel = Channel.PAPER
    language: Language = "sv"


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """Answers of the services as they came, and the rules as they were published.

    `case` and `association` are from applications, `review` the case as review has it, `grant` and `about` (a payment
    or a recovery) from payouts. `answers` are what the fund wrote down for the association, where it did, as it first
    stood. `today` is the programme's.
    """

    kind: str
    recipient: Recipient
    programme_id: UUID
    association_id: UUID
    practice: bool
    programme: ProgrammeRules
    call: CallRules
    case: dict[str, Any]
    association: dict[str, Any]
    today: date
    round: int = 0
    review: dict[str, Any] | None = None
    grant: dict[str, Any] | None = None
    about: dict[str, Any] | None = None
    answers: dict[str, Any] | None = None


REVIEWED = frozenset({LetterKind.COMPLETION_REQUEST, LetterKind.COMPLETION_REMINDER, LetterKind.DECISION})
APPLIED = frozenset({LetterKind.RECEIPT, LetterKind.WITHDRAWAL})
"""What applications alone knows all of."""
GRANTED = frozenset(LetterKind) - REVIEWED - APPLIED | {LetterKind.DECISION}
PAYMENTS = frozenset({LetterKind.PAYMENT_NOTICE, LetterKind.PAYMENT_REJECTED, LetterKind.PAYMENT_RETURNED})
REACHED_BY = frozenset({"organisation_email", "post_address", "contact_language"})
"""Answers of an application that an association's particulars tell too."""
RECOVERIES = frozenset({LetterKind.RECOVERY_NOTICE, LetterKind.RECOVERY_DECISION})


async def gather(reading: Reading, wanted: Wanted, now: Callable[[UUID], Any]) -> Facts:
    """`now(programme)` is awaited for what its clock shows. Raises CalledOff, and NotNow where a service is silent."""
    try:
        return await _gathered(reading, wanted, now)
    except NotThere as gone:
        raise CalledOff(ERASED) from gone


async def _gathered(reading: Reading, wanted: Wanted, now: Callable[[UUID], Any]) -> Facts:
    case = await reading.read("applications", f"/cases/{wanted.case}")
    association = await reading.read("applications", f"/associations/{case['association']}")
    written = await reading.read_if_there("applications", f"/cases/{wanted.case}/application")
    programme = await reading.rules_of("programmes", case["programme"])
    call = await reading.rules_of("calls", case["call"])
    moment: datetime = await now(UUID(case["programme"]))
    return Facts(
        kind=wanted.kind,
        recipient=recipient_of(association, still_said(association, case, written), is_set_down(case)),
        programme_id=UUID(case["programme"]),
        association_id=UUID(case["association"]),
        practice=programme["practice"],
        programme=msgspec.convert(programme["rules"], ProgrammeRules),
        call=msgspec.convert(call["rules"], CallRules),
        case=case,
        association=association,
        today=local_date(moment),
        round=wanted.round,
        review=await reading.read("review", f"/cases/{wanted.case}") if wanted.kind in REVIEWED else None,
        grant=await _grant(reading, wanted) if wanted.kind in GRANTED else None,
        about=await _about(reading, wanted),
        answers=written["sent_in"] if written and is_set_down(case) else None,
    )


def is_set_down(case: Mapping[str, Any]) -> bool:
    """Whether the fund wrote it down, for an association that came on paper or by word of mouth."""
    return case.get("set_down") is not None


async def _grant(reading: Reading, wanted: Wanted) -> Any:
    """Of a decision that granted nothing there is none."""
    path = f"/grants/{wanted.case}"
    is_needed = wanted.kind != LetterKind.DECISION
    return await (reading.read if is_needed else reading.read_if_there)("payouts", path)


async def _about(reading: Reading, wanted: Wanted) -> Any:
    if wanted.about is None:
        return None
    what = "payments" if wanted.kind in PAYMENTS else "recoveries"
    return await reading.read("payouts", f"/{what}/{wanted.about}")


# Who gets it


def still_said(association: Mapping[str, Any], case: Mapping[str, Any], written: Any) -> Mapping[str, Any]:
    """The application's answers, but for how to reach the association where it has told another way since."""
    answers = written["answers"] if written else {}
    changed = association["changed_at"]
    if changed is None or datetime.fromisoformat(changed) <= datetime.fromisoformat(case["received_at"]):
        return answers
    return {name: answer for name, answer in answers.items() if name not in REACHED_BY}


def recipient_of(association: Mapping[str, Any], answers: Mapping[str, Any], is_set_down: bool = False) -> Recipient:
    """As the association last said: in its application, else where it is registered. Whoever came on paper or by word
    of mouth gets letters on paper, unless they have asked for e-mail."""
    particulars = association["particulars"]
    email = next(filter(_is_address, (answers.get("organisation_email"), particulars.get("email"))), None)
    channels = answers.get("contact_channel")
    wants_mail = isinstance(channels, list) and BY_MAIL in channels
    wants_paper = not wants_mail and (is_set_down or (isinstance(channels, list) and BY_POST in channels))
    contact = answers.get("contact_name")
    return Recipient(
        name=str(particulars["name"]),
        contact=contact if isinstance(contact, str) else None,
        email=email,
        address=_address(answers.get("post_address")) or _address(particulars),
        channel=Channel.PAPER if wants_paper or email is None else Channel.EMAIL,
        language=_language(answers.get("contact_language"), particulars.get("language")),
    )


def _language(*said: object) -> Language:
    """The first that they said; Swedish where they said nothing that we write."""
    return "en" if next((one for one in said if one in WRITTEN_IN), None) == "en" else "sv"


def _is_address(email: object) -> bool:
    return isinstance(email, str) and len(email) <= EMAIL_MAX and EMAIL.match(email) is not None


def _address(given: object) -> tuple[str, ...]:
    """Street, then postal code and town, as far as they are known."""
    if not isinstance(given, Mapping):
        return ()
    street, code, town = (str(given.get(name) or "").strip() for name in ("street", "postal_code", "town"))
    return tuple(line for line in (street, f"{code} {town}".strip()) if line)


# Whether there is still something to tell


def refuse_overtaken(facts: Facts) -> None:
    """Raises CalledOff where what happened since leaves nothing to tell."""
    if not _STILL[LetterKind(facts.kind)](facts):
        raise CalledOff(OVERTAKEN)


def _completion_is_open(facts: Facts) -> bool:
    case = facts.case
    return case["status"] == "completion_requested" and bool(case["completion_round"] == facts.round)


def _is_asked_for(facts: Facts) -> bool:
    return any(one["round"] == facts.round for one in (facts.review or {}).get("completions", ()))


def _is_decided(facts: Facts) -> bool:
    return bool(facts.review and facts.review.get("decision"))


def _report_is_awaited(facts: Facts) -> bool:
    grant = facts.grant
    return grant is not None and grant["report"] is None and grant["status"] not in ("quashed", "closed", "disposed")


def _report_is_approved(facts: Facts) -> bool:
    return bool(facts.grant and facts.grant["report"] and facts.grant["report"]["approved"])


def _is_about_something(facts: Facts) -> bool:
    return facts.about is not None


def _is_paid(facts: Facts) -> bool:
    return bool(facts.about and facts.about["booked_on"])


def _is_not_paid_again(facts: Facts) -> bool:
    return facts.about is not None and facts.about["booked_on"] is None


_STILL: Mapping[LetterKind, Callable[[Facts], bool]] = {
    LetterKind.RECEIPT: lambda _: True,
    LetterKind.WITHDRAWAL: lambda _: True,
    LetterKind.COMPLETION_REQUEST: _is_asked_for,
    LetterKind.COMPLETION_REMINDER: _completion_is_open,
    LetterKind.DECISION: _is_decided,
    LetterKind.PAYMENT_NOTICE: _is_paid,
    LetterKind.PAYMENT_REJECTED: _is_not_paid_again,
    LetterKind.PAYMENT_RETURNED: _is_not_paid_again,
    LetterKind.REPORT_REMINDER: _report_is_awaited,
    LetterKind.REPORT_OVERDUE: _report_is_awaited,
    LetterKind.REPORT_APPROVED: _report_is_approved,
    LetterKind.RECOVERY_NOTICE: _is_about_something,
    LetterKind.RECOVERY_DECISION: _is_about_something,
}
