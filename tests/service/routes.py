"""Every route of every service, as somebody at the door asks for it: a path with ids in it, and a body that would do.

Tests that are about all routes take them from here, so that a new route is in them the moment it exists.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from services.command.house import NAMES, service_named
from shared.http.engine_routes import ENGINE_ROUTES, OPEN
from shared.policy import May
from tests.service.house import Person

PARAMETER = re.compile(r"\{(\w+):\w+\}")
WORDS = {"words": "So it is said"}
PAPER = b"%PDF-1.7 made up"
SOME_SOURCE = "review"

BODIES: Mapping[str, Any] = {
    "register_association": {"organisation_number": "802999-0002", "name": "Föreningen Pröva", "town": "Falun"},
    "change_association": {"name": "Föreningen Pröva", "town": "Falun"},
    "save_draft": {"call": str(uuid4()), "association": str(uuid4()), "answers": {}},
    "set_down": {"call": str(uuid4()), "association": str(uuid4()), "route": "paper", "came_on": "2027-03-12"},
    "register_on_behalf": {"signed_on_paper": 1},
    "attach": PAPER,
    "attach_to_completion": PAPER,
    "attach_to_report": PAPER,
    "complete": {"answers": {}},
    "request_completion": {"missing": ["statutes"], "letter": "Please"},
    "answer_eligibility": {"answers": []},
    "declare_interest": {"conflict": None},
    "score": {"scores": {"C1": 3}},
    "propose": {"outcome": "approved", "granted_ore": 100, **WORDS},
    "give_statement": {"opinion": "approves", **WORDS},
    "decide": {"outcome": "approved", "granted_ore": 100, "delegation": "7.3", **WORDS},
    "record_judgment": {"quashed": False, "judged_on": "2027-05-03"},
    "register_payee": {"scheme": "bankgiro", "number": "5050-1055", "name": "Föreningen Pröva", "town": "Falun"},
    "verify_payee": WORDS,
    "report": {"spent_ore": 100, "unspent_ore": 0},
    "consider_recovery": {"amount_ore": 100, "ground": "conditions_broken"},
    "bar_payment": {"reason": "other"},
    "notify_recovery": WORDS,
    "answer_recovery": {"standpoint": "agrees"},
    "decide_recovery": {"amount_ore": 0},
    "advance_clock": {"advance_s": 1},
    "protect_case": {"reason": "threat"},
    "preview_letter": {"kind": "completion_request", **WORDS},
    "add_cosignature": {"key": "none", "line": "none"},
    "propose_disposal": {"programme": str(uuid4()), "cases": [str(uuid4())], "reason": "Planen, rad 3.3."},
    "invite": {"email": "ny@example.se", "role": "panel"},
    "invite_helper": {"email": "ny@example.se", "draft": str(uuid4())},
    "accept_help": {"key": "made-up"},
}
"""What a body has to hold to be read at all; an empty object where nothing is named."""

QUERIES: Mapping[str, str] = {
    "attach": "key=statutes&name=stadgar.pdf",
    "attach_to_report": "key=economic_attachment&name=kvitton.pdf",
    "attach_to_completion": "key=statutes&name=stadgar.pdf",
    "journal_root": "size=1",
    "draw_sample": "seed=frö",
    "prove_consistency": "old=1&new=1",
    "list_past_grants": "practice=true",
    "add_cosignature": "size=1",
}


@dataclass(frozen=True)
class Route:
    service: str
    operation: str
    method: str
    template: str
    arguments: frozenset[str]

    def __str__(self) -> str:
        return f"{self.service}.{self.operation}"

    @property
    def reads(self) -> bool:
        return self.method == "GET"

    @property
    def is_list(self) -> bool:
        """A list comes in pages."""
        return {"after", "limit"} <= self.arguments

    @property
    def is_open(self) -> bool:
        """An operation that the service itself asks no token for."""
        return self.operation in OPEN

    @property
    def is_public(self) -> bool:
        """What it shows is everybody's: it may be asked with no token at all."""
        return self.operation in service_named(self.service).policy.open_to_all

    @property
    def parameters(self) -> list[str]:
        return PARAMETER.findall(self.template)

    @property
    def rows(self) -> tuple[May, ...]:
        """Who may; nobody in particular where no token is asked."""
        return () if self.is_open else service_named(self.service).policy.rows[self.operation]

    def path(self, ids: Mapping[str, object]) -> str:
        """With these ids; an id nobody has where none is given."""
        filled = PARAMETER.sub(lambda found: str(ids.get(found[1], _nobodys(found[1]))), self.template)
        query = QUERIES.get(self.operation)
        return f"/api/{self.service}{filled}" + (f"?{query}" if query else "")

    async def ask(self, person: Person, ids: Mapping[str, object], **headers: str) -> Any:
        body = None if self.reads or self.method == "DELETE" else BODIES.get(self.operation, {})
        if isinstance(body, bytes):
            headers["Content-Type"] = "application/pdf"
        return await person.ask(self.method, self.path(ids), body, headers)


def _nobodys(parameter: str) -> object:
    match parameter:
        case "source":
            return SOME_SOURCE
        case "position":
            return 1
        case "role":
            return "panel"
        case "log":
            return SOME_SOURCE
        case "level" | "size":
            return 1
        case "place":
            return "000"
    return uuid4()


def _routes() -> list[Route]:
    return [
        Route(
            service=name,
            operation=str(handler.name),
            method=method,
            template=next(iter(handler.paths)),
            arguments=frozenset(inspect.signature(handler.fn).parameters),
        )
        for name in NAMES
        for handler in (*ENGINE_ROUTES, *service_named(name).routes)
        for method in sorted(handler.http_methods)
    ]


ROUTES = _routes()
