"""Proofs that an outsider can check: that a fact is in a tree, and that a tree is a later state of another."""

from __future__ import annotations

from typing import Any

import msgspec

from services.audit import trees
from shared.merkle import (
    NodeRange,
    consistency_needs,
    consistency_path,
    inclusion_needs,
    inclusion_path,
    root_at,
    root_needs,
    stored_nodes,
)
from shared.refused import FieldError, Refused, Unknown
from shared.words import Text


class Inclusion(msgspec.Struct, frozen=True):
    """RFC 9162 §2.1.3: the leaf is SHA-256(0x00 ‖ text); `index` is `position` − 1. Hashes are in hexadecimal."""

    source: str
    position: int
    index: int
    leaf: str
    size: int
    root: str
    path: list[str]


class Consistency(msgspec.Struct, frozen=True):
    """RFC 9162 §2.1.4: the tree of `new` entries begins with that of `old`. Hashes are in hexadecimal."""

    source: str
    old: int
    old_root: str
    new: int
    new_root: str
    path: list[str]


class NoSuchSize(Refused):
    """The tree has never had, or does not yet have, that many entries."""

    def __init__(self, field: str, size: int) -> None:
        super().__init__(
            f"Trädet har {size} poster. Ange en storlek som det har haft.",
            f"The tree has {size} entries. Give a size that it has had.",
            (FieldError(field, Text("Värdet är inte giltigt.", "The value is not valid.")),),
        )


async def inclusion(connection: Any, source: str, position: int, size: int | None) -> Inclusion:
    """Against the tree at `size`, or as it stands. Raises Unknown for an entry that is not there, NoSuchSize."""
    head = await trees.head(connection, source)
    if not 1 <= position <= head.size:
        raise Unknown
    against = head.size if size is None else size
    if not position <= against <= head.size:
        raise NoSuchSize("size", head.size)
    index = position - 1
    older = against < head.size
    needs = [*inclusion_needs(index, against), *(root_needs(against) if older else ()), NodeRange(0, index, position)]
    node_at = stored_nodes((await trees.nodes(connection, {source: needs}))[source])
    return Inclusion(
        source=source,
        position=position,
        index=index,
        leaf=node_at(0, index).hex(),
        size=against,
        root=(root_at(against, node_at) if older else head.root).hex(),
        path=[each.hex() for each in inclusion_path(index, against, node_at)],
    )


async def consistency(connection: Any, source: str, old: int, new: int) -> Consistency:
    """Raises NoSuchSize. From size 0 there is none: every tree begins with nothing."""
    head = await trees.head(connection, source)
    if not 1 <= new <= head.size:
        raise NoSuchSize("new", head.size)
    if not 1 <= old <= new:
        raise NoSuchSize("old", new)
    needs = [*consistency_needs(old, new), *root_needs(old), *root_needs(new)]
    node_at = stored_nodes((await trees.nodes(connection, {source: needs}))[source])
    return Consistency(
        source=source,
        old=old,
        old_root=root_at(old, node_at).hex(),
        new=new,
        new_root=root_at(new, node_at).hex(),
        path=[each.hex() for each in consistency_path(old, new, node_at)],
    )
