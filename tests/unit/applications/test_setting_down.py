"""What the fund writes down for an association (A10): by the day it came, and never without somebody's signature."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import msgspec
import pytest

from services.applications.domain.application import Application
from services.applications.domain.application_commands import RegisterOnBehalf, SubmitApplication
from services.applications.domain.association import RegisterAssociation
from services.applications.domain.call_rules import CloseCall, StartPreparation
from services.applications.domain.setting_down import CAME_DAYS_MAX, CAME_ON, SIGNED_ON_PAPER, came_at, last_day
from services.applications.domain.signing import SignFirst, signing_id
from services.applications.drafts import sets_down
from services.applications.policy import POLICY
from services.web.reactions import on_association
from shared.catalogue.applications import (
    SIGNED_PAPER,
    ApplicationSubmitted,
    AssociationRegistered,
    CaseRegistered,
    SetDown,
)
from shared.catalogue.attachment import Attachment
from shared.deadlines import end_of_day, local_date
from shared.identity import Actor, Post, Role
from shared.refused import Forbidden, Refused
from tests.unit.applications.fund import CALL_RULES, DIGEST, NUMBERS, OPEN_DAY, Fund, new_id

KARIN = Actor(UUID(int=81), (Post(Role.COORDINATOR),))
SIGNATORY = Actor(UUID(int=82), ())
PAPER = Attachment(UUID(int=5), SIGNED_PAPER, "image/jpeg", 10, DIGEST)
STATUTES = Attachment(UUID(int=6), "statutes", "application/pdf", 10, DIGEST)
TODAY = local_date(OPEN_DAY)
LAST = local_date(CALL_RULES.closes_at)


class Desk(Fund):
    """A call that has been open for a day, and an association whose application came today."""

    def __init__(self) -> None:
        super().__init__()
        self.open_call, self.theirs = self.call(), self.association()

    def how(self, came_on: date = TODAY, route: str = "paper", signed: int = 1) -> SetDown:
        return SetDown(
            route=route,  # type: ignore[arg-type]
            came_on=came_on,
            set_down_by=KARIN.id,
            set_down_at=self.at,
            signed_on_paper=signed,
        )

    def command(self, kind: type[SubmitApplication] = RegisterOnBehalf, **changes: object) -> SubmitApplication:
        usual = self.submission(self.open_call, self.theirs)
        given = {name: getattr(usual, name) for name in usual.__struct_fields__}
        return kind(**{**given, "set_down": self.how(), "attachments": (STATUTES, PAPER), **changes})

    def registers(self, **changes: object):
        return self.do(self.command(**changes), KARIN)

    def closes(self, days: int = 2) -> date:
        """So many days after the last one; which day it is."""
        self.at = CALL_RULES.closes_at + timedelta(days=days)
        self.do(CloseCall(subject=self.open_call))
        return local_date(self.at)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a10_a_paper_is_registered_with_how_and_when_it_came_and_who_wrote_it_down(desk: Desk) -> None:
    submitted, registered = desk.registers(set_down=desk.how(TODAY - timedelta(days=1)))

    assert isinstance(submitted, ApplicationSubmitted)
    assert isinstance(registered, CaseRegistered)
    assert submitted.signed_by == (), "nobody with an account has signed"
    assert submitted.set_down == desk.how(TODAY - timedelta(days=1))
    assert SIGNED_PAPER in {one.key for one in submitted.attachments}
    (case,) = (state for state in desk.states.values() if isinstance(state, Application))
    assert case.set_down == submitted.set_down


def test_a10_what_came_in_time_is_in_time_however_late_it_is_written_down(desk: Desk) -> None:
    desk.closes()

    submitted, registered = desk.registers(set_down=desk.how(LAST))

    assert submitted.received_at == registered.received_at == CALL_RULES.closes_at  # type: ignore[union-attr]


def test_a10_what_came_after_the_last_day_is_late_whenever_it_is_written_down(desk: Desk) -> None:
    desk.closes()

    with pytest.raises(Refused, match="after the last day") as refused:
        desk.registers(set_down=desk.how(LAST + timedelta(days=1)))

    assert [error.field for error in refused.value.errors] == [CAME_ON]


@pytest.mark.parametrize("days", [1, -CAME_DAYS_MAX - 1])
def test_a10_a_day_that_cannot_be_is_refused(desk: Desk, days: int) -> None:
    with pytest.raises(Refused) as refused:
        desk.registers(set_down=desk.how(TODAY + timedelta(days=days)))

    assert [error.field for error in refused.value.errors] == [CAME_ON]


def test_a10_today_is_by_the_programme_s_clock(desk: Desk) -> None:
    """The last second of the day before still is that day, in Stockholm and not in UTC."""
    desk.at = end_of_day(TODAY)

    desk.registers(set_down=desk.how(TODAY))

    with pytest.raises(Refused):
        desk.registers(set_down=desk.how(local_date(desk.at + timedelta(microseconds=1))))


def test_a10_once_the_preparation_has_begun_nothing_more_is_registered(desk: Desk) -> None:
    desk.closes()
    desk.do(StartPreparation(subject=desk.open_call))

    with pytest.raises(Refused, match="does not take"):
        desk.registers(set_down=desk.how(LAST))


@pytest.mark.parametrize("route", ["paper", "oral"])
def test_a10_without_the_signed_paper_nothing_is_registered(desk: Desk, route: str) -> None:
    with pytest.raises(Refused) as refused:
        desk.registers(attachments=(STATUTES,), set_down=desk.how(route=route))

    assert [error.field for error in refused.value.errors] == [SIGNED_PAPER]
    assert not [state for state in desk.states.values() if isinstance(state, Application)]


@pytest.mark.parametrize(("needed", "signed"), [(2, 1), (1, 0)])
def test_a10_a_paper_with_too_few_signatures_is_not_enough(desk: Desk, needed: int, signed: int) -> None:
    with pytest.raises(Refused) as refused:
        desk.registers(signatures=needed, set_down=desk.how(signed=signed))

    assert [error.field for error in refused.value.errors] == [SIGNED_ON_PAPER]


def test_a10_two_signatures_on_the_paper_are_the_signatures_of_two(desk: Desk) -> None:
    submitted, _ = desk.registers(signatures=2, set_down=desk.how(signed=2))

    assert (submitted.signatures, submitted.set_down.signed_on_paper) == (2, 2)  # type: ignore[union-attr]


def test_a10_nothing_is_registered_on_behalf_that_the_fund_has_not_set_down(desk: Desk) -> None:
    with pytest.raises(Refused, match="not set down"):
        desk.registers(set_down=None)


def test_a10_an_oral_application_is_signed_here_and_counts_from_when_it_was_told(desk: Desk) -> None:
    desk.closes()
    told = desk.how(LAST, "oral", signed=0)

    submitted, _ = desk.do(desk.command(SubmitApplication, set_down=told, attachments=()), SIGNATORY)

    assert (submitted.signed_by, submitted.set_down) == ((SIGNATORY.id,), told)  # type: ignore[union-attr]
    assert submitted.received_at == CALL_RULES.closes_at  # type: ignore[union-attr]


def test_a10_control_what_nobody_set_down_is_late_by_when_it_is_sent_in(desk: Desk) -> None:
    desk.closes()

    with pytest.raises(Refused, match="was over"):
        desk.do(desk.command(SubmitApplication, set_down=None), SIGNATORY)


@pytest.mark.parametrize(("came_on", "is_in_time"), [(LAST, True), (LAST + timedelta(days=1), False)])
def test_a10_the_first_of_two_who_sign_what_was_told_is_in_time_by_when_it_came(
    desk: Desk, came_on: date, is_in_time: bool
) -> None:
    desk.closes()
    draft = new_id()
    sign = SignFirst(
        subject=signing_id(draft, 1, DIGEST),
        draft=draft,
        revision=1,
        programme=desk.states[desk.open_call].programme,  # type: ignore[attr-defined]
        call=desk.open_call,
        association=desk.theirs,
        content=DIGEST,
        set_down=desk.how(came_on, "oral", signed=0),
    )
    if is_in_time:
        assert len(desk.do(sign, SIGNATORY)) == 1
    else:
        with pytest.raises(Refused):
            desk.do(sign, SIGNATORY)


def test_a10_a_day_is_told_by_its_end_as_far_as_it_has_come(desk: Desk) -> None:
    call = desk.states[desk.open_call]
    early = CALL_RULES.opens_at - timedelta(days=3)

    assert came_at(TODAY - timedelta(days=1), call, desk.at) == end_of_day(TODAY - timedelta(days=1))  # type: ignore[arg-type]
    assert came_at(TODAY, call, desk.at) == desk.at, "not later than now"  # type: ignore[arg-type]
    assert came_at(local_date(early), call, desk.at) == CALL_RULES.opens_at, "not before the call opened"  # type: ignore[arg-type]


def test_a10_the_last_day_is_whole_whatever_the_hour_at_which_the_call_closes(desk: Desk) -> None:
    noon = datetime(2027, 3, 31, 10, tzinfo=UTC)
    rules = msgspec.structs.replace(CALL_RULES, closes_at=noon)
    call = msgspec.structs.replace(desk.states[desk.open_call], rules=rules)

    assert last_day(call) == date(2027, 3, 31)  # type: ignore[arg-type]
    assert came_at(date(2027, 3, 31), call, noon + timedelta(days=1)) == noon  # type: ignore[arg-type]
    midnight = msgspec.structs.replace(CALL_RULES, closes_at=datetime(2027, 3, 31, 22, tzinfo=UTC))
    assert last_day(msgspec.structs.replace(call, rules=midnight)) == date(2027, 3, 31), "midnight ends the day"  # type: ignore[arg-type]


# Who may


WRITES = ("save_draft", "see_draft", "list_drafts", "discard_draft", "attach", "see_attachment", "detach")
STAFF = [role for role in Role if role not in (Role.APPLICANT, Role.SIGNATORY, Role.HELPER, Role.FUND)]


@pytest.mark.parametrize("role", STAFF)
@pytest.mark.parametrize("operation", WRITES)
def test_h8_a10_of_drafts_staff_come_to_none_but_what_the_fund_itself_writes(operation: str, role: Role) -> None:
    somebody, draft = Actor(new_id(), (Post(role),)), new_id()
    sets_it_down = role in (Role.COORDINATOR, Role.OFFICER)

    assert not POLICY.lets(operation, somebody, new_id(), draft)
    assert POLICY.lets(operation, somebody, new_id(), draft, set_down=True) is sets_it_down


@pytest.mark.parametrize("role", [Role.APPLICANT, Role.SIGNATORY, Role.HELPER])
@pytest.mark.parametrize("operation", ["set_down", "register_on_behalf"])
def test_a10_nobody_sets_down_or_registers_for_themselves(operation: str, role: Role) -> None:
    with pytest.raises(Forbidden):
        POLICY.knock(operation, Actor(new_id(), (Post(role, new_id()),)))


def test_a10_the_operation_of_sending_in_is_still_the_signatory_s_alone() -> None:
    assert {may.role for may in POLICY.rows["submit"]} == {Role.SIGNATORY}


def test_h8_what_is_set_down_for_another_association_is_not_theirs_to_see() -> None:
    another = Actor(new_id(), (Post(Role.APPLICANT, new_id()),))

    assert not POLICY.lets("see_draft", another, new_id(), new_id(), set_down=True)


def test_a10_nobody_writes_for_the_fund_what_is_their_own_association_s() -> None:
    association = new_id()
    both = Actor(new_id(), (Post(Role.OFFICER), Post(Role.APPLICANT, association)))

    assert not sets_down(both, association)
    assert sets_down(both, new_id())
    assert not sets_down(Actor(new_id(), (Post(Role.AUDITOR),)), new_id())


# The association


@pytest.mark.parametrize(("by", "by_the_fund"), [(KARIN, True), (SIGNATORY, False)])
def test_a10_whoever_registers_an_association_for_it_does_not_come_to_act_for_it(by: Actor, by_the_fund: bool) -> None:
    fund, association = Fund(), new_id()

    (told,) = fund.do(RegisterAssociation(subject=association, organisation_number=NUMBERS[0], content=DIGEST), by)

    assert isinstance(told, AssociationRegistered)
    assert told.by_the_fund is by_the_fund
    assert len(on_association(told, association)) == (0 if by_the_fund else 2)
