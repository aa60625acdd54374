"""Work whose day has come: calls open and close, completions run out, drafts and files that nobody needs are erased."""

from __future__ import annotations

import time
from uuid import UUID

import structlog

from services.applications import clearing, drafts
from services.applications.domain.application import Application
from services.applications.domain.application_commands import ExpireCompletion
from services.applications.domain.call_rules import CloseCall, OpenCall
from services.applications.domain.signing import VoidSignature
from services.applications.submitting import APPLICATION_ITEM, SCOPE
from shared import files
from shared.keyring import KeyGone
from shared.life import Command
from shared.office import Office
from shared.refused import Refused
from shared.service import Due

TOGETHER_MAX = 200
SETTLED_AFTER_S = 10
"""A draft sent in so long ago is not about to be cleared by whoever sent it."""
FILES_KEPT_S = 60
"""A file taken away from a draft that is being sent in at that very moment must still be there when it is."""
TIDY_EVERY_S = 10.0

CALLS = """
select call.id, call.status = 'published' as opens
from call join programme on programme.id = call.programme,
    lateral (select clock_timestamp() + programme.offset_s * interval '1 second' as now) as clock
where call.status = 'published' and call.opens_at <= clock.now
    or call.status = 'open' and call.closes_at < date_trunc('second', clock.now)
limit $1
"""
COMPLETIONS = """
select application.id
from application join programme on programme.id = application.programme
where application.completion_due_on < (
    (clock_timestamp() + programme.offset_s * interval '1 second') at time zone 'Europe/Stockholm'
)::date
limit $1
"""
LEFT_BEHIND = """
select draft.id from draft join application on application.id = draft.id
where not draft.set_apart and draft.saved_at < clock_timestamp() - $2 * interval '1 second'
limit $1
"""
OUTLIVED = """
select draft.id
from draft join call on call.id = draft.call join programme on programme.id = draft.programme
where call.closes_at + programme.drafts_days * interval '1 day'
    < clock_timestamp() + programme.offset_s * interval '1 second'
limit $1
"""
TOO_LATE = """
update attachment set detached_at = clock_timestamp()
where id in (
    select attachment.id from attachment join application on application.id = attachment.subject
    where attachment.round > 0 and attachment.detached_at is null
        and (application.status <> 'completion_requested' or application.completion_round <> attachment.round)
    limit $1
)
"""
SIGNED_IN_VAIN = """
select signing.id, draft.id is null as is_gone from signing left join draft on draft.id = signing.draft
where signing.status = 'waiting' and (draft.id is null or draft.revision <> signing.revision)
limit $1
"""
SENT_IN_AFTER_ALL = "delete from signed_draft using application where application.id = signed_draft.draft"
GONE = """
update signed_draft set gone_at = clock_timestamp()
where gone_at is null and not exists (select from draft where draft.id = signed_draft.draft)
"""
GONE_FOR_GOOD = """
select draft from signed_draft
where gone_at < clock_timestamp() - $1 * interval '1 second'
    and not exists (select from draft where draft.id = signed_draft.draft)
    and not exists (select from application where application.id = signed_draft.draft)
limit $2
"""

log = structlog.get_logger()


async def open_and_close_calls(office: Office) -> None:
    for row in await office.worker_pool.fetch(CALLS, TOGETHER_MAX):
        await _tell(office, OpenCall(subject=row["id"]) if row["opens"] else CloseCall(subject=row["id"]))


async def expire_completions(office: Office) -> None:
    for row in await office.worker_pool.fetch(COMPLETIONS, TOGETHER_MAX):
        await _tell(office, ExpireCompletion(subject=row["id"]))


async def tidy_up(office: Office) -> None:
    """Erases what is the applicants' own and no longer needed. In no hurry: looks every `TIDY_EVERY_S`."""
    if time.monotonic() < office.extra.get("tidy_next", 0.0):
        return
    office.extra["tidy_next"] = time.monotonic() + TIDY_EVERY_S
    await clear_left_behind(office)
    await purge_outlived(office)
    await void_left_signatures(office)
    await forget_keys_of_nothing(office)
    await take_away_what_came_too_late(office)
    await erase_taken_away(office)


