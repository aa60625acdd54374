"""The letters with a link: a code, an invitation, a plea for help with a draft, and one for the second signature.
Short, in the reader's language, with one thing to do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from email.message import EmailMessage
from email.utils import localtime, make_msgid

from services.web.letters.mail import in_one_line
from services.web.letters.post import mail_from
from services.web.signing_in.email_code import LIFE_S, Asked
from services.web.site.money_and_time import Written
from shared.words import Language, Text

CODE = Text(
    """Hej!

Här är din kod för att logga in: {code}

Skriv koden på sidan där du bad om den. Eller öppna länken och tryck på knappen:
{link}

Koden gäller i {minutes} minuter och fungerar en gång.

Har du inte bett om någon kod? Då behöver du inte göra något. Lämna aldrig ut koden till någon.
""",
    """Hello!

Here is your code for signing in: {code}

Write the code on the page where you asked for it. Or open the link and press the button:
{link}

The code is good for {minutes} minutes and works once.

Did you not ask for a code? Then you need not do anything. Never give the code to anybody.
""",
)
CODE_SUBJECT = Text("Din kod för att logga in", "Your code for signing in")
"""Without the code itself: subjects are shown on locked telephones."""

INVITATION = Text(
    """Hej!

Du är inbjuden som {role} hos {fund}.

Öppna länken för att tacka ja. Där väljer du också hur du vill logga in:
{link}

Länken är din egen. Den gäller till och med {last_day}.

Känner du inte igen det här? Då behöver du inte göra något.
""",
    """Hello!

You are invited as {role} at {fund}.

Open the link to accept. There you also choose how to sign in:
{link}

The link is yours alone. It is good until {last_day}.

Do you not recognise this? Then you need not do anything.
""",
)
INVITATION_SUBJECT = Text("Inbjudan till {fund}", "Invitation to {fund}")

HELP = Text(
    """Hej!

{association} ber dig om hjälp med en ansökan hos {fund}. Den gäller {call}.

Öppna länken för att tacka ja:
{link}

Du kan läsa och skriva i just det utkastet. Du kan inte skriva under, och du ser inget annat av föreningens.

Länken är din egen. Den fungerar en gång, till och med {last_day}. Du kan hjälpa till tills ansökan är inskickad, \
som längst till och med {until}. Föreningen kan ta tillbaka inbjudan.

Känner du inte igen det här? Då behöver du inte göra något.
""",
    """Hello!

{association} asks you for help with an application to {fund}. It is for {call}.

Open the link to accept:
{link}

You can read and write in that draft alone. You cannot sign, and you see nothing else of the association's.

The link is yours alone. It works once, until {last_day}. You can help until the application is sent in, \
at the longest until {until}. The association can take the invitation back.

Do you not recognise this? Then you need not do anything.
""",
)
HELP_SUBJECT = Text("{association} ber dig om hjälp", "{association} asks you for help")

SIGN = Text(
    """Hej!

{signed_by} har skrivit under er ansökan till {fund}. Den gäller {call}.

Ni är två som skriver under för {association}. Därför behövs din underskrift också. Ansökan är inte inne förrän ni \
båda har skrivit under.

Logga in, läs igenom ansökan och skriv under:
{link}

{last_day}Vill ni ändra något först? Då kan du ta tillbaka underskriften där.
""",
    """Hello!

{signed_by} has signed your application to {fund}. It is for {call}.

Two of you sign for {association}. So your signature is needed too. The application is not in until both of you have \
signed.

Sign in, read through the application and sign:
{link}

{last_day}Do you want to change something first? Then you can take the signature back there.
""",
)
LAST_DAY = Text("Sista dagen är {day}.\n\n", "The last day is {day}.\n\n")
SIGN_SUBJECT = Text("Din underskrift behövs", "Your signature is needed")


IN_ADDRESSES = re.compile(r"(://|[./@])(?=\S)")
"""What stands inside an address of any kind, and in a name at the end of a word."""


def code(asked: Asked, url: str, language: Language) -> EmailMessage:
    link = f"{url}/sign-in/email/{asked.id}?key={asked.key}"
    body = CODE.into(language).format(code=asked.written, link=link, minutes=LIFE_S // 60)
    return _letter(asked.email, CODE_SUBJECT.into(language), body, language)


def invitation(email: str, role: str, fund: str, link: str, expires_at: datetime, language: Language) -> EmailMessage:
    last_day = Written(language).day_for_good(expires_at)
    body = INVITATION.into(language).format(role=role, fund=fund, link=link, last_day=last_day)
    return _letter(email, INVITATION_SUBJECT.into(language).format(fund=fund), body, language)


def asks_for_help(
    email: str, link: str, about: Mapping[str, str], days: tuple[datetime, datetime], language: Language
) -> EmailMessage:
    """`about` names association, call and fund; `days` are the link's last and the help's.

    What somebody calls an association is a name, and no link: the letter goes to whomever they choose, from the fund.
    """
    about = {**about, "association": as_a_name(about["association"])}
    last_day, until = (Written(language).day_for_good(day) for day in days)
    body = HELP.into(language).format(link=link, last_day=last_day, until=until, **about)
    return _letter(email, HELP_SUBJECT.into(language).format(**about), body, language)


def asks_to_sign(
    email: str, link: str, about: Mapping[str, str], last_day: date | None, language: Language
) -> EmailMessage:
    """`about` names association, call, fund and who has signed: names, and no links, as in a plea for help. There is no
    `last_day` to what the fund writes down."""
    about = {**about, **{name: as_a_name(about[name]) for name in ("association", "signed_by")}}
    until = LAST_DAY.into(language).format(day=Written(language).day_for_good(last_day)) if last_day else ""
    body = SIGN.into(language).format(link=link, last_day=until, **about)
    return _letter(email, SIGN_SUBJECT.into(language), body, language)


def as_a_name(called: str) -> str:
    return IN_ADDRESSES.sub(r"\1 ", in_one_line(called))


def _letter(to: str, subject: str, body: str, language: Language) -> EmailMessage:
    """The standard library refuses a line feed in a header, of any alphabet; addresses were checked before."""
    message = EmailMessage()
    message["From"] = mail_from()
    message["To"] = to
    message["Date"] = localtime()
    message["Message-ID"] = make_msgid(domain="bifall.invalid")
    message["Subject"] = in_one_line(subject)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body)
    message["Content-Language"] = language  # last: setting the content takes away what is said of it
    return message
