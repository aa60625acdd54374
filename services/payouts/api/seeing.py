"""What every route needs: a subject of the right kind, and nothing at all for whoever is barred from its case."""

from typing import Annotated, Any, TypeVar
from uuid import UUID

from litestar import Response
from litestar.params import QueryParameter

from services.payouts import views
from services.payouts.domain.grant import Grant
from services.payouts.domain.payment import Payment
from services.payouts.domain.recovery import Recovery
from shared.http.body import Body
from shared.http.visit import Visit
from shared.life import Command, State
from shared.refused import Unknown
from shared.words import CODE_MAX

Of = TypeVar("Of", bound=State)
OfGrant = TypeVar("OfGrant", Payment, Recovery)

Status = Annotated[str | None, QueryParameter(name="status", max_length=CODE_MAX, required=False)]
Case = Annotated[UUID | None, QueryParameter(name="case", required=False)]


class Nothing(Body, frozen=True):
    """An empty object: the route says it all."""


async def seen(visit: Visit, subject: UUID, kind: type[Of]) -> Of:
    """Raises Unknown for what is of another kind, too."""
    state = await visit.see(subject)
    if not isinstance(state, kind):
        raise Unknown
    return state


async def with_grant(visit: Visit, subject: UUID, kind: type[OfGrant]) -> tuple[OfGrant, Grant]:
    """A payment or recovery and its grant. Raises Unknown for whoever has a conflict of interest in the case (H7).

    Routes that change it look here first too: the desk would tell somebody without the right version that there is one.
    """
    state = await seen(visit, subject, kind)
    return state, await grant_of(visit, state.case)


async def done(visit: Visit, kind: type[OfGrant], command: Command) -> Response[Any]:
    """What is asked for with a payment or recovery is done, by somebody for whom it exists."""
    await with_grant(visit, command.subject, kind)
    return await visit.do(command)


async def grant_of(visit: Visit, case: UUID) -> Grant:
    """Raises Unknown for whoever has a conflict of interest in the case."""
    grant = await visit.office.book.read(visit.office.pool, case)
    if not isinstance(grant, Grant) or not grant.number or visit.actor.id in grant.barred:
        raise Unknown
    return grant


def narrowing(visit: Visit, status: str | None, case: UUID | None = None) -> views.Narrowing:
    """Staff see all; an association's people only what is theirs."""
    own = None if visit.sees_all else visit.actor.associations
    return views.Narrowing(own=own, status=status, case=case)
