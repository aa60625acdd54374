"""What may be disposed of, when, and by whom: the records schedule, and two people."""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec
import pytest

from services.applications.domain.application_commands import BarReader, RecordClosing, RecordDecision, RecordFinality
from services.applications.domain.disposal import (
    DISPOSAL,
    DecideDisposal,
    DeclineDisposal,
    Disposal,
    ProposeDisposal,
)
from services.applications.domain.retention import ended_before, first_day, keeping
from shared.catalogue.disposals import ApplicationDisposed, DisposalDecided
from shared.disposal import BACKUPS_READABLE
from shared.identity import Actor
from shared.life import Command
from shared.programme import Keeping, Papers, Retention
from shared.refused import NotNow, Refused, Unknown
from shared.words import Text
from tests.unit.applications.fund import DIGEST, NUMBERS, SOMEBODY, Fund, new_id

ANOTHER = Actor(new_id(), ())
BASIS = Text("Planen.", "The schedule.")
CLOSED_IN, DUE_FROM = 2027, datetime(2033, 1, 1, tzinfo=UTC)
"""Five whole years after the one in which it was closed, as the example's schedule has it for what was not granted."""


class Closed(Fund):
    """With one case that was rejected, and one that was granted, both closed in the autumn of 2027."""

    def __init__(self) -> None:
        super().__init__()
        call = self.call()
        self.rejected, self.granted = [self.application(call, self.association(number)) for number in NUMBERS[:2]]
        self.programme_id = self.applied(self.rejected).programme
        self.open = self.application(call, self.association(NUMBERS[2]))
        self.at = datetime(CLOSED_IN, 10, 1, tzinfo=UTC)
        for case, granted_ore in ((self.rejected, 0), (self.granted, 100)):
            outcome = "approved" if granted_ore else "rejected"
            self.do(RecordDecision(subject=case, outcome=outcome, granted_ore=granted_ore))
            self.do(RecordFinality(subject=case, final_on=date(CLOSED_IN, 9, 1)))
            self.do(RecordClosing(subject=case))

    def proposal(self, *cases: object, clear: bool = False) -> ProposeDisposal:
        return ProposeDisposal(
            subject=new_id(), programme=self.programme_id, cases=cases or (self.rejected,), clear=clear, content=DIGEST
        )

    def proposed(self, *cases: object, clear: bool = False) -> ProposeDisposal:
        command = self.proposal(*cases, clear=clear)
        self.do(command)
        return command

    def refused(self, command: Command, actor: Actor = SOMEBODY) -> str:
        with pytest.raises(Refused) as refused:
            self.do(command, actor)
        return refused.value.detail.en


@pytest.fixture
def fund() -> Closed:
    return Closed()


def test_nothing_goes_before_the_schedules_day_and_the_sentence_says_which(fund: Closed) -> None:
    fund.at = DUE_FROM.replace(year=2032, month=12, day=30)
    assert "may be disposed of from 2033-01-01: Records schedule 3.3" in fund.refused(fund.proposal())

    fund.at = DUE_FROM
    assert fund.do(fund.proposal())


def test_what_is_preserved_and_what_is_open_never_goes(fund: Closed) -> None:
    fund.at = datetime(2090, 1, 1, tzinfo=UTC)

    assert "is to be preserved: Records schedule 3.2" in fund.refused(fund.proposal(fund.granted))
    assert "is not closed" in fund.refused(fund.proposal(fund.open))
    assert "is not closed" in fund.refused(fund.proposal(fund.rejected, fund.open)), "one of them stops them all"


def test_a_disposal_takes_two_people(fund: Closed) -> None:
    fund.at = DUE_FROM
    disposal = fund.proposed().subject

    state = fund.states[disposal]
    assert [DISPOSAL.offers_to(state, person, "decide_disposal") for person in (SOMEBODY, ANOTHER)] == [False, True]
    assert "Whoever proposed" in fund.refused(DecideDisposal(subject=disposal, year=2033))
    assert fund.status(fund.rejected) == "closed"
    fund.do(DecideDisposal(subject=disposal, year=2033), ANOTHER)
    assert fund.status(fund.rejected) == "disposed"


