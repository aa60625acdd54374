"""Where the examples lie, and how they are read."""

from __future__ import annotations

from pathlib import Path

from shared.catalogue import CATALOGUE, Event

HERE = Path(__file__).parent

PUBLISHED: dict[tuple[str, str], type[Event]] = {
    key: event for key, event in CATALOGUE.items() if event.__module__.startswith("shared.catalogue.")
}
"""The fund's own events: tests may add events of their own to the catalogue while they run."""


def folder(kind: type[Event]) -> Path:
    return HERE / kind.source


def of(kind: type[Event]) -> list[Path]:
    """The examples of one event: `<type>.json`, and `<type>.<what is new>.json` for each later shape of it."""
    return [path for path in all_of_them() if path.parent == folder(kind) and _type(path) == kind.type]


def all_of_them() -> list[Path]:
    return sorted(HERE.glob("*/*.json"))


def key(path: Path) -> tuple[str, str]:
    return path.parent.name, _type(path)


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8").removesuffix("\n")


def _type(path: Path) -> str:
    """Types are two words: `decision.made.json` and `decision.made.with_day.json` are the same event."""
    return ".".join(path.stem.split(".")[:2])
