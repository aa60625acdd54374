"""Two devices that have answered one question differently: both answers side by side, for a person to choose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from litestar import Response

from services.web.pages.applying.readable import Readable
from services.web.site.caller import Caller
from services.web.site.forms import Form
from shared.programme import Field, ProgrammeRules
from shared.refused import Unknown

CONFLICT = 409
MINE = "mine"

Answers = Mapping[str, Any]


class Differing(msgspec.Struct, frozen=True):
    key: str
    label: str
    mine: list[str]
    theirs: list[str]


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be chosen between. `version` is of what is saved now: the choice counts only if it still is."""

    rules: ProgrammeRules
    asked: Sequence[Field]
    keys: Sequence[str]
    mine: Answers
    theirs: Answers
    address: str
    part: str
    version: str
    saved_at: datetime | None

    def page(self, caller: Caller) -> Response[Any]:
        readable = Readable(self.rules, caller.language)
        differing = [
            Differing(
                key=field.key,
                label=caller.say(field.label),
                mine=readable.lines(field, self.mine.get(field.key)),
                theirs=readable.lines(field, self.theirs.get(field.key)),
            )
            for field in self.asked
            if field.key in self.keys
        ]
        return caller.page(
            "applying/conflict.html",
            status=CONFLICT,
            rules=self.rules,
            part=self.part,
            address=self.address,
            version=self.version,
            saved_at=self.saved_at,
            differing=differing,
            mine=msgspec.json.encode({key: self.mine.get(key) for key in self.keys}).decode(),
        )


def written(form: Form) -> dict[str, Any]:
    """What the person had written, as the page carried it. Raises Unknown for what no page of ours has written."""
    try:
        return msgspec.json.decode(form.get(MINE), type=dict[str, Any])
    except msgspec.DecodeError:
        raise Unknown from None


def chosen(form: Form, asked: Sequence[Field], theirs: Answers) -> dict[str, Any]:
    """Of each question that was chosen about, the answer that is to stand."""
    mine = written(form)
    return {
        field.key: mine[field.key] if form.get(f"choice.{field.key}") == MINE else theirs.get(field.key)
        for field in asked
        if field.key in mine
    }
