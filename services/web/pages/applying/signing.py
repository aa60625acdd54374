"""Read through, sign, send in: everything that was answered on one page, then the exact text that one signs.

Signing is the pages of accounts': whoever signs shows anew who they are, and comes back here with the signature.
"""

from functools import partial
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get

from services.web.pages.account.sign import Act, may_sign, page_to_sign, sign_and_do
from services.web.pages.applying.codes import code_of
from services.web.pages.applying.drafts import DRAFTERS, SENT_IN, WRITERS, Draft, address_of, opened, opened_as_own
from services.web.pages.applying.groups import AMOUNT
from services.web.pages.applying.helpers import who_helped
from services.web.pages.applying.readable import Readable
from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from services.web.site.money_and_time import Written


class Answer(msgspec.Struct, frozen=True):
    label: str
    lines: list[str]
    href: str


class Part(msgspec.Struct, frozen=True):
    title: str
    answers: list[Answer]


def parts_of(caller: Caller, draft: Draft) -> list[Part]:
    readable = Readable(draft.programme.rules, caller.language)
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
        )
        for paper in draft.papers
        if paper.files or paper.needed
    ]
    return [*parts, Part(caller.gettext("Papers"), files)] if files else parts


@get("/drafts/{draft:uuid}/check", name="page_check_draft", exception_handlers=SENT_IN)
async def check_page(draft: UUID, caller: Caller) -> Response[Any]:
    """Everything that was answered, and first what stands in the way of sending it in."""
    caller.required(*DRAFTERS)
    found = await opened(caller, draft)
    return caller.page("applying/check.html", draft=found, problems=found.all_problems, parts=parts_of(caller, found))


@get("/drafts/{draft:uuid}/sign", name="page_sign_draft", exception_handlers=SENT_IN)
async def sign_page(draft: UUID, caller: Caller) -> Response[Any]:
    caller.required(*WRITERS)
    found = await opened_as_own(caller, draft)
    if not found.is_ready:
        return caller.goes_on(f"{found.path}/check")
    if not may_sign(caller, found.saved.association):
        return caller.page("applying/sign.html", may_sign=False, draft=found)
    act = sending_in(caller, found, await who_helped(caller, draft))
    return await page_to_sign(caller, "applying/sign.html", act, may_sign=True, draft=found)


def sending_in(caller: Caller, draft: Draft, helped: str) -> Act:
    """Exactly what is signed, and what it leads to: the application as the signatory saw it, and who `helped` to write
    it. Anything changed meanwhile is another text, which nobody has signed."""
    amount = draft.answers.get(AMOUNT)
    sought = {
        "association": draft.association_name,
        "amount": Written(caller.language).kr(amount if type(amount) is int else None),
        "programme": caller.say(draft.programme.rules.title),
        "call": caller.say(draft.call.rules.title),
    }
    counted = {"answers": len(draft.answers), "papers": len(draft.saved.attachments)}
    return Act(
        paragraphs=[
            caller.gettext("%(association)s applies for %(amount)s from %(programme)s, %(call)s.") % sought,
            caller.gettext("What the application says is true. I may sign for the association."),
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


@get("/drafts/{draft:uuid}/signed", name="page_draft_signed", exception_handlers=SENT_IN)
async def send_in_signed(draft: UUID, caller: Caller, signature: UUID | None = None) -> Response[Any]:
    caller.required(*WRITERS)
    found = await opened_as_own(caller, draft)
    if not may_sign(caller, found.saved.association):
        return caller.goes_on(f"{found.path}/sign")
    act = sending_in(caller, found, await who_helped(caller, draft))
    return await sign_and_do(caller, act, signature, partial(_refused, caller, found))


async def _refused(caller: Caller, draft: Draft, wrong: Wrong) -> Response[Any]:
    """What applications itself says stands in the way, with the way to each."""
    homes = {field.key: address_of(group) for group in draft.groups for field in group.fields}
    problems = [(f"{draft.path}/{homes.get(name, 'files')}#{name}", said) for name, said in wrong.errors]
    return caller.page(
        "applying/check.html",
        status=wrong.status,
        draft=draft,
        problems=problems or [("", wrong.detail)],
        parts=parts_of(caller, draft),
    )


ROUTES = (check_page, sign_page, send_in_signed)
