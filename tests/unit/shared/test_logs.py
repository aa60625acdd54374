"""What is logged is one JSON object a line, whatever is in it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from uuid import UUID

import pytest
import structlog
from structlog.testing import capture_logs

from shared import logs

SOMEBODY = UUID("0af76519-16cd-43dd-8448-eb211c80319c")


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """Everything logged meanwhile; afterwards it is as it was."""
    before = structlog.get_config()
    written = io.StringIO()
    logs.configure(written)
    yield written
    structlog.configure(**before)


def test_a_line_holds_what_it_was_given_and_when(stream: io.StringIO) -> None:
    log = structlog.get_logger("test")
    log.info("first", route="/ärenden", status=200, actor=SOMEBODY, odd={1: {2}}, kind=SOMEBODY.__class__)
    log.warning("second", text='"\n\x1b[31m')

    first, second = [json.loads(line) for line in stream.getvalue().splitlines()]

    assert first["event"] == "first"
    assert first["level"] == "info"
    assert first["timestamp"].endswith("Z")
    assert first["route"] == "/ärenden"
    assert first["actor"] == str(SOMEBODY)
    assert first["kind"] == "<class 'uuid.UUID'>"
    assert second["text"] == '"\n\x1b[31m'
    assert "ärenden" in stream.getvalue()
    assert "\x1b" not in stream.getvalue()


def test_half_a_character_from_outside_costs_no_line(stream: io.StringIO) -> None:
    structlog.get_logger("test").info("half", text="\ud800")

    assert json.loads(stream.getvalue())["text"] == "\ud800"


def test_what_failed_is_told_without_what_people_wrote(stream: io.StringIO) -> None:
    secret = "a personal number"
    try:
        raise LookupError(len(secret))
    except LookupError:
        structlog.get_logger("test").exception("failed")

    assert json.loads(stream.getvalue())["exception"][0]["exc_type"] == "LookupError"
    assert secret not in stream.getvalue()


def test_a_logger_that_has_spoken_is_still_heard_by_tests(stream: io.StringIO) -> None:
    log = structlog.get_logger("test")
    log.info("before")
    with capture_logs() as lines:
        log.info("within")

    assert [line["event"] for line in lines] == ["within"]
    assert "within" not in stream.getvalue()
