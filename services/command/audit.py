"""`bifall audit`: what an auditor asks of a running system. `reconcile` compares the two books, `report` answers the
auditor's questions, `sample` draws cases at random and puts on record that it did."""

from __future__ import annotations

import argparse
from pathlib import Path

from services.command.client import demo_token, open_client, url_argument
from services.command.inquire import again, report, sample
from services.command.outside import brought
from services.command.reconcile import reconcile

HELP = "Compare each service's book with the trail, answer the auditor's questions, or draw a sample of cases."
EXAMPLE = "bifall audit report"
ACTIONS = ("reconcile", "report", "sample")
SAMPLE = 10


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=ACTIONS, help="reconcile and report exit 0 only where nothing was found")
    url_argument(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--checkpoint",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="reconcile: a checkpoint or proof file that was kept outside; may be repeated",
    )
    parser.add_argument(
        "--key",
        action="append",
        default=[],
        metavar="VKEY",
        help="reconcile: the log's key, as it was handed over, or a file of them",
    )
    parser.add_argument("--programme", metavar="ID", help="report and sample: this programme's cases alone")
    parser.add_argument("--seed", help="sample: what decides which cases; the same seed draws the same again")
    parser.add_argument("--again", metavar="SAMPLE", help="sample: draw one anew that stands on record, by its id")
    parser.add_argument("--size", type=int, default=SAMPLE, help="sample: how many cases (default: %(default)s)")


def run(asked: argparse.Namespace) -> int:
    files = brought(asked.checkpoint, asked.key)
    with open_client(asked.url) as client:
        if "authorization" not in client.headers:
            client.headers["authorization"] = f"Bearer {demo_token(client, 'auditor')}"
        if asked.action == "reconcile":
            holds = reconcile(client, asked.json, files)
        elif asked.action == "report":
            holds = report(client, asked.json, asked.programme)
        elif asked.again:
            holds = again(client, asked.json, asked.again)
        else:
            holds = sample(client, asked.json, asked.programme, asked.seed, asked.size)
    return 0 if holds else 1
