"""The numbers that many applications share: the register's last, and how far a call has come.

Each folds from the journal, and is a row that one commit at a time moves: none is given twice, and none is skipped.
"""

from __future__ import annotations

from uuid import UUID

import msgspec

from shared.life import Circumstances
from shared.programme import RegisterSeries
from shared.refused import Refused

PRACTICE = "-practice"
"""Practice programmes count in a series of their own, so that playing leaves no gap in the real register."""


def register(series: str, year: int) -> str:
    """The last registration number given in a series and year."""
    return f"register/{series}/{year}"


def disposals(series: str, year: int) -> str:
    """The last number given to a decision to dispose in a series and year."""
    return f"disposals/{series}/{year}"


def standing(call: UUID) -> str:
    """Applications registered in the call and not withdrawn."""
    return f"standing/{call}"


def decided(call: UUID) -> str:
    """Applications that have been decided at least once."""
    return f"decided/{call}"


def closed(call: UUID) -> str:
    """Applications that were closed after a decision."""
    return f"closed/{call}"


def of_association(call: UUID, association: UUID) -> str:
    """The association's applications in the call, without those it has withdrawn."""
    return f"applications/{call}/{association}"


def organisation(number: str) -> str:
    """Associations registered under an organisation number: never more than one."""
    return f"organisation/{number}"


def refuse_one_too_many(call: UUID, most: int, association: UUID, here: Circumstances) -> None:
    """Raises Refused where the call takes no more from this association."""
    if here.tally(of_association(call, association)).value >= most:
        raise Refused(
            f"Föreningen har redan skickat in så många ansökningar som utlysningen tar emot från en förening: {most}.",
            f"The association has already sent in as many applications as the call takes from one association: {most}.",
        )


def of_call(call: UUID) -> tuple[str, str, str]:
    return standing(call), decided(call), closed(call)


def series_name(series: RegisterSeries, practice: bool) -> str:
    return f"{series.prefix}{PRACTICE}" if practice else series.prefix


def written(series: RegisterSeries, year: int, running: int) -> str:
    """A registration number as people write it: `EX 2027/00003`."""
    short = str(year)[-series.year_digits :]
    return f"{series.prefix}{series.separator}{short}/{running:0{series.number_width}d}"


class Counts(msgspec.Struct, frozen=True):
    """How far a call has come."""

    standing: int = 0
    decided: int = 0
    closed: int = 0

    def and_then(self, standing: int = 0, decided: int = 0, closed: int = 0) -> Counts:
        """With what is being decided right now, which no number holds yet."""
        return Counts(self.standing + standing, self.decided + decided, self.closed + closed)


def counts(call: UUID, here: Circumstances) -> Counts:
    return Counts(*(here.tally(key).value for key in of_call(call)))
