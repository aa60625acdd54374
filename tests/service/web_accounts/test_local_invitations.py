"""Somebody is invited by letter, chooses a password, and has the role once those who must agree have agreed."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from services.command.invite import has_administrator, invite_administrator
from services.web.signing_in import accounts, people
from services.web.signing_in.id_token import Identity
from services.web.site.sessions import Level
from tests.mailbox import Mailbox
from tests.pages.findings import invalid
from tests.service.engine.yard import until
from tests.service.house import TestedHouse
from tests.service.web.browsing import browse
from tests.service.web_accounts.local import PASSWORD, invited, local_account, signed_in_with
from tests.service.web_accounts.providers import knowing, told


async def test_somebody_invited_chooses_a_password_and_has_the_role(house: TestedHouse, mailbox: Mailbox) -> None:
    email, _, browser = await local_account(house, mailbox)

    shown = (await browser.open("/me")).text
    assert "panel member" in shown
    assert email in shown
    letter = mailbox.to(email)[-1].get_content()
    assert "panel member" in letter
    assert "14 days" not in letter, "the day itself stands there"

    anew = await browse(house)
    assert (await signed_in_with(anew, email, PASSWORD)).path == "/me"


async def test_an_invitations_link_is_good_once_and_until_a_new_one_is_sent(
    house: TestedHouse, mailbox: Mailbox
) -> None:
    email, first = await invited(house, mailbox)
    page = await (await browse(house, "administrator")).open("/administer/accounts")
    row = next(form.action for form in page.forms if form.action.endswith("/letter"))
    invitation = first.split("/")[2].partition("?")[0]
    await page.send(row.rsplit("/", 2)[0] + f"/{invitation}/letter")
    second = mailbox.link(email)
    assert first != second
    assert (await (await browse(house)).open(first)).status == 404

    browser = await browse(house)
    await (await browser.open(second)).send(second.partition("?")[0], name="Nour Ek", password=PASSWORD)

    assert (await (await browse(house)).open(second)).status == 404


@pytest.mark.parametrize("key", ["", "made-up", "x" * 10_000])
async def test_without_its_link_an_invitation_does_not_exist(house: TestedHouse, mailbox: Mailbox, key: str) -> None:
    _, link = await invited(house, mailbox)
    assert (await (await browse(house)).open(link)).status == 200, "the control"

    page = await (await browse(house)).open(f"{link.partition('?')[0]}?key={key}")

    assert page.status == 404
    assert "no longer works" in page.text


@pytest.mark.parametrize("over_the_api", [True, False])
async def test_an_invitation_taken_back_is_accepted_by_nobody_and_its_address_forgotten(
    house: TestedHouse, mailbox: Mailbox, over_the_api: bool
) -> None:
    _, link = await invited(house, mailbox)
    invitation = link.split("/")[2].partition("?")[0]
    page = await (await browse(house, "administrator")).open("/administer/accounts")

    if over_the_api:
        assert (
            await (await house.person("administrator")).delete(f"/api/web/invitations/{invitation}")
        ).status_code == 200
    else:
        await page.send(f"/administer/invitations/{invitation}/withdraw")

    assert (await (await browse(house)).open(link)).status == 404
    kept = "select count(*) from store where owner = $1"
    assert await house.office("web").pool.fetchval(kept, UUID(invitation)) == 0


async def test_an_invitation_that_nobody_answers_ends_by_itself_and_its_address_is_forgotten(
    house: TestedHouse, mailbox: Mailbox
) -> None:
    _, link = await invited(house, mailbox)
    _, another = await invited(house, mailbox)
    old, waiting = (UUID(one.split("/")[2].partition("?")[0]) for one in (link, another))
    web, kept = house.office("web"), "select count(*) from store where owner = $1"
    await web.pool.execute("update invitation set expires_at = clock_timestamp() where id = $1", old)

    async def is_forgotten() -> bool:
        return not await web.pool.fetchval(kept, old)

    await until(is_forgotten, "whom the old one went to is forgotten")

    assert (await (await browse(house)).open(link)).status == 404
    assert await web.pool.fetchval("select status from invitation where id = $1", old) == "withdrawn"
    assert await web.pool.fetchval(kept, waiting) == 1
    assert (await (await browse(house)).open(another)).status == 200


async def test_an_auditor_is_invited_for_the_time_of_the_audit_and_sees_when_it_ends(
    house: TestedHouse, mailbox: Mailbox
) -> None:
    email, filled = f"{uuid4().hex}@example.se", {"role": "auditor", "language": "en"}
    page = await (await browse(house, "administrator")).open("/administer/accounts/invite")
    for wrong in ("igår", "2020-01-01"):
        refused = await page.send("/administer/accounts/invite", email=email, until=wrong, **filled)
        assert refused.status == 422
    sent = await refused.send("/administer/accounts/invite", email=email, until="2099-03-31", **filled)
    assert "last day 31 March 2099" in sent.text, sent.text

    link, browser = mailbox.link(email), await browse(house)
    opened = await browser.open(link)
    assert "Its last day is 31 March 2099." in opened.text
    await opened.send(link.partition("?")[0], name="Rut Sand", password=PASSWORD)

    desk = await browser.open("/audit")
    assert desk.status == 200
    assert "Your access to the trail ends 1 April 2099" in desk.text, "at the midnight that ends the last day"
    assert "Your access" not in (await (await browse(house, "auditor")).open("/audit")).text, "the control: no end"


async def test_a_powerful_role_waits_for_the_chair(house: TestedHouse, mailbox: Mailbox) -> None:
    _, account, browser = await local_account(house, mailbox, "finance")
    assert "waits for a second person" in (await browser.open("/me")).text
    held = (await (await house.person("administrator")).get(f"/api/web/accounts/{account}")).json()
    assert (held["posts"], len(held["proposals"])) == ([], 1)

    assert not invalid((await (await browse(house, "administrator")).open(f"/administer/accounts/{account}")).html)
    own = await (await browse(house, "administrator")).open("/administer/roles")
    assert not invalid(own.html)
    assert "You proposed it." in own.text
    page = await (await browse(house, "chair")).open("/administer/roles")
    action = "/administer/roles/confirm"
    form = next(one for one in page.forms if one.action == action and ("account", str(account)) in one.fields())
    done = await page._browser.send(form, {})

    assert "You have confirmed the role." in done.text
    assert "finance" in (await browser.open("/me")).text


async def invited_again(house: TestedHouse, mailbox: Mailbox, email: str) -> str:
    page = await (await browse(house, "administrator")).open("/administer/accounts/invite")
    await page.send("/administer/accounts/invite", email=email, role="officer", language="en")
    return mailbox.link(email)


async def test_s14_a_letter_gives_no_password_to_an_account_that_an_e_id_opens(
    house: TestedHouse, mailbox: Mailbox
) -> None:
    """Else whoever reads somebody's letters signs for them, as nobody can with a code by e-mail."""
    web, email, known = house.office("web"), f"{uuid4().hex}@example.se", told("freja", "https://freja.example")
    with knowing(house, known) as desk:
        identity = Identity(
            provider="freja",
            issuer="https://freja.example",
            subject=email,
            level=Level.EID,
            acr="loa3",
            name="Nour Ek",
            auth_time=None,
            token="",
        )
        account = await accounts.by_identity(web, desk.lookup, identity, "en")
        await people.verified(web, desk.lookup, account, email)
        link = await invited_again(house, mailbox, email)
        refused = await (await (await browse(house)).open(link)).send(
            link.partition("?")[0], name="Nour Ek", password=PASSWORD
        )
        assert (refused.status, await desk.passwords.has(account)) == (422, False)
        assert "You have an account with an e-ID already." in refused.text
        assert any(href.startswith("/sign-in/with/freja?next=/invitation/") for href in refused.links)

    with knowing(house) as desk:  # the control: that e-ID is taken no more, and there is no other way in
        page = await (await browse(house)).open(link)
        assert (await page.send(link.partition("?")[0], name="Nour Ek", password=PASSWORD)).path == "/me"
        assert await desk.passwords.has(account)


