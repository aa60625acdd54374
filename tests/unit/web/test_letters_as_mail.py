"""Letters as e-mail: the same message however often it is tried, and nothing that anybody wrote becomes a header."""

from __future__ import annotations

from datetime import date
from email import message_from_bytes
from email.policy import SMTP

import msgspec
import pytest

from services.web.domain.letter import letter_id
from services.web.letters.facts import CalledOff, refuse_overtaken
from services.web.letters.mail import as_mail, file_name, message_id, subject
from services.web.letters.paper import set_on_paper
from services.web.letters.sheet import Sheet
from tests.unit.web.correspondence import CASE, EVERY_LETTER, a_grant, a_review, sheet

SENDER = "fonden@region.example"
LETTER = letter_id(f"{CASE}-4")
UNDER = message_id(LETTER, SENDER)
HOSTILE = "Föreningen\r\nBcc: alla@example.se\r\n\r\n<script>\nX-Evil: 1\x00\x85\u2028Cc: x@example.se"
HEADERS = {
    "From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Content-Language", "Auto-Submitted", "MIME-Version",
    "Content-Type", "Content-Transfer-Encoding",
}  # fmt: skip
every_letter = pytest.mark.parametrize("name", EVERY_LETTER)


def sent(given: Sheet, paper: bytes | None = None) -> bytes:
    return as_mail(given, UNDER, SENDER, paper).as_bytes()


@every_letter
def test_it_goes_to_the_association_from_the_fund_with_the_answer_as_its_subject(name: str) -> None:
    given = sheet(name)
    mail = message_from_bytes(sent(given), policy=SMTP)

    assert mail["To"].addresses[0].addr_spec == "foreningen@example.se"
    assert mail["From"].addresses[0].addr_spec == SENDER
    assert mail["From"].addresses[0].display_name == "Region Dalarna"
    assert mail["Reply-To"] == "inflytande@example.se"
    assert mail["Subject"] == f"{given.document.title.replace(chr(160), ' ')} (EX 2027/00003)"
    assert mail["Message-ID"] == UNDER
    assert mail["Content-Language"] == "sv"
    assert set(mail.keys()) <= HEADERS


@every_letter
def test_made_again_it_is_the_same_bytes(name: str) -> None:
    paper = set_on_paper(sheet(name))

    assert sent(sheet(name), paper) == sent(sheet(name), paper)
    assert sent(sheet(name)) == sent(sheet(name))


def test_the_message_id_follows_from_event_and_recipient_and_from_nothing_else() -> None:
    assert letter_id(f"{CASE}-4") == letter_id(f"{CASE}-4", "association")
    assert len({letter_id(f"{CASE}-4"), letter_id(f"{CASE}-5"), letter_id(f"{CASE}-4", "other")}) == 3
    assert f"<{LETTER}@region.example>" == UNDER


def test_the_paper_comes_with_it_where_one_is_due() -> None:
    paper = set_on_paper(sheet("approved"))
    mail = message_from_bytes(sent(sheet("approved"), paper), policy=SMTP)
    (enclosed,) = mail.iter_attachments()

    assert enclosed.get_content() == paper
    assert enclosed.get_content_type() == "application/pdf"
    assert enclosed.get_filename() == "EX-2027-00003-decision.pdf"


@pytest.mark.parametrize("field", ["number", "authority", "programme", "name", "title", "sender", "recipient", "short"])
def test_a_line_break_in_any_field_makes_no_header(field: str) -> None:
    given = sheet("approved")
    changed: dict[str, object]
    match field:
        case "title" | "short":
            value = HOSTILE if field == "title" else (HOSTILE,)
            changed = {"document": msgspec.structs.replace(given.document, **{field: value})}
        case "sender" | "recipient":
            changed = {field: (HOSTILE, f"x@example.se\r\nBcc: {HOSTILE}")}
        case _:
            changed = {field: HOSTILE}
    message = sent(msgspec.structs.replace(given, **changed), b"%PDF")
    mail = message_from_bytes(message, policy=SMTP)

    assert set(mail.keys()) <= HEADERS
    assert [one.addr_spec for one in mail["To"].addresses] == ["foreningen@example.se"]
    assert len(mail["From"].addresses) == 1
    assert b"\x00" not in message
    assert all("\n" not in str(value) and "\r" not in str(value) for value in mail.values())


@pytest.mark.parametrize(
    "email",
    [
        "a@example.se\r\nBcc: b@example.se",
        "a@example.se\n",
        "a@example.se, b@example.se",
        "a b@example.se",
        '"a"@example.se',
        "<a@example.se>",
        "a@exa mple.se",
        "å@example.se",
        "@example.se",
        "a@",
        None,
    ],
)
def test_what_is_no_plain_address_gets_no_mail(email: str | None) -> None:
    with pytest.raises(ValueError, match="address"):
        as_mail(msgspec.structs.replace(sheet("receipt"), email=email), UNDER, SENDER)


def test_a_hostile_message_id_is_held_to_one_line() -> None:
    mail = as_mail(sheet("receipt"), "<x@y>\r\nBcc: z@example.se", SENDER)

    assert "Bcc" not in message_from_bytes(mail.as_bytes(), policy=SMTP)


def test_practice_stands_first_in_subject_and_text() -> None:
    given = msgspec.structs.replace(sheet("receipt"), practice=True)
    mail = message_from_bytes(sent(given), policy=SMTP)

    assert subject(given).startswith("Övning: ")
    assert mail.get_body(("plain",)).get_content().startswith("ÖVNING.")


def test_a_long_subject_is_cut_and_a_file_name_is_plain() -> None:
    given = msgspec.structs.replace(sheet("receipt"), number="../../EX 2027/00003; rm", kind="decision")

    assert file_name(given) == "EX-2027-00003-rm-decision.pdf"
    long = msgspec.structs.replace(given.document, title="Ord " * 100)
    assert len(subject(msgspec.structs.replace(given, document=long))) <= 150


# What leaves nothing to tell


def overtaken(name: str, **changed: object) -> bool:
    try:
        refuse_overtaken(msgspec.structs.replace(EVERY_LETTER[name], **changed))
    except CalledOff as off:
        return off.reason == "overtaken"
    return False


@every_letter
def test_a_letter_that_still_holds_is_written(name: str) -> None:
    assert not overtaken(name)


def test_a_reminder_is_called_off_once_the_report_has_come() -> None:
    reported = {"spent_ore": 1, "unspent_ore": 0, "approved": False}

    for name in ("report_reminder", "report_overdue"):
        assert overtaken(name, grant=a_grant(report=reported))
        assert overtaken(name, grant=a_grant(status="quashed"))
        assert overtaken(name, grant=a_grant(status="closed"))


def test_a_reminder_to_complete_is_called_off_once_it_was_completed_or_asked_anew() -> None:
    case = EVERY_LETTER["completion_reminder"].case

    assert overtaken("completion_reminder", case={**case, "status": "registered"})
    assert overtaken("completion_reminder", case={**case, "completion_round": 2})


def test_a_decision_that_a_court_has_quashed_is_not_told_as_if_it_held() -> None:
    assert overtaken("approved", review={**a_review(), "decision": None})


def test_a_payment_that_is_not_booked_is_not_told() -> None:
    about = {**(EVERY_LETTER["payment_notice"].about or {}), "booked_on": None}

    assert overtaken("payment_notice", about=about)


def test_dates_of_mail_are_the_letters_own() -> None:
    mail = message_from_bytes(sent(sheet("receipt")), policy=SMTP)

    assert mail["Date"].datetime.date() == date(2027, 3, 14)
