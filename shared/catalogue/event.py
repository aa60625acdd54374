"""What every event is: a fact with a name, told by one service, about one subject."""

from __future__ import annotations

from typing import ClassVar

import msgspec


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A fact. Its fields are ids, amounts, dates, codes and salted digests: never a name, an account number or free
    text.

    `type` and `source` name it on the wire. Fields are only ever added, with defaults; none is renamed or retyped,
    because everything ever published must decode for ever.
    """

    type: ClassVar[str]
    source: ClassVar[str]
