"""Money that comes back, step by step, as the association and the fund's people see it."""

from __future__ import annotations

from collections.abc import AsyncIterator

from services.command.demo import applying, closing, fund, paying
from services.command.demo.applying import APPLICANT, Case
from services.command.demo.fund import Fund
from services.command.demo.people import People
from services.command.demo.round_file import Applied, Round
from tests.pages.by_hand.ground import a_number
from tests.pages.seldom.ground import Ground, Stop, decided


def _paid(name: str) -> Applied:
    return Applied(f"{name} (påhittad)", a_number(), 30_000, "bifall", "Podd om psykisk hälsa", 25_000)


async def _to_the_report(own: Fund, applied: Applied) -> Case:
    """A grant whose report is approved, with a tenth left of the money."""
    case = await applying.apply(own, applied, 0)
    await fund.close_call(own)
    await decided(own, case)
    await paying.accept(own, case)
    await paying.pay(own, await paying.requisition_due(own, case), paying.Files())
    await closing.report(own, case, 0)
    return case


async def repayment(ground: Ground) -> AsyncIterator[Stop]:
    """As the association and the fund's people see it, at each step."""
    people = People(ground.url)
    try:
        applied = _paid("Föreningen Röststyrka")
        own = await fund.found(people, Round((applied,)))
        case = await _to_the_report(own, applied)
        claim = (await people.get("finance", f"/api/payouts/grants/{case.id}"))["recoveries"][0]
        at, theirs = f"/money/recoveries/{claim['id']}", f"/my/cases/{case.id}/repayment"
        path = f"/api/payouts/recoveries/{claim['id']}"
        seen = {one: await ground.comes(one) for one in (APPLICANT, "officer", "chair", "finance")}

        async def shows(step: str, *who: str) -> AsyncIterator[Stop]:
            for one in who:
                await seen[one].open(theirs if one == APPLICANT else at)
                yield f"repayment-{step}-{one}", seen[one]

        async for stop in shows("proposed", APPLICANT, "officer", "chair"):
            yield stop
        await people.act("officer", path, "notice", {"words": "Det blev pengar över. Ni kan svara inom 14 dagar."})
        async for stop in shows("notified", APPLICANT, "chair", "finance"):
            yield stop
        answer = {"standpoint": "agrees", "words": "Vi betalar tillbaka det som blev över."}
        await people.act(APPLICANT, path, "answer", answer)
        await own.advance(closing.ANSWER_TIME)
        async for stop in shows("answered", APPLICANT, "officer", "chair"):
            yield stop
        await people.act("chair", path, "decision", {"amount_ore": claim["amount_ore"]})
        async for stop in shows("decided", APPLICANT, "finance"):
            yield stop
        await people.act("finance", path, "invoice")
        async for stop in shows("invoiced", APPLICANT, "officer", "finance"):
            yield stop
        await seen[APPLICANT].open(f"/my/cases/{case.id}")
        yield "repayment-case-applicant", seen[APPLICANT]
        for one in seen.values():
            await one.close()
    finally:
        await people.close()
