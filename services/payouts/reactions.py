"""What payouts does when another service tells it something: a decision with money in it becomes a grant.

Review tells of a programme's rules before it tells of any decision by them, so that no decision comes too early here,
even when the programme's own stream is read later.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from services.payouts.domain.grant import BarPerson, GiveLegalForce, OpenGrant, PublishGrant, QuashGrant
from services.payouts.domain.period import SetPeriod
from services.payouts.domain.terms import AdoptTerms, FollowClock
from shared.catalogue import Event, review
from shared.catalogue.applications import CallPublished, ClockAdvanced, ProgrammePublished
from shared.catalogue.disposals import DisposalDecided
from shared.disposal import BeginDisposal
from shared.life import Command
from shared.service import Reaction


def on_programme_published(event: ProgrammePublished, programme: UUID) -> list[Command]:
    return [AdoptTerms(subject=programme, rules=event.rules, practice=event.practice)]


def on_guidelines_adopted(event: review.GuidelinesAdopted, programme: UUID) -> list[Command]:
    return [AdoptTerms(subject=programme, rules=event.rules, practice=event.practice, secondhand=True)]


def on_clock(event: ClockAdvanced | review.ClockFollowed, programme: UUID) -> list[Command]:
    return [FollowClock(subject=programme, offset_s=event.offset_s)]


def on_call_published(event: CallPublished, call: UUID) -> list[Command]:
    period = event.rules.activity_period
    return [
        SetPeriod(
            subject=call,
            programme=event.programme,
            activity_from=period.starts_on,
            activity_to=period.ends_on,
            report_due=event.rules.report_due,
        )
    ]


def on_decision_made(event: review.DecisionMade, case: UUID) -> list[Command]:
    """Without money in it, a decision is no business of payouts."""
    if event.granted_ore == 0:
        return []
    return [
        OpenGrant(
            subject=case,
            programme=event.programme,
            call=event.call,
            association=event.association,
            number=event.number,
            granted_ore=event.granted_ore,
        )
    ]


def on_decision_published(event: review.DecisionPublished, case: UUID) -> list[Command]:
    return [PublishGrant(subject=case, appeal_last_day=event.appeal_last_day)]


def on_decision_final(_: review.DecisionFinal, case: UUID) -> list[Command]:
    return [GiveLegalForce(subject=case)]


def on_interest_declared(event: review.InterestDeclared, case: UUID) -> list[Command]:
    return [BarPerson(subject=case, person=event.person)] if event.conflict else []


def on_appeal_quashed(event: review.AppealQuashed, _: UUID) -> list[Command]:
    return [QuashGrant(subject=event.case)]


def on_disposal_decided(event: DisposalDecided, disposal: UUID) -> list[Command]:
    return [BeginDisposal(subject=disposal, cases=event.cases, number=event.number, clear=event.clear)]


REACTIONS: Mapping[type[Event], Reaction] = {
    ProgrammePublished: on_programme_published,
    ClockAdvanced: on_clock,
    CallPublished: on_call_published,
    review.GuidelinesAdopted: on_guidelines_adopted,
    review.ClockFollowed: on_clock,
    review.DecisionMade: on_decision_made,
    review.DecisionPublished: on_decision_published,
    review.DecisionFinal: on_decision_final,
    review.InterestDeclared: on_interest_declared,
    review.AppealQuashed: on_appeal_quashed,
    DisposalDecided: on_disposal_decided,
}
