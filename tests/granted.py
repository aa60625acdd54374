"""One case from the application to a grant: decided at a meeting, posted, and read by whoever applied."""

from __future__ import annotations

from services.command.demo import applying, deciding, fund
from services.command.demo.applying import Case
from services.command.demo.fund import Fund
from services.command.demo.people import People
from services.command.demo.round_file import Applied, Round


async def granted(people: People, applied: Applied) -> tuple[Fund, Case]:
    """Of a fund of its own, whose call is over."""
    own = await fund.found(people, Round((applied,)))
    case = await applying.apply(own, applied, 0)
    await fund.close_call(own)
    await deciding.check(own, case, False)
    await deciding.assess(own, case, False)
    meeting = await deciding.open_meeting(own, [case])
    await deciding.decide(own, case, meeting)
    await deciding.publish(own, meeting)
    await deciding.read_decision(own, case)
    return own, case
