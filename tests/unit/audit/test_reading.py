"""Whatever bytes arrive, audit reads what can be read and is never stopped by the rest."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.audit.reading import YEARS, Reading, read

CASE, OTHER, MEETING = UUID(int=1), UUID(int=2), UUID(int=3)
READABLE = {
    "specversion": "1.0",
    "id": f"{MEETING}-1",
    "source": "review",
    "type": "meeting.called",
    "subject": str(MEETING),
    "time": "2026-03-01T12:00:00.000001Z",
    "authtype": "user",
    "authid": str(OTHER),
    "correlationid": "letter",
    "data": {"cases": [str(OTHER), str(CASE)]},
}


def text(**changes: object) -> bytes:
    return msgspec.json.encode({**READABLE, **changes})


def test_a_fact_is_kept_under_its_subject_and_under_every_case_it_concerns() -> None:
    reading = read(text())

    assert reading == Reading(
        MEETING, "meeting.called", datetime(2026, 3, 1, 12, 0, 0, 1, tzinfo=UTC), (CASE, OTHER, MEETING)
    )


def test_a_fact_of_a_type_nobody_knows_is_kept_under_its_case() -> None:
    assert read(text(type="case.teleported", data={"case": str(CASE), "to": "Mars"})).concerned == (CASE, MEETING)


@pytest.mark.parametrize(
    "unreadable",
    [
        b"",
        b"\xff\x00",
        b"[1, 2]",
        b'"only words"',
        b'{"subject": 7}',
        text().replace(b"meeting.called", b"\xff"),
        text()[:-1],
    ],
)
def test_what_is_no_envelope_is_read_as_nothing(unreadable: bytes) -> None:
    assert read(unreadable) == Reading()


def test_an_envelope_nested_without_end_is_read_as_nothing() -> None:
    assert read(text(data=msgspec.Raw(b"[" * 100_000 + b"]" * 100_000))) == Reading()


@pytest.mark.parametrize("type_", ["", "with space", "a\u0000b", "x" * 61, "\ud83d\ude00"])
def test_a_type_that_no_list_could_show_is_left_out_and_the_rest_is_read(type_: str) -> None:
    reading = read(msgspec.json.encode({**READABLE, "type": type_.encode("utf-16", "surrogatepass").decode("utf-16")}))

    assert reading.type is None
    assert reading.subject == MEETING


@pytest.mark.parametrize(
    "time",
    ["", "yesterday", "2026-03-01T12:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1970-01-01"],
)
def test_a_time_that_is_none_is_left_out_and_the_rest_is_read(time: str) -> None:
    reading = read(text(time=time))

    assert reading.told_at is None
    assert reading.concerned == (CASE, OTHER, MEETING)


def test_data_nobody_can_read_still_concerns_its_subject() -> None:
    assert read(text(data={"case": "not an id"})).concerned == (MEETING,)


@given(st.binary(max_size=200) | st.binary(max_size=20).map(lambda more: text() + more) | st.text().map(str.encode))
def test_reading_never_fails(anything: bytes) -> None:
    assert isinstance(read(anything), Reading)


@given(st.datetimes(timezones=st.timezones()).map(datetime.isoformat) | st.text(max_size=30))
def test_a_time_is_always_one_that_a_database_keeps(time: str) -> None:
    told_at = read(text(time=time)).told_at

    assert told_at is None or (told_at.tzinfo is UTC and YEARS[0] - 1 <= told_at.year <= YEARS[-1] + 1)
