"""A signature: one person, one text exactly as it was shown, and how they showed anew who they are."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal
from uuid import UUID

from shared.catalogue import Event
from shared.catalogue.web import TextSigned
from shared.life import Changes, Circumstances, Command, Kind, State
from shared.refused import Unknown
from shared.words import Digest, Text


class Status(StrEnum):
    SIGNED = "signed"  # nobody


class Signature(State, frozen=True, kw_only=True):
    signed_by: UUID
    text: Digest
    evidence: Digest
    level: str


class SignText(Command, frozen=True, kw_only=True):
    """`text` and `evidence` are digests of what is sealed with the command."""

    signed_by: UUID
    text: Digest
    evidence: Digest
    level: Literal["local", "eid", "demo"]


LIFE = {(None, TextSigned): Status.SIGNED}
MOVES = {Status.SIGNED: None}
LABELS = {Status.SIGNED: Text("Underskriften finns", "The signature has been given")}


def decide(signature: Signature | None, command: SignText, here: Circumstances) -> list[Event]:
    if signature is None:
        return [
            TextSigned(signed_by=command.signed_by, text=command.text, evidence=command.evidence, level=command.level)
        ]
    if (signature.signed_by, signature.text) != (command.signed_by, command.text):
        raise Unknown  # somebody else's, or another text: a signature is never made to stand for anything else
    return []


def evolve(signature: Signature | None, event: Event) -> Changes:
    match event:
        case TextSigned():
            return {
                "signed_by": event.signed_by,
                "text": event.text,
                "evidence": event.evidence,
                "level": event.level,
            }
    return {}


SIGNATURE = Kind(
    name="signature",
    state=Signature,
    life=LIFE,
    evolve=evolve,
    decide=decide,
    commands=(SignText,),
    moves=MOVES,
    labels=LABELS,
)
