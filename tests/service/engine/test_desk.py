"""The desk: commands that arrive together share a commit, and still each has its own answer and hurts nobody else."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from shared import database, views
from shared.desk import Desk, Receipt
from shared.docket import Clear, RequestKey
from shared.identity import Actor, Post, Role
from shared.life_book import LifeBook
from shared.refused import Incomplete, NoRole, NotNow, Refused, Stale, Unknown
from shared.requests import KeyReused
from tests.service.engine.box.domain import Box, CloseBox, MeasureRoom, OpenBox, PutThing, tally_of
from tests.service.engine.box.services import BOXES
from tests.service.engine.yard import Yard, texts, ticket, until

ROOM = UUID(int=7)


async def asked(desk: Desk, *tickets: Any) -> list[Any]:
    """All at once: each one's receipt, or what it was refused with."""
    return await asyncio.gather(*(desk.do(one) for one in tickets), return_exceptions=True)


async def opened(desk: Desk, **changes: Any) -> UUID:
    box = uuid4()
    await desk.do(ticket(OpenBox(subject=box, room=ROOM, **changes)))
    return box


def key(body: bytes = b"1", number: UUID | None = None) -> RequestKey:
    return RequestKey(number or uuid4(), "POST /boxes", body)


async def test_commands_that_arrive_together_each_get_their_own_answer(yard: Yard) -> None:
    pool = await yard.pool("box")
    desk = await yard.desk(pool)
    box = await opened(desk)

    receipts = await asked(desk, *(ticket(PutThing(subject=box, weight=weight)) for weight in range(1, 101)))

    assert [receipt.answer.version for receipt in receipts] == list(range(2, 102))
    assert [receipt.answer.facts["weight"] for receipt in receipts] == [sum(range(1, n + 1)) for n in range(1, 101)]
    commits = await yard.as_superuser("box", "select count(distinct xmin::text) from journal")
    assert commits < 10


async def test_a_refusal_in_a_batch_hurts_nobody_else(yard: Yard) -> None:
    desk = await yard.desk(await yard.pool("box"))
    box, other = await opened(desk), await opened(desk)

    answers = await asked(
        desk,
        ticket(PutThing(subject=box, weight=1)),
        ticket(PutThing(subject=box, weight=5_000)),
        ticket(CloseBox(subject=other)),
        ticket(PutThing(subject=other, weight=1)),
        ticket(PutThing(subject=uuid4(), weight=1)),
        ticket(PutThing(subject=box, weight=2)),
    )

    assert [type(answer) for answer in answers] == [Receipt, Refused, Receipt, NotNow, NotNow, Receipt]
    assert answers[-1].answer.facts == {"weight": 3}


async def test_a_mistake_of_ours_in_one_command_hurts_nobody_else(yard: Yard) -> None:
    desk = await yard.desk(await yard.pool("box"))
    box = await opened(desk)

    answers = await asked(
        desk,
        ticket(PutThing(subject=box, weight=1)),
        ticket(PutThing(subject=box, weight=1, fault=True)),
        ticket(PutThing(subject=box, weight=1)),
    )

    assert [type(answer) for answer in answers] == [Receipt, ArithmeticError, Receipt]


async def test_what_the_database_cannot_keep_in_one_command_makes_the_batch_go_one_by_one(yard: Yard) -> None:
    pool = await yard.pool("box")
    desk = await yard.desk(pool)
    boxes = [await opened(desk) for _ in range(3)]
    before = len(await texts(pool))

    answers = await asked(
        desk,
        ticket(PutThing(subject=boxes[0], weight=1)),
        ticket(PutThing(subject=boxes[1], weight=1), clear=(Clear(boxes[1], "label", "no such \x00 text"),)),
        ticket(PutThing(subject=boxes[2], weight=1)),
    )

    assert isinstance(answers[1], asyncpg.DataError | asyncpg.CharacterNotInRepertoireError)
    assert [type(answers[0]), type(answers[2])] == [Receipt, Receipt]
    assert len(await texts(pool)) == before + 2


async def test_a_batch_that_goes_one_by_one_does_nothing_twice(yard: Yard) -> None:
    """Another process has the subject first: the batch is overtaken, and each command is decided anew."""
    pool = await yard.pool("box")
    one, two = await yard.desk(pool), await yard.desk(pool)
    boxes = [await opened(one) for _ in range(8)]

    both = await asyncio.gather(
        *(asked(desk, *(ticket(PutThing(subject=box, weight=1)) for box in boxes * 8)) for desk in (one, two))
    )

    flat = [answer for answers in both for answer in answers]
    done = [answer for answer in flat if isinstance(answer, Receipt)]
    assert all(isinstance(answer, Receipt | Stale) for answer in flat)
    assert await yard.as_superuser("box", "select sum(weight)::bigint from box") == len(done)
    assert len(await texts(pool)) == len(boxes) + len(done)


