"""Proposal, statement, decision. The software carries them; people make them, and different people (KL 6:38, 7:7)."""

from __future__ import annotations

from uuid import UUID

from services.review.domain.budget import refuse_above
from services.review.domain.case.authority import authority
from services.review.domain.case.commands import GiveStatement, MakeDecision, Opinion, Propose
from services.review.domain.case.interests import refuse_undeclared
from services.review.domain.case.outcome import refuse_too_weak, refuse_unfit
from services.review.domain.case.state import Case
from services.review.domain.guidelines import Guidelines, guidelines, today
from shared.catalogue.review import DecisionMade, DecisionProposed, StatementGiven
from shared.identity import Role
from shared.life import Circumstances, Decided
from shared.programme import UserRepresentativesMust
from shared.refused import NoRole, Refused

ENOUGH: dict[UserRepresentativesMust, frozenset[Opinion]] = {
    UserRepresentativesMust.BE_HEARD: frozenset(Opinion),
    UserRepresentativesMust.STATE_OPINION: frozenset({Opinion.APPROVES, Opinion.OBJECTS}),
    UserRepresentativesMust.APPROVE: frozenset({Opinion.APPROVES}),
}
"""What must be on file before a decision, by what the programme demands of user representatives (rule H6)."""


def propose(state: Case, command: Propose, circumstances: Circumstances) -> Decided:
    """An officer's proposal. A revised one needs a new statement: the old was about something else."""
    rules = guidelines(circumstances, state.programme).rules
    refuse_tainted(state)
    outcome = refuse_unfit(rules, state, command.outcome, command.granted_ore, command.reason)
    refuse_too_weak(rules, state, outcome, command.granted_ore)
    return [
        DecisionProposed(
            officer=circumstances.actor.id,
            outcome=outcome,
            granted_ore=command.granted_ore,
            reason=command.reason,
            content=command.content,
        )
    ]


def give_statement(state: Case, command: GiveStatement, circumstances: Circumstances) -> Decided:
    person = circumstances.actor.id
    refuse_undeclared(state, person)
    return [StatementGiven(person=person, opinion=command.opinion, content=command.content)]


def make(state: Case, command: MakeDecision, circumstances: Circumstances) -> Decided:
    """A person decides, within an authority, on a file that is complete, for money that is there."""
    programme = guidelines(circumstances, state.programme)
    _refuse_all_but_decision_makers(circumstances)
    refuse_undeclared(state, circumstances.actor.id)
    refuse_whoever_prepared(state, circumstances.actor.id)
    refuse_tainted(state)
    refuse_tainted_proposal(state)
    by = authority(state, command, circumstances, programme)
    _refuse_without_statement(state, command, programme)
    outcome = refuse_unfit(programme.rules, state, command.outcome, command.granted_ore, command.reason)
    _refuse_unexplained(state, command)
    refuse_above(circumstances, state.call, command.granted_ore)
    return [
        DecisionMade(
            programme=state.programme,
            call=state.call,
            association=state.association,
            number=state.number,
            outcome=outcome,
            granted_ore=command.granted_ore,
            reason=command.reason,
            decided_by=circumstances.actor.id,
            authority=by,
            content=command.content,
            decided_on=today(circumstances, state.programme),
        )
    ]


def _refuse_all_but_decision_makers(circumstances: Circumstances) -> None:
    """The fund itself never decides, whatever else it does (H1)."""
    if circumstances.actor.holds(Role.FUND) or not circumstances.actor.holds(Role.DECISION_MAKER):
        raise NoRole


def refuse_whoever_prepared(state: Case, person: UUID) -> None:
    """Separation of duties: who assessed, proposed or spoke for the users does not decide."""
    if person in state.has_assessed:
        raise Refused(
            "Den som har bedömt ansökan får inte besluta.", "Whoever assessed the application may not decide."
        )
    if state.proposal is not None and person == state.proposal.officer:
        raise Refused("Den som har lagt förslaget får inte besluta.", "Whoever made the proposal may not decide.")
    if state.statement is not None and person == state.statement.person:
        raise Refused(
            "Den som har yttrat sig för brukarna får inte besluta.", "Whoever spoke for the users may not decide."
        )


def refuse_tainted(state: Case) -> None:
    """What somebody with a conflict of interest prepared is prepared anew, by others."""
    if state.tainted:
        raise Refused(
            "En av bedömarna har jäv. Öppna bedömningen igen och avsluta den utan hen.",
            "One of the assessors has a conflict of interest. Open the assessment again and close it without them.",
        )


def refuse_tainted_proposal(state: Case) -> None:
    if state.proposal is not None and state.proposal.officer in state.barred:
        raise Refused(
            "Den som lade förslaget har jäv. Någon annan lägger ett nytt.",
            "Whoever made the proposal has a conflict of interest. Somebody else makes a new one.",
        )


def _refuse_without_statement(state: Case, command: MakeDecision, programme: Guidelines) -> None:
    """KL 7:7 (rule H6): locked until the user representatives have said what the programme demands."""
    demanded = programme.rules.authority.user_representatives_must
    enough = ENOUGH.get(demanded)
    if enough is None:
        return
    stated = state.statement
    if stated is None or stated.opinion not in enough or stated.person in state.barred:
        raise Refused(
            "Beslutet är låst tills brukarföreträdarna har sagt sitt.",
            "The decision is locked until the user representatives have had their say.",
        )
    if demanded is UserRepresentativesMust.APPROVE and _differs(state, command):
        raise Refused(
            "Brukarföreträdarna har tillstyrkt ett annat beslut. Lägg ett nytt förslag först.",
            "The user representatives approved another decision. Make a new proposal first.",
        )


def _refuse_unexplained(state: Case, command: MakeDecision) -> None:
    """Equal treatment (KL 2:3; rule H15): who departs from the proposal says why."""
    if _differs(state, command) and not command.explained:
        raise Refused(
            "Beslutet skiljer sig från förslaget. Skriv varför.", "The decision differs from the proposal. Say why."
        )


def _differs(state: Case, command: MakeDecision) -> bool:
    proposal = state.proposal
    proposed = (proposal.outcome, proposal.granted_ore, proposal.reason) if proposal is not None else None
    return proposed != (command.outcome, command.granted_ore, command.reason)
