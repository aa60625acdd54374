"""The formal check: what is missing, and whether each condition is met. Software proposes; an officer finds (H1)."""

from __future__ import annotations

from datetime import timedelta

from services.review.domain.budget import budget
from services.review.domain.case.commands import AnswerEligibility, ReceiveCase, RequestCompletion, ResumeCheck
from services.review.domain.case.life import LIFE
from services.review.domain.case.state import Case
from services.review.domain.guidelines import guidelines, today
from shared.catalogue.review import (
    CaseEligible,
    CaseNotEligible,
    CaseReceived,
    CheckReopened,
    CheckResumed,
    CheckStarted,
    CompletionRequested,
    ContentNote,
)
from shared.conditions import Facts, holds, not_known
from shared.deadlines import working_day_from
from shared.life import Circumstances, Decided
from shared.programme import EligibilityRule, ProgrammeRules
from shared.refused import FieldError, Refused
from shared.words import Text

AMOUNT = "amount_applied_ore"
"""The question about money: its answer stands as it was sent in."""


def receive(state: Case | None, command: ReceiveCase) -> Decided:
    if state is not None:
        return []
    return [
        CaseReceived(
            programme=command.programme,
            call=command.call,
            association=command.association,
            number=command.number,
            amount_applied_ore=command.amount_applied_ore,
            received_at=command.received_at,
        )
    ]


def start(state: Case, circumstances: Circumstances) -> Decided:
    if state.officer == circumstances.actor.id:
        return []
    return [CheckStarted(officer=circumstances.actor.id)]


def request_completion(state: Case, command: RequestCompletion, circumstances: Circumstances) -> Decided:
    """The last day never falls on a day off; a round too many is refused."""
    rules = guidelines(circumstances, state.programme).rules
    call = budget(circumstances, state.call)
    if len(state.completions) >= call.max_completion_rounds:
        raise Refused(
            f"Ni har redan bett om komplettering {len(state.completions)} gånger. Pröva ansökan som den är.",
            f"Completion has already been asked for {len(state.completions)} times. Try the application as it stands.",
        )
    if state.reopenings:
        raise Refused(
            "Efter en domstols dom prövas ansökan som den är.",
            "After a court's judgment the application is tried as it stands.",
        )
    _refuse_missing(rules, command.missing)
    asked_on = today(circumstances, state.programme)
    return [
        CompletionRequested(
            round=len(state.completions) + 1,
            due_on=working_day_from(asked_on + timedelta(days=call.completion_days)),
            missing=command.missing,
            content=command.content,
            asked_on=asked_on,
        )
    ]


def _refuse_missing(rules: ProgrammeRules, missing: tuple[str, ...]) -> None:
    """Raises Refused for what the form does not ask for, and for asking for nothing, or for the same twice."""
    known = {field.key for field in rules.forms.application_fields()} | {one.key for one in rules.attachments}
    words = Text("Det finns inget sådant i ansökan.", "There is no such thing in the application.")
    errors = [FieldError(f"missing.{index}", words) for index, key in enumerate(missing) if key not in known]
    if AMOUNT in missing:  # applications would refuse the answer, and the association could do nothing about it
        words = Text(
            "Beloppet kan inte ändras i en komplettering, så det går inte att fråga om.",
            "The amount cannot be changed in a completion, so it cannot be asked about.",
        )
        errors.append(FieldError("missing", words))
    if not missing or len(set(missing)) != len(missing):
        words = Text("Säg vad som saknas, varje sak en gång.", "Say what is missing, each thing once.")
        errors.append(FieldError("missing", words))
    if errors:
        raise Refused(errors[0].message.sv, errors[0].message.en, tuple(errors))


def resume(state: Case | None, command: ResumeCheck) -> Decided:
    """Struck off meanwhile, or heard before: then nothing waits for it."""
    if state is None or state.open_round != command.round or (state.status, CheckResumed) not in LIFE:
        return []
    return [CheckResumed(round=command.round, answered=command.answered)]


def answer(state: Case, command: AnswerEligibility, circumstances: Circumstances) -> Decided:
    """Every condition has an answer, by a person, before the case goes on (H1)."""
    rules = guidelines(circumstances, state.programme).rules
    asked = [rule.code for rule in rules.eligibility]
    given = [one.condition for one in command.answers]
    if sorted(asked) != sorted(given):
        words = Text("Svara på varje villkor, en gång.", "Answer each condition, once.")
        wrong = sorted({*asked} ^ {*given}) or ["answers"]
        raise Refused(words.sv, words.en, tuple(FieldError(code, words) for code in wrong))
    notes = tuple(note for note in ContentNote if note in command.content_notes)
    if all(one.met for one in command.answers):
        return [CaseEligible(answers=command.answers, content_notes=notes)]
    return [CaseNotEligible(answers=command.answers, content_notes=notes)]


def reopen(state: Case, circumstances: Circumstances) -> Decided:
    """The answers given stay where the officer meets them again, and count for nothing until they are sent anew."""
    refuse_assessed(state)
    return [CheckReopened(officer=circumstances.actor.id)]


def refuse_assessed(state: Case) -> None:
    if state.assessment is not None:
        raise Refused(
            "Panelen har bedömt ansökan, så svaren på villkoren kan inte tas tillbaka. Ändra förslaget i stället.",
            "The panel has assessed the application, so the answers cannot be taken back. Change the proposal instead.",
        )


def proposed(rule: EligibilityRule, facts: Facts) -> bool | None:
    """What the software would answer; None where it does not know enough to say. The officer answers."""
    if not_known(rule.check, facts):
        return None
    return holds(rule.check, facts)


def facts_of(state: Case) -> Facts:
    """What review knows of an application by itself: its answers stay with applications."""
    return {AMOUNT: state.amount_applied_ore}
