"""`bifall token PERSON`: a bearer token for the API, for one of the demo's people."""

from __future__ import annotations

import argparse

from services.command.client import asked as ask
from services.command.client import demo_token, open_client, url_argument
from services.command.failure import Failure

HELP = "Print a bearer token for one of the demo's people, or list them."
EXAMPLE = "bifall token officer"


def arguments(parser: argparse.ArgumentParser) -> None:
    url_argument(parser)
    parser.add_argument("person", nargs="?", help="whose token")
    parser.add_argument("--list", action="store_true", help="list the demo's people")


def run(asked: argparse.Namespace) -> int:
    with open_client(asked.url) as client:
        if asked.list:
            print("\n".join(ask(client, "GET", "/demo/people")))
        elif asked.person:
            print(demo_token(client, asked.person))
        else:
            raise Failure("Name a person, or use --list to see who there is.", 2)
    return 0
