"""Every event there is, by who tells it and what it is called."""

from __future__ import annotations

from shared.catalogue import applications, disposals, helping, letters, payouts, review, signing, web
from shared.catalogue.event import Event

CATALOGUE: dict[tuple[str, str], type[Event]] = {
    (event.source, event.type): event
    for module in (applications, signing, review, payouts, web, helping, letters, disposals)
    for event in vars(module).values()
    if isinstance(event, type) and issubclass(event, Event) and "type" in vars(event)
}
"""(source, type) → the struct that decodes its data."""

__all__ = ["CATALOGUE", "Event"]
