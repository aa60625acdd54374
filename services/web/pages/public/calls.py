"""Calls for everybody: the list, one call with everything one needs to know before applying, and the form on paper."""

from typing import Any
from uuid import UUID

from litestar import Response, get

from services.web.pages.applying.drafts import WRITERS
from services.web.pages.public.blank_form import blank_sections
from services.web.pages.public.open_calls import dated, is_published, published_calls
from services.web.site.caller import Caller
from services.web.site.money_and_time import as_day
from shared.refused import Unknown


@get("/calls", name="page_calls")
async def calls_page(caller: Caller) -> Response[Any]:
    calls = await published_calls(caller)
    return caller.page(
        "public/calls.html",
        open_calls=[call for call in calls if call["is_open"]],
        coming=[call for call in calls if call["is_coming"]],
        over=[call for call in calls if not (call["is_open"] or call["is_coming"])],
    )


@get("/calls/{call:uuid}", name="page_call")
async def call_page(call: UUID, caller: Caller) -> Response[Any]:
    told, programme = await told_of(caller, call)
    return caller.page(
        "public/call.html",
        call=told,
        rules=told["rules"],
        programme=programme,
        may_apply=caller.actor is None or caller.holds(*WRITERS),
    )


@get("/calls/{call:uuid}/form", name="page_blank_form")
async def blank_form_page(call: UUID, caller: Caller) -> Response[Any]:
    """The form as it stands for those who apply here, with lines to write on."""
    told, programme = await told_of(caller, call)
    return caller.page(
        "public/blank_form.html",
        call=told,
        rules=told["rules"],
        programme=programme,
        sections=blank_sections(programme["rules"]),
    )


async def told_of(caller: Caller, call: UUID) -> tuple[dict[str, Any], dict[str, Any]]:
    """The call with its dates, and its programme. Raises Unknown for what is not published, to staff as to anybody."""
    shown = (await caller.ask("applications", f"/calls/{call}")).json
    if not is_published(shown):
        raise Unknown
    programme = (await caller.ask("applications", f"/programmes/{shown['programme']}")).json
    rules = shown["rules"]
    told = dated({**shown, "opens_at": rules["opens_at"], "closes_at": rules["closes_at"], "now": programme["now"]})
    return {**told, "today": as_day(programme["now"])}, programme


ROUTES = (calls_page, call_page, blank_form_page)
