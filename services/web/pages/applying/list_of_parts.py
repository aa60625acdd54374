"""A draft's own page: what is the next step, how far each part has come, and until when there is time."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post

from services.web.pages.applying.drafts import (
    DRAFTERS,
    SENT_IN,
    SETS_DOWN,
    WRITERS,
    Draft,
    State,
    address_of,
    opened,
    opened_to_end,
)
from services.web.pages.applying.helpers import end_all, helpers_of
from services.web.pages.applying.together import together_of
from services.web.pages.cases.words import SET_DOWN_FROM, said
from services.web.site.caller import Caller
from shared.words import Text

TAGS = {
    State.DONE: (Text("Klar", "Done"), ""),
    State.BEGUN: (Text("Påbörjad", "Begun"), "wait"),
    State.NOT_BEGUN: (Text("Inte påbörjad", "Not begun"), "plain"),
    State.NOT_YET: (Text("Kan inte börja än", "Cannot begin yet"), "plain"),
}


class Step(msgspec.Struct, frozen=True):
    """One line of the list."""

    title: str
    href: str | None
    hint: str
    state: State

    def row(self, caller: Caller) -> tuple[str, str | None, str, str, str]:
        text, kind = TAGS[self.state]
        return self.title, self.href, self.hint, caller.say(text), kind


def steps(caller: Caller, draft: Draft) -> list[Step]:
    found = [
        Step(
            title=caller.say(group.title),
            href=f"{draft.path}/{address_of(group)}",
            hint=_what(caller, [caller.say(field.label) for field in group.fields]),
            state=draft.state_of(group),
        )
        for group in draft.groups
    ]
    if draft.papers:
        found.append(
            Step(caller.gettext("Papers"), f"{draft.path}/files", _papers(caller, draft), draft.state_of_papers)
        )
    return found


HINT_MAX = 70


def _what(caller: Caller, labels: list[str]) -> str:
    """The first few questions, so that one knows what the part is about."""
    told = ""
    for label in labels:
        longer = f"{told}, {label[0].lower()}{label[1:]}" if told else label
        if len(longer) > HINT_MAX:
            break
        told = longer.rstrip("?.")
    return told or labels[0]


def _papers(caller: Caller, draft: Draft) -> str:
    missing = [caller.say(one.asked.label) for one in draft.papers if one.needed and not one.files]
    if not missing:
        return caller.gettext("All papers that are needed are here")
    named = ", ".join(missing[:2]) + (" …" if len(missing) > 2 else "")
    return caller.gettext("Missing: %(papers)s") % {"papers": named}


@get("/drafts/{draft:uuid}", name="page_draft", exception_handlers=SENT_IN)
async def draft_page(draft: UUID, caller: Caller) -> Response[Any]:
    caller.required(*DRAFTERS)
    found = await opened(caller, draft)
    helpers = [] if found.is_helped or found.set_down else await helpers_of(caller, draft)
    parts = steps(caller, found)
    ready = all(step.state is State.DONE for step in parts)
    last = Step(
        title=_last_step(caller, found),
        href=f"{found.path}/check" if ready else None,
        hint=caller.gettext("Everything else is done") if ready else caller.gettext("When everything else is done"),
        state=State.NOT_BEGUN if ready else State.NOT_YET,
    )
    begun = next((step for step in parts if step.state is State.BEGUN), None)
    following = begun or next((step for step in parts if step.state is not State.DONE), None) or last
    return caller.page(
        "applying/draft.html",
        draft=found,
        together=await together_of(caller, found),
        helpers=[one for one in helpers if not one.is_over],
        following=following,
        set_down_from=said(SET_DOWN_FROM, caller.language),
        done=sum(step.state is State.DONE for step in parts),
        count=len(parts),
        tasks=[step.row(caller) for step in (*parts, last)],
    )


def _last_step(caller: Caller, draft: Draft) -> str:
    if draft.is_set_down_here:
        return caller.gettext("Read through and register")
    return caller.gettext("Read through") if draft.is_helped else caller.gettext("Read through and sign")


@get("/drafts/{draft:uuid}/discard", name="page_discard_draft", exception_handlers=SENT_IN)
async def discard_page(draft: UUID, caller: Caller) -> Response[Any]:
    """The step that asks once more."""
    caller.required(*WRITERS, *SETS_DOWN)
    return caller.page("applying/discard.html", draft=await opened_to_end(caller, draft))


@post("/drafts/{draft:uuid}/discard", name="discard_draft_for_good", exception_handlers=SENT_IN)
async def discard(draft: UUID, caller: Caller) -> Response[Any]:
    caller.required(*WRITERS, *SETS_DOWN)
    found = await opened_to_end(caller, draft)
    await caller.tell("applications", "DELETE", f"/drafts/{draft}", form=await caller.form())
    if found.set_down is None:
        await end_all(caller, draft)
    return caller.goes_on(found.home, said=caller.gettext("The draft is erased."))


ROUTES = (draft_page, discard_page, discard)
