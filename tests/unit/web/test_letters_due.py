"""When letters are due, and when nobody is reminded: each event leads to one letter, each day to one reminder."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as some
from msgspec import structs

from services.web.domain import awaited, letter
from services.web.domain.awaited import CASE as CASES
from services.web.domain.awaited import AwaitCompletion, Awaited, AwaitReport, Remind, SettleCompletion, SettleReport
from services.web.domain.followed import PROGRAMME, FollowClock, FollowProgramme
from services.web.domain.letter import (
    LETTER,
    CallOffLetter,
    Channel,
    Letter,
    LetterKind,
    OrderLetter,
    PrintLetter,
    QueueLetter,
    RecordDelay,
    RecordFailure,
    RecordSent,
    Status,
    WriteLetter,
    letter_id,
)
from services.web.letters.when import FOLLOW, WHEN, letters_for
from shared.catalogue import Event, payouts
from shared.catalogue.letters import LetterDue, LetterWritten, ReminderDue
from shared.envelope import Because, seal, unseal
from shared.identity import FUND, Actor, Post, Role
from shared.life import About, Circumstances, Command, Kind, State
from shared.refused import NotNow
from tests.events.made_up import made_up

NOW = datetime(2027, 3, 14, 9, 26, tzinfo=UTC)
CASE, PROGRAMME_ID, ASSOCIATION = uuid4(), uuid4(), uuid4()
OFFICER = Actor(uuid4(), (Post(Role.OFFICER),))
CAUSE = f"{CASE}-4"
ORDER = OrderLetter(subject=letter_id(CAUSE), kind=LetterKind.DECISION, case=CASE, cause=CAUSE)


class Desk:
    """One subject after another, decided and folded as the engine does it."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.state: Any = None
        self.told: list[Event] = []
        self.about: list[About] = []
        self.at = NOW

    def do(self, command: Command, actor: Actor = FUND) -> list[Event]:
        here = Circumstances(actor=actor, at=self.at, received_at=self.at)
        events: Sequence[Event | About] = self.kind.decide(self.state, command, here)
        own = [event for event in events if not isinstance(event, About)]
        self.about += [event for event in events if isinstance(event, About)]
        for event in own:
            self.state = self.kind.follow(self.state, event, command.subject)
        self.told += own
        return own


@pytest.fixture
def desk() -> Desk:
    return Desk(LETTER)


def writing(channel: Channel = Channel.EMAIL, has_post: bool = True) -> WriteLetter:
    return WriteLetter(
        subject=ORDER.subject,
        programme=PROGRAMME_ID,
        association=ASSOCIATION,
        language="sv",
        channel=channel,
        message_id="<x@y>",
        content="a" * 64,
        written_on=date(2027, 3, 14),
        has_post=has_post,
    )


# A letter's life


def test_a_letter_is_due_before_it_is_written_and_written_before_it_is_sent(desk: Desk) -> None:
    desk.do(ORDER)
    assert desk.state.status is Status.DUE
    with pytest.raises(NotNow):
        desk.do(RecordSent(subject=ORDER.subject))
    desk.do(writing())
    assert desk.state.status is Status.WRITTEN
    desk.do(RecordSent(subject=ORDER.subject))
    assert (desk.state.status, desk.state.sent_at) == (Status.SENT, NOW)


def test_the_same_event_never_leads_to_two_letters_nor_to_one_written_twice(desk: Desk) -> None:
    desk.do(ORDER)
    assert desk.do(ORDER) == []
    desk.do(writing())
    assert desk.do(writing()) == []
    desk.do(RecordSent(subject=ORDER.subject))
    assert desk.do(RecordSent(subject=ORDER.subject)) == []


@pytest.mark.parametrize(
    ("channel", "has_post", "status"),
    [
        (Channel.EMAIL, True, Status.WRITTEN),
        (Channel.EMAIL, False, Status.KEPT),
        (Channel.PAPER, True, Status.TO_PRINT),
        (Channel.PAPER, False, Status.TO_PRINT),
    ],
)
def test_it_goes_by_mail_to_the_printer_or_into_the_outbox(
    desk: Desk, channel: Channel, has_post: bool, status: Status
) -> None:
    desk.do(ORDER)
    desk.do(writing(channel, has_post))

    assert desk.state.status is status


def test_a_failing_mail_server_delays_longer_and_longer_and_loses_nothing(desk: Desk) -> None:
    desk.do(ORDER)
    desk.do(writing())
    waits = []
    for _ in range(9):
        desk.do(RecordDelay(subject=ORDER.subject, reason="unreachable"))
        waits.append((desk.state.next_try_at - desk.at).total_seconds() / 60)
        desk.at = desk.state.next_try_at

    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert desk.state.tries == 9
    desk.do(RecordSent(subject=ORDER.subject))
    assert desk.state.status is Status.SENT


