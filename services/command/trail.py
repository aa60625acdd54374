"""`bifall trail`: a case's package, put together from what the running system lets its reader have."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import httpx

from services.command.client import TIMEOUT_S, demo_token, open_client, sentence_of, url_argument
from services.command.failure import Failure
from services.web.pages.packages.collect import Made, NoCase, Unsettled, file_name, made
from shared.store import Altered
from shared.tlog.checkpoints import read_checkpoint
from shared.tlog.notes import Malformed, read_note

HELP = "Write a case's audit package: its events with proofs, its content, and the verifier."
EXAMPLE = "bifall trail EX-2026-00017 --out EX-2026-00017.zip"
NOT_THERE = frozenset({403, 404, Altered.status})
"""What was altered where it lies is left out: whoever verifies finds that it is missing."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("case", metavar="CASE", help="the case's registration number, or its id")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.zip", help="where to write it")
    parser.add_argument(
        "--checkpoint",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="a checkpoint you hold: the way from it to now is proven too",
    )
    url_argument(parser)


def run(asked: argparse.Namespace) -> int:
    with open_client(asked.url) as client:
        if "authorization" not in client.headers:
            client.headers["authorization"] = f"Bearer {demo_token(client, 'auditor')}"
        headers = dict(client.headers)
    package = asyncio.run(_fetched(asked.url, headers, asked.case, known(asked.checkpoint)))
    asked.out.write_bytes(package.content)
    print(f"{asked.out}: the trail of {package.name}. Verify it with `bifall verify {asked.out}`.")
    return 0


def known(files: Sequence[Path]) -> str | None:
    """`log=size,log=size`, as audit is asked. Raises Failure for what is no checkpoint."""
    found = []
    for file in files:
        try:
            checkpoint = read_checkpoint(read_note(file.read_text()).text)
        except (Malformed, UnicodeDecodeError) as error:
            raise Failure(f"{file} is no checkpoint: {error}") from error
        found.append(f"{checkpoint.origin.rpartition('/')[2]}={checkpoint.size}")
    return ",".join(found) or None


async def _fetched(url: str, headers: dict[str, str], case: str, proven_from: str | None) -> Made:
    async with httpx.AsyncClient(base_url=url, timeout=TIMEOUT_S, headers=headers) as client:
        try:
            return await made(lambda service, path: _ask(client, service, path), await _id(client, case), proven_from)
        except NoCase:
            raise Failure(f"There is no trail of {case} here that you may read, or none of it is signed yet.") from None
        except Unsettled as unsettled:
            raise Failure(unsettled.detail.en) from None


async def _ask(client: httpx.AsyncClient, service: str, path: str) -> bytes | None:
    answer = await client.get(f"/api/{service}{path}")
    if answer.status_code in NOT_THERE:
        return None
    if not answer.is_success:
        raise Failure(sentence_of(answer))
    return answer.content


async def _id(client: httpx.AsyncClient, case: str) -> UUID:
    """From an id or a registration number, as pages or as files write it. Raises Failure."""
    try:
        return UUID(case)
    except ValueError:
        pass
    answer = await client.get("/api/applications/cases", params={"search": case})
    if not answer.is_success:
        raise Failure(sentence_of(answer))
    found = [one["id"] for one in answer.json()["items"] if file_name(one["number"]) == file_name(case)]
    if not found:
        raise Failure(f"There is no case {case} that you may see. Give its id, from the address of its page.")
    return UUID(found[0])
