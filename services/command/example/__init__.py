"""The example fund: one programme with its call, and the nine-application round of 2019."""

from __future__ import annotations

from pathlib import Path

import msgspec

from shared.programme import CallRules, ProgrammeRules, read_call, read_programme

PROGRAMME_FILE = Path(__file__).parent / "programme.json"
ROUND_FILE = Path(__file__).parent / "round-2019.json"


def read_example() -> tuple[ProgrammeRules, CallRules]:
    """The example's rules, read as strictly as anybody's."""
    example = msgspec.json.decode(PROGRAMME_FILE.read_bytes())
    return read_programme(example["programme"]), read_call(example["call"])
