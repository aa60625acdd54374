"""What the data protection documents say of figures, tables and tests is so: a document nobody keeps up misleads."""

from __future__ import annotations

import re
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted((ROOT / "docs" / "data-protection").glob("*.md"))
CONSTANT = re.compile(r"`((?:services|shared|infra)\.[a-z_.]+)\.([A-Z_]+)`(?: = (\d+))?")
TABLE = re.compile(r"`(applications|review|payouts|audit|web)\.([a-z_]+)`")
TEST = re.compile(r"`(tests/[\w/]+\.py)`")
ENGINE = ROOT / "shared" / "migrations" / "engine"


def value_of(module: str, name: str) -> int:
    value = getattr(import_module(module), name)
    return value.days if isinstance(value, timedelta) else int(value)


def wrong(text: str) -> list[str]:
    """What a document says that is not so."""
    found = []
    for module, name, figure in CONSTANT.findall(text):
        if figure == "" or value_of(module, name) != int(figure):
            found.append(f"{module}.{name} = {figure or 'nothing'}")
    for service, table in TABLE.findall(text):
        folders = (ENGINE, ROOT / "services" / service / "migrations")
        tables = "".join(file.read_text(encoding="utf-8") for folder in folders for file in folder.glob("*.sql"))
        if not re.search(rf"create table {table} \(", tables):
            found.append(f"{service}.{table}")
    return found + [test for test in TEST.findall(text) if not (ROOT / test).exists()]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.stem)
def test_what_a_document_says_of_the_system_is_so(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    assert CONSTANT.search(text) or TABLE.search(text)
    assert wrong(text) == []


def test_a_document_that_is_wrong_is_found_out() -> None:
    assert wrong("`services.web.reads.read.KEPT_DAYS` = 731 dagar") == ["services.web.reads.read.KEPT_DAYS = 731"]
    assert wrong("`web.secret_notes` och `tests/unit/test_nothing.py`") == [
        "web.secret_notes",
        "tests/unit/test_nothing.py",
    ]


def test_operators_find_the_documents() -> None:
    operating = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    assert {document.name for document in DOCUMENTS} == set(re.findall(r"\(data-protection/([\w-]+\.md)\)", operating))
