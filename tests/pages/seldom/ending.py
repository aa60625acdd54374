"""Cases whose time is over, and letters on their way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

from services.command.demo import applying, closing, fund
from services.command.demo.applying import APPLICANT
from services.command.demo.people import People, Refusal
from services.command.demo.round_file import Applied, Round
from tests.pages.by_hand.ground import a_number
from tests.pages.seldom.ground import SEND, Ground, Stop, decided, presses

SIX_YEARS = timedelta(days=366 * 6)
LOOK_EVERY_S = 0.25
LOOKS = 120


async def disposal(ground: Ground) -> AsyncIterator[Stop]:
    """Proposed by one, decided by another, and what is left of the case for each who comes there."""
    people = People(ground.url)
    try:
        applied = Applied("Friluftsvännerna (påhittad)", a_number(), 10_000, "avslag", "Klubbresa", reason="R02")
        own = await fund.found(people, Round((applied,)))
        case = await applying.apply(own, applied, 0)
        await fund.close_call(own)
        await decided(own, case)
        await closing.close(own, case)
        await own.advance(SIX_YEARS)
        who = ("archivist", "chair", "officer", "auditor", APPLICANT)
        archivist, chair, officer, auditor, applicant = [await ground.comes(one) for one in who]
        await archivist.open("/archive")
        yield "disposal-archive", archivist
        due = f"/archive/programmes/{own.programme}"
        await archivist.open(due)
        yield "disposal-due", archivist
        send = f'form[action="{due}"] {SEND}'
        await presses(archivist, send)
        yield "disposal-due-wrong", archivist
        await archivist.page.locator("input[name=case]").check()
        await archivist.page.locator("textarea[name=reason]").fill("Dokumenthanteringsplan 3.2, rad 7.")
        await presses(archivist, send)
        yield "disposal-proposed", archivist
        at = archivist.path
        for name, one in (("chair", chair), ("auditor", auditor)):
            await one.open(at)
            yield f"disposal-proposed-{name}", one
        decide = f'form[action$="/decision"] {SEND}'
        await presses(chair, decide)
        yield "disposal-not-sure", chair
        await chair.page.locator("input[name=sure]").check()
        await presses(chair, decide)
        yield "disposal-decided", chair
        await _erased(people, at.rpartition("/")[2])
        await archivist.open(at)
        yield "disposal-done", archivist
        for name, one, path in (
            ("officer", officer, f"/cases/{case.id}"),
            ("chair", chair, f"/cases/{case.id}"),
            ("applicant", applicant, f"/my/cases/{case.id}"),
            ("auditor-trail", auditor, f"/audit/cases/{case.id}"),
        ):
            await one.open(path)
            yield f"disposed-{name}", one
        await applicant.open("/my")
        yield "disposed-my", applicant
        await officer.open("/cases?q=Friluftsv%C3%A4nnerna")
        yield "disposed-list", officer
        for one in (archivist, chair, officer, auditor, applicant):
            await one.close()
    finally:
        await people.close()


async def _erased(people: People, disposal: str) -> None:
    """Until every part of the system has said so."""
    for _ in range(LOOKS):
        await asyncio.sleep(LOOK_EVERY_S)
        try:
            if not (await people.get("archivist", f"/api/audit/disposals/{disposal}"))["missing"]:
                return
        except Refusal:  # audit has not heard of the decision yet
            continue
    raise AssertionError("a disposal is not carried out")


async def outbox(ground: Ground) -> AsyncIterator[Stop]:
    officer = await ground.comes("officer")
    for status in ("", "to_print", "delayed", "kept", "sent"):
        await officer.open(f"/letters?status={status}" if status else "/letters")
        yield f"outbox-{status or 'all'}", officer
    await officer.open("/letters")
    await officer.page.locator("main tbody th a").first.click()
    await officer.page.wait_for_load_state()
    yield "letter", officer
    await officer.close()
