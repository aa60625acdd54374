"""Answers in words: length, characters, and no personal number anywhere."""

from __future__ import annotations

import re

from shared.form.place import Check, Place, Problems
from shared.identifiers import APPLICANT_GROUPS, LOOKS_PERSONAL, InvalidIdentifier, find_personal_numbers, parse_orgnr
from shared.identifiers.digits import TYPED_MAX
from shared.refused import FieldError
from shared.words import LINE_MAX, NO_CONTROL, ONE_LINE, TEXT_MAX

EMAIL_MAX = 254
PHONE_MAX = 30
URL_MAX = 500

_EMAIL = re.compile(r"[^\s@,;:<>()\[\]\\\"]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,63}")
_PHONE = re.compile(r"(?:\+|0)[\d ()\-]*", re.ASCII)
_PHONE_DIGITS = range(7, 16)  # E.164 has at most fifteen
_URL = re.compile(
    r"(?:[Hh][Tt][Tt][Pp][Ss]?://)?(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,63}(?::\d{1,5})?(?:[/?#]\S*)?"
)
_LINE, _PARAGRAPHS = re.compile(ONE_LINE), re.compile(NO_CONTROL)
_HALF = re.compile("[\ud800-\udfff]")
_POSTAL_CODE = re.compile(r"[1-9]\d{2} ?\d{2}", re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{2}")


def one_line(place: Place, answer: object) -> Problems:
    yield from _written(place, answer, _LINE, place.field.max_length or LINE_MAX)


def short_line(place: Place, answer: object) -> Problems:
    """A part of a larger answer, such as a name in a list: the field's own limit is not about it."""
    yield from _written(place, answer, _LINE, LINE_MAX)


def paragraphs(place: Place, answer: object) -> Problems:
    yield from _written(place, answer, _PARAGRAPHS, place.field.max_length or TEXT_MAX)


def _written(
    place: Place, answer: object, characters: re.Pattern[str], length_max: int, searched: bool = True
) -> Problems:
    if not isinstance(answer, str):
        yield place.problem("Svara med text.", "Answer in words.")
        return
    length = len(answer.replace("\r\n", "\n"))  # a browser sends two characters for each new line it counts as one
    if length > length_max:
        yield place.problem(
            f"Texten är {length} tecken lång. Den får ha högst {length_max}.",
            f"The text is {length} characters long. It may have at most {length_max}.",
        )
    if not characters.match(answer) or not _is_unicode(answer):
        yield place.problem(
            "Texten innehåller tecken som inte kan sparas. Ta bort dem, eller skriv texten för hand.",
            "The text contains characters that cannot be kept. Remove them, or type the text by hand.",
        )
    if searched and find_personal_numbers(answer):
        yield FieldError(place.path, LOOKS_PERSONAL)


def _is_unicode(answer: str) -> bool:
    """Half a character (a lone surrogate) can stand in a JSON string but in no database."""
    return _HALF.search(answer) is None


def _shaped(shape: re.Pattern[str], length_max: int, sv: str, en: str, searched: bool = True) -> Check:
    def check(place: Place, answer: object) -> Problems:
        wrong = list(_written(place, answer, _LINE, length_max, searched))
        yield from wrong
        if not wrong and isinstance(answer, str) and not shape.fullmatch(answer.strip()):
            yield place.problem(sv, en)

    return check


email = _shaped(
    _EMAIL,
    EMAIL_MAX,
    "Skriv en e-postadress, till exempel namn@exempel.se.",
    "Write an e-mail address, for example name@example.se.",
)
# The number after a page's name on social media may look like anything, so web addresses are not searched for persons.
url = _shaped(
    _URL,
    URL_MAX,
    "Skriv en webbadress, till exempel https://www.exempel.se.",
    "Write a web address, for example https://www.example.se.",
    searched=False,
)
postal_code = _shaped(
    _POSTAL_CODE,
    LINE_MAX,
    "Ett postnummer har fem siffror, till exempel 791 71.",
    "A postal code has five digits, for example 791 71.",
)
country = _shaped(
    _COUNTRY, 2, "Skriv landets två bokstäver, till exempel SE.", "Write the country's two letters, for example SE."
)


def phone(place: Place, answer: object) -> Problems:
    """Not searched for personal numbers: too many telephone numbers look like one. It begins with 0 or +."""
    wrong = list(_written(place, answer, _LINE, PHONE_MAX, searched=False))
    yield from wrong
    if wrong or not isinstance(answer, str):
        return
    digits = sum(character.isdigit() for character in answer)
    if not _PHONE.fullmatch(answer.strip()) or digits not in _PHONE_DIGITS:
        yield place.problem(
            "Skriv telefonnumret med riktnummer, till exempel 070-123 45 67.",
            "Write the telephone number with its area code, for example 070-123 45 67.",
        )


def account_number(place: Place, answer: object) -> Problems:
    """Not searched for personal numbers: the account's own check refuses those that could only be a person's."""
    yield from _written(place, answer, _LINE, TYPED_MAX, searched=False)


def organisation_number(place: Place, answer: object) -> Problems:
    """H11: never a personal number."""
    if not isinstance(answer, str):
        yield place.problem("Svara med text.", "Answer in words.")
        return
    try:
        parse_orgnr(answer, APPLICANT_GROUPS)
    except InvalidIdentifier as wrong:
        yield FieldError(place.path, wrong.sentence)
