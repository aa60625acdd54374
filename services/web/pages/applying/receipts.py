"""Papers with the report: receipts and the like, one by one with progress, or with the form without scripts."""

from collections.abc import Mapping
from typing import Any

import msgspec

from services.web.pages.applying.drafts import File, Paper
from services.web.pages.applying.papers import (
    REMOVE,
    Row,
    accept,
    hand_in,
    take_away,
)
from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from services.web.site.forms import Form
from shared.form import is_required
from shared.programme import Attachment, Field, FieldType

PAYOUTS = "payouts"


class Receipts(msgspec.Struct, frozen=True):
    """`handed` wait to go with the report that is being written; `sent` went with one already."""

    sent: list[File]
    handed: list[File]

    def rows(self, fields: tuple[Field, ...], facts: Mapping[str, object]) -> dict[str, Row]:
        """By question, as papers of an application are drawn."""
        rows = {}
        for field in asked_for(fields):
            asked = Attachment(key=field.key, label=field.label)
            needed = is_required(field.required, field.required_if, facts) and not self.of(field.key, self.sent)
            rows[field.key] = Row(Paper(asked, needed, self.of(field.key, self.handed)), accept(asked.accept))
        return rows

    def of(self, key: str, among: list[File]) -> list[File]:
        return [file for file in among if file.key == key]


def asked_for(fields: tuple[Field, ...]) -> list[Field]:
    return [field for field in fields if field.type is FieldType.FILE]


async def receipts(caller: Caller, case: object) -> Receipts:
    return msgspec.convert((await caller.ask(PAYOUTS, f"/grants/{case}/report/papers")).json, Receipts)


async def take(caller: Caller, case: object, fields: tuple[Field, ...], form: Form) -> list[tuple[str, Any]]:
    """What was chosen is handed in, and the one whose button was pressed is taken away."""
    path, keys = f"/grants/{case}/report/papers", tuple(field.key for field in asked_for(fields))
    if form.get(REMOVE):
        await take_away(caller, path, form, (await receipts(caller, case)).handed, PAYOUTS)
    return await hand_in(caller, path, form, keys, PAYOUTS)


def refused(told: list[tuple[str, Any]]) -> list[tuple[str, str]]:
    return [(key, one.detail) for key, one in told if isinstance(one, Wrong)]
