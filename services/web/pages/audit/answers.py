"""One list of the auditor's questions, for the page and the command: those that audit answers from the trail alone, and
the one that only payments can, which holds the accounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

REPORT, SHARED_ACCOUNTS = "/report", "/shared-accounts"


def together(report: Mapping[str, Any], accounts: Mapping[str, Any] | None) -> dict[str, Any]:
    """Audit's report with what payments answered, in one form. None where payments did not answer: then it is only said
    that it could, under `elsewhere`."""
    if accounts is None:
        return dict(report)
    asked = next(one for one in report["elsewhere"] if one["path"] == SHARED_ACCOUNTS)
    findings = [_finding(one["associations"]) for one in accounts["shared"]]
    answer = {
        "key": asked["key"],
        "question": asked["question"],
        "holds": not findings,
        "looked_at": accounts["looked_at"],
        "findings": findings,
        "figures": {},
        "answered_by": asked["service"],
    }
    return {**report, "holds": report["holds"] and not findings, "answers": [*report["answers"], answer]}


def _finding(associations: list[dict[str, Any]]) -> dict[str, Any]:
    names = {
        language: ", ".join(one["name"] or nameless for one in associations)
        for language, nameless in (("sv", "gallrad"), ("en", "erased"))
    }
    what = {"sv": f"Samma konto: {names['sv']}", "en": f"The same account: {names['en']}"}
    return {"what": what, "case": None, "number": None, "places": [], "associations": associations}