async def test_a_stale_page_overwrites_nothing(yard: Yard) -> None:
    desk = await yard.desk(await yard.pool("box"))
    box = await opened(desk)

    answers = await asked(
        desk,
        ticket(PutThing(subject=box, weight=1), must_match=True),
        ticket(PutThing(subject=box, weight=1), if_match=1, must_match=True),
        ticket(PutThing(subject=box, weight=1), if_match=1, must_match=True),
        ticket(PutThing(subject=box, weight=1), if_match=2, must_match=True),
    )

    assert [type(answer) for answer in answers] == [Incomplete, Receipt, Stale, Receipt]


async def test_the_same_key_gets_the_first_answer_again(yard: Yard) -> None:
    pool = await yard.pool("box")
    desk = await yard.desk(pool)
    box = await opened(desk)
    asking = ticket(PutThing(subject=box, weight=1), request=key(), if_match=1)

    first, at_once = await asked(desk, asking, asking)
    await desk.do(ticket(PutThing(subject=box, weight=10)))
    later = await desk.do(asking)
    elsewhere = await (await yard.desk(pool)).do(asking)

    assert first.answer == at_once.answer == later.answer == elsewhere.answer
    assert len(await texts(pool)) == 3


async def test_the_same_key_for_something_else_is_refused(yard: Yard) -> None:
    desk = await yard.desk(await yard.pool("box"))
    box, number = await opened(desk), uuid4()
    await desk.do(ticket(PutThing(subject=box, weight=1), request=key(b"1", number)))

    with pytest.raises(KeyReused):
        await desk.do(ticket(PutThing(subject=box, weight=2), request=key(b"2", number)))
    with pytest.raises(KeyReused):
        await desk.do(ticket(CloseBox(subject=box), request=RequestKey(number, "POST /close", b"1")))


async def test_another_persons_key_is_another_key(yard: Yard) -> None:
    desk = await yard.desk(await yard.pool("box"))
    box, number = await opened(desk), uuid4()
    people = [Actor(uuid4(), (Post(Role.OFFICER),)) for _ in range(2)]

    receipts = [
        await desk.do(
            ticket(PutThing(subject=box, weight=1), actor=who, operation="put_thing", request=key(b"1", number))
        )
        for who in people
    ]

    assert [receipt.answer.version for receipt in receipts] == [2, 3]


async def test_the_same_key_in_two_processes_at_once_has_one_effect(yard: Yard) -> None:
    pool = await yard.pool("box", 8)
    desks = [await yard.desk(pool) for _ in range(2)]
    boxes = [await opened(desks[0]) for _ in range(20)]

    answers = [
        await asyncio.gather(*(desk.do(ticket(PutThing(subject=box, weight=1), request=request)) for desk in desks))
        for box in boxes
        for request in (key(),)
    ]

    assert all(one.answer == two.answer for one, two in answers)
    assert len(await texts(pool)) == 40


async def test_a_refusal_is_not_kept_so_the_same_key_may_try_again(yard: Yard) -> None:
    desk = await yard.desk(await yard.pool("box"))
    box, request = uuid4(), key()
    with pytest.raises(NotNow):
        await desk.do(ticket(PutThing(subject=box, weight=1), request=request))
    await desk.do(ticket(OpenBox(subject=box, room=ROOM)))

    assert (await desk.do(ticket(PutThing(subject=box, weight=1), request=request))).answer.version == 2


