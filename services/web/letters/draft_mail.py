"""The e-mail that reminds of a draft: until when it is kept, and what to do to keep what was written. No word of the
draft itself is in it."""

from __future__ import annotations

from datetime import date, datetime
from email.message import EmailMessage
from uuid import UUID

import msgspec

from services.web.letters.mail import of_the_house
from services.web.signing_in.letters import as_a_name
from services.web.site.about import About
from services.web.site.money_and_time import Written
from shared.words import Language, Text

SUBJECT = Text("Utkastet raderas efter {day}", "The draft is erased after {day}")
REMINDER = Text(
    """Hej!

{association} har ett utkast som inte skickades in. Det gällde {call}.

Utkastet finns kvar till och med {day}. Sedan raderas det, och då kan ingen få tillbaka texten.

Vill ni ha den kvar? Läs och skriv ut den här:
{link}

Annars behöver ni inte göra något.
{help}""",
    """Hello!

{association} has a draft that was not sent in. It was for {call}.

The draft is kept until {day}. Then it is erased, and nobody can get the text back.

Do you want to keep it? Read and print it here:
{link}

Otherwise you need not do anything.
{help}""",
)
SIGN_IN = Text("Logga in, och öppna Mina ansökningar.", "Sign in, and open My applications.")
"""Where the pages have no address that reaches further than their own machine."""
CALL_US = Text("\nHar ni frågor? Ring oss: {phone}\n", "\nDo you have questions? Call us: {phone}\n")


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """A draft that is erased after the day `kept_until`."""

    draft: UUID
    association: str
    call: Text
    kept_until: date


def as_mail(
    ending: Ending, to: str, sender: str, under: str, made_at: datetime, about: About, language: Language
) -> EmailMessage:
    """The same bytes however often it is made. `under` goes into its Message-ID."""
    day = Written(language).day_for_good(ending.kept_until).replace("\N{NO-BREAK SPACE}", " ")
    mail = of_the_house(to, SUBJECT.into(language).format(day=day), made_at, sender, f"draft-{under}")
    body = REMINDER.into(language).format(
        association=as_a_name(ending.association),
        call=ending.call.into(language),
        day=day,
        link=f"{about.public_url}/drafts/{ending.draft}/check" if about.public_url else SIGN_IN.into(language),
        help=CALL_US.into(language).format(phone=about.help_phone) if about.help_phone else "",
    )
    mail.set_content(body, cte="quoted-printable")
    mail["Content-Language"] = language  # last: setting the content takes away what is said of it
    return mail
