"""The report: begun from the budget, written in as many sittings as it takes, read through, and handed in."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post

from services.web.pages.applying import kept, receipts, saving
from services.web.pages.applying.differing import Choice, chosen, written
from services.web.pages.applying.drafts import WRITERS
from services.web.pages.applying.fields import TABLES, answer_of
from services.web.pages.applying.matters import Matter, rules_of, the_matter
from services.web.pages.applying.papers import BODY_MAX_BYTES, REMOVE, as_json
from services.web.pages.applying.questions import Form as Drawing
from services.web.pages.applying.questions import Problems, labelled, sum_of
from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from services.web.site.forms import Form
from services.web.site.money_and_time import Written
from shared.form import check_form, is_blank
from shared.programme import Field, FieldType, ProgrammeRules
from shared.words import Language

UNUSED = "unused_ore"
"""The question whose answer is what was left of the grant."""
TRIES_MAX = 4
CONFLICT, REFUSED = 409, 422


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A report under way."""

    matter: Matter
    rules: ProgrammeRules
    answers: dict[str, Any]
    stamp: str
    saved_at: datetime | None

    @property
    def path(self) -> str:
        return f"{self.matter.path}/report"

    @property
    def fields(self) -> tuple[Field, ...]:
        return self.rules.follow_up.report_form

    @property
    def granted_ore(self) -> int:
        return int((self.matter.grant or {}).get("granted_ore", 0))

    @property
    def facts(self) -> dict[str, object]:
        return {**self.answers, "granted_ore": self.granted_ore}

    def problems(self, language: Language) -> Problems:
        """What the report's own form says. Whether papers are enough a person judges, who may ask for more."""
        asked = [field for field in self.fields if field.type is not FieldType.FILE]
        answers = {field.key: self.answers[field.key] for field in asked if field.key in self.answers}
        found = check_form(asked, answers, {"granted_ore": self.granted_ore}, self.rules.codelists)
        return [(error.field, error.message.into(language)) for error in found]

    @property
    def unspent_ore(self) -> int:
        told = self.answers.get(UNUSED)
        if type(told) is int:
            return told
        spent = next(
            (sum_of(self.answers.get(f.key), "spent_ore") for f in self.fields if _compares(f)), self.granted_ore
        )
        return max(self.granted_ore - spent, 0)


def _compares(field: Field) -> bool:
    return field.type is FieldType.BUDGET_COMPARISON


async def the_report(caller: Caller, case: UUID) -> Report | None:
    """None where nothing is to be reported now."""
    matter = await the_matter(caller, case)
    if not matter.reports:
        return None
    rules = await rules_of(caller, matter)
    found = await kept.find(caller.site.office, case)
    if found is None:
        read = await caller.ask_if_there("applications", f"/cases/{case}/application")
        answers = first_answers(rules, read.json["answers"] if read else {})
        return Report(matter=matter, rules=rules, answers=answers, stamp="", saved_at=None)
    return Report(matter=matter, rules=rules, answers=found.answers, stamp=found.stamp, saved_at=found.saved_at)


def first_answers(rules: ProgrammeRules, applied: Mapping[str, Any]) -> dict[str, Any]:
    """The budget beside what it cost, and what was answered to the same question in the application."""
    of_form = {field.key: field for field in rules.forms.application_fields()}
    budget = next((applied.get(key) for key, field in of_form.items() if field.type is FieldType.BUDGET_TABLE), None)
    answers: dict[str, Any] = {}
    for field in rules.follow_up.report_form:
        same = of_form.get(field.key)
        if _compares(field) and isinstance(budget, list):
            answers[field.key] = [_compared(row) for row in budget if isinstance(row, dict)]
        elif same is not None and same.type is field.type and not is_blank(applied.get(field.key)):
            answers[field.key] = applied[field.key]
    return answers


def _compared(row: Mapping[str, Any]) -> dict[str, Any]:
    told = {"category": row.get("category"), "note": row.get("note"), "budgeted_ore": row.get("amount_ore")}
    return {name: part for name, part in told.items() if part is not None}


# Writing


@get("/my/cases/{case:uuid}/report", name="page_my_report")
async def report_page(case: UUID, caller: Caller, check: str = "", more: str = "") -> Response[Any]:
    caller.required(*WRITERS)
    report = await the_report(caller, case)
    if report is None:
        return caller.goes_on(f"/my/cases/{case}")
    problems = report.problems(caller.language) if check else []
    return await _page(caller, report, problems, more)


async def _page(caller: Caller, report: Report, problems: Problems, more: str = "", status: int = 200) -> Response[Any]:
    papers = await receipts.receipts(caller, report.matter.id)
    drawing = Drawing(rules=report.rules, call=None, facts=report.facts, language=caller.language)
    told = labelled(report.fields, problems, caller.language)
    return caller.page(
        "applying/report.html",
        status=status,
        wrong=Wrong(0, "", "", tuple(told)) if told else None,
        report=report,
        papers=papers.rows(report.fields, report.facts),
        sent=papers.sent,
        version=str(_seen(report)),
        clock=Written(caller.language).clock(report.saved_at),
        questions=[
            drawing.question(field, report.answers.get(field.key), problems, int(more == field.key))
            for field in report.fields
        ],
    )


def _seen(report: Report) -> saving.Seen:
    return saving.Seen(0, (report.stamp, *saving.digests(report.answers, report.fields)))


class Saved(msgspec.Struct, frozen=True):
    report: Report
    conflicts: tuple[str, ...]
    mine: dict[str, Any]


