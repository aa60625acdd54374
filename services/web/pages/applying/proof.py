"""Checking that nothing has been changed: what the fund has now is read anew, and its code held against one's own.

The code was on the receipt the day the application came in. Whoever has kept it needs to trust nobody: the same words
give the same code, and words that were altered, by anybody, never do.
"""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get

from services.web.pages.applying.codes import code_of, code_of_file, plain
from services.web.pages.applying.drafts import WRITERS
from services.web.pages.applying.matters import rules_of, the_matter
from services.web.site.caller import Caller


class Coded(msgspec.Struct, frozen=True):
    """A thing that was sent in, and the code of what the fund has of it now."""

    what: str
    code: str
    agrees: bool


@get("/my/cases/{case:uuid}/proof", name="page_my_proof")
async def proof_page(case: UUID, caller: Caller, code: str = "") -> Response[Any]:
    """`code` is one that the person has kept."""
    caller.required(*WRITERS)
    matter = await the_matter(caller, case)
    read = (await caller.ask("applications", f"/cases/{case}/application")).json
    wanted = plain(code)
    coded = [(caller.gettext("Your answers, as you sent them in"), code_of(read["sent_in"]))]
    for file in read["attachments"]:
        content = await caller.ask("applications", f"/cases/{case}/attachments/{file['id']}")
        coded.append((file["name"] or caller.gettext("File"), code_of_file(content.body)))
    rows = [Coded(what, one, plain(one) == wanted) for what, one in coded]
    return caller.page(
        "applying/proof.html",
        matter=matter,
        rules=await rules_of(caller, matter),
        rows=rows,
        asked=code,
        found=next((row for row in rows if row.agrees), None),
    )


ROUTES = (proof_page,)
