"""Lists: pages by cursor; a cursor comes back from outside, so it may be anything."""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.http.lists import WrongCursor, cursor, page, read_cursor

SHAPES = [tuple[UUID], tuple[date, UUID], tuple[datetime, UUID], tuple[int], tuple[str, int], tuple[UUID, int]]
MOMENT = datetime(2026, 6, 1, 12, 30, 15, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    ("shape", "keys"),
    [
        (tuple[UUID], (UUID(int=7),)),
        (tuple[date, UUID], (date(2026, 6, 1), UUID(int=7))),
        (tuple[datetime, UUID], (MOMENT, UUID(int=7))),
        (tuple[str, int], ("Å/?+", 2**63 - 1)),
    ],
)
def test_a_cursor_comes_back_as_it_went_out(shape: Any, keys: tuple[Any, ...]) -> None:
    assert read_cursor(cursor(*keys), shape) == keys


def test_without_a_cursor_it_is_the_first_page() -> None:
    assert read_cursor(None, tuple[UUID]) is None


def test_a_page_says_where_the_next_begins_only_if_there_is_one() -> None:
    full = page([1, 2, 3], 2, str, lambda row: (row,))
    last = page([1, 2], 2, str, lambda row: (row,))

    assert (full.items, read_cursor(full.next, tuple[int])) == (["1", "2"], (2,))
    assert (last.items, last.next) == (["1", "2"], None)


def written(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


HOSTILE = [
    "",
    "!",
    "å" * 20,
    "AAAA",
    "=" * 8,
    "\x00",
    written("[]"),
    written("null"),
    written("{}"),
    written('["x"]'),
    written("[1,2,3,4]"),
    written("[1e400]"),
    written("[" * 90),
    written('["1 or 1=1"]'),
    written('["0001-01-01T00:00:00+14:00","00000000-0000-0000-0000-000000000001"]'),
    written('["9999-12-31T23:59:59-14:00","00000000-0000-0000-0000-000000000001"]'),
    written('["2026-01-01T00:00:00","00000000-0000-0000-0000-000000000001"]'),
    written("[9223372036854775808]"),
    written('["a\\u0000b",1]'),
    written('["\\ud800",1]'),
]


@pytest.mark.parametrize("after", HOSTILE)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_cursor_that_no_row_could_have_is_refused(after: str, shape: Any) -> None:
    with pytest.raises(WrongCursor):
        read_cursor(after, shape)


@given(
    st.text(max_size=200) | st.binary(max_size=150).map(lambda raw: base64.urlsafe_b64encode(raw).decode()),
    st.sampled_from(SHAPES),
)
def test_no_cursor_is_an_error(after: str, shape: Any) -> None:
    try:
        keys = read_cursor(after, shape)
    except WrongCursor:
        return
    assert msgspec.convert(keys, shape, builtin_types=(UUID, date, datetime)) == keys
