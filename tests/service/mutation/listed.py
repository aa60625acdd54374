"""The list of kinds, and of the checks that have to find them."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from tests.service.mutation.ground import Ground

Attempt = Callable[[Ground, random.Random], Awaitable[bool]]


class Kind(NamedTuple):
    """`by` is the check that has to find it."""

    name: str
    by: str
    attempt: Attempt


KINDS: list[Kind] = []


def kind(name: str, by: str) -> Callable[[Attempt], Attempt]:
    def listed(attempt: Attempt) -> Attempt:
        KINDS.append(Kind(name, by, attempt))
        return attempt

    return listed


RECOUNT = "recount of audit's own texts"
BOOKS = "the two books, entry by entry"
KEPT = "the checkpoints kept in audit"
NIGHT = "the night's comparison"
OUTSIDE = "a checkpoint or proof kept outside"
SIGNER = "the signer's memory, and a checkpoint kept outside"
WITNESS = "a witness, and a checkpoint kept outside"
KEY = "the key that was handed over"
REGISTER = "numbers without gaps, and the applicant's receipt"
PACKAGE = "the package's verifier"
WHOLE_LOGS = "the package's logs read whole"
