"""Lists: pages by cursor, at most a hundred rows, costing the same on page one thousand as on page one."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar

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
