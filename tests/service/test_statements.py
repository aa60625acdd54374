"""What a question costs: at most six statements, as many for a long list as for a short one, on any page.

Each route is counted in a house that was opened a moment ago, so that nothing it once looked up is remembered.
"""

from __future__ import annotations

import math
from collections.abc import AsyncIterator
from typing import Any

import pytest

from infra.embedded import Addresses
from services.web import tokens
from services.web.demo_people import PEOPLE
from tests.service.counting import Count, counted, counting_house, settled
from tests.service.crowd import crowd
from tests.service.house import Person, TestedHouse
from tests.service.own_house import addresses, everything, house  # noqa: F401 - fixtures, in place of the shared
from tests.service.routes import ROUTES, Route
from tests.service.whole_fund import Everything

STATEMENTS_MAX = 6
MORE = {"audit.see_evidence": 60, "audit.get_receipt": 7}
"""What proofs are made of, however long the case is: a package goes through the four logs one after another, and a
proof is an entry, its path, a checkpoint and who cosigned that."""
ROWS = 60
ROWS_OF_THE_TRAIL = 25
"""Audit's lists hold only what has happened: nobody can put a crowd in them."""
OF_NO_JOURNAL = "audit.journal_root"
SHORT = {"list_checkpoints", "list_stamps", "list_held_facts", "list_due_cases", "list_disposals"}
"""Lists that stay all but empty in a house without a signer, of one person, and where nothing is old enough to be
disposed of: what one look costs is counted all the same."""
OF_A_DISPOSAL = {"see_disposal", "see_execution"}
"""Counted where there is one: in test_erasure.py."""

COUNTED = [route for route in ROUTES if route.reads and not route.is_open and str(route) != OF_NO_JOURNAL]
READING = [route for route in COUNTED if route.operation not in OF_A_DISPOSAL]
LISTS = [route for route in READING if route.is_list and route.operation not in SHORT]
SUBJECTS = [route for route in READING if route not in LISTS]


def who_may(route: Route) -> list[str]:
    """Of the demo's people one who sees everything, and one who sees their own association's things."""
    wholes = ({may.role for may in route.rows if may.own is own and not may.set_down} for own in (False, True))
    seeing = (next((name for name, held in PEOPLE.items() if roles & set(held)), None) for roles in wholes)
    return [name for name in seeing if name is not None]


EVERY_LIST = [pytest.param(route, name, id=f"{route}-{name}") for route in LISTS for name in who_may(route)]


@pytest.fixture(scope="module")
async def fresh(addresses: Addresses, house: TestedHouse, everything: Everything) -> AsyncIterator[TestedHouse]:
    """Another house on the same ground, whose statements are counted; with a crowd in every list."""
    async with counting_house(addresses) as fresh, crowd(house, everything, 3 * ROWS):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(tokens, "LOOK_AGAIN_S", math.inf)  # who asks is known for as long as a test lasts
            yield fresh


async def cost(person: Person, path: str) -> tuple[Count, Any]:
    """What asking costs once the door knows who asks, and the answer where it is JSON."""
    assert (await person.get("/api/web/me")).status_code == 200
    with counted() as count:
        answer = await person.get(path)
        await settled()
    assert answer.status_code == 200, answer.text
    return count, answer.json() if "json" in answer.headers["content-type"] else None


def test_every_question_there_is_is_counted() -> None:
    assert {str(route) for route in LISTS} >= {"applications.list_cases", "review.list_cases", "payouts.list_payments"}
    assert len(EVERY_LIST) > len(LISTS)
    assert all(who_may(route) for route in READING)


@pytest.mark.parametrize(("route", "name"), EVERY_LIST)
async def test_a_list_costs_the_same_with_one_row_and_with_sixty_and_on_the_next_page(
    fresh: TestedHouse, everything: Everything, route: Route, name: str
) -> None:
    person, path = await fresh.person(name), route.path(everything.of(route))
    rows = ROWS_OF_THE_TRAIL if route.service == "audit" else ROWS

    path += "&" if "?" in path else "?"
    one, first = await cost(person, f"{path}limit=1")
    sixty, many = await cost(person, f"{path}limit={rows}")
    following, more = await cost(person, f"{path}limit={rows}&after={many['next']}")

    assert (len(first["items"]), len(many["items"])) == (1, rows)
    assert more["items"]
    assert len(one.asked) == len(sixty.asked) == len(following.asked), f"{one}\n\n{sixty}\n\n{following}"
    assert len(one.asked) <= STATEMENTS_MAX, str(one)


@pytest.mark.parametrize("route", SUBJECTS, ids=str)
async def test_one_subject_costs_at_most_six_statements_whatever_belongs_to_it(
    fresh: TestedHouse, everything: Everything, route: Route
) -> None:
    person = await fresh.person(who_may(route)[0])

    count, _ = await cost(person, route.path(everything.of(route)))

    assert len(count.asked) <= MORE.get(str(route), STATEMENTS_MAX), str(count)
    assert count.asked or route.operation == "see_me"  # the token says it


async def test_the_count_sees_whatever_is_asked_in_any_way_and_nobody_elses_statements(fresh: TestedHouse) -> None:
    """The control: what is not counted could cost anything."""
    pool = fresh.office("review").pool
    await pool.fetchval("select 'before'")

    with counted() as count:
        await pool.fetch("select 1")
        await pool.fetchrow("select 2")
        await pool.fetchval("select 3")
        await pool.execute("select 4")
        await pool.execute("select $1::int", 5)
        async with pool.acquire() as connection, connection.transaction():
            await connection.fetchval("select 6")
        await settled()
    await pool.fetchval("select 'after'")

    statements = [statement for _, statement in count.asked]
    assert statements == ["select 1", "select 2", "select 3", "select 4", "select $1::int", *statements[5:]]
    assert "select 6" in statements
    assert not any("before" in statement or "after" in statement for statement in statements)
    assert len(statements) == 8
