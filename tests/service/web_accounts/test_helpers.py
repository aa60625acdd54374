"""A11: an association asks somebody to help with a draft, by letter; they write in it and in nothing else; and out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.web.domain.account import GrantRole, OpenAccount
from services.web.helping.ending import end_help
from services.web.pages import ROUTES
from shared.identity import Post, Role
from tests.mailbox import Mailbox
from tests.pages.findings import invalid
from tests.service.house import TestedHouse
from tests.service.web.browsing import Browser, Page, browse
from tests.service.web.page_routes import OPENED
from tests.service.whole_fund import GRANTED, Everything

OF_DRAFTS = "/drafts/{draft:uuid}"
OF_A_HELPER = {
    f"{OF_DRAFTS}{page}" for page in ("", "/{group:str}", "/files", "/files/{file:uuid}", "/check", "/print")
}
PRIVATE = ("/my/", "/drafts/", "/cases/", "/deciding/", "/money/", "/audit/", "/assessing/", "/letters/", "/reads/")


@dataclass
class Asked:
    """A draft with its association's browser, and the letter somebody got."""

    draft: str
    association: UUID
    applicant: Browser
    email: str
    link: str

    @property
    def path(self) -> str:
        return f"/drafts/{self.draft}"


async def a_draft(house: TestedHouse, everything: Everything, title: str = "Nästa") -> tuple[str, UUID]:
    """A new one, of the demo's association."""
    applicant, draft = await house.person("applicant"), str(uuid4())
    known = (await applicant.get(f"/api/applications/drafts/{everything['draft']}")).json()
    body = {"call": known["call"], "association": known["association"], "answers": {"title": title}}
    saved = await applicant.put(f"/api/applications/drafts/{draft}", body)
    assert saved.status_code == 200, saved.text
    return draft, UUID(known["association"])


@pytest.fixture
async def asked(house: TestedHouse, everything: Everything, mailbox: Mailbox) -> Asked:
    draft, association = await a_draft(house, everything)
    applicant, email = await browse(house, "applicant"), f"{uuid4().hex}@example.se"
    page = await applicant.open(f"/drafts/{draft}/helpers")
    assert not invalid(page.html)
    sent = await page.send(f"/drafts/{draft}/helpers", email=email, language="en")
    assert "The invitation is sent." in sent.text, sent.text
    assert email in sent.text
    return Asked(draft, association, applicant, email, mailbox.link(email))


async def accepted(house: TestedHouse, asked: Asked, name: str = "Alva Stöd") -> Browser:
    helper = await browse(house)
    page = await helper.open(asked.link)
    arrived = await page.send(asked.link.partition("?")[0], name=name)
    assert arrived.path == asked.path, arrived.text
    return helper


async def _autosave(browser: Browser, page: Page, action: str, **written: str) -> Any:
    fields = {**dict(page.form(action).fields()), **written}
    headers = {"Origin": "http://127.0.0.1:8000", "Sec-Fetch-Site": "same-origin"}
    return await browser.client.post(f"{action}/autosave", data=fields, headers=headers)


async def test_a11_somebody_asked_by_letter_reads_and_writes_in_the_draft(
    house: TestedHouse, asked: Asked, mailbox: Mailbox
) -> None:
    letter = mailbox.to(asked.email)[-1]
    assert "asks you for help" in str(letter["Subject"])
    assert "You cannot sign" in letter.get_content()
    helper = await browse(house)
    first = await helper.open(asked.link)
    assert not invalid(first.html)
    assert asked.email in first.text
    page = await first.send(asked.link.partition("?")[0], name="Alva Stöd")
    assert "Thank you for helping" in page.text
    assert "You help" in page.text
    assert not invalid(page.html)

    activity = f"{asked.path}/activity"
    written = await (await helper.open(activity)).send(activity, summary="Alva skrev det här.", go="list")
    assert written.path == asked.path
    seen = await asked.applicant.open(activity)
    assert "Alva skrev det här." in seen.html
    own = await asked.applicant.open(asked.path)
    assert "Alva Stöd can read and write" in own.text
    assert "You help with a draft" in (await helper.open("/my")).text
    assert "an association" not in (await helper.open("/me")).text, "it is a draft that they help with"


