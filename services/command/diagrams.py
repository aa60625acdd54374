"""The lives of all subjects as diagrams: `docs/lives.md`, made from the very tables that decide what may happen when.

`python -m services.command.diagrams` writes it; with `--check` it only says whether it is current.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

from services.command.house import NAMES, service_named
from shared.catalogue import Event
from shared.life import Kind

FILE = Path(__file__).parents[2] / "docs" / "lives.md"

OPENING = """# Lives

What each kind of subject may become, what happens on the way, and who has the next move. The diagrams and tables are
made from the tables in the code that decide it (`LIFE`, `MOVES` and `LABELS` in each service's `domain/`), by
`python -m services.command.diagrams`; `make check` fails when they are not current.

Arrows are events. What may happen without moving the subject on is in the last column of the table.
"""


def page() -> str:
    kinds = [(name, kind) for name in NAMES for kind in service_named(name).kinds]
    parts = [OPENING]
    for name in dict.fromkeys(name for name, _ in kinds):
        parts.append(f"## {name.capitalize()}\n")
        parts += [_chapter(kind) for of, kind in kinds if of == name]
    return "\n".join(parts)


def _chapter(kind: Kind) -> str:
    lines = [f"### {kind.name.replace('_', ' ').capitalize()}\n", "```mermaid", *_diagram(kind), "```\n", *_table(kind)]
    return "\n".join(lines) + "\n"


def _diagram(kind: Kind) -> Iterable[str]:
    yield "stateDiagram-v2"
    for status in _statuses(kind):
        yield f'    state "{kind.labels[status].en}" as {_name(status)}'
    arrows: dict[tuple[StrEnum | None, StrEnum], list[str]] = {}
    for (before, event), after in kind.life.items():
        if before != after:
            arrows.setdefault((before, after), []).append(event.type)
    for (before, after), types in arrows.items():
        yield f"    {_name(before)} --> {_name(after)}: {', '.join(types)}"
    for status in _statuses(kind):
        if not any(before == status for before, _ in arrows):
            yield f"    {_name(status)} --> [*]"


def _table(kind: Kind) -> Iterable[str]:
    yield "| status | på svenska | in English | next move | may happen meanwhile |"
    yield "|---|---|---|---|---|"
    for status in _statuses(kind):
        label, mover = kind.labels[status], kind.moves[status]
        cells = (
            f"`{status}`",
            label.sv,
            label.en,
            _words(mover) if mover else "nobody",
            ", ".join(_meanwhile(kind, status)),
        )
        yield f"| {' | '.join(cells)} |"


def _meanwhile(kind: Kind, status: StrEnum) -> list[str]:
    def stays(at: StrEnum | None, event: type[Event]) -> bool:
        return at == status and kind.life[at, event] == status

    return [event.type for at, event in kind.life if stays(at, event)]


def _statuses(kind: Kind) -> list[StrEnum]:
    """In the order in which the code tells them."""
    return list(type(next(iter(kind.life.values()))))


def _name(status: StrEnum | None) -> str:
    return "[*]" if status is None else str(status).replace("-", "_")


def _words(role: StrEnum) -> str:
    return str(role).replace("_", " ")


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m services.command.diagrams", description="Write docs/lives.md.")
    parser.add_argument("--check", action="store_true", help="only say whether the file is current")
    if not parser.parse_args(words).check:
        FILE.write_text(page(), encoding="utf-8")
        return 0
    if FILE.exists() and FILE.read_text(encoding="utf-8") == page():
        return 0
    print("docs/lives.md is not current: python -m services.command.diagrams", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
