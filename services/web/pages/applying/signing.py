"""Read through, sign, send in: everything that was answered on one page, then the exact text that one signs.

Signing is the pages of accounts': whoever signs shows anew who they are, and comes back here with the signature.
"""

from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get

from services.web.pages.account.sign import Act, may_sign, page_to_sign, sign_and_do
from services.web.pages.applying.codes import code_of
from services.web.pages.applying.drafts import (
    DRAFTERS,
    SENT_IN,
    WRITERS,
    Draft,
    SentIn,
    address_of,
    opened,
    opened_as_own,
)
from services.web.pages.applying.groups import AMOUNT
from services.web.pages.applying.helpers import who_helped
from services.web.pages.applying.readable import Readable
from services.web.pages.applying.together import Together, ask_the_others, together_of
from services.web.pages.cases.words import SET_DOWN_FROM, said
from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from services.web.site.money_and_time import Written


class Answer(msgspec.Struct, frozen=True):
    """`href` is where it is changed. Of papers, `opens` is where each can be read."""

    label: str
    lines: list[str]
    href: str
    opens: list[str] = []


class Part(msgspec.Struct, frozen=True):
    title: str
    answers: list[Answer]


def parts_of(caller: Caller, draft: Draft) -> list[Part]:
    readable = Readable(draft.rules, caller.language)
    parts = [
        Part(
            caller.say(group.title),
            [
                Answer(
                    caller.say(field.label),
                    readable.lines(field, draft.answers.get(field.key)),
                    f"{draft.path}/{address_of(group)}#{field.key}",
                )
                for field in group.fields
            ],
        )
        for group in draft.groups
    ]
    files = [
        Answer(
            caller.say(paper.asked.label),
            [file.name or paper.asked.key for file in paper.files],
            f"{draft.path}/files#{paper.asked.key}",
            [f"{draft.path}/files/{file.id}" for file in paper.files],
        )
        for paper in draft.papers
        if paper.files or paper.needed
    ]
    return [*parts, Part(caller.gettext("Papers"), files)] if files else parts


@get("/drafts/{draft:uuid}/check", name="page_check_draft", exception_handlers=SENT_IN)
async def check_page(draft: UUID, caller: Caller) -> Response[Any]:
    """Everything that was answered, and first what stands in the way of sending it in."""
    caller.required(*DRAFTERS)
    return await _check(caller, await opened(caller, draft))


async def _check(
    caller: Caller, draft: Draft, problems: list[tuple[str, str]] | None = None, status: int = 200
) -> Response[Any]:
    return caller.page(
        "applying/check.html",
        status=status,
        draft=draft,
        together=await together_of(caller, draft),
        set_down_from=said(SET_DOWN_FROM, caller.language),
        problems=([] if draft.is_over else draft.all_problems) if problems is None else problems,
        parts=parts_of(caller, draft),
    )


@get("/drafts/{draft:uuid}/sign", name="page_sign_draft", exception_handlers=SENT_IN)
async def sign_page(draft: UUID, caller: Caller) -> Response[Any]:
    caller.required(*WRITERS)
    found = await opened_as_own(caller, draft)
    together = await together_of(caller, found)
    if not found.is_ready or not is_their_turn(together):
        return caller.goes_on(f"{found.path}/check")
    if not may_sign(caller, found.saved.association):
        return caller.page("applying/sign.html", may_sign=False, draft=found, together=together)
    act = sending_in(caller, found, await who_helped(caller, draft))
    return await page_to_sign(caller, "applying/sign.html", act, may_sign=True, draft=found, together=together)


def is_their_turn(together: Together | None) -> bool:
    """Not of whoever has signed already, nor beside somebody who may no longer sign: the page before says so."""
    return together is None or not (together.is_mine or together.first_left)


