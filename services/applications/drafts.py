"""Drafts: the applicant's own space (H8). Words under a key of their own, no event, no reader but the association and
whom it has asked to help with that very draft (A11). One that the fund sets down for an association (A10) is the fund's
to write: the association reads it, and signs it or says what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from services.applications.domain.association import Association, writes_for_others
from services.applications.domain.call import Call
from services.applications.domain.sending import AlreadySentIn
from services.applications.domain.signing import WaitsForSecond
from shared import store
from shared.catalogue.applications import SetDown
from shared.catalogue.attachment import Attachment
from shared.gather import Gatherer
from shared.http.visit import Visit, as_bytes
from shared.identity import Actor
from shared.keyring import KeyGone
from shared.life import State
from shared.office import Office
from shared.refused import Already, Incomplete, Refused, Stale, Unknown
from shared.store import Sealed
from shared.words import Text

SCOPE = "draft"
FORM = "form"
GATHERED_ROWS = "gathered_rows"
"""Where the office keeps its one gatherer of drafts that are sent in."""

TOGETHER_MAX = 64
DRAFTS_MAX = 200
"""Drafts one association may have at a time."""


class Form(msgspec.Struct, frozen=True):
    """What the association wrote, as it is sealed."""

    answers: dict[str, Any]


class Draft(msgspec.Struct, frozen=True):
    """`version` counts what was written, `revision` every change, also of files. `signing` is where the first of two
    signatures under this very revision waits for the second: while it is there, nothing here changes. `set_down` where
    the fund writes it for the association."""

    id: UUID
    version: int
    revision: int
    association: UUID
    programme: UUID
    call: UUID
    saved_at: datetime
    files: tuple[Attachment, ...]
    signing: UUID | None = None
    signed_by: UUID | None = None
    signed_at: datetime | None = None
    set_down: SetDown | None = None


COLUMNS = """
draft.id, draft.version, draft.revision, draft.association, draft.programme, draft.call, draft.saved_at,
draft.route, draft.came_on, draft.set_down_by, draft.set_down_at,
signing.id as signing, signing.signed_by, signing.signed_at, (
    select coalesce(json_agg(json_build_object(
        'id', file.id, 'key', file.key, 'media_type', file.media_type, 'size_bytes', file.size_bytes,
        'digest', file.digest
    ) order by file.id), '[]')
    from attachment as file where file.subject = draft.id and file.round = 0 and file.detached_at is null
)::text as files
"""
WAITS = "signing.draft = draft.id and signing.revision = draft.revision and signing.status = 'waiting'"
"""A signature under what the draft was before it was changed, in the same moment, is none."""
SIGNED = f"left join signing on {WAITS}"
NOT_SIGNED = f"not exists (select from signing where {WAITS})"
READ = f"select {COLUMNS} from draft {SIGNED} where draft.id = $1"  # noqa: S608 - the columns are ours
NOT_SENT_IN = "(draft.set_apart or not exists (select from application where application.id = draft.id))"
"""Once it is sent in, a draft is nobody's to see, though it may stand a moment longer; what was written meanwhile is
set apart, and shown again."""

BEGUN = """
insert into draft (id, association, programme, call, route, came_on, set_down_by, set_down_at)
values ($1, $2, $3, $4, $5, $6, $7, case when $5::text is null then null else clock_timestamp() end)
on conflict do nothing
"""
WRITTEN = f"""
update draft set version = version + 1, revision = revision + 1, saved_at = clock_timestamp()
where id = $1 and version = $2 and {NOT_SIGNED} returning version
"""  # noqa: S608 - the condition is ours
OWN = f"{READ} and {NOT_SENT_IN}"
WHOLE = f"""
select found.* from unnest($1::uuid[]) as wanted (id) cross join lateral (
    select {COLUMNS}, clock_timestamp() as at, words.nonce, words.content,
        exists (select from application where application.id = draft.id) as is_sent_in,
        (select programme.version from programme where programme.id = draft.programme) as programme_version,
        (select call.version from call where call.id = draft.call) as call_version
    from draft {SIGNED}
        join store as words on words.owner = draft.id and words.scope = $2 and words.item = $3
    where draft.id = wanted.id
    offset 0
) as found
"""  # noqa: S608 - the columns are ours
"""`offset 0` for the planner: one look in the indexes per draft, whatever it believes of the tables' sizes."""
_files = msgspec.json.Decoder(tuple[Attachment, ...])
_form = msgspec.json.Decoder(Form)


