"""Everything ever published is readable today, and nothing of what it said is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from shared.catalogue import Event
from shared.envelope import EVENT_MAX_BYTES, Envelope, concerns, event_of, unseal
from tests.events import examples
from tests.events.made_up import made_up, text_of

EXAMPLES = examples.all_of_them()


def named(path: Path) -> str:
    return "/".join(examples.key(path))


@pytest.mark.parametrize("kind", examples.PUBLISHED.values(), ids=lambda kind: f"{kind.source}/{kind.type}")
def test_every_event_has_an_example(kind: type[Event]) -> None:
    assert examples.of(kind), f"{kind.source} {kind.type} has no example: python -m tests.events makes one"


@pytest.mark.parametrize("path", EXAMPLES, ids=named)
def test_every_event_ever_published_is_still_known_and_still_read(path: Path) -> None:
    envelope = unseal(examples.text(path))

    assert (envelope.source, envelope.type) == examples.key(path)
    assert examples.key(path) in examples.PUBLISHED, "events are only ever added"
    event = event_of(envelope)
    assert msgspec.json.decode(msgspec.json.encode(event), type=type(event)) == event
    assert len(examples.text(path).encode()) <= EVENT_MAX_BYTES


@pytest.mark.parametrize("path", EXAMPLES, ids=named)
def test_nothing_that_was_said_is_lost_or_read_as_something_else(path: Path) -> None:
    envelope = unseal(examples.text(path))

    data = msgspec.json.decode(envelope.data)
    assert said_still(msgspec.json.decode(msgspec.json.encode(event_of(envelope))), data)
    told = msgspec.json.decode(examples.text(path))
    assert said_still(msgspec.json.decode(msgspec.json.encode(envelope)), told)
    assert told.keys() <= set(Envelope.__struct_fields__)


def said_still(now: Any, then: Any) -> bool:
    """Whether `now` says all that `then` said; it may say more."""
    if isinstance(then, dict):
        return isinstance(now, dict) and all(key in now and said_still(now[key], value) for key, value in then.items())
    if isinstance(then, list):
        return isinstance(now, list) and len(now) == len(then) and all(map(said_still, now, then))
    return type(now) is type(then) and now == then


@pytest.mark.parametrize("path", EXAMPLES, ids=named)
def test_an_example_is_one_line_of_the_exact_text(path: Path) -> None:
    text = examples.text(path)

    assert "\n" not in text
    assert msgspec.json.encode(msgspec.json.decode(text)).decode() == text


@pytest.mark.parametrize("path", EXAMPLES, ids=named)
def test_an_event_concerns_the_cases_it_names(path: Path) -> None:
    envelope = unseal(examples.text(path))
    data = msgspec.json.decode(envelope.data)

    named_cases = [*data.get("cases", []), *([data["case"]] if "case" in data else [])]
    assert {str(one) for one in concerns(envelope)} == {str(envelope.subject), *named_cases}


@pytest.mark.parametrize("kind", examples.PUBLISHED.values(), ids=lambda kind: f"{kind.source}/{kind.type}")
def test_an_event_without_its_newest_fields_is_read_as_well(kind: type[Event]) -> None:
    """Add-only, seen from the other side: every field that has a default may be missing."""
    data = msgspec.json.decode(msgspec.json.encode(made_up(kind)))
    needed = {field.name for field in msgspec.structs.fields(kind) if field.required}

    oldest = {name: value for name, value in data.items() if name in needed}

    assert isinstance(msgspec.json.decode(msgspec.json.encode(oldest), type=kind), kind)


def test_control_a_field_renamed_or_retyped_is_noticed() -> None:
    text = text_of(made_up(examples.PUBLISHED["payouts", "payment.planned"]))
    then = msgspec.json.decode(unseal(text).data)

    assert said_still(then | {"new": 1}, then)
    assert not said_still({("amount" if name == "amount_ore" else name): value for name, value in then.items()}, then)
    assert not said_still(then | {"amount_ore": str(then["amount_ore"])}, then)
