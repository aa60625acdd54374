"""The document of the events says what the events are: all of them, as they are published, and it is current."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from shared import asyncapi
from shared.catalogue import Event
from tests.events import examples

DOCUMENT = asyncapi.document(examples.PUBLISHED)


def validator(kind: type[Event]) -> Draft202012Validator:
    message = DOCUMENT["components"]["messages"][f"{kind.source}.{kind.type}"]
    return Draft202012Validator(message["payload"] | {"components": DOCUMENT["components"]})


def resolved(reference: str) -> Any:
    found: Any = DOCUMENT
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return found


def references(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*map(references, value.values()))
    return set().union(*map(references, value)) if isinstance(value, list) else set()


def test_the_document_in_the_docs_is_current() -> None:
    assert asyncapi.FILE.read_text() == json.dumps(DOCUMENT, ensure_ascii=False, indent=2) + "\n", (
        "the events have changed: python -m shared.asyncapi"
    )


def test_it_says_when_it_is_not_current(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asyncapi, "FILE", tmp_path / "asyncapi.json")
    assert asyncapi.main(["--check"]) == 1

    assert asyncapi.main([]) == 0

    assert asyncapi.main(["--check"]) == 0
    (tmp_path / "asyncapi.json").write_text("{}")
    assert asyncapi.main(["--check"]) == 1


def test_every_service_that_tells_anything_has_a_channel_with_all_it_tells() -> None:
    for source, channel in DOCUMENT["channels"].items():
        told = {kind for of, kind in examples.PUBLISHED if of == source}
        assert channel["messages"].keys() == told == set(channel["parameters"]["type"]["enum"])
    assert DOCUMENT["channels"].keys() == {source for source, _ in examples.PUBLISHED}


def test_every_reference_leads_somewhere() -> None:
    assert all(resolved(reference) for reference in references(DOCUMENT))


@pytest.mark.parametrize("path", examples.all_of_them(), ids=lambda path: "/".join(examples.key(path)))
def test_every_event_ever_published_is_as_the_document_says(path: Path) -> None:
    kind = examples.PUBLISHED[examples.key(path)]

    validator(kind).validate(json.loads(examples.text(path)))


def test_control_what_is_no_such_event_does_not_pass() -> None:
    kind = examples.PUBLISHED["payouts", "payment.planned"]
    (path,) = examples.of(kind)
    event = json.loads(examples.text(path))

    assert not validator(kind).is_valid(event | {"type": "payment.framed"})
    assert not validator(kind).is_valid(event | {"data": event["data"] | {"amount_ore": -1}})
    assert not validator(kind).is_valid({name: value for name, value in event.items() if name != "subject"})


def test_the_document_can_be_read_by_others_than_python() -> None:
    text = json.dumps(DOCUMENT)

    assert "\\\\Z" not in text
    assert "\\\\A" not in text
    assert "Any" not in DOCUMENT["components"]["schemas"]
