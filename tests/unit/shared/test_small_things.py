"""The clock, the languages, the ids, the texts: small things that everything leans on."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import words
from shared.clock import by_the_programme, on_the_wire, received
from shared.http.language import language_of
from shared.uuid7 import uuid7

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def test_the_programmes_clock_is_the_databases_clock_and_its_offset() -> None:
    assert by_the_programme(NOON, 0) == NOON
    assert by_the_programme(NOON, 86_400) == NOON + timedelta(days=1)


def test_a_request_is_received_when_its_first_byte_came(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "monotonic", lambda: 1_005.0)
    assert received(NOON, 1_000.0) == NOON - timedelta(seconds=5)


def test_nobody_is_received_in_the_future() -> None:
    assert received(NOON, time.monotonic() + 1_000) == NOON


def test_moments_on_the_wire_are_in_utc_to_the_microsecond() -> None:
    assert on_the_wire(NOON) == "2026-06-01T12:00:00.000000Z"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "sv"),
        ("", "sv"),
        ("*", "sv"),
        ("fi", "sv"),
        ("en", "en"),
        ("EN-GB", "en"),
        ("sv, en", "sv"),
        ("en, sv", "en"),
        ("sv;q=0.5, en;q=0.8", "en"),
        ("en;q=0.5, sv-SE;q=0.8", "sv"),
        ("en;q=0", "sv"),
        ("fi, en;q=0.1", "en"),
        ("en;q=nan", "sv"),
        ("en;q=inf, sv", "en"),
        ("en;q=-1", "sv"),
        ("en;q=", "sv"),
    ],
)
def test_the_language_is_what_the_reader_prefers_of_the_two(header: str | None, language: str) -> None:
    assert language_of(header) == language


@given(st.text(max_size=400))
def test_whatever_a_browser_says_there_is_a_language(header: str) -> None:
    assert language_of(header) in ("sv", "en")


def test_ids_are_version_seven_and_sort_by_when_they_were_made() -> None:
    before = time.time_ns() // 1_000_000
    made = [uuid7() for _ in range(50)]
    after = time.time_ns() // 1_000_000

    assert len(set(made)) == 50
    assert {(one.version, one.variant) for one in made} == {(7, "specified in RFC 4122")}
    assert all(before <= one.int >> 80 <= after for one in made)
    earlier = UUID(int=made[0].int - (1 << 80))
    assert earlier < made[0]


def takes(kind: object, value: object) -> bool:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return False
    return True


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\x7f", "\u202e", "\u2066", "\x0b"])
def test_no_text_holds_what_a_database_or_a_page_would_choke_on(character: str) -> None:
    assert not takes(words.FreeText, f"a{character}b")
    assert not takes(words.Line, f"a{character}b")
    assert not takes(words.Code, f"a{character}b")


def test_a_line_is_one_line_and_a_text_may_be_several() -> None:
    assert takes(words.FreeText, "en rad\n\ten till")
    assert not takes(words.Line, "en rad\nen till")
    assert not takes(words.Line, "en rad\n")
    assert not takes(words.Line, "")
    assert not takes(words.Code, "kod\n")
    assert takes(words.Line, "Föreningen Ögat – 祭り 🎉")


@pytest.mark.parametrize(
    ("amount", "fits"),
    [
        (0, True),
        (10**13, True),
        (10**13 + 1, False),
        (-1, False),
        (1.0, False),
        (1.5, False),
        (True, False),
        ("1", False),
        (2**63, False),
    ],
)
def test_an_amount_is_whole_ore_within_what_any_fund_holds(amount: object, fits: bool) -> None:
    assert takes(words.Ore, amount) is fits


def test_a_time_in_another_zone_is_the_same_moment() -> None:
    stockholm = timezone(timedelta(hours=2))

    assert by_the_programme(NOON.astimezone(stockholm), 60) == NOON + timedelta(seconds=60)
