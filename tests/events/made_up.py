"""Made-up values for the example of a new event: as they might have been, and the same every time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import msgspec

from services.command.example import read_example
from shared.catalogue import Event
from shared.catalogue.applications import SetDown
from shared.catalogue.attachment import Attachment
from shared.catalogue.payouts import Instalment
from shared.catalogue.review import Authority, ConditionAnswered, ContentNote
from shared.envelope import Because, seal
from shared.identity import Actor, Post, Role
from shared.programme import CallRules, ProgrammeRules

EXAMPLES = UUID("6269666c-6c00-4000-8000-6578616d7000")
PLAYED_AT = datetime(2027, 3, 14, 9, 26, 53, 589793, tzinfo=UTC)


def an_id(of: str) -> UUID:
    """The same thing has the same id in every example."""
    return uuid5(EXAMPLES, of)


def a_digest(of: str) -> str:
    return hashlib.sha256(of.encode()).hexdigest()


def a_day(of: str) -> date:
    """In the spring of 2027; later for what comes later in the year."""
    return date(2027, 3, 1) + timedelta(days=int(a_digest(of)[:2], 16) % 90)


WORDS: Mapping[str, Any] = {
    "accepted": 6,
    "after": "decision_published",
    "answered": True,
    "answers": (ConditionAnswered("E01", True), ConditionAnswered("E02", False)),
    "attachments": (Attachment(an_id("file"), "statutes", "application/pdf", 48_213, a_digest("file")),),
    "authority": Authority(meeting=an_id("meeting")),
    "cause": f"{an_id('case')}-4",
    "channel": "email",
    "completion_days": 14,
    "conditions": ("report", "right_to_recover"),
    "conflict": "personal_interest",
    "content_notes": (ContentNote.SUICIDE, ContentNote.VIOLENCE),
    "days_after_due": (3, 14),
    "days_before_due": (60, 30, 7),
    "decided": 9,
    "end_to_end_id": "EX202700003-1",
    "figures": {"participants": 25, "meetings": 12},
    "ground": "unspent",
    "instalments": (Instalment(an_id("payment"), 1, 2_500_000, "decision_published"),),
    "level": "eid",
    "of": 40,
    "register": 113,
    "seed": "revision-2027",
    "size": 10,
    "kind": "decision",
    "language": "sv",
    "max_completion_rounds": 2,
    "message_id": "BIFALL-20270401-1",
    "missing": ("statutes", "annual_meeting_minutes"),
    "number": "EX 2027/00003",
    "ocr": "202700003016",
    "opinion": "approves",
    "organisation_number": "8029990002",
    "outcome": "partially_approved",
    "points_milli": 71_250,
    "reason": "R03",
    "recipient": "association",
    "rejected": 1,
    "role": Role.PANEL,
    "running": 3,
    "standpoint": "has_paid",
    "scheme": "bankgiro",
    "scores": {"C1": 4, "C2": 3},
    "series": "EX",
    "set_down": SetDown(
        route="paper",
        came_on=date(2027, 3, 12),
        set_down_by=an_id("officer"),
        set_down_at=PLAYED_AT,
        signed_on_paper=2,
    ),
    "step": -7,
    "voided_for": "taken_back",
    "why": "sent_in",
    "year": 2027,
}
OF_TYPE: Mapping[Any, Callable[[str], Any]] = {
    UUID: an_id,
    datetime: lambda name: PLAYED_AT,
    date: a_day,
    bool: lambda name: True,
    int: lambda name: 2_500_000 if name.endswith("_ore") else 1,
    str: a_digest,
    ProgrammeRules: lambda name: read_example()[0],
    CallRules: lambda name: read_example()[1],
}


def made_up(kind: type[Event]) -> Event:
    """Every field filled in, also those that may be left out."""
    return kind(**{field.name: _value(field) for field in msgspec.structs.fields(kind)})


def _value(field: msgspec.structs.FieldInfo) -> Any:
    if field.name in WORDS:
        return WORDS[field.name]
    text = str(field.type)
    if "tuple[uuid.UUID" in text:
        return (an_id(f"{field.name} 1"), an_id(f"{field.name} 2"))
    for kind, value in OF_TYPE.items():
        if (
            field.type is kind
            or f"Annotated[{kind.__name__}," in text
            or f"{kind.__module__}.{kind.__name__} | None" in text
        ):
            return value(field.name)
    raise LookupError(f"What might {field.name} ({text}) be? Give it a value in WORDS.")


def text_of(event: Event) -> str:
    """As its journal would have it."""
    officer = Actor(an_id("officer"), (Post(Role.OFFICER),))
    because = Because(
        correlation=str(an_id("request")),
        causation=f"{an_id('case')}-4",
        idempotency_key=an_id("key"),
        traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    )
    return seal(event, an_id("subject"), 5, PLAYED_AT, officer, because)
