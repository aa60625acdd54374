"""On what authority a person decides: at an open meeting of the body, or by delegation up to its amount (KL 6:37)."""

from __future__ import annotations

from services.review.domain.budget import kronor
from services.review.domain.case.commands import MakeDecision
from services.review.domain.case.state import Case
from services.review.domain.guidelines import Guidelines
from services.review.domain.meeting import Meeting
from shared.catalogue.review import Authority
from shared.life import Circumstances
from shared.refused import FieldError, Refused
from shared.words import Text


def authority(state: Case, command: MakeDecision, circumstances: Circumstances, programme: Guidelines) -> Authority:
    """Raises Refused where there is none, or it does not reach so far. Exactly one of the two is named."""
    if (command.meeting is None) == (command.delegation is None):
        words = Text("Ange ett sammanträde eller en delegation.", "Name either a meeting or a delegation.")
        raise Refused(words.sv, words.en, (FieldError("meeting", words), FieldError("delegation", words)))
    if command.delegation is not None:
        return _by_delegation(command, command.delegation, programme)
    return _at_meeting(state, command, circumstances)


def _by_delegation(command: MakeDecision, delegation: str, programme: Guidelines) -> Authority:
    given = programme.rules.authority
    if delegation not in (given.delegation_ref.sv, given.delegation_ref.en):
        words = Text(f"Delegationen heter: {given.delegation_ref.sv}", f"The delegation is: {given.delegation_ref.en}")
        raise Refused(words.sv, words.en, (FieldError("delegation", words),))
    if command.granted_ore > given.delegation_max_ore:
        words = Text(
            f"Delegationen räcker till {kronor(given.delegation_max_ore)} kr. Större belopp beslutas på sammanträde.",
            f"The delegation reaches {kronor(given.delegation_max_ore)} kronor. More is decided at a meeting.",
        )
        raise Refused(words.sv, words.en, (FieldError("granted_ore", words),))
    return Authority(delegation=delegation)


def _at_meeting(state: Case, command: MakeDecision, circumstances: Circumstances) -> Authority:
    meeting = circumstances.also.get(command.meeting) if command.meeting is not None else None
    if not isinstance(meeting, Meeting) or state.id not in meeting.cases or not meeting.sits:
        words = Text(
            "Ärendet kan bara beslutas på ett pågående sammanträde som har det på sin lista.",
            "The case can only be decided at a meeting that is open and has it on its agenda.",
        )
        raise Refused(words.sv, words.en, (FieldError("meeting", words),))
    return Authority(meeting=command.meeting)
