"""Routes of lawful disposal: what is due by the records schedule, and a disposal from its proposal to its end."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, get, post, put

from services.applications import disposals, retention
from services.applications.domain.disposal import DecideDisposal, DeclineDisposal, Disposal, ProposeDisposal
from services.applications.domain.programme import Programme
from shared.catalogue.disposals import CASES_MAX
from shared.clock import by_the_programme
from shared.deadlines import local_date
from shared.http.body import Body
from shared.http.lists import PAGE_DEFAULT, After, Limit, Page
from shared.http.visit import Visit, as_bytes
from shared.refused import Unknown
from shared.words import NO_CONTROL, TEXT_MAX

SCOPE = "disposal"
REASON = "reason"

Reason = Annotated[str, msgspec.Meta(pattern=NO_CONTROL, min_length=1, max_length=TEXT_MAX)]


class ProposalBody(Body, frozen=True, kw_only=True):
    """`clear` takes the cases out of the register too: what they are called, their numbers and their amounts."""

    programme: UUID
    cases: Annotated[list[UUID], msgspec.Meta(min_length=1, max_length=CASES_MAX)]
    reason: Reason
    clear: bool = False


class WrittenReason(msgspec.Struct, frozen=True):
    words: str


class ShownDisposal(msgspec.Struct, frozen=True, kw_only=True):
    """`number` is empty before it is decided; `reason` None where it was erased."""

    id: UUID
    version: int
    status: str
    number: str
    programme: UUID
    cases: Sequence[disposals.DisposedCase]
    clear: bool
    reason: str | None
    proposed_by: UUID
    decided_by: UUID | None
    decided_on: date | None
    backups_until: date | None


@get("/retention", name="list_retention")
async def list_retention(visit: Visit) -> list[retention.ShownRetention]:
    """Every programme's records schedule, and how much of it is due."""
    return await retention.schedules(visit.office, visit.actor.id)


@get("/programmes/{programme:uuid}/due-cases", name="list_due_cases")
async def list_due_cases(
    programme: UUID, visit: Visit, after: After = None, limit: Limit = PAGE_DEFAULT
) -> Page[retention.DueCase]:
    """Closed cases that the schedule lets go."""
    found = await _programme(visit, programme)
    return await retention.due_cases(visit.office, found, visit.actor.id, after, limit)


@put("/disposals/{disposal:uuid}", name="propose_disposal")
async def propose_disposal(disposal: UUID, data: ProposalBody, visit: Visit) -> Response[Any]:
    """Propose that the content of these cases is disposed of."""
    sealed = await visit.sealed(disposal, SCOPE, {REASON: as_bytes(WrittenReason(data.reason))})
    command = ProposeDisposal(
        subject=disposal,
        programme=data.programme,
        cases=tuple(sorted(set(data.cases))),
        clear=data.clear,
        content=sealed[0].digest,
    )
    return await visit.do(command, sealed=sealed, must_match=False)


@post("/disposals/{disposal:uuid}/decision", name="decide_disposal", status_code=200)
async def decide_disposal(disposal: UUID, visit: Visit) -> Response[Any]:
    """The second person decides it. From then on every service erases, and nothing of it can be had back."""
    state = await _seen(visit, disposal)
    programme = await _programme(visit, state.programme)
    at = await visit.office.pool.fetchval("select clock_timestamp()")
    year = local_date(by_the_programme(at, programme.offset_s)).year
    return await visit.do(DecideDisposal(subject=disposal, year=year))


@post("/disposals/{disposal:uuid}/refusal", name="decline_disposal", status_code=200)
async def decline_disposal(disposal: UUID, visit: Visit) -> Response[Any]:
    """It is not to be: the second person does not agree, or whoever proposed it takes it back."""
    await _seen(visit, disposal)
    return await visit.do(DeclineDisposal(subject=disposal))


@get("/disposals", name="list_disposals")
async def list_disposals(
    visit: Visit, after: After = None, limit: Limit = PAGE_DEFAULT
) -> Page[disposals.ListedDisposal]:
    """The latest first."""
    return await disposals.listed(visit.office.pool, visit.actor.id, after, limit)


@get("/disposals/{disposal:uuid}", name="see_disposal")
async def see_disposal(disposal: UUID, visit: Visit) -> Response[Any]:
    state = await _seen(visit, disposal)
    content = await visit.office.store.open(visit.office.pool, disposal, SCOPE, REASON)
    shown = ShownDisposal(
        id=state.id,
        version=state.version,
        status=state.status,
        number=state.number,
        programme=state.programme,
        cases=await disposals.cases_of(visit.office.pool, state.cases),
        clear=state.clear,
        reason=msgspec.json.decode(content, type=WrittenReason).words if content else None,
        proposed_by=state.proposed_by,
        decided_by=state.decided_by,
        decided_on=state.decided_on,
        backups_until=state.backups_until,
    )
    return visit.shown(state, shown)


async def _seen(visit: Visit, disposal: UUID) -> Disposal:
    """Raises Unknown, also for whoever has a conflict of interest in one of its cases (H7)."""
    state = await visit.see(disposal)
    if not isinstance(state, Disposal) or await disposals.is_barred(visit.office.pool, visit.actor.id, state.cases):
        raise Unknown
    return state


async def _programme(visit: Visit, programme: UUID) -> Programme:
    state = await visit.office.book.read(visit.office.pool, programme)
    if not isinstance(state, Programme):
        raise Unknown
    return state


ROUTES = (
    list_retention,
    list_due_cases,
    propose_disposal,
    decide_disposal,
    decline_disposal,
    list_disposals,
    see_disposal,
)
