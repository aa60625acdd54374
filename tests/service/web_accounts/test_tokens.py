"""Tokens for programs: shown once, good for what they were made for and until taken back; and none that signs."""

from __future__ import annotations

import pytest

from services.web.signing_in import people
from services.web.site.sessions import Level
from services.web.tokens import Scope, Tokens
from tests.pages.findings import invalid
from tests.service.house import TestedHouse
from tests.service.own_house import addresses, everything, house  # noqa: F401 - fixtures, in place of the shared
from tests.service.web.browsing import Page, browse

DAY_S = 86_400


def token_on(page: Page) -> str:
    return next(str(one.text) for one in page.tree.iter() if one.get("data-token") is not None)


async def test_somebody_makes_a_token_and_sees_it_once(house: TestedHouse) -> None:
    browser = await browse(house, "officer")
    page = await browser.open("/me/tokens")
    made = await page.send("/me/tokens", services=["web", "review"], may="read", days="30")
    token = token_on(made)
    assert not invalid(made.html)

    assert (await house.bearer(token).get("/api/web/me")).json()["id"] == str(house.account("officer"))
    listed = await browser.open("/me/tokens")
    assert token not in listed.html
    assert token[len("bifall_") : len("bifall_") + 6] in listed.html
    assert not invalid(listed.html)


async def test_a_form_sent_twice_makes_one_token_and_it_is_the_one_that_was_shown(house: TestedHouse) -> None:
    """A second press cuts off the answer to the first: what it showed nobody has seen."""
    browser = await browse(house, "panel-2")
    page = await browser.open("/me/tokens")
    asked = {"services": ["web"], "may": "read", "days": "7"}
    first = {"services": ["web", "applications"], "may": "write", "days": "365"}
    unseen, shown = [token_on(await page.send("/me/tokens", **each)) for each in (first, asked)]

    assert unseen != shown
    assert (await house.bearer(shown).get("/api/web/me")).status_code == 200
    assert (await house.bearer(unseen).get("/api/web/me")).status_code == 401
    (held,) = await Tokens(house.office("web"), demo=True).of(house.account("panel-2"))
    assert (held.expires_at - held.made_at).days <= 7, "with what was chosen last"
    assert (await house.bearer(shown).get("/api/applications/drafts")).status_code == 403
    anew = await browser.open("/me/tokens")
    await anew.send("/me/tokens", **asked)
    assert len(await Tokens(house.office("web"), demo=True).of(house.account("panel-2"))) == 2


async def test_a_token_does_what_it_was_made_for_and_nothing_else(house: TestedHouse) -> None:
    tokens = Tokens(house.office("web"), demo=True)
    officer = house.account("officer")
    reading = await tokens.make(officer, DAY_S, demo=True, scope=Scope(("review",), read_only=True))
    anything = await tokens.make(officer, DAY_S, demo=True)
    programme = f"/api/applications/programmes/{officer}"

    assert (await house.bearer(reading).get("/api/review/cases")).status_code == 200
    for method, path in (("GET", "/api/web/me"), ("POST", f"/api/review/cases/{officer}/check"), ("PUT", programme)):
        answer = await house.bearer(reading).ask(method, path, None if method == "GET" else {}, {})
        assert answer.status_code == 403, (method, path)
        assert "was not made for this" in answer.json()["detail"]
        assert (await house.bearer(anything).ask(method, path, None if method == "GET" else {}, {})).status_code != 403


async def test_a_program_never_signs(house: TestedHouse) -> None:
    tokens, applicant = Tokens(house.office("web"), demo=True), house.account("applicant")
    for level, signs in ((Level.EID, False), (Level.LOCAL, False), (Level.DEMO, True)):
        token = await tokens.make(applicant, DAY_S, demo=level is Level.DEMO, level=level)
        roles = {post["role"] for post in (await house.bearer(token).get("/api/web/me")).json()["posts"]}
        assert ("signatory" in roles) is signs, level
        assert "applicant" in roles


