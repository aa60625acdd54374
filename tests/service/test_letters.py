"""Letters in the whole house: a real mail server, a real database, and whatever can go wrong between the two."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.command.demo import applying, fund, paying
from services.command.demo.applying import Case
from services.command.demo.fund import Fund
from services.command.demo.people import People, Refusal
from services.command.demo.round_file import Applied, Round
from services.web.domain import letter as letters
from services.web.letters import post, sending, writing
from services.web.letters import sheet as sheets
from services.web.letters.mail import as_mail
from services.web.letters.sealed import sheet_in
from services.web.letters.sending import send_letters
from services.web.letters.writing import write_letters
from shared.office import Office
from tests.granted import granted
from tests.service.house import URL, TestedHouse, new_id
from tests.service.mail_server import LOOK_AGAIN_S, WAIT_S, MailServer, listening
from tests.unit.web.correspondence import sheet

APPLIED = Applied("Föreningen Brevet (påhittad)", "8027000051", 20_000, "bifall", "Brevkvällar", 15_000)
SENDER = "fonden@region.example"
TRIES = 3


@pytest.fixture
async def people(house: TestedHouse) -> AsyncIterator[People]:
    people = People(URL, house.transport)
    yield people
    await people.close()


@pytest.fixture
def office(house: TestedHouse) -> Office:
    found: Office = house.office("web")
    return found


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A letter that could not be sent is tried again at once, not in a minute."""
    monkeypatch.setattr(letters, "FIRST_DELAY", timedelta(milliseconds=10))
    monkeypatch.setattr(letters, "LONGEST_DELAY", timedelta(milliseconds=50))


