"""Who comes to which page: every page by every one of the demo's people, by nobody, and by another association.

What somebody may not see is 403 or 404 and says nothing of it; nothing ends in a failure, whatever ids stand in the
address; and a form without the session's own token does nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from uuid import uuid4

import httpx
import pytest

from services.web.demo_people import PEOPLE
from services.web.domain.account import GrantRole, OpenAccount
from shared.identity import Role
from tests.service.house import URL, TestedHouse
from tests.service.web.browsing import browse
from tests.service.web.page_routes import OPENED, PAGES, SENT, PageRoute
from tests.service.whole_fund import GRANTED, Everything

PUBLIC = frozenset({200, 303, 404})
ANSWERS = frozenset({200, 303, 403, 404, 410})
NOT_SIGNED_YET = 409
"""Of packages: whoever draws cases that were sent in a moment ago is asked to wait."""
FORBIDDEN = 403
LINK = re.compile(r'<a [^>]*?href="(/(?!language/|static/)[^"]*)"')
TO_SIGN_IN = "/sign-in"
SECRETS = (GRANTED.org, GRANTED.title)
"""What only those may read who may read the case, until it is granted and final: then the public list has them."""


@pytest.mark.parametrize("person", list(PEOPLE))
async def test_s1_every_page_answers_everybody_calmly(house: TestedHouse, everything: Everything, person: str) -> None:
    """And none of them leads its reader to a door that is closed to them."""
    visitor = await browse(house, person)
    answers = {page: await visitor.client.get(page.path(everything.ids), follow_redirects=False) for page in OPENED}
    led_to = {alike(link): (page, link) for page, answer in answers.items() for link in links(answer)}
    refused = [
        f"{page} leads to {link}"
        for page, link in led_to.values()
        if may_be_closed(link, answers)
        and (await visitor.client.get(link, follow_redirects=False)).status_code == FORBIDDEN
    ]
    await visitor.close()

    assert {
        str(page): answer.status_code
        for page, answer in answers.items()
        if answer.status_code not in ANSWERS
        and not (answer.status_code == NOT_SIGNED_YET and page.template.endswith(".zip"))
    } == {}
    assert refused == []


def links(answer: httpx.Response) -> set[str]:
    """Where a page leads, within the house."""
    if not (answer.is_success and answer.headers.get("content-type", "").startswith("text/html")):
        return set()
    return {unescape(found).partition("#")[0] for found in LINK.findall(answer.text)}


def alike(link: str) -> tuple[str, tuple[str, ...]]:
    """What is asked for is alike where only its values differ."""
    path, _, asked = link.partition("?")
    return path, tuple(sorted(part.partition("=")[0] for part in asked.split("&")))


def may_be_closed(link: str, answers: Mapping[PageRoute, httpx.Response]) -> bool:
    """Whether that kind of page was refused them, with the ids that are at hand: only then is the link itself tried.
    What the address asks for besides may close it too."""
    path, _, asked = link.partition("?")
    said = {answer.status_code for page, answer in answers.items() if page.fits(path)}
    return FORBIDDEN in said or bool(asked)


async def test_s1_whoever_is_not_signed_in_comes_no_further_than_the_public_pages(
    house: TestedHouse, everything: Everything
) -> None:
    stranger = await browse(house)
    opened = {}
    for page in OPENED:
        answer = await stranger.client.get(page.path(everything.ids), follow_redirects=False)
        if not answer.headers.get("location", "").startswith(TO_SIGN_IN):
            opened[page.template] = answer
    await stranger.close()

    assert {path: answer.status_code for path, answer in opened.items() if answer.status_code not in PUBLIC} == {}
    private = (
        "/my",
        "/today",
        "/cases",
        "/drafts",
        "/deciding",
        "/assessing",
        "/money",
        "/audit",
        "/administer",
        "/me",
    )
    shown = [path for path, answer in opened.items() if answer.status_code != 404]  # malformed: told to everybody alike
    assert [path for path in shown if path.startswith(private)] == []


async def test_s1_another_association_comes_to_nothing_of_this_one_s(
    house: TestedHouse, everything: Everything
) -> None:
    office = house.office("web")
    account, association = uuid4(), uuid4()
    await office.act(OpenAccount(subject=account, demo=True), "test")
    for role in (Role.APPLICANT, Role.SIGNATORY):
        await office.act(GrantRole(subject=account, role=role, association=association), "test")
    neighbour = await browse(house, account)
    with_ids = [page for page in OPENED if "{" in page.template]
    answers = {page: await neighbour.client.get(page.path(everything.ids), follow_redirects=False) for page in with_ids}
    await neighbour.close()

    told = {
        str(page): secret
        for page, answer in answers.items()
        for secret in SECRETS
        if secret in answer.text and not page.template.startswith("/past-grants")
    }
    assert told == {}
    private = ("/my/", "/drafts/", "/cases/", "/deciding/", "/money/", "/audit/", "/assessing/")
    entered = [str(page) for page, answer in answers.items() if page.template.startswith(private) and answer.is_success]
    assert entered == []


async def test_s12_a_form_that_our_page_did_not_make_does_nothing(house: TestedHouse, everything: Everything) -> None:
    """Neither from another site, nor with another session's token, nor with none."""
    before = await house.told_by_people()
    for person in ("officer", "applicant", "finance", "chair", "administrator"):
        visitor = await browse(house, person)
        for page in SENT:
            path = page.path(everything.ids)
            ours = {"Origin": URL, "Sec-Fetch-Site": "same-origin"}
            theirs = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
            for headers, form in ((theirs, {}), (ours, {}), (ours, {"csrf": "0" * 64}), ({}, {})):
                answer = await visitor.client.request(
                    page.method, path, data=form, headers=headers, follow_redirects=False
                )
                assert answer.status_code == 403, f"{page} as {person}: {answer.status_code}"
        await visitor.close()

    assert await house.told_by_people() == before


def test_every_page_has_a_name_of_its_own() -> None:
    names = [page.name for page in PAGES]

    assert sorted(name for name in names if names.count(name) > 1 or name == "None") == []