def test_an_address_that_takes_no_mail_sends_the_letter_to_the_printer(desk: Desk) -> None:
    desk.do(ORDER)
    desk.do(writing())
    desk.do(RecordFailure(subject=ORDER.subject, reason="smtp-550"))
    assert (desk.state.status, desk.state.reason) == (Status.TO_PRINT, "smtp-550")
    assert LETTER.moves[desk.state.status] is Role.COORDINATOR
    desk.do(PrintLetter(subject=ORDER.subject), OFFICER)
    assert desk.state.status is Status.PRINTED


@pytest.mark.parametrize("first", [RecordSent, None])
def test_whoever_says_so_puts_a_letter_in_the_print_queue_too(desk: Desk, first: type[Command] | None) -> None:
    desk.do(ORDER)
    desk.do(writing(has_post=first is not None))
    if first is not None:
        desk.do(first(subject=ORDER.subject))
    desk.do(QueueLetter(subject=ORDER.subject), OFFICER)

    assert desk.state.status is Status.TO_PRINT


def test_a_letter_with_nothing_left_to_tell_is_called_off_and_says_why(desk: Desk) -> None:
    desk.do(ORDER)
    desk.do(CallOffLetter(subject=ORDER.subject, reason="overtaken"))

    assert (desk.state.status, desk.state.reason) == (Status.CALLED_OFF, "overtaken")


COMMANDS = [
    ORDER,
    writing(),
    writing(Channel.PAPER),
    writing(has_post=False),
    CallOffLetter(subject=ORDER.subject, reason="overtaken"),
    RecordSent(subject=ORDER.subject),
    RecordDelay(subject=ORDER.subject, reason="unreachable"),
    RecordFailure(subject=ORDER.subject, reason="smtp-550"),
    QueueLetter(subject=ORDER.subject),
    PrintLetter(subject=ORDER.subject),
]


@given(some.lists(some.sampled_from(COMMANDS), max_size=30))
def test_whatever_happens_a_letter_is_due_once_and_has_one_content_and_one_message_id(commands: list[Command]) -> None:
    desk = Desk(LETTER)
    for command in commands:
        try:
            desk.do(command)
        except NotNow:
            continue

    assert sum(isinstance(event, LetterDue) for event in desk.told) <= 1
    assert sum(isinstance(event, LetterWritten) for event in desk.told) <= 1
    if desk.state is not None and desk.state.status not in (Status.DUE, Status.CALLED_OFF):
        assert desk.state.content
        assert desk.state.message_id
    lost = {Status.DELAYED, Status.WRITTEN} if desk.state else set()
    assert all(letter.MOVES[status] is Role.FUND for status in lost)


# Event → letter

CONCERNING_THEM: dict[type[Event], dict[str, str]] = {payouts.PaymentRejected: {"reason": "AC04"}}


@pytest.mark.parametrize("kind", WHEN, ids=lambda kind: kind.__name__)
def test_every_event_of_the_table_leads_to_one_letter_named_after_it(kind: type[Event]) -> None:
    event = structs.replace(made_up(kind), **CONCERNING_THEM.get(kind, {}))
    envelope = unseal(seal(event, uuid4(), 7, NOW, FUND, Because("test")))

    (ordered,) = [one for one in letters_for(event, envelope) if isinstance(one, OrderLetter)]

    assert ordered.kind is WHEN[kind].kind
    assert ordered.cause == envelope.id
    assert ordered.subject == letter_id(envelope.id)
    assert ordered.case == (event.case if hasattr(event, "case") else envelope.subject)  # type: ignore[attr-defined]
    assert ordered.about == (envelope.subject if hasattr(event, "case") else None)


@pytest.mark.parametrize(("reason", "letters"), [("AC01", 1), ("BE01", 1), ("AM04", 0), ("AG01", 0), ("NARR", 0)])
def test_what_lies_between_the_fund_and_its_bank_is_told_to_no_association(reason: str, letters: int) -> None:
    event = payouts.PaymentRejected(case=CASE, reason=reason)
    envelope = unseal(seal(event, uuid4(), 7, NOW, FUND, Because("test")))

    assert len(list(letters_for(event, envelope))) == letters


def test_every_kind_of_letter_has_a_way_to_come_about_and_words_in_both_languages() -> None:
    by_event = {when.kind for when in WHEN.values()}
    by_date = {LetterKind.COMPLETION_REMINDER, LetterKind.REPORT_REMINDER, LetterKind.REPORT_OVERDUE}

    assert by_event | by_date == set(LetterKind)
    assert set(letter.KIND_LABELS) == set(LetterKind)


def test_what_is_followed_is_followed_by_commands_of_its_own() -> None:
    for kind, follow in FOLLOW.items():
        assert isinstance(follow(made_up(kind), CASE, CAUSE), Command)


# Reminders


def waiting() -> Desk:
    desk = Desk(CASES)
    desk.do(AwaitReport(subject=CASE, cause=CAUSE))
    return desk


