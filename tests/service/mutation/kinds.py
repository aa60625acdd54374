"""Every kind of tampering that the design lists, each with the check that has to find it and say where.

A kind does its damage, looks with its own check, and says what was found; it is found only where the place that is
named is the place of the damage. Where the damage is one that the house itself cannot see, the kind makes sure that it
does not: only what somebody outside has kept can tell.
"""

from __future__ import annotations

import random

from services.audit import reconciling
from services.signer.domain.judgement import BEHIND, FORK
from shared.merkle import leaf_hash
from shared.tlog.checkpoints import Checkpoint, sign
from shared.tlog.ed25519 import new_seed
from shared.tlog.notes import read_note
from tests.service.mutation.damage import (
    a_letter,
    a_name,
    a_position,
    a_source,
    any_byte,
    around,
    edited,
    inserted,
    named,
    one_of,
    places,
    put,
    ranges,
    refused,
    rewritten,
    set_both,
    sign_again,
    whole,
)
from tests.service.mutation.ground import SOURCES, Ground
from tests.service.mutation.listed import (
    BOOKS,
    KEPT,
    KEY,
    NIGHT,
    OUTSIDE,
    RECOUNT,
    REGISTER,
    SIGNER,
    WITNESS,
    kind,
)
from tests.service.mutation.population import OWN, case_of

# --------------------------------------------------------------------------------------------- one book, one event


@kind("one byte of an event, in audit's copy", RECOUNT)
async def byte_of_copy(ground: Ground, chance: random.Random) -> bool:
    async with ground.books(a_source(chance)) as (books,):
        position = a_position(books, chance)
        await put(books, position, any_byte(books.texts[position - 1], chance))
        found = await ground.found()
        return named(found, books) == {position: "altered_here"} and not whole(found, books)


@kind("one byte of an event and its leaf, in audit's copy", BOOKS)
async def byte_and_leaf(ground: Ground, chance: random.Random) -> bool:
    async with ground.books(a_source(chance)) as (books,):
        position = a_position(books, chance)
        text = any_byte(books.texts[position - 1], chance)
        await put(books, position, text, leaf_hash(text))
        return named(await ground.found(), books) == {position: "different"}


@kind("one byte of an event, in the service's journal", BOOKS)
async def byte_of_journal(ground: Ground, chance: random.Random) -> bool:
    async with ground.books(a_source(chance)) as (books,):
        position = a_position(books, chance)
        await books.own.execute(
            "update journal set event = $2 where position = $1", position, a_letter(books.texts[position - 1], chance)
        )
        return named(await ground.found(), books) == {position: "different"}


@kind("an event deleted from audit", BOOKS)
async def deleted_copy(ground: Ground, chance: random.Random) -> bool:
    async with ground.books(a_source(chance)) as (books,):
        position = a_position(books, chance)
        await books.audit.execute("delete from entry where source = $1 and position = $2", books.source, position)
        found = await ground.found()
        return named(found, books) == {position: "missing_here"} and not whole(found, books)


@kind("an event deleted from the journal", BOOKS)
async def deleted_entry(ground: Ground, chance: random.Random) -> bool:
    async with ground.books(a_source(chance)) as (books,):
        position = a_position(books, chance)
        await books.own.execute("delete from journal where position = $1", position)
        return named(await ground.found(), books) == {position: "missing_there"}


@kind("two events swapped in audit", BOOKS)
async def swapped_copies(ground: Ground, chance: random.Random) -> bool:
    async with ground.books(a_source(chance)) as (books,):
        one, other = chance.sample(range(1, len(books.texts) + 1), 2)
        for here, there in ((one, other), (other, one)):
            await put(books, here, books.texts[there - 1], leaf_hash(books.texts[there - 1]))
        return named(await ground.found(), books) == {one: "different", other: "different"}


@kind("two events swapped in the journal", BOOKS)
async def swapped_entries(ground: Ground, chance: random.Random) -> bool:
    async with ground.books(a_source(chance)) as (books,):
        one, other = chance.sample(range(1, len(books.texts) + 1), 2)
        for here, there in ((one, other), (other, one)):
            text = books.texts[there - 1].decode()
            await books.own.execute("update journal set event = $2 where position = $1", here, text)
        return named(await ground.found(), books) == {one: "different", other: "different"}


@kind("an event put into audit's book, all of it made anew", BOOKS)
async def inserted_copy(ground: Ground, chance: random.Random) -> bool:
    async with ground.books(a_source(chance)) as (books,):
        position = a_position(books, chance)
        await books.set_trail(inserted(books.texts, position))
        found = await ground.found()
        return min(named(found, books), default=0) == position and rewritten(found, books) == around(
            ground, books, position
        )


@kind("an event put into the journal, all of it made anew", BOOKS)
async def inserted_entry(ground: Ground, chance: random.Random) -> bool:
    async with ground.books(a_source(chance)) as (books,):
        position = a_position(books, chance)
        await books.set_journal(inserted(books.texts, position))
        found = await ground.found()
        return min(named(found, books), default=0) == position and one_of(found, books)["as_signed"]


