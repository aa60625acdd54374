"""What happened, in words: a sentence and who did it, for every kind of fact that can concern a case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from services.web.pages.account.roles import ROLES
from services.web.pages.cases.words import OPINIONS, OUTCOMES, SET_DOWN_FROM, STANDPOINTS, WHO
from services.web.site.money_and_time import Written
from shared.identity import Role
from shared.words import Language, Text

HAPPENED: Mapping[str, tuple[Role | None, Text]] = {
    "helper.invited": (
        Role.APPLICANT,
        Text(
            "Föreningen bad någon om hjälp med att skriva ansökan.",
            "The association asked somebody to help write the application.",
        ),
    ),
    "helper.accepted": (
        Role.HELPER,
        Text(
            "En stödperson tackade ja, och kunde läsa och skriva i utkastet.",
            "A helper accepted, and could read and write in the draft.",
        ),
    ),
    "help.ended": (Role.FUND, Text("Stödpersonens hjälp tog slut.", "The helper's help ended.")),
    "application.signed": (
        Role.SIGNATORY,
        Text("En av två skrev under ansökan.", "One of two signed the application."),
    ),
    "signature.voided": (
        Role.SIGNATORY,
        Text("Den första underskriften gäller inte längre.", "The first signature counts no more."),
    ),
    "signing.completed": (
        Role.SIGNATORY,
        Text(
            "Båda har skrivit under. Den första underskriften gavs {first_signed_at}.",
            "Both have signed. The first signature was given {first_signed_at}.",
        ),
    ),
    "application.submitted": (
        Role.SIGNATORY,
        Text(
            "Ansökan skickades in. Sökt belopp {amount_applied}.", "The application was sent in for {amount_applied}."
        ),
    ),
    "case.registered": (Role.FUND, Text("Registrerat som {number}.", "Registered as {number}.")),
    "case.received": (Role.FUND, Text("Ärendet kom till handläggarna.", "The case came to the officers.")),
    "check.started": (Role.OFFICER, Text("Ärendet öppnades för kontroll.", "The case was opened for the check.")),
    "completion.requested": (
        Role.OFFICER,
        Text("Komplettering begärdes, senast {due_on}.", "Completion was asked for, by {due_on}."),
    ),
    "completion.opened": (Role.FUND, Text("Föreningen kan komplettera.", "The association can complete.")),
    "completion.received": (Role.APPLICANT, Text("Kompletteringen kom in.", "The completion came in.")),
    "completion.expired": (
        Role.FUND,
        Text("Tiden att komplettera gick ut.", "The time to complete ran out."),
    ),
    "check.resumed": (Role.FUND, Text("Kontrollen fortsätter.", "The check goes on.")),
    "case.eligible": (Role.OFFICER, Text("Alla villkor är uppfyllda.", "All conditions are met.")),
    "case.not_eligible": (Role.OFFICER, Text("Alla villkor är inte uppfyllda.", "Not all conditions are met.")),
    "check.reopened": (
        Role.OFFICER,
        Text(
            "Svaren på villkoren togs tillbaka, för att svaras på nytt.",
            "The answers to the conditions were taken back, to be given anew.",
        ),
    ),
    "interest.declared": (
        None,
        Text("Frågan om jäv besvarades.", "The question about conflicts of interest was answered."),
    ),
    "reader.admitted": (Role.FUND, Text("Någon som inte är jävig får läsa.", "Somebody without a conflict may read.")),
    "reader.barred": (Role.FUND, Text("Någon som är jävig stängdes ute.", "Somebody with a conflict was shut out.")),
    "person.barred": (
        Role.FUND,
        Text("Någon som är jävig stängdes ute från pengarna.", "Somebody with a conflict was shut out from the money."),
    ),
    "assessment.opened": (Role.OFFICER, Text("Panelen började bedöma.", "The panel began to assess.")),
    "assessment.submitted": (Role.PANEL, Text("En bedömare lämnade sina poäng.", "An assessor gave their points.")),
    "assessment.closed": (
        Role.OFFICER,
        Text("Bedömningen avslutades: {points} poäng.", "The assessment was closed: {points} points."),
    ),
    "decision.proposed": (Role.OFFICER, Text("Förslag: {outcome}{granted}.", "Proposal: {outcome}{granted}.")),
    "statement.given": (
        Role.PANEL,
        Text("Brukarföreträdarna yttrade sig: {opinion}.", "The user representatives gave their statement: {opinion}."),
    ),
    "decision.made": (Role.DECISION_MAKER, Text("Beslut: {outcome}{granted}.", "Decision: {outcome}{granted}.")),
    "application.decided": (Role.FUND, Text("Föreningen kan läsa beslutet.", "The association can read the decision.")),
    "application.final": (
        Role.FUND,
        Text("Föreningen kan se att beslutet har laga kraft.", "The association can see that the decision is final."),
    ),
    "decision.published": (
        Role.SECRETARY,
        Text(
            "Beslutet anslogs. Sista dag att överklaga: {appeal_last_day}.",
            "The decision was posted. Last day to appeal: {appeal_last_day}.",
        ),
    ),
    "decision.final": (Role.FUND, Text("Beslutet fick laga kraft.", "The decision got legal force.")),
    "decision.appealed": (None, Text("Beslutet överklagades.", "The decision was appealed against.")),
    "decision.stands": (None, Text("Domstolen lät beslutet stå.", "The court let the decision stand.")),
    "appeal.received": (None, Text("Ett överklagande kom in.", "An appeal came in.")),
    "appeal.forwarded": (
        None,
        Text("Överklagandet skickades till domstolen.", "The appeal was sent to the court."),
    ),
    "appeal.upheld": (None, Text("Domstolen lät beslutet stå.", "The court let the decision stand.")),
    "appeal.quashed": (None, Text("Domstolen upphävde beslutet.", "The court quashed the decision.")),
    "case.reopened": (Role.FUND, Text("Ärendet prövas på nytt.", "The case is tried anew.")),
    "case.struck_off": (Role.FUND, Text("Ärendet skrevs av.", "The case was struck off.")),
    "case.closed": (Role.OFFICER, Text("Ärendet avslutades.", "The case was closed.")),
    "application.withdrawn": (Role.SIGNATORY, Text("Ansökan återkallades.", "The application was withdrawn.")),
    "case.protected": (
        None,
        Text("Ärendet skyddades. Varje läsning antecknas.", "The case was protected. Every read is noted."),
    ),
    "case.protection_lifted": (None, Text("Skyddet togs bort.", "The protection was lifted.")),
    "application.closed": (
        Role.FUND,
        Text("Ärendet är klart för föreningen.", "The case is done for the association."),
    ),
    "meeting.called": (
        Role.SECRETARY,
        Text("Sammanträdet kallades till {held_on}.", "The meeting was called for {held_on}."),
    ),
    "meeting.opened": (Role.DECISION_MAKER, Text("Sammanträdet öppnades.", "The meeting was opened.")),
    "meeting.ended": (Role.DECISION_MAKER, Text("Sammanträdet avslutades.", "The meeting ended.")),
    "minutes.adjusted": (Role.DECISION_MAKER, Text("Protokollet justerades.", "The minutes were adjusted.")),
    "notice.posted": (Role.SECRETARY, Text("Justeringen anslogs.", "The notice was posted.")),
    "notice.removed": (Role.SECRETARY, Text("Anslaget togs ner.", "The notice was taken down.")),
    "grant.opened": (
        Role.FUND,
        Text("Bidraget lades upp: {granted_amount}.", "The grant was set up: {granted_amount}."),
    ),
    "grant.published": (Role.FUND, Text("Bidraget kan betalas ut.", "The grant can be paid.")),
    "grant.final": (Role.FUND, Text("Beslutet om bidraget står fast.", "The decision on the grant stands.")),
    "grant.quashed": (Role.FUND, Text("Bidraget upphävdes.", "The grant was quashed.")),
    "grant.closed": (None, Text("Bidraget avslutades.", "The grant was closed.")),
    "terms.accepted": (Role.SIGNATORY, Text("Villkoren godkändes.", "The terms were accepted.")),
    "payee.registered": (Role.APPLICANT, Text("Kontot anmäldes.", "The account was registered.")),
    "payee.verified": (Role.FINANCE, Text("Kontot kontrollerades.", "The account was verified.")),
    "payment.planned": (Role.FUND, Text("En utbetalning planerades: {amount}.", "A payment was planned: {amount}.")),
    "payment.requisitioned": (Role.SIGNATORY, Text("Pengarna begärdes.", "The money was asked for.")),
    "payment.attested_once": (Role.ATTESTER, Text("Utbetalningen attesterades av en.", "One attested the payment.")),
    "payment.attested_twice": (Role.ATTESTER, Text("Utbetalningen attesterades av två.", "Two attested the payment.")),
    "payment.exported": (
        Role.FINANCE,
        Text("Utbetalningen skickades till banken.", "The payment was sent to the bank."),
    ),
    "payment.accepted": (Role.FINANCE, Text("Banken tog emot utbetalningen.", "The bank accepted the payment.")),
    "payment.booked": (Role.FINANCE, Text("Pengarna är på kontot.", "The money is on the account.")),
    "payment.reconciled": (Role.FINANCE, Text("Utbetalningen stämdes av.", "The payment was reconciled.")),
    "payment.rejected": (Role.FINANCE, Text("Banken avvisade utbetalningen.", "The bank refused the payment.")),
    "payment.returned": (Role.FINANCE, Text("Pengarna kom tillbaka.", "The money came back.")),
    "payment.barred": (Role.FINANCE, Text("Utbetalningen stoppades.", "The payment was barred.")),
    "payment.released": (Role.FINANCE, Text("Hindret togs bort.", "The bar was lifted.")),
    "payment.cancelled": (Role.FINANCE, Text("Utbetalningen ställdes in.", "The payment was cancelled.")),
    "batch.ordered": (Role.FINANCE, Text("En bankfil beställdes.", "A bank file was ordered.")),
    "batch.exported": (Role.FUND, Text("Bankfilen gjordes.", "The bank file was made.")),
    "batch.answered": (Role.FINANCE, Text("Banken svarade på filen.", "The bank answered the file.")),
    "report.submitted": (Role.APPLICANT, Text("Redovisningen kom in.", "The report came in.")),
    "report.review_started": (Role.OFFICER, Text("Redovisningen började läsas.", "The report began to be read.")),
    "report.approved": (Role.OFFICER, Text("Redovisningen godkändes.", "The report was approved.")),
    "recovery.considered": (Role.OFFICER, Text("Återkrav övervägs: {amount}.", "Recovery is considered: {amount}.")),
    "recovery.notified": (
        Role.OFFICER,
        Text("Föreningen fick veta, och kan svara.", "The association was told, and can answer."),
    ),
    "recovery.answered": (
        Role.APPLICANT,
        Text(
            "Föreningen svarade om pengarna: {standpoint}{paid}.",
            "The association answered about the money: {standpoint}{paid}.",
        ),
    ),
    "recovery.decided": (
        Role.DECISION_MAKER,
        Text("Återkrav beslutades: {amount}.", "Recovery was decided: {amount}."),
    ),
    "recovery.invoiced": (Role.FINANCE, Text("Fakturan skickades.", "The invoice was sent.")),
    "recovery.paid": (
        Role.FINANCE,
        Text("Pengarna betalades tillbaka: {amount}.", "The money was paid back: {amount}."),
    ),
    "recovery.plan_agreed": (Role.FINANCE, Text("En avbetalningsplan gjordes.", "A payment plan was agreed.")),
    "recovery.collection_started": (Role.FINANCE, Text("Kravet gick till inkasso.", "The claim went to collection.")),
    "recovery.waived": (Role.DECISION_MAKER, Text("Återkravet efterskänktes.", "The recovery was waived.")),
    "recovery.written_off": (Role.DECISION_MAKER, Text("Återkravet skrevs av.", "The recovery was written off.")),
    "disposal.proposed": (
        Role.ARCHIVIST,
        Text("Gallring föreslogs.", "It was proposed to dispose of the content."),
    ),
    "disposal.declined": (None, Text("Gallringen blev inte av.", "The disposal was declined.")),
    "disposal.decided": (
        None,
        Text("Gallring beslutades: {number}.", "Disposal was decided: {number}."),
    ),
    "disposal.begun": (Role.FUND, Text("Gallringen {number} började utföras.", "Disposal {number} was begun.")),
    "disposal.executed": (
        Role.FUND,
        Text(
            "Gallringen {number} är utförd. Äldre säkerhetskopior kan läsas till {backups_until}.",
            "Disposal {number} is carried out. Older backups can be read until {backups_until}.",
        ),
    ),
    "application.disposed": (
        Role.FUND,
        Text("Ansökan är gallrad enligt beslut {number}.", "The application is disposed of by decision {number}."),
    ),
    "case.disposed": (
        Role.FUND,
        Text("Ärendet är gallrat enligt beslut {number}.", "The case is disposed of by decision {number}."),
    ),
    "grant.disposed": (
        Role.FUND,
        Text("Bidraget är gallrat enligt beslut {number}.", "The grant is disposed of by decision {number}."),
    ),
}
"""Type → in which role such things are done, None where there are several, and what is said. The places are filled by
`places`."""

THE_FUND = Text("fonden", "the fund")

SIGNED_ON_PAPER = Text(
    "Inskriven åt föreningen efter {set_down_from} som kom {came_on}. Underskriven på papper. Sökt belopp "
    "{amount_applied}.",
    "Set down for the association, from {set_down_from} that came {came_on}. Signed on paper. Applied for "
    "{amount_applied}.",
)
SIGNED_HERE = Text(
    "Inskriven av fonden efter {set_down_from} som kom {came_on}. Föreningen skrev under här och skickade in den. Sökt "
    "belopp {amount_applied}.",
    "Set down by the fund, from {set_down_from} that came {came_on}. The association signed it here and sent it in. "
    "Applied for {amount_applied}.",
)

NAMELESS: Mapping[str, str] = {}
DAYS = ("due_on", "appeal_last_day", "held_on", "backups_until")


class Happened(msgspec.Struct, frozen=True):
    at: str
    who: str
    text: str


def done_by(text: str) -> str | None:
    """The account of the person who did it; None where the fund itself did."""
    event = msgspec.json.decode(text)
    return str(event["authid"]) if event.get("authtype") == "user" else None


def in_words(text: str, language: Language, me: str, names: Mapping[str, str] = NAMELESS) -> Happened | None:
    """None for a fact newer than this code. `names` by account; who has none there is told by their role, where the
    fact tells which."""
    event = msgspec.json.decode(text)
    known = HAPPENED.get(event["type"])
    if known is None:
        return None
    role, sentence = role_of(event["type"], event["data"]), said_of(event["data"], known[1])
    who = (WHO[role] if role else THE_FUND).into(language)
    if event.get("authid") == me:
        who = Text("du", "you").into(language)
    elif name := names.get(event.get("authid", "")):
        who = f"{name} ({ROLES[role].into(language)})" if role in ROLES else name
    elif event.get("authtype") == "system":
        who = THE_FUND.into(language)
    return Happened(event["time"], who, sentence.into(language).format_map(places(event["data"], language)))


def role_of(kind: str, data: object) -> Role | None:
    """In which role such a fact was done; None where it does not tell: several may, or its kind is not known here."""
    if isinstance(data, Mapping) and data.get("set_down") and not data.get("signed_by"):
        return None  # by a coordinator or an officer
    return HAPPENED[kind][0] if kind in HAPPENED else None


def said_of(data: Mapping[str, Any], usual: Text) -> Text:
    """What the fund set down for an association is told as such."""
    if not data.get("set_down"):
        return usual
    return SIGNED_HERE if data.get("signed_by") else SIGNED_ON_PAPER


def places(data: Mapping[str, Any], language: Language) -> dict[str, str]:
    written = Written(language)
    set_down = data.get("set_down")
    set_down = set_down if isinstance(set_down, dict) else {}  # a fact may have been tampered with
    granted = data.get("granted_ore")
    return {
        "number": str(data.get("number", "")),
        "amount": written.kr(data.get("amount_ore")),
        "amount_applied": written.kr(data.get("amount_applied_ore")),
        "granted_amount": written.kr(granted),
        "granted": f", {written.kr(granted)}" if granted else "",
        "outcome": _said(OUTCOMES, data.get("outcome"), language),
        "opinion": _said(OPINIONS, data.get("opinion"), language).lower(),
        "standpoint": _said(STANDPOINTS, data.get("standpoint"), language).lower(),
        "paid": f", {written.kr(paid)}, {written.day(data.get('paid_on'))}" if (paid := data.get("paid_ore")) else "",
        "points": written.number(round(data.get("points_milli", 0) / 1_000, 1)),
        "set_down_from": _said(SET_DOWN_FROM, set_down.get("route"), language),
        "came_on": written.day(set_down.get("came_on")),
        "first_signed_at": written.moment(data.get("first_signed_at")),
        **{name: written.day(data.get(name)) for name in DAYS},
    }


def _said(words: Mapping[str, Text], key: object, language: Language) -> str:
    found = words.get(str(key))
    return found.into(language) if found else ""
