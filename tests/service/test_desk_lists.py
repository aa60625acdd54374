"""The lists that the staff's desk stands on: sorted, searched, counted, and silent about what somebody may not know."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import asyncpg
import pytest

from services.review.views import COUNTS
from shared.http.lists import cursor
from tests.service.counting_cases import PLAINLY, counted
from tests.service.house import Person, TestedHouse
from tests.service.web.desk_rounds import registered
from tests.service.whole_fund import Everything

ROWS = 1
ROWS_MAX = 300


async def all_of(person: Person, path: str) -> list[dict[str, Any]]:
    """Every page of a list, one row at a time."""
    rows: list[dict[str, Any]] = []
    after = ""
    for _ in range(ROWS_MAX):
        answer = await person.get(f"{path}{'&' if '?' in path else '?'}limit={ROWS}{after}")
        assert answer.status_code == 200, answer.text
        rows += answer.json()["items"]
        if (following := answer.json()["next"]) is None:
            return rows
        after = f"&after={following}"
    raise AssertionError(f"no end to {path}: {after}")


@pytest.mark.parametrize(
    ("sort", "key"),
    [
        ("received", lambda row: row["received_at"]),
        ("applied", lambda row: row["amount_applied_ore"]),
        ("points", lambda row: -1 if row["points_milli"] is None else row["points_milli"]),
        ("due", lambda row: row["completion_due_on"] or row["appeal_last_day"] or "9999-12-31"),
    ],
)
@pytest.mark.parametrize("order", ["asc", "desc"])
async def test_cases_are_sorted_page_by_page_and_none_is_lost(
    house: TestedHouse, everything: Everything, sort: str, key: Any, order: str
) -> None:
    officer = await house.person("officer")
    rows = await all_of(officer, f"/api/review/cases?sort={sort}&order={order}")
    assert [key(row) for row in rows] == sorted(map(key, rows), reverse=order == "desc")
    assert {row["id"] for row in rows} == {row["id"] for row in await all_of(officer, "/api/review/cases")}
    assert len({row["id"] for row in rows}) == len(rows)


async def test_h7_what_somebody_has_not_declared_for_does_not_show_in_the_order(
    house: TestedHouse, everything: Everything
) -> None:
    async with registered(house) as (own, cases):
        panel = await house.person("panel-4")
        rows = await all_of(panel, f"/api/review/cases?call={own.call}&sort=applied")
    assert {row["amount_applied_ore"] for row in rows} == {None}
    assert [row["id"] for row in rows] == sorted((str(case.id) for case in cases), reverse=True)  # by id alone


async def test_cases_are_found_by_whose_move_it_is_and_counted_alike(
    house: TestedHouse, everything: Everything
) -> None:
    officer = await house.person("officer")
    async with registered(house) as (own, cases):
        waiting = await all_of(officer, f"/api/review/cases?call={own.call}&waits_for=officer")
        counts = (await officer.get(f"/api/review/case-counts?call={own.call}")).json()
        lanes = (await officer.get(f"/api/review/case-lanes?call={own.call}&each=1")).json()
    assert {row["id"] for row in waiting} == {str(case.id) for case in cases}
    assert counts == {"statuses": [{"status": "received", "count": 2}], "waiting": {"officer": 2}}
    assert len(lanes) == 1


async def test_what_is_kept_count_of_is_what_counting_every_case_finds(
    house: TestedHouse, everything: Everything
) -> None:
    pool, officer = house.office("review").pool, UUID(int=0)
    async with registered(house) as (own, _):
        for person in (officer, everything.conflicted):
            for calls in (None, [own.call], []):
                assert await counted(pool, COUNTS, person, calls) == await counted(pool, PLAINLY, person, calls)
        assert len(await counted(pool, COUNTS, officer, [own.call])) == 1, "a case that is there was not counted"


async def test_h7_who_has_a_conflict_of_interest_is_told_of_fewer_cases(
    house: TestedHouse, everything: Everything
) -> None:
    """What is taken away from the counts is that person's cases, and nobody else's."""
    pool = house.office("review").pool
    all_cases, theirs = [
        sum(int(str(row[1])) for row in await counted(pool, COUNTS, person))
        for person in (UUID(int=0), everything.conflicted)
    ]
    barring = await pool.fetchval(
        "select count(*) from reviewed_case where interests ->> $1 is not null and number <> ''",
        str(everything.conflicted),
    )
    assert barring > 0
    assert theirs == all_cases - barring


async def test_nobody_changes_the_counts_but_the_cases_they_count(house: TestedHouse, everything: Everything) -> None:
    for change in ("update case_count set cases = 0", "delete from case_count"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await house.office("review").pool.execute(change)


async def test_applications_are_found_by_words_and_a_sign_is_only_a_sign(
    house: TestedHouse, everything: Everything
) -> None:
    officer = await house.person("officer")
    number = next(row["number"] for row in await all_of(officer, "/api/applications/cases?search=Ettan"))
    as_files_have_it = number.replace(" ", "-").replace("/", "-")
    for words in ("teckningsgr", "Ettan", "8027000010", "802700-0010", as_files_have_it):
        found = await all_of(officer, f"/api/applications/cases?search={words}")
        assert str(everything["case"]) in {row["id"] for row in found}, words
    assert await all_of(officer, "/api/applications/cases?search=%25") == []
    assert await all_of(officer, "/api/applications/cases?search=_") == []


@pytest.mark.parametrize("service", ["applications", "review"])
async def test_only_the_cases_asked_for_are_listed_and_what_is_no_id_is_refused(
    house: TestedHouse, everything: Everything, service: str
) -> None:
    officer = await house.person("officer")
    rows = await all_of(officer, f"/api/{service}/cases?ids={everything['case']},{everything['other_case']}")
    assert {row["id"] for row in rows} == {str(everything["case"]), str(everything["other_case"])}
    for wrong in ("1", "%20", ",".join([str(everything["case"])] * 101)):
        assert (await officer.get(f"/api/{service}/cases?ids={wrong}")).status_code == 422


async def test_what_is_found_in_an_application_is_told_for_every_condition_and_judged_by_nobody(
    house: TestedHouse, everything: Everything
) -> None:
    officer = await house.person("officer")
    found = {
        one["condition"]: one["holds"]
        for one in (await officer.get(f"/api/applications/cases/{everything['case']}/findings")).json()
    }
    assert found["E1"] is True  # the organisation number is one of an association's
    assert found["E4"] is True  # statutes are handed in
    assert found["E10"] is None  # nobody here knows of earlier grants
    assert (await (await house.person("applicant")).get("/api/applications/cases")).status_code == 200
    refused = await (await house.person("applicant")).get(f"/api/applications/cases/{everything['case']}/findings")
    assert refused.status_code == 403


async def test_a_cursor_with_a_number_that_no_column_holds_is_a_question_like_any_other(
    house: TestedHouse, everything: Everything
) -> None:
    officer = await house.person("officer")
    for sort in ("points", "applied"):
        after = cursor(2**62, everything["case"])
        answer = await officer.get(f"/api/review/cases?sort={sort}&after={after}")
        assert answer.status_code == 200, answer.text