async def _keep(caller: Caller, report: Report, form: Form, without: tuple[str, int] | None) -> Saved:
    """As with an application: what was changed only here or only there is kept, what was changed in both waits."""
    saw = saving.read_seen(form.get("version"))
    stamp, *before = saw.digests if saw else ("",)
    for _ in range(TRIES_MAX):
        mine = {
            field.key: answer_of(
                field, report.answers.get(field.key), form, without[1] if without and without[0] == field.key else None
            )
            for field in report.fields
        }
        met = saving.Met(mine, ())
        if stamp != report.stamp:
            met = saving.meet(report.fields, saving.Seen(0, tuple(before)), report.answers, mine)
        answers = {key: answer for key, answer in met.answers.items() if answer is not None}
        done = await kept.keep(caller.site.office, UUID(report.matter.id), report.stamp, answers)
        if done is not None:
            now = msgspec.structs.replace(report, answers=done.answers, stamp=done.stamp, saved_at=datetime.now(UTC))
            return Saved(now, met.conflicts, mine)
        anew = await the_report(caller, UUID(report.matter.id))
        report = anew or report
    raise Wrong(CONFLICT, "", "")


@post("/my/cases/{case:uuid}/report", name="save_my_report", request_max_body_size=BODY_MAX_BYTES)
async def save_report(case: UUID, caller: Caller) -> Response[Any]:
    caller.required(*WRITERS)
    form = await caller.form()
    report = await the_report(caller, case)
    if report is None:
        return caller.goes_on(f"/my/cases/{case}")
    go, key, row = saving.pressed(form.get("go"))
    saved = await _keep(caller, report, form, (key, row) if go == saving.REMOVE else None)
    refused = receipts.refused(await receipts.take(caller, case, report.fields, form))
    if saved.conflicts:
        return _conflict(caller, saved.report, saved.conflicts, saved.mine)
    if refused:
        return await _page(caller, saved.report, refused, status=REFUSED)
    if form.get(REMOVE):
        return caller.goes_on(f"{report.path}#papers")
    return caller.goes_on(_where(caller, saved.report, go, key))


def _conflict(caller: Caller, report: Report, keys: Sequence[str], mine: Mapping[str, Any]) -> Response[Any]:
    return Choice(
        rules=report.rules,
        asked=report.fields,
        keys=keys,
        mine=mine,
        theirs=report.answers,
        address=report.path,
        part=report.matter.title,
        version=report.stamp,
        saved_at=report.saved_at,
    ).page(caller)


@post("/my/cases/{case:uuid}/report/choice", name="choose_between_in_report")
async def choose_between(case: UUID, caller: Caller) -> Response[Any]:
    """Saves what a person chose between their own words and those that were saved meanwhile."""
    caller.required(*WRITERS)
    form = await caller.form()
    report = await the_report(caller, case)
    if report is None:
        return caller.goes_on(f"/my/cases/{case}")
    answers = chosen(form, report.fields, report.answers)
    whole = {key: answer for key, answer in {**report.answers, **answers}.items() if answer is not None}
    is_saved = whole == report.answers  # pressed twice
    if not is_saved and await kept.keep(caller.site.office, case, form.get("version"), whole) is None:
        return _conflict(caller, report, list(answers), written(form))
    return caller.goes_on(report.path, said=caller.gettext("What you chose is saved."))


def _where(caller: Caller, report: Report, go: str, key: str) -> str:
    if go == saving.MORE and key in {field.key for field in report.fields if field.type in TABLES}:
        answer = report.answers.get(key)
        return f"{report.path}?more={key}#{key}.{len(answer) if isinstance(answer, list) else 0}"
    if go == saving.REMOVE:
        return f"{report.path}#{key}"
    if go == saving.LIST:
        return report.matter.path
    return f"{report.path}?check=yes" if report.problems(caller.language) else f"{report.path}/check"


@post("/my/cases/{case:uuid}/report/autosave", name="autosave_my_report")
async def autosave_report(case: UUID, caller: Caller) -> Response[Any]:
    caller.required(*WRITERS)
    report = await the_report(caller, case)
    if report is None:
        return caller.json({}, CONFLICT)
    saved = await _keep(caller, report, await caller.form(), None)
    clock = Written(caller.language).clock(saved.report.saved_at)
    told = {"saved_at_clock": clock, "version": str(_seen(saved.report)), "conflicts": list(saved.conflicts)}
    return caller.json(told, CONFLICT if saved.conflicts else 200)


@post("/my/cases/{case:uuid}/report/papers", name="hand_in_receipt", request_max_body_size=BODY_MAX_BYTES)
async def hand_in_receipt(case: UUID, caller: Caller) -> Response[Any]:
    """One paper from a script, which gets it told as JSON."""
    caller.required(*WRITERS)
    report = await the_report(caller, case)
    if report is None:
        return caller.json({}, CONFLICT)
    told = await receipts.take(caller, case, report.fields, await caller.form())
    return as_json(caller, told, f"{report.path}/papers")


@get("/my/cases/{case:uuid}/report/papers/{file:uuid}", name="open_receipt")
async def open_receipt(case: UUID, file: UUID, caller: Caller) -> Response[bytes]:
    caller.required(*WRITERS)
    return caller.file(await caller.ask("payouts", f"/grants/{case}/report/papers/{file}"))


ROUTES = (report_page, save_report, autosave_report, choose_between, hand_in_receipt, open_receipt)
