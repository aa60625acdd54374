"""The access log: every read of a case is there with who, when and through what; of a protected case, or none is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from services.web.reads import book as book_module
from services.web.reads.book import PLACE, Book, book_of
from services.web.reads.read import KEPT_DAYS, Read, Through
from tests.service.house import URL, TestedHouse
from tests.service.routes import ROUTES, Route
from tests.service.web.browsing import browse
from tests.service.whole_fund import Everything

READERS = ("applicant", "officer", "finance", "auditor", "administrator", "data-protection-officer")
OF_A_CASE = frozenset({"case", "payment", "recovery", "appeal", "letter", "draft"})
OF_NOBODY = frozenset({"programme", "call", "source", "position", "log", "level", "place", "size"})
OF_ITS_CASES = frozenset({"download_batch"})
"""A bank file tells of every case in it; the shared fund's has one."""

NOT_PLAYED = frozenset({"disposal"})
"""What the shared fund has none of: nothing in it is erased."""

CANARY = "Kanariefågeln"


def book(house: TestedHouse) -> Book:
    return book_of(house.office("web"))


async def noted(house: TestedHouse, reference: str) -> list[Any]:
    """What is in the log of one request."""
    await book(house).settle()
    rows = await house.office("web").pool.fetch("select * from read where reference = $1", reference)
    return list(rows)


async def found(house: TestedHouse, by: str = "data-protection-officer", **sought: object) -> list[dict[str, Any]]:
    await book(house).settle()
    query = "&".join(f"{name}={value}" for name, value in sought.items())
    answer = await (await house.person(by)).get(f"/api/web/reads?{query}")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


@asynccontextmanager
async def nothing_can_be_noted(house: TestedHouse) -> AsyncIterator[None]:
    owner = await asyncpg.connect(house.addresses.services["web"].owner_url)
    try:
        await owner.execute("revoke insert on read from web")
        yield
    finally:
        await owner.execute("grant insert on read to web")
        await owner.close()
        await book(house).settle()


def shows_somebodys(route: Route) -> bool:
    named = {*route.parameters} - OF_NOBODY
    return route.reads and bool(named) and not named & NOT_PLAYED and not route.is_public


@pytest.mark.parametrize("route", [route for route in ROUTES if shows_somebodys(route)], ids=str)
async def test_s19_every_read_that_is_answered_is_in_the_log_once_and_none_that_is_refused(
    house: TestedHouse, everything: Everything, route: Route
) -> None:
    answers = []
    for name in READERS:
        answer = await route.ask(await house.person(name), everything.of(route))
        rows = await noted(house, answer.headers["bifall-reference"])
        assert len(rows) == (answer.status_code == 200), f"{name}: {answer.status_code}"
        assert "bifall-about" not in answer.headers
        answers.append(answer.status_code)
        for row in rows:
            assert (row["account"], row["through"]) == (house.account(name), "api")
            assert row["what"].startswith(f"/api/{route.service}/")
            is_of_a_case = bool(OF_A_CASE & {*route.parameters}) or route.operation in OF_ITS_CASES
            assert (row["case_id"] is not None) == is_of_a_case
    assert 200 in answers, "nobody could read it: the test shows nothing"


ODDLY = {
    "without dashes": lambda case: f"/cases/{case.hex}",
    "with dashes elsewhere": lambda case: f"/cases/{case.hex[:1]}-{case.hex[1:]}",
    "in braces": lambda case: f"/cases/{{{case}}}",
    "as a URN": lambda case: f"/cases/urn:uuid:{case}",
    "after nothing": lambda case: f"//cases/{case}",
    "with nothing between": lambda case: f"/cases//{case}",
    "before nothing": lambda case: f"/cases/{case}/",
}
"""What a router takes for the same address."""


@pytest.mark.parametrize("way", ODDLY)
async def test_s19_an_address_that_the_log_would_not_know_again_leads_nowhere(
    house: TestedHouse, everything: Everything, way: str
) -> None:
    officer, case = await house.person("officer"), everything["case"]

    answer = await officer.get(f"/api/review{ODDLY[way](case)}")

    assert (answer.status_code, str(case) in answer.text) == (404, False)
    control = await officer.get(f"/api/review/cases/{str(case).upper()}")
    assert (control.status_code, len(await noted(house, control.headers["bifall-reference"]))) == (200, 1)


