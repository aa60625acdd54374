"""Files on their way in: to a draft, a completion or a report. Each is encrypted under its own key, and never changes.

A service that takes files has a table `attachment` of those that are handed in and not sent in yet. A file that is
taken away is only marked; due work erases it once it is certain that nothing was sent in with it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from litestar.exceptions import HTTPException

from shared import store
from shared.catalogue.attachment import Attachment
from shared.file_kinds import BY_MEDIA_TYPE, FileKind, kind_of
from shared.http.visit import Visit
from shared.office import Office
from shared.refused import Already, FieldError, Refused, Unknown
from shared.words import Line, Text

FILE_MAX_BYTES = 25 * 1024 * 1024
"""A picture of a paper from any phone, or a scanned statute book (requirement A12)."""
FILES_MAX = 40
"""Files to one draft, one completion or one report."""

HANDED_MAX = 4 * FILES_MAX
"""With those that were taken away again and are not erased yet: else handing in and taking away fills any disk."""

SCOPE = "attachment"
FILE, NAME = "file", "name"


class ShownFile(msgspec.Struct, frozen=True):
    """`name` is None where the file has been lawfully erased. `digest` is what the trail has of it."""

    id: UUID
    key: str
    name: str | None
    media_type: str
    size_bytes: int
    digest: str


class Handed(msgspec.Struct, frozen=True):
    """A file as somebody hands it in. `round` is 0 for a draft, else the completion's or the report's."""

    id: UUID
    subject: UUID
    round: int
    key: str
    name: str
    media_type: str
    content: bytes


def read_name(name: str) -> str:
    """Raises msgspec.ValidationError for what is no line of text."""
    return msgspec.convert(name, Line)


def kind_named(media_type: str) -> FileKind:
    """Raises 415 for a kind of file that nobody takes."""
    kind = BY_MEDIA_TYPE.get(media_type)
    if kind is None:
        raise HTTPException(status_code=415)
    return kind


def refused_at(field: str, sv: str, en: str) -> Refused:
    return Refused(sv, en, (FieldError(field, Text(sv, en)),))


def refuse_disguised(kind: FileKind, content: bytes) -> None:
    """What a file says it is must be what it is. Raises Refused."""
    found = kind_of(content)
    if found is None:
        raise refused_at(
            "file",
            f"Filen går inte att läsa som {kind.name}. Spara den på nytt och försök igen.",
            f"The file cannot be read as {kind.name}. Save it anew and try again.",
        )
    if found is not kind:
        raise refused_at(
            "file",
            f"Filen ska vara {kind.name} men är {found.name}. Låt namnet sluta på {found.endings[0]} och försök igen.",
            f"The file is said to be {kind.name} but is {found.name}. Let its name end in {found.endings[0]}"
            " and try again.",
        )


STAGE = """
insert into attachment (id, subject, round, key, media_type, size_bytes, digest)
select $1, $2, $3, $4, $5, $6, $7
from (
    select count(*) as handed, count(*) filter (where detached_at is null) as there
    from attachment where subject = $2 and round = $3
) as now where there < $8 and handed < $9
on conflict do nothing returning id
"""


async def stage(visit: Visit, handed: Handed, also: str | None = None) -> ShownFile:
    """Keeps the file for what it is handed in to. The same again is the same; another under its id is refused.

    `also` is done to the subject ($1) in the same transaction, where the file is new.
    """
    items = {FILE: handed.content, NAME: handed.name.encode()}
    sealed = await visit.sealed(handed.id, SCOPE, items)
    digest = sealed[0].digest
    try:
        async with visit.office.pool.acquire() as connection, connection.transaction():
            size = len(handed.content)
            values = (handed.id, handed.subject, handed.round, handed.key, handed.media_type, size, digest)
            if await connection.fetchval(STAGE, *values, FILES_MAX, HANDED_MAX) is not None:
                await store.write(connection, sealed)
                if also is not None:
                    await connection.execute(also, handed.subject)
            else:
                await _refuse_other(connection, handed, digest)
    except asyncpg.UniqueViolationError:  # a file of that id was sent in earlier
        raise _taken() from None
    return ShownFile(handed.id, handed.key, handed.name, handed.media_type, len(handed.content), digest)


async def _refuse_other(connection: Any, handed: Handed, digest: str) -> None:
    row = await connection.fetchrow(
        "select subject, round, key, digest, detached_at from attachment where id = $1", handed.id
    )
    if row is None:
        raise Refused(
            f"Det finns redan {FILES_MAX} bilagor, eller så är många nyss borttagna. Fler ryms inte just nu.",
            f"There are {FILES_MAX} enclosures already, or many have just been taken away. No more fit just now.",
        )
    if tuple(row) != (handed.subject, handed.round, handed.key, digest, None):
        raise _taken()


def _taken() -> Already:
    return Already("En annan fil har redan den beteckningen. Ta en ny.", "Another file has that id. Take a new one.")


async def staged(connection: Any, subject: UUID, round_: int) -> tuple[Attachment, ...]:
    rows = await connection.fetch(
        "select id, key, media_type, size_bytes, digest from attachment"
        " where subject = $1 and round = $2 and detached_at is null order by id",
        subject,
        round_,
    )
    return tuple(Attachment(**row) for row in rows)


async def unstage(connection: Any, subject: UUID, round_: int, file: UUID) -> None:
    """Takes the file away again. Raises Unknown where it is not there."""
    done = await connection.execute(
        "update attachment set detached_at = clock_timestamp()"
        " where id = $1 and subject = $2 and round = $3 and detached_at is null",
        file,
        subject,
        round_,
    )
    if not done.endswith(" 1"):
        raise Unknown


async def forget_rows(connection: Any, sent: Sequence[Attachment]) -> None:
    """The files were sent in: from now on the case itself tells of them. What was handed in meanwhile was not."""
    await connection.execute("delete from attachment where id = any($1)", [one.id for one in sent])


async def shown(office: Office, files: Sequence[Attachment]) -> list[ShownFile]:
    names = await office.store.open_each(office.pool, SCOPE, [(one.id, NAME) for one in files])
    return [
        ShownFile(one.id, one.key, _read(names.get((one.id, NAME))), one.media_type, one.size_bytes, one.digest)
        for one in files
    ]


def one_of(several: Sequence[Attachment], file: UUID) -> Attachment:
    """Raises Unknown where it is not among them."""
    for one in several:
        if one.id == file:
            return one
    raise Unknown


async def name_of(office: Office, file: UUID) -> str | None:
    return _read((await office.store.open_each(office.pool, SCOPE, [(file, NAME)])).get((file, NAME)))


def _read(name: bytes | None) -> str | None:
    return None if name is None else name.decode()


async def content_of(office: Office, file: UUID) -> bytes:
    """Raises Unknown where there is none, KeyGone where it was erased."""
    content = await office.store.open(office.pool, file, SCOPE, FILE)
    if content is None:
        raise Unknown
    return content


TAKEN_AWAY = """
select id, subject from attachment where detached_at < clock_timestamp() - $2 * interval '1 second' limit $1
"""


async def erase_taken_away(
    office: Office, was_sent: Callable[[UUID, UUID], Awaitable[bool]], together: int, kept_s: float
) -> None:
    """Files that were taken away so long ago, unless `was_sent` (subject, file) knows that they were sent in after all.

    Keys go last: a crash leaves a key that nothing is encrypted under.
    """
    rows = await office.worker_pool.fetch(TAKEN_AWAY, together, kept_s)
    unsent = [row["id"] for row in rows if not await was_sent(row["subject"], row["id"])]
    if unsent:
        await office.worker_pool.execute("delete from store where owner = any($1) and scope = $2", unsent, SCOPE)
        await office.store.keyring.destroy([(file, SCOPE) for file in unsent])
    await office.worker_pool.execute("delete from attachment where id = any($1)", [row["id"] for row in rows])
