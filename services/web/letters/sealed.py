"""The sealed sheet of a letter, read back; nothing where it has been lawfully erased."""

from __future__ import annotations

import msgspec

from services.web.domain.letter import Letter
from services.web.letters.sheet import SCOPE, Sheet, item
from shared.keyring import KeyGone
from shared.office import Office


async def sheet_in(office: Office, letter: Letter) -> Sheet | None:
    """None before it is written, and after it was erased."""
    if letter.content is None:
        return None
    try:
        content = await office.store.open(office.pool, letter.case, SCOPE, item(letter.id))
    except KeyGone:
        return None
    return None if content is None else msgspec.json.decode(content, type=Sheet)
