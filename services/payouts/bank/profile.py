"""What one bank wants that another does not, and the fund's own account: given by the operator, checked at the start.

Every bank has its own implementation guide, and none was read in full when these were written: try a file in the bank's
own validator before the first real payment. LB and Bg Max are gone (H12): ISO 20022 is all there is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

from services.payouts.domain.account import COUNTRY, Country
from shared.identifiers import parse_bankgiro, parse_iban, parse_orgnr
from shared.settings import read_bytes
from shared.words import Line

MESSAGE_SHORT = 25
"""Characters of message that the old giro systems carry."""
MESSAGE_LONG = 140

SETTING = "BANK"
"""`BIFALL_BANK`, or the file that `BIFALL_BANK_FILE` names: JSON as `FundAccount`."""


class Profile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`plusgiro_member` is the clearing number of plusgiro payments. `bankgiro_debits_bankgiro`: to a bankgiro, it
    is drawn from the fund's own; all else from its IBAN. `party_id` may hold `{organisation_number}`."""

    version: Literal["03", "09"] = "03"
    service_level: Literal["NURG"] | None = "NURG"
    category_purpose: Literal["SUPP"] | None = None
    creditor_agent: Literal["sesba", "bic"] = "sesba"
    plusgiro_scheme: Literal["BBAN", "PGNR"] = "BBAN"
    plusgiro_member: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}\Z")] = "9960"
    bankgiro_debits_bankgiro: bool = False
    party_id: Annotated[str, msgspec.Meta(max_length=35)] = "{organisation_number}"
    message_max: Annotated[int, msgspec.Meta(ge=MESSAGE_SHORT, le=MESSAGE_LONG)] = MESSAGE_SHORT


PROFILES: Mapping[str, Profile] = {
    "common": Profile(),
    "swedbank": Profile(service_level=None, bankgiro_debits_bankgiro=True),
    "giro-by-bic": Profile(creditor_agent="bic", plusgiro_scheme="PGNR"),
}
"""Starting points; the operator's file may give every field instead."""


class Debtor(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who pays, and from where."""

    name: Line
    organisation_number: str
    town: Line
    country: Country = COUNTRY
    iban: str
    bic: Annotated[str, msgspec.Meta(pattern=r"^[A-Z0-9]{8}([A-Z0-9]{3})?\Z")]
    bankgiro: str | None = None


class FundAccount(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`profile` is a name out of PROFILES, or a whole profile."""

    debtor: Debtor
    profile: str | Profile = "common"

    @property
    def rules(self) -> Profile:
        return PROFILES[self.profile] if isinstance(self.profile, str) else self.profile


PRACTICE = FundAccount(
    debtor=Debtor(
        name="Region Exempel",
        organisation_number="8029990119",
        town="Falun",
        iban="SE4550000000058398257466",
        bic="ESSESESS",
        bankgiro="9912346",
    )
)
"""What practice programmes pay from: nobody's account."""


def read_fund_account(environment: Mapping[str, str]) -> FundAccount | None:
    """The operator's file, or None where there is none. Raises ValueError where it does not hold."""
    raw = read_bytes(environment, SETTING)
    if raw is None:
        return None
    account = msgspec.json.decode(raw, type=FundAccount)
    if isinstance(account.profile, str) and account.profile not in PROFILES:
        raise ValueError(f"There is no bank profile {account.profile!r}; there are {', '.join(PROFILES)}.")
    debtor = account.debtor
    checked = msgspec.structs.replace(
        debtor,
        iban=parse_iban(debtor.iban).compact,
        organisation_number=parse_orgnr(debtor.organisation_number).digits,
        bankgiro=parse_bankgiro(debtor.bankgiro).digits if debtor.bankgiro else None,
    )
    if account.rules.bankgiro_debits_bankgiro and checked.bankgiro is None:
        raise ValueError("This bank draws bankgiro payments from a bankgiro: give the fund's own.")
    return msgspec.structs.replace(account, debtor=checked)