class Whole(msgspec.Struct, frozen=True):
    """A draft and what sending it in looks at first: its words, the clock, and the versions of what it stands on."""

    draft: Draft
    words: bytes
    at: datetime
    programme_version: int | None
    call_version: int | None


async def find(connection: Any, draft: UUID) -> Draft | None:
    row = await connection.fetchrow(READ, draft)
    return None if row is None else _draft(row)


def _draft(row: Any) -> Draft:
    return Draft(
        id=row["id"],
        version=row["version"],
        revision=row["revision"],
        association=row["association"],
        programme=row["programme"],
        call=row["call"],
        saved_at=row["saved_at"],
        files=_files.decode(row["files"]),
        signing=row["signing"],
        signed_by=row["signed_by"],
        signed_at=row["signed_at"],
        set_down=set_down_of(row),
    )


def set_down_of(row: Any) -> SetDown | None:
    """How it came, where the fund writes it."""
    if row["route"] is None:
        return None
    return SetDown(
        route=row["route"],
        came_on=row["came_on"],
        set_down_by=row["set_down_by"],
        set_down_at=row["set_down_at"],
    )


def gathered_rows(office: Office) -> Gatherer[UUID, Any]:
    """The rows of drafts that are sent in together, in one statement: an hour before a call closes they are many."""

    async def rows(wanted: Sequence[UUID]) -> list[Any]:
        found = {row["id"]: row for row in await office.pool.fetch(WHOLE, list(wanted), SCOPE, FORM)}
        return [found.get(draft) for draft in wanted]

    return Gatherer(rows, TOGETHER_MAX)


async def find_whole(office: Office, draft: UUID) -> Whole | None:
    """None where there is none, or it has been sent in: then its words are about to go. Raises KeyGone where they were
    erased."""
    row = await office.extra[GATHERED_ROWS].add(draft)
    if row is None or row["is_sent_in"]:
        return None
    try:
        words = await office.store.opened(draft, SCOPE, FORM, row["nonce"], row["content"])
    except KeyGone:
        if await office.book.read(office.pool, draft) is None:
            raise
        return None  # it was sent in and cleared since it was looked at
    return Whole(
        draft=_draft(row),
        words=words,
        at=row["at"],
        programme_version=row["programme_version"],
        call_version=row["call_version"],
    )


async def own(visit: Visit, draft: UUID) -> Draft:
    """The draft, if it is the visitor's association's, they help with it, or the fund sets it down and they work there.
    Raises Unknown: for others it does not exist."""
    row = await visit.office.pool.fetchrow(OWN, draft)
    if row is None:
        raise Unknown
    found = _draft(row)
    enter(visit, found)
    return found


def enter(visit: Visit, draft: Draft) -> None:
    """Raises Forbidden and Unknown as the policy does."""
    is_set_down = draft.set_down is not None
    visit.office.policy.enter(visit.operation, visit.actor, draft.association, draft.id, set_down=is_set_down)


async def name_of(office: Office, association: UUID) -> str | None:
    """What the association is called; None where it has been lawfully erased."""
    name: str | None = await office.pool.fetchval(
        "select text from clear where owner = $1 and field = 'name'", association
    )
    return name


async def written(office: Office, draft: UUID) -> bytes:
    """The words of a draft, as they were saved. Raises KeyGone where they were erased."""
    words = await office.store.open(office.pool, draft, SCOPE, FORM)
    if words is None:
        raise Unknown
    return words


def read_form(words: bytes) -> Form:
    return _form.decode(words)


def refuse_signed(draft: Draft) -> None:
    """Raises WaitsForSecond."""
    if draft.signing is not None:
        raise WaitsForSecond


def refuse_another(draft: Draft, call: UUID, association: UUID) -> None:
    """Raises Already where the id is that of a draft for something else."""
    if (draft.call, draft.association) != (call, association):
        raise Already(
            "Utkastet hör till en annan utlysning eller förening.", "The draft is for another call or association."
        )


def refuse_reader(visit: Visit, draft: Draft) -> None:
    """Raises TheFundWrites for the association's own people, where the fund sets the draft down."""
    if draft.set_down is not None and not sets_down(visit.actor, draft.association):
        raise TheFundWrites