async def test_a_new_password_by_a_new_invitation_ends_sessions_and_tokens(
    house: TestedHouse, mailbox: Mailbox
) -> None:
    email, account, before = await local_account(house, mailbox)
    token = house.bearer(await house.token(account))
    assert (await token.get("/api/web/me")).status_code == 200

    link = await invited_again(house, mailbox, email)
    await (await (await browse(house)).open(link)).send(link.partition("?")[0], name="Nour Ek", password=PASSWORD * 2)

    assert (await token.get("/api/web/me")).status_code == 401
    assert (await before.open("/me")).path == "/sign-in?next=/me"
    assert (await signed_in_with(await browse(house), email, PASSWORD * 2)).path == "/me"


async def test_a_letter_that_cannot_be_sent_loses_no_invitation(
    house: TestedHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BIFALL_SMTP_URL", "smtp://127.0.0.1:1")
    email = f"{uuid4().hex}@example.se"
    page = await (await browse(house, "administrator")).open("/administer/accounts/invite")

    sent = await page.send("/administer/accounts/invite", email=email, role="panel")

    assert "could not be sent just now" in sent.text
    assert email in sent.text, "it waits in the list, to be sent again"


@pytest.mark.parametrize(
    "filled",
    [{"email": "nobody", "role": "panel"}, {"email": "a@example.se", "role": "emperor"}, {"email": "", "role": ""}],
)
async def test_an_invitation_filled_in_wrongly_is_told_and_nothing_written_is_lost(
    house: TestedHouse, mailbox: Mailbox, filled: dict[str, str]
) -> None:
    page = await (await browse(house, "administrator")).open("/administer/accounts/invite")

    again = await page.send("/administer/accounts/invite", **filled)

    assert again.status == 422
    assert f'value="{filled["email"]}"' in again.html
    assert mailbox.asked_for == []


async def test_the_first_administrator_is_invited_from_the_machine_itself_and_no_second(house: TestedHouse) -> None:
    """The demo's administrator is nobody when no demo runs."""
    web = house.office("web")
    assert not await has_administrator(web)
    link = await invite_administrator(web, f"{uuid4().hex}@example.se")
    browser = await browse(house)
    page = await browser.open(link)
    assert "administrator" in page.heading
    arrived = await page.send(link.partition("?")[0], name="Tove Ek", password=PASSWORD)

    assert "administrator" in arrived.text
    assert "waits for a second person" not in arrived.text
    assert await has_administrator(web)
    account = (await browser.open("/me/data.json")).answer.json()["account"]
    taken = await (await house.person("administrator")).delete(f"/api/web/accounts/{account}/roles/administrator")
    assert taken.status_code == 200
