"""How something is done with money: told to payouts, or the same page again with what stands in the way and what was
written."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from litestar import Response

from services.web.pages.money.words import FOLLOW_MONEY
from services.web.site.asking import Wrong
from services.web.site.caller import Caller

Draw = Callable[..., Awaitable[Response[Any]]]


async def done(
    kind: str,
    draw: Draw,
    caller: Caller,
    subject: UUID,
    what: str,
    told: str,
    body: Any = None,
    wrong: Wrong | None = None,
) -> Response[Any]:
    """`kind` is grants, payments or recoveries, in payouts' address and the page's; `wrong` what is wrong already."""
    caller.required(*FOLLOW_MONEY)
    form = await caller.form()
    try:
        if wrong is not None:
            raise wrong
        await caller.tell("payouts", "POST", f"/{kind}/{subject}/{what}", body, form=form)
    except Wrong as refused:
        if refused.status in (403, 404):
            raise
        return await draw(caller, subject, wrong=_on_the_page(refused), written=form, status=refused.status)
    return caller.goes_on(f"/money/{kind}/{subject}", told)


def _on_the_page(wrong: Wrong) -> Wrong:
    """The field is called `amount` there: people write kronor."""
    errors = tuple(("amount" if field == "amount_ore" else field, message) for field, message in wrong.errors)
    return Wrong(wrong.status, wrong.title, wrong.detail, errors, wrong.reference)
