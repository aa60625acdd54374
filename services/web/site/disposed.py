"""A case that is lawfully disposed of, for whoever opens one of its pages: under which decision, and what is left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Disposed(Exception):
    """What the page is about is gone. `case` is what the register still says."""

    def __init__(self, case: Mapping[str, Any]) -> None:
        super().__init__(str(case.get("disposal_number")))
        self.case = case


def refuse_disposed(case: Mapping[str, Any] | None) -> None:
    """Raises Disposed."""
    if case is not None and case.get("disposal_number"):
        raise Disposed(case)
