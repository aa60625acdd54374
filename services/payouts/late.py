"""What is past its date: reports, answers and payments, each with whom it waits for, in one statement."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from services.payouts.views import NOT_BARRED
from shared.identity import Role

SHOWN_OF_EACH = 8

TODAY = "((clock_timestamp() + terms.offset_s * interval '1 second') at time zone 'Europe/Stockholm')::date"
LATE = f"""
select late.*, name.text as association_name
from (
    select found.*, count(*) over (partition by what) as of_all,
        row_number() over (partition by what order by due_on, id) as place
    from (
        select 'report' as what, grants.id, grants.number, grants.association, period.report_due as due_on,
            {TODAY} as today
        from grants join period on period.id = grants.call join terms on terms.id = grants.programme
        where grants.status = 'active' and not grants.barred ? $1 and period.report_due < {TODAY}
        union all
        select 'recovery_decision', recovery.id, grants.number, recovery.association, recovery.answer_by + 1, {TODAY}
        from recovery join grants on grants.id = recovery.case_id join terms on terms.id = grants.programme
        where recovery.status = 'notified' and {NOT_BARRED.format(case="recovery.case_id")}
            and recovery.answer_by + 1 < {TODAY}
        union all
        select 'repayment', recovery.id, grants.number, recovery.association, recovery.due_on, {TODAY}
        from recovery join grants on grants.id = recovery.case_id join terms on terms.id = grants.programme
        where recovery.status in ('invoiced', 'plan') and {NOT_BARRED.format(case="recovery.case_id")}
            and recovery.due_on < {TODAY}
        union all
        select 'bank_answer', payment.id, grants.number, payment.association, batch.execute_on, {TODAY}
        from payment join grants on grants.id = payment.case_id join terms on terms.id = grants.programme
            join batch on batch.id = payment.batch
        where payment.status in ('exported', 'accepted') and {NOT_BARRED.format(case="payment.case_id")}
            and batch.execute_on < {TODAY}
    ) as found
) as late left join clear as name on name.owner = late.association and name.field = 'name'
where late.place <= $2
order by late.due_on, late.id
"""  # noqa: S608 - the conditions are ours
MOVERS = {
    "report": Role.APPLICANT,
    "recovery_decision": Role.DECISION_MAKER,
    "repayment": Role.SIGNATORY,
    "bank_answer": Role.FINANCE,
}


class Late(msgspec.Struct, frozen=True):
    """`id` is the grant's, the recovery's or the payment's. `today` is by the programme's clock; `next` has the
    next move."""

    what: str
    id: UUID
    number: str
    association_name: str | None
    due_on: date
    today: date
    next: Role


class AllLate(msgspec.Struct, frozen=True):
    """`items` are the first few of each kind, the latest last; `counts` are of all there are."""

    items: list[Late]
    counts: dict[str, int]


async def late(pool: Any, reader: UUID) -> AllLate:
    """Without cases the reader is barred from (H7)."""
    rows = await pool.fetch(LATE, str(reader), SHOWN_OF_EACH)
    items = [
        Late(
            what=row["what"],
            id=row["id"],
            number=row["number"],
            association_name=row["association_name"],
            due_on=row["due_on"],
            today=row["today"],
            next=MOVERS[row["what"]],
        )
        for row in rows
    ]
    return AllLate(items, {row["what"]: row["of_all"] for row in rows})