async def test_a11_the_link_is_good_once_and_then_leads_back_whoever_it_let_in(
    house: TestedHouse, asked: Asked, mailbox: Mailbox
) -> None:
    path, key = asked.link.partition("?")[0], asked.link.partition("?")[2]
    assert (await (await browse(house)).open(f"{path}?key=made-up")).status == 404
    helper = await accepted(house, asked)

    stranger = await browse(house)
    page = await stranger.open(asked.link)
    assert "You have used the link" in page.text
    assert asked.draft not in page.html
    assert not invalid(page.html)
    assert (await helper.open(f"{path}?{key}")).path == asked.path
    assert (await asked.applicant.open(asked.link)).status == 404, "somebody else's"

    code = await page.follow("Get a code")
    code = await code.send("/sign-in/email", email=asked.email)
    back = await code.send(code.forms[0].action, code=mailbox.code(asked.email))
    assert back.path == asked.path, "signed in anew with the address, they come back to the draft"


async def test_a11_a_helper_neither_signs_nor_erases_nor_invites(house: TestedHouse, asked: Asked) -> None:
    helper = await accepted(house, asked)

    for page in ("sign", "discard", "helpers"):
        answer = await helper.open(f"{asked.path}/{page}")
        assert answer.status == 404, page
    home = await helper.open(asked.path)
    assert not {address for address in home.links if address.endswith(("/sign", "/discard", "/helpers"))}
    check = await helper.open(f"{asked.path}/check")
    assert check.status == 200
    assert "Go on and sign" not in check.text
    control = await asked.applicant.open(f"{asked.path}/discard")
    assert control.status == 200


async def test_a11_another_id_in_every_address_shows_a_helper_nothing(
    house: TestedHouse, everything: Everything, asked: Asked
) -> None:
    """Of the association's cases, other drafts, accounts and decisions, by every page there is."""
    helper = await accepted(house, asked)
    answers = {
        page: await helper.client.get(page.path(everything.ids), follow_redirects=False)
        for page in OPENED
        if "{" in page.template and page.template.startswith(PRIVATE)
    }
    assert [str(page) for page, answer in answers.items() if answer.is_success] == []
    told = [str(page) for page, answer in answers.items() if GRANTED.title in answer.text or GRANTED.org in answer.text]
    assert told == []

    ids = {**everything.ids, "draft": asked.draft, "group": "activity"}
    own = {
        page.template: await helper.client.get(page.path(ids), follow_redirects=False)
        for page in OPENED
        if page.template.startswith(OF_DRAFTS)
    }
    entered = {template for template, answer in own.items() if answer.is_success}
    assert entered == OF_A_HELPER - {f"{OF_DRAFTS}/files/{{file:uuid}}"}, "that file is another draft's"
    assert {path for handler in ROUTES for path in handler.paths} >= OF_A_HELPER


async def test_a11_two_who_write_at_once_are_told_and_nothing_is_overwritten(house: TestedHouse, asked: Asked) -> None:
    helper, activity = await accepted(house, asked), f"{asked.path}/activity"
    here, there = await asked.applicant.open(activity), await helper.open(activity)
    assert (await _autosave(asked.applicant, here, activity, title="Kör")).status_code == 200
    clash = await _autosave(helper, there, activity, title="Podd")

    assert clash.status_code == 409
    assert clash.json()["conflicts"] == ["title"]
    assert 'value="Kör"' in (await asked.applicant.open(activity)).html
    choice = await there.send(activity, title="Podd", go="next")
    assert "Somebody has changed the same thing" in choice.text


