"""Routes of associations. The organisation number is told to all; the rest is the association's own and the staff's."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, get, post, put
from litestar.params import QueryParameter

from services.applications import views
from services.applications.domain.association import Association, ChangeAssociation, RegisterAssociation, read_number
from services.applications.policy import ASSOCIATION_STAFF
from shared.http.body import Body
from shared.http.lists import PAGE_DEFAULT, After, Limit, Page
from shared.http.visit import Visit, as_bytes
from shared.identifiers import LOOKS_PERSONAL, find_personal_numbers
from shared.refused import FieldError, Refused, Unknown
from shared.words import LINE_MAX, Language, Line

SCOPE = "association"
ITEM = "association"
NAME = "name"

Number = Annotated[str | None, QueryParameter(name="organisation_number", max_length=LINE_MAX, required=False)]
Email = Annotated[str, msgspec.Meta(pattern=r"^[^\s@]+@[^\s@]+\Z", max_length=254)]


class Particulars(msgspec.Struct, frozen=True, kw_only=True):
    """Who an association is and how to reach it. `language` is the one it wants its letters in."""

    name: Line
    town: Line
    email: Email | None = None
    phone: Line | None = None
    street: Line | None = None
    postal_code: Line | None = None
    language: Language | None = None


class ParticularsBody(Body, frozen=True, kw_only=True):
    name: Line
    town: Line
    email: Email | None = None
    phone: Line | None = None
    street: Line | None = None
    postal_code: Line | None = None
    language: Language | None = None

    @property
    def particulars(self) -> Particulars:
        return Particulars(
            name=self.name,
            town=self.town,
            email=self.email,
            phone=self.phone,
            street=self.street,
            postal_code=self.postal_code,
            language=self.language,
        )


class AssociationBody(ParticularsBody, frozen=True, kw_only=True):
    organisation_number: Line


class ShownAssociation(msgspec.Struct, frozen=True, kw_only=True):
    """`changed_at` is when the particulars last became others; None where they are as they were registered."""

    id: UUID
    version: int
    organisation_number: str
    particulars: Particulars
    changed_at: datetime | None


def item_of(changes: int) -> str:
    """Each set of particulars under a name of its own: an event stands for each of them."""
    return f"{ITEM}-{changes}" if changes else ITEM


@put("/associations/{association:uuid}", name="register_association")
async def register_association(association: UUID, data: AssociationBody, visit: Visit) -> Response[Any]:
    """Register an association by its organisation number: one association to each."""
    _refuse_personal_number(data.name)
    number = read_number(data.organisation_number)
    sealed = await visit.sealed(association, SCOPE, {ITEM: as_bytes(data.particulars)})
    command = RegisterAssociation(subject=association, organisation_number=number, content=sealed[0].digest)
    return await visit.do(command, sealed=sealed, clear={NAME: data.name}, must_match=False)


def _refuse_personal_number(name: str) -> None:
    if find_personal_numbers(name):
        raise Refused(LOOKS_PERSONAL.sv, LOOKS_PERSONAL.en, (FieldError(NAME, LOOKS_PERSONAL),))


@post("/associations/{association:uuid}/particulars", name="change_association", status_code=200)
async def change_association(association: UUID, data: ParticularsBody, visit: Visit) -> Response[Any]:
    """Change who an association is and how to reach it. What it has sent in stays as it was."""
    _refuse_personal_number(data.name)
    state = await _seen(visit, association)
    sealed = await visit.sealed(association, SCOPE, {item_of(state.changes + 1): as_bytes(data.particulars)})
    command = ChangeAssociation(subject=association, content=sealed[0].digest)
    return await visit.do(command, sealed=sealed, clear={NAME: data.name})


async def _seen(visit: Visit, association: UUID) -> Association:
    state = await visit.see(association)
    if not isinstance(state, Association):
        raise Unknown
    return state


@get("/associations/{association:uuid}", name="see_association")
async def see_association(association: UUID, visit: Visit) -> Response[Any]:
    """An association and how to reach it."""
    state = await _seen(visit, association)
    content = await visit.office.store.open(visit.office.pool, association, SCOPE, item_of(state.changes))
    if content is None:
        raise Unknown
    shown = ShownAssociation(
        id=state.id,
        version=state.version,
        organisation_number=state.organisation_number,
        particulars=msgspec.json.decode(content, type=Particulars),
        changed_at=state.changed_at,
    )
    return visit.shown(state, shown)


@get("/associations", name="find_associations")
async def find_associations(
    visit: Visit, organisation_number: Number = None, after: After = None, limit: Limit = PAGE_DEFAULT
) -> Page[views.ListedAssociation]:
    """Associations by id and name: the one with the number, else all (staff) or one's own."""
    number = None if organisation_number is None else read_number(organisation_number)
    works_here = any(visit.actor.holds(role) for role in ASSOCIATION_STAFF)
    only = None if number is not None or works_here else visit.actor.associations
    return await views.list_associations(visit.office.pool, number, only, after, limit)


ROUTES = (register_association, change_association, see_association, find_associations)
