"""What an application's files are held to: only papers that the programme asks for, each of a kind that it takes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from shared import files
from shared.catalogue.applications import SIGNED_PAPER, SIGNED_PAPER_ACCEPTS
from shared.files import Handed, ShownFile, kind_named, refuse_disguised, refused_at
from shared.http.visit import Visit
from shared.programme import ProgrammeRules

CHANGED = "update draft set revision = revision + 1 where id = $1"
"""A draft that was changed while it was being sent in stays."""


def refuse_unfit(rules: ProgrammeRules, handed: Handed, is_set_down: bool = False) -> None:
    """Raises Refused, or 415 for a kind of file that nobody takes. The signed paper belongs to what the fund sets
    down, whatever the programme asks for."""
    kind = kind_named(handed.media_type)
    if handed.key == SIGNED_PAPER and is_set_down:
        if kind.name not in SIGNED_PAPER_ACCEPTS:
            raise refused_at("key", "Lämna den som bild eller PDF.", "Hand it in as a picture or a PDF.")
        refuse_disguised(kind, handed.content)
        return
    asked = next((one for one in rules.attachments if one.key == handed.key), None)
    if asked is None:
        raise refused_at("key", "Ingen har bett om den bilagan.", "Nobody has asked for that enclosure.")
    if kind.name not in asked.accept:
        taken = ", ".join(asked.accept)
        raise refused_at("key", f"Lämna den som {taken}.", f"Hand it in as {taken}.")
    refuse_disguised(kind, handed.content)


async def stage(visit: Visit, handed: Handed) -> ShownFile:
    return await files.stage(visit, handed, also=CHANGED)


async def unstage(connection: Any, subject: UUID, round_: int, file: UUID) -> None:
    """Raises Unknown where it is not there."""
    async with connection.acquire() as one, one.transaction():
        await files.unstage(one, subject, round_, file)
        await one.execute(CHANGED, subject)
