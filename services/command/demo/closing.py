"""Closing: the report, the recovery of what is unspent, and the end of every case."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from services.command.demo import bank, letters
from services.command.demo.applying import APPLICANT, Case
from services.command.demo.fund import Fund
from services.command.demo.paying import hand_in
from services.command.demo.round_file import KRONA_ORE

ANSWER_TIME = timedelta(days=15, hours=1)
"""Fourteen days to answer a notice of recovery, and one more, of which one in October has 25 hours."""

EVERY_THIRD = 3
UNSPENT_SHARE = 10


def unspent_ore(case: Case, index: int) -> int:
    """Every third association has a tenth left, in whole kronor: things do not always cost what one thought."""
    if index % EVERY_THIRD:
        return 0
    return case.granted_ore // UNSPENT_SHARE // KRONA_ORE * KRONA_ORE


def _grant(case: Case) -> str:
    return f"/api/payouts/grants/{case.id}"


async def report(fund: Fund, case: Case, index: int) -> None:
    left = unspent_ore(case, index)
    await fund.people.act(
        APPLICANT,
        _grant(case),
        "report",
        {
            "spent_ore": case.granted_ore - left,
            "unspent_ore": left,
            "figures": {"I1": 20 + index, "I3": 5, "I5": 6, "I7": 3, "I8": 2},
            "words": {
                "what_happened": "Vi träffades sex gånger och lämnade tre förslag till regionen.",
                "influence_result": "Två av våra förslag har fått svar.",
            },
        },
    )
    await fund.people.act("officer", _grant(case), "report-review")
    await fund.people.act("officer", _grant(case), "report-approval")
    case.reported = True


async def _recoveries(fund: Fund, case: Case) -> list[dict[str, Any]]:
    recoveries: list[dict[str, Any]] = (await fund.people.get("finance", _grant(case)))["recoveries"]
    return recoveries


async def recover(fund: Fund, cases: list[Case]) -> int:
    """Told, given time to answer, decided, invoiced, and paid back. Returns the sum in öre."""
    claims = [(case, claim) for case in cases for claim in await _recoveries(fund, case)]
    for _, claim in claims:
        path = f"/api/payouts/recoveries/{claim['id']}"
        await fund.people.act("officer", path, "notice", {"words": "Det blev pengar över. Ni kan svara inom 14 dagar."})
    if not claims:
        return 0
    await letters.written_to(fund, [case for case, _ in claims], "recovery_notice")
    await fund.advance(ANSWER_TIME)
    booked = []
    for _, claim in claims:
        path = f"/api/payouts/recoveries/{claim['id']}"
        await fund.people.act("chair", path, "decision", {"amount_ore": claim["amount_ore"]})
        await fund.people.act("finance", path, "invoice")
        invoiced = await fund.people.get("finance", path)
        booked.append(bank.Booked(invoiced["ocr"], invoiced["amount_ore"], is_credit=True))
    statement = bank.statement(f"BACK-{fund.call}"[:35], fund.today, booked)
    await hand_in(fund.people, "bank-statements", statement)
    return sum(entry.amount_ore for entry in booked)


async def close(fund: Fund, case: Case) -> None:
    """A granted case is closed where the money is, another where it was decided."""
    if case.granted_ore:
        await fund.people.act("officer", _grant(case), "closing")
    else:
        await fund.people.act("officer", f"/api/review/cases/{case.id}", "closing")
