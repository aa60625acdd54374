"""What each status is called and who moves next, as the services themselves say it.

The words belong to the state machines, which the pages may not import: each service is asked once.
"""

from __future__ import annotations

from typing import Any

from shared.words import Language


class Labels:
    def __init__(self) -> None:
        self._kinds: dict[str, Any] = {}

    @property
    def is_empty(self) -> bool:
        return not self._kinds

    def fill(self, words: dict[str, Any]) -> None:
        """Adds a service's words: several services know the same subject, each by stages of its own."""
        for kind, told in words.items():
            known = self._kinds.setdefault(kind, {"labels": {}, "moves": {}})
            for part in known:
                known[part] |= told.get(part, {})

    def label(self, status: str, kind: str, language: Language) -> str:
        """The status's words; the status itself where its service has not said any yet."""
        found = self._kinds.get(kind, {}).get("labels", {}).get(status)
        return str(found[language]) if found else status.replace("_", " ")

    def mover(self, status: str, kind: str) -> str | None:
        """The role that has the next move."""
        found = self._kinds.get(kind, {}).get("moves", {}).get(status)
        return None if found is None else str(found)

    def statuses(self, kind: str) -> list[str]:
        """In the order of its life."""
        return list(self._kinds.get(kind, {}).get("labels", {}))

    def waiting_for(self, role: str, kind: str) -> list[str]:
        """The statuses in which the role has the next move."""
        return [status for status, mover in self._kinds.get(kind, {}).get("moves", {}).items() if mover == role]


LABELS = Labels()
