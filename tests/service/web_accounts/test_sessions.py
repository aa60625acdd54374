"""How long somebody stays signed in: staff half an hour without doing anything, and never more than ten hours (S-11).

A page that fetches itself anew is nobody doing anything. The hours pass in the database, whose clock is the only one.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from services.web.domain.account import GrantRole, OpenAccount
from services.web.site.caller import BY_ITSELF
from services.web.site.rendering import static_files
from services.web.site.sessions import OLD_ID_LIVES_S, Level, Session, Sessions, digest_of
from shared.identity import Role
from tests.service.house import TestedHouse
from tests.service.web.browsing import Browser, browse

HERE = "/me"
OVER = f"/sign-in?next={HERE}"
UNASKED = {"the page fetches itself anew": {BY_ITSELF: "yes"}, "it listens for news": {"Accept": "text/event-stream"}}


async def pass_time(house: TestedHouse, browser: Browser, minutes: int) -> None:
    """As if so long had passed for this session."""
    await house.office("web").pool.execute(
        "update session set signed_in_at = signed_in_at - make_interval(mins => $2),"
        " seen_at = seen_at - make_interval(mins => $2), expires_at = expires_at - make_interval(mins => $2)"
        " where digest = $1",
        digest_of(str(browser.client.cookies.get("bifall"))),
        minutes,
    )


async def test_s11_staff_who_do_nothing_for_half_an_hour_are_signed_out(house: TestedHouse) -> None:
    officer = await browse(house, "officer")
    for _ in range(2):
        await pass_time(house, officer, 29)
        page = await officer.open(HERE)
        assert page.path == HERE, "the control: whoever does something stays"

    await pass_time(house, officer, 31)

    assert (await page.send(HERE)).path == OVER, "with what they wrote kept in the browser, they come back to it"
    assert (await officer.open(HERE)).path == OVER


async def test_s11_staff_are_signed_out_ten_hours_after_they_signed_in_whatever_they_do(house: TestedHouse) -> None:
    officer, applicant = await browse(house, "officer"), await browse(house, "applicant")
    for somebody in (officer, applicant):
        for _ in range(20):
            await pass_time(house, somebody, 29)
            assert (await somebody.open(HERE)).path == HERE, "until then, whoever does something stays"

    for somebody in (officer, applicant):
        await pass_time(house, somebody, 21)  # ten hours and a minute

    assert (await officer.open(HERE)).path == OVER
    assert (await applicant.open(HERE)).path == HERE, "the control: nobody is thrown out while they apply"


@pytest.mark.parametrize("headers", UNASKED.values(), ids=UNASKED)
async def test_s11_a_page_that_asks_by_itself_keeps_nobody_signed_in(
    house: TestedHouse, headers: dict[str, str]
) -> None:
    left_open, used = await browse(house, "officer"), await browse(house, "officer")
    for somebody in (left_open, used):
        await pass_time(house, somebody, 20)
    assert (await left_open.open(HERE, **headers)).path == HERE
    assert (await used.open(HERE)).path == HERE

    for somebody in (left_open, used):
        await pass_time(house, somebody, 11)

    assert (await used.open(HERE)).path == HERE, "the control: a person asked"
    assert (await left_open.open(HERE)).path == OVER


async def test_s11_a_new_id_that_a_page_got_by_itself_lives_no_longer_than_the_old(house: TestedHouse) -> None:
    office, account = house.office("web"), uuid4()
    await office.act(OpenAccount(subject=account, demo=True), "test")
    await office.act(GrantRole(subject=account, role=Role.OFFICER), "test")
    browser = await browse(house, account)
    before = browser.client.cookies.get("bifall")
    await pass_time(house, browser, 20)
    await office.act(GrantRole(subject=account, role=Role.COORDINATOR), "test")

    page = await browser.open(HERE, **{BY_ITSELF: "yes"})
    after = page.answer.cookies["bifall"]
    browser.client.cookies.clear()
    browser.client.cookies.set("bifall", after)
    assert (page.path, after != before) == (HERE, True), "the roles have changed"
    await pass_time(house, browser, 11)

    assert (await browser.open(HERE)).path == OVER


async def test_s11_whoever_may_only_write_in_this_session_is_no_staff_in_it(house: TestedHouse) -> None:
    """An officer who came in with a code by e-mail sees nothing of the desk, and writes on as any applicant."""
    browser = await browse(house)
    account = house.account("officer")
    session_id = await Sessions(house.office("web"), demo=True).begin(account, Level.EMAIL)
    browser.client.cookies.set("bifall", session_id)
    await pass_time(house, browser, 11 * 60)

    assert (await browser.open(HERE)).path == HERE
    assert (await browser.open("/today")).status == 403


async def test_the_script_that_fetches_a_page_anew_says_that_nobody_asked() -> None:
    fetching = {
        name: file.content.decode()
        for name, file in static_files().files.items()
        if name.endswith(".js") and b"fetch(" in file.content and name != "htmx.js"
    }

    assert set(fetching) == {"autosave.js", "fresh.js"}
    assert "headers: BY_ITSELF" in fetching["fresh.js"]
    assert f"'{BY_ITSELF}'" in fetching["fresh.js"].lower()
    assert BY_ITSELF not in fetching["autosave.js"].lower(), "what is saved, a person has written"


async def test_s11_whoever_shows_anew_who_they_are_keeps_the_old_id_for_a_moment_and_nobody_else_does(
    house: TestedHouse,
) -> None:
    """A second click on the button that signs is on its way with the old id when the first is answered."""
    sessions = Sessions(house.office("web"), demo=True)
    applicant, officer = house.account("applicant"), house.account("officer")
    old = await sessions.begin(applicant, Level.DEMO)
    assert (whole := await sessions.find(old)) is not None
    new = await sessions.begin(applicant, Level.DEMO, old, is_anew=True)
    assert new != old
    assert (left := await sessions.find(old)) is not None
    assert left.expires_at < whole.expires_at
    assert not left.is_stale
    assert left.expires_at - left.signed_in_at < timedelta(seconds=OLD_ID_LIVES_S + 60)

    await sessions.begin(officer, Level.DEMO, new, is_anew=True)
    assert await sessions.find(new) is None
    again = await sessions.begin(applicant, Level.DEMO, old)
    assert await sessions.find(old) is None, "another sign-in is no going on"
    assert await sessions.find(again) is not None


async def the_session(sessions: Sessions, session_id: str) -> Session:
    found = await sessions.find(session_id)
    assert found is not None
    return found


async def test_s11_no_request_under_way_keeps_an_old_id_alive(house: TestedHouse) -> None:
    """Whoever holds a stolen id may hold a request up, by what it says it has seen, until the id has been replaced."""
    sessions, officer = Sessions(house.office("web"), demo=True), await browse(house, "officer")
    await pass_time(house, officer, 2)
    old = str(officer.client.cookies.get("bifall"))
    found = await the_session(sessions, old)
    assert found.is_stale
    known = await sessions.actor(found)
    assert known is not None

    new = await sessions.begin(found.account, Level.DEMO, old, is_anew=True)
    await sessions.prolong(found, known[0])

    assert (await the_session(sessions, old)).expires_at < found.expires_at
    officer.client.cookies.set("bifall", new)
    await pass_time(house, officer, 2)
    waiting = await the_session(sessions, new)
    await sessions.prolong(waiting, known[0])
    assert (await the_session(sessions, new)).expires_at > waiting.expires_at, "the control: it is not replaced"


async def test_s11_an_old_id_that_dies_shortly_is_changed_into_no_new_one(house: TestedHouse) -> None:
    """Roles may change in the same moment: the old id has then seen an older version of the account."""
    office, account = house.office("web"), uuid4()
    sessions = Sessions(office, demo=True)
    await office.act(OpenAccount(subject=account, demo=True), "test")
    old = await sessions.begin(account, Level.DEMO)
    new = await sessions.begin(account, Level.DEMO, old, is_anew=True)
    await office.act(GrantRole(subject=account, role=Role.OFFICER), "test")
    browser = await browse(house)

    given = {}
    for name, id_ in (("old", old), ("new", new)):
        answer = await browser.client.get(HERE, headers={"Cookie": f"bifall={id_}"}, follow_redirects=False)
        assert answer.status_code == 200
        given[name] = answer.cookies.get("bifall")
        browser.client.cookies.clear()
    await browser.close()

    assert given["old"] is None
    assert given["new"] not in (None, old, new), "the control: the id that lives gets a new one with new roles"


async def test_s11_whoever_signs_out_takes_the_old_id_with_them(house: TestedHouse) -> None:
    """They had just signed a text, and leave the machine to the next person."""
    sessions, account = Sessions(house.office("web"), demo=True), house.account("applicant")
    elsewhere = await sessions.begin(account, Level.DEMO)
    old = await sessions.begin(account, Level.DEMO)
    new = await sessions.begin(account, Level.DEMO, old, is_anew=True)
    assert await sessions.find(old) is not None, "the control: until then it lives"

    await sessions.end(new)

    assert [await sessions.find(one) for one in (new, old)] == [None, None]
    assert await sessions.find(elsewhere) is not None, "their other machine is none of it"
