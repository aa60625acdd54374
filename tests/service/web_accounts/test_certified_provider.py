"""Signing in with an e-ID, against a certified OpenID provider: the whole way there and back, and what is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from services.web.signing_in import signing
from services.web.site.sessions import Level, Sessions
from tests.oidc_provider.running import running
from tests.pages.findings import invalid
from tests.service.house import URL, TestedHouse
from tests.service.web.browsing import Browser, browse
from tests.service.web_accounts.providers import LOA2, LOA3, SECRET, AtTheProvider, asked, away, knowing, told

BACK = "/sign-in/with/certified/back"
START = "/sign-in/with/certified?next=/me"
CLIENT = {"client_id": "bifall", "client_secret": SECRET, "redirect_uris": [f"{URL}{BACK}"]}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """Without Node.js these tests fail, and say what to install."""
    with running([CLIENT], [LOA3, LOA2]) as found:
        yield found


@pytest.fixture(autouse=True)
def known(house: TestedHouse, issuer: str) -> Iterator[None]:
    with knowing(house, told("certified", issuer, TITLE="Exempel-ID")):
        yield


@pytest.fixture
async def there() -> AsyncIterator[AtTheProvider]:
    person = AtTheProvider()
    yield person
    await person.close()


@pytest.fixture
async def browser(house: TestedHouse) -> AsyncIterator[Browser]:
    opened = await browse(house)
    yield opened
    await opened.close()


async def test_somebody_signs_in_with_an_e_id_and_may_apply(
    house: TestedHouse, browser: Browser, there: AtTheProvider
) -> None:
    page = await browser.open("/sign-in?next=/me")
    assert "Exempel-ID" in page.text
    assert START in page.links

    arrived = await browser.open(await there.sign_in(await away(browser, START), "kim", name="Kim Sand"))

    assert arrived.path == "/me"
    assert "Kim Sand" in arrived.html
    assert "e-ID" in arrived.text
    assert "applicant" in arrived.text


async def test_the_same_person_has_the_same_account_and_another_person_another(
    house: TestedHouse, there: AtTheProvider
) -> None:
    ids = []
    for who in ("same", "same", "other"):
        browser, anew = await browse(house), AtTheProvider()
        await browser.open(await anew.sign_in(await away(browser, START), who))
        ids.append((await browser.open("/me/data.json")).answer.json()["account"])
        await anew.close()

    assert ids[0] == ids[1] != ids[2]


async def test_no_name_and_nothing_the_provider_knows_somebody_by_is_in_an_event_or_in_the_clear(
    house: TestedHouse, browser: Browser, there: AtTheProvider
) -> None:
    back = await there.sign_in(await away(browser, START), "191212121212", name="Tolvan Tolvansson")
    await browser.open(back)

    pool = house.office("web").worker_pool
    for table in ("journal", "account", "identity", "session", "begun", "store", "address"):
        kept = " ".join(str(row[0]) for row in await pool.fetch(f"select whole::text from {table} as whole"))
        assert "Tolvan" not in kept
        assert "191212121212" not in kept


async def test_what_is_asked_of_the_provider_is_what_the_swedish_profile_says(browser: Browser) -> None:
    sent = asked(await away(browser, START))

    assert sent["response_type"] == "code"
    assert sent["code_challenge_method"] == "S256"
    assert sent["acr_values"] == LOA3
    assert sent["redirect_uri"] == f"{URL}{BACK}"
    assert len(sent["state"]) * 6 >= 128
    assert len(sent["nonce"]) * 6 >= 128
    assert "personalIdentityNumber" not in str(sent)
    again = asked(await away(browser, START))
    assert {sent[name] for name in ("state", "nonce", "code_challenge")}.isdisjoint(again.values())


async def test_an_answer_is_good_once(browser: Browser, there: AtTheProvider) -> None:
    back = await there.sign_in(await away(browser, START))
    assert (await browser.open(back)).status == 200, "the control"

    again = await browser.open(back)

    assert again.status == 400
    assert "nobody is signed in" in again.text


async def test_a_code_is_good_once_whatever_state_it_comes_with(
    house: TestedHouse, browser: Browser, there: AtTheProvider
) -> None:
    used = asked(await there.sign_in(await away(browser, START)))
    await browser.open(f"{BACK}?{httpx.QueryParams(used)}")
    other = await browse(house)
    state = asked(await away(other, START))["state"]

    page = await other.open(f"{BACK}?{httpx.QueryParams(used | {'state': state})}")

    assert page.status == 400
    assert (await other.open("/me")).path == "/sign-in?next=/me"


async def test_what_one_browser_began_no_other_can_finish(
    house: TestedHouse, browser: Browser, there: AtTheProvider
) -> None:
    """Nobody is signed in as somebody else by opening a link that was made for them."""
    back = await there.sign_in(await away(browser, START))
    victim = await browse(house)
    await away(victim, START)  # has begun something itself

    assert (await victim.open(back)).status == 400
    assert (await victim.open("/me")).path == "/sign-in?next=/me"
    assert (await browser.open(back)).status == 200, "the control: whoever began it finishes it"


@pytest.mark.parametrize("iss", ["https://somebody-else.example", "", None])
async def test_an_answer_from_another_provider_than_the_browser_was_sent_to_is_refused(
    browser: Browser, there: AtTheProvider, iss: str | None
) -> None:
    """Mix-up (RFC 9207)."""
    sent = asked(await there.sign_in(await away(browser, START)))
    mixed = {**sent, "iss": iss} if iss is not None else {name: sent[name] for name in ("code", "state")}

    assert (await browser.open(f"{BACK}?{httpx.QueryParams(mixed)}")).status == 400
    assert (await browser.open("/me")).path == "/sign-in?next=/me"


async def test_whoever_changes_their_mind_is_told_that_nothing_has_happened(
    browser: Browser, there: AtTheProvider
) -> None:
    page = await browser.open(await there.sign_in(await away(browser, START), None))

    assert page.status == 400
    assert page.heading == "You cancelled"
    assert not invalid(page.html)


async def test_a_new_session_id_at_every_sign_in(house: TestedHouse, browser: Browser, there: AtTheProvider) -> None:
    """S-11: whatever id the browser had before, its own or one somebody planted, is no good afterwards."""
    browser.client.cookies.set("bifall", "planted-by-somebody-else")
    await browser.open(await there.sign_in(await away(browser, START)))
    first = {cookie.value for cookie in browser.client.cookies.jar if cookie.name == "bifall"}
    await browser.open(await there.sign_in(await away(browser, START)))
    second = {cookie.value for cookie in browser.client.cookies.jar if cookie.name == "bifall"}

    sessions = Sessions(house.office("web"), demo=True)
    assert await sessions.find("planted-by-somebody-else") is None
    assert [await sessions.find(str(one)) for one in first - second if one != "planted-by-somebody-else"] == [None]


async def test_to_sign_one_shows_the_provider_anew_who_one_is(
    house: TestedHouse, browser: Browser, there: AtTheProvider
) -> None:
    await browser.open(await there.sign_in(await away(browser, START), "signer"))
    web = house.office("web")
    account = (await browser.open("/me/data.json")).answer.json()["account"]
    text = "Vi söker 30 000 kronor."
    one = await signing.begin(web, account, Level.EID, text, "/me")
    page = await browser.open(f"/sign/{one}")
    assert text in page.text
    assert not invalid(page.html)
    with pytest.raises(signing.NotSigned):
        await signing.finish(web, account, one, text)

    url = await away(browser, f"/sign/{one}/with/certified")
    assert asked(url)["prompt"] == "login"
    arrived = await browser.open(await there.sign_in(url, "signer"))

    assert arrived.path == f"/me?signature={one}"
    assert await signing.finish(web, account, one, text) == one
    kept = await web.store.open_all(web.pool, one, signing.SCOPE)
    assert kept["text"].decode() == text
    assert b'"acr":"http://id.elegnamnden.se/loa/1.0/loa3"' in kept["evidence"]
    auditor = await house.person("auditor")
    shown = (await auditor.get(f"/api/web/signatures/{one}")).json()
    assert (shown["text"], shown["evidence"]["way"]) == (text, "eid")


async def test_somebody_elses_e_id_signs_nothing_for_one(
    house: TestedHouse, browser: Browser, there: AtTheProvider
) -> None:
    await browser.open(await there.sign_in(await away(browser, START), "signer"))
    web, account = house.office("web"), (await browser.open("/me/data.json")).answer.json()["account"]
    one = await signing.begin(web, account, Level.EID, "text", "/me")
    stranger = AtTheProvider()

    page = await browser.open(await stranger.sign_in(await away(browser, f"/sign/{one}/with/certified"), "stranger"))

    assert page.status == 400
    with pytest.raises(signing.NotSigned):
        await signing.finish(web, account, one, "text")
    await stranger.close()


async def test_a_second_e_id_is_linked_by_whoever_holds_the_account_and_by_no_other_site(
    house: TestedHouse, browser: Browser, there: AtTheProvider, issuer: str
) -> None:
    await browser.open(await there.sign_in(await away(browser, START), "linking"))
    account = (await browser.open("/me/data.json")).answer.json()["account"]
    with knowing(house, told("certified", issuer), told("second", issuer)):
        forced = await browser.open("/me/link/second")
        assert forced.status == 403
        link = next(one for one in (await browser.open("/me")).links if one.startswith("/me/link/second"))
        assert asked(await away(browser, link))["redirect_uri"].endswith("/sign-in/with/second/back")
    again = await browse(house)
    await again.open(await there.sign_in(await away(again, START), "linking"))
    assert (await again.open("/me/data.json")).answer.json()["account"] == account


async def test_the_fund_sends_nobody_to_a_provider_because_another_site_says_so(browser: Browser) -> None:
    answer = await browser.client.get(START, headers={"Sec-Fetch-Site": "cross-site"}, follow_redirects=False)

    assert answer.headers["location"] == "/sign-in"
