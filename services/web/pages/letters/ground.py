"""What the pages of letters share: how a letter stands, in words and colour, and why it is where it is."""

from __future__ import annotations

from typing import Any

from services.web.site.caller import Caller
from services.web.site.sessions import is_staff
from shared.words import Text

TAGS = {
    "due": "plain",
    "written": "plain",
    "delayed": "wait",
    "kept": "plain",
    "to_print": "wait",
    "called_off": "plain",
}
"""Status → kind of tag. What is sent or posted is done, and has none."""

REASONS = {
    "unreachable": Text("E-postservern svarar inte.", "The mail server does not answer."),
    "overtaken": Text("Det hade redan ordnat sig.", "It had been settled already."),
    "erased": Text("Innehållet är gallrat.", "What it said has been erased."),
}
ASKED_TO_WAIT = Text("E-postservern bad oss vänta ({code}).", "The mail server asked us to wait ({code}).")
NOT_TAKEN = Text(
    "E-postservern tog inte emot brevet ({code}). Skicka det på papper.",
    "The mail server did not take the letter ({code}). Send it on paper.",
)
CHANNELS = {"email": Text("E-post", "E-mail"), "paper": Text("Papper", "Paper")}


def case_address(caller: Caller, case: object) -> str:
    """The case as the fund's people see it, or as its association does."""
    return f"/cases/{case}" if is_staff(caller.actor) else f"/my/cases/{case}"


def tag_of(status: str) -> str:
    return TAGS.get(status, "")


def reason_of(caller: Caller, letter: dict[str, Any]) -> str:
    """Why it waits, was refused or was not needed; nothing where all is well."""
    code = str(letter.get("reason") or "")
    if code in REASONS:
        return caller.say(REASONS[code])
    if not code:
        return ""
    told = ASKED_TO_WAIT if letter["status"] == "delayed" else NOT_TAKEN
    return caller.say(told).format(code=code.removeprefix("smtp-"))


def channel_of(caller: Caller, letter: dict[str, Any]) -> str:
    channel = CHANNELS.get(str(letter.get("channel")))
    return caller.say(channel) if channel else ""