@kind("the tail of the journal cut off", BOOKS)
async def tail_of_journal(ground: Ground, chance: random.Random) -> bool:
    async with ground.books(a_source(chance)) as (books,):
        left = len(books.texts) - chance.randint(1, 40)
        await books.set_journal(books.texts[:left])
        gone = dict.fromkeys(range(left + 1, len(books.texts) + 1), "missing_there")
        return named(await ground.found(), books) == gone


# ------------------------------------------------------------------------------------------------- whole books


@kind("the tail of both books cut off", KEPT)
async def tail_of_both(ground: Ground, chance: random.Random) -> bool:
    async with ground.books(a_source(chance)) as (books,):
        left = len(books.texts) - chance.randint(1, 40)
        await books.set_journal(books.texts[:left])
        await books.set_trail(books.texts[:left])
        found = await ground.found()
        return whole(found, books) and ranges(found, books, "cut") == [(left + 1, len(books.texts))]


@kind("both books rewritten alike", KEPT)
async def both_alike(ground: Ground, chance: random.Random) -> bool:
    async with ground.books(a_source(chance)) as (books,):
        position = a_position(books, chance)
        await set_both(books, edited(books.texts, position, chance))
        found = await ground.found()
        seen_by_comparing = not (one_of(found, books)["agrees"] and whole(found, books))
        return not seen_by_comparing and rewritten(found, books) == around(ground, books, position)


@kind("both books rewritten alike, before the night", NIGHT)
async def before_the_night(ground: Ground, chance: random.Random) -> bool:
    office = ground.room.office
    async with ground.books(a_source(chance)) as (books,):
        position = a_position(books, chance)
        await set_both(books, edited(books.texts, position, chance))
        await reconciling.compare(office, books.source)
        (kept,) = [one for one in await reconciling.latest(office.pool) if one.source == books.source]
    await reconciling.compare(office, books.source)
    (after,) = [one for one in await reconciling.latest(office.pool) if one.source == books.source]
    found = [(one.first, one.last) for one in kept.unlike]
    return not kept.agrees and found == around(ground, books, position) and after.agrees and not after.unlike


@kind("a checkpoint replaced by another", KEPT)
async def checkpoint_replaced(ground: Ground, chance: random.Random) -> bool:
    source = a_source(chance)
    async with ground.books(source) as (books,):
        size = chance.choice(ground.sizes[source][:-1])
        false = chance.choice([new_seed(), ground.desk.memory.seed])  # a stranger's key, or the log's own, stolen
        note = sign(Checkpoint(ground.desk.mine(source).origin, size, chance.randbytes(32)), false)
        await books.audit.execute(
            "update checkpoint set note = $3 where log = $1 and size = $2", source, size, str(note)
        )
        found = one_of(await ground.found(), books)
        false_ones = [(one["what"], one["size"]) for one in found["ranges"]]
        return bool(found["agrees"] and found["whole"]) and false_ones == [("false_checkpoint", size)]


@kind("both rewritten alike, and somebody kept the proof of that entry", OUTSIDE)
async def proof_was_kept(ground: Ground, chance: random.Random) -> bool:
    source = a_source(chance)
    position, proof = chance.choice(sorted(ground.proofs[source].items()))
    async with ground.books(source) as (books,):
        await set_both(books, edited(books.texts, position, chance))
        return places(await ground.found(proof), source) == [(position, position)]


@kind("one of the last left out of both books, and somebody kept its proof", OUTSIDE)
async def proof_of_what_is_left_out(ground: Ground, chance: random.Random) -> bool:
    """The proof speaks of a log that is longer than what is left of it."""
    source = a_source(chance)
    position = chance.randint(ground.sizes[source][-2] + 1, ground.sizes[source][-1] - 1)
    proof = await ground.proof(source, position)
    async with ground.books(source) as (books,):
        await set_both(books, books.texts[: position - 1] + books.texts[position:])
        end = ground.sizes[source][-1]
        return places(await ground.found(proof), source) == [(position, position), (end, end)]


@kind("an older copy of every database restored", SIGNER)
async def older_database(ground: Ground, chance: random.Random) -> bool:
    source = a_source(chance)
    async with ground.books(source) as (books,):
        size = chance.choice(ground.sizes[source][:-1])
        await set_both(books, books.texts[:size])
        for table in ("cosignature", "checkpoint"):
            await books.audit.execute(f"delete from {table} where log = $1 and size > $2", source, size)
        if not (await ground.found())["holds"]:
            return False  # it is a true state of the house: looking at itself it can see nothing
        stopped = (await ground.desk.look()).get(source)
        found = await ground.found(ground.checkpoints[source][-1])
        return stopped == BEHIND and places(found, source) == [(size + 1, len(books.texts))]


