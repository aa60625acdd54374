"""A code by e-mail: for those without e-ID. The same answer to every address; good once, and not for long."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from services.web.pages.account import by_email
from services.web.signing_in import email_code, rate_limits, signing
from services.web.site.sessions import Level
from shared.refused import Refused
from tests.mailbox import Mailbox
from tests.pages.findings import invalid
from tests.service.house import TestedHouse
from tests.service.web.browsing import Browser, Page, browse


def somebody() -> str:
    return f"{uuid4().hex}@example.se"


@pytest.fixture
async def browser(house: TestedHouse) -> AsyncIterator[Browser]:
    opened = await browse(house)
    yield opened
    await opened.close()


async def asked(browser: Browser, email: str, next_: str = "/me") -> Page:
    return await (await browser.open(f"/sign-in/email?next={next_}")).send("/sign-in/email", email=email)


def code_form(page: Page) -> str:
    return next(form.action for form in page.forms if form.action.startswith("/sign-in/email/"))


async def test_somebody_signs_in_with_a_code_and_may_draft_but_not_sign(
    house: TestedHouse, browser: Browser, mailbox: Mailbox
) -> None:
    email = somebody()
    page = await asked(browser, email)
    assert not invalid(page.html)
    arrived = await page.send(code_form(page), code=mailbox.code(email))

    assert arrived.path == "/me"
    assert not invalid(arrived.html)
    assert email in arrived.text
    held = (await browser.open("/me/data.json")).answer.json()
    assert [post["role"] for post in held["roles"]] == ["applicant"]
    with pytest.raises(signing.NotSurelyEnough):
        await signing.begin(house.office("web"), held["account"], Level.EMAIL, "text", "/")
    for path in ("/me/password", "/me/passkeys", "/me/tokens", "/me/email"):
        assert (await browser.open(path)).status == 403, "a way in by e-mail opens no surer one"


async def test_with_an_e_mail_code_nobody_is_staff_or_signatory(
    house: TestedHouse, browser: Browser, mailbox: Mailbox
) -> None:
    email = somebody()
    page = await asked(browser, email)
    await page.send(code_form(page), code=mailbox.code(email))
    account = (await browser.open("/me/data.json")).answer.json()["account"]
    administrator = await house.person("administrator")
    for role in ("officer", "signatory"):
        assert (await administrator.put(f"/api/web/accounts/{account}/roles/{role}", {})).status_code == 200

    assert (await browser.open("/administer/accounts")).status == 403
    shown = (await browser.open("/me")).text
    assert "officer" in shown, "it is theirs"
    assert "Ärenden" not in shown
    assert "Cases" not in shown, "but this way in is not enough for it"


async def test_the_same_address_is_the_same_person_however_it_is_written(house: TestedHouse, mailbox: Mailbox) -> None:
    email, accounts = somebody(), []
    for written in (email, email.upper(), f"  {email} "):
        browser = await browse(house)
        page = await asked(browser, written)
        await page.send(code_form(page), code=mailbox.code(email))
        accounts.append((await browser.open("/me/data.json")).answer.json()["account"])

    assert len(set(accounts)) == 1


async def test_the_letters_link_opens_a_page_with_a_button_and_opening_it_uses_nothing_up(
    house: TestedHouse, browser: Browser, mailbox: Mailbox
) -> None:
    """Scanners of mail open links, and may open them many times."""
    email = somebody()
    await asked(browser, email)
    link = mailbox.link(email)
    for _ in range(email_code.TRIES_MAX + 1):
        page = await browser.open(link)
        assert email in page.text, "it says whose it is"
    assert not invalid(page.html)

    arrived = await page.send(link.partition("?")[0])

    assert arrived.path != link
    assert email in (await browser.open("/me")).text
    again = await (await browse(house)).open(link)
    assert "has been used" in again.text
    assert email not in again.text
    assert (await Page(await browse(house), page.answer).send(link.partition("?")[0])).status == 422, "good once"


async def test_a_code_is_good_once(browser: Browser, house: TestedHouse, mailbox: Mailbox) -> None:
    email = somebody()
    page = await asked(browser, email)
    code = mailbox.code(email)
    assert (await page.send(code_form(page), code=code)).path == "/me"

    again = await Page(await browse(house), page.answer).send(code_form(page), code=code)

    assert again.status == 422
    assert "not right" in again.text


async def test_of_two_who_send_the_same_code_at_once_one_is_signed_in(house: TestedHouse, mailbox: Mailbox) -> None:
    email = somebody()
    first, second = await browse(house), await browse(house)
    page = await asked(first, email)
    other = Page(second, page.answer)
    code = mailbox.code(email)

    answers = await asyncio.gather(*(one.send(code_form(page), code=code) for one in (page, other)))

    assert sorted(answer.status == 422 for answer in answers) == [False, True]


async def test_after_a_few_wrong_tries_even_the_right_code_is_no_good(browser: Browser, mailbox: Mailbox) -> None:
    """S-13."""
    email = somebody()
    page = await asked(browser, email)
    right = mailbox.code(email)
    wrong = f"{(int(right.replace(' ', '')) + 1) % 10**8:08d}"
    for _ in range(email_code.TRIES_MAX - 1):
        assert (await page.send(code_form(page), code=wrong)).status == 422

    assert (await page.send(code_form(page), code=right)).path == "/me", "the control: the last try is still a try"
    page = await asked(browser, email)
    for _ in range(email_code.TRIES_MAX):
        await page.send(code_form(page), code="0000 0000" if mailbox.code(email) != "0000 0000" else "1111 1111")
    assert (await page.send(code_form(page), code=mailbox.code(email))).status == 422


async def test_a_code_is_good_for_a_quarter_of_an_hour(house: TestedHouse, browser: Browser, mailbox: Mailbox) -> None:
    email, pool = somebody(), house.office("web").pool
    page = await asked(browser, email)
    id_ = code_form(page).rpartition("/")[2]
    left = await pool.fetchval(
        "select extract(epoch from expires_at - clock_timestamp()) from email_code where id = $1", id_
    )
    assert 0 < left <= email_code.LIFE_S == 15 * 60
    await pool.execute("update email_code set expires_at = clock_timestamp() where id = $1", id_)

    assert (await page.send(code_form(page), code=mailbox.code(email))).status == 422


async def test_an_address_nobody_has_gets_the_same_answer_as_one_that_somebody_has(
    house: TestedHouse, browser: Browser, mailbox: Mailbox
) -> None:
    known, unknown = somebody(), somebody()
    page = await asked(browser, known)
    await page.send(code_form(page), code=mailbox.code(known))
    answers = [await asked(await browse(house), email) for email in (known, unknown)]

    assert answers[0].text == answers[1].text
    assert answers[0].status == answers[1].status == 200
    assert len(mailbox.to(unknown)) == 1


async def test_an_address_that_has_asked_too_often_gets_the_same_answer_and_no_letter(
    house: TestedHouse, mailbox: Mailbox
) -> None:
    email, times = somebody(), rate_limits.LIMITS["code.address"].times
    pages = [await asked(await browse(house), email) for _ in range(times + 2)]

    assert len({page.text for page in pages}) == 1
    assert len(mailbox.to(email)) == times


async def test_one_network_asks_for_so_many_codes_and_is_then_told_to_wait(
    house: TestedHouse, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(rate_limits.LIMITS, "code.network", rate_limits.Limit(3, 3_600))
    pages = [await asked(await browse(house), somebody()) for _ in range(4)]

    assert [page.status for page in pages] == [200, 200, 200, 429]
    waits_s = int(pages[-1].answer.headers["retry-after"])
    assert 3_400 <= waits_s <= 3_600, "an hour, and as long as the four took"
    assert f"Wait {-(-waits_s // 60)} minutes" in pages[-1].text


@pytest.mark.parametrize(
    "written",
    [
        "",
        "no address",
        "two@example.se, three@example.se",
        "a@example.se\nBcc: everybody@example.se",
        "a@example.se\r\nSubject: x",
        "a@exa mple.se",
        "a@example",
        "@example.se",
        "a@-example.se",
        "å@example.se",
        f"{'a' * 65}@example.se",
        f"a@{'b' * 250}.se",
    ],
)
async def test_what_is_no_single_address_gets_a_sentence_and_no_letter(
    browser: Browser, mailbox: Mailbox, written: str
) -> None:
    """Mail header injection, among others."""
    page = await asked(browser, written)

    assert page.status == 422
    assert "name@example.se" in page.text
    assert mailbox.asked_for == []


async def test_what_does_not_show_in_an_address_is_no_part_of_it(browser: Browser, mailbox: Mailbox) -> None:
    email = somebody()
    page = await asked(browser, f"\u202a{email}\u202c\0")

    assert page.status == 200
    assert mailbox.code(email)


@pytest.mark.parametrize(
    "next_",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/%5Cevil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/x%0d%0aSet-Cookie:a=b",
        "/%09/evil.example",
        "evil.example",
        "/.//evil.example",
    ],
)
async def test_signing_in_leads_to_no_other_site(
    house: TestedHouse, browser: Browser, mailbox: Mailbox, next_: str
) -> None:
    email = somebody()
    page = await asked(browser, email, next_)
    browser.client.follow_redirects = False
    form = page.form(code_form(page))

    answer = await browser.send(form, {"code": mailbox.code(email), "next": next_})

    location = answer.answer.headers["location"]
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))
    assert "\r" not in location
    cookies = answer.answer.headers.get_list("set-cookie")
    assert {one.partition("=")[0] for one in cookies} <= {"bifall", "said", "after"}


async def test_without_a_mail_server_a_demo_shows_the_letter_it_would_have_sent(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BIFALL_SMTP_URL", raising=False)
    page = await asked(browser, somebody())

    assert "Here is your code for signing in" in page.text
    monkeypatch.setattr(by_email, "is_demo", lambda _: False)
    page = await asked(browser, somebody())
    assert page.status == 503
    assert "Here is your code" not in page.text, "outside a demo the letter goes to its reader or to nobody"


async def test_a_code_is_nowhere_in_the_clear(house: TestedHouse, browser: Browser, mailbox: Mailbox) -> None:
    email = somebody()
    await asked(browser, email)
    code = mailbox.code(email).replace(" ", "")
    kept = str([tuple(row) for row in await house.office("web").pool.fetch("select * from email_code")])

    assert code not in kept
    assert email not in kept
    assert mailbox.link(email).partition("key=")[2] not in kept


async def test_an_address_that_is_somebody_elses_becomes_nobody_elses(house: TestedHouse) -> None:
    from services.web.signing_in import people
    from services.web.signing_in.lookup import Lookup

    web, email = house.office("web"), somebody()
    lookup = Lookup(web.settings.key_encryption_key)
    await people.verified(web, lookup, house.account("officer"), email)

    with pytest.raises(Refused, match="another account"):
        await people.verified(web, lookup, house.account("chair"), email)
    assert await people.account_with(web.pool, lookup, email) == house.account("officer")
