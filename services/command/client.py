"""The way a command talks to a running system: the public API, as anybody else would."""

from __future__ import annotations

import argparse
import os
from typing import Any

import httpx

from services.command.failure import Failure

DEFAULT_URL = "http://127.0.0.1:8000"
TIMEOUT_S = 30.0


def url_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--url", default=os.environ.get("BIFALL_URL", DEFAULT_URL), help="where it runs (default: %(default)s)"
    )


def open_client(url: str, token: str | None = None) -> httpx.Client:
    headers = {"Accept-Language": "en"}
    if token := token or os.environ.get("BIFALL_TOKEN"):
        headers["Authorization"] = f"Bearer {token}"
    return httpx.Client(base_url=url, timeout=TIMEOUT_S, headers=headers)


def demo_token(client: httpx.Client, person: str) -> str:
    """A bearer token for one of the demo's people. Raises Failure where no demo runs or there is no such person."""
    return str(asked(client, "POST", "/demo/tokens", {"person": person})["token"])


def asked(client: httpx.Client, method: str, path: str, body: Any = None) -> Any:
    """The answer, decoded. Raises Failure with the problem's own sentence."""
    answer = client.request(method, path, json=body)
    if answer.is_success:
        return answer.json()
    raise Failure(sentence_of(answer))


def sentence_of(answer: httpx.Response) -> str:
    try:
        problem = answer.json()
    except ValueError:
        return f"{answer.status_code} from {answer.url}"
    errors = "".join(f"\n  {error['field']}: {error['message']}" for error in problem.get("errors", ()))
    return f"{problem.get('detail', problem.get('title', answer.status_code))}{errors}"
