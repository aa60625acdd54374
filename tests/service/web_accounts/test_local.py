"""Local accounts: invited by the administrator, opened with a password or a passkey, and what guessing comes to."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.command.invite import has_administrator, invite_administrator
from services.web.signing_in import rate_limits, signing
from services.web.signing_in.desk import SignInDesk, sign_in_desk
from services.web.signing_in.lookup import Lookup
from services.web.signing_in.passkeys import NoPasskey, Passkeys
from services.web.signing_in.passwords import Passwords, WrongPassword
from services.web.site.sessions import Level, Sessions
from tests.mailbox import Mailbox
from tests.pages.findings import invalid
from tests.service.house import URL, TestedHouse
from tests.service.web.browsing import Browser, browse
from tests.service.web_accounts.authenticator import Authenticator

PASSWORD = "correct horse battery staple"
NETWORK = b"a network"
NAMED = "http://localhost:8000"


@pytest.fixture
async def browser(house: TestedHouse) -> AsyncIterator[Browser]:
    opened = await browse(house)
    yield opened
    await opened.close()


@pytest.fixture
async def desk(house: TestedHouse) -> SignInDesk:
    return sign_in_desk(house.office("web"), URL)


async def invited(house: TestedHouse, mailbox: Mailbox, role: str = "panel") -> tuple[str, str]:
    """The address of somebody invited, and the link they were sent."""
    email = f"{uuid4().hex}@example.se"
    page = await (await browse(house, "administrator")).open("/administer/accounts/invite")
    sent = await page.send("/administer/accounts/invite", email=email, role=role, language="en")
    assert "The invitation is sent." in sent.text, sent.text
    return email, mailbox.link(email)


async def local_account(house: TestedHouse, mailbox: Mailbox, role: str = "panel") -> tuple[str, UUID, Browser]:
    email, link = await invited(house, mailbox, role)
    browser = await browse(house)
    page = await browser.open(link)
    arrived = await page.send(link.partition("?")[0], name="Nour Ek", password=PASSWORD)
    assert arrived.path == "/me", arrived.text
    return email, UUID((await browser.open("/me/data.json")).answer.json()["account"]), browser


async def signed_in_with(browser: Browser, email: str, password: str) -> Any:
    page = await browser.open("/sign-in/local?next=/me")
    return await page.send("/sign-in/local", email=email, password=password)


async def test_somebody_invited_chooses_a_password_and_has_the_role(house: TestedHouse, mailbox: Mailbox) -> None:
    email, _, browser = await local_account(house, mailbox)

    shown = (await browser.open("/me")).text
    assert "panel member" in shown
    assert email in shown
    letter = mailbox.to(email)[-1].get_content()
    assert "panel member" in letter
    assert "14 days" not in letter, "the day itself stands there"

    anew = await browse(house)
    assert (await signed_in_with(anew, email, PASSWORD)).path == "/me"


async def test_an_invitations_link_is_good_once_and_until_a_new_one_is_sent(
    house: TestedHouse, mailbox: Mailbox
) -> None:
    email, first = await invited(house, mailbox)
    page = await (await browse(house, "administrator")).open("/administer/accounts")
    row = next(form.action for form in page.forms if form.action.endswith("/letter"))
    invitation = first.split("/")[2].partition("?")[0]
    await page.send(row.rsplit("/", 2)[0] + f"/{invitation}/letter")
    second = mailbox.link(email)
    assert first != second
    assert (await (await browse(house)).open(first)).status == 404

    browser = await browse(house)
    await (await browser.open(second)).send(second.partition("?")[0], name="Nour Ek", password=PASSWORD)

    assert (await (await browse(house)).open(second)).status == 404


@pytest.mark.parametrize("key", ["", "made-up", "x" * 10_000])
async def test_without_its_link_an_invitation_does_not_exist(house: TestedHouse, mailbox: Mailbox, key: str) -> None:
    _, link = await invited(house, mailbox)
    assert (await (await browse(house)).open(link)).status == 200, "the control"

    page = await (await browse(house)).open(f"{link.partition('?')[0]}?key={key}")

    assert page.status == 404
    assert "no longer works" in page.text


async def test_an_invitation_taken_back_is_accepted_by_nobody_and_its_address_forgotten(
    house: TestedHouse, mailbox: Mailbox
) -> None:
    _, link = await invited(house, mailbox)
    invitation = link.split("/")[2].partition("?")[0]
    page = await (await browse(house, "administrator")).open("/administer/accounts")

    await page.send(f"/administer/invitations/{invitation}/withdraw")

    assert (await (await browse(house)).open(link)).status == 404
    kept = "select count(*) from store where owner = $1"
    assert await house.office("web").pool.fetchval(kept, UUID(invitation)) == 0


async def test_a_powerful_role_waits_for_the_chair(house: TestedHouse, mailbox: Mailbox) -> None:
    _, account, browser = await local_account(house, mailbox, "finance")
    assert "waits for a second person" in (await browser.open("/me")).text
    held = (await (await house.person("administrator")).get(f"/api/web/accounts/{account}")).json()
    assert (held["posts"], len(held["proposals"])) == ([], 1)

    assert not invalid((await (await browse(house, "administrator")).open(f"/administer/accounts/{account}")).html)
    own = await (await browse(house, "administrator")).open("/administer/roles")
    assert not invalid(own.html)
    assert "You proposed it." in own.text
    page = await (await browse(house, "chair")).open("/administer/roles")
    action = "/administer/roles/confirm"
    form = next(one for one in page.forms if one.action == action and ("account", str(account)) in one.fields())
    done = await page._browser.send(form, {})

    assert "You have confirmed the role." in done.text
    assert "finance" in (await browser.open("/me")).text


async def test_a_letter_that_cannot_be_sent_loses_no_invitation(
    house: TestedHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BIFALL_SMTP_URL", "smtp://127.0.0.1:1")
    email = f"{uuid4().hex}@example.se"
    page = await (await browse(house, "administrator")).open("/administer/accounts/invite")

    sent = await page.send("/administer/accounts/invite", email=email, role="panel")

    assert "could not be sent just now" in sent.text
    assert email in sent.text, "it waits in the list, to be sent again"


@pytest.mark.parametrize(
    "filled",
    [{"email": "nobody", "role": "panel"}, {"email": "a@example.se", "role": "emperor"}, {"email": "", "role": ""}],
)
async def test_an_invitation_filled_in_wrongly_is_told_and_nothing_written_is_lost(
    house: TestedHouse, mailbox: Mailbox, filled: dict[str, str]
) -> None:
    page = await (await browse(house, "administrator")).open("/administer/accounts/invite")

    again = await page.send("/administer/accounts/invite", **filled)

    assert again.status == 422
    assert f'value="{filled["email"]}"' in again.html
    assert mailbox.letters == []


# Passwords


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


async def test_ways_in_are_changed_only_shortly_after_signing_in(house: TestedHouse, mailbox: Mailbox) -> None:
    _, account, browser = await local_account(house, mailbox)
    pool = house.office("web").pool
    for path in ("/me/password", "/me/email", "/me/passkeys"):
        assert (await browser.open(path)).path == path, "the control"
    await pool.execute("update session set signed_in_at = signed_in_at - interval '1 hour' where account = $1", account)

    for path in ("/me/password", "/me/email", "/me/passkeys"):
        page = await browser.open(path)
        assert page.path == f"/sign-in?next={path}"
        assert "Sign in again" in page.text


async def test_signing_with_a_password_shows_it_anew(house: TestedHouse, mailbox: Mailbox) -> None:
    _, account, browser = await local_account(house, mailbox)
    web, text = house.office("web"), "I have no conflict of interest in the case."
    one = await signing.begin(web, account, Level.LOCAL, text, "/me?done=1")
    page = await browser.open(f"/sign/{one}")
    before = browser.client.cookies.get("bifall")

    refused = await page.send(f"/sign/{one}", password="not the password")
    assert refused.status == 422
    assert not invalid(refused.html)
    with pytest.raises(signing.NotSigned):
        await signing.finish(web, account, one, text)
    arrived = await refused.send(f"/sign/{one}", password=PASSWORD)

    assert arrived.path == f"/me?done=1&signature={one}"
    assert browser.client.cookies.get("bifall") != before, "a new session id"
    with pytest.raises(signing.NotSigned):
        await signing.finish(web, account, one, text + " Or perhaps.")
    assert await signing.finish(web, account, one, text) == one
    assert await signing.finish(web, account, one, text) == one, "again it is the same one"
    facts = await web.pool.fetch("select event::text from journal where subject_id = $1", one)
    assert len(facts) == 1
    assert "conflict of interest" not in facts[0][0]


async def test_nobody_signs_for_another(house: TestedHouse, mailbox: Mailbox) -> None:
    _, account, _ = await local_account(house, mailbox)
    _, _, other = await local_account(house, mailbox)
    one = await signing.begin(house.office("web"), account, Level.LOCAL, "text", "/me")

    assert (await other.open(f"/sign/{one}")).status == 404
    assert (await (await browse(house)).open(f"/sign/{one}")).path.startswith("/sign-in")


async def test_a_text_read_and_never_signed_is_forgotten(house: TestedHouse) -> None:
    web, account = house.office("web"), house.account("applicant")
    left, signed = [await signing.begin(web, account, Level.DEMO, "text", "/") for _ in range(2)]
    await signing.shown_anew(web, await signing.begun(web, account, signed), "practice", Level.DEMO)
    await signing.finish(web, account, signed, "text")
    await web.pool.execute("update signing set expires_at = clock_timestamp() where id = $1", left)

    await signing.begin(web, account, Level.DEMO, "another", "/")

    kept = await web.pool.fetch("select owner from store where owner = any($1)", [left, signed])
    assert {row["owner"] for row in kept} == {signed}


# Passkeys


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


# Sessions


async def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(
    house: TestedHouse, mailbox: Mailbox, browser: Browser
) -> None:
    """S-11. Over https it also has the prefix no other host can set: tried where cookies are made."""
    email, *_ = await local_account(house, mailbox)
    page = await browser.open("/sign-in/local?next=/me")
    browser.client.follow_redirects = False
    answer = await page.send("/sign-in/local", email=email, password=PASSWORD)

    told = {one.partition("=")[0]: one.lower() for one in answer.answer.headers.get_list("set-cookie")}
    assert "httponly" in told["bifall"]
    assert "samesite=lax" in told["bifall"]
    assert "path=/" in told["bifall"]
    assert "domain" not in told["bifall"]


async def test_a_form_from_another_site_signs_nobody_in(house: TestedHouse, mailbox: Mailbox) -> None:
    email, *_ = await local_account(house, mailbox)
    filled = {"email": email, "password": PASSWORD, "csrf": "", "next": "/me"}
    async with httpx.AsyncClient(transport=house.transport, base_url=URL) as client:
        for headers in (
            {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
            {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {},
        ):
            answer = await client.post("/sign-in/local", data=filled, headers=headers)
            assert answer.status_code == 403, headers
            assert "bifall" not in client.cookies
        own = {"Origin": URL, "Sec-Fetch-Site": "same-origin"}
        assert (await client.post("/sign-in/local", data=filled, headers=own)).status_code == 303, "the control"


async def test_signing_out_everywhere_ends_every_session_and_every_token(house: TestedHouse, mailbox: Mailbox) -> None:
    email, account, first = await local_account(house, mailbox)
    second = await browse(house)
    await signed_in_with(second, email, PASSWORD)
    made = await (await first.open("/me/tokens")).send("/me/tokens", services=["web"], may="read", days="7")
    token = next(one.text for one in made.tree.iter() if one.get("data-token") is not None)
    assert (await house.bearer(token).get("/api/web/me")).status_code == 200, "the control"

    await (await first.open("/me")).send("/sign-out/everywhere")

    for one in (first, second):
        assert (await one.open("/me")).path == "/sign-in?next=/me"
    assert (await house.bearer(token).get("/api/web/me")).status_code == 401
    sessions = await house.office("web").pool.fetchval("select count(*) from session where account = $1", account)
    assert sessions == 0


async def test_signing_out_ends_this_session_at_the_server_too(house: TestedHouse, mailbox: Mailbox) -> None:
    _, _, browser = await local_account(house, mailbox)
    kept = str(browser.client.cookies.get("bifall"))
    sessions = Sessions(house.office("web"), demo=True)
    assert await sessions.find(kept), "the control"

    await (await browser.open("/me")).send("/sign-out")

    assert await sessions.find(kept) is None


async def test_a_demo_person_is_signed_in_as_in_no_other_way(house: TestedHouse, desk: SignInDesk) -> None:
    """What a demo leaves behind opens nothing once the demo is over."""
    from services.web.signing_in import people

    email = f"{uuid4().hex}@example.se"
    await people.verified(house.office("web"), desk.lookup, house.account("chair"), email)
    await desk.passwords.set(house.account("chair"), PASSWORD)
    try:
        page = await signed_in_with(await browse(house), email, PASSWORD)
        assert page.status == 400
    finally:
        await desk.passwords.remove(house.account("chair"))


async def test_password_work_leaves_the_house_free_for_others(desk: SignInDesk) -> None:
    """Argon2 runs beside the event loop: while many passwords are tried, the loop goes on turning."""
    turns = 0

    async def turning() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    beside = asyncio.create_task(turning())
    began = time.monotonic()
    with pytest.raises(WrongPassword):
        await desk.passwords.sign_in("somebody@example.se", "a guess", NETWORK)
    beside.cancel()
    assert turns > 100, time.monotonic() - began


async def test_the_first_administrator_is_invited_from_the_machine_itself_and_no_second(house: TestedHouse) -> None:
    """The demo's administrator is nobody when no demo runs."""
    web = house.office("web")
    assert not await has_administrator(web)
    link = await invite_administrator(web, f"{uuid4().hex}@example.se")
    browser = await browse(house)
    page = await browser.open(link)
    assert "administrator" in page.heading
    arrived = await page.send(link.partition("?")[0], name="Tove Ek", password=PASSWORD)

    assert "administrator" in arrived.text
    assert "waits for a second person" not in arrived.text
    assert await has_administrator(web)
    account = (await browser.open("/me/data.json")).answer.json()["account"]
    taken = await (await house.person("administrator")).delete(f"/api/web/accounts/{account}/roles/administrator")
    assert taken.status_code == 200
