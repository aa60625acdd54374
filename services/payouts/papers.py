"""Papers with a report: handed in beforehand, sent in with it, and erased where it never was."""

from __future__ import annotations

import time
from uuid import UUID

from services.payouts.domain.grant import Grant
from services.payouts.domain.terms import Terms
from shared import files
from shared.catalogue.attachment import Attachment
from shared.files import Handed, kind_named, refuse_disguised, refused_at
from shared.office import Office
from shared.programme import FieldType, ProgrammeRules

TOGETHER_MAX = 200
KEPT_S = 60
"""A paper taken away from a report that is being sent in at that very moment must still be there when it is."""
TIDY_EVERY_S = 10.0
ROUND = 0
"""What waits goes with the next report, whichever that is."""

TOO_LATE = """
update attachment set detached_at = clock_timestamp()
where id in (
    select attachment.id from attachment join grants on grants.id = attachment.subject
    where attachment.detached_at is null and grants.status not in ('active', 'reported', 'reviewing')
    limit $1
)
"""


def refuse_unfit(rules: ProgrammeRules, handed: Handed) -> None:
    """Raises Refused for what the report's form does not ask for, and for what is not what it says it is; or 415."""
    kind = kind_named(handed.media_type)
    asked = {field.key for field in rules.follow_up.report_form if field.type is FieldType.FILE}
    if handed.key not in asked:
        raise refused_at("key", "Ingen har bett om den bilagan.", "Nobody has asked for that enclosure.")
    refuse_disguised(kind, handed.content)


async def rules_of(office: Office, grant: Grant) -> ProgrammeRules | None:
    terms = await office.book.read(office.pool, grant.programme) if grant.programme else None
    return terms.rules if isinstance(terms, Terms) else None


async def staged(office: Office, grant: Grant) -> tuple[Attachment, ...]:
    """Handed in, and not sent in yet."""
    return await files.staged(office.pool, grant.id, ROUND)


async def tidy_up(office: Office) -> None:
    """Erases papers that were taken away, or came when no report could be sent any more. Looks every `TIDY_EVERY_S`."""
    if time.monotonic() < office.extra.get("tidy_next", 0.0):
        return
    office.extra["tidy_next"] = time.monotonic() + TIDY_EVERY_S
    await take_away_what_came_too_late(office)
    await erase_taken_away(office)


async def take_away_what_came_too_late(office: Office) -> None:
    """Papers for a report that was never sent anew: nobody asks for them any more."""
    await office.worker_pool.execute(TOO_LATE, TOGETHER_MAX)


async def erase_taken_away(office: Office, kept_s: float = KEPT_S) -> None:
    async def was_sent(case: UUID, file: UUID) -> bool:
        state = await office.book.read(office.worker_pool, case)
        return isinstance(state, Grant) and any(one.id == file for one in state.papers)

    await files.erase_taken_away(office, was_sent, TOGETHER_MAX, kept_s)
