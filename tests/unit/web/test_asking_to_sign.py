"""The letter to whoever gives the second signature: easy to read, and with no link in it but the fund's own."""

from __future__ import annotations

import re
from datetime import date

import pytest

from services.web.signing_in.letters import asks_to_sign
from shared.words import Language
from tests.lix import lix

LINK = "http://example.se/drafts/1"
ABOUT = {"association": "Föreningen Röststyrka", "call": "våren 2027", "fund": "Fonden", "signed_by": "Kim Ek"}
EASY = 40
LAST_DAY = date(2027, 3, 31)


def test_a9_the_letter_that_asks_for_the_second_signature_is_easy_to_read() -> None:
    words = str(asks_to_sign("bo@example.se", LINK, ABOUT, LAST_DAY, "sv").get_content())

    assert "Ansökan är inte inne förrän ni båda har skrivit under." in words
    assert "onsdag 31 mars" in words
    assert lix(words.replace(LINK, "")) <= EASY


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("name", ["association", "signed_by"])
def test_nobody_is_called_a_link(name: str, language: Language) -> None:
    called = ABOUT | {name: "Vinn på https://fel.example/vinn\u2028eller skriv till fel@fel.example"}

    words = str(asks_to_sign("bo@example.se", LINK, called, LAST_DAY, language).get_content())

    assert re.findall(r"\S+://\S+|\S+@\S+|fel\.\S+", words) == [LINK]
    control = str(asks_to_sign("bo@example.se", LINK, ABOUT, LAST_DAY, language).get_content())
    assert ABOUT[name] in control, "the control: a name is read as it was"


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a10_what_the_fund_writes_down_has_no_last_day_to_sign(language: Language) -> None:
    """It counts from the day it came."""
    with_one, without = (
        str(asks_to_sign("bo@example.se", LINK, ABOUT, day, language).get_content()) for day in (LAST_DAY, None)
    )

    said = next(line for line in with_one.splitlines() if "31" in line)
    assert without == with_one.replace(f"{said}\n\n", "")
    assert "2027" in said
