"""Answers that are no prose: numbers, choices, yes and no, dates."""

from __future__ import annotations

import datetime
import re

from babel.dates import format_date

from shared.form.place import Place, Problems
from shared.programme import Period
from shared.words import ORE_MAX

SCALE_STEPS = range(1, 6)
CHOICES_MAX = 200

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def integer(place: Place, answer: object) -> Problems:
    if type(answer) is not int:  # in Python True is an int; here it is no number
        yield place.problem("Svara med ett heltal.", "Answer with a whole number.")
        return
    least, most = _bounds(place)
    if not least <= answer <= most:
        yield place.problem(f"Talet ska ligga mellan {least} och {most}.", f"The number should be {least} to {most}.")


def money(place: Place, answer: object) -> Problems:
    """Integer öre. The form asks for kronor; whoever reads the form multiplies."""
    if type(answer) is not int:
        yield place.problem("Svara med ett belopp.", "Answer with an amount.")
        return
    least, most = _bounds(place)
    least = max(least, 0)
    if answer > most:
        yield place.problem(f"Beloppet får vara högst {_kronor(most)}.", f"The amount may be at most {_kronor(most)}.")
    if answer < least:
        yield place.problem(
            f"Beloppet ska vara minst {_kronor(least)}.", f"The amount must be at least {_kronor(least)}."
        )


def amount(place: Place, answer: object) -> Problems:
    """Öre in a row of a table: the field's own limits are not about it."""
    if type(answer) is not int or not 0 <= answer <= ORE_MAX:
        yield place.problem("Skriv ett belopp, 0 eller mer.", "Write an amount, 0 or more.")


def _kronor(ore: int) -> str:
    whole, rest = divmod(ore, 100)
    written = f"{whole:,}".replace(",", "\u00a0")
    return f"{written},{rest:02d}\u00a0kr" if rest else f"{written}\u00a0kr"


def _bounds(place: Place) -> tuple[int, int]:
    field = place.field
    least = _known(place, field.minimum_from) if field.minimum_from else field.minimum
    most = _known(place, field.maximum_from) if field.maximum_from else field.maximum
    return -ORE_MAX if least is None else least, ORE_MAX if most is None else most


def _known(place: Place, name: str) -> int | None:
    """The call's own limit, when the form is checked against a call."""
    limit = place.facts.get(name)
    return limit if type(limit) is int else None


def boolean(place: Place, answer: object) -> Problems:
    if not isinstance(answer, bool):
        yield place.problem("Svara ja eller nej.", "Answer yes or no.")


def checkbox(place: Place, answer: object) -> Problems:
    yield from boolean(place, answer)
    if answer is False and place.field.required:
        yield place.problem("Kryssa i rutan om det stämmer.", "Tick the box if it is so.")


def scale(place: Place, answer: object) -> Problems:
    if type(answer) is not int or answer not in SCALE_STEPS:
        yield place.problem("Välj ett steg från 1 till 5.", "Choose a step from 1 to 5.")


def select(place: Place, answer: object) -> Problems:
    if answer not in [option.key for option in place.options]:
        yield place.problem("Välj ett av alternativen.", "Choose one of the options.")


def multi_select(place: Place, answer: object) -> Problems:
    known = {option.key for option in place.options}
    if (
        not isinstance(answer, (list, tuple))
        or len(answer) > CHOICES_MAX
        or not all(isinstance(choice, str) and choice in known for choice in answer)
        or len(set(answer)) != len(answer)
    ):
        yield place.problem(
            "Välj bland alternativen, varje högst en gång.", "Choose among the options, each at most once."
        )


def as_date(answer: object) -> datetime.date | None:
    """The day, when the answer is a day that exists, written 2027-06-01."""
    if not isinstance(answer, str) or not _DATE.fullmatch(answer):
        return None
    try:
        return datetime.date.fromisoformat(answer)
    except ValueError:  # a day that no calendar has is an answer, not a fault
        return None


def day(place: Place, answer: object) -> Problems:
    """A day that is part of a larger answer; the answer as a whole says what it lies within."""
    if as_date(answer) is None:
        yield place.problem("Skriv datumet så här: 2027-06-01.", "Write the date like this: 2027-06-01.")


def date(place: Place, answer: object) -> Problems:
    yield from day(place, answer)
    when = as_date(answer)
    if when is not None:
        yield from within(place, when, when)


def _in_words(day: datetime.date, language: str) -> str:
    return format_date(day, "d MMMM y", locale=language)


def within(place: Place, first: datetime.date, last: datetime.date) -> Problems:
    """Inside the call's period, both days included, when the form is checked against a call."""
    period = place.facts.get(place.field.within or "")
    if isinstance(period, Period) and not period.starts_on <= first <= last <= period.ends_on:
        yield place.problem(
            f"Det ska ske mellan {_in_words(period.starts_on, 'sv')} och {_in_words(period.ends_on, 'sv')}.",
            f"It should be between {_in_words(period.starts_on, 'en')} and {_in_words(period.ends_on, 'en')}.",
        )