def report(step: int) -> Remind:
    kind = LetterKind.REPORT_REMINDER if step < 0 else LetterKind.REPORT_OVERDUE
    return Remind(subject=CASE, kind=kind, step=step)


def test_a_reminder_makes_its_letter_due_in_the_same_breath() -> None:
    desk = waiting()
    (reminded,) = desk.do(report(-30))

    (due,) = desk.about
    assert isinstance(reminded, ReminderDue)
    assert due.subject == reminded.letter
    assert isinstance(due.event, LetterDue)
    assert (due.event.cause, due.event.case) == (CAUSE, CASE)


def test_nobody_is_reminded_twice_of_the_same_step_nor_of_an_earlier_one() -> None:
    desk = waiting()
    desk.do(report(-30))

    assert desk.do(report(-30)) == []
    assert desk.do(report(-60)) == []
    assert desk.do(report(-7)) != []
    assert len({about.subject for about in desk.about}) == 2


def test_nobody_is_reminded_of_a_report_that_came_or_of_a_grant_that_is_gone() -> None:
    desk = waiting()
    desk.do(SettleReport(subject=CASE))

    assert desk.do(report(-7)) == []


def test_a_grant_may_be_heard_of_before_its_case() -> None:
    desk = waiting()
    desk.do(awaited.FollowCase(subject=CASE, programme=PROGRAMME_ID, call=uuid4(), association=ASSOCIATION))

    assert desk.state.association == ASSOCIATION
    assert desk.state.report_cause == CAUSE


def test_a_completion_is_reminded_of_until_it_came_and_anew_in_the_next_round() -> None:
    desk = Desk(CASES)
    desk.do(AwaitCompletion(subject=CASE, cause=CAUSE, round=1, due_on=date(2027, 4, 14)))
    reminder = Remind(subject=CASE, kind=LetterKind.COMPLETION_REMINDER, step=-4)
    assert desk.do(reminder) != []
    desk.do(SettleCompletion(subject=CASE, round=1))
    assert desk.do(reminder) == []
    desk.do(AwaitCompletion(subject=CASE, cause=f"{CASE}-9", round=2, due_on=date(2027, 5, 14)))
    assert desk.do(reminder) != []
    assert [about.event.round for about in desk.about] == [1, 2]  # type: ignore[attr-defined]


def test_nobody_is_reminded_to_complete_what_was_withdrawn() -> None:
    desk = Desk(CASES)
    desk.do(AwaitCompletion(subject=CASE, cause=CAUSE, round=2, due_on=date(2027, 4, 14)))
    desk.do(SettleCompletion(subject=CASE, round=awaited.ANY_ROUND))

    assert desk.do(Remind(subject=CASE, kind=LetterKind.COMPLETION_REMINDER, step=-4)) == []
    assert desk.do(SettleCompletion(subject=CASE, round=awaited.ANY_ROUND)) == []


def test_a_round_that_is_over_is_not_opened_by_what_is_heard_late() -> None:
    desk = Desk(CASES)
    desk.do(AwaitCompletion(subject=CASE, cause=CAUSE, round=2, due_on=date(2027, 5, 14)))

    assert desk.do(AwaitCompletion(subject=CASE, cause="old-1", round=1, due_on=date(2027, 4, 14))) == []
    assert desk.do(SettleCompletion(subject=CASE, round=1)) == []


def test_a_programmes_steps_are_days_from_the_day_and_its_clock_is_followed() -> None:
    desk = Desk(PROGRAMME)
    desk.do(FollowProgramme(subject=PROGRAMME_ID, practice=True, days_before_due=(7, 60), days_after_due=(14, 3)))
    desk.do(FollowClock(subject=PROGRAMME_ID, offset_s=60))

    assert desk.state.steps == (-60, -7, 3, 14)
    assert desk.state.offset_s == 60
    assert desk.do(FollowClock(subject=PROGRAMME_ID, offset_s=60)) == []


STEPS = some.sampled_from([-60, -30, -7, 3, 14, 30])
MOVES = some.one_of(
    STEPS.map(report),
    some.just(SettleReport(subject=CASE)),
    some.integers(1, 10**9).map(lambda version: AwaitReport(subject=CASE, cause=f"{CASE}-{version}")),
)


@given(some.lists(MOVES, max_size=25, unique_by=lambda move: getattr(move, "cause", None) or id(move)))
def test_whatever_happens_no_reminder_is_sent_twice(commands: list[Command]) -> None:
    desk = Desk(CASES)
    for command in commands:
        desk.do(command)
    letters: list[UUID] = [about.subject for about in desk.about]

    assert len(letters) == len({*letters})
    assert isinstance(desk.state, Awaited | None)


def test_a_letter_state_tells_nothing_of_anybody() -> None:
    fields = set(Letter.__struct_fields__) - set(State.__struct_fields__)

    assert not fields & {"name", "email", "address", "title", "text", "words", "subject"}


def test_delays_never_overflow() -> None:
    assert letter.delay(10_000) == timedelta(hours=1)
