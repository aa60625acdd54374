"""How amounts, numbers, days and moments are written for people, in their language and in the fund's time zone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal

from shared.words import Language

ZONE = ZoneInfo("Europe/Stockholm")
ORE_PER_KRONA = 100
DECIMALS_MAX = 3
SWEDISH_SIGNS = {ord(","): "\N{NO-BREAK SPACE}", ord("."): ","}
LOCALES = {"sv": "sv_SE", "en": "en_GB"}
DAYS_KEPT = 2_000
"""A page says the same few days again and again, and babel takes its time over each."""


@lru_cache(DAYS_KEPT)
def _in_words(on: date, pattern: str, locale: str) -> str:
    return str(format_date(on, pattern, locale=locale))


class Written:
    """Amounts and times, as one language writes them."""

    def __init__(self, language: Language) -> None:
        self._sv = language == "sv"
        self._locale = LOCALES[language]

    # Numbers

    def number(self, value: float) -> str:
        if value < 0:
            return str(format_decimal(value, locale=self._locale))
        return self._grouped(f"{value:,.{DECIMALS_MAX}f}".rstrip("0").rstrip("."))

    def kronor(self, ore: int | None) -> str:
        """Öre as kronor without the unit; with the öre only where there are any."""
        if ore is None:
            return ""
        whole, rest = divmod(ore, ORE_PER_KRONA)
        if whole >= 0:
            return self._grouped(f"{whole:,}" if rest == 0 else f"{whole:,}.{rest:02d}")
        pattern = "#,##0" if rest == 0 else "#,##0.00"
        return str(format_decimal(whole if rest == 0 else ore / ORE_PER_KRONA, format=pattern, locale=self._locale))

    def _grouped(self, english: str) -> str:
        """A number in this language from one with English signs: quicker than babel, for tables hold hundreds."""
        return english.translate(SWEDISH_SIGNS) if self._sv else english

    def kr(self, ore: int | None) -> str:
        if ore is None:
            return ""
        return f"{self.kronor(ore)}\N{NO-BREAK SPACE}kr" if self._sv else f"SEK\N{NO-BREAK SPACE}{self.kronor(ore)}"

    # Times

    def day(self, when: str | date | None) -> str:
        """Weekday, day and month: "onsdag 31 mars"; with the year where it is another than this year."""
        on = as_day(when)
        if on is None:
            return ""
        year = "" if on.year == datetime.now(ZONE).year else " y"
        return _in_words(on, f"EEEE d MMMM{year}", self._locale)

    def day_for_good(self, when: str | date | None) -> str:
        """As `day`, always with its year: for what is sent, and read another time."""
        on = as_day(when)
        return "" if on is None else _in_words(on, "EEEE d MMMM y", self._locale)

    def day_year(self, when: str | date | None) -> str:
        on = as_day(when)
        return "" if on is None else _in_words(on, "d MMMM y", self._locale)

    def clock(self, when: str | datetime | None) -> str:
        at = as_moment(when)
        return "" if at is None else at.strftime("%H.%M" if self._sv else "%H:%M")

    def moment(self, when: str | datetime | None) -> str:
        at = as_moment(when)
        if at is None:
            return ""
        year = "" if at.year == datetime.now(ZONE).year else " y"
        return f"{_in_words(at.date(), f'd MMMM{year}', self._locale)} {self.clock(at)}"

    def in_days(self, when: str | date | None, today: str | date | None = None) -> str:
        """How far away a day is, in words: "om 12 dagar", "i dag", "för 3 dagar sedan"."""
        on = as_day(when)
        if on is None:
            return ""
        days = (on - (as_day(today) or datetime.now(ZONE).date())).days
        if abs(days) <= 1:
            sv, en = {0: ("i dag", "today"), 1: ("i morgon", "tomorrow"), -1: ("i går", "yesterday")}[days]
        elif days > 0:
            sv, en = f"om {days} dagar", f"in {days} days"
        else:
            sv, en = f"för {-days} dagar sedan", f"{-days} days ago"
        return sv if self._sv else en


def as_moment(when: str | datetime | None) -> datetime | None:
    """In the fund's time zone. Raises ValueError where it is no moment."""
    if not when:
        return None
    return (when if isinstance(when, datetime) else datetime.fromisoformat(when)).astimezone(ZONE)


def as_day(when: str | date | None) -> date | None:
    """A day as it stands, or the day of a moment in the fund's time zone. Raises ValueError."""
    if not when:
        return None
    if isinstance(when, datetime) or (isinstance(when, str) and "T" in when):
        moment = as_moment(when)
        return moment.date() if moment else None
    return when if isinstance(when, date) else date.fromisoformat(when)


def last_day(closes_at: str) -> date:
    """The last day to do something that must be done before this moment."""
    moment = as_moment(closes_at)
    if moment is None:
        raise ValueError("no moment")
    return (moment - timedelta(microseconds=1)).date()
