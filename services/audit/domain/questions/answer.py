"""What an answer is: a verdict that a machine reached, and what a person needs to check it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

import msgspec

from services.audit.domain.questions.population import Fact
from shared.words import Text

Place = tuple[str, int]
"""A source and its number: where in the trail it stands."""


class Finding(msgspec.Struct, frozen=True):
    """One thing an auditor should look at: what is odd, in which case, and the facts that say so."""

    what: Text
    case: UUID | None = None
    number: str | None = None
    places: tuple[Place, ...] = ()


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """`holds` says that nothing was found. `looked_at` counts what was examined; `figures` are sums, in öre where the
    name ends so."""

    key: str
    question: Text
    holds: bool
    looked_at: int
    findings: tuple[Finding, ...]
    figures: Mapping[str, int] = {}


def answer(
    key: str,
    question: Text,
    looked_at: int,
    findings: Iterable[Finding],
    figures: Mapping[str, int] | None = None,
) -> Answer:
    found = tuple(findings)
    return Answer(
        key=key, question=question, holds=not found, looked_at=looked_at, findings=found, figures=figures or {}
    )


def places(*facts: Fact) -> tuple[Place, ...]:
    return tuple((fact.source, fact.position) for fact in facts)
