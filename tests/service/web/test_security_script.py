"""Script in every text that a person can write: stored, shown to others, or thrown back at once. It stays text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from jinja2 import Environment

from services.command.demo.round_file import Applied
from services.web.demo_people import PEOPLE
from services.web.site.rendering import environment
from tests.service.house import URL, TestedHouse
from tests.service.own_house import addresses  # noqa: F401 - fixtures: what is written here is no company for others
from tests.service.own_house import house as own_house  # noqa: F401
from tests.service.web.browsing import Form, browse
from tests.service.web.hostile_people import CANARY, MARK, HostilePeople, harm
from tests.service.web.page_routes import OPENED
from tests.service.whole_fund import Everything, play

SPOILT = (
    Applied("Elaka Ettan", "8027000010", 30_000, "bifall", "Teckningsgrupp", 25_000),
    Applied("Elaka Tvåan", "8027000028", 20_000, "avslag", "Vandringar", reason="R03"),
    Applied("Elaka Trean", "8027000036", 20_000, "bifall", "Kör", 20_000),
)
READERS = (
    "applicant",
    "officer",
    "panel-1",
    "chair",
    "secretary",
    "finance",
    "auditor",
    "archivist",
    "administrator",
    None,
)
SHOWN = (
    "name",
    "answers.title",
    "answers.summary",
    "answers.post_address.street",
    "answers.signatories.name",
    "answers.partial_ok",
    "answers.contact_name",
    "letter",
    "words",
    "words.what_happened",
    "?name",
)
"""Fields that must have taken the canary, or the test would show nothing."""

QUERIES = ("next", "back", "q", "after", "status", "call", "code", "check", "more", "key", "error", "state", "meeting")
TYPED = ("text", "search", "email", "tel", "number", "date", "url", "password")


@pytest.fixture(scope="module")
async def people(own_house: TestedHouse) -> HostilePeople:
    return HostilePeople(URL, own_house.transport)


@pytest.fixture(scope="module")
async def spoilt(own_house: TestedHouse, people: HostilePeople) -> Everything:
    """A fund in which everything has happened, and every word of it is hostile."""
    everything = await play(own_house, people, SPOILT)
    for person in PEOPLE:
        visitor = await browse(own_house, person)
        page = await (await visitor.open("/me")).send("/me", name=CANARY[:100])
        assert page.status == 200
        await visitor.close()
    stranger = await browse(own_house)
    page = await (await stranger.open("/accessibility")).send(
        "/accessibility", words=CANARY, where=CANARY, contact=CANARY
    )
    assert page.status == 200
    await stranger.close()
    return everything


async def test_the_canary_is_in_every_text_that_people_write(people: HostilePeople, spoilt: Everything) -> None:
    taken = {field for _, field in people.took}

    assert [field for field in SHOWN if field not in taken] == []


async def test_s9_what_anybody_wrote_is_only_ever_text(own_house: TestedHouse, spoilt: Everything) -> None:
    found: dict[str, list[str]] = {}
    seen = 0
    for person in READERS:
        visitor = await browse(own_house, person)
        for route in OPENED:
            answer = await visitor.client.get(route.path(spoilt.ids))
            seen += (told := is_page(answer)) and MARK in answer.text
            if told and (wrong := harm(answer.text)):
                found[f"{route} as {person}"] = wrong
        await visitor.close()

    assert found == {}
    assert seen > len(OPENED) / 2  # it is shown, on many pages and to many


async def test_s9_what_comes_in_the_address_is_only_ever_text(own_house: TestedHouse, spoilt: Everything) -> None:
    found: dict[str, list[str]] = {}
    for person in ("applicant", "officer"):
        visitor = await browse(own_house, person)
        for route in OPENED:
            for hostile in (CANARY, "javascript:alert(1)//elsewhere.example"):
                answer = await visitor.client.get(route.path(spoilt.ids), params=dict.fromkeys(QUERIES, hostile))
                wrong = harm(answer.text) if is_page(answer) else []
                if wrong or answer.status_code >= 500:
                    found[f"{route} as {person}: {answer.status_code}"] = wrong
        await visitor.close()
    stranger = await browse(own_house)
    page = await stranger.open(f"/{CANARY}")
    await stranger.close()

    assert (found, harm(page.html), page.status) == ({}, [], 404)


async def test_s9_what_a_form_throws_back_is_only_ever_text_and_nothing_breaks(
    own_house: TestedHouse, spoilt: Everything
) -> None:
    """Every form of every page, with the same in every field that a person fills in."""
    found: dict[str, list[str]] = {}
    tried: set[str] = set()
    for person in READERS:
        visitor = await browse(own_house, person)
        for route in OPENED:
            page = await visitor.open(route.path(spoilt.ids))
            for form in page.forms:
                kind = f"{route.name}: {form.action.partition('?')[0]}"
                if form.method == "POST" and kind not in tried and (fields := typed(form)):
                    tried.add(kind)
                    for hostile in (CANARY, "a\x00b", str(2**63), "../../x?y#z", "٣", "x" * 70_000):
                        answer = await visitor.send(form, dict.fromkeys(fields, hostile))
                        wrong = harm(answer.html) + [f"{answer.status}: {hostile[:20]}"] * (answer.status >= 500)
                        if wrong:
                            found[f"{kind} as {person}"] = wrong
        await visitor.close()

    assert found == {}
    assert len(tried) > 10


def is_page(answer: httpx.Response) -> bool:
    return "html" in answer.headers["content-type"]


def typed(form: Form) -> list[str]:
    """What a person fills in by hand."""
    tags = [(one, one.tag.rpartition("}")[2]) for one in form._element.iter()]
    return [
        name
        for one, tag in tags
        if (name := one.get("name")) and (tag == "textarea" or (tag == "input" and one.get("type", "text") in TYPED))
    ]


HARMS = (
    f"<p>{CANARY}</p>",
    f'<p title="{CANARY}">x</p>',
    f"<p title='{CANARY}'>x</p>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=' \tjava\nscript:alert(1)'>x</a>",
    "<a href='//elsewhere.example/'>x</a>",
    "<img src='https://elsewhere.example/x.png'>",
    "<script>alert(1)</script>",
    "<p onclick='x()'>x</p>",
    "<p style='color: red'>x</p>",
    f"<p>{CANARY.replace('{{7*7}}', '49').replace('<', '&lt;')}</p>",
)


@pytest.mark.parametrize("html", HARMS)
def test_control_what_is_harmful_is_found(html: str) -> None:
    assert harm(html) != []


def test_control_a_template_that_trusts_what_people_wrote_is_found() -> None:
    drawn: Environment | Any = environment("sv")

    assert harm(drawn.from_string("<p>{{ title }}</p>").render(title=CANARY)) == []
    assert harm(drawn.from_string("<p>{{ title | safe }}</p>").render(title=CANARY)) != []
    assert harm(drawn.from_string("<p title={{ title }}>x</p>").render(title=f"x {MARK}=1")) != []


def test_no_template_trusts_anything() -> None:
    folder = Path(__file__).parents[3] / "services" / "web"
    trusting = [
        file.name
        for file in (*folder.rglob("*.html"), *folder.rglob("*.py"))
        if any(word in file.read_text() for word in ("| safe", "|safe", "Markup(", "autoescape false"))
    ]
    assert trusting == []