async def test_s19_nor_does_a_question_that_is_sent_as_a_body(house: TestedHouse) -> None:
    asker, path = await house.person("data-protection-officer"), f"people/{house.account('applicant')}/mentions"
    ways = (path, f"/{path}", f"{path}/", path.replace("/m", "//m"))

    answers = [await asker.post(f"/api/review/{way}", {"words": ["Teckning"]}) for way in ways]

    told = [(answer.status_code, len(await noted(house, answer.headers["bifall-reference"]))) for answer in answers]
    assert told == [(200, 1), (404, 0), (404, 0), (404, 0)], "the first is the control"


async def test_s19_a_letter_as_it_would_be_is_a_read_of_whoever_asks_for_it(
    house: TestedHouse, everything: Everything
) -> None:
    """It has the association's name and address; the scribe, who gathers them, is noted for itself."""
    case, officer = everything["case"], house.account("officer")
    body = {"kind": "decision", "outcome": "approved", "granted_ore": 1_000_000, "words": "Ja."}
    answer = await (await house.person("officer")).post(f"/api/web/cases/{case}/letters/preview", body)
    browser = await browse(house, "officer")
    page = await browser.open("/me")
    form = {name: value for name, value in page.form("/me").fields() if name in ("csrf", "key")}
    ours = {"Origin": URL, "Sec-Fetch-Site": "same-origin"}
    shown = await browser.client.post(f"/cases/{case}/letters/preview", data={**form, **body}, headers=ours)
    refused = await (await house.person("panel-1")).post(f"/api/web/cases/{case}/letters/preview", body)

    told = {"api": answer, "page": shown, "nothing": refused}
    assert [one.status_code for one in told.values()] == [200, 200, 403]
    rows = {name: await noted(house, one.headers["bifall-reference"]) for name, one in told.items()}
    theirs = {name: [row["through"] for row in found if row["account"] == officer] for name, found in rows.items()}
    assert theirs == {"api": ["api"], "page": ["page"], "nothing": []}
    assert {row["case_id"] for row in rows["api"]} == {case}


async def test_a_page_is_one_read_of_its_case_however_many_services_it_asks(
    house: TestedHouse, everything: Everything
) -> None:
    officer = await browse(house, "officer")
    page = await officer.open(f"/cases/{everything['case']}")

    rows = await noted(house, page.answer.headers["bifall-reference"])

    of_the_case = [row for row in rows if row["case_id"] == everything["case"] and row["subject"] is None]
    assert len(of_the_case) == 1
    assert {(row["through"], row["what"], tuple(row["roles"])) for row in rows} == {
        ("page", "/cases/{id}", ("officer",))
    }


async def test_the_log_holds_nothing_of_what_was_read(house: TestedHouse, everything: Everything) -> None:
    officer = await house.person("officer")
    shown = (await officer.get(f"/api/applications/cases/{everything['case']}")).json()
    assert shown["title"]
    await officer.get(f"/api/applications/cases?search={CANARY}")
    await officer.get(f"/api/applications/cases/{everything['case']}?note={CANARY}")
    await book(house).settle()

    rows = await house.office("web").worker_pool.fetch("select read::text as line from read")

    assert rows
    assert not [row for row in rows if CANARY in row["line"] or shown["title"] in row["line"]]


async def test_who_looked_at_a_case_is_found_and_so_is_whoever_searched(
    house: TestedHouse, everything: Everything
) -> None:
    case, officer = everything["case"], house.account("officer")
    await (await house.person("officer")).get(f"/api/review/cases/{case}")

    by_case = await found(house, case=case)
    assert {one["case"] for one in by_case} == {str(case)}
    assert any(one["account"] == str(officer) and one["what"] == "/api/review/cases/{id}" for one in by_case)
    assert by_case == sorted(by_case, key=lambda one: (one["at"], one["id"]), reverse=True)

    of_officer = await found(house, by="auditor", account=officer)
    assert str(officer) in {one["account"] for one in of_officer}
    auditor = str(house.account("auditor"))
    searches = [one for one in await found(house, account=auditor) if one["account"] == auditor]
    latest = next(one for one in searches if one["through"] == "search")
    assert (latest["person"], latest["roles"]) == (str(officer), ["auditor"])
    assert await found(house, case=case, until="2020-01-01T00:00:00Z") == []
    assert {one["through"] for one in await found(house, case=uuid4())} == {"search"}, (
        "nobody but whoever asks just now"
    )


