"""Routes for what the bank says: its answer to a file (pain.002) and what it has booked (camt.054, camt.053)."""

from typing import Any

from litestar import Request, Response, post
from litestar.exceptions import HTTPException

from services.payouts import taking
from services.payouts.bank.reading import FILE_MAX_BYTES
from shared.http.visit import Visit

XML_TYPES = frozenset({"application/xml", "text/xml"})


async def _xml(request: Request[Any, Any, Any]) -> bytes:
    """The body as it came. Raises 415 for what does not say that it is XML."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in XML_TYPES:
        raise HTTPException(status_code=415)
    return await request.body()


def _answered(visit: Visit, taken: taking.Taken, position: int | None) -> Response[Any]:
    headers = {"Cache-Control": "no-store"}
    if position is not None:
        headers["Bifall-Position"] = f"{visit.office.service.name}={position}"
    return Response(taken, status_code=200, headers=headers)


@post("/bank-answers", name="take_bank_answer", status_code=200, request_max_body_size=FILE_MAX_BYTES)
async def take_bank_answer(request: Request[Any, Any, Any], visit: Visit) -> Response[Any]:
    """The bank's answer to a bank file, pain.002 as application/xml. The same file twice changes nothing."""
    return _answered(visit, *await taking.take_answer(visit, await _xml(request)))


@post("/bank-statements", name="take_bank_statement", status_code=200, request_max_body_size=FILE_MAX_BYTES)
async def take_bank_statement(request: Request[Any, Any, Any], visit: Visit) -> Response[Any]:
    """What the bank has booked, camt.054 or camt.053 as application/xml. The same file twice changes nothing."""
    return _answered(visit, *await taking.take_statement(visit, await _xml(request)))


ROUTES = (take_bank_answer, take_bank_statement)
