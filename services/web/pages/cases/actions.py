"""What may be done with a case now, as buttons: exactly what its services offer this person, the most likely first."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from shared.words import Language, Text


class Way(msgspec.Struct, frozen=True):
    """How an operation is done: on a page of its own, or by one press (`posted`)."""

    text: Text
    path: str
    posted: bool = False
    quiet: bool = False


WAYS: dict[str, Way] = {
    "decide": Way(Text("Besluta", "Decide"), "/cases/{case}/decision"),
    "give_statement": Way(Text("Yttra dig om förslaget", "Give the panel's statement"), "/cases/{case}/statement"),
    "score": Way(Text("Bedöm ansökan", "Assess the application"), "/assessing/{case}"),
    "start_check": Way(Text("Börja kontrollen", "Start the check"), "/cases/{case}/start", posted=True),
    "answer_eligibility": Way(Text("Kontrollera villkoren", "Check the conditions"), "/cases/{case}/check"),
    "open_assessment": Way(Text("Låt panelen börja", "Let the panel begin"), "/cases/{case}/assessment", posted=True),
    "propose": Way(Text("Lägg fram ett förslag", "Make a proposal"), "/cases/{case}/proposal"),
    "close_assessment": Way(
        Text("Avsluta bedömningen", "Close the assessment"), "/cases/{case}/assessment/closing", posted=True, quiet=True
    ),
    "close_case": Way(Text("Avsluta ärendet", "Close the case"), "/cases/{case}/closing", posted=True),
    "reopen_check": Way(
        Text("Ändra svaren på villkoren", "Change the answers to the conditions"),
        "/cases/{case}/check-reopening",
        posted=True,
        quiet=True,
    ),
    "request_completion": Way(
        Text("Be om komplettering", "Ask for completion"), "/cases/{case}/completion", quiet=True
    ),
    "review_report": Way(Text("Läs redovisningen", "Read the report"), "/money/grants/{case}"),
    "approve_report": Way(Text("Godkänn redovisningen", "Approve the report"), "/money/grants/{case}"),
    "close_grant": Way(Text("Avsluta bidraget", "Close the grant"), "/money/grants/{case}"),
    "consider_recovery": Way(Text("Överväg återkrav", "Consider recovery"), "/money/grants/{case}", quiet=True),
}
"""Operation → way, the most likely first. A declaration of interest has a place of its own on the page."""

PROPOSE_ANEW = Way(Text("Ändra förslaget", "Change the proposal"), "/cases/{case}/proposal", quiet=True)
TAKE_OVER = Way(Text("Ta över kontrollen", "Take over the check"), "/cases/{case}/start", posted=True, quiet=True)


class Action(msgspec.Struct, frozen=True):
    operation: str
    text: str
    path: str
    posted: bool
    quiet: bool


def actions(may: Collection[str], case: str, status: str, language: Language) -> list[Action]:
    """The first that is not quiet is the page's main button; the others are quiet."""
    found: list[Action] = []
    for operation, way in WAYS.items():
        if operation not in may:
            continue
        if operation == "start_check" and status != "received":
            way = TAKE_OVER
        if operation == "propose" and status == "proposed":
            way = PROPOSE_ANEW
        quiet = way.quiet or any(not one.quiet for one in found)
        path = way.path.format(case=case)
        found.append(Action(operation, way.text.into(language), path, way.posted, quiet))
    return sorted(found, key=lambda one: one.quiet)
