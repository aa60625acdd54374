"""Who may do what, asked through the door: every route by every one of the demo's people, as the policy's table has it.

What the table does not allow is 403 for anything there is or is not; without a token it is 401; what is another's is
404, like what does not exist; and nothing a person may do ends in a failure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest

from services.web.demo_people import PEOPLE
from shared.identity import Role
from tests.service.house import Person, TestedHouse
from tests.service.routes import ROUTES, Route
from tests.service.web_fund import somebody_who_helps
from tests.service.whole_fund import Everything

ASKED = [route for route in ROUTES if not route.is_open]
OWN = [route for route in ASKED if route.parameters and any(may.own for may in route.rows)]
REFUSED = {"type", "title", "status", "detail", "reference"}
ANY_VERSION = {"If-Match": '"1"'}


HELPER = "helper"
WHO: Mapping[str, tuple[Role, ...]] = {**PEOPLE, HELPER: (Role.HELPER,)}
"""And somebody who helps with one draft, and is nothing else."""


@pytest.fixture(scope="module")
async def people(house: TestedHouse, everything: Everything) -> dict[str, Person]:
    """Each with nothing seen before, so that nobody waits for what others have done."""
    accounts = {name: house.account(name) for name in PEOPLE}
    accounts[HELPER] = await somebody_who_helps(house, await house.person("applicant"), everything["draft"])
    return {name: house.bearer(await house.token(account)) for name, account in accounts.items()}


@pytest.fixture(scope="module")
async def neighbour(house: TestedHouse, everything: Everything) -> Person:
    """Writes and signs for an association of their own, and for no other."""
    administrator, account, association = await house.person("administrator"), uuid4(), uuid4()
    await administrator.put(f"/api/web/accounts/{account}", {})
    await administrator.put(f"/api/web/accounts/{account}/roles/applicant", {})
    person = house.bearer(await house.token(account))
    body = {"organisation_number": "802700-0044", "name": "Föreningen Fyran (påhittad)", "town": "Falun"}
    assert (await person.put(f"/api/applications/associations/{association}", body)).status_code == 200
    for role in (Role.APPLICANT, Role.SIGNATORY):
        granted = await administrator.put(f"/api/web/accounts/{account}/roles/{role}?association={association}", {})
        assert granted.status_code == 200
    return person


def may(route: Route, name: str) -> bool:
    return any(row.role in WHO[name] for row in route.rows)


OWN_LISTS = [route for route in ASKED if route.is_list and may(route, "applicant") and not route.is_public]
"""But calls and past grants are everybody's."""


def without_reference(answer: Any) -> tuple[int, dict[str, Any]]:
    return answer.status_code, {key: value for key, value in answer.json().items() if key != "reference"}


def test_the_table_has_somebody_who_may_and_somebody_who_may_not_for_every_route() -> None:
    for route in ASKED:
        allowed = {name for name in WHO if may(route, name)}
        assert allowed, route
        assert allowed != set(WHO) or route.is_public or route.operation == "see_me", route


@pytest.mark.parametrize("route", ASKED, ids=str)
async def test_what_the_table_does_not_allow_is_refused_alike_for_what_is_there_and_what_is_not(
    people: dict[str, Person], everything: Everything, route: Route
) -> None:
    for name, person in people.items():
        if may(route, name):
            continue
        there, nowhere = await route.ask(person, everything.of(route)), await route.ask(person, {})
        assert there.status_code == 403, (name, there.text)
        assert there.json().keys() == REFUSED
        assert without_reference(there) == without_reference(nowhere), name


@pytest.mark.parametrize("route", [route for route in ASKED if not route.is_public], ids=str)
async def test_without_a_token_nobody_comes_further_than_401(
    house: TestedHouse, everything: Everything, route: Route
) -> None:
    for person in (house.stranger(), house.bearer("bifall_made-up"), house.bearer("")):
        there, nowhere = await route.ask(person, everything.of(route)), await route.ask(person, {})
        assert there.status_code == 401, there.text
        assert without_reference(there) == without_reference(nowhere)


@pytest.mark.parametrize("route", [route for route in ASKED if route.is_public], ids=str)
async def test_what_is_public_is_shown_to_a_stranger_as_to_an_applicant(
    house: TestedHouse, people: dict[str, Person], everything: Everything, route: Route
) -> None:
    path = route.path(everything.of(route))
    shown, control = await house.stranger().get(path), await people["applicant"].get(path)
    assert (shown.status_code, control.status_code) == (200, 200), shown.text
    if shown.headers["content-type"].startswith("application/json"):
        assert _without_the_time(shown.json()) == _without_the_time(control.json())
    else:
        assert shown.content == control.content
    assert (await house.stranger().get(route.path({}))).status_code in (200, 404)


