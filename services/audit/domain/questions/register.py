"""Is the register whole? A number that is missing is a case that somebody may have left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from services.audit.domain.questions.answer import Answer, Finding, answer, places
from services.audit.domain.questions.population import Fact, Population
from shared.catalogue.applications import CaseRegistered
from shared.words import Text

QUESTION = Text("Är diariet utan luckor?", "Is the register without gaps?")


def has_no_gaps(population: Population, now: datetime) -> Answer:
    """Numbers run 1, 2, 3 … in each series and year, whichever programme a case belongs to."""
    rows: dict[tuple[str, int], dict[int, list[Fact]]] = defaultdict(lambda: defaultdict(list))
    for fact, event in population.of(CaseRegistered):
        rows[event.series, event.year][event.running].append(fact)
    looked_at = sum(len(facts) for running in rows.values() for facts in running.values())
    found = [finding for (series, year), running in rows.items() for finding in _gaps(series, year, running)]
    return answer("register", QUESTION, looked_at, found)


def _gaps(series: str, year: int, running: dict[int, list[Fact]]) -> Iterator[Finding]:
    for number in range(1, max(running) + 1):
        facts = running.get(number, [])
        if not facts:
            yield Finding(
                Text(
                    f"Nummer {number} i serie {series} år {year} saknas.",
                    f"Number {number} of series {series} in {year} is missing.",
                )
            )
        elif len(facts) > 1:
            yield Finding(
                Text(
                    f"Nummer {number} i serie {series} år {year} finns {len(facts)} gånger.",
                    f"Number {number} of series {series} in {year} is there {len(facts)} times.",
                ),
                places=places(*facts),
            )