async def test_a11_what_is_taken_back_is_over_at_once(house: TestedHouse, asked: Asked) -> None:
    helper = await accepted(house, asked)
    page = await asked.applicant.open(f"{asked.path}/helpers")
    assert "Alva Stöd" in page.text
    (end,) = [form.action for form in page.forms if form.action.endswith("/end")]
    gone = await page.send(end)
    assert "They can no longer see the draft" in gone.text
    again = await page.send(end)
    assert again.path == f"{asked.path}/helpers", "pressed twice"

    over = await helper.open(asked.path)
    assert (over.status, over.heading) == (404, "You no longer help")
    assert (await (await browse(house, "officer")).open(asked.path)).heading != over.heading, "told to nobody else"
    assert (await helper.open(asked.link)).status == 404


async def test_a11_an_invitation_taken_back_is_accepted_by_nobody_and_its_address_forgotten(
    house: TestedHouse, asked: Asked
) -> None:
    page = await asked.applicant.open(f"{asked.path}/helpers")
    await page.send(next(form.action for form in page.forms if form.action.endswith("/end")))

    assert (await (await browse(house)).open(asked.link)).status == 404
    helper = UUID(asked.link.split("/")[2].partition("?")[0])
    assert await house.office("web").pool.fetchval("select count(*) from store where owner = $1", helper) == 0


async def test_a11_the_help_ends_by_itself_and_the_trail_tells_of_it_without_a_name(
    house: TestedHouse, asked: Asked
) -> None:
    await accepted(house, asked)
    office, helper = house.office("web"), UUID(asked.link.split("/")[2].partition("?")[0])
    state = await office.book.read(office.pool, helper)
    await end_help(office)
    assert (await office.book.read(office.pool, helper)).status == "helping", "the control: not before"
    await office.pool.execute("update help set until = clock_timestamp() where id = $1", helper)

    await end_help(office)

    assert (await office.book.read(office.pool, helper)).status == "ended"
    held = (await office.book.read(office.pool, state.account)).posts
    assert Post(Role.HELPER, asked.association, UUID(asked.draft)) not in held
    told = await office.pool.fetch(
        "select type, event from journal where event::jsonb->'data'->>'case' = $1", asked.draft
    )
    assert {row["type"] for row in told} == {"helper.invited", "helper.accepted", "help.ended"}
    assert not any(asked.email in row["event"] or "Alva" in row["event"] for row in told)


async def test_a11_another_associations_draft_is_nobodys_to_invite_to(
    house: TestedHouse, everything: Everything, mailbox: Mailbox
) -> None:
    office, account, association = house.office("web"), uuid4(), uuid4()
    await office.act(OpenAccount(subject=account, demo=True), "test")
    for role in (Role.APPLICANT, Role.SIGNATORY):
        await office.act(GrantRole(subject=account, role=role, association=association), "test")
    neighbour = house.bearer(await house.token(account))
    body = {"email": "stod@example.se", "draft": str(everything["draft"])}

    assert (await neighbour.put(f"/api/web/helpers/{uuid4()}", body)).status_code == 404
    assert (await (await browse(house, account)).open(f"/drafts/{everything['draft']}/helpers")).status == 404
    control = await (await house.person("applicant")).put(f"/api/web/helpers/{uuid4()}", body)
    assert control.status_code == 200
    assert (await neighbour.get(f"/api/web/helpers?draft={everything['draft']}")).json()["items"] == []


async def test_a11_whom_the_letter_cannot_reach_is_not_invited(
    house: TestedHouse, everything: Everything, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BIFALL_SMTP_URL", "smtp://127.0.0.1:1")
    draft, _ = await a_draft(house, everything)
    page = await (await browse(house, "applicant")).open(f"/drafts/{draft}/helpers")

    sent = await page.send(f"/drafts/{draft}/helpers", email="stod@example.se")

    assert sent.status == 503
    assert "nobody is invited" in sent.text
    assert 'value="stod@example.se"' in sent.html
    again = await page.send(f"/drafts/{draft}/helpers", email="inte en adress")
    assert again.status == 422
