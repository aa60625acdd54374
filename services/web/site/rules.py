"""A programme's rules, as pages need them. They never change once they are published, so they are read once."""

from __future__ import annotations

import msgspec

from services.web.site.caller import Caller
from shared.programme import ProgrammeRules

RULES_KEPT = 64

_rules: dict[str, ProgrammeRules] = {}


async def rules_of(caller: Caller, programme: object) -> ProgrammeRules:
    """`programme` by its id. Raises Wrong where there is none."""
    name = str(programme)
    found = _rules.get(name)
    if found is None:
        shown = await caller.ask("applications", f"/programmes/{name}")
        found = msgspec.convert(shown.json["rules"], ProgrammeRules, strict=False)
        while len(_rules) >= RULES_KEPT:
            _rules.pop(next(iter(_rules)))
        _rules[name] = found
    return found
