"""A case's package, to be taken along and verified elsewhere."""

from typing import Any
from uuid import UUID

from litestar import Response, get

from services.web.pages.cases.case import SEE_TRAIL
from services.web.pages.packages.collect import Ask, NoCase, made
from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from shared.refused import Unknown
from shared.store import Altered

WAIT_S = 6.0
"""The signer looks every five seconds; nobody waits longer than that for a page."""
ZIP = "application/zip"


def asking(caller: Caller) -> Ask:
    """What a package is put together by asking, with this person's rights."""

    async def ask(service: str, path: str) -> bytes | None:
        try:
            found = await caller.ask_if_there(service, path)
        except Wrong as wrong:
            if wrong.status != Altered.status:
                raise
            return None  # the package is made without it, and whoever verifies finds that it is missing
        return None if found is None else found.body

    return ask


@get("/cases/{case:uuid}/trail.zip", name="case_package")
async def case_package(case: UUID, caller: Caller) -> Response[Any]:
    """What the person may read of it, with the proofs, and what verifies them."""
    caller.required(*SEE_TRAIL)
    try:
        package = await made(asking(caller), case, wait_s=WAIT_S)
    except NoCase:
        raise Unknown from None
    headers = {"Content-Disposition": f'attachment; filename="{package.name}.zip"', "Cache-Control": "no-store"}
    return caller.finished(Response(package.content, media_type=ZIP, headers=headers), keeps_said=True)


ROUTES = (case_package,)
