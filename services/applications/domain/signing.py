"""Signing together: where two bind an association, the first signature waits for the second, and sends nothing in.

Its subject is one revision of one draft, so everybody who signs the same text meets at the same place, and a draft that
was changed has no signature. While a signature waits the draft is locked; whoever may sign can take the signature back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID, uuid5

from services.applications.domain import counting
from services.applications.domain.sending import AlreadySentIn, in_an_open_call
from shared.catalogue import Event
from shared.catalogue.applications import SetDown
from shared.catalogue.attachment import Attachment
from shared.catalogue.signing import ApplicationSigned, SignatureVoided, SigningCompleted
from shared.identity import Actor, Role
from shared.life import About, Changes, Circumstances, Command, Kind, Life, State
from shared.refused import NotNow, Refused
from shared.words import Digest, Text

ALONE, TOGETHER = 1, 2
RULE = "signing_rule"
"""The question whose answer says who binds the association, where the form has it."""
TWO_TOGETHER = "two_together"


class Status(StrEnum):
    WAITING = "waiting"  # the association: somebody else signs too
    VOID = "void"  # nobody
    COMPLETED = "completed"  # nobody


class Signing(State, frozen=True, kw_only=True):
    draft: UUID
    revision: int
    association: UUID
    signed_by: UUID
    signed_at: datetime
    content: Digest
    attachments: tuple[Attachment, ...] = ()


class SignFirst(Command, frozen=True, kw_only=True):
    """One signature under a draft's `revision`, found in order."""

    draft: UUID
    revision: int
    programme: UUID
    call: UUID
    association: UUID
    content: Digest
    attachments: tuple[Attachment, ...] = ()
    set_down: SetDown | None = None


class VoidSignature(Command, frozen=True, kw_only=True):
    why: Literal["taken_back", "changed", "erased"]


class SignedMeanwhile(NotNow):
    """Somebody else was first with this very text: this signature is the second."""

    def __init__(self) -> None:
        super().__init__("Någon annan skrev under i samma stund.", "Somebody else signed in the same moment.")


class NotTheSecond(NotNow):
    """There is no first signature under this text by anybody else."""

    def __init__(self) -> None:
        super().__init__(
            "Två ska skriva under, och ingen annan har skrivit under just den här texten. Den första underskriften kan "
            "ha tagits tillbaka. Läs igenom ansökan och skriv under igen.",
            "Two have to sign, and nobody else has signed this very text. The first signature may have been taken "
            "back. Read through the application and sign again.",
        )


class NothingToTakeBack(NotNow):
    def __init__(self) -> None:
        super().__init__(
            "Det finns ingen underskrift att ta tillbaka. Ladda sidan igen och se hur det står.",
            "There is no signature to take back. Load the page again to see how it stands.",
        )


class WaitsForSecond(Refused):
    """One has signed: what they signed stays as it is until the second has, or the signature is taken back."""

    status = 423
    title = Text("Texten är låst", "The text is locked")

    def __init__(self) -> None:
        super().__init__(
            "Texten är låst, för en av er har skrivit under den. Ändringen är inte sparad. Den som får skriva under "
            "för föreningen kan ta tillbaka underskriften. Då går det att ändra igen.",
            "The text is locked, because one of you has signed it. The change is not saved. Whoever may sign for the "
            "association can take the signature back. Then it can be changed again.",
        )


def signatures_needed(answers: Mapping[str, object]) -> int:
    """By what the association says of itself. A whole board signs through whom its minutes name: one signature."""
    return TOGETHER if answers.get(RULE) == TWO_TOGETHER else ALONE


def signing_id(draft: UUID, revision: int, content: Digest) -> UUID:
    """The same for everybody who signs the same text."""
    return uuid5(draft, f"signing {revision} {content}")


