"""The formal check: every condition with what was found in the application and the officer's own answer; and asking the
association for what is missing."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post

from services.web.pages.applying.groups import AMOUNT
from services.web.pages.applying.readable import Readable
from services.web.pages.cases.case import asked_for
from services.web.pages.cases.desk import can_be_put_right, days, drawn
from services.web.pages.cases.words import CONTENT_NOTES
from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from services.web.site.disposed import refuse_disposed
from services.web.site.forms import Form
from services.web.site.money_and_time import Written
from services.web.site.rules import rules_of
from shared.deadlines import working_day_from
from shared.identity import Role
from shared.programme import CallRules, ProgrammeRules
from shared.words import Text

ANSWERS = {"yes": True, "no": False}
ATTACHMENT = "attachment."
SEEN_BY = (Role.OFFICER, Role.COORDINATOR, Role.AUDITOR)
KNOWN: Mapping[str, Text] = {
    "orgnr.valid": Text("Organisationsnumret stämmer", "The organisation number is right"),
    "orgnr.group": Text("Numrets första siffra", "The number's first digit"),
    "payout_account.owner": Text("Kontot tillhör", "The account belongs to"),
    "reports_overdue_count": Text("Sena redovisningar", "Reports overdue"),
    "recoveries_unpaid_count": Text("Obetalda återkrav", "Unpaid recoveries"),
    "budget.double_funding": Text("Samma kostnad från flera", "The same cost from several"),
    "statutes.on_file_and_unchanged": Text("Stadgar sedan tidigare", "Statutes on file"),
}
"""Facts that are no question of the form."""


class Looked(msgspec.Struct, frozen=True):
    """A fact that a condition looks at, as it stands in the application; no lines where it is not known."""

    what: str
    lines: list[str]


class Checked(msgspec.Struct, frozen=True):
    """One condition: what was found, and what the officer has answered or is writing."""

    code: str
    label: str
    found: bool | None
    looked_at: list[Looked]
    on_fail: str
    answer: str


async def _show(caller: Caller, case: UUID, wrong: Wrong | None = None, written: Form | None = None) -> Response[Any]:
    review, application, answers, findings = await asyncio.gather(
        caller.ask("review", f"/cases/{case}"),
        caller.ask("applications", f"/cases/{case}"),
        caller.ask("applications", f"/cases/{case}/application"),
        caller.ask("applications", f"/cases/{case}/findings"),
    )
    refuse_disposed(application.json)
    rules = await rules_of(caller, review.json["programme"])
    found = {one["condition"]: one for one in findings.json}
    facts = _Facts(rules, answers.json, caller)
    proposes = "answer_eligibility" in review.may  # elsewhere a proposal would look like somebody's answer
    checked = [
        Checked(
            code=one["condition"],
            label=one["label"][caller.language],
            found=found.get(one["condition"], {}).get("holds"),
            looked_at=facts.look_at(found.get(one["condition"], {}).get("looks_at", [])),
            on_fail=one["on_fail"],
            answer=_answer(one, written, found.get(one["condition"], {}).get("holds") if proposes else None),
        )
        for one in review.json["conditions"]
    ]
    return drawn(
        caller,
        "cases/check.html",
        status=wrong.status if wrong else 200,
        wrong=wrong,
        case=review.json,
        version=review.version,
        may=review.may,
        words=application.json,
        checked=checked,
        content_notes=[(key, caller.say(words)) for key, words in CONTENT_NOTES.items()],
        noted=written.all("content_notes") if written else review.json["content_notes"],
        asked_for=asked_for(rules, caller.language),
        proposed=sum(one.found is True for one in checked),
    )


def _answer(condition: Mapping[str, Any], written: Form | None, found: bool | None) -> str:
    """What is being written, else what was answered, else `found`: a person still has to send it (H1)."""
    if written is not None:
        return written.get(f"condition-{condition['condition']}")
    said = condition["met"] if condition["met"] is not None else found
    return "" if said is None else "yes" if said else "no"


class _Facts:
    """The application's answers under the names that conditions use."""

    def __init__(self, rules: ProgrammeRules, shown: Mapping[str, Any], caller: Caller) -> None:
        self._readable = Readable(rules, caller.language)
        self._fields = {field.key: field for field in rules.forms.application_fields()}
        self._papers = {one.key: one.label for one in rules.attachments}
        self._handed_in = {one["key"] for one in shown["attachments"]}
        self._answers = shown["answers"]
        self._caller = caller

    def look_at(self, names: list[str]) -> list[Looked]:
        """Each once: several facts may come from one answer."""
        found: list[Looked] = []
        for name in names:
            if (looked := self._look(name)) not in found:
                found.append(looked)
        return found

    def _look(self, name: str) -> Looked:
        said = self._caller.say
        if name.startswith(ATTACHMENT):
            key = name.removeprefix(ATTACHMENT)
            is_there = (
                self._caller.gettext("handed in") if key in self._handed_in else self._caller.gettext("not handed in")
            )
            return Looked(said(self._papers[key]) if key in self._papers else key, [is_there])
        key = name if name in self._fields else name.partition(".")[0]
        field = self._fields.get(key)
        if field is None:
            return Looked(said(KNOWN[name]) if name in KNOWN else name, [])
        return Looked(said(field.label), self._readable.lines(field, self._answers.get(key)))


