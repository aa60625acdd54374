"""What facts tell of a file: never its name, and never what is in it."""

from __future__ import annotations

from uuid import UUID

import msgspec

from shared.words import Code, Count, Digest


class Attachment(msgspec.Struct, frozen=True):
    """A file, by what can be told of it: which enclosure it is, its kind, its size and its salted digest."""

    id: UUID
    key: Code
    media_type: str
    size_bytes: Count
    digest: Digest
