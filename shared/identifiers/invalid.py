"""The one error of every identifier: a reason for programs and a sentence for people.

It never repeats what was typed: that may be somebody's personal number.
"""

from __future__ import annotations

from enum import StrEnum

from shared.words import Text


class Reason(StrEnum):
    FORMAT = "format"  # characters or a shape that such a number never has
    LENGTH = "length"  # too few or too many digits
    CHECKSUM = "checksum"  # the check digit does not fit
    GROUP = "group"  # an organisation number, but of a kind that is not asked for here
    PERSONAL_NUMBER = "personal_number"  # a person's number, which the fund must not collect
    CLEARING = "clearing"  # the clearing number is mistyped
    UNKNOWN_CLEARING = "unknown_clearing"  # no bank on our list has the clearing number
    PERSONAL_ACCOUNT = "personal_account"  # the account number is a personal number
    LENGTH_DIGIT = "length_digit"  # an OCR reference whose length digit does not fit


class InvalidIdentifier(ValueError):
    """What was typed is not such a number. `sentence` is for the person who typed it."""

    def __init__(self, reason: Reason, sentence: Text) -> None:
        super().__init__(f"{reason}: {sentence.en}")
        self.reason = reason
        self.sentence = sentence