async def test_two_desks_never_overrun_a_ceiling(yard: Yard) -> None:
    pool = await yard.pool("box", 8)
    desks = [await yard.desk(pool) for _ in range(2)]
    await desks[0].do(ticket(MeasureRoom(subject=ROOM, ceiling=100)))
    boxes = [await opened(desk) for desk in desks]

    answers = await asyncio.gather(
        *(
            asked(desk, *(ticket(PutThing(subject=box, weight=3)) for _ in range(30)))
            for desk, box in zip(desks, boxes, strict=True)
        )
    )

    flat = [answer for answers_ in answers for answer in answers_]
    done = [answer for answer in flat if isinstance(answer, Receipt)]
    assert all(isinstance(answer, Refused) for answer in flat if not isinstance(answer, Receipt))
    value = await pool.fetchval("select value from tally where key = $1", tally_of(ROOM))
    assert value == 3 * len(done) <= 100
    assert value == await pool.fetchval("select sum(weight)::bigint from box")
    assert not any(isinstance(answer, Stale) for answer in flat)
    assert value == 99


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits for a row waits for as long as the test takes to do something else."""
    monkeypatch.setattr(database, "LOCK_TIMEOUT_MS", 20_000)


async def put_while_the_box_beside_is_closed(yard: Yard, *, looks_again: bool) -> Any:
    """The answer to a thing put into a box on the strength of another's being open, closed by another process between
    the decision and its commit."""
    pool = await yard.pool("box", 8)
    one, two = [await yard.desk(pool) for _ in range(2)]
    box, beside = await opened(one), await opened(one)

    async def never(*_: object) -> bool:
        return False

    if not looks_again:
        one.book.moved = never  # type: ignore[method-assign,assignment]

    async def waits() -> bool:
        return bool(await pool.fetchval("select exists (select from pg_locks where not granted)"))

    async with pool.acquire() as holder, holder.transaction():
        await holder.execute("select from box where id = $1 for update", box)
        putting = asyncio.create_task(asked(one, ticket(PutThing(subject=box, weight=1, beside=beside))))
        await until(waits, "decided, and about to be written")
        await two.do(ticket(CloseBox(subject=beside)))
    return (await putting)[0]


@pytest.mark.usefixtures("patient")
async def test_what_a_rule_only_looked_at_may_not_change_before_the_commit(yard: Yard) -> None:
    answer = await put_while_the_box_beside_is_closed(yard, looks_again=True)

    assert isinstance(answer, Refused)
    assert "beside" in str(answer)


@pytest.mark.usefixtures("patient")
async def test_without_the_second_look_a_rule_is_broken_by_whoever_is_quick(yard: Yard) -> None:
    """The control."""
    assert isinstance(await put_while_the_box_beside_is_closed(yard, looks_again=False), Receipt)


async def test_a_command_looks_at_what_it_needs_also_where_its_subject_came_to_be_in_the_same_batch(yard: Yard) -> None:
    desk = await yard.desk(await yard.pool("box"))
    beside, box = await opened(desk), uuid4()

    answers = await asked(
        desk,
        ticket(OpenBox(subject=box, room=ROOM)),
        ticket(PutThing(subject=box, weight=1, beside=beside)),
    )

    assert [answer.answer.version for answer in answers] == [1, 2]


async def test_the_database_itself_refuses_a_number_above_its_ceiling(yard: Yard) -> None:
    pool = await yard.pool("box")
    await pool.execute("insert into tally values ('room', 90, 100)")

    with pytest.raises(asyncpg.CheckViolationError):
        await pool.execute("update tally set value = 101 where key = 'room'")


async def test_views_built_again_from_the_journal_are_row_for_row_the_same(yard: Yard) -> None:
    pool = await yard.pool("box")
    desk = await yard.desk(pool)
    await desk.do(ticket(MeasureRoom(subject=ROOM, ceiling=10_000)))
    boxes = [await opened(desk) for _ in range(30)]
    await asked(desk, *(ticket(PutThing(subject=box, weight=n)) for n, box in enumerate(boxes * 3)))
    await asked(desk, *(ticket(CloseBox(subject=box)) for box in boxes[::2]))
    await pool.execute("insert into store values ($1, 'case', 'item', '', '', 'digest')", boxes[0])

    async def rows() -> list[Any]:
        return [
            [tuple(row) for row in await pool.fetch(f"select * from {table} order by 1")]
            for table in ("box", "tally", "store")
        ]

    before = await rows()
    await pool.execute("update box set weight = 0")
    await pool.execute("delete from tally")
    async with pool.acquire() as connection, connection.transaction():
        folded = await views.rebuild(connection, LifeBook(BOXES.kinds))

    assert await rows() == before
    assert folded == len(await texts(pool))


async def test_nobody_reaches_another_associations_box_and_whoever_has_a_conflict_finds_none(yard: Yard) -> None:
    desk = await yard.desk(await yard.pool("box"))
    own, other = uuid4(), uuid4()
    applicant = Actor(uuid4(), (Post(Role.APPLICANT, own),))
    boxes = {association: await opened(desk, association=association) for association in (own, other)}

    def put(box: UUID, actor: Actor) -> Any:
        return ticket(PutThing(subject=box, weight=1), actor=actor, operation="put_thing")

    answers = await asked(
        desk,
        put(boxes[own], applicant),
        put(boxes[other], applicant),
        put(boxes[own], Actor(uuid4(), (Post(Role.AUDITOR),))),
        put(boxes[own], Actor(uuid4(), ())),
    )

    assert [type(answer) for answer in answers] == [Receipt, Unknown, NoRole, NoRole]
    barred = Box(
        id=uuid4(),
        version=1,
        status=BOXES.kinds[1].life[None, next(iter(BOXES.kinds[1].possible(None)))],
        room=ROOM,
        people=(applicant.id,),
    )
    with pytest.raises(Unknown):
        put(barred.id, applicant).refuse_if(barred, BOXES.kinds[1])


async def test_what_is_stored_is_the_text_that_was_sealed(yard: Yard) -> None:
    pool = await yard.pool("box")
    desk = await yard.desk(pool)
    box = await opened(desk)

    (text,) = await texts(pool)

    told = json.loads(text)
    assert [told["id"], told["source"], told["type"], told["subject"]] == [f"{box}-1", "box", "box.opened", str(box)]
    assert text == json.dumps(told, separators=(",", ":"), ensure_ascii=False)
