"""The few cookies there are: who is signed in, which language, what was just said, and how far each journal had come.

Over https the session's carries the `__Host-` prefix: no other host can set it. On a machine of one's own, over plain
http, no browser would keep such a cookie.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

from litestar.datastructures import Cookie

from services.web.site.about import About
from shared.http.after import MalformedHeader, positions
from shared.http.language import language_of
from shared.words import Language

LANGUAGE = "language"
SAID = "said"
AFTER = "after"
YEAR_S = 365 * 86_400
SESSION_S = 30 * 86_400
SAID_S = 60
AFTER_S = 60
SAID_MAX = 600
MAC_DIGITS = 32


def language(known: Mapping[str, str], accepted: str | None) -> Language:
    """The one that was chosen here; else the one that the browser asks for."""
    chosen = known.get(LANGUAGE)
    if chosen == "sv":
        return "sv"
    return "en" if chosen == "en" else language_of(accepted)


def session_name(about: About) -> str:
    return "__Host-bifall" if about.is_https else "bifall"


def made(about: About, name: str, value: str, max_age_s: int, *, samesite: Any = "lax") -> Cookie:
    return Cookie(
        key=name,
        value=value,
        max_age=max_age_s,
        path="/",
        httponly=True,
        secure=about.is_https,
        samesite=samesite,
    )


def signed_in(about: About, session_id: str) -> Cookie:
    return made(about, session_name(about), session_id, SESSION_S)


def signed_out(about: About) -> Cookie:
    return made(about, session_name(about), "", 0)


# What was just said: a sentence that the next page shows once. Signed, or another site could put words in our mouth.


def said(about: About, key: bytes, sentence: str) -> Cookie:
    words = sentence[:SAID_MAX]
    return made(about, SAID, f"{_mac(key, words)}{quote(words, safe='')}", SAID_S)


def read_said(key: bytes, value: str | None) -> str | None:
    if not value:
        return None
    mac, words = value[:MAC_DIGITS], unquote(value[MAC_DIGITS:])
    return words if hmac.compare_digest(mac.encode(), _mac(key, words).encode()) else None


def _mac(key: bytes, words: str) -> str:
    return hmac.new(key, b"said" + words.encode(), hashlib.sha256).hexdigest()[:MAC_DIGITS]


# How far each journal had come when this browser last did something, so that its next page has heard of it.


def read_after(value: str | None) -> dict[str, int]:
    if not value:
        return {}
    try:
        return dict(positions(unquote(value)))
    except MalformedHeader:  # somebody else's cookie of that name
        return {}


def after(about: About, known: Mapping[str, int]) -> Cookie:
    return made(about, AFTER, written(known), AFTER_S)


def written(known: Mapping[str, int]) -> str:
    return ",".join(f"{source}={position}" for source, position in sorted(known.items()))
