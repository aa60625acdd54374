"""What has happened in a case, told to its association: each fact that concerns it, in plain words, latest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from services.web.pages.applying.matters import PAID, Matter
from services.web.site.caller import Caller
from services.web.site.money_and_time import Written
from services.web.site.rendering import environment

APPEALS = ("decision.appealed", "decision.stands", "case.reopened")
MONEY = frozenset({"payment.requisitioned", "payment.rejected", "payment.returned"})


class Happened(msgspec.Struct, frozen=True):
    on: str
    what: str


Dated = tuple[str, str]


async def facts_of(caller: Caller, matter: Matter) -> list[dict[str, Any]]:
    """What the three services tell, each in the order it was told; nothing of one that has not heard of the case."""
    found = await caller.ask_all_there(
        ("applications", f"/cases/{matter.id}/happened"),
        ("review", f"/cases/{matter.id}/happened"),
        ("payouts", f"/grants/{matter.id}/happened"),
    )
    return [fact for answered in found if answered is not None for fact in answered.json["items"]]


def happened(
    caller: Caller, matter: Matter, completed: Sequence[Mapping[str, Any]], facts: Sequence[Mapping[str, Any]] = ()
) -> list[Happened]:
    """The latest first. `completed` are the completions that came, `facts` what `facts_of` found."""
    found = [_came(caller, matter)]
    found += _completions(caller, matter, completed)
    found += _decisions(caller, matter, facts)
    found += _paid(caller, matter)
    found += [
        (fact["on"], words)
        for fact in facts
        if fact["type"] not in APPEALS and (words := _in_words(caller, matter, fact)) is not None
    ]
    found.reverse()  # what came later on the same day stands first too
    return [Happened(on, what) for on, what in sorted(found, key=lambda one: one[0][:10], reverse=True)]


def _came(caller: Caller, matter: Matter) -> Dated:
    """What the fund wrote down has come on a day, and not at an hour."""
    how = matter.application.get("set_down")
    if how is None:
        return matter.application["received_at"], caller.gettext("You sent in the application, and got a receipt")
    if how["route"] == "paper":
        return how["came_on"], caller.gettext("Your application came on paper, and we wrote it down for you")
    return how["came_on"], caller.gettext("You told us what you apply for, and we wrote it down for you")


def _completions(caller: Caller, matter: Matter, completed: Sequence[Mapping[str, Any]]) -> list[Dated]:
    found, _ = [], caller.gettext
    for completion in (matter.review or {}).get("completions", ()):
        until = {"day": environment(caller.language).filters["day"](completion["due_on"])}
        if completion["asked_on"]:
            asked = _("We asked you to complete the application, by %(day)s at the latest") % until
            found.append((completion["asked_on"], asked))
        if completion["answered"] is False:
            found.append((completion["due_on"], _("The time to complete ran out")))
    return found + [(one["received_at"], _("You completed the application")) for one in completed]


def _decisions(caller: Caller, matter: Matter, facts: Sequence[Mapping[str, Any]]) -> list[Dated]:
    """A decision that a court has set aside was made all the same: the case tells only of the one that holds."""
    review, decision, _ = matter.review or {}, matter.decision, caller.gettext
    made = [fact["on"] for fact in facts if fact["type"] == "decision.made"]
    found = [(on, _("The decision was made")) for on in (made[:-1] if decision else made)]
    if decision and decision["decided_on"]:
        found.append((decision["decided_on"], _("The decision was made")))
    if publication := review.get("publication"):
        found.append((publication["posted_on"], _("The decision was put on the notice board")))
    appeals = [(fact["on"], _in_words(caller, matter, fact) or "") for fact in facts if fact["type"] in APPEALS]
    if review.get("final_on"):
        appeals.append((review["final_on"], _("The time to appeal was over")))
    return found + appeals


def _paid(caller: Caller, matter: Matter) -> list[Dated]:
    return [
        (one["booked_on"], caller.gettext("%(amount)s was paid to you") % {"amount": _kr(caller, one["amount_ore"])})
        for one in matter.payments
        if one["status"] in PAID and one["booked_on"]
    ]


def _in_words(caller: Caller, matter: Matter, fact: Mapping[str, Any]) -> str | None:
    """None for what is told of in another way."""
    _ = caller.gettext
    said = {
        "application.withdrawn": _("You withdrew the application"),
        "case.struck_off": _("The case was struck off"),
        "application.closed": _("The case was closed"),
        "decision.appealed": _("Somebody appealed the decision"),
        "decision.stands": _("The court let the decision stand"),
        "case.reopened": _("A court set the decision aside, and the case is tried anew"),
        "terms.accepted": _("You accepted the terms"),
        "payment.requisitioned": _("You asked for %(amount)s"),
        "payment.rejected": _("The bank did not pay out %(amount)s"),
        "payment.returned": _("%(amount)s came back from the bank"),
        "report.submitted": _("You handed in the report"),
        "report.approved": _("The report was approved"),
        "recovery.notified": _("We wrote that we may ask for money back"),
        "recovery.answered": _("You answered us about the money"),
        "recovery.decided": _("The decision was that you pay back %(amount)s"),
        "recovery.waived": _("The decision was that you need not pay anything back"),
        "recovery.invoiced": _("We sent an invoice for %(amount)s"),
        "recovery.plan_agreed": _("We agreed that you pay back in parts"),
        "recovery.collection_started": _("The claim went to debt collection"),
        "recovery.paid": _("You paid back %(amount)s"),
        "recovery.written_off": _("The fund gave up its claim"),
        "grant.closed": _("Everything was paid and reported"),
    }.get(fact["type"])
    return said % {"amount": _kr(caller, _amount(matter, fact))} if said and "%(amount)s" in said else said


def _amount(matter: Matter, fact: Mapping[str, Any]) -> int:
    """A payment's stands with the payment; the fact itself tells every other."""
    if fact["type"] not in MONEY:
        return int(fact["amount_ore"])
    return next((int(one["amount_ore"]) for one in matter.payments if one["id"] == fact["subject"]), 0)


def _kr(caller: Caller, amount_ore: int) -> str:
    return Written(caller.language).kr(amount_ore)
