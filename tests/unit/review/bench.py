"""A desk in memory: the real kinds, dockets and tallies, without a database, for playing cases in microseconds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec

from services.command.example import read_example
from services.review.domain.appeal import APPEAL
from services.review.domain.budget import BUDGET, SetBudget
from services.review.domain.case import commands as c
from services.review.domain.case.kind import CASE
from services.review.domain.case.state import Case
from services.review.domain.guidelines import GUIDELINES, AdoptGuidelines
from services.review.domain.meeting import AdjustMinutes, CallMeeting, EndMeeting, OpenMeeting, PostNotice
from services.review.domain.minutes import MEETING
from shared.catalogue.review import ConditionAnswered
from shared.deadlines import STOCKHOLM
from shared.docket import Docket, Ticket
from shared.envelope import Because
from shared.identity import FUND, Actor, Post, Role
from shared.journal import Fact
from shared.life import Command, State
from shared.life_book import LifeBook
from shared.programme import ProgrammeRules, UserRepresentativesMust
from shared.tallies import Tallies

RULES, CALL = read_example()
DIGEST = "0" * 64
APPLIED_ORE = 3_000_000
DELEGATION = RULES.authority.delegation_ref.sv
WORKED_EXAMPLE = {"C1": 3, "C2": 4, "C3": 2, "C4": 3, "C5": 2, "C6": 1}
MONDAY = date(2027, 5, 3)


def person(*roles: Role) -> Actor:
    return Actor(uuid4(), tuple(Post(role) for role in roles))


def with_users(must: UserRepresentativesMust, rules: ProgrammeRules = RULES) -> ProgrammeRules:
    authority = msgspec.structs.replace(rules.authority, user_representatives_must=must)
    return msgspec.structs.replace(rules, authority=authority)


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), STOCKHOLM).astimezone(UTC)


@dataclass
class Bench:
    """One programme, one call, and the people of the fund."""

    rules: ProgrammeRules = RULES
    budget_ore: int = 15_000_000
    at: datetime = field(default_factory=lambda: noon(MONDAY))
    programme: UUID = field(default_factory=uuid4)
    call: UUID = field(default_factory=uuid4)

    def __post_init__(self) -> None:
        self.book = LifeBook((GUIDELINES, BUDGET, CASE, MEETING, APPEAL))
        self.states: dict[UUID, State] = {}
        self.tallies = Tallies()
        self.told: list[Any] = []
        self.facts: list[Fact] = []
        self.officer, self.other_officer = person(Role.OFFICER), person(Role.OFFICER)
        self.panel = [person(Role.PANEL) for _ in range(5)]
        self.chair, self.other_chair = person(Role.DECISION_MAKER), person(Role.DECISION_MAKER)
        self.secretary = person(Role.SECRETARY)
        self.do(AdoptGuidelines(subject=self.programme, rules=self.rules, practice=False), FUND)
        self.do(
            SetBudget(
                subject=self.call,
                programme=self.programme,
                ceiling_ore=self.budget_ore,
                completion_days=14,
                max_completion_rounds=2,
            ),
            FUND,
        )

    def do(self, command: Command, actor: Actor) -> list[Any]:
        """What the desk does with a command, without the database. Returns the states it changed. Raises Refused."""
        ticket = Ticket(operation="test", command=command, actor=actor, because=Because("test"), started=0.0)
        kind = self.book.kind_of(command)
        state = self.states.get(command.subject)
        ticket.refuse_if(state, kind)
        docket = Docket(self.book, self.states, self.tallies, ticket, self.at)
        docket.decide(kind, state)
        self.states.update(docket.changed)
        self.tallies = docket.tallies
        self.told += [fact.type for fact in docket.facts]
        self.facts += docket.facts
        return list(docket.changed.values())

    def case(self, subject: UUID) -> Case:
        state = self.states[subject]
        assert isinstance(state, Case)
        return state

    @property
    def granted_ore(self) -> int:
        return self.tallies.seen[f"budget/{self.call}"].value

    def sleep_until(self, day: date) -> None:
        self.at = noon(day)

    # The way of a case

    def received(self, applied_ore: int = APPLIED_ORE) -> UUID:
        subject = uuid4()
        self.do(
            c.ReceiveCase(
                subject=subject,
                programme=self.programme,
                call=self.call,
                association=uuid4(),
                number="EX 2027/00001",
                amount_applied_ore=applied_ore,
                received_at=self.at,
            ),
            FUND,
        )
        return subject

    def checking(self, **given: int) -> UUID:
        subject = self.received(**given)
        self.do(c.StartCheck(subject=subject), self.officer)
        return subject

    def answer(self, subject: UUID, unmet: str | None = None) -> None:
        answers = tuple(ConditionAnswered(rule.code, rule.code != unmet) for rule in self.rules.eligibility)
        self.do(c.AnswerEligibility(subject=subject, answers=answers), self.officer)

    def assessing(self, **given: int) -> UUID:
        subject = self.checking(**given)
        self.answer(subject)
        self.do(c.OpenAssessment(subject=subject), self.officer)
        return subject

    def free(self, subject: UUID, *people: Actor) -> None:
        for one in people:
            self.do(c.DeclareInterest(subject=subject, conflict=None), one)

    def score(self, subject: UUID, assessor: Actor, scores: dict[str, int] | None = None) -> None:
        points = scores or WORKED_EXAMPLE
        self.do(c.Score(subject=subject, scores=points, reasoned=frozenset(points), content=DIGEST), assessor)

    def assessed(self, scores: dict[str, int] | None = None, **given: int) -> UUID:
        subject = self.assessing(**given)
        for assessor in self.panel[:3]:
            self.free(subject, assessor)
            self.score(subject, assessor, scores)
        self.do(c.CloseAssessment(subject=subject), self.officer)
        return subject

    def propose(
        self,
        subject: UUID,
        granted_ore: int,
        outcome: str = "approved",
        reason: str | None = None,
        by: Actor | None = None,
    ) -> None:
        command = c.Propose(subject=subject, outcome=outcome, granted_ore=granted_ore, reason=reason, content=DIGEST)
        self.do(command, by or self.officer)

    def state_opinion(self, subject: UUID, opinion: c.Opinion = c.Opinion.APPROVES) -> None:
        self.do(c.GiveStatement(subject=subject, opinion=opinion, content=DIGEST), self.panel[0])

    def ready(self, granted_ore: int = 2_000_000, **given: int) -> UUID:
        """Proposed, with a statement on file, and a decision maker who has declared no conflict of interest."""
        subject = self.assessed(**given)
        self.propose(subject, granted_ore)
        self.state_opinion(subject)
        self.free(subject, self.chair)
        return subject

    def decide(
        self,
        subject: UUID,
        granted_ore: int = 2_000_000,
        outcome: str = "approved",
        reason: str | None = None,
        *,
        by: Actor | None = None,
        meeting: UUID | None = None,
        explained: bool = True,
        delegation: str | None = None,
    ) -> None:
        named = delegation if delegation is not None else (DELEGATION if meeting is None else None)
        command = c.MakeDecision(
            subject=subject,
            outcome=outcome,
            granted_ore=granted_ore,
            reason=reason,
            explained=explained,
            content=DIGEST,
            meeting=meeting,
            delegation=named,
        )
        self.do(command, by or self.chair)

    def decided(self, granted_ore: int = 2_000_000, **given: int) -> UUID:
        subject = self.ready(granted_ore, **given)
        self.decide(subject, granted_ore)
        return subject

    def meeting(self, *cases: UUID) -> UUID:
        """A meeting today, open."""
        subject = uuid4()
        held_on = self.at.astimezone(STOCKHOLM).date()
        self.do(CallMeeting(subject=subject, programme=self.programme, held_on=held_on, cases=cases), self.secretary)
        self.do(OpenMeeting(subject=subject), self.chair)
        return subject

    def adjusted(self, *cases: UUID) -> UUID:
        subject = self.meeting(*cases)
        self.do(EndMeeting(subject=subject), self.chair)
        self.do(AdjustMinutes(subject=subject), self.chair)
        return subject

    def published(self, granted_ore: int = 2_000_000) -> tuple[UUID, UUID]:
        case = self.decided(granted_ore)
        meeting = self.adjusted(case)
        self.do(PostNotice(subject=meeting), self.secretary)
        return case, meeting

    def final(self) -> tuple[UUID, UUID]:
        case, meeting = self.published()
        publication = self.case(case).publication
        assert publication is not None
        self.sleep_until(publication.appeal_last_day + timedelta(days=1))
        self.do(c.MakeFinal(subject=case), FUND)
        return case, meeting