@pytest.fixture
async def mail(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[MailServer]:
    async with listening(MailServer()) as server:
        with_post(monkeypatch, server.url)
        yield server


def with_post(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("BIFALL_SMTP_URL", url)
    monkeypatch.setenv("BIFALL_MAIL_FROM", SENDER)


async def applied(people: People) -> Case:
    """Somebody has applied: a receipt is due."""
    return await applying.apply(await fund.found(people, Round((APPLIED,))), APPLIED, 0)


async def of_case(people: People, case: UUID) -> list[dict[str, Any]]:
    shown = await people.get("officer", f"/api/web/cases/{case}/letters")
    items: list[dict[str, Any]] = shown["items"]
    return items


async def the_letter(people: People, case: UUID, status: str, kind: str = "receipt") -> dict[str, Any]:
    """The case's letter of that kind, once it has come so far."""

    async def found() -> dict[str, Any] | None:
        for one in await of_case(people, case):
            if (one["kind"], one["status"]) == (kind, status):
                shown: dict[str, Any] = await people.get("officer", f"/api/web/letters/{one['id']}")
                return shown
        return None

    return await eventually(found)


async def eventually(look: Callable[[], Awaitable[Any]]) -> Any:
    async with asyncio.timeout(WAIT_S):
        while not (found := await look()):
            await asyncio.sleep(LOOK_AGAIN_S)
    return found


# The way out


async def test_a_receipt_goes_to_the_association_under_the_letters_own_message_id(
    people: People, mail: MailServer
) -> None:
    case = await applied(people)
    letter = await the_letter(people, case.id, "sent")
    (came,) = [one for one in mail.letters if case.number in str(one["Subject"])]

    assert came["Message-ID"] == letter["message_id"] == f"<{letter['id']}@region.example>"
    assert came["To"].addresses[0].addr_spec == "foreningen@example.se"
    assert came["From"].addresses[0].addr_spec == SENDER
    assert came["Subject"] == f"Övning: Vi har fått er ansökan ({case.number})"
    assert "Ni behöver inte göra något nu." in came.get_content()
    assert letter["sent_at"]


async def test_a_crash_between_sending_and_recording_sends_the_same_message_again_and_no_other(
    people: People, office: Office, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    crashed: list[UUID] = []
    record = sending._record

    async def crashing(at: Office, command: Any) -> None:
        if not crashed:
            crashed.append(command.subject)
            raise ConnectionError("the power went")
        await record(at, command)

    monkeypatch.setattr(sending, "_record", crashing)
    case = await applied(people)
    await mail.until(1)
    await eventually(lambda: _truth(bool(crashed)))
    await office.pool.execute("delete from letter_taken")  # as if its minute had passed
    letter = await the_letter(people, case.id, "sent")
    first, second = [one for one in mail.came if str(letter["id"]).encode() in one]

    assert first == second
    assert letter["id"] == str(crashed[0])


async def _truth(of: bool) -> bool:
    return of


async def test_two_processes_that_look_at_once_send_a_letter_once(
    people: People, office: Office, mail: MailServer
) -> None:
    case = await applied(people)
    await asyncio.gather(*(work(office) for _ in range(TRIES) for work in (write_letters, send_letters)))
    letter = await the_letter(people, case.id, "sent")

    assert sum(str(letter["id"]).encode() in one for one in mail.came) == 1


async def test_a_process_whose_list_is_older_than_what_another_sent_sends_nothing_again(
    people: People, office: Office, mail: MailServer
) -> None:
    case = await applied(people)
    letter = await the_letter(people, case.id, "sent")

    assert await sending._send_one(office, UUID(letter["id"])), "and goes on with the others in its list"

    assert sum(str(letter["id"]).encode() in one for one in mail.came) == 1


async def test_a_mail_server_that_is_away_delays_the_letter_and_gets_it_when_it_is_back(
    people: People, monkeypatch: pytest.MonkeyPatch, quick: None
) -> None:
    server = MailServer()
    async with listening(server):
        with_post(monkeypatch, server.url)
    case = await applied(people)
    delayed = await the_letter(people, case.id, "delayed")
    assert delayed["reason"] == "unreachable"
    async with listening(server, server.port):
        letter = await the_letter(people, case.id, "sent")

        assert letter["tries"] >= 1
        assert letter["message_id"] == delayed["message_id"]
        assert [one["Message-ID"] for one in server.letters].count(letter["message_id"]) == 1


async def test_a_server_that_says_later_is_asked_later_under_the_same_message_id(
    people: People, mail: MailServer, quick: None
) -> None:
    asked: list[str] = []

    def later(to: str) -> str:
        asked.append(to)
        return "451 Later" if len(asked) <= TRIES else "250 OK"

    mail.answer = later
    case = await applied(people)
    letter = await the_letter(people, case.id, "sent")

    assert letter["tries"] == TRIES
    assert [one["Message-ID"] for one in mail.letters].count(letter["message_id"]) == 1


@pytest.mark.parametrize("where", ["recipient", "message"])
async def test_what_a_server_refuses_for_good_goes_on_paper(people: People, mail: MailServer, where: str) -> None:
    if where == "recipient":
        mail.answer = lambda _: "550 No such mailbox"
    else:
        mail.after_data = "554 Not here"
    case = await applied(people)
    letter = await the_letter(people, case.id, "to_print")

    assert letter["reason"] == ("smtp-550" if where == "recipient" else "smtp-554")
    assert not mail.came


async def test_an_alarm_is_raised_after_some_tries_and_over_once_it_has_gone(
    people: People, office: Office, mail: MailServer, quick: None
) -> None:
    mail.answer = lambda _: "451 Later"
    await applied(people)
    await eventually(lambda: _truth(sending.TROUBLE in office.trouble))
    await office.watch.look()
    assert ("web", sending.TROUBLE) in office.watch.current
    mail.answer = lambda _: "250 OK"
    await eventually(lambda: _truth(sending.TROUBLE not in office.trouble))
    await office.watch.look()
    assert ("web", sending.TROUBLE) not in office.watch.current


async def test_without_a_mail_server_the_outbox_says_what_would_have_been_sent(people: People) -> None:
    case = await applied(people)
    letter = await the_letter(people, case.id, "kept")
    outbox = await people.get("coordinator", "/api/web/letters", status="kept")

    assert letter["id"] in {one["id"] for one in outbox["items"]}
    assert letter["sheet"]["subject"] == f"Övning: Vi har fått er ansökan ({case.number})"
    assert letter["sheet"]["email"] == "foreningen@example.se"
    assert not post.is_open()


# The printer


async def test_whoever_chose_paper_is_printed_for_and_posted_to(
    people: People, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = applying._answers
    monkeypatch.setattr(
        applying, "_answers", lambda *given: {**answers(*given), "contact_channel": ["letter", "phone_call"]}
    )
    case = await applied(people)
    letter = await the_letter(people, case.id, "to_print")
    assert letter["sheet"]["recipient"] == [APPLIED.org, "Kim Exempel", "Exempelgatan 1", "791 30 Falun"]
    assert not [one for one in mail.letters if case.number in str(one["Subject"])]
    await people.act("coordinator", f"/api/web/letters/{letter['id']}", "printed")
    assert (await the_letter(people, case.id, "printed"))["id"] == letter["id"]


async def test_a_letter_that_went_by_mail_can_go_on_paper_too(people: People, mail: MailServer) -> None:
    case = await applied(people)
    letter = await the_letter(people, case.id, "sent")
    await people.act("officer", f"/api/web/letters/{letter['id']}", "queue")

    assert await the_letter(people, case.id, "to_print")
    assert len([one for one in mail.letters if case.number in str(one["Subject"])]) == 1


# What it says, and who sees it


async def test_the_paper_is_the_same_bytes_every_time_and_only_for_those_who_may(
    house: TestedHouse, people: People
) -> None:
    case = await applied(people)
    letter = await the_letter(people, case.id, "kept")
    path = f"/api/web/letters/{letter['id']}/pdf"
    papers = [(await (await house.person(who)).get(path)).content for who in ("officer", "auditor", "applicant")]

    assert papers[0].startswith(b"%PDF-")
    assert len(set(papers)) == 1
    assert (await (await house.person("panel-1")).get(path)).status_code == 403
    assert (await (await house.person("finance")).get(path)).status_code == 404
    assert (await house.stranger().get(path)).status_code == 401


async def test_no_event_about_a_letter_has_a_name_an_address_or_a_word_of_it_in_it(
    people: People, office: Office, mail: MailServer
) -> None:
    case = await applied(people)
    letter = await the_letter(people, case.id, "sent")
    rows = await office.pool.fetch("select event from journal where subject_id = $1", UUID(letter["id"]))

    told = " ".join(row["event"] for row in rows)
    assert len(rows) == TRIES  # due, written, sent
    for words in ("foreningen@example.se", APPLIED.org, "Kim", "Exempelgatan", "ansökan", case.number):
        assert words not in told


async def test_what_was_written_stays_as_it_was_written_whatever_becomes_of_rules_and_texts(
    people: People, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await applied(people)
    shown = await the_letter(people, case.id, "kept")
    paper = await people.get_bytes("officer", f"/api/web/letters/{shown['id']}/pdf")
    monkeypatch.setattr(sheets, "tell", None)
    monkeypatch.setattr(writing, "facts_now", None)
    state = await office.book.read(office.pool, UUID(shown["id"]))
    assert isinstance(state, letters.Letter)
    kept = await sheet_in(office, state)

    assert kept is not None
    assert kept.document.title == shown["sheet"]["title"]
    assert await people.get_bytes("officer", f"/api/web/letters/{shown['id']}/pdf") == paper
    assert await people.get("officer", f"/api/web/letters/{shown['id']}") == shown


async def test_an_erased_letter_is_there_without_its_words(people: People, office: Office) -> None:
    case = await applied(people)
    letter = await the_letter(people, case.id, "kept")
    await office.pool.execute("delete from store where owner = $1", case.id)
    shown = await people.get("officer", f"/api/web/letters/{letter['id']}")

    assert shown["sheet"] is None
    assert shown["kind"] == "receipt"


async def test_a_letter_is_previewed_before_it_is_sent_and_nothing_is_recorded(people: People) -> None:
    own = await fund.found(people, Round((APPLIED,)))
    case = await applying.apply(own, APPLIED, 0)
    await people.act("officer", f"/api/review/cases/{case.id}", "check")
    before = await of_case(people, case.id)
    body = {"kind": "completion_request", "missing": ["statutes"], "words": "Skicka stadgarna, tack."}
    shown = await people.post("officer", f"/api/web/cases/{case.id}/letters/preview", body)
    assert shown["title"].startswith("Vi behöver mer från er senast ")
    assert "Skicka stadgarna, tack." in shown["text"]
    assert "Stadgar" in shown["text"]
    await people.act(
        "officer",
        f"/api/review/cases/{case.id}",
        "completion-requests",
        {"missing": ["statutes"], "letter": body["words"]},
    )
    sent = await the_letter(people, case.id, "kept", "completion_request")

    assert sent["sheet"]["title"] == shown["title"]
    assert sent["sheet"]["text"] == shown["text"]
    assert len(before) < len(await of_case(people, case.id))


async def test_a_decision_is_previewed_as_it_would_be(people: People) -> None:
    own = await fund.found(people, Round((APPLIED,)))
    case = await applying.apply(own, APPLIED, 0)
    path = f"/api/web/cases/{case.id}/letters/preview"
    granted = {"kind": "decision", "outcome": "approved", "granted_ore": 1_500_000, "words": "Bra."}
    shown = await people.post("chair", path, granted) if await _declared(people, case) else {}

    assert shown["title"].replace("\N{NO-BREAK SPACE}", " ") == "Ni får 15 000 kronor"
    assert "12 000 kronor när ni har sagt ja" in shown["text"]
    assert "3 000 kronor när vi har godkänt" in shown["text"]


async def test_h7_who_is_to_decide_reads_no_letters_before_they_have_declared(people: People) -> None:
    own = await fund.found(people, Round((APPLIED,)))
    case = await applying.apply(own, APPLIED, 0)
    path = f"/api/web/cases/{case.id}/letters"
    with pytest.raises(Refusal, match="First declare"):
        await people.get("chair", path)

    assert await _declared(people, case)
    await the_letter(people, case.id, "kept")
    assert await people.get("chair", path) == await people.get("officer", path)


async def _declared(people: People, case: Case) -> bool:
    await people.post("chair", f"/api/review/cases/{case.id}/interests", {"conflict": None})
    return True


# Reminders


async def accepted(people: People, by: Applied = APPLIED) -> tuple[Fund, Case]:
    own, case = await granted(people, by)
    await paying.accept(own, case)
    return own, case


async def test_a_report_is_reminded_of_by_the_programmes_clock_once_a_step_and_never_of_what_was_missed(
    people: People,
) -> None:
    own, case = await accepted(people)
    due = own.call_rules["report_due"]
    await own.advance_to(date.fromisoformat(due) - timedelta(days=29))
    first = await the_letter(people, case.id, "kept", "report_reminder")
    assert "29 dagar kvar" in first["sheet"]["text"]
    await own.advance_to(date.fromisoformat(due) + timedelta(days=4))
    late = await the_letter(people, case.id, "kept", "report_overdue")
    kinds = [one["kind"] for one in await of_case(people, case.id)]

    assert late["sheet"]["title"] == "Vi har inte fått er redovisning"
    assert kinds.count("report_reminder") == 1
    assert kinds.count("report_overdue") == 1


async def test_a_completion_is_reminded_of_four_days_before_its_last_day(people: People) -> None:
    own = await fund.found(people, Round((APPLIED,)))
    case = await applying.apply(own, APPLIED, 0)
    await people.act("officer", f"/api/review/cases/{case.id}", "check")
    await people.act(
        "officer", f"/api/review/cases/{case.id}", "completion-requests", {"missing": ["statutes"], "letter": "Tack."}
    )
    await the_letter(people, case.id, "kept", "completion_request")
    shown = await people.get("officer", f"/api/review/cases/{case.id}")
    await own.advance_to(date.fromisoformat(shown["completions"][-1]["due_on"]) - timedelta(days=3))
    letter = await the_letter(people, case.id, "kept", "completion_reminder")

    assert letter["sheet"]["title"].startswith("Kom ihåg: vi behöver mer senast ")
    assert "Stadgar" in letter["sheet"]["text"]


async def test_the_decision_comes_when_the_minutes_are_posted_with_its_last_day_to_appeal(people: People) -> None:
    _, case = await accepted(people)
    letter = await the_letter(people, case.id, "kept", "decision")
    text = " ".join(letter["sheet"]["text"].split())

    assert letter["sheet"]["title"].replace("\N{NO-BREAK SPACE}", " ") == "Ni får 15 000 kronor"
    assert "Brevet ska vara framme hos domstolen senast" in text
    assert "Exempelnämnden hos Region Dalarna" in text


async def test_a_service_that_is_silent_makes_letters_wait_and_none_is_lost(
    people: People, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = writing.reading_of(office)
    assert reading is not None
    silent = {**reading._services}
    monkeypatch.setattr(reading, "_services", {name: one for name, one in silent.items() if name != "applications"})
    case = await applied(people)
    waiting = await eventually(lambda: of_case(people, case.id))
    assert [one["status"] for one in waiting] == ["due"]
    monkeypatch.setattr(reading, "_services", silent)

    assert await the_letter(people, case.id, "kept")


def test_sending_without_a_mail_server_says_so() -> None:
    with pytest.raises(post.NoPost):
        asyncio.run(post.send(as_mail(sheet("receipt"), "<x@y>", SENDER)))


async def test_a_port_where_nobody_listens_is_not_now(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with_post(monkeypatch, f"smtp://127.0.0.1:{taken.getsockname()[1]}")
        with pytest.raises(post.NotNow) as later:
            await post.send(as_mail(sheet("receipt"), "<x@y>", SENDER))

    assert later.value.is_server


def test_every_letter_has_an_id_nobody_else_has() -> None:
    assert len({letters.letter_id(f"{new_id()}-1") for _ in range(TRIES)}) == TRIES
