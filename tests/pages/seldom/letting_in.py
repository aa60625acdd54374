"""Letters with a link: to a role, and to a draft; open, used and taken back."""

from __future__ import annotations

from collections.abc import AsyncIterator

from services.command.demo.applying import APPLICANT
from tests.pages.by_hand.ground import a_draft, a_number, a_wish, an_open_call
from tests.pages.seldom.ground import SEND, Ground, Stop, presses


async def invitations(ground: Ground) -> AsyncIterator[Stop]:
    """To a role that two people give: open, with something wrong, accepted, used."""
    email = f"{a_number()}@example.se"
    administrator = await ground.comes("administrator")
    await administrator.open("/administer/accounts/invite")
    page = administrator.page
    await page.locator("input[name=email]").fill(email)
    await page.locator("input[name=role][value=attester]").check()
    await presses(administrator, f'form[action="/administer/accounts/invite"] {SEND}')
    yield "invitation-sent", administrator
    visitor = await ground.comes(None)
    link = ground.link(email)
    await visitor.open(link)
    yield "invitation", visitor
    await visitor.page.locator("input[name=name]").fill("Nour Ek")
    await visitor.page.locator("input[name=password]").fill("kort")
    await presses(visitor, f'form[action^="/invitation/"] {SEND}')
    yield "invitation-wrong", visitor
    await visitor.page.locator("input[name=name]").fill("Nour Ek")
    await visitor.page.locator("input[name=password]").fill("correct horse battery staple")
    await presses(visitor, f'form[action^="/invitation/"] {SEND}')
    yield "invitation-accepted", visitor
    await visitor.open(link)
    yield "invitation-used", visitor
    await visitor.open("/me/passkeys")
    yield "passkeys", visitor
    await visitor.open("/me/data")
    yield "own-data", visitor
    await visitor.open("/today")
    yield "role-waits", visitor
    await visitor.close()
    stranger = await ground.comes(None)
    await stranger.open(link)
    yield "invitation-used-nobody", stranger
    await stranger.close()
    await administrator.open("/administer/roles")
    yield "roles-wait", administrator
    await administrator.open("/administer/accounts")
    yield "accounts", administrator
    await administrator.close()


async def help_with_a_draft(ground: Ground) -> AsyncIterator[Stop]:
    async with an_open_call(ground.url) as own:
        draft = await a_draft(ground.url, own, a_wish(own))
        applicant = await ground.comes(APPLICANT)
        await applicant.open(f"{draft}/helpers")
        yield "helpers-none", applicant
        emails = [f"{a_number()}@example.se" for _ in range(2)]
        for email in emails:
            await applicant.page.locator("input[name=email]").fill(email)
            await presses(applicant, f'form[action="{draft}/helpers"] button.govuk-button')
        yield "helpers-asked", applicant
        links = [ground.link(email) for email in emails]
        helper = await ground.comes(None)
        await helper.open(links[0])
        yield "help-with", helper
        await helper.page.locator("input[name=name]").fill("Alva Stöd")
        await presses(helper, 'form[action^="/help-with/"] button')
        yield "help-with-accepted", helper
        await helper.open(f"{draft}/check")
        yield "help-with-check", helper
        await helper.open("/my")
        yield "help-with-my", helper
        stranger = await ground.comes(None)
        await stranger.open(links[0])
        yield "help-with-used", stranger
        await applicant.open(f"{draft}/helpers")
        yield "helpers-helping", applicant
        for _ in links:
            await presses(applicant, 'main form[action$="/end"] button')
        await applicant.open(f"{draft}/helpers")
        yield "helpers-taken-back", applicant
        await helper.open(draft)
        yield "help-with-ended", helper
        await stranger.open(links[1])
        yield "help-with-taken-back", stranger
        for one in (applicant, helper, stranger):
            await one.close()