def sets_down(actor: Actor, association: UUID) -> bool:
    """Whether they write for the association as somebody who works at the fund: never for one of their own."""
    return association not in actor.associations and writes_for_others(actor)


class TheFundWrites(Refused):
    """What somebody said or wrote on paper is written down as they did: the association reads it and objects."""

    status = 423
    title = Text("Fonden skriver", "The fund writes this")

    def __init__(self) -> None:
        super().__init__(
            "Fonden skriver in den här ansökan åt er, efter det som kom på papper eller muntligt. Hör av er till "
            "fonden om något ska ändras.",
            "The fund writes this application for you, by what came on paper or by word of mouth. Contact the fund "
            "if something is to be changed.",
        )


# Saving


async def save(visit: Visit, draft: UUID, call: UUID, association: UUID, form: Form) -> int:
    """Keeps the words and answers with the draft's version. Raises Refused; Stale where somebody else came first."""
    found = await find(visit.office.pool, draft)
    words = as_bytes(form)
    if found is None:  # a helper begins none, nor one anew that the association has discarded
        visit.office.policy.enter(visit.operation, visit.actor, association)
        return await _begin(visit, draft, call, association, words)
    enter(visit, found)
    refuse_reader(visit, found)
    refuse_another(found, call, association)
    return await _go_on(visit, found, words)


async def _begin(visit: Visit, draft: UUID, call: UUID, association: UUID, words: bytes) -> int:
    office = visit.office
    _, states = await office.book.load(office.pool, [draft, call, association])
    if (other := states.get(draft)) is not None:
        office.policy.enter(visit.operation, visit.actor, office.book.kind_of(other).association(other, None))
        raise AlreadySentIn
    chosen = stands_on(states, call, association)
    if not chosen.is_begun:
        raise Refused("Utlysningen tar inte längre emot ansökningar.", "The call no longer takes applications.")
    await insert(visit, draft, chosen, association, words)
    return 1


def stands_on(states: Mapping[UUID, State], call: UUID, association: UUID) -> Call:
    """The call of a draft that is begun. Raises Refused where there is none, or no such association."""
    chosen = states.get(call)
    if not isinstance(chosen, Call) or not chosen.is_public:
        raise Refused("Utlysningen finns inte.", "There is no such call.")
    if not isinstance(states.get(association), Association):
        raise Refused("Föreningen är inte registrerad.", "The association is not registered.")
    return chosen


async def insert(
    visit: Visit, draft: UUID, call: Call, association: UUID, words: bytes, how: tuple[str, date, UUID] | None = None
) -> None:
    """`how` it came, on which day, and who sets it down. Raises Refused for one too many, Stale where it is there."""
    office = visit.office
    sealed = await visit.sealed(draft, SCOPE, {FORM: words})
    async with office.pool.acquire() as connection, connection.transaction():
        if await connection.fetchval("select count(*) from draft where association = $1", association) >= DRAFTS_MAX:
            raise Refused(
                f"Föreningen har redan {DRAFTS_MAX} utkast. Kasta något av dem först.",
                f"The association has {DRAFTS_MAX} drafts already. Discard one of them first.",
            )
        done = await connection.execute(
            BEGUN,
            draft,
            association,
            call.programme,
            call.id,
            *(how or (None, None, None)),
        )
        if not done.endswith(" 1"):
            raise Stale
        await store.write(connection, sealed, replacing=True)


async def _go_on(visit: Visit, found: Draft, words: bytes) -> int:
    seen = visit.if_match()
    if seen != found.version and await written(visit.office, found.id) == words:
        return found.version  # a retry: what is sent is what is there
    refuse_signed(found)
    if seen is None:
        raise Incomplete
    sealed = await visit.sealed(found.id, SCOPE, {FORM: words})
    return await _replace(visit.office, found.id, seen, sealed)


async def _replace(office: Office, draft: UUID, seen: int, sealed: Sequence[Sealed]) -> int:
    if await office.book.read(office.pool, draft) is not None:
        raise AlreadySentIn
    async with office.pool.acquire() as connection, connection.transaction():
        version = await connection.fetchval(WRITTEN, draft, seen)
        if version is None:
            raise Stale
        await store.write(connection, sealed, replacing=True)
    return int(version)