def sending_in(caller: Caller, draft: Draft, helped: str) -> Act:
    """Exactly what is signed, and what it leads to: the application as the signatory saw it, and who `helped` to write
    it. Anything changed meanwhile is another text, which nobody has signed. Two who sign together sign the same text,
    whoever comes first."""
    amount = draft.answers.get(AMOUNT)
    sought = {
        "association": draft.association_name,
        "amount": Written(caller.language).kr(amount if type(amount) is int else None),
        "programme": caller.say(draft.rules.title),
        "call": caller.say(draft.call.rules.title),
    }
    counted = {"answers": len(draft.answers), "papers": len(draft.saved.attachments)}
    return Act(
        paragraphs=[
            caller.gettext("%(association)s applies for %(amount)s from %(programme)s, %(call)s.") % sought,
            *_how_it_came(caller, draft),
            *_in_whose_name(caller, draft),
            caller.gettext("The application has %(answers)s answers and %(papers)s files.") % counted,
            *([caller.gettext("%(names)s helped to write it.") % {"names": helped}] if helped else []),
            caller.gettext("Its code is %(code)s.") % {"code": code_of(draft.answers)},
        ],
        read_at=f"{draft.path}/check",
        returns_to=f"{draft.path}/signed",
        case=draft.saved.id,
        service="applications",
        command=f"/drafts/{draft.saved.id}/submission",
        version=draft.saved.version,
        leads_to=f"/my/cases/{draft.saved.id}",
        said=caller.gettext("The application is signed and sent in."),
    )


def _how_it_came(caller: Caller, draft: Draft) -> list[str]:
    """Whoever signs has not written it themselves: the text says so."""
    if draft.set_down is None:
        return []
    how = {"what": caller.say(SET_DOWN_FROM[draft.set_down.route]), "day": _day(caller, draft.set_down.came_on)}
    return [caller.gettext("The fund wrote it down, from %(what)s that came on %(day)s.") % how]


def _day(caller: Caller, day: date) -> str:
    return Written(caller.language).day_year(day)


def _in_whose_name(caller: Caller, draft: Draft) -> list[str]:
    if not draft.takes_two:
        return [caller.gettext("What the application says is true. I may sign for the association.")]
    return [
        caller.gettext("What the application says is true. I am one of those who may sign for the association."),
        caller.gettext("Two of us sign together. The application is sent in when both of us have signed."),
    ]


@get("/drafts/{draft:uuid}/signed", name="page_draft_signed", exception_handlers=SENT_IN)
async def send_in_signed(draft: UUID, caller: Caller, signature: UUID | None = None) -> Response[Any]:
    caller.required(*WRITERS)
    found = await opened_as_own(caller, draft)
    if not may_sign(caller, found.saved.association):
        return caller.goes_on(f"{found.path}/sign")
    if not is_their_turn(await together_of(caller, found)):
        return caller.goes_on(f"{found.path}/check")
    act = sending_in(caller, found, await who_helped(caller, draft))
    after = partial(_signed, caller, found, act) if found.takes_two else None
    return await sign_and_do(caller, act, signature, partial(_refused, caller, found), after)


async def _signed(caller: Caller, draft: Draft, act: Act) -> Response[Any]:
    """The first of two signatures asks the others for the second; the second has sent it in."""
    try:
        now = await opened_as_own(caller, draft.id)
    except SentIn:
        return caller.goes_on(act.leads_to, said=act.said)
    if draft.is_signed_once or not now.is_signed_once:  # opened once more, or taken back again a moment later
        return caller.goes_on(draft.path)
    if await ask_the_others(caller, now):
        said = caller.gettext("You have signed. The application is not in yet: we have written to who has to sign too.")
    else:
        said = caller.gettext(
            "You have signed. The application is not in yet: ask one more of you to sign in and sign."
        )
    return caller.goes_on(draft.path, said=said)


async def _refused(caller: Caller, draft: Draft, wrong: Wrong) -> Response[Any]:
    """What applications itself says stands in the way, with the way to each."""
    homes = {field.key: address_of(group) for group in draft.groups for field in group.fields}
    problems = [(f"{draft.path}/{homes.get(name, 'files')}#{name}", said) for name, said in wrong.errors]
    return await _check(caller, draft, problems or [("", wrong.detail)], wrong.status)


ROUTES = (check_page, sign_page, send_in_signed)
