"""A3: whoever has a draft that nobody sent in is reminded twice before it is erased, and nobody else hears of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from uuid import UUID

import pytest

from services.command.demo import fund
from services.command.demo.fund import Fund
from services.command.demo.people import People
from services.command.demo.round_file import Applied, Round
from services.web.letters import draft_reminders, post
from services.web.letters.reading import reading_of
from services.web.site.about import About
from shared.http.lists import PAGE_DEFAULT
from shared.office import Office
from tests.service.house import URL, TestedHouse, new_id
from tests.service.mail_server import MailServer, listening
from tests.service.own_house import addresses, everything, house  # noqa: F401 - fixtures, in place of the shared
from tests.service.web.browsing import browse

NUMBER, ANOTHER = "802700-1752", "802700-1778"
OURS = "kassoren@exempel.se"
PLAYED = Round((Applied("Vi (påhittad)", NUMBER, 20_000, "bifall", "Kör", 20_000),))


@pytest.fixture
async def mail(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[MailServer]:
    async with listening(MailServer()) as server:
        monkeypatch.setenv("BIFALL_SMTP_URL", server.url)
        monkeypatch.setenv("BIFALL_MAIL_FROM", "fonden@region.example")
        yield server


@pytest.fixture
async def call(house: TestedHouse) -> AsyncIterator[Fund]:
    people = People(URL, house.transport)
    yield await fund.found(people, PLAYED)
    await people.close()


@pytest.fixture
def office(house: TestedHouse, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Web, whose own worker believes that there is no mail server: looking and sending is the test's."""
    found: Office = house.office("web")
    monkeypatch.setattr(post, "is_open", lambda: False)
    monkeypatch.setattr(draft_reminders, "about_from", lambda *_, **__: About(public_url="https://fond.example"))
    return found


async def remind(office: Office) -> None:
    """One round of the worker."""
    reading = reading_of(office)
    assert reading is not None
    await draft_reminders.look(office, reading)
    await draft_reminders.send(office, reading)


async def registered(call: Fund, number: str) -> UUID:
    association = new_id()
    particulars = {"organisation_number": number, "name": "Vi som glömde", "town": "Falun", "email": OURS}
    await call.people.put("applicant", f"/api/applications/associations/{association}", particulars)
    return association


async def begun(call: Fund, association: UUID) -> UUID:
    draft = new_id()
    written = {"call": str(call.call), "association": str(association), "answers": {"title": "Hemlig titel"}}
    await call.people.put("applicant", f"/api/applications/drafts/{draft}", written)
    return draft


async def days_left(call: Fund, days: int) -> None:
    """Moves the programme's clock to so many days before its drafts are erased, and an hour."""
    erased_at = datetime.fromisoformat(call.call_rules["closes_at"]) + timedelta(
        days=call.rules["retention"]["drafts_days_after_close"]
    )
    await call.advance(erased_at - timedelta(days=days, hours=-1) - call.now)


def told_of(mail: MailServer, draft: UUID) -> list[EmailMessage]:
    return [one for one in mail.letters if f"/drafts/{draft}/" in one.get_content()]


async def test_a3_of_a_draft_that_nobody_sent_in_its_association_is_reminded_twice_before_it_is_erased(
    house: TestedHouse, call: Fund, office: Office, mail: MailServer
) -> None:
    association = await registered(call, NUMBER)
    kept, discarded, elsewhere = [await begun(call, association) for _ in range(3)]
    another = await fund.found(call.people, PLAYED)
    still_open = await begun(another, association)

    await days_left(call, 31)
    await remind(office)
    assert told_of(mail, kept) == [], "the day has not come"

    await days_left(call, 30)
    mail.after_data = "451 later"
    await remind(office)
    assert told_of(mail, kept) == [], "the server is away"
    waiting = await office.pool.fetchval("select count(*) from draft_reminder where next_try_at > clock_timestamp()")
    assert waiting >= 3, "and is asked again later"
    await office.pool.execute("update draft_reminder set next_try_at = clock_timestamp()")
    mail.after_data = "250 OK"
    await (await house.person("applicant")).delete(f"/api/applications/drafts/{discarded}")
    await remind(office)
    await remind(office)
    (first,) = told_of(mail, kept)
    assert (str(first["To"]), str(first["From"])) == (OURS, "Bifall <fonden@region.example>")
    assert "Vi som glömde" in first.get_content()
    assert "Hemlig titel" not in str(first), "not a word of what is in it"
    assert len(told_of(mail, elsewhere)) == 1
    assert told_of(mail, discarded) == [], "there is nothing left to tell of"
    assert told_of(mail, still_open) == [], "it can still be sent in"

    await days_left(call, 7)
    await remind(office)
    _, second = told_of(mail, kept)
    assert first["Message-ID"] != second["Message-ID"]
    await days_left(call, 1)
    await remind(office)
    assert len(told_of(mail, kept)) == 2
    assert await office.pool.fetchval("select count(*) from draft_reminder where draft = $1", kept) == 0


async def test_a3_who_has_more_drafts_than_a_list_shows_at_a_time_sees_and_is_reminded_of_them_all(
    house: TestedHouse, call: Fund, office: Office, mail: MailServer
) -> None:
    association = await registered(call, ANOTHER)
    drafts = [await begun(call, association) for _ in range(PAGE_DEFAULT + 1)]

    await days_left(call, 30)
    await remind(office)

    assert [len(told_of(mail, draft)) for draft in drafts] == [1] * len(drafts)
    page = await (await browse(house, "applicant")).open("/my")
    assert {f"/drafts/{draft}" for draft in drafts} <= page.links.keys()
