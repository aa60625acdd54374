"""Who sees which letters: an association its own, the fund's people those of cases that exist for them (rule H7).

Web knows of no conflict of interest. So it asks the service that does, as the person who asks: what they would
not be shown there, web does not show either.
"""

from __future__ import annotations

from uuid import UUID

import msgspec

from services.web.domain.letter import Letter, LetterKind
from services.web.letters.reading import NotNow, NotThere, Reading, reading_of
from shared.http.after import NotHeardYet
from shared.http.visit import Visit
from shared.identity import Actor, Role
from shared.refused import Forbidden, Unknown

READS_CASES = (Role.OFFICER, Role.COORDINATOR, Role.SECRETARY, Role.DECISION_MAKER, Role.AUDITOR)
READS_MONEY = (Role.FINANCE, Role.ATTESTER)
ABOUT_MONEY = frozenset(
    {
        LetterKind.PAYMENT_NOTICE,
        LetterKind.PAYMENT_REJECTED,
        LetterKind.PAYMENT_RETURNED,
        LetterKind.REPORT_APPROVED,
        LetterKind.RECOVERY_NOTICE,
        LetterKind.RECOVERY_DECISION,
    }
)


class Sight(msgspec.Struct, frozen=True):
    """What of a case's letters somebody sees: those of these associations, of these kinds; None is all."""

    own: frozenset[UUID] | None = None
    kinds: frozenset[LetterKind] | None = None

    def includes(self, letter: Letter) -> bool:
        is_theirs = self.own is None or letter.association in self.own
        return is_theirs and (self.kinds is None or letter.kind in self.kinds)


async def sight_of(visit: Visit, case: UUID) -> Sight:
    """Raises Unknown where the case does not exist for them, and Forbidden before they have declared."""
    actor, after, reading = visit.actor, visit.after, the_reading(visit)
    try:
        if not visit.sees_all:
            await reading.read("applications", f"/cases/{case}", actor, after)
            return Sight(own=actor.associations)
        if any(actor.holds(role) for role in READS_CASES):
            return await _as_reader(reading, actor, after, case)
        await reading.read("payouts", f"/grants/{case}", actor, after)
    except NotThere:
        raise Unknown from None
    except NotNow:
        raise NotHeardYet from None
    return Sight(kinds=ABOUT_MONEY)


async def _as_reader(reading: Reading, actor: Actor, after: str | None, case: UUID) -> Sight:
    shown = await reading.read("review", f"/cases/{case}", actor, after, brief="true")
    if not shown["whole"]:
        raise Forbidden(
            "Svara först om du är jävig i ärendet. Sedan kan du läsa breven.",
            "First declare whether you have a conflict of interest in the case. Then you can read the letters.",
        )
    return Sight()


async def the_letter(visit: Visit, letter: UUID) -> Letter:
    """Raises Unknown where there is none, or none that they may see."""
    state = await visit.see(letter)
    if not isinstance(state, Letter) or not (await sight_of(visit, state.case)).includes(state):
        raise Unknown
    return state


def the_reading(visit: Visit) -> Reading:
    """Raises NotHeardYet until the door is open."""
    reading = reading_of(visit.office)
    if reading is None:
        raise NotHeardYet
    return reading
