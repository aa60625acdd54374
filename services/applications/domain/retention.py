"""The records schedule applied to a case: from which day it may be disposed of, if ever.

Years are counted as the archives do: whole calendar years after the one in which the case was closed.
"""

from __future__ import annotations

from datetime import date

from services.applications.domain.application import Application
from shared.programme import Keeping, Papers, Retention
from shared.refused import Refused


def papers_of(granted_ore: int | None) -> Papers:
    return Papers.GRANTED if granted_ore else Papers.NOT_GRANTED


def keeping(retention: Retention, papers: Papers) -> Keeping:
    """The row that holds for a case: a granted one is kept at least as long as what its payments rest on."""
    rows = {row.papers: row for row in retention.rows()}
    own, accounting = rows[papers], rows[Papers.ACCOUNTING]
    if papers is not Papers.GRANTED or own.years is None:
        return own
    if accounting.years is None or accounting.years > own.years:
        return accounting
    return own


def first_day(row: Keeping, ended_on: date) -> date | None:
    """The first day on which it may go; None where it is preserved."""
    return None if row.years is None else date(ended_on.year + row.years + 1, 1, 1)


def ended_before(row: Keeping, today: date) -> date | None:
    """What ended before this day may go today; None where it is preserved."""
    return None if row.years is None else date(max(today.year - row.years, 1), 1, 1)


def refuse_unless_due(retention: Retention, application: Application, today: date) -> None:
    """Raises Refused with the row that says why not."""
    row, number = keeping(retention, papers_of(application.granted_ore)), application.number
    if application.ended_on is None:
        raise Refused(
            f"Ärende {number} har ingen dag då det avslutades, så det går inte att räkna ut när det får gallras.",
            f"Case {number} has no day on which it was closed, so nobody can tell when it may be disposed of.",
        )
    first = first_day(row, application.ended_on)
    if first is None:
        raise Refused(
            f"Ärende {number} ska bevaras: {row.basis.sv}", f"Case {number} is to be preserved: {row.basis.en}"
        )
    if today < first:
        raise Refused(
            f"Ärende {number} får gallras först {first}: {row.basis.sv}",
            f"Case {number} may be disposed of from {first}: {row.basis.en}",
        )
