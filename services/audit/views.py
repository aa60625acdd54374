"""What people read of the archive: a source's entries in its order, and the trail of a case in the order of time."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec

from services.audit import trees
from services.audit.archive import EPOCH
from services.audit.reading import read
from shared.catalogue.review import InterestDeclared
from shared.envelope import event_of, unseal
from shared.http.lists import Page, cursor, page, read_cursor
from shared.merkle import SIZE_MAX, NodeRange, inclusion_needs, inclusion_path, stored_nodes
from shared.refused import Unknown
from shared.words import Code

Position = Annotated[int, msgspec.Meta(ge=0, le=SIZE_MAX)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
AfterEntry = tuple[Position]
AfterTrace = tuple[Moment, Code, Position]

ENTRIES = """
select position, subject, type, told_at, recorded_at, text
from entry where source = $1 and position > $2 order by position limit $3
"""
TRAIL = """
select concern.told_at as at, entry.source, entry.position, entry.subject, entry.type, entry.told_at, entry.recorded_at,
    entry.text, entry.leaf, tree.size, tree.root, said.former, said.former_at
from concern join entry using (source, position) join tree using (source) left join lateral (
    select earlier.position as former, earlier.told_at as former_at
    from concern as about join entry as earlier using (source, position)
    where about.subject = entry.subject and about.source = entry.source and about.told_at <= concern.told_at
        and about.position < entry.position and earlier.subject = entry.subject and earlier.type = entry.type
    order by about.told_at desc, about.position desc limit 1
) as said on true
where concern.subject = $1 and (concern.told_at, source, position) > ($2, $3, $4)
order by concern.told_at, source, position limit $5
"""
INTERESTS = """
select concern.subject, text from concern join entry using (source, position)
where concern.subject = any($1) and source = $2 and type = $3 and position(convert_to($4, 'UTF8') in text) > 0
"""


class ShownEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """`text` is exact: its UTF-8 bytes are the leaf's. What is no UTF-8 comes as `base64` instead."""

    source: str
    position: int
    subject: UUID | None
    type: str | None
    told_at: datetime | None
    recorded_at: datetime
    text: str | None = None
    base64: str | None = None


class Trace(ShownEntry, frozen=True, omit_defaults=True, kw_only=True):
    """An entry of a trail with its proof: the leaf is SHA-256(0x00 ‖ text); `path` leads to `root` at `size`.

    `former` is the source's latest entry before of the same kind about the same subject, told at `former_at`: where
    something is said anew, what it took the place of.
    """

    index: int
    leaf: str
    size: int
    root: str
    path: list[str]
    former: int | None = None
    former_at: datetime | None = None


async def entries(connection: Any, source: str, after: str | None, limit: int) -> Page[ShownEntry]:
    """Raises Unknown where audit follows nobody of that name."""
    trees.followed(source)
    last: AfterEntry = read_cursor(after, AfterEntry) or (0,)
    rows = await connection.fetch(ENTRIES, source, last[0], limit + 1)
    return page(rows, limit, lambda row: ShownEntry(**_shown(source, row)), lambda row: (row["position"],))


async def entry(connection: Any, source: str, position: int) -> ShownEntry:
    """Raises Unknown."""
    trees.followed(source)
    if not 1 <= position <= SIZE_MAX:
        raise Unknown
    row = await connection.fetchrow(ENTRIES, source, position - 1, 1)
    if row is None or row["position"] != position:
        raise Unknown
    return ShownEntry(**_shown(source, row))


async def trail(connection: Any, subject: UUID, person: UUID, after: str | None, limit: int) -> Page[Trace]:
    """Raises Unknown where nothing concerns the subject, or nothing that the person may see.

    Whatever concerns a case in which the person has declared a conflict of interest is left out (H7), also from the
    trail of a payment, a bank file or a meeting.
    """
    last: AfterTrace = read_cursor(after, AfterTrace) or (EPOCH, "", 0)
    rows = await connection.fetch(TRAIL, subject, *last, limit + 1)
    found = rows[:limit]
    barred = await barred_from(connection, person, {subject, *(one for row in found for one in _concerned(row))})
    shown = [row for row in found if barred.isdisjoint(_concerned(row))]
    if subject in barred or (not shown and after is None):
        raise Unknown
    paths = await _paths(connection, shown)
    traces = [_trace(row, path) for row, path in zip(shown, paths, strict=True)]
    edge = found[-1] if len(rows) > limit else None
    return Page(traces, cursor(edge["at"], edge["source"], edge["position"]) if edge else None)


def _concerned(row: Any) -> tuple[UUID, ...]:
    return read(row["text"]).concerned


async def barred_from(connection: Any, person: UUID, cases: Iterable[UUID]) -> frozenset[UUID]:
    """Of these, the cases in which the person has declared a conflict of interest; that is never taken back."""
    rows = await connection.fetch(INTERESTS, list(cases), InterestDeclared.source, InterestDeclared.type, str(person))
    declared = ((row["subject"], event_of(unseal(row["text"]))) for row in rows)
    return frozenset(
        case
        for case, event in declared
        if isinstance(event, InterestDeclared) and event.person == person and event.conflict is not None
    )


async def _paths(connection: Any, rows: Sequence[Any]) -> list[list[bytes]]:
    """Each row's inclusion path, all hashes fetched in one statement."""
    needs: dict[str, list[NodeRange]] = {}
    for row in rows:
        needs.setdefault(row["source"], []).extend(inclusion_needs(row["position"] - 1, row["size"]))
    found = await trees.nodes(connection, needs)
    return [inclusion_path(row["position"] - 1, row["size"], stored_nodes(found[row["source"]])) for row in rows]


def _trace(row: Mapping[str, Any], path: Sequence[bytes]) -> Trace:
    return Trace(
        **_shown(row["source"], row),
        index=row["position"] - 1,
        leaf=row["leaf"].hex(),
        size=row["size"],
        root=row["root"].hex(),
        path=[each.hex() for each in path],
        former=row["former"],
        former_at=row["former_at"],
    )


def _shown(source: str, row: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: row[name] for name in ("position", "subject", "type", "told_at", "recorded_at")}
    return {"source": source, **told, **_exact(row["text"])}


def _exact(text: bytes) -> dict[str, str]:
    try:
        return {"text": text.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(text).decode()}