async def test_a_token_taken_back_is_good_for_nothing_at_once(house: TestedHouse) -> None:
    browser = await browse(house, "auditor")
    page = await browser.open("/me/tokens")
    token = token_on(await page.send("/me/tokens", services=["web"], may="read", days="7"))
    assert (await house.bearer(token).get("/api/web/me")).status_code == 200, "the control"
    made = await Tokens(house.office("web"), demo=True).of(house.account("auditor"))
    row = next(one.id for one in made if token.startswith(f"bifall_{one.hint}"))

    await (await browser.open("/me/tokens")).send(f"/me/tokens/{row}/withdraw")

    answers = {(await house.bearer(token).get("/api/web/me")).status_code for _ in range(2)}
    assert answers == {401}


async def test_nobody_takes_back_anothers_token(house: TestedHouse) -> None:
    tokens = Tokens(house.office("web"), demo=True)
    token = await tokens.make(house.account("chair"), DAY_S, demo=True)
    row = (await tokens.of(house.account("chair")))[-1].id
    browser = await browse(house, "officer")
    page = await browser.open("/me")
    form = page.form("/sign-out/everywhere")
    form.action = f"/me/tokens/{row}/withdraw"

    await browser.send(form, {})

    assert await tokens.actor(token) is not None


@pytest.mark.parametrize(
    "filled",
    [
        {"services": [], "may": "read", "days": "30"},
        {"services": ["emperor"], "may": "read", "days": "30"},
        {"services": ["web"], "may": "everything", "days": "30"},
        {"services": ["web"], "may": "read", "days": "100000"},
    ],
    ids=str,
)
async def test_a_token_asked_for_wrongly_is_told_and_not_made(house: TestedHouse, filled: dict[str, object]) -> None:
    browser = await browse(house, "archivist")
    page = await (await browser.open("/me/tokens")).send("/me/tokens", **filled)

    assert page.status == 422
    assert not invalid(page.html)
    assert await Tokens(house.office("web"), demo=True).of(house.account("archivist")) == []


async def test_names_are_shown_and_stand_in_no_event(house: TestedHouse) -> None:
    web, officer = house.office("web"), house.account("officer")
    nobody = house.account("nobody of that name")
    assert await people.names_of(web, [officer, nobody]) == {officer: "Amina Berg"}
    assert await people.contacts_of(web, [nobody]) == {}
    events = await web.pool.fetchval("select string_agg(event::text, ' ') from journal")
    assert "Amina" not in events


async def test_somebody_changes_their_name_and_language(house: TestedHouse) -> None:
    browser = await browse(house, "secretary")
    page = await browser.open("/me")
    refused = await page.send("/me", name="", language="sv", channel="email")
    assert refused.status == 422
    script = "<script>alert(1)</script> & O'Hara"

    saved = await refused.send("/me", name=script, language="en", channel="paper")

    assert "<script>alert" not in saved.html
    administrator = await browse(house, "administrator")
    shown = await administrator.open(f"/administer/accounts/{house.account('secretary')}")
    assert shown.heading == script
    assert "<script>alert" not in shown.html
    contact = await people.contact_of(house.office("web"), house.account("secretary"))
    assert (contact.name, contact.language, contact.channel) == (script, "en", "paper")
    await (await browser.open("/me")).send("/me", name="Jonas Frisk", language="sv", channel="email")


async def test_what_is_held_about_somebody_is_theirs_to_take(house: TestedHouse) -> None:
    browser = await browse(house, "applicant")
    answer = (await browser.open("/me/data.json")).answer

    assert answer.headers["content-disposition"] == 'attachment; filename="bifall.json"'
    held = answer.json()
    assert held["contact"]["name"] == "Robin Sjö"
    assert held["sessions"]
    assert {post["role"] for post in held["roles"]} >= {"applicant", "signatory"}
    assert (await (await browse(house)).open("/me/data.json")).path == "/sign-in?next=/me/data.json"
