"""The ledger: what the clients asked, and what they were told."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True)
class Acknowledged:
    """A command that was answered with yes. `position` is None where the answer named none: it wrote no fact."""

    service: str
    key: UUID
    what: str
    position: int | None


@dataclass
class Ledger:
    attempts: int = 0
    answered: int = 0
    slowest_s: float = 0.0
    asked: dict[UUID, str] = field(default_factory=dict)
    acknowledged: list[Acknowledged] = field(default_factory=list)
    turned_down: list[str] = field(default_factory=list)
    finished: dict[str, int] = field(default_factory=dict)
    hung: list[str] = field(default_factory=list)
    _said: set[tuple[str, bytes]] = field(default_factory=set)

    def acknowledge(self, yes: Acknowledged, content: bytes) -> None:
        """What was said before with the same words is already so: it need not have led to a fact of its own."""
        again = yes.what.startswith("PUT ") and (yes.what, content) in self._said
        self._said.add((yes.what, content))
        if yes.position is not None and not again:
            self.acknowledged.append(yes)

    @property
    def availability(self) -> float:
        return self.answered / self.attempts if self.attempts else 1.0
