"""What a fact says, in words: what happened, for every kind of fact there is."""

from typing import Any

from services.web.pages.cases.events import HAPPENED, places
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
    "role.granted": Text("Någon fick en roll.", "Somebody was granted a role."),
    "role.withdrawn": Text("Någon blev av med en roll.", "A role was withdrawn from somebody."),
    "role.proposed": Text("En roll föreslogs för någon.", "A role was proposed for somebody."),
    "role.declined": Text("En föreslagen roll drogs tillbaka.", "A proposed role was taken back."),
    "invitation.sent": Text("En inbjudan skickades.", "An invitation was sent."),
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
}


def told(event: dict[str, Any], kind: str | None, language: Language) -> str:
    """A sentence; the kind's own name for what this code is too old to know."""
    if kind is not None and kind in HAPPENED:
        data = event.get("data")
        return HAPPENED[kind][1].into(language).format_map(places(data if isinstance(data, dict) else {}, language))
    found = OF_NO_CASE.get(kind or "")
    return found.into(language) if found else (kind or "").replace("_", " ")
