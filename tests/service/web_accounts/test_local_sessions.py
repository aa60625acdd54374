"""Sessions of local accounts: out of reach of others, ended everywhere at once; who signs shows their way in anew."""

from __future__ import annotations

from uuid import uuid4

import httpx
import pytest

from services.web.signing_in import signing
from services.web.signing_in.desk import SignInDesk
from services.web.site.sessions import Level, Sessions
from tests.mailbox import Mailbox
from tests.pages.findings import invalid
from tests.service.house import URL, TestedHouse
from tests.service.web.browsing import Browser, browse
from tests.service.web_accounts.local import PASSWORD, invited, local_account, signed_in_with


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


async def test_s11_changing_a_way_in_is_no_new_sign_in(house: TestedHouse, mailbox: Mailbox) -> None:
    """Else whoever comes upon an open session keeps it for ever, by changing what they may change, again and again."""
    _, account, browser = await local_account(house, mailbox)
    pool = house.office("web").pool
    ago = "update session set signed_in_at = signed_in_at - interval '8 minutes' where account = $1"
    await pool.execute(ago, account)
    first = browser.client.cookies.get("bifall")
    assert (await (await browser.open("/me/password")).send("/me/password", password=PASSWORD)).path == "/me"
    assert browser.client.cookies.get("bifall") != first, "the control: a new id"
    since = "select clock_timestamp() - signed_in_at > interval '7 minutes' from session where account = $1"
    assert await pool.fetchval(since, account)

    await pool.execute(ago, account)
    assert (await browser.open("/me/password")).path == "/sign-in?next=/me/password"

    _, link = await invited(house, mailbox, "officer")
    await (await browser.open(link)).send(link.partition("?")[0])
    assert (await browser.open("/me/password")).path == "/sign-in?next=/me/password", "nor is a role that one accepts"


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