@get("/cases/{case:uuid}/check", name="page_check")
async def check_page(case: UUID, caller: Caller) -> Response[Any]:
    caller.required(*SEEN_BY)
    return await _show(caller, case)


@post("/cases/{case:uuid}/check", name="post_check")
async def answer_conditions(case: UUID, caller: Caller) -> Response[Any]:
    caller.required(Role.OFFICER)
    form = await caller.form()
    asked = [name.removeprefix("asked-") for name in form.names() if name.startswith("asked-")]
    answers = {code: ANSWERS.get(form.get(f"condition-{code}")) for code in asked}
    missing = tuple(
        (f"condition-{code}", caller.gettext("Answer condition %(code)s.") % {"code": code})
        for code, met in answers.items()
        if met is None
    )
    if missing:
        return await _show(caller, case, Wrong(422, "", missing[0][1], missing), form)
    body = {
        "answers": [{"condition": code, "met": met} for code, met in answers.items()],
        "content_notes": form.all("content_notes"),
    }
    try:
        await caller.tell("review", "POST", f"/cases/{case}/eligibility", body, form=form)
    except Wrong as wrong:
        if not can_be_put_right(wrong):
            raise
        return await _show(caller, case, wrong, form)
    if all(answers.values()):
        return caller.goes_on(f"/cases/{case}", caller.gettext("Every condition is met."))
    return caller.goes_on(f"/cases/{case}", caller.gettext("The answers are kept. Not every condition is met."))


# Asking for what is missing


async def _ask(caller: Caller, case: UUID, wrong: Wrong | None = None, written: Form | None = None) -> Response[Any]:
    review, application, findings, clocks, call = await _completion_questions(caller, case)
    rules = await rules_of(caller, review.json["programme"])
    names = {key: name for key, name in asked_for(rules, caller.language).items() if key != AMOUNT}
    proposed = [
        name.removeprefix(ATTACHMENT)
        for one in findings.json
        if one["holds"] is False
        for name in one["looks_at"]
        if name.removeprefix(ATTACHMENT) in names
    ]
    given = timedelta(days=msgspec.convert(call.json["rules"], CallRules, strict=False).completion_days)
    due_on = working_day_from(clocks.of(review.json["programme"]) + given)
    missing = written.all("missing") if written else list(dict.fromkeys(proposed))
    return drawn(
        caller,
        "cases/completion.html",
        status=wrong.status if wrong else 200,
        wrong=wrong,
        case=review.json,
        version=review.version,
        words=application.json,
        papers=[(one.key, caller.say(one.label)) for one in rules.attachments],
        sections=[
            (caller.say(one.title), [(field.key, names[field.key]) for field in one.fields if field.key in names])
            for one in rules.forms.application
        ],
        missing=missing,
        names=names,
        due_on=due_on,
        today=clocks.of(review.json["programme"]),
        letter=written.get("letter") if written else _letter(caller, [names[key] for key in missing], due_on),
        rounds=len(review.json["completions"]),
    )


async def _completion_questions(caller: Caller, case: UUID) -> Any:
    review, application, findings, clocks = await asyncio.gather(
        caller.ask("review", f"/cases/{case}"),
        caller.ask("applications", f"/cases/{case}"),
        caller.ask("applications", f"/cases/{case}/findings"),
        days(caller),
    )
    refuse_disposed(application.json)
    return review, application, findings, clocks, await caller.ask("applications", f"/calls/{review.json['call']}")


def _letter(caller: Caller, missing: list[str], due_on: Any) -> str:
    """A letter to begin from: what is missing in plain words, and until when."""
    day = Written(caller.language).day(due_on)
    lines = [caller.gettext("We have read your application, and need a little more before we can go on.")]
    lines += [f"– {name}" for name in missing]
    lines.append(caller.gettext("Please send it by %(day)s. If you need help, call us.") % {"day": day})
    return "\n\n".join(["\n".join(lines[:-1]), lines[-1]])


@get("/cases/{case:uuid}/completion", name="page_completion_request")
async def completion_page(case: UUID, caller: Caller) -> Response[Any]:
    caller.required(Role.OFFICER)
    return await _ask(caller, case)


@post("/cases/{case:uuid}/completion", name="post_completion_request")
async def ask_for_completion(case: UUID, caller: Caller) -> Response[Any]:
    caller.required(Role.OFFICER)
    form = await caller.form()
    missing, letter = form.all("missing"), form.get("letter")
    errors = []
    if not missing:
        errors.append(("missing", caller.gettext("Choose what is missing.")))
    if not letter:
        errors.append(("letter", caller.gettext("Write what the association should do.")))
    if errors:
        return await _ask(caller, case, Wrong(422, "", errors[0][1], tuple(errors)), form)
    try:
        body = {"missing": missing, "letter": letter}
        await caller.tell("review", "POST", f"/cases/{case}/completion-requests", body, form=form)
    except Wrong as wrong:
        if not can_be_put_right(wrong):
            raise
        return await _ask(caller, case, wrong, form)
    return caller.goes_on(f"/cases/{case}", caller.gettext("The association has been asked for what is missing."))


ROUTES = (check_page, answer_conditions, completion_page, ask_for_completion)
