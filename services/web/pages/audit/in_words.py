"""What a fact says, in words: what happened, for every kind of fact there is."""

from collections.abc import Mapping
from typing import Any

from services.web.pages.account.roles import ROLES
from services.web.pages.cases.events import HAPPENED, places, said_of
from services.web.site.forms import as_uuid
from services.web.site.money_and_time import Written
from shared.words import Language, Text

OF_NO_CASE = {
    "programme.published": Text("Ett program publicerades.", "A programme was published."),
    "clock.advanced": Text("Övningens klocka flyttades fram.", "The practice clock was moved forward."),
    "clock.followed": Text("Övningens klocka följdes.", "The practice clock was followed."),
    "call.drafted": Text("En utlysning skrevs.", "A call was drafted."),
    "call.decided": Text("En utlysning beslutades.", "A call was decided."),
    "call.published": Text("En utlysning publicerades.", "A call was published."),
    "call.opened": Text("En utlysning öppnade.", "A call opened."),
    "call.closed": Text("En utlysning stängde.", "A call closed."),
    "call.preparation_started": Text("Beredningen av en utlysning började.", "The preparation of a call began."),
    "call.all_decided": Text(
        "Alla ansökningar i en utlysning är beslutade.", "All applications of a call are decided."
    ),
    "call.finished": Text("En utlysning avslutades.", "A call was finished."),
    "call.cancelled": Text("En utlysning ställdes in.", "A call was cancelled."),
    "association.registered": Text("En förening registrerades.", "An association was registered."),
    "association.changed": Text("En förenings uppgifter ändrades.", "An association's particulars were changed."),
    "guidelines.adopted": Text("Programmets regler togs emot.", "The programme's rules were taken over."),
    "terms.adopted": Text("Programmets regler togs emot.", "The programme's rules were taken over."),
    "period.set": Text("Tiden för en utlysnings pengar togs emot.", "The period of a call's money was taken over."),
    "budget.set": Text("Budgeten för en utlysning sattes.", "The budget of a call was set."),
    "account.opened": Text("Ett konto för en person öppnades.", "An account for a person was opened."),
    "invitation.accepted": Text("En inbjudan togs emot.", "An invitation was accepted."),
    "invitation.withdrawn": Text("En inbjudan drogs tillbaka.", "An invitation was withdrawn."),
    "programme.followed": Text("Ett programs påminnelser togs emot.", "A programme's reminders were taken over."),
    "call.followed": Text("En utlysnings datum togs emot.", "A call's dates were taken over."),
    "case.followed": Text("Brev till ärendet kan skickas.", "Letters to the case can be sent."),
    "case.protection_followed": Text(
        "Läsloggen fick veta om ärendet är skyddat.", "The access log was told whether the case is protected."
    ),
    "completion.awaited": Text("En komplettering väntas.", "A completion is awaited."),
    "completion.settled": Text("Ingen komplettering väntas längre.", "No completion is awaited any more."),
    "report.awaited": Text("En redovisning väntas.", "A report is awaited."),
    "report.settled": Text("Ingen redovisning väntas längre.", "No report is awaited any more."),
    "reminder.due": Text("Det blev dags för en påminnelse.", "It was time for a reminder."),
    "letter.due": Text("Ett brev ska skrivas.", "A letter is to be written."),
    "letter.written": Text("Ett brev skrevs.", "A letter was written."),
    "letter.called_off": Text("Ett brev behövdes inte längre.", "A letter was no longer needed."),
    "letter.sent": Text("Ett brev skickades.", "A letter was sent."),
    "letter.delayed": Text("Ett brev kunde inte skickas än.", "A letter could not be sent yet."),
    "letter.failed": Text("Ett brev kom inte fram med e-post.", "A letter did not arrive by e-mail."),
    "letter.kept": Text("Ett brev lades i utkorgen.", "A letter was kept in the outbox."),
    "letter.queued": Text("Ett brev ska skrivas ut.", "A letter is to be printed."),
    "letter.printed": Text("Ett brev skrevs ut och postades.", "A letter was printed and posted."),
    "text.signed": Text("Någon skrev under.", "Somebody signed."),
    "sample.drawn": Text("Ett stickprov av ärenden drogs.", "A sample of cases was drawn."),
}

OF_A_ROLE = {
    "role.granted": Text("{who} fick rollen {role}{until}.", "{who} was granted the role of {role}{until}."),
    "role.withdrawn": Text("{who} blev av med rollen {role}.", "{who} lost the role of {role}."),
    "role.proposed": Text("{who} föreslogs för rollen {role}{until}.", "{who} was proposed as {role}{until}."),
    "role.declined": Text(
        "Förslaget att {who} ska få rollen {role} drogs tillbaka.", "The proposal to make {who} {role} was taken back."
    ),
    "invitation.sent": Text(
        "Någon bjöds in till rollen {role}{until}.", "Somebody was invited to the role of {role}{until}."
    ),
}
"""What is said of a role: which one, whose, and until when where it ends by itself."""

SOMEBODY = {"role.declined": Text("någon", "somebody")}
UNTIL = Text(", till {day}", ", until {day}")
NAMELESS: Mapping[str, str] = {}


def told(event: dict[str, Any], kind: str | None, language: Language, names: Mapping[str, str] = NAMELESS) -> str:
    """A sentence; the kind's own name for what this code is too old to know. `names` by account, for those who may
    know who got a role."""
    data = event.get("data")
    data = data if isinstance(data, dict) else {}
    if kind is not None and kind in HAPPENED:
        return said_of(data, HAPPENED[kind][1]).into(language).format_map(places(data, language))
    if kind is not None and kind in OF_A_ROLE:
        sentence = OF_A_ROLE[kind].into(language).format_map(_of_a_role(event, data, kind, language, names))
        return sentence[:1].upper() + sentence[1:]
    found = OF_NO_CASE.get(kind or "")
    return found.into(language) if found else (kind or "").replace("_", " ")


def whose_role(event: dict[str, Any]) -> str | None:
    """The account that a fact about a role is about."""
    is_of_account = event.get("type") in OF_A_ROLE and event.get("type") != "invitation.sent"
    return account_in(event, "subject") if is_of_account else None


def who_did(event: dict[str, Any]) -> str | None:
    """The account of whoever did it; None where the system itself did."""
    return account_in(event, "authid") if event.get("authtype") == "user" else None


def account_in(event: dict[str, Any], name: str) -> str | None:
    """None for what is no id: a fact may have been tampered with."""
    found = as_uuid(str(event.get(name, "")))
    return str(found) if found else None


def _of_a_role(
    event: dict[str, Any], data: dict[str, Any], kind: str, language: Language, names: Mapping[str, str]
) -> dict[str, str]:
    role, until = data.get("role"), data.get("until")
    somebody = SOMEBODY.get(kind, Text("Någon", "Somebody")).into(language)
    return {
        "who": names.get(str(event.get("subject")), somebody),
        "role": ROLES[role].into(language) if role in ROLES else str(role or "–"),
        "until": UNTIL.into(language).format(day=Written(language).day_year(until)) if until else "",
    }
