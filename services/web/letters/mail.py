"""A letter as an e-mail: plain text, and the paper with it where a paper is due. The same bytes however often it is
tried, under one Message-ID.

Nothing that anybody has written can become a header: addresses are held to a narrow form before they get here, and
every line break is gone from what stands in one.
"""

from __future__ import annotations

import re
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from services.web.domain.letter import LetterKind
from services.web.letters.document import as_text
from services.web.letters.facts import EMAIL
from services.web.letters.sheet import Sheet

WITH_PAPER = frozenset({LetterKind.DECISION, LetterKind.RECOVERY_NOTICE, LetterKind.RECOVERY_DECISION})
"""What the association has to be able to show to others comes as a paper, too."""

SUBJECT_MAX = 150
CONTROL = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")
PRACTICE = {"sv": "Övning", "en": "Practice"}
GREETING = {"sv": "Hej!", "en": "Hello,"}
ENCLOSED = {"sv": "Brevet finns också som en fil här i mejlet.", "en": "The letter is also enclosed as a file."}
AUTOMATIC = {
    "sv": "Det här mejlet skickas av ett datorsystem. Svara gärna, så läser en människa ditt svar.",
    "en": "This e-mail is sent by a computer. You are welcome to answer: a person will read it.",
}


def message_id(letter: object, sender: str) -> str:
    """From the letter's own id, which follows from the event and the recipient."""
    return f"<{letter}@{sender.rpartition('@')[2]}>"


def of_the_house(to: str, subject: str, made_at: datetime, sender: str, under: str) -> EmailMessage:
    """The head of a mail that is no letter of the fund's; `under` goes into its Message-ID."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address("Bifall", addr_spec=sender)
    mail["To"] = to
    mail["Subject"] = subject
    mail["Date"] = format_datetime(made_at)
    mail["Message-ID"] = message_id(under, sender)
    mail["Auto-Submitted"] = "auto-generated"
    return mail


def as_mail(sheet: Sheet, under: str, sender: str, paper: bytes | None = None) -> EmailMessage:
    """`under` is the Message-ID, `sender` the address that mail is sent from. Raises ValueError where the sheet has no
    address to send to."""
    if sheet.email is None or EMAIL.match(sheet.email) is None:
        raise ValueError("There is no address to send it to.")
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(in_one_line(sheet.authority), addr_spec=sender)
    mail["To"] = Address(in_one_line(sheet.name), addr_spec=sheet.email)
    answers_to = next((line for line in sheet.sender if EMAIL.match(line)), None)
    if answers_to is not None:
        mail["Reply-To"] = answers_to
    mail["Subject"] = subject(sheet)
    mail["Date"] = format_datetime(sheet.written_at)
    mail["Message-ID"] = in_one_line(under)
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(_text(sheet, with_paper=paper is not None), cte="quoted-printable")
    if paper is not None:
        mail.add_attachment(paper, maintype="application", subtype="pdf", filename=file_name(sheet))
        mail.set_boundary("=_" + re.sub(r"[^0-9A-Za-z]", "", under)[:60])
    mail["Content-Language"] = sheet.language
    return mail


def subject(sheet: Sheet) -> str:
    practice = f"{PRACTICE[sheet.language]}: " if sheet.practice else ""
    title = in_one_line(sheet.document.title)
    return f"{practice}{title} ({in_one_line(sheet.number)})"[:SUBJECT_MAX]


def in_one_line(text: str) -> str:
    """No control character, and so no line break, survives; spaces are plain ones."""
    return CONTROL.sub(" ", text.replace("\N{NO-BREAK SPACE}", " ")).strip()


def file_name(sheet: Sheet) -> str:
    """EX-2027-00003-decision.pdf: every run of other characters is one hyphen."""
    return re.sub(r"[^0-9A-Za-zÅÄÖåäö]+", "-", f"{sheet.number}-{sheet.kind}").strip("-") + ".pdf"


def as_plain_text(sheet: Sheet) -> str:
    """What the e-mail says, for the outbox and for whoever wants to read it as text."""
    return _text(sheet, with_paper=LetterKind(sheet.kind) in WITH_PAPER)


def _text(sheet: Sheet, *, with_paper: bool) -> str:
    blocks = [GREETING[sheet.language], as_text(sheet.document, sheet.language).rstrip()]
    if sheet.practice:
        blocks.insert(0, f"{PRACTICE[sheet.language].upper()}.")
    if with_paper:
        blocks.append(ENCLOSED[sheet.language])
    signed = "\n".join((sheet.authority, sheet.programme, *sheet.sender))
    blocks += [signed, AUTOMATIC[sheet.language]]
    return "\n\n".join(blocks).replace("\N{NO-BREAK SPACE}", " ") + "\n"
