"""Read through, sign, send in: everything that was answered on one page, then the exact text that one signs.

Signing is the pages of accounts': whoever signs shows anew who they are, and comes back here with the signature.
"""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get

from services.web.pages.account.sign import finish, page_to_sign
from services.web.pages.applying.codes import code_of
from services.web.pages.applying.drafts import SENT_IN, WRITERS, Draft, address_of, opened
from services.web.pages.applying.groups import AMOUNT
from services.web.pages.applying.readable import Readable
from services.web.signing_in.signing import SIGNS, NotSigned
from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from services.web.site.money_and_time import Written
from shared.identity import Role

REFUSED = 422
STALE = 409


class Answer(msgspec.Struct, frozen=True):
    label: str
    lines: list[str]
    href: str


class Part(msgspec.Struct, frozen=True):
    title: str
    answers: list[Answer]


def may_sign(caller: Caller, association: UUID) -> bool:
    """Whether they may sign for the association, and have shown who they are surely enough."""
    actor = caller.actor
    return actor is not None and caller.level in SIGNS and actor.holds_for(Role.SIGNATORY, association)


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
    caller.required(*WRITERS)
    found = await opened(caller, draft)
    return caller.page("applying/check.html", draft=found, problems=found.all_problems, parts=parts_of(caller, found))


@get("/drafts/{draft:uuid}/sign", name="page_sign_draft", exception_handlers=SENT_IN)
async def sign_page(draft: UUID, caller: Caller) -> Response[Any]:
    caller.required(*WRITERS)
    found = await opened(caller, draft)
    if not found.is_ready:
        return caller.goes_on(f"{found.path}/check")
    text = text_to_sign(caller, found)
    given: dict[str, Any] = {"draft": found, "text": text}
    if not may_sign(caller, found.saved.association):
        return caller.page("applying/sign.html", may_sign=False, **given)
    returns_to = f"{found.path}/signed"
    return await page_to_sign(caller, "applying/sign.html", as_signed(text), returns_to, may_sign=True, **given)


def text_to_sign(caller: Caller, draft: Draft) -> list[str]:
    """Exactly what is signed, a paragraph each."""
    amount = draft.answers.get(AMOUNT)
    sought = {
        "association": draft.association_name,
        "amount": Written(caller.language).kr(amount if type(amount) is int else None),
        "programme": caller.say(draft.programme.rules.title),
        "call": caller.say(draft.call.rules.title),
    }
    counted = {"answers": len(draft.answers), "papers": len(draft.saved.attachments)}
    return [
        caller.gettext("%(association)s applies for %(amount)s from %(programme)s, %(call)s.") % sought,
        caller.gettext("What the application says is true. I may sign for the association."),
        caller.gettext("The application has %(answers)s answers and %(papers)s files.") % counted,
        caller.gettext("Its code is %(code)s.") % {"code": code_of(draft.answers)},
    ]


def as_signed(paragraphs: list[str]) -> str:
    return "\n\n".join(paragraphs)


@get("/drafts/{draft:uuid}/signed", name="page_draft_signed", exception_handlers=SENT_IN)
async def send_in_signed(draft: UUID, caller: Caller, signature: UUID) -> Response[Any]:
    """Back with a signature: the application is sent in as the signatory saw it. Anything changed meanwhile is another
    text, which nobody has signed. Opened again, it is the same signature and the same application."""
    caller.required(*WRITERS)
    found = await opened(caller, draft)
    if not may_sign(caller, found.saved.association):
        return caller.goes_on(f"{found.path}/sign")
    try:
        await finish(caller, signature, as_signed(text_to_sign(caller, found)))
    except NotSigned:
        message = caller.gettext("Something was changed while you read. Read through what has changed, and sign again.")
        return caller.goes_on(f"{found.path}/check", said=message)
    path, version = f"/drafts/{draft}/submission", found.saved.version
    try:
        await caller.tell("applications", "POST", path, version=version, key=str(signature))
    except Wrong as wrong:
        if wrong.status not in (STALE, REFUSED):
            raise
        return _refused(caller, found, wrong)
    return caller.goes_on(f"/my/cases/{draft}", said=caller.gettext("The application is signed and sent in."))


def _refused(caller: Caller, draft: Draft, wrong: Wrong) -> Response[Any]:
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
