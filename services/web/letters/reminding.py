"""Reminding: on the day that the table says, by the programme's clock, and only of the latest step that has come.

A clock that jumps, or a house that was down for a month, reminds once and not of everything it missed.
"""

from __future__ import annotations

from services.web.domain.awaited import Remind
from services.web.domain.letter import LetterKind
from services.web.letters.when import COMPLETION_STEPS
from services.web.letters.writing import WHY
from shared.office import Office

TOGETHER_MAX = 100

TODAY = "((clock_timestamp() + programme.offset_s * interval '1 second') at time zone 'Europe/Stockholm')::date"
COMPLETIONS = f"""
select followed_case.id, max(step) as step
from followed_case join followed_programme as programme on programme.id = followed_case.programme,
    unnest($1::integer[]) as step
where followed_case.completion_due_on is not null and {TODAY} <= followed_case.completion_due_on
    and followed_case.completion_due_on + step <= {TODAY} and step > followed_case.completion_step
group by followed_case.id limit $2
"""  # noqa: S608 - both halves are ours
REPORTS = f"""
select followed_case.id, due.step
from (
    select call.id, max(step) as step
    from followed_call as call join followed_programme as programme on programme.id = call.programme,
        unnest(string_to_array(programme.steps, ' ')::integer[]) as step
    where programme.steps <> '' and call.report_due + step <= {TODAY}
    group by call.id
) as due join followed_case on followed_case.call = due.id
where followed_case.report_awaited and followed_case.report_step < due.step
limit $1
"""  # noqa: S608
"""The step that has come is found per call, and only cases that it has not been told to are looked at."""


async def remind(office: Office) -> None:
    for row in await office.worker_pool.fetch(COMPLETIONS, list(COMPLETION_STEPS), TOGETHER_MAX):
        command = Remind(subject=row["id"], kind=LetterKind.COMPLETION_REMINDER, step=row["step"])
        await office.act(command, WHY)
    for row in await office.worker_pool.fetch(REPORTS, TOGETHER_MAX):
        kind = LetterKind.REPORT_REMINDER if row["step"] < 0 else LetterKind.REPORT_OVERDUE
        await office.act(Remind(subject=row["id"], kind=kind, step=row["step"]), WHY)
