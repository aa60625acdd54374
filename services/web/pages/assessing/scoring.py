"""One application beside the form for its points: each criterion with its question, its scale and room for reasons."""

import asyncio
from typing import Any
from uuid import UUID

from litestar import Response, get, post

from services.web.pages.applying.readable import Readable
from services.web.pages.cases.case import TABLES, papers
from services.web.pages.cases.desk import can_be_put_right, drawn
from services.web.pages.cases.words import CONTENT_NOTES
from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from services.web.site.disposed import refuse_disposed
from services.web.site.forms import Form, whole
from services.web.site.rules import rules_of
from shared.identity import Role
from shared.programme import ProgrammeRules

FIRST = ("summary", "title", "target_group", "influence_how", "who_decides")
"""What an assessor reads first, where the form asks it; the rest follows in the form's own order."""


async def _show(caller: Caller, case: UUID, wrong: Wrong | None = None, written: Form | None = None) -> Response[Any]:
    review, application, answers = await asyncio.gather(
        caller.ask("review", f"/cases/{case}"),
        caller.ask("applications", f"/cases/{case}"),
        caller.ask_if_there("applications", f"/cases/{case}/application"),
    )
    refuse_disposed(application.json)
    if answers is None or "own_scores" not in review.json:
        return caller.goes_on(f"/cases/{case}/interest")
    rules = await rules_of(caller, review.json["programme"])
    own = review.json["own_scores"] or {"scores": {}, "reasons": {}}
    return drawn(
        caller,
        "assessing/scoring.html",
        status=wrong.status if wrong else 200,
        wrong=wrong,
        case=review.json,
        words=application.json,
        may_score=review.json["status"] == "assessing",
        is_scored=bool(review.json["own_scores"]),
        criteria=rules.assessment.criteria,
        scale=rules.assessment.scale,
        needs_reason=rules.assessment.panel.reason_required_if_score_in,
        given=_given(rules, own, written),
        content_notes=[caller.say(CONTENT_NOTES[note]) for note in review.json["content_notes"]],
        summary=answers.json["answers"].get("summary"),
        sections=_read(rules, answers.json["answers"], caller),
        files=answers.json["attachments"],
        papers=papers(rules, caller.language),
    )


def _given(rules: ProgrammeRules, own: Any, written: Form | None) -> dict[str, tuple[str, str]]:
    """Criterion → (points, reason): what is being written, else what was given before."""
    if written is not None:
        return {
            one.code: (written.get(f"scores.{one.code}"), written.get(f"reasons.{one.code}"))
            for one in rules.assessment.criteria
        }
    return {
        one.code: (str(own["scores"].get(one.code, "")), own["reasons"].get(one.code, ""))
        for one in rules.assessment.criteria
    }


def _read(rules: ProgrammeRules, answers: dict[str, Any], caller: Caller) -> list[tuple[str, list[Any]]]:
    """The application in sections: what it is about first, who applies last."""
    readable = Readable(rules, caller.language)
    sections = []
    for section in rules.forms.application:
        rows = [
            (caller.say(field.label), lines)
            for field in section.fields
            if field.key != "summary" and (lines := readable.lines(field, answers.get(field.key)))
        ]
        is_about = any(field.key in FIRST or field.type in TABLES for field in section.fields)
        if rows:
            sections.append((not is_about, caller.say(section.title), rows))
    return [(title, rows) for _, title, rows in sorted(sections, key=lambda one: one[0])]


@get("/assessing/{case:uuid}", name="page_scoring")
async def scoring_page(case: UUID, caller: Caller) -> Response[Any]:
    caller.required(Role.PANEL)
    return await _show(caller, case)


@post("/assessing/{case:uuid}", name="post_scores")
async def score(case: UUID, caller: Caller) -> Response[Any]:
    caller.required(Role.PANEL)
    form = await caller.form()
    scores, reasons = _part(form, "scores."), _part(form, "reasons.")
    points = {code: given for code, value in scores.items() if (given := whole(value)) is not None}
    try:
        body = {"scores": points, "reasons": {code: words for code, words in reasons.items() if words}}
        await caller.tell("review", "POST", f"/cases/{case}/scores", body, form=form)
    except Wrong as wrong:
        if not can_be_put_right(wrong):
            raise
        return await _show(caller, case, wrong, form)
    return caller.goes_on(
        "/assessing", caller.gettext("Your assessment is kept. You can change it until the assessment is closed.")
    )


def _part(form: Form, prefix: str) -> dict[str, str]:
    names = [name for name in form.names() if name.startswith(prefix)]
    return {name.removeprefix(prefix): form.get(name) for name in names}


ROUTES = (scoring_page, score)
