"""Deadlines as Swedish law counts them: local days, and a last day that never falls on a day off.

If the last day is a Saturday, a Sunday, another public holiday, Midsummer Eve, Christmas Eve or New Year's Eve, it is
the next working day instead: lag (1930:173) om beräkning av lagstadgad tid, 2 §. Days are the days of Europe/Stockholm;
moments are UTC.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from holidays import DE_FACTO, PUBLIC, country_holidays

STOCKHOLM = ZoneInfo("Europe/Stockholm")
APPEAL_DAYS = 21
"""KL 13:5: three weeks from the day the adjustment of the minutes was announced on the notice board."""
ADJUSTMENT_DAYS = 14
"""KL 5:69: the minutes are adjusted at most so long after the meeting."""
NOTICE_DAYS = 2
"""KL 8:12: the adjustment is announced at most so long after it."""
FIRST_YEAR, LAST_YEAR = 1953, 2100
"""Years whose public holidays are known."""
BANK_DAYS_MAX = 366

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


def is_working_day(day: date) -> bool:
    """Whether a deadline may end on the day and banks are open; ValueError for a year whose holidays are not known."""
    return day.weekday() < _SATURDAY and day not in _days_off(day.year)


def working_day_from(day: date) -> date:
    """The day itself if it is a working day, otherwise the next one."""
    while not is_working_day(day):
        day += _ONE_DAY
    return day


def bank_days_after(day: date, count: int) -> date:
    """The bank day `count` bank days after the day; with 0, the first bank day that is not before it."""
    if not 0 <= count <= BANK_DAYS_MAX:
        raise ValueError(f"Bank days are counted from 0 to {BANK_DAYS_MAX}, not {count}.")
    if count == 0:
        return working_day_from(day)
    for _ in range(count):
        day = working_day_from(day + _ONE_DAY)
    return day


def adjustment_last_day(meeting: date) -> date:
    """The last day to adjust the minutes of the meeting (KL 5:69). Not moved: the board can always be earlier."""
    return meeting + timedelta(days=ADJUSTMENT_DAYS)


def notice_last_day(adjusted: date) -> date:
    """The last day to announce the adjustment on the notice board (KL 8:12). Not moved either."""
    return adjusted + timedelta(days=NOTICE_DAYS)


def appeal_last_day(notice_posted: date) -> date:
    """The last day an appeal can reach the court (KL 13:5), if the notice stays up so long."""
    return working_day_from(notice_posted + timedelta(days=APPEAL_DAYS))


def legal_force_on(notice_posted: date, notice_removed: date | None = None) -> date | None:
    """The first day the decision has legal force if nobody appeals: the day after the last day to appeal.

    None if the notice came down on that last day or earlier: the time to appeal has then not run out (KL 8:12, 13:5),
    and the notice must be posted anew. `notice_removed` is None while the notice is up.
    """
    last_day = appeal_last_day(notice_posted)
    if notice_removed is not None:
        if notice_removed < notice_posted:
            raise ValueError(f"A notice posted on {notice_posted} cannot have come down on {notice_removed}.")
        if notice_removed <= last_day:
            return None
    return last_day + _ONE_DAY


def end_of_day(day: date) -> datetime:
    """The last moment of the local day, in UTC. Whatever came in at that moment or earlier came in on time.

    A microsecond before midnight: as fine as the database's clock, and people read it as 23.59.59.
    """
    return datetime.combine(day, time.max, STOCKHOLM).astimezone(UTC)


def local_date(moment: datetime) -> date:
    """The day it is in Stockholm at the moment; ValueError if the moment does not say its time zone."""
    if moment.utcoffset() is None:
        raise ValueError("A moment without a time zone has no local day.")
    return moment.astimezone(STOCKHOLM).date()


@cache
def _days_off(year: int) -> frozenset[date]:
    """Public holidays, and the three eves that law and banks treat as such."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"The public holidays of {year} are not known.")
    return frozenset(country_holidays("SE", years=year, expand=False, categories=(PUBLIC, DE_FACTO)))
