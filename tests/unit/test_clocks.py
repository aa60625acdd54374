"""R-13: rules and deadlines read the database's clock. Who reads the machine's own is told here by name, with why."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
ROOMS = ("services", "shared")
READ = {("time", "time"), ("time", "time_ns"), ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today")}
READ |= {("date", "today")}
MAY = {
    "shared/uuid7.py": "ids sort by when they were made, and nothing rests on it",
    "shared/http/actor_token.py": "a token's two minutes, between processes that share no database",
    "services/web/signing_in/oidc.py": "what an identity provider says is held against the world's time",
    "services/web/signing_in/id_token.py": "as above",
    "services/web/site/": "what a page calls today",
    "services/web/pages/": "as above",
    "services/audit/reconciling.py": "when in the night to begin",
    "services/signer/": "a process without a database: when a new log was begun",
    "services/witness/": "somebody else's machine: a cosignature says when by the world's time",
    "services/command/": "an operator's own machine",
}


def read_in(text: str) -> list[int]:
    """The lines that read the machine's clock."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and (node.value.id, node.attr) in READ
    ]


def test_r13_nobody_else_reads_the_machines_clock() -> None:
    found = {
        str(path.relative_to(HOUSE)): lines
        for room in ROOMS
        for path in sorted((HOUSE / room).rglob("*.py"))
        if (lines := read_in(path.read_text(encoding="utf-8")))
    }

    assert {path: lines for path, lines in found.items() if not path.startswith(tuple(MAY))} == {}
    assert [one for one in MAY if not any(path.startswith(one) for path in found)] == [], "they no longer do"


@pytest.mark.parametrize("line", ["at = datetime.now(UTC)", "began = time.time()", "made(clock=time.time_ns)"])
def test_whoever_reads_it_is_found(line: str) -> None:
    assert read_in(f"def decide():\n    {line}\n") == [2]
