"""The auditor's questions answered, and a sample of cases drawn and put on record: `bifall audit report` and
`bifall audit sample`."""

from __future__ import annotations

import json
import secrets
from typing import Any
from uuid import uuid4

import httpx
from rich.console import Console
from rich.table import Table

from services.command.client import asked as ask
from services.command.client import sentence_of
from services.command.failure import Failure
from services.web.pages.audit.answers import REPORT, SHARED_ACCOUNTS, together

SEED_BYTES = 8
ORE = "_ore"
ON_RECORD = ("seed", "size", "programme", "register", "root", "of")


def report(client: httpx.Client, as_json: bool, programme: str | None) -> bool:
    """Prints every question with its verdict; whether nothing was found."""
    asked = ask(client, "GET", f"/api/audit{REPORT}{f'?programme={programme}' if programme else ''}")
    told = together(asked, ask(client, "GET", f"/api/payouts{SHARED_ACCOUNTS}"))
    if as_json:
        print(json.dumps(told))
    else:
        _show(told)
    return bool(told["holds"])


def sample(client: httpx.Client, as_json: bool, programme: str | None, seed: str | None, size: int) -> bool:
    """Puts on record that cases are drawn, then prints them and where it stands."""
    query = {"seed": seed or secrets.token_hex(SEED_BYTES), "size": size, "programme": programme}
    url = httpx.URL("/api/audit/sample", params={name: value for name, value in query.items() if value is not None})
    told = ask(client, "GET", str(url))
    told["id"] = str(uuid4())
    answer = client.put(
        f"/api/web/samples/{told['id']}",
        json={name: told[name] for name in ON_RECORD},
        headers={"Idempotency-Key": told["id"]},
    )
    if not answer.is_success:
        raise Failure(sentence_of(answer))
    _drawn(told, as_json)
    return True


def again(client: httpx.Client, as_json: bool, sample_: str) -> bool:
    """Prints a sample that stands on record, drawn again; whether the register was as it was told then."""
    told = ask(client, "GET", f"/api/audit/samples/{sample_}")
    _drawn(told, as_json)
    if not told["holds"] and not as_json:
        print("What was put on record about the register is not what the trail says of it now.")
    return bool(told["holds"])


def _drawn(told: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(told))
        return
    print(f"{len(told['cases'])} of {told['of']} cases, drawn with the seed {told['seed']}")
    print(f"from the first {told['register']} lines of applications, root {told['root']}")
    print(f"on record as sample {told['id']}: `bifall audit sample --again {told['id']}` draws the same")
    for one in told["cases"]:
        print(f"{one['number']}  {one['case']}")


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
