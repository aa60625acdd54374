"""What happens now in a case, in plain words, and who moves next: one sentence, and one thing to do if it is one's own
turn."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import msgspec

from services.web.pages.applying.matters import TO_BE_PAID_BACK, UNDER_WAY, Matter
from services.web.pages.applying.reuse import was_withdrawn
from services.web.site.caller import Caller
from services.web.site.money_and_time import Written
from services.web.site.rendering import environment

FAILED = ("rejected", "returned")
"""A payment that the bank refused or sent back."""
CONSIDERED = "considered"
"""A recovery that the association has nothing to do about yet: what it can do comes first."""


class Turn(StrEnum):
    """Whose move it is."""

    YOURS = "yours"
    OURS = "ours"
    NOBODYS = "nobodys"


class Happening(msgspec.Struct, frozen=True, kw_only=True):
    """`button` is (words, address) where it is the association's turn."""

    title: str
    words: str
    turn: Turn
    button: tuple[str, str] | None = None


class Dated(msgspec.Struct, frozen=True):
    """Something with a day of its own."""

    on: date
    what: str
    href: str


def happening(caller: Caller, matter: Matter) -> Happening:
    if matter.status == "completion_requested":
        return _completion(caller, matter)
    if was_withdrawn(matter.application):
        return _withdrawn(caller, matter)
    if matter.grant is not None:
        return _granted(caller, matter)
    if matter.decision is not None:
        return _decided(caller, matter)
    return _in_preparation(caller, matter)


def _said(title: str, words: str) -> Happening:
    return Happening(title=title, words=words, turn=Turn.NOBODYS)


def _ours(title: str, words: str) -> Happening:
    return Happening(title=title, words=words, turn=Turn.OURS)


def _yours(title: str, words: str, button: str, href: str) -> Happening:
    return Happening(title=title, words=words, turn=Turn.YOURS, button=(button, href))


def _withdrawn(caller: Caller, matter: Matter) -> Happening:
    """Until the call closes one may change it (A6)."""
    title = caller.gettext("You have withdrawn the application")
    if matter.applies_until is None:
        return _said(title, caller.gettext("Nothing more happens."))
    day = _day(caller, matter.applies_until.isoformat(), matter)
    words = caller.gettext("You can change it and send it in anew until %(day)s. What you wrote is filled in.")
    again = (caller.gettext("Change it and send it in anew"), f"/apply/{matter.application['call']}")
    return Happening(title=title, words=words % {"day": day}, turn=Turn.NOBODYS, button=again)


def _completion(caller: Caller, matter: Matter) -> Happening:
    due = _day(caller, matter.application["completion_due_on"], matter)
    return _yours(
        caller.gettext("We need more from you"),
        caller.gettext("Answer by %(day)s. We have written what is missing.") % {"day": due},
        caller.gettext("See what we need"),
        f"{matter.path}/completion",
    )


def _in_preparation(caller: Caller, matter: Matter) -> Happening:
    planned = matter.decision_planned_by
    words = caller.gettext("You do not need to do anything now.")
    if planned is not None and planned >= matter.today:
        by = caller.gettext("The decision is to come by %(day)s.") % {"day": _day(caller, planned.isoformat(), matter)}
        words = f"{by} {words}"
    stage = matter.review["status"] if matter.review else "received"
    title = {
        "received": caller.gettext("Your application has come in"),
        "checking": caller.gettext("We are checking that everything is there"),
        "eligible": caller.gettext("Your application is on its way to the panel"),
        "not_eligible": caller.gettext("We are preparing the decision"),
        "assessing": caller.gettext("The panel is reading your application"),
        "assessed": caller.gettext("We are preparing the decision"),
        "proposed": caller.gettext("The decision is about to be made"),
    }.get(stage, caller.gettext("Your application is being prepared"))
    return _ours(title, words)


def _decided(caller: Caller, matter: Matter) -> Happening:
    """Decided, and no money in it."""
    return _said(
        caller.gettext("The decision has been made"),
        caller.gettext("You can read why. You do not need to do anything."),
    )


def _granted(caller: Caller, matter: Matter) -> Happening:
    grant = matter.grant or {}
    if matter.recovery is not None and not (matter.recovery["status"] == CONSIDERED and matter.to_ask_for is not None):
        return _recovery(caller, matter, matter.recovery)
    if matter.accepts:
        granted = {"amount": Written(caller.language).kr(grant["granted_ore"])}
        return _yours(
            caller.gettext("Read and accept the terms"),
            caller.gettext("You get %(amount)s. When you have accepted the terms you can ask for the money.") % granted,
            caller.gettext("Read the terms"),
            f"{matter.path}/terms",
        )
    match grant["status"]:
        case "accepted":
            return _ours(
                caller.gettext("You have accepted the terms"),
                caller.gettext("The decision is soon put on the notice board. After that you can ask for the money."),
            )
        case "quashed":
            return _ours(
                caller.gettext("A court has set the decision aside"),
                caller.gettext("We get in touch about what happens now."),
            )
        case "closed":
            return _said(
                caller.gettext("Everything is finished"),
                caller.gettext("The case is closed. Thank you for what you did."),
            )
    return _money(caller, matter, grant["status"])


