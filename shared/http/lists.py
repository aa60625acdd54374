"""Lists: pages by cursor, at most a hundred rows, costing the same on page one thousand as on page one."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

import msgspec
from litestar.params import QueryParameter

from shared.refused import FieldError, Refused
from shared.words import Text

PAGE_MAX = 100
PAGE_DEFAULT = 50
CURSOR_MAX = 200

Item = TypeVar("Item")

After = Annotated[str | None, QueryParameter(name="after", max_length=CURSOR_MAX, required=False)]
Limit = Annotated[int, QueryParameter(name="limit", ge=1, le=PAGE_MAX, required=False)]


IDS_MAX = 40 * PAGE_MAX
"""Characters: as many ids as a page holds, with a comma between."""

Ids = Annotated[str | None, QueryParameter(name="ids", max_length=IDS_MAX, required=False)]
"""Only these, of the whole list: `ids=<uuid>,<uuid>`."""

OfCases = Annotated[str | None, QueryParameter(name="cases", max_length=IDS_MAX, required=False)]
"""Only what is about these cases: `cases=<uuid>,<uuid>`."""


class Page(msgspec.Struct, Generic[Item], frozen=True):
    """`next` is what to send as `after` for the following page; None on the last."""

    items: list[Item]
    next: str | None = None


class WrongCursor(Refused):
    status = 422

    def __init__(self) -> None:
        super().__init__(
            "Sidmarkören känns inte igen. Börja om från första sidan.",
            "The page cursor is not recognised. Start again from the first page.",
            (FieldError("after", Text("Värdet är inte giltigt.", "The value is not valid.")),),
        )


class WrongIds(Refused):
    status = 422

    def __init__(self) -> None:
        super().__init__(
            "Skriv id med komma emellan, högst hundra.",
            "Write ids with commas between, at most a hundred.",
            (FieldError("ids", Text("Värdet är inte giltigt.", "The value is not valid.")),),
        )


def read_ids(ids: str | None) -> list[UUID] | None:
    """Raises WrongIds."""
    if ids is None:
        return None
    try:
        found = [UUID(one) for one in ids.split(",")]
    except ValueError:
        raise WrongIds from None
    if len(found) > PAGE_MAX:
        raise WrongIds
    return found


def cursor(*keys: object) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(keys)).decode().rstrip("=")


def read_cursor(after: str | None, shape: Any) -> Any:
    """The keys of the last row seen, as `shape` (a tuple type), or None for the first page. Raises WrongCursor."""
    if after is None:
        return None
    try:
        text = base64.urlsafe_b64decode(after + "=" * (-len(after) % 4))
        keys = msgspec.json.decode(text, type=shape)
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        raise WrongCursor from None
    if not all(map(_a_row_could_have_it, keys)):
        raise WrongCursor
    return keys


def _a_row_could_have_it(key: object) -> bool:
    """Cursors come back from outside: what no column can hold, the database would not even take as a question."""
    match key:
        case int():
            return -(2**63) <= key < 2**63
        case str():
            return "\x00" not in key
        case datetime():
            return key.tzinfo is not None and date.min.year < key.year < date.max.year
    return True


def page(rows: Sequence[Any], limit: int, make: Any, key: Any) -> Page[Any]:
    """`rows` holds one more than the page where there is a next one. `make(row)` is the item, `key(row)` its sort
    keys."""
    shown = rows[:limit]
    return Page([make(row) for row in shown], cursor(*key(shown[-1])) if len(rows) > limit else None)
