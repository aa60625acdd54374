"""The events as a document others can build on: AsyncAPI 3.0, made from the very structs that write and read them.

`python -m shared.asyncapi` writes `docs/asyncapi.json`; with `--check` it only says whether that file is current.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterable, Mapping
from inspect import cleandoc
from pathlib import Path
from typing import Any

import msgspec

from shared.catalogue import CATALOGUE, Event
from shared.envelope import EVENT_MAX_BYTES, Envelope

FILE = Path(__file__).parents[1] / "docs" / "asyncapi.json"
SCHEMA = "#/components/schemas/{name}"
CONTENT_TYPE = "application/cloudevents+json"

ABOUT = f"""
Every service writes each fact into a journal, numbered 1, 2, 3 … without gaps, and tells it in a stream of its own:
message n is fact n.

The text of a message is a CloudEvent (1.0, structured JSON) of at most {EVENT_MAX_BYTES} bytes: exactly what is stored,
hashed and kept by audit.
Events hold ids, amounts in öre, dates, codes and salted digests: never a name, an account number or free text.

Fields are only ever added, with defaults, and no event disappears: read past what you do not know.
"""


def document(catalogue: Mapping[tuple[str, str], type[Event]]) -> dict[str, Any]:
    """The whole document; what is in it follows from the catalogue alone."""
    events = sorted(catalogue.values(), key=lambda event: (event.source, event.type))
    (envelope, *data), schemas = msgspec.json.schema_components([Envelope, *events], ref_template=SCHEMA)
    named = dict(zip(events, data, strict=True))
    sources = sorted({event.source for event in events})
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Bifall: what the services tell",
            "version": "1.0.0",
            "description": cleandoc(ABOUT),
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": {source: _channel(source, _told_by(source, events)) for source in sources},
        "operations": {f"{source}_tells": _operation(source, _told_by(source, events)) for source in sources},
        "components": {
            "messages": {_name(event): _message(event, envelope, named[event]) for event in events},
            "schemas": _portable(_envelope_free_of_data(schemas)),
        },
    }


def _told_by(source: str, events: Iterable[type[Event]]) -> list[type[Event]]:
    return [event for event in events if event.source == source]


def _name(event: type[Event]) -> str:
    return f"{event.source}.{event.type}"


def _channel(source: str, events: list[type[Event]]) -> dict[str, Any]:
    return {
        "address": f"{source}.{{type}}",
        "description": f"The stream `{source}`: everything that service tells, in the order it happened.",
        "parameters": {
            "type": {"description": "What happened: the type of the event.", "enum": [event.type for event in events]}
        },
        "messages": {event.type: {"$ref": f"#/components/messages/{_name(event)}"} for event in events},
    }


def _operation(source: str, events: list[type[Event]]) -> dict[str, Any]:
    channel = f"#/channels/{source}"
    return {
        "action": "send",
        "channel": {"$ref": channel},
        "summary": f"Only {source} tells this, each fact once.",
        "messages": [{"$ref": f"{channel}/messages/{event.type}"} for event in events],
    }


def _message(event: type[Event], envelope: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {"name": event.type, "title": re.sub(r"(?<!^)([A-Z])", r" \1", event.__name__).capitalize()}
    if "__doc__" in vars(event) and (words := _own_words(event)):
        told["summary"] = words
    return told | {
        "contentType": CONTENT_TYPE,
        "payload": {
            "allOf": [
                envelope,
                {
                    "type": "object",
                    "required": ["data"],
                    "properties": {"source": {"const": event.source}, "type": {"const": event.type}, "data": data},
                },
            ]
        },
    }


def _own_words(event: type[Event]) -> str:
    """Its docstring; nothing for an event whose name says it all, which has only what its parent says."""
    words = event.__doc__
    return "" if words is None or words == Event.__doc__ else " ".join(cleandoc(words).split())


def _envelope_free_of_data(schemas: dict[str, Any]) -> dict[str, Any]:
    """What `data` is differs from message to message, and each says so itself."""
    envelope = schemas[Envelope.__name__]
    envelope["properties"].pop("data")
    envelope["required"].remove("data")
    return schemas


def _portable(value: Any, key: str = "") -> Any:
    """Patterns as JSON Schema has them (elsewhere `\\A` and `\\Z` are unknown), and words without our indents."""
    match value:
        case dict():
            return {name: _portable(part, name) for name, part in value.items()}
        case list():
            return [_portable(part) for part in value]
        case str() if key == "pattern":
            return value.replace("\\A", "^").replace("\\Z", "$")
        case str() if key == "description":
            return cleandoc(value)
    return value


def text() -> str:
    return json.dumps(document(CATALOGUE), ensure_ascii=False, indent=2) + "\n"


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m shared.asyncapi", description="Write docs/asyncapi.json.")
    parser.add_argument("--check", action="store_true", help="only say whether the file is current")
    if not parser.parse_args(words).check:
        FILE.write_text(text(), encoding="utf-8")
        return 0
    if FILE.exists() and FILE.read_text(encoding="utf-8") == text():
        return 0
    print("docs/asyncapi.json is not current: python -m shared.asyncapi", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
