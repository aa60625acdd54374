"""The routes by which an association gets the proofs of its own case, to keep."""

from typing import Any
from uuid import UUID

from litestar import Response, get

from services.audit import receipts
from services.audit.receipts import Given, Receipts
from shared.http.visit import Visit
from shared.office import Office
from shared.tlog.proofs import SUFFIX

PROOF = "text/plain"


@get("/cases/{case:uuid}/receipts", name="list_receipts")
async def list_receipts(visit: Visit, office: Office, case: UUID) -> Receipts:
    """Of which facts of the case there is a proof file: what was sent in, its number, and each decision."""
    return await receipts.receipts(office.pool, await _theirs(visit, office, case))


@get("/cases/{case:uuid}/receipts/{source:str}/{position:int}", name="get_receipt", media_type=PROOF)
async def get_receipt(visit: Visit, office: Office, case: UUID, source: str, position: int) -> Response[str]:
    """The proof of one of them, c2sp.org/tlog-proof: the fact's exact text, its path, and the signed checkpoint."""
    proof = await receipts.receipt(office.pool, await _theirs(visit, office, case), source, position)
    headers = {
        "Content-Disposition": f'attachment; filename="{source}-{position}{SUFFIX}"',
        "Cache-Control": "no-store",
    }
    return Response(str(proof), media_type=PROOF, headers=headers)


async def _theirs(visit: Visit, office: Office, case: UUID) -> Given:
    known = await receipts.given(office.pool, case)
    office.policy.enter(visit.operation, visit.actor, known.association)
    return known


RECEIPT_ROUTES: tuple[Any, ...] = (list_receipts, get_receipt)
