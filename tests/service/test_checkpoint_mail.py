"""Checkpoints reach those who keep them elsewhere: once an occasion, when the mail server is back, and nobody waits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from services.web.letters import checkpoints, post
from services.web.letters.checkpoints import mail_checkpoints
from shared.office import Office
from shared.tlog.checkpoints import opened
from shared.tlog.notes import read_key, read_note
from tests.service.house import TestedHouse
from tests.service.mail_server import MailServer, listening
from tests.service.signed_log import signed_size

AUDITORS = ("revisor@region.example", "granskare@revision.example")


@pytest.fixture
async def mail(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[MailServer]:
    async with listening(MailServer()) as server:
        monkeypatch.setenv("BIFALL_SMTP_URL", server.url)
        monkeypatch.setenv("BIFALL_MAIL_FROM", "fonden@region.example")
        yield server


@pytest.fixture
async def office(house: TestedHouse, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    """Web, whose own look at the mail is left to the test: it lasts an hour until the next."""
    found: Office = house.office("web")
    await signed_size(house, "web")
    monkeypatch.setattr(checkpoints, "LOOK_EVERY_S", 3_600.0)
    monkeypatch.setattr(post, "FIRST_DELAY", timedelta(0))
    yield found
    found.extra.pop(checkpoints.NEXT_LOOK, None)
    found.trouble.pop(checkpoints.ALARM, None)


async def look(office: Office) -> None:
    office.extra.pop(checkpoints.NEXT_LOOK, None)
    await mail_checkpoints(office)


async def test_the_checkpoints_are_mailed_once_an_occasion_and_again_where_the_server_was_away(
    house: TestedHouse, office: Office, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.extra[checkpoints.NEXT_LOOK] = float("inf")
    monkeypatch.setenv("BIFALL_CHECKPOINT_MAIL_TO", ", ".join(AUDITORS))
    mail.after_data = "451 later"
    await look(office)
    assert mail.came == []
    assert await office.pool.fetchval("select count(*) from checkpoint_mail") == 1

    mail.after_data = "250 OK"
    mail.answer = lambda to: "550 nobody" if to == AUDITORS[1] else "250 OK"
    await look(office)

    (letter,) = mail.letters
    assert letter["To"] == AUDITORS[0]
    enclosed = {part.get_filename(): part.get_content() for part in letter.iter_attachments()}
    (name,) = [each for each in enclosed if str(each).startswith("web-")]
    keys = [read_key(each) for each in enclosed["keys.txt"].decode().splitlines()]
    assert f"web-{opened(read_note(enclosed[name].decode()), keys).size}.checkpoint.txt" == name
    assert "1 were refused" in office.trouble[checkpoints.ALARM]

    await look(office)
    assert len(mail.came) == 1, "the same occasion is told once"
    await office.pool.execute("update checkpoint_mail set made_at = made_at - interval '2 days'")
    mail.answer = lambda _: "250 OK"
    await look(office)
    assert {str(each["To"]) for each in mail.letters[1:]} == set(AUDITORS), "a new morning"
    assert checkpoints.ALARM not in office.trouble
    await look(office)
    assert len(mail.came) == 3


async def test_whoever_has_no_mail_server_is_told_that_nothing_is_mailed(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.extra[checkpoints.NEXT_LOOK] = float("inf")
    monkeypatch.delenv("BIFALL_SMTP_URL", raising=False)
    monkeypatch.setenv("BIFALL_CHECKPOINT_MAIL_TO", AUDITORS[0])

    await look(office)
    assert "BIFALL_SMTP_URL" in office.trouble[checkpoints.ALARM]

    monkeypatch.delenv("BIFALL_CHECKPOINT_MAIL_TO")
    office.trouble.clear()
    await look(office)
    assert checkpoints.ALARM not in office.trouble, "where nobody is to have them, nothing is wrong"
