"""A passkey signs in whoever holds it: once, in the browser that was asked, for what it was asked for."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from services.web.signing_in import rate_limits
from services.web.signing_in.passkeys import NoPasskey, Passkeys
from tests.service.house import URL, TestedHouse
from tests.service.web.browsing import Browser
from tests.service.web_accounts.authenticator import Authenticator
from tests.service.web_accounts.local import NAMED, NETWORK


@pytest.fixture
def passkeys(house: TestedHouse) -> Passkeys:
    """As where the house is known by a name: browsers keep no passkeys for numbers."""
    return Passkeys(house.office("web").pool, NAMED)


async def test_an_address_that_is_a_number_has_no_passkeys(house: TestedHouse, browser: Browser) -> None:
    pool = house.office("web").pool
    assert not Passkeys(pool, URL).are_possible
    assert not Passkeys(pool, "http://[::1]:8000").are_possible
    assert Passkeys(pool, NAMED).are_possible
    assert "data-passkey" not in (await browser.open("/sign-in/local")).html


async def test_s13_opening_the_page_again_and_again_fills_no_table(
    house: TestedHouse, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(rate_limits.LIMITS, "passkey.asked", rate_limits.Limit(2, 900))
    pool, shown = house.office("web").pool, []
    began = await pool.fetchval("select clock_timestamp()")
    for _ in range(4):
        page = await browser.open("/sign-in/local", Host="localhost:8000")
        shown.append((page.status, "data-passkey" in page.html))

    assert shown == [(200, True), (200, True), (200, False), (200, False)]
    assert await pool.fetchval("select count(*) from begun where began_at >= $1", began) == 2


async def a_passkey(passkeys: Passkeys, account: UUID) -> Authenticator:
    key = Authenticator(NAMED)
    await passkeys.add(account, key.make(await passkeys.offer(account, "Nour", "browser")), "browser")
    return key


async def test_somebody_makes_a_passkey_and_signs_in_with_it(passkeys: Passkeys) -> None:
    account = uuid4()
    key = await a_passkey(passkeys, account)

    assert await passkeys.use(key.use(await passkeys.ask("b")), "b", NETWORK) == account
    assert await passkeys.use(key.use(await passkeys.ask("b", account)), "b", NETWORK, account) == account


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "http://evil.example"},
        {"challenge": "bWFkZS11cA"},
        {"type": "webauthn.create"},
        {"name": "evil.example"},
    ],
    ids=str,
)
async def test_a_passkeys_answer_that_was_made_for_something_else_signs_nobody_in(
    passkeys: Passkeys, wrong: dict[str, str]
) -> None:
    key = await a_passkey(passkeys, uuid4())

    with pytest.raises(NoPasskey):
        await passkeys.use(key.use(await passkeys.ask("b"), **wrong), "b", NETWORK)


async def test_a_passkeys_answer_is_good_once_and_in_the_browser_that_was_asked(passkeys: Passkeys) -> None:
    key = await a_passkey(passkeys, uuid4())
    answer = key.use(await passkeys.ask("b"))
    with pytest.raises(NoPasskey):
        await passkeys.use(answer, "another browser", NETWORK)
    assert await passkeys.use(answer, "b", NETWORK), "the control"

    with pytest.raises(NoPasskey):
        await passkeys.use(answer, "b", NETWORK)


async def test_a_passkey_that_does_not_make_sure_who_holds_it_is_not_taken(passkeys: Passkeys) -> None:
    account, key = uuid4(), Authenticator(NAMED, verifies=False)
    with pytest.raises(NoPasskey):
        await passkeys.add(account, key.make(await passkeys.offer(account, "Nour", "b")), "b")
    true = await a_passkey(passkeys, account)
    true.flags = 0x01

    with pytest.raises(NoPasskey):
        await passkeys.use(true.use(await passkeys.ask("b")), "b", NETWORK)


async def test_a_copied_passkey_is_noticed_by_its_count(passkeys: Passkeys) -> None:
    key = await a_passkey(passkeys, uuid4())
    for _ in range(3):
        await passkeys.use(key.use(await passkeys.ask("b")), "b", NETWORK)
    key.count = 0

    with pytest.raises(NoPasskey):
        await passkeys.use(key.use(await passkeys.ask("b")), "b", NETWORK)


async def test_another_persons_passkey_shows_nothing_about_one(passkeys: Passkeys) -> None:
    mine, theirs = uuid4(), uuid4()
    key = await a_passkey(passkeys, theirs)
    await a_passkey(passkeys, mine)

    with pytest.raises(NoPasskey):
        await passkeys.use(key.use(await passkeys.ask("b", mine)), "b", NETWORK, mine)


async def test_a_passkey_answered_for_one_purpose_does_not_serve_another(passkeys: Passkeys) -> None:
    """What was asked of anybody shows nothing about an account that has to sign, and the other way round."""
    account = uuid4()
    key = await a_passkey(passkeys, account)
    with pytest.raises(NoPasskey):
        await passkeys.use(key.use(await passkeys.ask("b")), "b", NETWORK, account)

    with pytest.raises(NoPasskey):
        await passkeys.use(key.use(await passkeys.ask("b", account)), "b", NETWORK)


@pytest.mark.parametrize(
    "answer", ["", "{}", "[]", '{"response": {}}', '{"response": {"clientDataJSON": "é"}}', "x" * 20_000]
)
async def test_what_is_no_passkeys_answer_is_refused_in_words(passkeys: Passkeys, answer: str) -> None:
    for made in (passkeys.use(answer, "b", NETWORK), passkeys.add(uuid4(), answer, "b")):
        with pytest.raises(NoPasskey):
            await made
