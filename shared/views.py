"""Views: a row is the folded state of one subject, written down for lists. They hold nothing the journal does not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import Any

from shared import tallies
from shared.envelope import event_of, unseal
from shared.journal import entries
from shared.life import Kind, State
from shared.life_book import LifeBook

BASE = {"id": "uuid", "version": "integer", "status": "text"}
REBUILD_BATCH = 1_000


@cache
def _upsert(table: str, columns: tuple[tuple[str, str], ...]) -> str:
    names = [name for name, _ in columns]
    arrays = ", ".join(f"${number}::{kind}[]" for number, (_, kind) in enumerate(columns, start=1))
    changes = ", ".join(f"{name} = excluded.{name}" for name in names if name != "id")
    return (
        f"insert into {table} ({', '.join(names)}) select * from unnest({arrays}) order by 1"  # noqa: S608 - names are ours
        f" on conflict (id) do update set {changes}"
    )


async def write(connection: Any, book: LifeBook, states: Iterable[State]) -> None:
    """Writes the states' rows, each kind in one statement, rows by id: the first locks of a transaction."""
    by_kind: dict[str, tuple[Kind, list[State]]] = {}
    for state in states:
        kind = book.kind_of(state)
        if kind.table is not None:
            by_kind.setdefault(kind.table, (kind, []))[1].append(state)
    for _, (kind, changed) in sorted(by_kind.items()):
        await _write_kind(connection, kind, changed)


async def _write_kind(connection: Any, kind: Kind, states: list[State]) -> None:
    columns = BASE | dict(kind.columns)
    values: dict[str, list[object]] = defaultdict(list)
    for state in states:
        row = {"id": state.id, "version": state.version, "status": str(state.status)} | dict(_row(kind, state))
        for name in columns:
            values[name].append(row[name])
    await connection.execute(_upsert(str(kind.table), tuple(columns.items())), *(values[name] for name in columns))


def _row(kind: Kind, state: State) -> Any:
    return kind.row(state) if kind.row is not None else {}


async def rebuild(connection: Any, book: LifeBook) -> int:
    """Drops the views' rows and folds them again from the journal, in the caller's transaction. Returns events
    folded."""
    for table in sorted({kind.table for kind in book.kinds if kind.table}):
        await connection.execute(f"delete from {table}")  # noqa: S608 - names are ours
    await connection.execute("delete from tally")
    states: dict[Any, State] = {}
    numbers = tallies.Tallies()
    position = 0
    while batch := await entries(connection, position, REBUILD_BATCH):
        for _, _, text in batch:
            envelope = unseal(text)
            event = event_of(envelope)
            after = book.follow(states.get(envelope.subject), event, envelope.subject)
            states[envelope.subject] = after
            for mark in book.kind_of(event).marks(after, event):
                numbers.mark(mark)
        position = batch[-1][0]
    await write(connection, book, states.values())
    await tallies.write(connection, numbers)
    return position
