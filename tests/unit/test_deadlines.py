"""Deadlines as the law counts them: appeals that roll past holidays, days that are 23 or 25 hours long, bank days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.deadlines import (
    APPEAL_DAYS,
    BANK_DAYS_MAX,
    FIRST_YEAR,
    LAST_YEAR,
    STOCKHOLM,
    adjustment_last_day,
    appeal_last_day,
    bank_days_after,
    end_of_day,
    is_working_day,
    legal_force_on,
    local_date,
    notice_last_day,
    working_day_from,
)

DAYS = st.dates(date(2005, 1, 1), date(2099, 12, 1))


def on(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("posted", "last_day"),
    [
        ("2027-05-31", "2027-06-21"),
        ("2027-06-04", "2027-06-28"),  # Midsummer Eve
        ("2027-12-03", "2027-12-27"),  # Christmas Eve
        ("2027-03-05", "2027-03-30"),  # Good Friday, Easter Monday
        ("2026-12-10", "2027-01-04"),  # New Year's Eve
        ("2027-04-15", "2027-05-07"),  # Ascension
        ("2026-05-16", "2026-06-08"),  # the National Day, a Saturday
        ("2026-12-16", "2027-01-07"),  # Epiphany
        ("2026-10-10", "2026-11-02"),  # All Saints
        ("2026-04-10", "2026-05-04"),  # the first of May, a Friday
        ("2027-04-10", "2027-05-03"),  # the first of May, a Saturday
        ("2028-02-08", "2028-02-29"),  # a leap day
        ("2027-02-08", "2027-03-01"),
        ("2026-12-04", "2026-12-28"),  # Christmas Day, Boxing Day, Sunday
    ],
)
def test_h3_an_appeal_may_come_until_three_weeks_after_the_notice_was_posted(posted: str, last_day: str) -> None:
    assert appeal_last_day(on(posted)) == on(last_day)
    assert legal_force_on(on(posted)) == on(last_day) + timedelta(days=1)


@pytest.mark.parametrize(
    ("removed", "legal_force"),
    [
        (None, "2027-06-29"),
        ("2027-06-29", "2027-06-29"),
        ("2027-07-15", "2027-06-29"),
        ("2027-06-28", None),  # it must stay up the whole last day: keep it one day more
        ("2027-06-25", None),  # three weeks to the day, but that day was Midsummer Eve
        ("2027-06-10", None),
        ("2027-06-04", None),
    ],
)
def test_h3_without_the_notice_up_the_whole_time_the_clock_does_not_run_out(
    removed: str | None, legal_force: str | None
) -> None:
    computed = legal_force_on(on("2027-06-04"), on(removed) if removed else None)
    assert computed == (on(legal_force) if legal_force else None)


def test_h3_a_notice_cannot_come_down_before_it_went_up() -> None:
    with pytest.raises(ValueError, match="cannot have come down"):
        legal_force_on(on("2027-06-04"), on("2027-06-03"))


@given(DAYS)
def test_h3_the_last_day_is_a_working_day_at_least_three_weeks_on_and_never_much_later(posted: date) -> None:
    last_day = appeal_last_day(posted)
    rolled = last_day - posted - timedelta(days=APPEAL_DAYS)
    assert is_working_day(last_day)
    assert timedelta() <= rolled <= timedelta(days=5)
    for skipped in range(rolled.days):
        assert not is_working_day(posted + timedelta(days=APPEAL_DAYS + skipped))


def test_the_worst_case_is_thirty_seven_days_after_the_meeting_and_a_holiday() -> None:
    meeting = on("2027-05-19")
    posted = notice_last_day(adjustment_last_day(meeting))
    assert posted == on("2027-06-04")
    assert appeal_last_day(posted) - meeting == timedelta(days=37 + 3)


@pytest.mark.parametrize(
    "day",
    [
        "2026-01-01", "2026-01-06", "2026-04-03", "2026-04-06", "2026-05-01", "2026-05-14", "2027-06-25", "2026-06-19",
        "2026-12-24", "2026-12-25", "2026-12-31", "2024-06-06", "2024-06-21", "2024-03-29", "2024-04-01", "2024-05-09",
        "2030-04-19", "2030-05-30", "2030-06-21", "2030-12-24", "2030-12-31", "2026-11-21", "2026-11-22",
    ],
)  # fmt: skip
def test_nothing_ends_on_a_day_off(day: str) -> None:
    assert not is_working_day(on(day))


@pytest.mark.parametrize(
    "day",
    [
        "2026-01-02", "2026-01-05", "2026-04-02", "2026-04-30", "2026-05-15", "2026-06-18", "2026-10-30", "2026-12-23",
        "2026-12-30", "2027-06-24", "2027-05-17", "2004-06-07", "2025-10-31",
    ],
)  # fmt: skip
def test_days_when_people_only_leave_early_are_working_days(day: str) -> None:
    assert is_working_day(on(day))


@pytest.mark.parametrize("year", range(2024, 2051))
def test_the_three_eves_are_days_off_every_year(year: int) -> None:
    midsummer = next(date(year, 6, day) for day in range(19, 26) if date(year, 6, day).weekday() == 4)
    assert not any(map(is_working_day, (midsummer, date(year, 12, 24), date(year, 12, 31))))
    for day in (midsummer, date(year, 12, 24), date(year, 12, 31)):
        assert working_day_from(day) > day


@pytest.mark.parametrize(
    ("day", "count", "bank_day"),
    [
        ("2026-11-20", 0, "2026-11-20"),
        ("2026-11-21", 0, "2026-11-23"),
        ("2026-11-20", 1, "2026-11-23"),
        ("2026-11-21", 1, "2026-11-23"),
        ("2026-11-20", 5, "2026-11-27"),
        ("2026-12-21", 5, "2026-12-30"),  # without Christmas Eve, Christmas Day and a week-end
        ("2026-12-30", 1, "2027-01-04"),
        ("2027-03-25", 1, "2027-03-30"),
        ("2026-12-29", 5, "2027-01-08"),
    ],
)
def test_money_moves_on_bank_days_only(day: str, count: int, bank_day: str) -> None:
    assert bank_days_after(on(day), count) == on(bank_day)


@given(DAYS.filter(lambda day: day.year < 2098), st.integers(1, 40), st.integers(0, 40))
def test_bank_days_add_up(day: date, first: int, second: int) -> None:
    assert bank_days_after(bank_days_after(day, first), second) == bank_days_after(day, first + second)
    between = (day + timedelta(days=1 + each) for each in range((bank_days_after(day, first) - day).days))
    assert sum(map(is_working_day, between)) == first


@pytest.mark.parametrize("count", [-1, BANK_DAYS_MAX + 1])
def test_nobody_waits_backwards_or_for_years(count: int) -> None:
    with pytest.raises(ValueError, match="Bank days"):
        bank_days_after(on("2026-11-20"), count)


@pytest.mark.parametrize("year", [FIRST_YEAR - 1, LAST_YEAR + 1, 1, 9999])
def test_a_year_whose_holidays_nobody_knows_is_not_guessed(year: int) -> None:
    with pytest.raises(ValueError, match="not known"):
        is_working_day(date(year, 6, 1) + timedelta(days=(7 - date(year, 6, 1).weekday()) % 7))


@pytest.mark.parametrize(
    ("day", "utc"),
    [
        ("2027-03-31", "2027-03-31T21:59:59"),  # summer time since the last Sunday in March
        ("2027-03-27", "2027-03-27T22:59:59"),
        ("2027-03-28", "2027-03-28T21:59:59"),  # the night that loses an hour
        ("2027-10-30", "2027-10-30T21:59:59"),
        ("2027-10-31", "2027-10-31T22:59:59"),  # the night that gains one
        ("2026-12-31", "2026-12-31T22:59:59"),
        ("2028-02-29", "2028-02-29T22:59:59"),
    ],
)
def test_a_call_closes_one_second_to_midnight_in_sweden(day: str, utc: str) -> None:
    closes = end_of_day(on(day))
    assert closes.replace(microsecond=0) == datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert closes.tzinfo is UTC
    assert closes.astimezone(STOCKHOLM).strftime("%H:%M:%S") == "23:59:59"


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_the_last_moment_is_today_and_the_next_is_tomorrow(day: date) -> None:
    closes = end_of_day(day)
    assert local_date(closes) == day
    assert local_date(closes + timedelta(microseconds=1)) == day + timedelta(days=1)
    assert end_of_day(day + timedelta(days=1)) - closes in [timedelta(hours=hours) for hours in (23, 24, 25)]


@pytest.mark.parametrize(("day", "hours"), [("2027-03-28", 23), ("2027-10-31", 25), ("2027-10-30", 24)])
def test_a_day_may_have_an_hour_less_or_more(day: str, hours: int) -> None:
    assert end_of_day(on(day)) - end_of_day(on(day) - timedelta(days=1)) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2027-03-31T21:59:59.999999+00:00", "2027-03-31"),
        ("2027-03-31T22:00:00+00:00", "2027-04-01"),
        ("2026-12-31T23:00:00+00:00", "2027-01-01"),
        ("2026-12-31T22:59:59+00:00", "2026-12-31"),
        ("2027-03-28T00:59:59+00:00", "2027-03-28"),
        ("2027-10-31T01:00:00+00:00", "2027-10-31"),
        ("2028-02-28T23:00:00+00:00", "2028-02-29"),
        ("2027-06-01T23:30:00-10:00", "2027-06-02"),
    ],
)
def test_a_moment_belongs_to_the_day_it_is_in_sweden(moment: str, day: str) -> None:
    assert local_date(datetime.fromisoformat(moment)) == on(day)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)), st.integers(-14, 14))
def test_the_day_does_not_depend_on_where_the_clock_stands(moment: datetime, hours: int) -> None:
    there = moment.replace(tzinfo=UTC).astimezone(timezone(timedelta(hours=hours)))
    assert local_date(there) == local_date(moment.replace(tzinfo=UTC))


def test_a_moment_without_a_time_zone_has_no_day() -> None:
    with pytest.raises(ValueError, match="time zone"):
        local_date(datetime(2027, 3, 31, 23, 0))