@pytest.mark.parametrize("name", ["officer", "administrator", "archivist", "applicant"])
async def test_nobody_but_the_auditor_and_the_data_protection_officer_searches_reads(
    house: TestedHouse, name: str
) -> None:
    assert (await (await house.person(name)).get("/api/web/reads")).status_code == 403


@pytest.mark.parametrize("query", ["since=2026-01-01T00:00:00", "since=0001-01-01T00:00:00Z", "case=x", "after=x"])
async def test_a_search_that_makes_no_sense_is_refused(house: TestedHouse, query: str) -> None:
    answer = await (await house.person("auditor")).get(f"/api/web/reads?{query}")
    assert answer.status_code in (400, 422), answer.text


async def test_reads_are_added_and_never_changed_and_forgotten_only_when_they_are_old(house: TestedHouse) -> None:
    old, young = uuid4(), uuid4()
    pool = house.office("web").pool
    for account, days in ((old, KEPT_DAYS + 1), (young, KEPT_DAYS - 1)):
        await pool.execute(
            "insert into read (at, account, roles, through, what, reference)"
            " values (clock_timestamp() - make_interval(days => $2), $1, '{}', 'page', '/', '')",
            account,
            days,
        )
    for change in ("delete from read", "update read set what = ''", "truncate read"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await pool.execute(change)

    await pool.execute("select forget_reads()")

    kept = [
        row["account"] for row in await pool.fetch("select account from read where account in ($1, $2)", old, young)
    ]
    assert kept == [young]
    rule = Path(book_module.__file__).parents[1] / "migrations" / "0007_reads.sql"
    assert f"interval '{KEPT_DAYS} days'" in rule.read_text(encoding="utf-8")


# Protected cases


@pytest.fixture
async def protected(house: TestedHouse, everything: Everything) -> AsyncIterator[UUID]:
    """A case that an officer has marked."""
    case = UUID(str(everything["other_case"]))
    officer = await house.person("officer")
    path = f"/api/applications/cases/{case}"
    marked = await officer.put(
        f"{path}/protection", {"reason": "threat"}, If_Match=(await officer.get(path)).headers["etag"]
    )
    assert marked.status_code == 200, marked.text
    assert await house.office("web").bookmarks.wait_for("applications", marked_at(marked), 20.0)
    await book(house).settle()
    yield case
    lifted = await officer.delete(f"{path}/protection", If_Match=(await officer.get(path)).headers["etag"])
    assert lifted.status_code == 200, lifted.text
    assert await house.office("web").bookmarks.wait_for("applications", marked_at(lifted), 20.0)
    await book(house).settle()


def marked_at(answer: Any) -> int:
    return int(answer.headers["bifall-position"].partition("=")[2])


async def test_a_protected_case_is_shown_to_nobody_whose_reading_cannot_be_noted_and_others_are(
    house: TestedHouse, everything: Everything, protected: UUID
) -> None:
    officer, auditor = await house.person("officer"), await house.person("auditor")
    desk = await browse(house, "officer")
    letters = (await officer.get(f"/api/web/cases/{protected}/letters")).json()["items"]
    paths = (
        f"/api/applications/cases/{protected}",
        f"/api/applications/cases/{protected}/application",
        f"/api/review/cases/{protected}",
        f"/api/review/appeals/{everything['appeal']}",
        f"/api/web/letters/{letters[0]['id']}/pdf",
    )
    async with nothing_can_be_noted(house):
        for path in paths:
            refused = await officer.get(path)
            assert refused.status_code == 503, path
            assert "protected" in refused.json()["detail"]
        assert (await auditor.get(f"/api/audit/cases/{protected}/trail")).status_code == 503
        page = await desk.open(f"/cases/{protected}")
        assert page.status == 503
        assert "protected" in page.text or "skyddat" in page.text

        other = await officer.get(f"/api/review/cases/{everything['case']}")
        assert other.status_code == 200, "a case that is not protected is shown all the same"
        assert (await desk.open(f"/cases/{everything['case']}")).status == 200
        await book(house).settle()
        assert PLACE in house.office("web").trouble
        assert (await auditor.get("/api/web/reads")).status_code == 503, "nobody searches unnoted"

    assert PLACE not in house.office("web").trouble
    assert len(await noted(house, other.headers["bifall-reference"])) == 1, "what waited is written"
    for path in paths:
        assert (await officer.get(path)).status_code == 200


async def test_a_protected_case_is_noted_before_it_is_shown(house: TestedHouse, protected: UUID) -> None:
    answer = await (await house.person("officer")).get(f"/api/applications/cases/{protected}")

    reference = answer.headers["bifall-reference"]
    counted = "select count(*) from read where reference = $1 and subject is null"
    assert await house.office("web").pool.fetchval(counted, reference) == 1
    page = await (await browse(house, "officer")).open(f"/cases/{protected}")
    assert await house.office("web").pool.fetchval(counted, page.answer.headers["bifall-reference"]) == 1


async def test_lists_do_not_say_what_a_protected_case_is_but_to_its_association(
    house: TestedHouse, everything: Everything, protected: UUID
) -> None:
    def of(answer: Any) -> Any:
        return next((one for one in answer.json()["items"] if one["id"] == str(protected)), None)

    officer, applicant = await house.person("officer"), await house.person("applicant")
    listed = of(await officer.get(f"/api/applications/cases?ids={protected}"))
    assert (listed["title"], listed["association_name"], listed["protected"]) == (None, None, True)
    shown = (await officer.get(f"/api/applications/cases/{protected}")).json()
    assert shown["title"]
    assert shown["protected"] == "threat"
    assert of(await officer.get(f"/api/applications/cases?ids={protected}&search={shown['title']}")) is None
    assert of(await officer.get(f"/api/applications/cases?ids={protected}&search={shown['number']}")) is not None
    own = of(await applicant.get(f"/api/applications/cases?ids={protected}"))
    assert own["title"] == shown["title"]


async def test_marking_a_case_is_for_officer_and_coordinator_and_said_again_it_is_no_news(
    house: TestedHouse, protected: UUID
) -> None:
    path = f"/api/applications/cases/{protected}"
    for name in ("panel-1", "auditor", "administrator", "applicant"):
        refused = await (await house.person(name)).put(f"{path}/protection", {"reason": "health"}, If_Match='"1"')
        assert refused.status_code == 403, name
    coordinator = await house.person("coordinator")
    before = (await coordinator.get(path)).headers["etag"]
    again = await coordinator.put(f"{path}/protection", {"reason": "threat"}, If_Match=before)
    assert again.headers["etag"] == before
    unheard = await coordinator.put(f"{path}/protection", {"reason": "because"}, If_Match=before)
    assert unheard.status_code in (400, 422)


# When the log cannot be written for long


async def test_reads_that_had_to_be_let_go_are_told_of_in_the_log_itself(
    house: TestedHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(book_module, "WAITING_MAX", 3)
    own, reader = Book(house.office("web")), uuid4()
    async with nothing_can_be_noted(house):
        for number in range(5):
            await own.note(Read(account=reader, roles=(), through=Through.API, what=f"/{number}"))
        await own.settle()
        assert PLACE in house.office("web").trouble
    await own.settle()

    kept = await house.office("web").pool.fetch("select what from read where account = $1 order by id", reader)
    assert [row["what"] for row in kept] == ["/2", "/3", "/4"]
    assert "2 reads" in {one["what"] for one in await found(house) if one["through"] == "lost"}


# The pages


async def test_a_case_is_marked_on_its_page_and_its_reads_are_found_by_number(
    house: TestedHouse, everything: Everything
) -> None:
    case = everything["other_case"]
    officer, dpo = await browse(house, "officer"), await browse(house, "data-protection-officer")
    page = await officer.open(f"/cases/{case}/protection")
    assert (await page.send("/protection")).status == 422
    page = await page.send("/protection", reason="threat")
    assert "somebody is threatened" in page.text
    number = (await (await house.person("officer")).get(f"/api/review/cases/{case}")).json()["number"]
    await book(house).settle()

    page = await dpo.open(f"/reads?case={number}")

    assert "officer" in page.text
    assert number in page.text
    assert (await dpo.open(f"/reads?person={house.account('officer')}&first=2020-01-01&last=2999-01-01")).status == 200
    for nonsense in ("case=ingen", "person=x", "first=igår", "last=9999-12-31"):
        assert (await dpo.open(f"/reads?{nonsense}")).status == 422
    assert (await (await browse(house, "officer")).open("/reads")).status == 403
    page = await (await officer.open(f"/cases/{case}/protection")).send("/protection/lift")
    assert "no longer protected" in page.text
