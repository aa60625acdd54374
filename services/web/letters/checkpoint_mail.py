"""The e-mail that checkpoints come in: what they are for in plain words, in both languages, and each as a file that a
verifier reads.

The files are sent as bytes: a checkpoint whose line endings a mail program has changed verifies no more.
"""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage

import msgspec

from services.web.letters.mail import of_the_house
from services.web.site.money_and_time import Written
from shared.deadlines import STOCKHOLM
from shared.words import Language, Text

SOURCES = {
    "applications": Text("Ansökningarna", "Applications"),
    "review": Text("Prövningen", "Review"),
    "payouts": Text("Pengarna", "Money"),
    "web": Text("Konton och brev", "Accounts and letters"),
}
SUBJECT = Text("Spårets kontrollpunkter", "The trail's checkpoints")
NEW_SUBJECT = Text("Spårets nycklar eller böcker är nya", "The trail's keys or books are new")
WHY = Text(
    "Här är spårets kontrollpunkter. En kontrollpunkt säger hur många rader en bok hade, och vad de sammanfattas till."
    " Spara mejlet. Om någon senare ändrar eller tar bort en rad, också fonden själv, så visar det du har här det.",
    "Here are the checkpoints of the trail. A checkpoint says how many lines a book had, and what they add up to."
    " Keep this e-mail. Should anybody alter or remove a line later, the fund itself too, what you hold here shows it.",
)
WHY_NEW = Text(
    "En nyckel är ny, eller en bok har börjat eller börjat om. Det ska ha en orsak som du får veta på annat sätt: fråga"
    " fonden. Första gången du får det här mejlet är det nycklarna att hålla sig till.",
    "A key is new, or a book has begun, or begun anew. There is to be a reason that you are told in some other way: ask"
    " the fund. The first time you get this e-mail, these are the keys to hold on to.",
)
BEGUN_ANEW = Text("har börjat om, och första raden säger varför", "has begun anew, and its first line says why")
HOW = Text(
    "Filerna hör till kommandot: bifall verify PAKET.zip --key NYCKEL --checkpoint FIL",
    "The files go with the command: bifall verify PACKAGE.zip --key KEY --checkpoint FILE",
)
LINES = Text("rader", "lines")
UNSIGNED = Text("inte signerad än", "not signed yet")


class MailedLog(msgspec.Struct, frozen=True):
    """A log as it stood. `checkpoint` is the whole note, with its cosignatures; empty before the first."""

    source: str
    name: str
    origin: str
    keys: list[str]
    first: str | None
    checkpoint: str

    @property
    def size(self) -> int | None:
        lines = self.checkpoint.split("\n")
        return int(lines[1]) if len(lines) > 1 else None


def as_mail(
    logs: list[MailedLog], to: str, sender: str, under: str, made_at: datetime, *, is_new: bool
) -> EmailMessage:
    """The same bytes however often it is made. `under` goes into its Message-ID."""
    called = NEW_SUBJECT if is_new else SUBJECT
    subject = f"{called.sv} {made_at.astimezone(STOCKHOLM).date()} / {called.en}"
    mail = of_the_house(to, subject, made_at, sender, f"checkpoints-{under}")
    mail.set_content("\n\n".join((_told(logs, "sv", is_new), _told(logs, "en", is_new))), cte="quoted-printable")
    for each in logs:
        if each.checkpoint:
            _attach(mail, f"{each.name}-{each.size}.checkpoint.txt", each.checkpoint)
    _attach(mail, "keys.txt", "".join(f"{key}\n" for each in logs for key in each.keys))
    mail.set_boundary(f"=_{under}")
    return mail


def _told(logs: list[MailedLog], language: Language, is_new: bool) -> str:
    blocks = [*([WHY_NEW] if is_new else []), WHY]
    lines = "\n".join(f"- {_line(each, language)}" for each in logs)
    return "\n\n".join((*(block.into(language) for block in blocks), lines, HOW.into(language)))


def _line(each: MailedLog, language: Language) -> str:
    count = UNSIGNED.into(language)
    if each.size is not None:
        count = f"{Written(language).number(each.size)} {LINES.into(language)}".replace("\N{NO-BREAK SPACE}", " ")
    told = f"{SOURCES[each.source].into(language)}: {count}"
    return told if each.first is None else f"{told}, {BEGUN_ANEW.into(language)}"


def _attach(mail: EmailMessage, name: str, content: str) -> None:
    mail.add_attachment(content.encode(), maintype="application", subtype="octet-stream", filename=name)
