"""A case with everything about it in one place: who moves next, what may be done, what was written, money, people.

Everything is asked of the services at once. What somebody may not see is not there for them: the page then says why,
and what to do about it.
"""

import asyncio
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post

from services.web.pages.applying.readable import Readable
from services.web.pages.cases.actions import Action, actions
from services.web.pages.cases.desk import CASE_READERS, can_be_put_right, drawn, today_in
from services.web.pages.cases.protection import WHY
from services.web.pages.cases.words import (
    CONTENT_NOTES,
    NOW,
    READY,
    SET_DOWN_FROM,
    SIGNED_BY_HAND,
    STAGES,
    STOPPED,
    said,
    standing,
)
from services.web.site.asking import Answered, Wrong
from services.web.site.caller import Caller
from services.web.site.disposed import refuse_disposed
from services.web.site.names import known_names
from services.web.site.rules import rules_of
from shared.catalogue.applications import SIGNED_PAPER
from shared.identity import Role
from shared.programme import FieldType, ProgrammeRules
from shared.refused import Unknown
from shared.words import Text

SEE_TRAIL = (Role.OFFICER, Role.AUDITOR)
MONEY_ROLES = (Role.FINANCE, Role.ATTESTER)
TABLES = (FieldType.BUDGET_TABLE, FieldType.FUNDING_TABLE)


class Answers(msgspec.Struct, frozen=True):
    """One section of the application as it is read: (question, lines)."""

    title: str
    rows: list[tuple[str, list[str]]]


class Line(msgspec.Struct, frozen=True):
    what: str
    amount_ore: int


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """All that was asked, some of it not for this person."""

    id: str
    review: Any
    application: Any
    written: Any
    grant: Any
    receipts: list[Any]
    letters: Any
    rules: ProgrammeRules
    today: date
    version: int | None
    may: frozenset[str]

    @property
    def heading(self) -> Any:
        return self.review or self.application

    @property
    def standing(self) -> str:
        return standing(self.heading["status"], (self.application or {}).get("status"))

    @property
    def is_whole(self) -> bool:
        """Whether review shows all of it, and not only enough to declare."""
        return self.review is not None and "received_at" in self.review

    @property
    def pointless(self) -> frozenset[str]:
        """What the life of the case has a place for, and its programme's rules refuse: a condition that is not met may
        leave nothing to assess."""
        answered = (self.review or {}).get("conditions") or ()
        is_stopped = any(one["met"] is False and one["stops"] for one in answered)
        return frozenset({"open_assessment"}) if is_stopped else frozenset()

    @property
    def now(self) -> Text | None:
        if self.review is None:
            return None
        if self.can_be_decided:
            return READY
        status = self.standing
        return STOPPED if status == "not_eligible" and self.pointless else NOW.get(status)

    @property
    def can_be_decided(self) -> bool:
        """Whether there is a proposal, and the panel has said of it what it has to."""
        if not self.is_whole or self.review["status"] != "proposed":
            return False
        return bool(self.review["statement"]) or self.review["statement_demanded"] == "none"


async def look_up(caller: Caller, case: UUID, at: str | None = None) -> Case:
    """As it stands, or as it stood at `at`. Raises Unknown where nobody knows of it, or it is not for this person, and
    Disposed where its content is gone by now."""
    review, application, letters = await asyncio.gather(
        caller.ask_if_there("review", f"/cases/{case}", at=at),
        caller.ask_if_there("applications", f"/cases/{case}", at=at, written="true"),
        caller.ask_if_there("web", f"/cases/{case}/letters"),
    )
    if review is None and application is None:
        raise Unknown
    refuse_disposed(_json(application if at is None else await caller.ask_if_there("applications", f"/cases/{case}")))
    heading = _json(review) or _json(application)
    has_grant = was_ever_decided(_json(review))
    grant = await caller.ask_if_there("payouts", f"/grants/{case}", at=at) if has_grant else None
    return Case(
        id=str(case),
        review=_json(review),
        application=_json(application),
        written=(_json(application) or {}).get("application"),
        grant=_json(grant),
        receipts=await _receipts(caller, _json(grant)) if at is None else [],
        letters=_json(letters),
        rules=await rules_of(caller, heading["programme"]),
        today=await today_in(caller, heading["programme"]),
        version=review.version if review else None,
        may=frozenset().union(*(one.may for one in (review, application, grant) if one is not None)),
    )


