"""Payment orders for tests: the three invented associations of the sample files, and any number of others."""

from __future__ import annotations

from datetime import date, datetime

from services.payouts.bank.pain001 import PaymentLine, PaymentOrder
from services.payouts.bank.profile import PRACTICE, Profile
from services.payouts.domain.account import Account, Scheme, read_account

MESSAGE_ID = "IFD-2027-0001"


def line(
    reference: str, amount_ore: int, account: Account, message: str = "EX 2027/00003 Inflytandefonden"
) -> PaymentLine:
    return PaymentLine(reference=reference, amount_ore=amount_ore, account=account, message=message)


LINES = (
    line(
        "IFD-2027-00003-U1",
        2_500_000,
        read_account(Scheme.BANKGIRO, "5050-1055", None, "Föreningen Ljuspunkten (påhittad)", "Borlänge"),
    ),
    line(
        "IFD-2027-00005-U1",
        1_200_000,
        read_account(Scheme.PLUSGIRO, "28 65 43-4", None, "Nätverket Fjällvinden (påhittat)", "Mora"),
        "EX 2027/00005 Inflytandefonden",
    ),
    line(
        "IFD-2027-00007-U1",
        1_000_000,
        read_account(Scheme.BANK_ACCOUNT, "0000019", "5000", "Anhörigcirkeln Dalkullan (påhittad)", "Leksand"),
        "EX 2027/00007 Inflytandefonden",
    ),
)


def order(profile: Profile = Profile(), lines: tuple[PaymentLine, ...] = LINES, message_id: str = MESSAGE_ID):  # noqa: B008
    return PaymentOrder(
        message_id=message_id,
        created_at=datetime(2027, 6, 1, 8),
        execute_on=date(2027, 6, 3),
        debtor=PRACTICE.debtor,
        profile=profile,
        lines=lines,
    )
