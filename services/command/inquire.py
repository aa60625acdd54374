"""The auditor's questions answered, and a sample of cases drawn: `bifall audit report` and `bifall audit sample`."""

from __future__ import annotations

import json
import secrets
from typing import Any

import httpx
from rich.console import Console
from rich.table import Table

from services.command.client import asked as ask

SEED_BYTES = 8
ORE = "_ore"


def report(client: httpx.Client, as_json: bool, programme: str | None) -> bool:
    """Prints every question with its verdict; whether nothing was found."""
    told = ask(client, "GET", f"/api/audit/report{f'?programme={programme}' if programme else ''}")
    if as_json:
        print(json.dumps(told))
    else:
        _show(told)
    return bool(told["holds"])


def sample(client: httpx.Client, as_json: bool, programme: str | None, seed: str | None, size: int) -> bool:
    """Prints the cases that were drawn, and the seed they can be drawn by again."""
    query = {"seed": seed or secrets.token_hex(SEED_BYTES), "size": size, "programme": programme}
    url = httpx.URL("/api/audit/sample", params={name: value for name, value in query.items() if value is not None})
    told = ask(client, "GET", str(url))
    if as_json:
        print(json.dumps(told))
    else:
        print(f"{len(told['cases'])} of {told['of']} cases, drawn with the seed {told['seed']}")
        for one in told["cases"]:
            print(f"{one['number']}  {one['case']}")
    return True


def _show(told: dict[str, Any]) -> None:
    console = Console()
    table = Table("question", "answer", "looked at", "figures", title=f"{told['cases']} cases, {told['made_at']}")
    for one in told["answers"]:
        verdict = "yes" if one["holds"] else f"{len(one['findings'])} to look at"
        table.add_row(one["question"]["en"], verdict, str(one["looked_at"]), _figures(one["figures"]))
    console.print(table)
    for one in told["answers"]:
        for finding in one["findings"]:
            places = ", ".join(f"{source} {position}" for source, position in finding["places"])
            about = f"{finding['number']}: " if finding["number"] else ""
            console.print(f"{about}{finding['what']['en']}{f' ({places})' if places else ''}", soft_wrap=True)


def _figures(figures: dict[str, int]) -> str:
    return "\n".join(
        f"{name.removesuffix(ORE).replace('_', ' ')} {value / 100:,.2f} kr" for name, value in figures.items()
    )
