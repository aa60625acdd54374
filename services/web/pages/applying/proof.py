"""Checking that nothing has been changed: what the fund has now is read anew, and its code held against one's own; and
proof files to keep, with which anybody can tell what the fund's trail has held.

The code was on the receipt the day the application came in. Whoever has kept it needs to trust nobody: the same words
give the same code, and words that were altered, by anybody, never do.
"""

import re
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get

from services.web.pages.applying.codes import code_of, code_of_file, plain
from services.web.pages.applying.drafts import WRITERS
from services.web.pages.applying.matters import rules_of, the_matter
from services.web.site.caller import Caller
from shared.tlog.proofs import SUFFIX

NAMES = {"application.submitted": "application", "case.registered": "number", "decision.made": "decision"}
"""What a file is called, in plain letters: it is kept among other papers."""


class Coded(msgspec.Struct, frozen=True):
    """A thing that was sent in, and the code of what the fund has of it now."""

    what: str
    code: str
    agrees: bool


class Kept(msgspec.Struct, frozen=True):
    """A fact of the case that there is a proof file of. `signed`: it can be had already."""

    source: str
    position: int
    type: str
    told_at: str
    signed: bool
    what: str = ""


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
        kept=await _kept(caller, case),
    )


@get("/my/cases/{case:uuid}/proofs/{source:str}/{position:int}", name="open_my_proof")
async def open_proof(case: UUID, source: str, position: int, caller: Caller) -> Response[bytes]:
    """A file to keep, called after the case."""
    caller.required(*WRITERS)
    matter = await the_matter(caller, case)
    answered = await caller.ask("audit", f"/cases/{case}/receipts/{source}/{position}")
    (kind,) = [one.type for one in await _kept(caller, case) if (one.source, one.position) == (source, position)]
    name = re.sub(r"[^A-Za-z0-9]+", "-", f"{matter.number} {NAMES[kind]}")
    headers = {"Content-Disposition": f'attachment; filename="{name}{SUFFIX}"'}
    return caller.finished(Response(answered.body, media_type="text/plain", headers=headers), keeps_said=True)


async def _kept(caller: Caller, case: UUID) -> list[Kept]:
    """Nothing where audit has not heard of the case yet."""
    found = await caller.ask_if_there("audit", f"/cases/{case}/receipts")
    what = {
        "application.submitted": caller.gettext("Your application, as it came in"),
        "case.registered": caller.gettext("The number of your case"),
        "decision.made": caller.gettext("The decision"),
    }
    kept = msgspec.convert(found.json["items"], list[Kept]) if found else []
    return [msgspec.structs.replace(one, what=what.get(one.type, one.type)) for one in kept]


ROUTES = (proof_page, open_proof)
