"""Sending what the fund asked for: its own words, the questions and papers it names, and the answer to them."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post

from services.web.pages.applying.drafts import WRITERS, Call, File, Paper
from services.web.pages.applying.fields import answer_of
from services.web.pages.applying.matters import Matter, rules_of, the_matter
from services.web.pages.applying.papers import BODY_MAX_BYTES, Row, accept, as_json, hand_in, take_away
from services.web.pages.applying.questions import Form as Drawing
from services.web.pages.applying.questions import labelled
from services.web.site.asking import JSON, Wrong
from services.web.site.caller import Caller
from shared.form import check_form, facts_of
from shared.programme import Field, ProgrammeRules, call_facts

ATTACHMENT = "attachment."
REFUSED, CONFLICT = 422, 409


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A completion as it is asked for: its words, and of the form the questions and papers that it names."""

    matter: Matter
    rules: ProgrammeRules
    call: Call
    round: dict[str, Any]
    answers: dict[str, Any]
    handed: list[File]
    sent: list[File]
    version: int | None
    fields: list[Field]

    @property
    def path(self) -> str:
        return f"{self.matter.path}/completion"

    @property
    def missing(self) -> set[str]:
        return {str(key).removeprefix(ATTACHMENT) for key in self.round["missing"]}

    def papers(self, wanted: Collection[str] = ()) -> list[Row]:
        """The papers asked for first, and what the answers turned out to need; any other may be handed in too."""
        needed = self.missing | set(wanted)
        rows = [
            Row(
                Paper(one, one.key in needed, [file for file in self.handed if file.key == one.key]),
                accept(one.accept),
            )
            for one in self.rules.attachments
        ]
        return sorted(rows, key=lambda row: not row.paper.needed)


async def asked(caller: Caller, case: UUID) -> Asked | None:
    """None where nothing is asked for now: it was sent already, perhaps a moment ago from another device."""
    matter = await the_matter(caller, case)
    if (round_ := matter.completes) is None:
        return None
    read, now, call = await caller.ask_all(
        ("applications", f"/cases/{case}/application"),
        ("applications", f"/cases/{case}/completion"),
        ("applications", f"/calls/{matter.application['call']}"),
    )
    rules = await rules_of(caller, matter)
    missing = {str(key) for key in round_["missing"]}
    return Asked(
        matter=matter,
        rules=rules,
        call=msgspec.json.decode(call.body, type=Call),
        round=round_,
        answers=read.json["answers"],
        handed=msgspec.convert(now.json["attachments"], list[File]),
        sent=msgspec.convert(read.json["attachments"], list[File]),
        version=now.version,
        fields=[field for field in rules.forms.application_fields() if field.key in missing],
    )


@get("/my/cases/{case:uuid}/completion", name="page_my_completion")
async def completion_page(case: UUID, caller: Caller) -> Response[Any]:
    caller.required(*WRITERS)
    found = await asked(caller, case)
    if found is None:
        return caller.goes_on(_case(case))
    return _page(caller, found, {field.key: found.answers.get(field.key) for field in found.fields})


def _case(case: UUID) -> str:
    return f"/my/cases/{case}"


def _page(
    caller: Caller, found: Asked, answers: dict[str, Any], wrong: Wrong | None = None, *, unsent: bool = False
) -> Response[Any]:
    facts = facts_of(found.rules.forms.application_fields(), found.answers, call_facts(found.call.rules))
    drawing = Drawing(rules=found.rules, call=found.call.rules, facts=facts, language=caller.language)
    problems = list(wrong.errors) if wrong else []
    told = labelled(found.fields, problems, caller.language)
    return caller.page(
        "applying/completion.html",
        status=wrong.status if wrong else 200,
        wrong=Wrong(wrong.status, wrong.title, wrong.detail, tuple(told)) if wrong else None,
        unsent=unsent,
        asked=found,
        questions=[drawing.question(field, answers.get(field.key), problems) for field in found.fields],
        papers=found.papers(() if unsent else {key for key, _ in problems}),
    )


@post("/my/cases/{case:uuid}/completion", name="send_my_completion", request_max_body_size=BODY_MAX_BYTES)
async def send_completion(case: UUID, request: Request[Any, Any, Any], caller: Caller) -> Response[Any]:
    """One file from a script; or the whole answer, which is sent when its button says so and nothing is wrong in it."""
    caller.required(*WRITERS)
    form = await caller.form()
    is_script = JSON in request.headers.get("accept", "")
    found = await asked(caller, case)
    if found is None:
        return caller.json({}, CONFLICT) if is_script else caller.goes_on(_case(case))
    keys = tuple(one.key for one in found.rules.attachments)
    await take_away(caller, f"/cases/{case}/completion/attachments", form, found.handed)
    told = await hand_in(caller, f"/cases/{case}/completion/attachments", form, keys)
    if is_script:
        return as_json(caller, told, None)
    found = await asked(caller, case)
    if found is None:
        return caller.goes_on(_case(case))
    answers = {field.key: answer_of(field, found.answers.get(field.key), form) for field in found.fields}
    errors = [(key, one.detail) for key, one in told if isinstance(one, Wrong)]
    if errors or form.get("go") != "send":
        return _page(caller, found, answers, Wrong(REFUSED, "", "", tuple(errors)) if errors else None, unsent=True)
    return await _send(caller, found, answers)


async def _send(caller: Caller, found: Asked, answers: dict[str, Any]) -> Response[Any]:
    wrong = _unfinished(caller, found, answers)
    if wrong is not None:
        return await _refused(caller, found, answers, wrong)
    form = await caller.form()
    changes = {key: answer for key, answer in answers.items() if answer != found.answers.get(key)}
    try:
        await caller.tell(
            "applications", "POST", f"/cases/{found.matter.id}/completion", {"answers": changes}, form=form
        )
    except Wrong as refused:
        if refused.status not in (REFUSED, CONFLICT):
            raise
        return await _refused(caller, found, answers, _readable(refused))
    return caller.goes_on(found.matter.path, said=caller.gettext("What you sent has come in. Thank you."))


async def _refused(caller: Caller, found: Asked, answers: dict[str, Any], wrong: Wrong) -> Response[Any]:
    """What is wrong is told where it can still be mended: what was sent at this very moment has taken the papers."""
    if (await the_matter(caller, UUID(found.matter.id))).completes is None:
        return caller.goes_on(found.matter.path)
    return _page(caller, found, answers, wrong)


def _unfinished(caller: Caller, found: Asked, answers: dict[str, Any]) -> Wrong | None:
    problems = check_form(found.fields, answers, call_facts(found.call.rules), found.rules.codelists)
    errors = [(error.field, caller.say(error.message)) for error in problems]
    there = {file.key for file in found.handed}
    errors += [
        (row.paper.asked.key, caller.gettext("Hand in: %(paper)s.") % {"paper": caller.say(row.paper.asked.label)})
        for row in found.papers()
        if row.paper.needed and row.paper.asked.key not in there
    ]
    return Wrong(REFUSED, "", "", tuple(errors)) if errors else None


def _readable(refused: Wrong) -> Wrong:
    errors = tuple((name.removeprefix(ATTACHMENT), said) for name, said in refused.errors)
    return Wrong(refused.status, refused.title, refused.detail, errors, refused.reference)


ROUTES = (completion_page, send_completion)
