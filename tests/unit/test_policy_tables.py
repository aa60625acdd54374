"""Every route has a row that says who may, and every row a route: a new route without one fails here."""

from __future__ import annotations

from importlib import import_module

import pytest

from infra.estate import SERVICES
from shared.http.engine_routes import ENGINE_ROUTES, OPEN
from shared.identity import Role
from shared.policy import IN_EVERY_SERVICE
from shared.reactions import REACT
from shared.service import Service

ENGINE = {str(route.name) for route in ENGINE_ROUTES}


@pytest.fixture(params=[service.name for service in SERVICES])
def service(request: pytest.FixtureRequest) -> Service:
    found: Service = import_module(f"services.{request.param}.app").SERVICE
    return found


def operations(service: Service) -> set[str]:
    return {str(route.name) for route in service.routes}


def test_every_route_has_a_row(service: Service) -> None:
    without = (operations(service) | ENGINE) - service.policy.rows.keys() - service.policy.open_to_all - OPEN

    assert not without, f"{service.name}: who may {', '.join(sorted(without))}?"


def test_every_row_has_a_route_or_is_what_the_fund_itself_does(service: Service) -> None:
    idle = service.policy.rows.keys() - operations(service) - ENGINE - {REACT}

    assert not idle, f"{service.name}: nothing is called {', '.join(sorted(idle))}."


def test_no_two_routes_of_a_service_have_the_same_name(service: Service) -> None:
    names = [str(route.name) for route in (*service.routes, *ENGINE_ROUTES)]

    assert len(names) == len(set(names))


def test_every_row_names_somebody_and_only_reactions_the_fund_itself(service: Service) -> None:
    for operation, row in service.policy.rows.items():
        assert row, f"{service.name}: nobody may {operation}"
        assert any(may.role is Role.FUND for may in row) is (operation == REACT)


def test_what_the_engine_asks_for_itself_is_never_opened_to_more_than_operators(service: Service) -> None:
    for operation, row in IN_EVERY_SERVICE.items():
        assert {may.role for may in service.policy.rows[operation]} <= {may.role for may in row}


def test_a_route_that_needs_no_token_changes_nothing(service: Service) -> None:
    open_ = OPEN | service.policy.open_to_all

    assert all(route.http_methods == {"GET"} for route in (*service.routes, *ENGINE_ROUTES) if str(route.name) in open_)


def test_a_service_reacts_only_to_whom_it_hears(service: Service) -> None:
    estate = next(one for one in SERVICES if one.name == service.name)

    assert set(service.hears) <= set(estate.hears)
    assert {event.source for event in service.reactions} <= set(service.hears)
