"""Withdrawing an application: said plainly, with what it means, and asked once more."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post

from services.web.pages.applying.drafts import WRITERS
from services.web.pages.applying.matters import Matter, the_matter
from services.web.site.asking import Wrong
from services.web.site.caller import Caller

REFUSED = 422


@get("/my/cases/{case:uuid}/withdrawal", name="page_my_withdrawal")
async def withdrawal_page(case: UUID, caller: Caller) -> Response[Any]:
    """The step that asks once more."""
    caller.required(*WRITERS)
    matter = await the_matter(caller, case)
    if "withdraw" not in matter.may:
        return caller.goes_on(matter.path)
    return _withdrawal(caller, matter)


def _withdrawal(caller: Caller, matter: Matter, wrong: Wrong | None = None) -> Response[Any]:
    status = wrong.status if wrong else 200
    return caller.page("applying/withdrawal.html", status=status, wrong=wrong, matter=matter)


@post("/my/cases/{case:uuid}/withdrawal", name="withdraw_mine")
async def withdraw(case: UUID, caller: Caller) -> Response[Any]:
    caller.required(*WRITERS)
    form = await caller.form()
    try:
        await caller.tell("applications", "POST", f"/cases/{case}/withdrawal", form=form)
    except Wrong as wrong:
        if wrong.status not in (REFUSED, 409):
            raise
        matter = await the_matter(caller, case)
        again = "withdraw" in matter.may
        return _withdrawal(caller, matter, wrong) if again else caller.goes_on(matter.path, said=wrong.detail)
    return caller.goes_on(f"/my/cases/{case}", said=caller.gettext("The application is withdrawn."))


ROUTES = (withdrawal_page, withdraw)
