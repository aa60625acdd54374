"""Accounts as people read them: what kind they are, and the number with its dash."""

from __future__ import annotations

from typing import Any

from shared.words import Language, Text

SCHEMES = {
    "bankgiro": Text("Bankgiro", "Bankgiro"),
    "plusgiro": Text("Plusgiro", "Plusgiro"),
    "bank_account": Text("Bankkonto", "Bank account"),
}
AFTER_THE_DASH = {"bankgiro": 4, "plusgiro": 1}


def account_number(account: dict[str, Any]) -> str:
    """`account` as payouts tells it: scheme, number, and for a bank account its clearing number."""
    number = str(account["number"])
    if after := AFTER_THE_DASH.get(account["scheme"]):
        number = f"{number[:-after]}-{number[-after:]}"
    return f"{account['clearing']}, {number}" if account.get("clearing") else number


def account_in_words(account: dict[str, Any], language: Language) -> str:
    """What kind it is and its number: "Bankgiro 5050-1055"."""
    return f"{SCHEMES[account['scheme']].into(language)} {account_number(account)}"
