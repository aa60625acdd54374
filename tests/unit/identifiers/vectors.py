"""The shared examples of identifiers, valid and not, and what any text at all may be: for every test in this folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from shared.identifiers import InvalidIdentifier

VECTORS: dict[str, list[Any]] = json.loads(Path(__file__).with_name("testvectors.json").read_text(encoding="utf-8"))

DASHES_AND_DIGITS = "0123456789 -\u2013\u00a0\u0660\u0669\uff11\u202e\x00+Xx\n"

anything = st.one_of(
    st.text(max_size=200),
    st.text(alphabet=DASHES_AND_DIGITS, max_size=40),
    st.from_regex(r"[0-9]{1,30}", fullmatch=True),
    st.from_regex(r"[0-9]{4,6}[- ]{0,2}[0-9]{3,10}", fullmatch=True),
)

_HOSTILE = [
    "",
    " ",
    "-",
    "\x00",
    "8029990002\x00",
    "802999-0002\u202e",
    "\u202e2000-999208",
    "\u0668\u0660\u0662\u0669\u0669\u0669\u0660\u0660\u0660\u0662",
    "\uff18\uff10\uff12\uff19\uff19\uff19\uff10\uff10\uff10\uff12",
    "²³¹⁴⁵⁶⁷",
    "½½½½½½½",
    "\ud800",
    "1e9",
    "0x12345678",
    "-1",
    "1_000_000",
    "8" * 3_000_000,
    "-" * 3_000_000,
    "\x00" * 3_000_000,
    "\u0668" * 1_000_000,
    "' or 1=1 --",
    "<script>1</script>",
    "SE\u0661\u0662",
]
HOSTILE = [pytest.param(text, id=f"{text[:12]!a}-of-{len(text)}") for text in _HOSTILE]
"""What somebody sends on purpose: other scripts' digits, NUL, text that turns around, megabytes."""


def outcome(parse: Callable[..., Any], *typed: str) -> Any:
    """What the parser took it for, or the reason it gave; any other exception is a failed test."""
    try:
        return parse(*typed)
    except InvalidIdentifier as refused:
        return refused.reason