def was_ever_decided(review: Any) -> bool:
    """Whether payouts may know of the case: where review shows all of it, and neither a decision nor that there was
    one, nobody has to ask."""
    is_whole = review is not None and "received_at" in review
    return not is_whole or review["decision"] is not None or review["reopenings"] > 0


async def _receipts(caller: Caller, grant: Any) -> list[Any]:
    """The papers with the report, for those who follow it up."""
    if not grant or not grant["report"]:
        return []
    found = await caller.ask_if_there("payouts", f"/grants/{grant['id']}/report/papers")
    return list(found.json["sent"]) if found else []


def _json(answered: Answered | None) -> Any:
    return answered.json if answered is not None else None


async def show(caller: Caller, case: UUID, wrong: Wrong | None = None) -> Response[Any]:
    found = await look_up(caller, case)
    heading, language = found.heading, caller.language
    possible = actions(found.may - found.pointless, found.id, heading["status"], language)
    now = found.now
    return drawn(
        caller,
        "cases/case.html",
        status=wrong.status if wrong else 200,
        wrong=wrong,
        case=found,
        names=await known_names(caller, involved(found)),
        heading=heading,
        words=found.application or {},
        protected=_why_protected(caller, found),
        possible=possible,
        must_declare=_must_declare(caller, found),
        now=now.into(language) if now else None,
        today=found.today,
        stops=_stops(caller, found) if found.review else [],
        sections=sections(found, caller) if found.written else [],
        budget=budget(found, caller) if found.written else [],
        summary=(found.written or {}).get("answers", {}).get("summary"),
        content_notes=[caller.say(CONTENT_NOTES[one]) for one in (found.review or {}).get("content_notes", ())],
        sees_trail=caller.holds(*SEE_TRAIL),
        criteria=found.rules.assessment.criteria,
        quorum=found.rules.assessment.panel.quorum,
        papers=papers(found.rules, language),
        asked_for=asked_for(found.rules, language),
        set_down_from=said(SET_DOWN_FROM, language),
        main=_main(possible),
    )


def _why_protected(caller: Caller, found: Case) -> str | None:
    reason = (found.application or {}).get("protected")
    return caller.say(WHY[reason]) if reason in WHY else reason


def involved(found: Case) -> list[str | None]:
    """Those whose names the page says: who checks, who assessed, who decided, and who set it down."""
    review = found.review if found.is_whole else {}
    decision = review.get("decision") or {}
    set_down = (found.application or {}).get("set_down") or {}
    assessors = (one["assessor"] for one in review.get("scores") or ())
    return [review.get("officer"), decision.get("decided_by"), set_down.get("set_down_by"), *assessors]


def _main(possible: list[Action]) -> Action | None:
    return next((one for one in possible if not one.quiet), None)


def _must_declare(caller: Caller, found: Case) -> bool:
    """Panel and decision makers say whether they have a conflict of interest before they read (H7)."""
    return not found.is_whole and "declare_interest" in found.may and not caller.holds(*MONEY_ROLES)


def _stops(caller: Caller, found: Case) -> list[tuple[str, str | None, str]]:
    """The life of a case as a line: (what, when, done | now | ahead)."""
    review = found.review
    decision, publication = review.get("decision") or {}, review.get("publication") or {}
    dates = {0: review.get("received_at"), 4: decision.get("decided_on"), 5: publication.get("posted_on")}
    dates[6] = review.get("final_on")
    here = next((at for at, (_, statuses) in enumerate(STAGES) if found.standing in statuses), 0)
    states = ["done" if at < here else "now" if at == here else "ahead" for at in range(len(STAGES))]
    if here == len(STAGES) - 1:
        states[here] = "done"
    return [(caller.say(title), dates.get(at), states[at]) for at, (title, _) in enumerate(STAGES)]


def sections(found: Case, caller: Caller) -> list[Answers]:
    readable = Readable(found.rules, caller.language)
    answers = found.written["answers"]
    read = []
    for section in found.rules.forms.application:
        rows = [
            (caller.say(field.label), lines)
            for field in section.fields
            if field.type not in TABLES and (lines := readable.lines(field, answers.get(field.key)))
        ]
        if rows:
            read.append(Answers(caller.say(section.title), rows))
    return read


