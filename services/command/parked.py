"""`bifall parked`: events a service could not take, and their release once the cause is mended."""

from __future__ import annotations

import argparse
from uuid import UUID

from services.command.client import asked as ask
from services.command.client import demo_token, open_client, url_argument
from services.command.failure import Failure
from services.command.house import NAMES

HELP = "List parked events, or release those of a case in order of arrival."
EXAMPLE = "bifall parked release 0190a3b2-7c1d-7e4f-8a5b-6c7d8e9f0a1b"


def arguments(parser: argparse.ArgumentParser) -> None:
    url_argument(parser)
    parser.add_argument("action", nargs="?", choices=("list", "release"), default="list")
    parser.add_argument("case", nargs="?", type=UUID, help="the case, or other subject, to release")


def run(asked: argparse.Namespace) -> int:
    with open_client(asked.url) as client:
        if "authorization" not in client.headers:
            client.headers["authorization"] = f"Bearer {demo_token(client, 'administrator')}"
        if asked.action == "list":
            parked = [(service, one) for service in NAMES for one in ask(client, "GET", f"/api/{service}/parked")]
            for service, one in parked:
                subjects = " ".join(one["subjects"])
                why = one["error"] or "waits behind an earlier one"
                print(f"{service}: {one['source']} {one['position']}, about {subjects}: {why}")
            if not parked:
                print("Nothing is parked.")
            return 0
        if asked.case is None:
            raise Failure("Name the case to release: bifall parked release CASE", 2)
        released = sum(
            ask(client, "POST", f"/api/{service}/parked/{asked.case}/release", {})["released"] for service in NAMES
        )
        print(f"{released} released")
    return 0
