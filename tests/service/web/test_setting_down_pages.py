"""A10: what comes on paper or by word of mouth, on the pages of who writes it down and of who it is written for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from uuid import uuid4

import pytest

from services.command.demo import fund
from services.command.demo.fund import Fund
from services.command.demo.people import People
from services.command.demo.round_file import Applied, Round
from services.web.domain.account import GrantRole, OpenAccount
from shared.deadlines import local_date
from shared.identity import Role
from tests.service.house import URL, TestedHouse, new_id
from tests.service.web.browsing import Browser, Page, browse
from tests.service.web.filled_in import PDF, TICKED, answers_to, save

PLAYED = Round((Applied("Vi (påhittad)", "802700-1794", 20_000, "bifall", "Kör", 20_000),))
BEGIN = "/set-down/new"
SIGNED = [("fund:signed_paper", ("papper.pdf", PDF, "application/pdf"))]


@pytest.fixture
async def call(house: TestedHouse) -> AsyncIterator[Fund]:
    """A call that is open."""
    people = People(URL, house.transport)
    yield await fund.found(people, PLAYED)
    await people.close()


@pytest.fixture
async def coordinator(house: TestedHouse) -> AsyncIterator[Browser]:
    browser = await browse(house, "coordinator")
    yield browser
    await browser.close()


def how(call: Fund, number: str) -> dict[str, str]:
    came_on = local_date(datetime.fromisoformat(call.call_rules["opens_at"])).isoformat()
    return {"call": str(call.call), "organisation_number": number, "route": "paper", "came_on": came_on}


async def written_down(coordinator: Browser, call: Fund, number: str) -> Page:
    """Every question answered, two sign together, and every paper there but the signed one; stands on the draft."""
    page = await coordinator.open(BEGIN)
    page = await page.send(BEGIN, **how(call, number))
    page = (
        await page.send(BEGIN, **how(call, number), name="Vi på papper", town="Falun")
        if "is_new" in page.html
        else page
    )
    assert page.path.startswith("/drafts/"), page.text
    draft = page.path
    for group, filled in answers_to(call).items():
        page = await save(page, group, {**filled, "signing_rule": "two_together"} if group == "people" else filled)
        assert "check=yes" not in page.path, page.text
    names = ("statutes", "constituting_minutes")
    files = [(name, (f"{name}.pdf", PDF, "application/pdf")) for name in names]
    return await (await coordinator.open(f"{draft}/files")).send(f"{draft}/files", files=files, go="list")


async def test_a10_what_came_on_paper_is_written_on_the_same_pages_and_registered_by_the_fund(
    coordinator: Browser, applicant: Browser, call: Fund
) -> None:
    """By a coordinator, for an association that the fund registers; the signed paper is what it is registered on."""
    page = await (await (await coordinator.open("/today")).follow("Write for somebody")).follow("Write down")
    page = await page.send(BEGIN)
    assert "Choose which call it is for." in page.text
    page = await page.send(BEGIN, **{**how(call, "802700-0150"), "came_on": "2099-01-01"})
    assert "has not been yet" in page.text or "is_new" in page.html
    page = await written_down(coordinator, call, "802700-0150")
    draft = page.path
    printed = await page.follow("Print it")
    assert "Kör för alla" in printed.text
    page = await (await coordinator.open(draft)).follow("Read through and register")
    page = await page.follow("Go on and register")
    page = await page.send(f"{draft}/register", go="register")
    assert "Write how many signatures the paper has." in page.text
    page = await page.send(f"{draft}/register", files=SIGNED, go="register", signed_on_paper=1, compared=TICKED)
    assert "needs that many signatures" in page.text
    assert "papper.pdf" in page.text, "nothing that was handed in is lost"
    case = await page.send(f"{draft}/register", go="register", signed_on_paper=2, compared=TICKED)

    assert case.path == draft.replace("/drafts/", "/cases/"), case.text
    assert "An application on paper" in case.text
    assert "The signed paper" in case.text
    assert (await coordinator.open(f"{draft}/register")).path == case.path, "pressed twice, it is one"
    assert (await applicant.open(draft)).status == 404


async def test_a1_a10_what_was_counted_and_compared_stays_when_the_picture_alone_is_handed_in(
    coordinator: Browser, call: Fund
) -> None:
    path = f"{(await written_down(coordinator, call, '802700-1802')).path}/register"

    page = await (await coordinator.open(path)).send(path, files=SIGNED, go="stay", signed_on_paper=2, compared=TICKED)

    kept = dict(page.form(path).fields())
    assert (page.status, kept["signed_on_paper"], kept["compared"]) == (200, "2", TICKED)
    assert "papper.pdf" in page.text
    assert (await page.send(path, go="register")).path.startswith("/cases/")


async def test_a10_when_it_can_no_longer_be_registered_the_fund_is_told_what_to_do(
    coordinator: Browser, call: Fund
) -> None:
    draft = (await written_down(coordinator, call, "802700-1810")).path
    told = "It cannot be registered in this call"
    assert told not in (await coordinator.open(draft)).text, "the control"
    await fund.close_call(call)

    for path in (draft, f"{draft}/check", f"{draft}/register"):
        page = await coordinator.open(path)
        assert told in page.text, path
        assert "Call us" not in page.text.partition("Do you need help?")[0], path


async def test_a10_two_sign_here_what_the_fund_has_written_and_no_last_day_is_told_that_does_not_hold(
    house: TestedHouse, coordinator: Browser, applicant: Browser, call: Fund
) -> None:
    association, account, number = new_id(), uuid4(), "802700-1828"
    body = {"organisation_number": number, "name": "Vi två", "town": "Falun"}
    await call.people.put("applicant", f"/api/applications/associations/{association}", body)
    web = house.office("web")
    await web.act(OpenAccount(subject=account, demo=True), "test")
    for role in (Role.APPLICANT, Role.SIGNATORY):
        await web.act(GrantRole(subject=account, role=role, association=association), "test")
    other = await browse(house, account)
    draft = (await written_down(coordinator, call, number)).path
    last_day = "The last day"

    mine = await other.open("/my")
    assert "The fund writes this for you" in mine.text
    assert draft not in mine.text.partition("What comes when")[2]
    check = await applicant.open(f"{draft}/check")
    sign = await check.follow("Go on and sign")
    assert last_day not in check.text + sign.text
    await sign.sign()

    mine = await other.open("/my")
    assert "Your signature is needed too." in mine.text
    check = await other.open(f"{draft}/check")
    assert last_day not in check.text
    receipt = await (await check.follow("Go on and sign")).sign()
    assert receipt.path == draft.replace("/drafts/", "/my/cases/"), receipt.text
    await other.close()


async def test_h8_a10_nobody_else_comes_to_the_pages_of_setting_down(house: TestedHouse, applicant: Browser) -> None:
    for person in ("auditor", "chair", "finance"):
        visitor = await browse(house, person)
        assert [(await visitor.open(path)).status for path in ("/set-down", BEGIN)] == [403, 403], person
        await visitor.close()
    assert (await applicant.open("/set-down")).status == 403
