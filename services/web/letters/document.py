"""A letter's words as parts: the answer, the short version, and then headings with paragraphs, points and figures.

Texts are written as plain lines, so that whoever writes them sees the letter:

    # the answer, which is the title            ## a heading
    > a point of the short version              - a point
    | what | figure                             ~ somebody's own words, as they wrote them
    and everything else is a paragraph, up to an empty line.
"""

from __future__ import annotations

import textwrap
from typing import Literal

import msgspec

WIDTH = 72
SHORT_VERSION = {"sv": "Kort sagt", "en": "In short"}
SIGNS = {"# ": "title", "## ": "heading", "> ": "short", "- ": "points", "| ": "figures", "~ ": "quote"}

What = Literal["heading", "paragraph", "points", "figures", "quote"]


class Part(msgspec.Struct, frozen=True):
    """`lines` are one text for a heading or paragraph, each point, each line of a quotation, or each label and figure
    with a tab between."""

    what: What
    lines: tuple[str, ...]


class Document(msgspec.Struct, frozen=True):
    title: str
    short: tuple[str, ...]
    parts: tuple[Part, ...]


def read_document(text: str) -> Document:
    """Raises ValueError where there is no title."""
    title, short = "", []
    parts: list[Part] = []
    is_open = False
    for line in text.splitlines():
        sign = next((sign for sign in SIGNS if f"{line} ".startswith(sign)), "")
        rest = line[len(sign) :].strip()
        match SIGNS.get(sign, "paragraph"):
            case "title":
                title = rest
            case "short":
                short.append(rest)
            case "paragraph" if not rest:
                is_open = False
                continue
            case what:
                _add(parts, what, rest, is_open)
        is_open = True
    if not title:
        raise ValueError("A letter without a title answers nothing.")
    return Document(title, tuple(short), tuple(parts))


def _add(parts: list[Part], what: str, rest: str, is_open: bool) -> None:
    kind = msgspec.convert(what, What)
    if kind == "figures":
        label, _, figure = rest.partition("|")
        rest = f"{label.strip()}\t{figure.strip()}"
    last = parts[-1] if parts and is_open else None
    if last is None or last.what != kind or kind == "heading":
        parts.append(Part(kind, (rest,)))
    elif kind == "paragraph":
        parts[-1] = Part(kind, (f"{last.lines[0]} {rest}",))
    else:
        parts[-1] = Part(kind, (*last.lines, rest))


def as_text(document: Document, language: str) -> str:
    """The document as plain text, for e-mail and for whoever reads without pictures."""
    title = _wrapped(document.title, "")
    blocks = [f"{title}\n{'=' * min(WIDTH, len(document.title))}"]
    if document.short:
        points = "\n".join(_wrapped(point, "* ") for point in document.short)
        blocks.append(f"{SHORT_VERSION[language]}:\n{points}")
    blocks += [_block(part) for part in document.parts]
    return "\n\n".join(blocks) + "\n"


def _block(part: Part) -> str:
    match part.what:
        case "heading":
            return f"{part.lines[0]}\n{'-' * len(part.lines[0])}"
        case "points":
            return "\n".join(_wrapped(line, "* ") for line in part.lines)
        case "figures":
            return "\n".join(_wrapped(line.replace("\t", ": "), "") for line in part.lines)
        case "quote":
            return "\n".join(_wrapped(line, "  ") for line in part.lines)
    return _wrapped(part.lines[0], "")


def _wrapped(text: str, first: str) -> str:
    return (
        textwrap.fill(
            text,
            WIDTH,
            initial_indent=first,
            subsequent_indent=" " * len(first),
            break_long_words=False,
            break_on_hyphens=False,
        )
        or first.rstrip()
    )
