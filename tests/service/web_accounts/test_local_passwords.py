"""A password is long enough and nothing else, and guessing comes to nothing."""

from __future__ import annotations

import asyncio
import threading
from typing import NoReturn
from uuid import uuid4

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from services.web.signing_in import rate_limits
from services.web.signing_in.desk import SignInDesk
from services.web.signing_in.lookup import Lookup
from services.web.signing_in.passwords import Passwords, WrongPassword
from tests.mailbox import Mailbox
from tests.service.house import TestedHouse
from tests.service.web.browsing import Browser, browse
from tests.service.web_accounts.local import NETWORK, PASSWORD, invited, local_account, signed_in_with

PATIENCE_S = 20.0


@pytest.mark.parametrize("password", ["short", "eleven char", "x" * 201])
async def test_a_password_is_long_enough_and_there_is_no_other_rule(
    house: TestedHouse, mailbox: Mailbox, password: str
) -> None:
    _, link = await invited(house, mailbox)
    browser = await browse(house)
    page = await browser.open(link)
    refused = await page.send(link.partition("?")[0], name="Nour Ek", password=password)
    assert refused.status == 422
    assert "12" in refused.text
    assert 'value="Nour Ek"' in refused.html

    taken = await refused.send(link.partition("?")[0], name="Nour Ek", password="bara små bokstäver")

    assert taken.path == "/me"


async def test_a_wrong_password_and_an_address_nobody_has_get_the_same_answer(
    house: TestedHouse, mailbox: Mailbox, browser: Browser
) -> None:
    email, *_ = await local_account(house, mailbox)
    wrong = await signed_in_with(browser, email, "not the password")
    nobody = await signed_in_with(browser, f"{uuid4().hex}@example.se", "not the password")

    assert wrong.status == nobody.status == 422
    assert wrong.text == nobody.text


async def test_trying_an_address_nobody_has_takes_as_long(
    house: TestedHouse, mailbox: Mailbox, desk: SignInDesk
) -> None:
    """The same work is done: shown by what is compared, because a clock tells nothing on a busy machine."""
    email, *_ = await local_account(house, mailbox)
    worked: list[str] = []
    hasher = desk.passwords._hasher
    verify = hasher.verify

    class Counting:
        def verify(self, hashed: str, plain: str) -> bool:
            worked.append(hashed.rsplit("$", 2)[0])
            return verify(hashed, plain)

        def hash(self, plain: str) -> str:
            return hasher.hash(plain)

    desk.passwords._hasher = Counting()  # type: ignore[assignment]
    try:
        for address in (email, f"{uuid4().hex}@example.se"):
            with pytest.raises(WrongPassword):
                await desk.passwords.sign_in(address, "not the password", NETWORK)
    finally:
        desk.passwords._hasher = hasher
    assert len(worked) == 2
    assert worked[0] == worked[1], "the same algorithm at the same cost"
    assert worked[0].startswith("$argon2id$")


async def test_guessing_a_password_is_stopped_by_account_whatever_network_it_comes_from(
    house: TestedHouse, mailbox: Mailbox, desk: SignInDesk
) -> None:
    """S-13: ten guesses in a quarter of an hour, fifty a day; then even the right one has to wait."""
    email, *_ = await local_account(house, mailbox)
    limit, outcomes = rate_limits.LIMITS["password.account"].times, []
    for number in range(limit + 5):
        try:
            await desk.passwords.sign_in(email, f"guess number {number}", f"network {number}".encode())
        except Exception as error:  # noqa: BLE001 - which it is is what is tried
            outcomes.append(type(error).__name__)

    assert outcomes == ["WrongPassword"] * limit + ["TooMany"] * 5
    with pytest.raises(rate_limits.TooMany):
        await desk.passwords.sign_in(email, PASSWORD, b"another network")
    await house.office("web").pool.execute("update attempt set opened_at = opened_at - interval '16 minutes'")
    assert await desk.passwords.sign_in(email, PASSWORD, NETWORK), "the control: it passes"


async def test_what_a_password_is_kept_as_costs_tens_of_megabytes_to_try(house: TestedHouse) -> None:
    web, account = house.office("web"), uuid4()
    await Passwords(web.pool, Lookup(web.settings.key_encryption_key)).set(account, PASSWORD)
    kept = await web.pool.fetchval("select hash from password where account = $1", account)

    assert kept.startswith("$argon2id$")
    assert int(kept.partition("m=")[2].partition(",")[0]) >= 64 * 1024


async def test_guessing_at_many_accounts_is_stopped_by_network(desk: SignInDesk) -> None:
    limit, refused = rate_limits.LIMITS["password.network"].times, 0
    for number in range(limit + 3):
        try:
            await desk.passwords.sign_in(f"somebody{number}@example.se", "a guess for all", NETWORK)
        except rate_limits.TooMany:
            refused += 1
        except WrongPassword:
            continue
    assert refused == 3


async def test_limits_hold_when_everything_is_tried_at_once(house: TestedHouse) -> None:
    pool, who = house.office("web").pool, uuid4().bytes
    limit = rate_limits.LIMITS["code.address"].times
    tried = await asyncio.gather(
        *(rate_limits.count(pool, ("code.address", who), ("code.network", who)) for _ in range(20)),
        return_exceptions=True,
    )

    assert sum(one is None for one in tried) == limit
    assert all(one is None or isinstance(one, rate_limits.TooMany) for one in tried)


async def test_a_new_password_signs_everybody_else_out(house: TestedHouse, mailbox: Mailbox) -> None:
    email, _, first = await local_account(house, mailbox)
    second = await browse(house)
    await signed_in_with(second, email, PASSWORD)
    assert (await second.open("/me")).path == "/me", "the control"

    page = await first.open("/me/password")
    await page.send("/me/password", password="another horse battery staple")

    assert (await second.open("/me")).path == "/sign-in?next=/me"
    assert (await first.open("/me")).path == "/me"
    assert (await signed_in_with(second, email, PASSWORD)).status == 422


async def test_password_work_leaves_the_house_free_for_others(
    desk: SignInDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A password that is tried lasts until the loop has done something else: on the loop itself it would not end."""
    loop, turned = asyncio.get_running_loop(), threading.Event()

    class Lasting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> NoReturn:
            loop.call_soon_threadsafe(turned.set)
            if not turned.wait(PATIENCE_S):
                raise TimeoutError("nothing else is done meanwhile")
            raise VerifyMismatchError

    monkeypatch.setattr(desk.passwords, "_hasher", Lasting())

    with pytest.raises(WrongPassword):
        await desk.passwords.sign_in("somebody@example.se", "a guess", NETWORK)