@kind("an edited log signed again with the stolen key", WITNESS)
async def signed_again(ground: Ground, chance: random.Random) -> bool:
    source = a_source(chance)
    witness = ground.witness(a_name(chance))
    before = await ground.looked(witness, source)
    async with ground.books(source) as (books,):
        position = a_position(books, chance)
        await set_both(books, edited(books.texts, position, chance))
        await sign_again(ground, books)
        if not (await ground.found())["holds"]:
            return False
        after = await ground.looked(witness, source)
        found = await ground.found(*ground.checkpoints[source])
        signer = (await ground.desk.look()).get(source)
        return (
            (before.well, after.well, signer) == (True, False, FORK)
            and "TWO HISTORIES" in after.sentence
            and places(found, source) == around(ground, books, position)
        )


@kind("the tail cut off, and the rest signed again with the stolen key", WITNESS)
async def cut_and_signed(ground: Ground, chance: random.Random) -> bool:
    source = a_source(chance)
    witness = ground.witness(a_name(chance))
    before = await ground.looked(witness, source)
    async with ground.books(source) as (books,):
        left = len(books.texts) - chance.randint(1, 40)
        await set_both(books, books.texts[:left])
        await sign_again(ground, books)
        if not (await ground.found())["holds"]:
            return False
        after = await ground.looked(witness, source)
        found = await ground.found(ground.checkpoints[source][-1])
        told = f"shows {left} entries, and it had {len(books.texts)}"
        return before.well and told in after.sentence and places(found, source) == [(left + 1, len(books.texts))]


@kind("two histories shown to two witnesses", OUTSIDE)
async def two_histories(ground: Ground, chance: random.Random) -> bool:
    source = a_source(chance)
    one, other = ground.witness(a_name(chance)), ground.witness(a_name(chance))
    async with ground.books(source) as (books,):
        position = a_position(books, chance)
        await set_both(books, edited(books.texts, position, chance))
        await sign_again(ground, books)
        told_other = await ground.looked(other, source)
    told_one = await ground.looked(one, source)
    kept = ground.folder / f"{a_name(chance)}.txt"
    kept.write_text(other._memory.known.logs[ground.desk.mine(source).origin].note)
    found = await ground.found(kept)
    return told_one.well and told_other.well and places(found, source) == [(1, len(books.texts))]


# ------------------------------------------------------------------------------------- signatures, files, omissions


@kind("a signature forged", KEY)
async def forged(ground: Ground, chance: random.Random) -> bool:
    source = a_source(chance)
    path = chance.choice(ground.checkpoints[source])
    note = read_note(path.read_text())
    if chance.random() < 0.5:
        forged_note = str(sign(Checkpoint(ground.desk.mine(source).origin, 7, bytes(32)), new_seed()))
    else:
        forged_note = str(note)[:-6] + ("AAAA" if str(note)[-6:-2] != "AAAA" else "BBBB") + str(note)[-2:]
    async with ground.books(source) as (books,):
        await books.audit.execute("update checkpoint set note = $2 where log = $1", source, forged_note)
        told = await ground.looked(ground.witness(a_name(chance)), source)
    return not told.well and "not believed" in told.sentence and refused(ground, forged_note, path)


@kind("a proof file edited", KEY)
async def proof_edited(ground: Ground, chance: random.Random) -> bool:
    source = a_source(chance)
    path = chance.choice(list(ground.proofs[source].values()))
    written = path.read_text()
    at = chance.randrange(len(written) - 1)
    return refused(ground, written[:at] + ("B" if written[at] == "A" else "A") + written[at + 1 :], path)


@kind("a whole case left out of every book, and all signed again", REGISTER)
async def case_left_out(ground: Ground, chance: random.Random) -> bool:
    number = chance.randint(OWN + 1, OWN + ground.cases - 1)  # not the last: no later number would show the gap
    needle = str(case_of(number)).encode()
    witnessed: tuple[str, int] | None = None
    async with ground.books(*SOURCES) as all_books:
        for books in all_books:
            left = [text for text in books.texts if needle not in text]
            if len(left) < len(books.texts):
                if books.source == "applications":
                    witnessed = books.source, next(at for at, text in enumerate(books.texts, 1) if needle in text)
                await set_both(books, left)
                await sign_again(ground, books)
        assert witnessed is not None
        report = await ground.room.answer("/report")
    proof = await ground.proof(*witnessed)
    async with ground.books(*SOURCES) as all_books:
        for books in all_books:
            left = [text for text in books.texts if needle not in text]
            if len(left) < len(books.texts):
                await set_both(books, left)
                await sign_again(ground, books)
        holds_alone = (await ground.found())["holds"]
        found = await ground.found(proof)
    (register,) = [one for one in report["answers"] if one["key"] == "register"]
    gap = any(f"Number {number} of series EX in 2026 is missing" in str(one) for one in register["findings"])
    return holds_alone and gap and witnessed[1] in [first for first, last in places(found, "applications")]
