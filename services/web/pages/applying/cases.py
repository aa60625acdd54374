"""A case of one's own: the answer first, what happens now, what comes when, and all that was sent."""

import asyncio
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get

from services.web.domain.letter import KIND_LABELS
from services.web.pages.applying.codes import code_of
from services.web.pages.applying.drafts import WRITERS
from services.web.pages.applying.happening import dates_of, happening
from services.web.pages.applying.matters import Matter, rules_of, the_matter
from services.web.pages.applying.readable import Readable
from services.web.pages.applying.told import facts_of, happened
from services.web.site.caller import Caller
from services.web.site.money_and_time import Written
from shared.programme import ProgrammeRules

GIVES = frozenset({"approved", "partially_approved"})


class Verdict(msgspec.Struct, frozen=True):
    """A decision as it is told: the answer, then why. `first` is the whole answer in one short sentence; `may_appeal`
    says that the last day to has not passed."""

    first: str
    gives: bool
    why: list[str]
    decided_on: str | None
    appeal_last_day: str | None
    may_appeal: bool


class Answer(msgspec.Struct, frozen=True):
    label: str
    lines: list[str]


class Part(msgspec.Struct, frozen=True):
    title: str
    answers: list[Answer]


@get("/my/cases/{case:uuid}", name="page_my_case")
async def case_page(case: UUID, caller: Caller) -> Response[Any]:
    caller.required(*WRITERS)
    matter = await the_matter(caller, case)
    (read, letters), facts = await asyncio.gather(
        caller.ask_all_there(("applications", f"/cases/{case}/application"), ("web", f"/cases/{case}/letters")),
        facts_of(caller, matter),
    )
    return caller.page(
        "applying/case.html",
        matter=matter,
        rules=await rules_of(caller, matter),
        now=happening(caller, matter),
        verdict=verdict(caller, matter),
        dates=dates_of(caller, matter),
        happened=happened(caller, matter, read.json["completions"] if read else [], facts),
        code=code_of(read.json["sent_in"]) if read else None,
        letters=[{**one, "label": KIND_LABELS[one["kind"]]} for one in letters.json["items"]] if letters else None,
        may_withdraw="withdraw" in matter.may,
    )


def verdict(caller: Caller, matter: Matter) -> Verdict | None:
    decision = matter.decision
    if decision is None:
        return None
    publication = matter.review["publication"] if matter.review else None
    last_day = publication["appeal_last_day"] if publication else None
    reason = decision["reason_text"]
    why = [reason[caller.language]] if reason else []
    return Verdict(
        first=_first(caller, matter, decision),
        gives=decision["outcome"] in GIVES,
        why=why + [line for line in (decision["words"] or "").split("\n") if line.strip()],
        decided_on=decision["decided_on"],
        appeal_last_day=last_day,
        may_appeal=last_day is not None and matter.today <= date.fromisoformat(last_day),
    )


def _first(caller: Caller, matter: Matter, decision: dict[str, Any]) -> str:
    money = Written(caller.language)
    granted = money.kr(decision["granted_ore"])
    match decision["outcome"]:
        case "approved" | "partially_approved":
            applied_ore = matter.application["amount_applied_ore"]
            if decision["granted_ore"] >= applied_ore:
                return caller.gettext("You get %(amount)s") % {"amount": granted}
            amounts = {"amount": granted, "applied": money.kr(applied_ore)}
            return caller.gettext("You get %(amount)s of the %(applied)s you applied for") % amounts
        case "dismissed":
            return caller.gettext("We cannot try your application")
        case "struck_off":
            return caller.gettext("The case has been struck off")
    return caller.gettext("You get no money this time")


# What was sent


@get("/my/cases/{case:uuid}/application", name="page_my_application")
async def application_page(case: UUID, caller: Caller) -> Response[Any]:
    """The receipt, and everything as it was written: to read, print and keep."""
    caller.required(*WRITERS)
    matter = await the_matter(caller, case)
    read = (await caller.ask("applications", f"/cases/{case}/application")).json
    rules = await rules_of(caller, matter)
    return caller.page(
        "applying/application.html",
        matter=matter,
        rules=rules,
        code=code_of(read["sent_in"]),
        completed=len(read["completions"]),
        parts=parts_of(caller, rules, read["answers"]),
        files=read["attachments"],
    )


def parts_of(caller: Caller, rules: ProgrammeRules, answers: dict[str, Any]) -> list[Part]:
    readable = Readable(rules, caller.language)
    return [
        Part(
            caller.say(group.title),
            [Answer(caller.say(field.label), readable.lines(field, answers.get(field.key))) for field in group.fields],
        )
        for group in rules.forms.application
    ]


@get("/my/cases/{case:uuid}/files/{file:uuid}", name="open_my_file")
async def open_file(case: UUID, file: UUID, caller: Caller) -> Response[bytes]:
    caller.required(*WRITERS)
    return caller.file(await caller.ask("applications", f"/cases/{case}/attachments/{file}"))


# Letters


@get("/my/cases/{case:uuid}/letters/{letter:uuid}", name="page_my_letter")
async def letter_page(case: UUID, letter: UUID, caller: Caller) -> Response[Any]:
    caller.required(*WRITERS)
    shown = (await caller.ask("web", f"/letters/{letter}")).json
    return caller.page("applying/letter.html", case=case, letter=shown)


@get("/my/cases/{case:uuid}/letters/{letter:uuid}/pdf", name="open_my_letter")
async def open_letter(case: UUID, letter: UUID, caller: Caller) -> Response[bytes]:
    caller.required(*WRITERS)
    return caller.file(await caller.ask("web", f"/letters/{letter}/pdf"))


ROUTES = (case_page, application_page, open_file, letter_page, open_letter)
