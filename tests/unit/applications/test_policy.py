"""Every route has its row in the table of who may use it, and the table names no route that is not there."""

from __future__ import annotations

from services.applications.app import SERVICE
from services.applications.policy import POLICY
from shared.http.engine_routes import ENGINE_ROUTES, OPEN
from shared.identity import Role


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    asked = {str(route.name) for route in (*SERVICE.routes, *ENGINE_ROUTES)} - OPEN

    assert asked | {"react"} == set(POLICY.rows)


def test_only_the_fund_itself_reacts_and_it_does_nothing_else() -> None:
    assert [operation for operation, row in POLICY.rows.items() if any(may.role is Role.FUND for may in row)] == [
        "react"
    ]


def test_the_administrator_has_no_right_to_any_case() -> None:
    of_the_administrator = {
        operation for operation, row in POLICY.rows.items() if any(may.role is Role.ADMINISTRATOR for may in row)
    }

    assert of_the_administrator == {
        "journal_root",
        "list_parked",
        "release_parked",
        "see_programme",
        "advance_clock",
        "list_calls",
        "see_call",
        "list_programmes",
        "list_past_grants",
        "sum_past_grants",
    }


def test_whatever_another_service_tells_has_a_command_of_ours() -> None:
    commands = {command for kind in SERVICE.kinds for command in kind.commands}

    assert {event.source for event in SERVICE.reactions} == {"review", "payouts"}
    assert len(commands) == sum(len(kind.commands) for kind in SERVICE.kinds)