def test_h7_whoever_has_a_conflict_of_interest_neither_proposes_nor_decides(fund: Closed) -> None:
    fund.do(BarReader(subject=fund.rejected, person=ANOTHER.id))
    fund.at = DUE_FROM
    disposal = fund.proposed().subject

    for command in (fund.proposal(), DecideDisposal(subject=disposal, year=2033), DeclineDisposal(subject=disposal)):
        with pytest.raises(Unknown):
            fund.do(command, ANOTHER)


def test_decisions_are_numbered_without_gaps_and_say_until_when_backups_can_be_read(fund: Closed) -> None:
    fund.at = DUE_FROM
    declined, decided = fund.proposed().subject, fund.proposed(clear=True).subject
    fund.do(DeclineDisposal(subject=declined))

    told, gone = fund.do(DecideDisposal(subject=decided, year=2033), ANOTHER)

    assert isinstance(told, DisposalDecided)
    assert (told.number, told.running, told.proposed_by) == ("EX-G 2033:1", 1, SOMEBODY.id)
    assert told.backups_until > (fund.at + BACKUPS_READABLE).date()
    assert gone == ApplicationDisposed(disposal=decided, number="EX-G 2033:1", clear=True)


def test_a_case_goes_once_and_nothing_more_happens_in_it(fund: Closed) -> None:
    fund.at = DUE_FROM
    first, second = fund.proposed().subject, fund.proposed().subject
    fund.do(DecideDisposal(subject=first, year=2033), ANOTHER)

    assert "by decision EX-G 2033:1" in fund.refused(DecideDisposal(subject=second, year=2033), ANOTHER)
    assert fund.do(RecordClosing(subject=fund.rejected)) == []


def test_what_was_declined_is_not_decided_after_all(fund: Closed) -> None:
    fund.at = DUE_FROM
    declined = fund.proposed().subject
    fund.do(DeclineDisposal(subject=declined))

    with pytest.raises(NotNow):
        fund.do(DecideDisposal(subject=declined, year=2033), ANOTHER)
    assert fund.status(fund.rejected) == "closed"


def test_only_a_disposal_that_covers_the_register_empties_its_columns(fund: Closed) -> None:
    fund.at = DUE_FROM
    kept, emptied = Closed(), fund
    kept.at = DUE_FROM
    rows = []
    for one, clear in ((kept, False), (emptied, True)):
        one.do(DecideDisposal(subject=one.proposed(clear=clear).subject, year=2033), ANOTHER)
        row = one.book.kind_of(one.applied(one.rejected)).row
        assert row is not None
        rows.append(row(one.applied(one.rejected)))

    assert [(row["number"], row["amount_applied_ore"], row["outcome"]) for row in rows] == [
        ("EX 2027/00001", 2_500_000, "rejected"),
        ("", 0, None),
    ]


def test_the_same_proposal_again_is_the_same_and_another_under_its_id_is_refused(fund: Closed) -> None:
    fund.at = DUE_FROM
    proposal = fund.proposed()

    assert fund.do(proposal) == []
    assert "already" in fund.refused(msgspec.structs.replace(proposal, clear=True))
    assert isinstance(fund.states[proposal.subject], Disposal)


@pytest.mark.parametrize(("granted", "accounting", "years"), [(None, 7, None), (10, 7, 10), (3, 7, 7), (3, None, None)])
def test_a_granted_case_is_kept_as_long_as_what_its_payments_rest_on(granted, accounting, years) -> None:
    retention = Retention(granted_years=granted, schedule=(Keeping(Papers.ACCOUNTING, BASIS, accounting),))

    assert keeping(retention, Papers.GRANTED).years == years


def test_years_are_whole_calendar_years_after_the_closing() -> None:
    five = Keeping(Papers.NOT_GRANTED, BASIS, 5)

    assert first_day(five, date(2027, 1, 1)) == first_day(five, date(2027, 12, 31)) == date(2033, 1, 1)
    assert ended_before(five, date(2033, 1, 1)) == date(2028, 1, 1)
    assert ended_before(five, date(2032, 12, 31)) == date(2027, 1, 1)


def test_a_programmes_own_row_goes_before_the_figure() -> None:
    own = Keeping(Papers.NOT_GRANTED, BASIS, 2)

    rows = Retention(schedule=(own,)).rows()

    assert [row.papers for row in rows] == list(Papers)
    assert rows[1] == own
    assert [row.years for row in rows] == [None, 2, 7]
