"""Amounts in figures and in words, as a decision says them: 25 000 kronor (tjugofemtusen kronor)."""

from __future__ import annotations

from shared.words import Language

ORE_PER_KRONA = 100
WORDS_MAX = 10**9
"""Larger amounts are written in figures only."""

SV = (
    "noll", "ett", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio",
    "tio", "elva", "tolv", "tretton", "fjorton", "femton", "sexton", "sjutton", "arton", "nitton",
)  # fmt: skip
SV_TENS = (
    "tjugo", "trettio", "fyrtio", "femtio", "sextio", "sjuttio", "åttio", "nittio",
)  # fmt: skip
EN = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
EN_TENS = (
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
)  # fmt: skip


def kronor(ore: int, language: Language) -> str:
    """25 000 kronor; 12,50 kronor where there are öre. Spaces that do not break."""
    whole, rest = divmod(ore, ORE_PER_KRONA)
    figures = f"{whole:,}".replace(",", "\N{NO-BREAK SPACE}" if language == "sv" else ",")
    if rest:
        figures += f"{',' if language == 'sv' else '.'}{rest:02d}"
    return f"{figures}\N{NO-BREAK SPACE}{'krona' if ore == ORE_PER_KRONA else 'kronor'}"


def kronor_in_words(ore: int, language: Language) -> str:
    """The words, or nothing where there are öre or too many kronor for words to help."""
    whole, rest = divmod(ore, ORE_PER_KRONA)
    if rest or whole >= WORDS_MAX:
        return ""
    if whole == 1:
        return "en krona" if language == "sv" else "one krona"
    return f"{_sv(whole) if language == 'sv' else _en(whole)} kronor"


def _sv(number: int) -> str:
    if number < len(SV):
        return SV[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return SV_TENS[tens - 2] + (SV[ones] if ones else "")
    if number < 1_000:
        hundreds, rest = divmod(number, 100)
        return f"{SV[hundreds]}hundra{_sv(rest) if rest else ''}"
    if number < 1_000_000:
        thousands, rest = divmod(number, 1_000)
        return f"{_sv(thousands)}tusen{_sv(rest) if rest else ''}".replace("etttusen", "ettusen")
    millions, rest = divmod(number, 1_000_000)
    one = "en miljon" if millions == 1 else f"{_sv(millions)} miljoner"
    return f"{one} {_sv(rest)}" if rest else one


def _en(number: int) -> str:
    if number < len(EN):
        return EN[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return EN_TENS[tens - 2] + (f"-{EN[ones]}" if ones else "")
    for size, name in ((1_000_000, "million"), (1_000, "thousand"), (100, "hundred")):
        if number >= size:
            many, rest = divmod(number, size)
            joint = " and " if 0 < rest < 100 else " "
            return f"{_en(many)} {name}{joint + _en(rest) if rest else ''}"
    raise ValueError(number)
