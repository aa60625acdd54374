"""What a payment rests on, gathered from the three services: decision, requisition and account."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from services.web.pages.money.words import names
from services.web.site.asking import Answered
from services.web.site.caller import Caller


class Basis(msgspec.Struct, frozen=True, kw_only=True):
    """`payment` is always there; the rest is None, or empty, where it is not for this person. `names` by account."""

    payment: Answered
    grant: dict[str, Any] | None
    grounds: dict[str, Any] | None
    review: dict[str, Any]
    case: dict[str, Any] | None
    names: dict[str, str]

    @property
    def decision(self) -> dict[str, Any]:
        return self.review.get("decision") or {}


async def basis_of(caller: Caller, payment: UUID) -> Basis:
    """Raises Wrong where there is no such payment, or none for them."""
    shown = await caller.ask("payouts", f"/payments/{payment}")
    grant, grounds, review, case = await caller.ask_all_there(
        ("payouts", f"/grants/{shown.json['case']}"),
        ("payouts", f"/payments/{payment}/grounds"),
        ("review", f"/cases/{shown.json['case']}"),
        ("applications", f"/cases/{shown.json['case']}"),
    )
    held, told = _json(grounds), _json(review) or {}
    people = [step["by"] for step in (*held["steps"], *held["account_steps"])] if held else []
    if made := told.get("decision"):
        people.append(made["decided_by"])
    return Basis(
        payment=shown,
        grant=_json(grant),
        grounds=held,
        review=told,
        case=_json(case),
        names=await names(caller, people),
    )


def _json(answered: Answered | None) -> dict[str, Any] | None:
    return answered.json if answered else None
