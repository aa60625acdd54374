"""Money today: what waits for whoever looks, the payments by how far they have come, and what is still open."""

from typing import Any

from litestar import Response, get

from services.web.pages.money.drawing import drawn
from services.web.pages.money.words import FOLLOW_MONEY
from services.web.site.caller import Caller
from shared.identity import Role

SHOWN_IN_A_LANE = 5
LANES = (
    ("requisitioned", ("requisitioned",)),
    ("attested_once", ("attested_once",)),
    ("attested_twice", ("attested_twice",)),
    ("at_the_bank", ("exported", "accepted")),
    ("booked", ("booked",)),
    ("stopped", ("rejected", "returned", "barred")),
)
"""The board from left to right, and which statuses stand in each lane."""

Figures = dict[str, dict[str, dict[str, int]]]


@get("/money", name="page_money")
async def money_page(caller: Caller) -> Response[Any]:
    caller.required(*FOLLOW_MONEY)
    counted, shown = await caller.ask_all(("payouts", "/figures"), ("payouts", "/board"))
    figures = by_status(counted.json)
    board: dict[str, list[dict[str, Any]]] = {}
    for payment in shown.json["payments"]:
        board.setdefault(payment["status"], []).append(payment)
    lanes = [_lane(name, statuses, figures, board) for name, statuses in LANES]
    return drawn(
        caller,
        "money/today.html",
        waiting=waiting_for(caller, figures),
        lanes=lanes,
        figures=figures,
        is_finance=caller.holds(Role.FINANCE),
    )


def by_status(figures: dict[str, list[dict[str, Any]]]) -> Figures:
    """kind → status → {count, sum_ore}."""
    return {kind: {one["status"]: one for one in found} for kind, found in figures.items()}


def count(figures: Figures, kind: str, *statuses: str) -> int:
    return sum(figures[kind].get(status, {}).get("count", 0) for status in statuses)


def sum_ore(figures: Figures, kind: str, *statuses: str) -> int:
    return sum(figures[kind].get(status, {}).get("sum_ore", 0) for status in statuses)


def _lane(name: str, statuses: tuple[str, ...], figures: Figures, found: dict[str, Any]) -> dict[str, Any]:
    payments = [payment for status in statuses for payment in found.get(status, ())]
    counted = count(figures, "payments", *statuses)
    return {
        "name": name,
        "statuses": [status for status in statuses if count(figures, "payments", status)],
        "count": counted,
        "sum_ore": sum_ore(figures, "payments", *statuses),
        "payments": payments[:SHOWN_IN_A_LANE],
        "more": counted - len(payments[:SHOWN_IN_A_LANE]),
    }


def waiting_for(caller: Caller, figures: Figures) -> list[tuple[str, int, str]]:
    """(what, how many, where): what whoever looks can do something about, the most pressing first."""
    asked = (
        (Role.FINANCE, "failed", "payments", ("rejected", "returned"), "/money/payments?status=rejected"),
        (Role.FINANCE, "unverified", "payees", ("unverified",), "/money/accounts"),
        (Role.ATTESTER, "attest_second", "payments", ("attested_once",), "/money/payments?status=attested_once"),
        (Role.ATTESTER, "attest_first", "payments", ("requisitioned",), "/money/payments?status=requisitioned"),
        (Role.FINANCE, "to_send", "payments", ("attested_twice",), "/money/batches/new"),
        (Role.FINANCE, "bank_answers", "payments", ("exported", "accepted"), "/money/bank"),
        (Role.FINANCE, "to_reconcile", "payments", ("booked",), "/money/payments?status=booked"),
        (Role.FINANCE, "barred", "payments", ("barred",), "/money/payments?status=barred"),
        (Role.FINANCE, "to_invoice", "recoveries", ("decided",), "/money/recoveries?status=decided"),
        (Role.FINANCE, "in_collection", "recoveries", ("collection",), "/money/recoveries?status=collection"),
        (Role.OFFICER, "reports", "grants", ("reported", "reviewing"), "/money/grants?status=reported"),
        (Role.OFFICER, "to_notify", "recoveries", ("considered",), "/money/recoveries?status=considered"),
        (Role.OFFICER, "to_close", "grants", ("settling",), "/money/grants?status=settling"),
        (Role.DECISION_MAKER, "to_decide", "recoveries", ("notified",), "/money/recoveries?status=notified"),
    )
    found = [
        (what, count(figures, kind, *statuses), _where(figures, kind, statuses, where))
        for role, what, kind, statuses, where in asked
        if caller.holds(role)
    ]
    return [one for one in found if one[1]]


def _where(figures: Figures, kind: str, statuses: tuple[str, ...], where: str) -> str:
    """To the first status that something stands in."""
    standing = next((status for status in statuses if count(figures, kind, status)), statuses[0])
    path, question, _ = where.partition("?status=")
    return f"{path}?status={standing}" if question else where


ROUTES = (money_page,)
