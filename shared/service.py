"""What a service is made of. Each service's `app.py` fills in one of these; `shared.office` brings it to life."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from shared.catalogue import Event
from shared.life import Command, Kind
from shared.policy import Policy

if TYPE_CHECKING:
    from shared.office import Office
    from shared.reader import Take

Reaction = Callable[[Any, UUID], Iterable[Command]]
"""(event, its subject) → what this service then does. Pure: all it knows is what it was told."""

Due = Callable[["Office"], Awaitable[None]]
"""Work whose time has come: looks for due rows and does them, and returns when there are none left."""


@dataclass(frozen=True)
class Holding:
    """What a service holds of cases that can be erased. In every statement $1 is the cases' ids.

    `owners` asks whose keys protect it: rows of (owner, scope). `forget` deletes the rows that lead to it, and `tables`
    are those whose columns are kept in the clear, beside `clear` itself.
    """

    owners: str
    forget: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()


@dataclass(frozen=True)
class Service:
    """`hears` are the services whose streams it follows. `due` is run again and again: dates that have come. `inside`
    are routes for processes of our own, which do not exist through the door and ask for their own password."""

    name: str
    hears: tuple[str, ...]
    kinds: tuple[Kind, ...]
    policy: Policy
    routes: tuple[Any, ...]
    migrations: Path
    inside: tuple[Any, ...] = ()
    reactions: Mapping[type[Event], Reaction] = field(default_factory=dict)
    due: tuple[Due, ...] = ()
    take: Callable[[Office], Take] | None = None
    has_store: bool = True
    holding: Holding | None = None
    on_open: Callable[[Office], Awaitable[None]] | None = None
