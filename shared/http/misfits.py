"""What does not fit a limit, said to whoever wrote it: pages show these words at the field, programs read them too."""

from __future__ import annotations

import re

from shared.words import Text

LENGTH = re.compile(r"Expected `(?P<kind>str|array)` of length (?P<side><=|>=) (?P<limit>\d+)$")
SIZE = re.compile(r"Expected `(?:int|float)` (?P<side><=|>=|<|>) ")
SIGNS = "Expected `str` matching regex '^[^"
"""Signs that a text may not hold. Every other pattern says how the whole is to be written."""
FORM = "Expected `str` matching regex"

TOO_LONG = Text("Det är för långt: högst {limit} tecken får plats.", "It is too long: at most {limit} characters fit.")
EMPTY = Text("Skriv något här.", "Write something here.")
TOO_SHORT = Text("Det är för kort: minst {limit} tecken behövs.", "It is too short: at least {limit} are needed.")
TOO_MANY = Text("Det är för många: högst {limit} går.", "There are too many: at most {limit}.")
TOO_FEW = Text("Det är för få: minst {limit} behövs.", "There are too few: at least {limit} are needed.")
TOO_LARGE = Text("Talet är för stort.", "The number is too large.")
TOO_SMALL = Text("Talet är för litet.", "The number is too small.")
UNSEEN = Text(
    "Här finns ett tecken som inte syns och som inte går att spara. Det kan ha följt med när texten klistrades in. "
    "Skriv den för hand i stället.",
    "There is a sign here that does not show and cannot be kept. It may have come along when the text was pasted. "
    "Write it by hand instead.",
)
WRITTEN_OTHERWISE = Text("Det är inte skrivet så som det ska.", "It is not written as it should be.")

SWEDISH = (
    ("Object contains unknown field", "Det finns ett fält som inte känns igen"),
    ("Object missing required field", "Det saknas ett fält som behövs"),
    ("Expected", "Värdet är av fel slag eller utanför gränserna"),
)


def misfit(what: str) -> Text:
    """From the decoder's own words. What only a program can get wrong is told to it in English as the decoder does."""
    if found := LENGTH.match(what):
        return _with(_length(found["kind"], found["side"], int(found["limit"])), found["limit"])
    if found := SIZE.match(what):
        return TOO_LARGE if found["side"].startswith("<") else TOO_SMALL
    if what.startswith(FORM):
        return UNSEEN if what.startswith(SIGNS) else WRITTEN_OTHERWISE
    return Text(_in_swedish(what), f"{what}.")


def _length(kind: str, side: str, limit: int) -> Text:
    if kind == "array":
        return TOO_MANY if side == "<=" else TOO_FEW
    if side == "<=":
        return TOO_LONG
    return EMPTY if limit == 1 else TOO_SHORT


def _with(words: Text, limit: str) -> Text:
    return Text(words.sv.format(limit=limit), words.en.format(limit=limit))


def _in_swedish(what: str) -> str:
    for english, swedish in SWEDISH:
        if what.startswith(english):
            name = what.partition("`")[2].partition("`")[0] if "field" in english else ""
            return f"{swedish}: {name}." if name else f"{swedish}."
    return "Värdet är inte giltigt."
