"""Each alarm that the code raises is told in words on the administrator's page, and in the table for operators."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

from services.signer.domain import judgement
from services.web.pages.administering.health import ALARMS

ROOT = Path(__file__).parents[3]
STANDING = re.compile(r'Alarm\(name, "(\w+)"')
RAISED = re.compile(r"office\.trouble\[(\w+)\] =")
ROW = re.compile(r"^\| (\S[^|]*?) \|", re.MULTILINE)


def test_every_alarm_has_words_on_the_page_and_a_row_in_the_manual():
    names = set(STANDING.findall((ROOT / "shared/alarms.py").read_text()))
    names |= {judgement.BEHIND, judgement.FORK, judgement.FORGOTTEN}
    for file in (ROOT / "services").rglob("*.py"):
        if constants := set(RAISED.findall(file.read_text())):
            module = importlib.import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))
            names |= {getattr(module, constant) for constant in constants}
    manual = (ROOT / "docs/operating.md").read_text().partition("## Alarms")[2].partition("\n## ")[0]

    assert len(names) > 12
    assert names - set(ALARMS) == set()
    assert names - set(ROW.findall(manual)) == set()
