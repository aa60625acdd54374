"""Which language to answer in: what Accept-Language prefers of Swedish and English; Swedish where it says neither."""

from __future__ import annotations

from functools import lru_cache

from shared.words import Language

HEADER_MAX = 200


@lru_cache(maxsize=256)
def language_of(accept_language: str | None) -> Language:
    best: tuple[float, Language] = (0.0, "sv")
    for part in (accept_language or "")[:HEADER_MAX].split(","):
        tag, _, weight = part.strip().partition(";")
        quality = _quality(weight)
        if tag[:2].lower() == "sv" and quality > best[0]:
            best = (quality, "sv")
        elif tag[:2].lower() == "en" and quality > best[0]:
            best = (quality, "en")
    return best[1]


def _quality(weight: str) -> float:
    name, _, value = weight.strip().partition("=")
    if name != "q":
        return 1.0
    try:
        return min(1.0, max(0.0, float(value)))
    except ValueError:
        return 0.0