def budget(found: Case, caller: Caller) -> list[tuple[str, list[Line]]]:
    """What the money is for, and other money: (question, lines)."""
    answers, tables = found.written["answers"], []
    for field in found.rules.forms.application_fields():
        rows = answers.get(field.key)
        if field.type not in TABLES or not isinstance(rows, list) or not rows:
            continue
        labels = {option.key: caller.say(option.label) for option in field.options}
        labels |= {one.key: caller.say(one.label) for one in found.rules.codelist(field.codelist or "")}
        tables.append((caller.say(field.label), [_line(row, labels) for row in rows if isinstance(row, dict)]))
    return tables


def _line(row: dict[str, Any], labels: dict[str, str]) -> Line:
    what = row.get("funder") or labels.get(str(row.get("category")), str(row.get("category") or ""))
    more = row.get("note") or labels.get(str(row.get("status")), "")
    amount = row.get("amount_ore")
    said = f"{what}: {more}" if more else what
    return Line(f"{said[:1].upper()}{said[1:]}", amount if isinstance(amount, int) else 0)


def papers(rules: ProgrammeRules, language: Any) -> dict[str, str]:
    """What each file of an application is called, by key."""
    return {**_asked_papers(rules, language), SIGNED_PAPER: SIGNED_BY_HAND.into(language)}


def _asked_papers(rules: ProgrammeRules, language: Any) -> dict[str, str]:
    return {one.key: one.label.into(language) for one in rules.attachments}


def asked_for(rules: ProgrammeRules, language: Any) -> dict[str, str]:
    """Everything an application may be asked for, by key: questions and papers."""
    questions = {field.key: field.label.into(language) for field in rules.forms.application_fields()}
    return questions | _asked_papers(rules, language)


@get("/cases/{case:uuid}", name="page_case")
async def case_page(case: UUID, caller: Caller) -> Response[Any]:
    caller.required(*CASE_READERS)
    return await show(caller, case)


@get("/cases/{case:uuid}/files/{file:uuid}", name="case_file")
async def case_file(case: UUID, file: UUID, caller: Caller) -> Response[Any]:
    """A paper that was sent in: to keep or open elsewhere."""
    caller.required(*CASE_READERS)
    return caller.file(await caller.ask("applications", f"/cases/{case}/attachments/{file}"))


async def _pressed(caller: Caller, case: UUID, path: str, said: str, then: str | None = None) -> Response[Any]:
    form = await caller.form()
    try:
        await caller.tell("review", "POST", f"/cases/{case}{path}", form=form)
    except Wrong as wrong:
        if not can_be_put_right(wrong):
            raise
        return await show(caller, case, wrong)
    return caller.goes_on(then or f"/cases/{case}", said)


@post("/cases/{case:uuid}/start", name="post_start_check")
async def start_check(case: UUID, caller: Caller) -> Response[Any]:
    caller.required(Role.OFFICER)
    return await _pressed(caller, case, "/check", caller.gettext("The check is yours."), f"/cases/{case}/check")


@post("/cases/{case:uuid}/check-reopening", name="post_reopen_check")
async def reopen_check(case: UUID, caller: Caller) -> Response[Any]:
    caller.required(Role.OFFICER)
    said = caller.gettext("The answers are taken back. Answer the conditions anew.")
    return await _pressed(caller, case, "/check-reopening", said, f"/cases/{case}/check")


@post("/cases/{case:uuid}/assessment", name="post_open_assessment")
async def open_assessment(case: UUID, caller: Caller) -> Response[Any]:
    caller.required(Role.OFFICER)
    return await _pressed(caller, case, "/assessment", caller.gettext("The panel can begin."))


@post("/cases/{case:uuid}/assessment/closing", name="post_close_assessment")
async def close_assessment(case: UUID, caller: Caller) -> Response[Any]:
    caller.required(Role.OFFICER)
    return await _pressed(caller, case, "/assessment/closing", caller.gettext("The assessment is closed."))


@post("/cases/{case:uuid}/closing", name="post_close_case")
async def close_case(case: UUID, caller: Caller) -> Response[Any]:
    caller.required(Role.OFFICER)
    return await _pressed(caller, case, "/closing", caller.gettext("The case is closed."))


ROUTES = (case_page, case_file, start_check, reopen_check, open_assessment, close_assessment, close_case)
