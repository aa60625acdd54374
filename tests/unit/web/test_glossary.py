"""The glossary (A9): every official word a person meets is there, in both languages, and is explained plainly."""

from __future__ import annotations

import pytest

from services.web.pages.public.glossary import WORDS, explained
from tests.lix import lix, sentences_of, words_of

LIX_MAX = 40
"""Easy to read: so are all pages for associations."""

WORDS_IN_A_SENTENCE_MAX = 15


def test_a9_the_words_of_a_case_are_explained() -> None:
    swedish = {one.word for one in explained("sv")}
    assert {"Ärende", "Utlysning", "Rekvisition", "Laga kraft", "Jäv", "Komplettering", "Återkrav"} <= swedish
    assert len(swedish) == len({one.word for one in explained("en")}) == len(WORDS)


def test_a9_each_explanation_is_plain_and_none_is_long() -> None:
    meanings = [one.meaning for one in explained("sv")]
    assert lix("\n".join(meanings)) <= LIX_MAX
    for one in explained("sv"):
        sentences = sentences_of(one.meaning)
        assert len(words_of(one.meaning)) <= WORDS_IN_A_SENTENCE_MAX * len(sentences), one.word
        assert one.word.casefold() not in one.meaning.casefold(), "a word is not explained by itself"


@pytest.mark.parametrize(("language", "last"), [("sv", "Överklaga"), ("en", "Withdraw")])
def test_they_stand_in_the_order_of_the_readers_alphabet(language: str, last: str) -> None:
    assert explained("sv" if language == "sv" else "en")[-1].word == last
