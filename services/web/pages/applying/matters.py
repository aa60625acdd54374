"""One case as its association sees it: what the three services tell of it, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from services.web.pages.applying.drafts import Call
from services.web.site.asking import Answered
from services.web.site.caller import Caller
from services.web.site.disposed import refuse_disposed
from services.web.site.money_and_time import Written, last_day
from services.web.site.rules import rules_of as rules_of_programme
from shared.deadlines import local_date
from shared.programme import ProgrammeRules
from shared.refused import Unknown
from shared.words import Language

REPORT_APPROVED = "report_approved"
IN_BEING = frozenset({"considered", "notified", "decided", "invoiced", "plan", "collection"})
"""Recoveries that are not settled."""
TO_BE_PAID_BACK = frozenset({"invoiced", "plan", "collection"})
UNDER_WAY = frozenset({"requisitioned", "attested_once", "attested_twice", "exported", "accepted"})
OPEN = "open"
"""A call that takes applications."""
PAID = frozenset({"booked", "reconciled"})


class Matter(msgspec.Struct, frozen=True, kw_only=True):
    """`application` is always there. `review` and `grant` are None until they have heard of it, or have one; `grant`
    holds its payments; `recovery` is one that is not settled. `today` is by the programme's clock, which practice may
    move."""

    application: dict[str, Any]
    review: dict[str, Any] | None
    grant: dict[str, Any] | None
    payee: dict[str, Any] | None
    recovery: dict[str, Any] | None
    decision_planned_by: date | None
    applies_until: date | None
    """The last day to apply in its call; None once the call takes no more."""
    today: date
    may: frozenset[str]

    @property
    def id(self) -> str:
        return str(self.application["id"])

    @property
    def association(self) -> UUID:
        return UUID(self.application["association"])

    @property
    def path(self) -> str:
        return f"/my/cases/{self.id}"

    @property
    def number(self) -> str:
        """The registration number, on one line wherever it stands."""
        return str(self.application["number"]).replace(" ", "\N{NO-BREAK SPACE}")

    @property
    def title(self) -> str:
        return str(self.application["title"] or self.application["number"])

    @property
    def status(self) -> str:
        return str(self.application["status"])

    @property
    def decision(self) -> dict[str, Any] | None:
        return self.review["decision"] if self.review else None

    @property
    def payments(self) -> list[dict[str, Any]]:
        return self.grant["payments"] if self.grant else []

    def conditions(self, language: Language) -> list[str]:
        """The terms of the grant, with its days filled in."""
        if self.grant is None:
            return []
        days = {place: Written(language).day_year(self.grant[place]) for place in ("activity_to", "report_due")}
        return [_filled(one["text"][language], days) for one in self.grant["conditions"]]

    @property
    def accepts(self) -> bool:
        """Whether the terms wait for the association."""
        return self.grant is not None and self.grant["status"] in ("open", "published") and not self.grant["accepted"]

    @property
    def to_ask_for(self) -> dict[str, Any] | None:
        """The payment whose time to be asked for has come."""
        if self.grant is None or not self.grant["payable"]:
            return None
        approved = bool(self.grant["report"] and self.grant["report"]["approved"])
        return next(
            (
                one
                for one in self.payments
                if one["status"] == "planned" and (one["after"] != REPORT_APPROVED or approved)
            ),
            None,
        )

    @property
    def reports(self) -> bool:
        """Whether the report can be handed in, or handed in anew."""
        return "report" in self.may

    @property
    def completes(self) -> dict[str, Any] | None:
        """What the fund asks for just now."""
        rounds = self.review["completions"] if self.review else []
        asked = next((one for one in reversed(rounds) if one["answered"] is None), None)
        return asked if self.status == "completion_requested" else None


def _filled(text: str, days: Mapping[str, str]) -> str:
    for place, day in days.items():
        text = text.replace("{{" + place + "}}", day)
    return text


async def the_matter(caller: Caller, case: UUID) -> Matter:
    """Raises Wrong where there is no such case, or none of this person's, and Disposed where its content is gone."""
    seen = await caller.ask("applications", f"/cases/{case}")
    application = seen.json
    refuse_disposed(application)
    review, grant, payee, told = await caller.ask_all_there(
        ("review", f"/cases/{case}"),
        ("payouts", f"/grants/{case}"),
        ("payouts", f"/payees/{application['association']}"),
        ("applications", f"/calls/{application['call']}"),
    )
    if told is None:
        raise Unknown
    call = msgspec.json.decode(told.body, type=Call)
    closes_at = call.rules.closes_at
    return Matter(
        application=application,
        review=_json(review),
        grant=_json(grant),
        payee=_json(payee),
        recovery=await _recovery(caller, _json(grant)),
        decision_planned_by=call.rules.decision_planned_by,
        applies_until=last_day(closes_at.isoformat()) if call.status == OPEN and call.now <= closes_at else None,
        today=local_date(call.now),
        may=seen.may | (grant.may if grant else frozenset()),
    )


def _json(answered: Answered | None) -> dict[str, Any] | None:
    return answered.json if answered else None


async def _recovery(caller: Caller, grant: dict[str, Any] | None) -> dict[str, Any] | None:
    open_ones = [one["id"] for one in (grant["recoveries"] if grant else ()) if one["status"] in IN_BEING]
    return _json(await caller.ask_if_there("payouts", f"/recoveries/{open_ones[0]}")) if open_ones else None


async def rules_of(caller: Caller, matter: Matter) -> ProgrammeRules:
    return await rules_of_programme(caller, matter.application["programme"])
