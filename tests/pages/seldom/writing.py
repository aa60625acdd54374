"""A form, and what gets in its way: no contact, somebody else, a session that has ended, papers that are refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.async_api import expect

from services.command.demo.applying import APPLICANT
from tests.pages.by_hand.ground import a_draft, a_wish, an_open_call
from tests.pages.by_hand.wire import wire_to
from tests.pages.seldom.ground import Ground, Stop, presses
from tests.pages.street import Tab

TOO_LARGE_BYTES = 27_000_000
PAPER_BYTES = 3_000_000


async def _writes(visitor: Tab, text: str, state: str) -> None:
    """Until the line about what is saved says so."""
    await visitor.page.locator("#summary").fill(text)
    await expect(visitor.page.locator(f'[data-saved][data-state="{state}"]')).to_be_visible()


async def a_form_without_contact(ground: Ground) -> AsyncIterator[Stop]:
    async with an_open_call(ground.url) as own:
        draft = await a_draft(ground.url, own, a_wish(own))
        visitor = await ground.comes(APPLICANT)
        await visitor.open(f"{draft}/activity")
        await expect(visitor.page.locator("form[data-awake]")).to_have_count(1)
        await _writes(visitor, "Skrivet hemma", "saved")
        yield "form-saved", visitor
        await visitor.context.set_offline(True)
        await _writes(visitor, "Skrivet på tåget", "away")
        yield "form-offline", visitor
        await visitor.context.set_offline(False)
        await visitor.close()

        first, second = await ground.comes(APPLICANT), await ground.comes(APPLICANT)
        for one in (first, second):
            await one.open(f"{draft}/activity")
            await expect(one.page.locator("form[data-awake]")).to_have_count(1)
        await _writes(first, "Från datorn.\nPå två rader.", "saved")
        await _writes(second, "Från telefonen", "conflict")
        yield "form-conflict", second
        await presses(second, 'form button.govuk-button[value="next"]')
        yield "form-choice", second
        await first.close()
        await second.close()


async def a_session_that_ended(ground: Ground) -> AsyncIterator[Stop]:
    async with an_open_call(ground.url) as own:
        draft = await a_draft(ground.url, own, a_wish(own))
        visitor = await ground.comes(APPLICANT)
        await visitor.open(f"{draft}/activity")
        await expect(visitor.page.locator("form[data-awake]")).to_have_count(1)
        await visitor.context.clear_cookies()
        await _writes(visitor, "Skrivet när ingen var inloggad", "away")
        yield "form-signed-out", visitor
        await visitor.close()


@asynccontextmanager
async def _large() -> AsyncIterator[Path]:
    """A file on the disk: a browser reads it there, which is a hundred times faster than being handed its bytes."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "protokoll.pdf"
        file.write_bytes(b"%PDF-1.7\n" + b"x" * TOO_LARGE_BYTES)
        yield file


async def papers_that_do_not_arrive(ground: Ground) -> AsyncIterator[Stop]:
    """Too large, of a kind that is not taken, and cut off on the way; with scripts and without."""
    paper = {"name": "fullmakt.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n" + b"x" * PAPER_BYTES}
    program = {"name": "spel.exe", "mimeType": "application/octet-stream", "buffer": b"MZ" + b"x" * 2_000}
    async with an_open_call(ground.url) as own, wire_to(ground.url) as wire, _large() as large:
        draft = await a_draft(ground.url, own, a_wish(own))
        visitor = await ground.comes(APPLICANT, url=wire.url)
        await visitor.open(f"{draft}/files")
        await expect(visitor.page.locator("#mandate[data-awake]")).to_have_count(1)
        failed = visitor.page.locator("#mandate-files [data-upload-failed]")
        await visitor.page.locator("#mandate").set_input_files(large)
        await expect(failed).to_have_count(1)
        await visitor.page.locator("#mandate").set_input_files(program)
        await expect(failed).to_have_count(2)
        wire.cut_after(PAPER_BYTES // 2)
        await visitor.page.locator("#mandate").set_input_files(paper)
        await expect(failed).to_have_count(3)
        yield "files-failed", visitor
        wire.mend()
        await visitor.close()

        plain = await ground.comes(APPLICANT, scripts=False)
        for name, file in (("files-kind-plain", program), ("error-413", large)):
            await plain.open(f"{draft}/files")
            await plain.page.locator("#mandate").set_input_files(file)
            await presses(plain, 'form button.govuk-button[value="list"]')
            yield name, plain
        await plain.close()