async def clear_left_behind(office: Office, settled_after_s: float = SETTLED_AFTER_S) -> None:
    """Drafts whose application is registered: a crash came before they were cleared, or somebody wrote on meanwhile."""
    for row in await office.worker_pool.fetch(LEFT_BEHIND, TOGETHER_MAX, settled_after_s):
        if await _was_sent_in(office, row["id"]):
            await clearing.discard(office, [row["id"]])
        else:  # the words are kept for the applicant, until the programme's rule for drafts takes them
            await office.worker_pool.execute("update draft set set_apart = true where id = $1", row["id"])


async def _was_sent_in(office: Office, draft: UUID) -> bool:
    """Whether everything in the draft is in the application that has its id."""
    found, state = await drafts.find(office.worker_pool, draft), await office.book.read(office.worker_pool, draft)
    if found is None or not isinstance(state, Application):
        return False
    if {file.id for file in found.files} - {file.id for file in state.attachments}:
        return False
    try:
        written = await office.store.open(office.worker_pool, draft, drafts.SCOPE, drafts.FORM)
        sent = await office.store.open(office.worker_pool, draft, SCOPE, APPLICATION_ITEM)
    except KeyGone:  # one of them is erased already, so there is nothing left to keep
        return True
    return written == sent


async def purge_outlived(office: Office) -> None:
    """Drafts that were never sent in go, so many days after the call as the programme's rules say."""
    rows = await office.worker_pool.fetch(OUTLIVED, TOGETHER_MAX)
    if rows:
        await clearing.discard(office, [row["id"] for row in rows])


async def void_left_signatures(office: Office) -> None:
    """First signatures under drafts that are gone, or that somebody saved in the moment of signing: they wait for
    nothing."""
    for row in await office.worker_pool.fetch(SIGNED_IN_VAIN, TOGETHER_MAX):
        await _tell(office, VoidSignature(subject=row["id"], why="erased" if row["is_gone"] else "changed"))


async def forget_keys_of_nothing(office: Office, settled_after_s: float = FILES_KEPT_S) -> None:
    """A signed draft that is gone without having been sent in leaves a digest, and the key that it was made with. A
    moment later nobody can be sending it in any more, and the key is destroyed: nobody can guess at the words."""
    pool = office.worker_pool
    await pool.execute(SENT_IN_AFTER_ALL)
    await pool.execute(GONE)
    rows = await pool.fetch(GONE_FOR_GOOD, settled_after_s, TOGETHER_MAX)
    if rows:
        gone = [row["draft"] for row in rows]
        await office.store.keyring.destroy([(draft, SCOPE) for draft in gone])
        await pool.execute("delete from signed_draft where draft = any($1)", gone)


async def take_away_what_came_too_late(office: Office) -> None:
    """Files handed in for a completion that was never sent, or after it was: nobody asks for them any more."""
    await office.worker_pool.execute(TOO_LATE, TOGETHER_MAX)


async def erase_taken_away(office: Office, kept_s: float = FILES_KEPT_S) -> None:
    """Files that were taken away from a draft or completion, unless they were sent in all the same."""

    async def was_sent(case: UUID, file: UUID) -> bool:
        return await _is_in_case(office, case, file)

    await files.erase_taken_away(office, was_sent, TOGETHER_MAX, kept_s)


async def _is_in_case(office: Office, case: UUID, file: UUID) -> bool:
    state = await office.book.read(office.worker_pool, case)
    return isinstance(state, Application) and any(one.id == file for one in state.attachments)


async def _tell(office: Office, command: Command) -> None:
    """The fund acts. Where somebody else came first there is nothing left to do, and the log says so."""
    try:
        await office.act(command, "due")
    except Refused as refused:  # one row's refusal stops nobody else's
        log.info("due.overtaken", subject=str(command.subject), command=type(command).__name__, why=str(refused))


DUE: tuple[Due, ...] = (open_and_close_calls, expire_completions, tidy_up)
