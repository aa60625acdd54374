"""Whatever people and other services do, in whatever order: the register has no gaps, the counts are true, and nobody
does what was not offered."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.applications.domain import counting
from services.applications.domain.application import Application
from services.applications.domain.application_commands import (
    AdmitReader,
    BarReader,
    CompleteApplication,
    ExpireCompletion,
    OpenCompletion,
    RecordClosing,
    RecordDecision,
    WithdrawApplication,
)
from services.applications.domain.call_rules import CancelCall, CloseCall, StartPreparation
from shared.catalogue import Event
from shared.catalogue.applications import AllDecided, CallFinished, CaseRegistered
from shared.life import Command
from shared.refused import Refused
from tests.chance import examples
from tests.unit.applications.fund import DIGEST, NUMBERS, SOMEBODY, Fund, new_id
from tests.unit.offering import hold

ON_CASES = ("complete", "withdraw", "ask", "expire", "admit", "bar", "decide", "close")
ON_CALLS = ("close call", "prepare", "cancel")
STEP = st.tuples(
    st.sampled_from(("submit", "submit", "wait", *ON_CASES, *ON_CASES, *ON_CALLS)), st.integers(0, 3), st.integers(0, 2)
)
PERSON = new_id()


class Watched(Fund):
    """Whatever comes of a command had been offered."""

    def do(self, command: Command, *given: Any, **named: Any) -> list[Event]:
        before, told = dict(self.states), len(self.told)
        events = super().do(command, *given, **named)
        hold(self.book, command, SOMEBODY, before, [(subject, type(event)) for subject, event in self.told[told:]])
        return events


def take(fund: Fund, call, associations, cases, step) -> None:
    what, which, how = step
    if what == "submit":
        command = fund.submission(call, associations[which])
        fund.do(command)
        cases.append(command.subject)
    elif what == "wait":
        fund.at += timedelta(days=20 * how)
    elif what in ON_CALLS:
        fund.do({"close call": CloseCall, "prepare": StartPreparation, "cancel": CancelCall}[what](subject=call))
    elif cases:
        case = cases[which % len(cases)]
        fund.do(
            {
                "complete": CompleteApplication(subject=case, content=DIGEST),
                "withdraw": WithdrawApplication(subject=case),
                "ask": OpenCompletion(subject=case, round=1, due_on=date(2027, 3, 1)),
                "expire": ExpireCompletion(subject=case),
                "admit": AdmitReader(subject=case, person=PERSON),
                "bar": BarReader(subject=case, person=PERSON),
                "decide": RecordDecision(subject=case, outcome="approved", granted_ore=how),
                "close": RecordClosing(subject=case),
            }[what]
        )


@given(st.lists(STEP, max_size=40))
@examples(150)
def test_the_register_has_no_gaps_and_the_counts_are_true(steps) -> None:
    fund = Watched()
    call = fund.call(most=2)
    associations = [fund.association(number) for number in NUMBERS[:4]]
    cases: list = []
    barred: set = set()
    for step in steps:
        with suppress(Refused):
            take(fund, call, associations, cases, step)
        states = [fund.applied(case) for case in cases]
        assert barred <= {state.id for state in states if PERSON in state.barred}
        barred = {state.id for state in states if PERSON in state.barred}

    registered = [event for _, event in fund.told if isinstance(event, CaseRegistered)]
    assert [event.running for event in registered] == list(range(1, len(registered) + 1))
    assert_counts_are_true(fund, call, [fund.applied(case) for case in cases])


def assert_counts_are_true(fund: Fund, call, states: list[Application]) -> None:
    tally = {key: fund.tallies.seen[key].value if key in fund.tallies.seen else 0 for key in counting.of_call(call)}
    standing = [state for state in states if state.stands]
    decided = [state for state in states if state.decisions]
    closed = [state for state in standing if state.status == "closed"]
    assert list(tally.values()) == [len(standing), len(decided), len(closed)]
    assert all(count <= 2 for count in Counter(state.association for state in standing if not state.decisions).values())
    told = [type(event) for subject, event in fund.told if subject == call]
    if AllDecided in told:
        assert len(decided) == len(standing)
    if CallFinished in told:
        assert len(closed) == len(standing)
    assert max(Counter(told).values()) == 1
