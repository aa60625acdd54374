"""What codes about money are called: grounds, reasons, kinds of account, and what was done."""

from typing import Any
from uuid import UUID

from services.web.site.caller import Caller
from services.web.site.names import NOBODY, known_names
from shared.identity import Role
from shared.words import Text

FOLLOW_MONEY = (
    Role.OFFICER,
    Role.FINANCE,
    Role.ATTESTER,
    Role.AUDITOR,
    Role.DECISION_MAKER,
    Role.COORDINATOR,
    Role.SECRETARY,
    Role.ARCHIVIST,
)
"""Who may open these pages at all. What each may do there, the services say."""

GROUNDS = {
    "unspent": Text("Pengar som blev över", "Money that was left over"),
    "conditions_broken": Text("Villkoren har inte följts", "The conditions were not kept"),
    "wrong_information": Text("Uppgifter var felaktiga", "Information was wrong"),
    "no_report": Text("Redovisning saknas", "There is no report"),
    "decision_quashed": Text("Beslutet är upphävt", "The decision was quashed"),
}
GROUNDS_TO_CHOOSE = ("conditions_broken", "wrong_information", "no_report", "decision_quashed")
BARS = {
    "earlier_report_missing": Text("Ett tidigare bidrag är inte redovisat", "An earlier grant is not reported"),
    "unpaid_recovery": Text("Ett återkrav är obetalt", "A recovery is unpaid"),
    "account_in_doubt": Text("Kontot är osäkert", "The account is in doubt"),
    "bankrupt": Text("Föreningen är i konkurs eller likvidation", "The association is bankrupt or being wound up"),
    "other": Text("Annat", "Other"),
}
BANK_SAYS = {
    "AC01": Text("Kontonumret är fel", "The account number is wrong"),
    "AC03": Text("Mottagarens konto är ogiltigt", "The receiver's account is invalid"),
    "AC04": Text("Kontot är avslutat", "The account is closed"),
    "AC06": Text("Kontot är spärrat", "The account is blocked"),
    "AG01": Text("Betalningen är inte tillåten", "The payment is not allowed"),
    "AM04": Text("Det finns inte pengar nog på fondens konto", "There is not enough money on the fund's account"),
    "AM05": Text("Banken tror att betalningen är skickad två gånger", "The bank takes it for a duplicate"),
    "BE01": Text("Namnet stämmer inte med kontot", "The name does not go with the account"),
    "DT01": Text("Betalningsdagen är fel", "The day of payment is wrong"),
    "MS03": Text("Banken säger inte varför", "The bank does not say why"),
    "NARR": Text("Banken säger inte varför", "The bank does not say why"),
    "RC01": Text("Bankens nummer är fel", "The bank's number is wrong"),
    "RR04": Text("Myndighetskrav hos banken", "A regulatory reason at the bank"),
}
"""ISO 20022 reason codes that Swedish banks use most; any other is shown as it is."""
AFTER = {
    "decision_published": Text("När beslutet är anslaget", "Once the decision is posted"),
    "report_approved": Text("När redovisningen är godkänd", "Once the report is approved"),
}
STEPS = {
    "payment.planned": Text("Planerad", "Planned"),
    "payment.requisitioned": Text("Pengarna begärdes", "The money was asked for"),
    "payment.attested_once": Text("Första attesten", "First attest"),
    "payment.attested_twice": Text("Andra attesten", "Second attest"),
    "payment.exported": Text("Lades i en bankfil", "Put into a bank file"),
    "payment.accepted": Text("Banken tog emot den", "The bank accepted it"),
    "payment.rejected": Text("Banken avvisade den", "The bank refused it"),
    "payment.booked": Text("Banken bokförde den", "The bank booked it"),
    "payment.reconciled": Text("Stämdes av", "Reconciled"),
    "payment.returned": Text("Banken sände tillbaka den", "The bank returned it"),
    "payment.barred": Text("Stoppades", "Barred"),
    "payment.released": Text("Släpptes", "Released"),
    "payment.cancelled": Text("Ställdes in", "Cancelled"),
    "payee.registered": Text("Kontot lades in", "The account was entered"),
    "payee.verified": Text("Kontot kontrollerades", "The account was verified"),
}
SYSTEM = Text("systemet", "the system")
SOMEBODY = Text("någon", "somebody")


def said(caller: Caller, words: dict[str, Text], code: str | None) -> str:
    """The code's words, or the code itself where we have none."""
    if not code:
        return ""
    text = words.get(code)
    return caller.say(text) if text else code


async def names(caller: Caller, accounts: list[str]) -> dict[str, str]:
    """By account, as the pages show people: their names, or "somebody"; nobody is the system itself."""
    nameless = {one: caller.say(SYSTEM if UUID(one) == NOBODY else SOMEBODY) for one in accounts}
    return nameless | await known_names(caller, accounts)


def timeline(caller: Caller, steps: list[dict[str, Any]], known: dict[str, str]) -> list[tuple[str, str, str]]:
    """(when, who, what), the newest first."""
    return [(step["at"], known.get(step["by"], ""), said(caller, STEPS, step["type"])) for step in reversed(steps)]
