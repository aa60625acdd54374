"""Rule H7 in the whole house: for whoever has declared a conflict of interest in a case, it does not exist anywhere.

Every route that is about the case, or about something that belongs to it, is asked by somebody who holds every role
that may declare; somebody else with the same roles and no conflict is the control.
"""

from __future__ import annotations

from typing import Any

import pytest

from services.command.house import service_named
from tests.service.house import Person, TestedHouse
from tests.service.routes import ROUTES, Route
from tests.service.whole_fund import Everything

OF_A_CASE = ("case", "payment", "batch", "recovery", "appeal", "letter")
"""What is a case, or belongs to one and is nothing without it. A meeting is more than any of its cases."""
MADE_THERE = {"order_batch", "receive_appeal"}
"""Routes that make what they name: nothing is there yet."""
OF_NO_CASE = {
    "find_associations",
    "list_drafts",
    "list_meetings",
    "list_programmes",
    "list_payees",
    "list_proposed_roles",
}
OF_OLD_CASES = {"list_due_cases", "list_disposals"}
"""Lists of cases that may go, or have gone, which takes years: `test_erasure` asks them."""
"""Lists in which no case stands, whoever reads them."""
PAGE = 100
DECLARERS = {row.role for row in service_named("review").policy.rows["declare_interest"]}


@pytest.fixture(scope="module")
async def conflicted(house: TestedHouse, everything: Everything) -> Person:
    return house.bearer(await house.token(everything.conflicted))


@pytest.fixture(scope="module")
async def free(house: TestedHouse, everything: Everything) -> Person:
    return house.bearer(await house.token(everything.free))


def is_open_to_declarers(route: Route) -> bool:
    """Whether one of the roles that may declare is let in, for all associations."""
    return any(row.role in DECLARERS and not row.own for row in route.rows)


def without_reference(answer: Any) -> tuple[int, dict[str, Any]]:
    return answer.status_code, {key: value for key, value in answer.json().items() if key != "reference"}


ABOUT = [
    route
    for route in ROUTES
    if set(route.parameters) & set(OF_A_CASE) and route.operation not in MADE_THERE and is_open_to_declarers(route)
]
LISTS = [route for route in ROUTES if route.is_list and is_open_to_declarers(route)]


def test_h7_every_service_that_knows_of_cases_is_among_those_asked() -> None:
    assert {route.service for route in ABOUT} == {"applications", "review", "payouts", "audit", "web"}


@pytest.mark.parametrize("route", ABOUT, ids=str)
async def test_h7_with_a_conflict_declared_everything_about_the_case_is_as_if_it_were_not_there(
    everything: Everything, conflicted: Person, free: Person, route: Route
) -> None:
    ids = {**everything.ids, "file": everything["case_file"], **everything.instead_for(route)}
    there = route.path(ids)
    version = (await free.get("/".join(there.split("/")[:5]))).headers.get("etag", '"1"')
    for headers in ({}, {"If-Match": '"999"'}, {"If-Match": version}):
        answer = await route.ask(conflicted, ids, **headers)
        nowhere = await route.ask(conflicted, {}, **headers)
        assert answer.status_code == 404, answer.text
        assert without_reference(answer) == without_reference(nowhere)
    if route.reads:
        control = await free.get(there)
        assert control.status_code == 200, f"the control: without a conflict there is an answer: {control.text}"


@pytest.mark.parametrize("route", LISTS, ids=str)
async def test_h7_no_list_has_the_case_in_it_for_whoever_has_a_conflict(
    everything: Everything, conflicted: Person, free: Person, route: Route
) -> None:
    ids = {
        **everything.ids,
        "case": everything["meeting"],
    }  # the one list that is of a subject: what the meeting's says
    hidden = {str(everything[name]) for name in (*OF_A_CASE, "other_case")}
    shown = await everything_on(conflicted, route.path(ids))
    assert not [one for one in hidden if one in shown]
    if not route.is_public and route.operation not in OF_NO_CASE | OF_OLD_CASES:
        control = await everything_on(free, route.path(ids))
        assert any(one in control for one in hidden), "the control: without a conflict the case is in the list"


async def test_h7_what_a_case_is_called_is_told_in_brief_to_whoever_may_know_of_it(
    everything: Everything, conflicted: Person, free: Person
) -> None:
    path = f"/api/applications/cases?ids={everything['case']}"
    (whole,) = (await free.get(path)).json()["items"]

    assert (await free.get(f"{path}&brief=true")).json()["items"] == [
        {name: whole[name] for name in ("id", "status", "association_name", "title")}
    ]
    assert (await conflicted.get(f"{path}&brief=true")).json()["items"] == []


async def everything_on(person: Person, path: str) -> str:
    """All pages of a list, as they were told."""
    told, after = "", ""
    while True:
        answer = await person.get(f"{path}{'&' if '?' in path else '?'}limit={PAGE}{after}")
        assert answer.status_code == 200, answer.text
        told += answer.text
        if (following := answer.json()["next"]) is None:
            return told
        after = f"&after={following}"


async def test_h7_the_trail_of_whatever_belongs_to_the_case_is_hidden_with_it(
    everything: Everything, conflicted: Person, free: Person
) -> None:
    for name in (*OF_A_CASE, "other_case"):
        for query in ("", "?limit=1"):
            trail = f"/api/audit/cases/{everything[name]}/trail{query}"
            assert (await conflicted.get(trail)).status_code == 404, name
            assert (await free.get(trail)).json()["items"], name


async def test_h7_the_meeting_is_there_without_the_case(
    everything: Everything, conflicted: Person, free: Person
) -> None:
    meeting = f"/api/review/meetings/{everything['meeting']}"
    assert (await conflicted.get(meeting)).json()["agenda"] == []
    cases = {item["case"] for item in (await free.get(meeting)).json()["agenda"]}
    assert cases == {str(everything["case"]), str(everything["other_case"])}


async def test_h7_a_panel_member_who_has_not_declared_cannot_read_the_application(
    house: TestedHouse, everything: Everything
) -> None:
    """And one who has declared a conflict cannot tell that there is one."""
    undeclared, declared, barred = [await house.person(f"panel-{number}") for number in (4, 1, 5)]
    case = f"/api/applications/cases/{everything['case']}"
    for path in (f"{case}/application", f"{case}/attachments/{everything['case_file']}"):
        refused = await undeclared.get(path)
        assert refused.status_code == 403
        assert refused.json()["detail"].startswith("First declare")
        assert (await declared.get(path)).status_code == 200
        assert (await barred.get(path)).status_code == 404
    shown = (await undeclared.get(f"/api/review/cases/{everything['case']}")).json()
    assert not shown["declared"]
    assert not {"amount_applied_ore", "scores", "proposal", "decision"} & shown.keys()
