"""What the fund writes down for an association that comes on paper or by word of mouth (A10).

It counts from the day it came, not from when somebody had the time to write it down; and nothing is registered that
nobody has signed: here, with an e-ID, or by hand on a paper whose picture is attached.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from services.applications.domain.call import TAKES_APPLICATIONS, Call
from shared.catalogue.applications import SIGNED_PAPER, SetDown
from shared.catalogue.attachment import Attachment
from shared.deadlines import end_of_day, local_date
from shared.refused import FieldError, Refused
from shared.words import Text

CAME_ON = "came_on"
SIGNED_ON_PAPER = "signed_on_paper"
CAME_DAYS_MAX = 366
"""Nobody brings in a paper that came longer ago than that: the day is mistyped."""
SIGNATURES_MAX = 20
"""On one paper: a whole board."""


def received(set_down: SetDown | None, call: Call, now: datetime) -> datetime:
    """When the application counts as received: `now`, or by the day it came where the fund set it down. Both are in the
    programme's time. Raises Refused where the call did not take applications then, or the day cannot be."""
    if set_down is None:
        call.refuse_unless_open(now)
        return now
    refuse_day(set_down.came_on, call, now)
    return came_at(set_down.came_on, call, now)


def came_at(came_on: date, call: Call, now: datetime) -> datetime:
    """A paper bears a day and no hour, and the law counts days (22 § förvaltningslagen): it is told by the end of that
    day, as far as that has come. On the last day it is in time whatever the hour, and what came before the call opened
    counts from when it opens."""
    at = min(end_of_day(came_on), now)
    if came_on == last_day(call):
        at = min(at, call.rules.closes_at)
    return max(at, call.rules.opens_at)


def refuse_day(came_on: date, call: Call, now: datetime) -> None:
    """Raises Refused unless an application that came on that day can be registered in the call now."""
    today, last = local_date(now), last_day(call)
    if came_on > today:
        raise _at(f"Dagen har inte varit än. I dag är det {today}.", f"That day has not been yet. Today is {today}.")
    if came_on < today - timedelta(days=CAME_DAYS_MAX):
        raise _at("Dagen är för mer än ett år sedan. Se efter att året stämmer.", "That is more than a year ago.")
    if call.status not in TAKES_APPLICATIONS:
        raise Refused("Utlysningen tar inte emot ansökningar.", "The call does not take applications.")
    if now < call.rules.opens_at:
        raise Refused("Utlysningen har inte öppnat än.", "The call has not opened yet.")
    if came_on > last:
        raise _at(
            f"Ansökan kom efter sista ansökningsdagen, som var {last}. Den kan inte registreras i utlysningen.",
            f"The application came after the last day to apply, which was {last}. It cannot be registered in the call.",
        )


def refuse_unsigned(set_down: SetDown | None, needed: int, attached: Iterable[Attachment]) -> None:
    """Raises Refused unless a signed paper is attached, with as many signatures as the association says it takes."""
    if set_down is None:
        raise Refused("Ansökan är inte inskriven av fonden.", "The application is not set down by the fund.")
    if not any(one.key == SIGNED_PAPER for one in attached):
        said = Text(
            "Lägg till en bild eller kopia av det underskrivna pappret.",
            "Add a picture or a copy of the paper that was signed.",
        )
        raise Refused(said.sv, said.en, (FieldError(SIGNED_PAPER, said),))
    if set_down.signed_on_paper < needed:
        said = Text(
            f"Föreningen tecknas av {needed} tillsammans. Så många underskrifter måste finnas på pappret.",
            f"It takes {needed} together to bind the association. The paper needs that many signatures.",
        )
        if needed == 1:
            said = Text("Pappret måste vara underskrivet.", "The paper has to be signed.")
        raise Refused(said.sv, said.en, (FieldError(SIGNED_ON_PAPER, said),))


def last_day(call: Call) -> date:
    """The last day on which something may come in."""
    return local_date(call.rules.closes_at - timedelta(microseconds=1))


def _at(sv: str, en: str) -> Refused:
    return Refused(sv, en, (FieldError(CAME_ON, Text(sv, en)),))