def _money(caller: Caller, matter: Matter, status: str) -> Happening:
    if any(one["status"] in FAILED for one in matter.payments):
        return _not_arrived(caller, matter)
    if matter.to_ask_for is not None:
        amount = Written(caller.language).kr(matter.to_ask_for["amount_ore"])
        words = caller.gettext("It takes a minute. The money comes to the association's account.")
        return _yours(
            caller.gettext("You can ask for %(amount)s now") % {"amount": amount},
            words,
            caller.gettext("Ask for the money"),
            f"{matter.path}/money",
        )
    if status in ("reported", "reviewing"):
        return _ours(
            caller.gettext("We are reading your report"), caller.gettext("You do not need to do anything now.")
        )
    if status == "settling":
        return _ours(
            caller.gettext("Your report is approved"),
            caller.gettext("We finish the last things and then close the case."),
        )
    if any(one["status"] in UNDER_WAY for one in matter.payments):
        return _ours(
            caller.gettext("The money is on its way"),
            caller.gettext("Two people check the payment before it goes to the bank. It takes some days."),
        )
    return _to_report(caller, matter)


def _not_arrived(caller: Caller, matter: Matter) -> Happening:
    """An account that they have written since is the fund's to check."""
    if matter.payee and matter.payee["status"] != "verified":
        return _ours(
            caller.gettext("We are checking your account"),
            caller.gettext("The money did not reach you. When the account is checked you can ask for it again."),
        )
    return _yours(
        caller.gettext("The money did not reach you"),
        caller.gettext("It is still with us. See that the account is right. If it is, you need not do anything."),
        caller.gettext("See the account"),
        f"{matter.path}/account",
    )


def _to_report(caller: Caller, matter: Matter) -> Happening:
    due = (matter.grant or {}).get("report_due")
    words = caller.gettext("Do what you planned, and keep your receipts.")
    if due:
        by = caller.gettext("Report by %(day)s.") % {"day": _day(caller, due, matter)}
        words = f"{words} {by}"
    return _yours(
        caller.gettext("Do it, and then tell us how it went"),
        words,
        caller.gettext("Write the report"),
        f"{matter.path}/report",
    )


def _recovery(caller: Caller, matter: Matter, recovery: dict[str, object]) -> Happening:
    amount = {"amount": Written(caller.language).kr(int(str(recovery["amount_ore"])))}
    status = str(recovery["status"])
    if status in TO_BE_PAID_BACK:
        return _yours(
            caller.gettext("Pay back %(amount)s") % amount,
            caller.gettext("How to pay, and by when, is on its own page."),
            caller.gettext("See how to pay"),
            f"{matter.path}/repayment",
        )
    if status == "decided":
        return _ours(
            caller.gettext("You are to pay back %(amount)s") % amount,
            caller.gettext("Wait for the invoice. It says how to pay, and by when."),
        )
    if status == "notified" and recovery["answers"]:
        return _ours(
            caller.gettext("We have got your answer"),
            caller.gettext("Nothing is decided yet. We read what you have written, and then we write to you."),
        )
    if status == "notified":
        return _yours(
            caller.gettext("We may ask for %(amount)s back") % amount,
            caller.gettext("Nothing is decided yet. You can tell us what you think first."),
            caller.gettext("Read why"),
            f"{matter.path}/repayment",
        )
    return _ours(
        caller.gettext("We are looking at whether money is to come back"),
        caller.gettext("You do not need to do anything now. We write to you before anything is decided."),
    )


def _day(caller: Caller, on: str | None, matter: Matter) -> str:
    """As templates write it: no line ends between a day and its month."""
    written = environment(caller.language).filters
    return f"{written['day'](on)}, {written['in_days'](on, matter.today)}" if on else ""


# Everything with a date


def dates_of(caller: Caller, matter: Matter) -> list[Dated]:
    """What is still to come in a case, each with its day."""
    told: list[tuple[str | None, str, str]] = []
    _ = caller.gettext
    if matter.status == "completion_requested":
        told.append((matter.application["completion_due_on"], _("Last day to send what we need"), "/completion"))
    if matter.decision is None and matter.decision_planned_by and matter.status in ("registered", "submitted"):
        told.append((matter.decision_planned_by.isoformat(), _("The decision is to have come"), ""))
    if matter.review and matter.review["publication"] and not matter.review["final_on"]:
        told.append((matter.review["publication"]["appeal_last_day"], _("Last day to appeal the decision"), ""))
    if matter.grant and matter.grant["status"] in ("accepted", "published", "active"):
        told.append((matter.grant["activity_to"], _("Last day for what you do"), ""))
        told.append((matter.grant["report_due"], _("Last day to report"), "/report"))
    if matter.recovery:
        told.append((matter.recovery.get("answer_by"), _("Last day to answer about the money"), "/repayment"))
        told.append((matter.recovery.get("due_on"), _("Last day to pay back"), "/repayment"))
    found = [Dated(date.fromisoformat(on), what, matter.path + where) for on, what, where in told if on]
    return sorted((one for one in found if one.on >= matter.today), key=lambda one: one.on)
