"""Refusing what is there already, with another content than what is asked for now."""

from __future__ import annotations

from shared.refused import Refused
from shared.words import Text


class Already(Refused):
    """It exists, and not as it is asked for: nothing is written over."""

    status = 409
    title = Text("Det finns redan", "It is already there")
