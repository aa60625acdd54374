"""The erasable store: an event holds only a salted digest, and without its key the content is gone for good."""

from __future__ import annotations

import asyncio
import hashlib
from uuid import uuid4

import asyncpg
import pytest

from shared import store
from shared.keyring import KeyGone, Keyring, WrongKey
from shared.store import Altered, Store
from tests.service.engine.box.services import BOXES
from tests.service.engine.yard import Yard

LETTER = "Kära nämnd, vi heter Ångermanlands Håll".encode()
KEK = bytes(range(32))


async def keys(yard: Yard, kek: bytes = KEK) -> Keyring:
    pool = await asyncpg.create_pool(yard.addresses.services["box"].keys_url, min_size=1, max_size=2)
    yard.closes(pool.close)
    return Keyring(pool, kek)


async def test_content_comes_back_as_it_was_and_its_digest_says_so(yard: Yard) -> None:
    pool, keyring, owner = await yard.pool("box"), await keys(yard), uuid4()
    (sealed,) = await Store(keyring).seal(owner, "case", {"letter": LETTER})
    await store.write(pool, [sealed])

    assert await Store(await keys(yard)).open(pool, owner, "case", "letter") == LETTER
    salt = store.salt(await keyring.key((owner, "case")), "letter")
    assert sealed.digest == hashlib.sha256(salt + LETTER).hexdigest()
    assert sealed.digest != hashlib.sha256(LETTER).hexdigest()


async def test_the_same_words_give_each_owner_and_each_item_a_digest_of_its_own(yard: Yard) -> None:
    content = Store(await keys(yard))
    owner = uuid4()

    sealed = [
        *await content.seal(owner, "case", {"a": LETTER, "b": LETTER}),
        *await content.seal(uuid4(), "case", {"a": LETTER}),
    ]
    again = await content.seal(owner, "case", {"a": LETTER})

    assert len({one.digest for one in sealed}) == 3
    assert len({one.content for one in sealed}) == 3
    assert again[0].digest == sealed[0].digest


async def test_nothing_of_the_content_can_be_read_in_the_database(yard: Yard) -> None:
    pool, owner = await yard.pool("box"), uuid4()
    await store.write(pool, await Store(await keys(yard)).seal(owner, "case", {"letter": LETTER}))

    found = await pool.fetchval("select content from store")

    words = [word for word in LETTER.split() if len(word) > 4]  # a shorter one is there by chance, now and then
    assert words
    assert not any(word in found for word in words)


async def test_when_the_key_is_destroyed_the_content_is_gone(yard: Yard) -> None:
    pool, keyring, owner, other = await yard.pool("box"), await keys(yard), uuid4(), uuid4()
    for whose in (owner, other):
        await store.write(pool, await Store(keyring).seal(whose, "case", {"letter": LETTER}))

    await keyring.destroy([(owner, "case")])

    for who in (keyring, await keys(yard)):
        with pytest.raises(KeyGone):
            await Store(who).open(pool, owner, "case", "letter")
        with pytest.raises(KeyGone):
            await Store(who).open_all(pool, owner, "case")
        assert await Store(who).open_all(pool, other, "case") == {"letter": LETTER}
    new = await Store(keyring).seal(owner, "case", {"letter": LETTER})
    assert new[0].digest != await pool.fetchval("select digest from store where owner = $1", owner)


async def test_a_key_does_not_open_with_another_key_encryption_key(yard: Yard) -> None:
    owner = uuid4()
    await (await keys(yard)).made((owner, "case"))

    other = await keys(yard, bytes(32))
    with pytest.raises(WrongKey):  # which is not gone: work that clears up what was erased must not take it for that
        await other.key((owner, "case"))
    with pytest.raises(WrongKey):
        await other.refuse_wrong_key()
    await (await keys(yard)).refuse_wrong_key()


@pytest.mark.parametrize(
    "change", ["item = 'other'", "scope = 'person'", "content = content || '\\x00'", "owner = gen_random_uuid()"]
)
async def test_content_that_was_moved_or_altered_does_not_open(yard: Yard, change: str) -> None:
    pool, keyring, owner = await yard.pool("box"), await keys(yard), uuid4()
    await store.write(pool, await Store(keyring).seal(owner, "case", {"letter": LETTER}))
    await pool.execute(f"update store set {change}")
    row = await pool.fetchrow("select owner, scope, item from store")
    await pool.execute("delete from store where false")
    key = await (await keys(yard)).made((row["owner"], row["scope"]))

    assert key is not None
    with pytest.raises(Altered):
        await Store(keyring).open(pool, *row)


async def test_a_key_is_committed_before_the_content_it_protects(yard: Yard) -> None:
    owner = uuid4()

    await Store(await keys(yard)).seal(owner, "case", {"letter": LETTER})

    assert await (await yard.pool("box")).fetchval("select count(*) from store") == 0
    assert await yard.as_superuser("box_keys", "select count(*) from key where owner = $1", owner, keys=True) == 1


async def test_many_who_seal_for_one_owner_at_once_get_one_key(yard: Yard) -> None:
    rings, owner = [await keys(yard) for _ in range(3)], uuid4()

    made = await asyncio.gather(*(ring.made((owner, "case")) for ring in rings for _ in range(20)))

    assert len(set(made)) == 1
    assert await yard.as_superuser("box_keys", "select count(*) from key", keys=True) == 1


async def test_what_an_event_stands_for_is_never_replaced_but_a_draft_is(yard: Yard) -> None:
    pool, content, owner = await yard.pool("box"), Store(await keys(yard)), uuid4()
    await store.write(pool, await content.seal(owner, "draft", {"form": b"first"}))

    with pytest.raises(asyncpg.UniqueViolationError):
        await store.write(pool, await content.seal(owner, "draft", {"form": b"second"}))
    await store.write(pool, await content.seal(owner, "draft", {"form": b"second"}), replacing=True)

    assert await content.open(pool, owner, "draft", "form") == b"second"


async def test_erased_content_is_told_as_gone_for_good_and_not_as_a_fault_of_ours(yard: Yard) -> None:
    office = await yard.office(BOXES)
    client, box = yard.client(office), uuid4()
    assert (await client.put(f"/boxes/{box}", json={"room": str(uuid4()), "label": "Hemligt"})).status_code == 200
    assert (await client.get(f"/boxes/{box}")).json()["label"] == "Hemligt"
    stored = await office.pool.fetchval("select event::text from journal")
    assert "Hemligt" not in stored

    await office.store.keyring.destroy([(box, "case")])

    assert (await client.get(f"/boxes/{box}")).status_code == 410
    assert "Hemligt" not in (await client.get(f"/boxes/{box}")).text


async def test_the_service_cannot_alter_a_key_only_make_and_destroy(yard: Yard) -> None:
    keyring, owner = await keys(yard), uuid4()
    await keyring.made((owner, "case"))
    connection = await asyncpg.connect(yard.addresses.services["box"].keys_url)

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute("update key set wrapped = ''")
    await connection.close()
