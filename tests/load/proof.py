"""An inclusion proof from a tree of a million leaves, 99th percentile; and a case's package out of the same tree.

The floor fetches one entry by its number. Most leaves are fillers that the database makes by itself; those of the case
are facts as web tells them, strewn over the tree. `package_s` is everything from its evidence to the packed file.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from services.audit import checkpoints, trees
from services.audit.archive import ADD_NODES, CONCERN, PLANT
from services.audit.evidence import evidence
from services.audit.logs import Log
from services.audit.proofs import inclusion
from shared.catalogue.web import RoleGranted
from shared.identity import Role
from shared.merkle import EMPTY_FRONTIER, leaf_hash, verify_inclusion
from shared.tlog.checkpoints import Checkpoint, sign
from shared.tlog.ed25519 import new_seed
from shared.tlog.notes import public_key
from shared.trail_package.layout import files_of, zipped
from tests.load.frame import Measured, Reach, Row, Size, in_turn, percentile
from tests.load.ground import Ground, ground_of
from tests.load.leaves import SOURCE
from tests.load.seed import facts_of

FULL = 1_000_000
AT_ONCE = 50_000
PROOFS = 400
FACTS_OF_CASE = 60
FILL = """
insert into entry (source, position, text, leaf)
select $1, position, text, sha256('\\x00'::bytea || text)
from (
    select position, convert_to('{"filler":' || position || '}', 'UTF8') as text
    from generate_series($2::bigint, $3::bigint) as position where position <> all($4::bigint[])
) as filler
"""
ADD = """
insert into entry (source, position, text, leaf, subject, type, told_at) values ($1, $2, $3, $4, $5, $6, $7)
"""
LEAVES = "select leaf from entry where source = $1 and position > $2 order by position limit $3"
ENTRY = "select text from entry where source = $1 and position = $2"

One = Callable[[Any, int], Awaitable[object]]


async def measure(size: Size) -> Measured:
    number, chance = size.of(FULL), random.Random(FULL)
    packages: list[float] = []
    async with ground_of("audit") as ground:
        case = await a_tree(ground, number, chance)

        async def proofs() -> float:
            packages.append(await packed_within_s(ground.pool, case))
            return await slowest_ms(ground.pool, number, chance, proven)

        measured = await in_turn(size.rounds, lambda: slowest_ms(ground.pool, number, chance, fetched), proofs)
    measured.figures |= {
        "p99_ms": statistics.median(measured.rows),
        "package_s": statistics.median(packages),
        "leaves": float(number),
    }
    return measured


async def slowest_ms(pool: Any, number: int, chance: random.Random, one: One) -> float:
    """The 99th percentile of one after the other, of entries drawn at random."""
    times = []
    for position in chance.choices(range(1, number + 1), k=PROOFS):
        began = time.perf_counter()
        await one(pool, position)
        times.append((time.perf_counter() - began) * 1_000)
    return percentile(times, 99)


async def fetched(pool: Any, position: int) -> object:
    return await pool.fetchval(ENTRY, SOURCE, position)


async def proven(pool: Any, position: int) -> object:
    return await inclusion(pool, SOURCE, position, None)


async def packed_within_s(pool: Any, case: UUID) -> float:
    began = time.perf_counter()
    found = await evidence(pool, case, uuid4(), ())
    packed = zipped(files_of(found, {}, {}, {}))
    took_s = time.perf_counter() - began
    assert len(found.entries) == FACTS_OF_CASE, len(packed)
    return took_s


# ------------------------------------------------------------------------------------------------------ the tree


async def a_tree(ground: Ground, number: int, chance: random.Random) -> UUID:
    """A signed tree of so many leaves; returns the case whose facts are strewn over it."""
    case, places = uuid4(), sorted(chance.sample(range(1, number + 1), FACTS_OF_CASE))
    async with ground.pool.acquire() as connection:
        await tell_case(connection, case, places)
        for start in range(1, number + 1, AT_ONCE):
            await connection.execute(FILL, SOURCE, start, min(start + AT_ONCE - 1, number), places)
        await connection.execute(PLANT, SOURCE, *await grown(connection))
        await signed(connection)
        head = await trees.head(connection, SOURCE)
        proof = await inclusion(connection, SOURCE, places[0], None)
    path = [bytes.fromhex(each) for each in proof.path]
    assert head.size == number
    assert verify_inclusion(bytes.fromhex(proof.leaf), proof.index, number, path, head.root)
    return case


async def tell_case(connection: Any, case: UUID, places: list[int]) -> None:
    at = datetime.now(UTC)
    event = RoleGranted(role=Role.APPLICANT, association=uuid4(), granted_by=uuid4())
    facts = facts_of(case, [event] * FACTS_OF_CASE, at)
    for place, fact in zip(places, facts, strict=True):
        text = fact.text.encode()
        await connection.execute(ADD, SOURCE, place, text, leaf_hash(text), case, fact.type, at)
    told = [(SOURCE, case, at, place) for place in places]
    await connection.copy_records_to_table("concern", records=told, columns=CONCERN)


async def grown(connection: Any) -> tuple[int, bytes, bytes]:
    """Stores the hashes above the leaves; returns the tree's size, edge and root."""
    edge = EMPTY_FRONTIER
    while rows := await connection.fetch(LEAVES, SOURCE, edge.size, AT_ONCE):
        edge, completed = edge.extended(row["leaf"] for row in rows)
        await connection.execute(ADD_NODES, SOURCE, *map(list, zip(*completed, strict=True)))
    return edge.size, edge.to_bytes(), edge.root()


async def signed(connection: Any) -> None:
    seed, log = new_seed(), Log(SOURCE, SOURCE, 1, f"fund.example/log/{SOURCE}", None)
    head = await trees.head(connection, SOURCE)
    await checkpoints.open_log(connection, log, public_key(log.origin, seed))
    await checkpoints.take(connection, log, str(sign(Checkpoint(log.origin, head.size, head.root), seed)))


ROW = Row(
    name="proof",
    what="an inclusion proof from a tree of a million leaves, 99th percentile",
    floor="one entry fetched by its number, 99th percentile",
    unit="ms",
    reaches=(Reach("p99_ms", at_most=5.0), Reach("package_s", at_most=1.0)),
    measure=measure,
)