def _without_the_time(answer: Any) -> Any:
    """A programme says what its clock shows, and so do its calls."""
    if isinstance(answer, list):
        return [_without_the_time(one) for one in answer]
    if not isinstance(answer, dict):
        return answer
    return {key: _without_the_time(value) for key, value in answer.items() if key != "now"}


@pytest.mark.parametrize("route", ASKED, ids=str)
async def test_what_somebody_may_is_answered_or_refused_in_words_whatever_they_send(
    people: dict[str, Person], route: Route
) -> None:
    for name, person in people.items():
        if may(route, name):
            empty = await person.ask(route.method, route.path({}), None if route.reads else {}, {})
            filled = await route.ask(person, {}, **ANY_VERSION)
            for answer in (empty, filled):
                assert answer.status_code < 500, (name, answer.text)
                assert answer.status_code not in (401, 403), (name, answer.text)


@pytest.mark.parametrize("route", OWN, ids=str)
async def test_another_associations_things_do_not_exist_for_an_applicant(
    neighbour: Person, people: dict[str, Person], everything: Everything, route: Route
) -> None:
    """With bodies that would do: it is not for its form that the call is refused."""
    theirs = everything.of(route)
    for headers in ({}, ANY_VERSION):
        answer = await route.ask(neighbour, theirs, **headers)
        assert answer.status_code == 404, answer.text
        assert answer.json().keys() == REFUSED
    if route.reads:
        control = await route.ask(people["applicant"], theirs)
        assert control.status_code == 200, "the control: whose it is sees it"


@pytest.mark.parametrize("route", OWN, ids=str)
async def test_a11_of_all_that_is_the_associations_a_helper_comes_to_the_one_draft_alone(
    people: dict[str, Person], everything: Everything, route: Route
) -> None:
    if not may(route, HELPER):
        assert (await route.ask(people[HELPER], everything.of(route), **ANY_VERSION)).status_code == 403
        return
    assert route.parameters[0] == "draft"
    another = {**everything.of(route), "draft": everything["other_case"]}
    assert (await route.ask(people[HELPER], another, **ANY_VERSION)).status_code == 404
    if route.reads:
        assert (await route.ask(people[HELPER], everything.of(route))).status_code == 200, "the control: the one"


@pytest.mark.parametrize("route", OWN_LISTS, ids=str)
async def test_no_list_shows_an_applicant_what_is_another_associations(
    neighbour: Person, people: dict[str, Person], everything: Everything, route: Route
) -> None:
    shown = await neighbour.get(f"{route.path({})}?limit=100")
    assert shown.status_code == 200
    theirs = {str(value) for value in everything.ids.values()}
    assert not theirs & _ids(shown.json()), shown.text
    control = await people["applicant"].get(f"{route.path({})}?limit=100")
    assert _ids(control.json()), "the control: the same list does show somebody their own"


def _ids(shown: Mapping[str, Any]) -> set[str]:
    return {
        str(value) for item in shown["items"] for key, value in item.items() if key in {"id", "case", "association"}
    }


async def test_a_number_finds_any_association_but_tells_no_more_than_its_name(
    neighbour: Person, everything: Everything
) -> None:
    found = (await neighbour.get("/api/applications/associations?organisation_number=802700-0010")).json()["items"]
    assert [item["id"] for item in found] == [str(everything["association"])]
    assert found[0].keys() == {"id", "organisation_number", "name"}


async def test_a_panel_member_who_also_applies_sees_no_more_associations_than_any_applicant(
    house: TestedHouse, everything: Everything
) -> None:
    administrator, account = await house.person("administrator"), uuid4()
    await administrator.put(f"/api/web/accounts/{account}", {})
    for role in (Role.APPLICANT, Role.PANEL):
        await administrator.put(f"/api/web/accounts/{account}/roles/{role}", {})
    person = house.bearer(await house.token(account))

    assert (await person.get("/api/applications/associations")).json()["items"] == []
    control = await (await house.person("officer")).get("/api/applications/associations")
    assert control.json()["items"], "the control: the fund's staff see them all"
