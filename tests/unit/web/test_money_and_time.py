"""Amounts and times are written as people in each language write them."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from services.web.site.money_and_time import ZONE, Written, last_day

SV, EN = Written("sv"), Written("en")


@pytest.mark.parametrize(
    ("ore", "sv", "en"),
    [
        (2_500_000, "25 000 kr", "SEK 25,000"),
        (0, "0 kr", "SEK 0"),
        (12_345, "123,45 kr", "SEK 123.45"),
        (12_340, "123,40 kr", "SEK 123.40"),
        (None, "", ""),
    ],
)
def test_an_amount_is_written_in_kronor(ore: int | None, sv: str, en: str) -> None:
    assert SV.kr(ore).replace("\N{NO-BREAK SPACE}", " ") == sv
    assert EN.kr(ore).replace("\N{NO-BREAK SPACE}", " ") == en


def test_a_day_has_its_weekday_and_another_year_is_told() -> None:
    assert SV.day("2031-03-31") == "måndag 31 mars 2031"
    assert EN.day("2031-03-31") == "Monday 31 March 2031"
    assert SV.day(date(datetime.now(ZONE).year, 12, 24)).endswith("24 december")


def test_what_is_sent_is_dated_with_its_year_whenever_it_is_written() -> None:
    assert SV.day_for_good("2031-03-31") == "måndag 31 mars 2031"
    assert SV.day_for_good(date(datetime.now(ZONE).year, 12, 24)).endswith(f"24 december {datetime.now(ZONE).year}")


def test_a_moment_is_told_in_the_fund_s_own_time() -> None:
    assert SV.clock("2027-03-31T19:07:00Z") == "21.07"
    assert EN.clock("2027-03-31T19:07:00Z") == "21:07"
    assert SV.moment("2031-03-31T22:30:00Z") == "1 april 2031 00.30"


@pytest.mark.parametrize(
    ("day", "sv", "en"),
    [
        ("2027-03-31", "om 12 dagar", "in 12 days"),
        ("2027-03-20", "i morgon", "tomorrow"),
        ("2027-03-19", "i dag", "today"),
        ("2027-03-18", "i går", "yesterday"),
        ("2027-03-16", "för 3 dagar sedan", "3 days ago"),
    ],
)
def test_a13_how_far_away_a_day_is_stands_in_words(day: str, sv: str, en: str) -> None:
    assert SV.in_days(day, "2027-03-19") == sv
    assert EN.in_days(day, "2027-03-19") == en


def test_what_closes_at_midnight_has_the_day_before_as_its_last_day() -> None:
    assert last_day("2027-03-31T22:00:00Z") == date(2027, 3, 31)
