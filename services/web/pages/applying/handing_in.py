"""Handing in the report: read through once more, then told to payouts in figures and in words."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post

from services.web.pages.applying.drafts import WRITERS
from services.web.pages.applying.readable import Readable
from services.web.pages.applying.receipts import receipts
from services.web.pages.applying.reporting import Report, the_report
from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from shared.programme import Field, FieldType
from shared.words import TEXT_MAX, Language

COUNTED = frozenset({FieldType.INTEGER, FieldType.SCALE_5, FieldType.MONEY})
LISTED = frozenset({FieldType.MULTI_SELECT, FieldType.PARTNER_LIST, FieldType.PERSON_LIST})
FUNDS_LANGUAGE: Language = "sv"
"""What is chosen rather than written reaches the officer in the fund's own language."""
REFUSED, CONFLICT = 422, 409


@get("/my/cases/{case:uuid}/report/check", name="page_check_my_report")
async def check_page(case: UUID, caller: Caller) -> Response[Any]:
    caller.required(*WRITERS)
    report = await the_report(caller, case)
    if report is None:
        return caller.goes_on(f"/my/cases/{case}")
    if report.problems(caller.language):
        return caller.goes_on(f"{report.path}?check=yes")
    return await _check(caller, report)


async def _check(caller: Caller, report: Report, wrong: Wrong | None = None) -> Response[Any]:
    readable = Readable(report.rules, caller.language)
    papers = await receipts(caller, report.matter.id)
    rows = papers.rows(report.fields, report.facts).values()
    return caller.page(
        "applying/check_report.html",
        status=wrong.status if wrong else 200,
        wrong=wrong,
        report=report,
        papers=[*papers.sent, *papers.handed],
        lacking=[row.paper.asked.label for row in rows if row.paper.needed and not row.paper.files],
        answers=[
            (caller.say(field.label), readable.lines(field, report.answers.get(field.key)), field.key)
            for field in report.fields
            if field.type is not FieldType.FILE
        ],
    )


@post("/my/cases/{case:uuid}/report/check", name="hand_in_my_report")
async def hand_in_report(case: UUID, caller: Caller) -> Response[Any]:
    caller.required(*WRITERS)
    form = await caller.form()
    report = await the_report(caller, case)
    if report is None:
        return caller.goes_on(f"/my/cases/{case}")
    if report.problems(caller.language):
        return caller.goes_on(f"{report.path}?check=yes")
    try:
        await caller.tell("payouts", "POST", f"/grants/{case}/report", told(report), form=form)
    except Wrong as wrong:
        if wrong.status not in (400, CONFLICT, REFUSED):
            raise
        return await _check(caller, report, wrong)
    return caller.goes_on(report.matter.path, said=caller.gettext("The report is handed in. Thank you."))


def told(report: Report) -> dict[str, Any]:
    """The report as payouts takes it: what was spent, figures by indicator, and every answer in words."""
    readable = Readable(report.rules, FUNDS_LANGUAGE)
    words = {
        field.key: "\n".join(lines)[:TEXT_MAX]
        for field in report.fields
        if (lines := readable.lines(field, report.answers.get(field.key)))
    }
    figures = {
        field.indicator: figure
        for field in report.fields
        if field.indicator and (figure := _figure(field, report.answers.get(field.key))) is not None
    }
    unspent = min(report.unspent_ore, report.granted_ore)
    return {
        "spent_ore": report.granted_ore - unspent,
        "unspent_ore": unspent,
        "figures": figures,
        "words": words,
    }


def _figure(field: Field, answer: object) -> int | None:
    if field.type in COUNTED:
        return answer if type(answer) is int else None
    return len(answer) if field.type in LISTED and isinstance(answer, list) else None


ROUTES = (check_page, hand_in_report)
