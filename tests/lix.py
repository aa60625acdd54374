"""LIX, the Swedish measure of how hard a text is to read: words per sentence, plus the share of words longer than six
letters in percent. Up to 30 is very easy, 30 to 40 easy, 40 to 50 as a newspaper, over 60 as a bureaucrat.
"""

from __future__ import annotations

import re

LONG = 6
WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
SENTENCE_END = re.compile(r"[.!?:](?=\s|$)|\n+")
"""A full stop, or the end of a line that stands by itself: a heading, a point, a row of a table."""


def words_of(text: str) -> list[str]:
    """Words of letters: figures are read at a glance, and count neither as words nor as long."""
    return WORD.findall(text)


def sentences_of(text: str) -> list[str]:
    return [sentence for sentence in SENTENCE_END.split(text) if words_of(sentence)]


def lix(text: str) -> float:
    """Raises ValueError where there are no words."""
    words, sentences = words_of(text), sentences_of(text)
    if not words:
        raise ValueError("There is nothing to read.")
    long = sum(len(word) > LONG for word in words)
    return len(words) / len(sentences) + 100 * long / len(words)
