"""The types of what people write and count: bounded, and free of characters a database or a page would choke on.

Every text that enters the house passes one of these types, and every number one of the amounts, so that a limit
stands in one place.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

NO_CONTROL = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]*\Z"
"""No control characters but tab and line feed, and none that turn the direction of the text around what follows."""

ONE_LINE = r"^[^\x00-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]*\Z"

CODE_MAX = 60
LINE_MAX = 200
TEXT_MAX = 10_000
ORE_MAX = 10**13
"""A hundred milliard kronor: more than any fund holds, less than 2⁵³, so that every JSON reader reads it exactly."""

Code = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]*\Z", max_length=CODE_MAX)]
Line = Annotated[str, msgspec.Meta(pattern=ONE_LINE, min_length=1, max_length=LINE_MAX)]
FreeText = Annotated[str, msgspec.Meta(pattern=NO_CONTROL, max_length=TEXT_MAX)]
Ore = Annotated[int, msgspec.Meta(ge=0, le=ORE_MAX)]
"""An amount of money in öre."""
Count = Annotated[int, msgspec.Meta(ge=0, le=10**9)]
Digest = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
"""SHA-256 as 64 hexadecimal digits; of content, always over salt ‖ content."""

Language = Literal["sv", "en"]


class Text(msgspec.Struct, frozen=True):
    """The same words in Swedish and in English."""

    sv: str
    en: str

    def into(self, language: Language) -> str:
        return self.sv if language == "sv" else self.en