LIFE: Life = {
    (None, ApplicationSigned): Status.WAITING,
    (Status.WAITING, SignatureVoided): Status.VOID,
    (Status.VOID, ApplicationSigned): Status.WAITING,
    (Status.WAITING, SigningCompleted): Status.COMPLETED,
}
MOVES: dict[StrEnum, Role | None] = {Status.WAITING: Role.SIGNATORY, Status.VOID: None, Status.COMPLETED: None}
LABELS: dict[StrEnum, Text] = {
    Status.WAITING: Text("Väntar på den andra underskriften", "Waits for the second signature"),
    Status.VOID: Text("Den första underskriften gäller inte längre", "The first signature counts no more"),
    Status.COMPLETED: Text("Två har skrivit under", "Two have signed"),
}


def evolve(_: Signing | None, event: Event) -> Changes:
    match event:
        case ApplicationSigned():
            return {
                "draft": event.draft,
                "revision": event.revision,
                "association": event.association,
                "signed_by": event.signed_by,
                "signed_at": event.signed_at,
                "content": event.content,
                "attachments": event.attachments,
            }
    return {}


def decide(signing: Signing | None, command: Command, here: Circumstances) -> list[Event]:
    match command:
        case SignFirst():
            return _sign(signing, command, here)
        case VoidSignature(why=why):
            return [SignatureVoided(voided_for=why)] if signing else []
    raise LookupError(type(command).__name__)


def _sign(signing: Signing | None, command: SignFirst, here: Circumstances) -> list[Event]:
    if here.also.get(command.draft) is not None:
        raise AlreadySentIn
    if signing is not None and waits(signing):
        if waits_for(signing, here.actor):
            raise SignedMeanwhile
        return []
    programme, call, _ = in_an_open_call(command, here)
    return [
        ApplicationSigned(
            draft=command.draft,
            revision=command.revision,
            call=call.id,
            association=command.association,
            signed_by=here.actor.id,
            signed_at=here.received(programme.offset_s),
            content=command.content,
            attachments=command.attachments,
        )
    ]


def waits(signing: Signing) -> bool:
    """Whether its life has a place for the second signature."""
    return (signing.status, SigningCompleted) in LIFE


def waits_for(signing: Signing, person: Actor) -> bool:
    """Whether it is theirs to be the second: nobody signs twice."""
    return waits(signing) and signing.signed_by != person.id


def second(
    found: State | None, by: Actor, case: UUID, content: Digest, attachments: tuple[Attachment, ...]
) -> tuple[UUID, About]:
    """Who signed first, and that the signing is whole now. Raises NotTheSecond unless somebody else has signed exactly
    this, and it still counts."""
    if not isinstance(found, Signing) or not waits_for(found, by):
        raise NotTheSecond
    if (found.draft, found.content, found.attachments) != (case, content, attachments):
        raise NotTheSecond
    both = (found.signed_by, by.id)
    return found.signed_by, About(
        found.id, SigningCompleted(case=case, signed_by=both, first_signed_at=found.signed_at)
    )


def _needs(_: Signing | None, command: Command) -> Iterable[UUID]:
    return (command.draft, command.programme, command.call) if isinstance(command, SignFirst) else ()


def _tallies(_: Signing | None, command: Command, __: Mapping[UUID, State]) -> Iterable[str]:
    return (counting.of_association(command.call, command.association),) if isinstance(command, SignFirst) else ()


def _whose(signing: Signing | None, command: Command | None) -> UUID | None:
    if signing is not None:
        return signing.association
    return command.association if isinstance(command, SignFirst) else None


SIGNING = Kind(
    name="signing",
    state=Signing,
    life=LIFE,
    evolve=evolve,
    decide=decide,
    commands=(SignFirst, VoidSignature),
    moves=MOVES,
    labels=LABELS,
    table="signing",
    columns={"draft": "uuid", "revision": "integer", "signed_by": "uuid", "signed_at": "timestamptz"},
    row=lambda signing: {
        "draft": signing.draft,
        "revision": signing.revision,
        "signed_by": signing.signed_by,
        "signed_at": signing.signed_at,
    },
    needs=_needs,
    tallies=_tallies,
    association=_whose,
    offers={"take_back_signature": SignatureVoided},
)
