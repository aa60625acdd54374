"""The proof of one entry as a file to keep: whoever has it notices if the entry is ever altered or left out."""

from __future__ import annotations

from typing import Any

from services.audit import checkpoints, logs, trees
from shared.merkle import inclusion_needs, inclusion_path, stored_nodes
from shared.refused import NotNow, Unknown
from shared.tlog.proofs import Proof

COVERING = """
select size from checkpoint where log = $1 and size > $2 order by
    not exists (select from cosignature where cosignature.log = checkpoint.log and cosignature.size = checkpoint.size),
    size
limit 1
"""
"""The first that somebody outside has cosigned, else the first there is: the file stays the same when it is asked for
again, but that it may have got a witness."""


class NotYetSigned(NotNow):
    def __init__(self) -> None:
        super().__init__(
            "Det är inte signerat ännu. Försök igen om en minut.", "It has not been signed yet. Try again in a minute."
        )


async def proof_file(connection: Any, source: str, position: int) -> Proof:
    """With the entry's exact text, and the cosignatures there are so far. Raises Unknown, NotYetSigned."""
    trees.followed(source)
    log = (await logs.latest(connection)).get(source)
    texts = await logs.texts(connection, log, position - 1 + log.before, position + log.before) if log else []
    if log is None or not texts:
        raise NotYetSigned if await _is_there(connection, source, position) else Unknown
    index = position - 1 + log.before
    size = await connection.fetchval(COVERING, log.name, index)
    if size is None:
        raise NotYetSigned
    node_at = stored_nodes(await logs.nodes(connection, log, inclusion_needs(index, size)))
    path = tuple(inclusion_path(index, size, node_at))
    return Proof(index, path, await checkpoints.shown(connection, log, size), texts[0])


async def _is_there(connection: Any, source: str, position: int) -> bool:
    return 1 <= position <= (await trees.head(connection, source)).size
