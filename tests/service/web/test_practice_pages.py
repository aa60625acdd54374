"""A house where one practises says so on every page, with the demo's people or without; another never does."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import msgspec
import pytest

from services.command.demo import fund
from services.command.demo.fund import Fund
from services.command.demo.people import People
from services.command.demo.round_file import Applied, Round
from services.command.house import door_of
from tests.service.house import URL, TestedHouse

PAGES = ("/", "/calls", "/how-it-works", "/sign-in", "/nowhere")
SAYS_SO = '<aside class="practice"'


@pytest.fixture
async def call(house: TestedHouse) -> AsyncIterator[Fund]:
    people = People(URL, house.transport)
    yield await fund.found(people, Round((Applied("Vi (påhittad)", "802700-0051", 20_000, "bifall", "Kör", 20_000),)))
    await people.close()


@pytest.fixture
async def stranger(house: TestedHouse) -> AsyncIterator[httpx.AsyncClient]:
    """Anybody, at a door of the same house that knows no demo people."""
    door = door_of(house.office("web"), house.house.behind, demo=False)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(door), base_url=URL) as client:
        yield client


@pytest.mark.parametrize("practises", [True, False])
async def test_where_one_practises_every_page_says_so_and_its_calls_are_there_to_apply_for(
    house: TestedHouse, call: Fund, stranger: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, practises: bool
) -> None:
    web = house.office("web")
    monkeypatch.setattr(web, "settings", msgspec.structs.replace(web.settings, practice=practises))

    for path in PAGES:
        page = (await stranger.get(path, headers={"Accept-Language": "en"})).text
        assert (SAYS_SO in page) is practises, path
        assert ("What is done here does not count." in page) is practises, path
        assert "Be somebody else" not in page, "nobody here is invented"
    assert (f"/calls/{call.call}" in (await stranger.get("/calls")).text) is practises
