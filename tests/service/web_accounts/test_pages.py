"""Every page of accounts opens for whom it is, says what it is, and is no page for anybody else."""

from __future__ import annotations

import pytest

from services.web.pages.account import ROUTES
from tests.service.house import TestedHouse
from tests.service.web.browsing import browse

FOR_ANYBODY = ("/sign-in", "/sign-in/email", "/sign-in/local")
FOR_WHOEVER_IS_SIGNED_IN = ("/me", "/me/tokens")
FOR_THE_ADMINISTRATOR = ("/administer/accounts", "/administer/accounts/invite", "/administer/roles")


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("path", FOR_ANYBODY)
async def test_the_ways_in_are_open_to_anybody(house: TestedHouse, path: str, language: str) -> None:
    page = await (await browse(house, language=language)).open(path)

    assert page.status == 200
    assert page.heading
    assert f'<html lang="{language}">' in page.html


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("path", FOR_WHOEVER_IS_SIGNED_IN)
async def test_the_pages_about_oneself_are_for_whoever_is_signed_in(
    house: TestedHouse, path: str, language: str
) -> None:
    page = await (await browse(house, "applicant", language)).open(path)
    assert page.status == 200, page.text

    nobodys = await (await browse(house)).open(path)
    assert nobodys.path == f"/sign-in?next={path}"


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("path", FOR_THE_ADMINISTRATOR)
async def test_the_pages_of_all_accounts_are_the_administrators(house: TestedHouse, path: str, language: str) -> None:
    page = await (await browse(house, "administrator", language)).open(path)
    assert page.status == 200, page.text

    assert (await (await browse(house, "officer")).open(path)).status == 403
    assert (await (await browse(house)).open(path)).path == f"/sign-in?next={path}"


@pytest.mark.parametrize("path", ["/me/password", "/me/passkeys", "/me/email"])
async def test_nobody_of_the_demo_changes_their_ways_in(house: TestedHouse, path: str) -> None:
    assert (await (await browse(house, "applicant")).open(path)).status == 403


async def test_in_a_demo_one_chooses_who_to_be(house: TestedHouse) -> None:
    page = await (await browse(house)).open("/sign-in")
    assert "Amina Berg" in page.text

    arrived = await page.send("/sign-in/demo", person="officer")

    assert arrived.status in (200, 404), "the officer's own page"
    assert "handl" in (await page._browser.open("/me", **{"Accept-Language": "sv"})).text


async def test_every_route_has_a_name_of_its_own() -> None:
    names = [str(route.name) for route in ROUTES]
    assert len(names) == len(set(names))
