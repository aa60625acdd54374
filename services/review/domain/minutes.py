"""The rules of a meeting: who may take part, when minutes are adjusted and announced, and what the notice publishes.

Whatever is decided on the agenda, at the meeting or by delegation and reported to it (KL 6:40), is published with its
notice.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from services.review.domain.case.state import Case
from services.review.domain.guidelines import today
from services.review.domain.meeting import (
    LABELS,
    LEADS_TO,
    LIFE,
    MOVES,
    AdjustMinutes,
    CallMeeting,
    EndMeeting,
    Meeting,
    OpenMeeting,
    PostNotice,
    RemoveNotice,
    evolve,
)
from shared.catalogue.review import (
    DecisionPublished,
    MeetingCalled,
    MeetingEnded,
    MeetingOpened,
    MinutesAdjusted,
    NoticePosted,
    NoticeRemoved,
)
from shared.deadlines import adjustment_last_day, appeal_last_day, notice_last_day
from shared.life import About, Circumstances, Command, Decided, Kind
from shared.refused import FieldError, Refused, Unknown
from shared.words import Text


def decide(state: Meeting | None, command: Command, circumstances: Circumstances) -> Decided:
    if isinstance(command, CallMeeting):
        return _call(state, command, circumstances)
    if state is None:
        raise Unknown
    if (state.status, LEADS_TO[type(command)]) not in LIFE:
        raise MEETING.not_now(state)
    _refuse_conflicted(state, circumstances)
    match command:
        case OpenMeeting():
            return _open(state, circumstances)
        case EndMeeting():
            return [MeetingEnded()]
        case AdjustMinutes():
            return _adjust(state, circumstances)
        case PostNotice():
            return _post(state, circumstances)
        case RemoveNotice():
            return [NoticeRemoved(removed_on=today(circumstances, state.programme), cases=state.published)]
    raise TypeError(f"No rule here for {type(command).__name__}.")


def _call(state: Meeting | None, command: CallMeeting, circumstances: Circumstances) -> Decided:
    """A case the secretary may not see is, for them, no case at all."""
    if state is not None and (state.programme, state.held_on, state.cases) == (
        command.programme,
        command.held_on,
        command.cases,
    ):
        return []
    if state is not None and state.programme != command.programme:
        raise Refused("Sammanträdet hör till ett annat program.", "The meeting belongs to another programme.")
    today(circumstances, command.programme)  # refuses while the programme's rules have not arrived
    words = Text("Ärendet finns inte i programmet.", "There is no such case in the programme.")
    errors = [
        FieldError(f"cases.{index}", words)
        for index, case in enumerate(command.cases)
        if not _is_on_the_table(case, command, circumstances)
    ]
    if len(set(command.cases)) != len(command.cases):
        errors.append(FieldError("cases", Text("Ta upp varje ärende en gång.", "List each case once.")))
    if errors:
        raise Refused(errors[0].message.sv, errors[0].message.en, tuple(errors))
    return [MeetingCalled(programme=command.programme, held_on=command.held_on, cases=command.cases)]


def _is_on_the_table(case: UUID, command: CallMeeting, circumstances: Circumstances) -> bool:
    state = circumstances.also.get(case)
    return (
        isinstance(state, Case) and state.programme == command.programme and circumstances.actor.id not in state.barred
    )


def _refuse_conflicted(state: Meeting, circumstances: Circumstances) -> None:
    """KL 6:30 (rule H7): whoever has a conflict of interest in a case on the agenda leaves it to somebody else."""
    if any(circumstances.actor.id in case.barred for case in _cases(state, circumstances)):
        raise Refused(
            "Du har jäv i ett ärende på listan. Någon annan måste göra det här.",
            "You have a conflict of interest in a case on the agenda. Somebody else has to do this.",
        )


def _cases(state: Meeting, circumstances: Circumstances) -> list[Case]:
    found = (circumstances.also.get(case) for case in state.cases)
    return [case for case in found if isinstance(case, Case)]


def _open(state: Meeting, circumstances: Circumstances) -> Decided:
    if today(circumstances, state.programme) < state.held_on:
        raise Refused(f"Sammanträdet hålls först {state.held_on}.", f"The meeting is not held before {state.held_on}.")
    return [MeetingOpened(chair=circumstances.actor.id)]


def _adjust(state: Meeting, circumstances: Circumstances) -> Decided:
    day, last_day = today(circumstances, state.programme), adjustment_last_day(state.held_on)
    if day > last_day:
        raise Refused(
            f"Protokollet skulle ha justerats senast {last_day}. Anmäl besluten till ett nytt sammanträde.",
            f"The minutes were to be adjusted by {last_day}. Report the decisions to a new meeting.",
        )
    return [MinutesAdjusted(adjusted_on=day, adjusted_by=circumstances.actor.id)]


def _post(state: Meeting, circumstances: Circumstances) -> Decided:
    """KL 8:12, 13:5 (rule H3): the time to appeal runs from today, for every decided case of the meeting."""
    day = today(circumstances, state.programme)
    _refuse_late_notice(state, circumstances)
    last_day = appeal_last_day(day)
    cases = tuple(case.id for case in _cases(state, circumstances) if _is_published_by(case, state))
    published = DecisionPublished(meeting=state.id, posted_on=day, appeal_last_day=last_day)
    return [
        NoticePosted(posted_on=day, appeal_last_day=last_day, cases=cases),
        *(About(case, published) for case in cases),
    ]


def _refuse_late_notice(state: Meeting, circumstances: Circumstances) -> None:
    """The first notice comes within two days of the adjustment; a second only if the first came down too early."""
    if state.posted_on is None and state.adjusted_on is not None:
        last_day = notice_last_day(state.adjusted_on)
        if today(circumstances, state.programme) > last_day:
            raise Refused(
                f"Anslaget skulle ha satts upp senast {last_day}. Anmäl besluten till ett nytt sammanträde.",
                f"The notice was to be posted by {last_day}. Report the decisions to a new meeting.",
            )
    if state.notice_stayed_up:
        raise Refused("Anslaget har redan varit uppe hela tiden.", "The notice has already been up the whole time.")


def _is_published_by(case: Case, meeting: Meeting) -> bool:
    """Decided at this meeting, or before it and reported to it; and not already published by another."""
    if case.decision is None or case.final_on is not None:
        return False
    if case.publication is not None:
        return case.publication.meeting == meeting.id
    decided_on = case.decision.decided_on
    return case.decision.authority.meeting == meeting.id or (decided_on is not None and decided_on <= meeting.held_on)


def needs(state: Meeting | None, command: Command) -> Iterable[UUID]:
    """The programme for its clock, and the cases on the agenda."""
    if isinstance(command, CallMeeting):
        yield from (command.programme, *command.cases)
    elif state is not None:
        yield from (state.programme, *state.cases)


def row(state: Meeting) -> dict[str, object]:
    return {
        "programme": state.programme,
        "held_on": state.held_on,
        "posted_on": state.posted_on,
        "appeal_last_day": state.appeal_last_day,
        "removed_on": state.removed_on,
    }


COLUMNS = {
    "programme": "uuid",
    "held_on": "date",
    "posted_on": "date",
    "appeal_last_day": "date",
    "removed_on": "date",
}

MEETING = Kind(
    name="meeting",
    state=Meeting,
    life=LIFE,
    evolve=evolve,
    decide=decide,
    commands=tuple(LEADS_TO),
    moves=MOVES,
    labels=LABELS,
    table="meeting",
    columns=COLUMNS,
    row=row,
    needs=needs,
    offers={
        "call_meeting": MeetingCalled,
        "open_meeting": MeetingOpened,
        "end_meeting": MeetingEnded,
        "adjust_minutes": MinutesAdjusted,
        "post_notice": NoticePosted,
        "remove_notice": NoticeRemoved,
    },
    offers_to=lambda meeting, _, operation: operation != "post_notice" or not meeting.notice_stayed_up,
)
