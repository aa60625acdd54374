"""A11: somebody is let in to one draft of an association, and to nothing else; and out again."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from services.applications.policy import POLICY
from services.web.domain.account import ACCOUNT, Account, EndRoles, GrantRole, OpenAccount, WithdrawRole
from services.web.domain.helping import HELP, HELP_DAYS, HELPED_MAX, LINK_DAYS, AcceptHelp, EndHelp, Help, InviteHelper
from services.web.signing_in.letters import asks_for_help
from shared.catalogue import Event
from shared.catalogue.helping import HelpEnded, HelperInvited
from shared.catalogue.web import RoleGranted, RoleWithdrawn
from shared.http.actor_token import Minter, Verifier
from shared.identity import FUND, Actor, Post, Role
from shared.life import About, Circumstances, Command, Kind, State
from shared.refused import Forbidden, NotNow, Refused, Unknown
from shared.words import Language
from tests.lix import lix
from tests.unit.shared.test_actor_token import PRIVATE, PUBLIC

NOW = datetime(2027, 3, 14, 9, 26, tzinfo=UTC)
APPLICANT, HELPER, OFFICER = UUID(int=1), UUID(int=2), UUID(int=3)
OURS, THEIRS = UUID(int=11), UUID(int=12)
DRAFT, ANOTHER = UUID(int=21), UUID(int=22)
EASY = 40
WRITING = ("see_draft", "save_draft", "attach", "see_attachment", "detach")


class Web:
    """Accounts and helps in memory: an applicant of an association, somebody who may help, and an officer."""

    def __init__(self) -> None:
        self.states: dict[UUID, State] = {}
        self.at = NOW
        for account, role, association in (
            (APPLICANT, Role.APPLICANT, OURS),
            (HELPER, Role.APPLICANT, None),
            (OFFICER, Role.OFFICER, None),
        ):
            self.do(FUND, OpenAccount(subject=account))
            self.do(FUND, GrantRole(subject=account, role=role, association=association))

    def do(self, by: Actor, command: Command) -> list[Event]:
        kind: Kind = next(kind for kind in (ACCOUNT, HELP) if isinstance(command, kind.commands))
        here = Circumstances(actor=by, at=self.at, received_at=self.at, also=self.states)
        told = []
        for one in kind.decide(self.states.get(command.subject), command, here):
            subject, event = (one.subject, one.event) if isinstance(one, About) else (command.subject, one)
            of: Kind = next(kind for kind in (ACCOUNT, HELP) if type(event) in kind.events)
            self.states[subject] = of.follow(self.states.get(subject), event, subject)
            told.append(event)
        return told

    def actor(self, account: UUID) -> Actor:
        state = self.states[account]
        assert isinstance(state, Account)
        return state.actor

    def invited(self, draft: UUID = DRAFT) -> UUID:
        help_ = uuid4()
        self.do(self.actor(APPLICANT), InviteHelper(subject=help_, draft=draft, association=OURS))
        return help_

    def accept(self, help_: UUID, account: UUID = HELPER) -> list[Event]:
        return self.do(self.actor(account), AcceptHelp(subject=help_, account=account))


@pytest.fixture
def web() -> Web:
    return Web()


def comes_in(actor: Actor, operation: str, association: UUID = OURS, draft: UUID | None = DRAFT) -> bool:
    return POLICY.lets(operation, actor, association, draft)


def test_a11_whoever_accepts_writes_in_that_draft_and_in_no_other_and_signs_none(web: Web) -> None:
    web.accept(web.invited())
    helper = web.actor(HELPER)

    assert all(comes_in(helper, operation) for operation in WRITING)
    for operation in POLICY.rows:
        assert not comes_in(helper, operation, OURS, ANOTHER) or _is_for_anybody(operation), operation
        assert not comes_in(helper, operation, THEIRS, DRAFT) or _is_for_anybody(operation), operation
        assert not comes_in(helper, operation, OURS, None) or _is_for_anybody(operation), operation
    assert not any(comes_in(helper, operation) for operation in ("submit", "discard_draft", "see_association"))
    assert OURS not in helper.associations, "no list of the association's is theirs"


def _is_for_anybody(operation: str) -> bool:
    return POLICY.lets(operation, Actor(uuid4(), (Post(Role.APPLICANT),)), THEIRS)


def test_a11_the_help_is_for_whose_draft_it_is_and_not_for_a_draft_of_that_name() -> None:
    """Whoever invites names the draft: naming another association's lets nobody in there."""
    pretending = Actor(HELPER, (Post(Role.HELPER, OURS, DRAFT),))

    assert not comes_in(pretending, "see_draft", THEIRS, DRAFT)
    assert comes_in(pretending, "see_draft", OURS, DRAFT), "the control"


def test_a11_a_helper_of_no_draft_comes_in_nowhere() -> None:
    for post in (Post(Role.HELPER), Post(Role.HELPER, OURS)):
        for draft in (DRAFT, None):
            assert not any(comes_in(Actor(HELPER, (post,)), operation, OURS, draft) for operation in WRITING)


def test_a11_what_is_taken_back_is_over_at_once_accepted_or_not(web: Web) -> None:
    accepted, waiting = web.invited(), web.invited(ANOTHER)
    web.accept(accepted)
    ended, gone = web.do(web.actor(APPLICANT), EndHelp(subject=accepted, why="taken_back"))

    assert isinstance(ended, HelpEnded)
    assert isinstance(gone, RoleWithdrawn)
    assert (gone.draft, gone.association) == (DRAFT, OURS)
    assert not comes_in(web.actor(HELPER), "see_draft")
    assert len(web.do(web.actor(APPLICANT), EndHelp(subject=waiting, why="taken_back"))) == 1
    with pytest.raises(NotNow):
        web.accept(waiting)


def test_a11_the_help_ends_by_itself_after_the_days_that_were_named(web: Web) -> None:
    help_ = web.invited()
    (_, granted) = web.accept(help_)
    assert isinstance(granted, RoleGranted)
    assert granted.until == NOW + timedelta(days=HELP_DAYS)
    assert granted.granted_by == APPLICANT

    web.at = NOW + timedelta(days=HELP_DAYS)
    (withdrawn,) = web.do(FUND, EndRoles(subject=HELPER))
    assert isinstance(withdrawn, RoleWithdrawn)
    assert not comes_in(web.actor(HELPER), "see_draft")
    assert [type(one) for one in web.do(FUND, EndHelp(subject=help_, why="time_is_up"))] == [HelpEnded]


def test_a11_one_help_of_two_that_ends_leaves_the_other(web: Web) -> None:
    first, second = web.invited(), web.invited(ANOTHER)
    web.accept(first)
    web.accept(second)

    web.do(web.actor(APPLICANT), EndHelp(subject=first, why="taken_back"))

    assert not comes_in(web.actor(HELPER), "see_draft", OURS, DRAFT)
    assert comes_in(web.actor(HELPER), "see_draft", OURS, ANOTHER)


def test_a11_an_invitation_is_accepted_in_time_and_by_whoever_it_is_for(web: Web) -> None:
    help_ = web.invited()
    with pytest.raises(Forbidden):
        web.do(web.actor(OFFICER), AcceptHelp(subject=help_, account=HELPER))
    web.at = NOW + timedelta(days=LINK_DAYS)
    with pytest.raises(Refused):
        web.accept(help_)
    web.at -= timedelta(seconds=1)
    assert web.accept(help_)
    assert web.accept(help_) == [], "twice is once"


def test_a11_nobody_helps_at_the_word_of_somebody_who_no_longer_acts_for_the_association(web: Web) -> None:
    help_ = web.invited()
    web.do(FUND, WithdrawRole(subject=APPLICANT, role=Role.APPLICANT, association=OURS))

    with pytest.raises(Refused):
        web.accept(help_)


def test_a11_an_association_does_not_help_itself_nor_anybody_twice(web: Web) -> None:
    with pytest.raises(Refused):
        web.accept(web.invited(), APPLICANT)
    web.accept(web.invited())
    with pytest.raises(Refused):
        web.accept(web.invited())


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.APPLICANT, Role.SIGNATORY, Role.HELPER, Role.FUND}))
def test_h7_whoever_tries_or_pays_applications_helps_to_write_none(web: Web, role: Role) -> None:
    """But the coordinator, who helps on invitation."""
    web.do(FUND, GrantRole(subject=HELPER, role=role))
    if role is Role.COORDINATOR:
        assert web.accept(web.invited())
        return
    with pytest.raises(Forbidden):
        web.accept(web.invited())


def test_a_token_holds_all_the_drafts_that_somebody_may_help_with(web: Web) -> None:
    for _ in range(HELPED_MAX):
        web.accept(web.invited(uuid4()))
    with pytest.raises(Refused):
        web.accept(web.invited(uuid4()))

    helper = web.actor(HELPER)
    read = Verifier(PUBLIC, "applications").actor(Minter(PRIVATE).token(helper, "applications"))
    assert read is not None
    assert (read.id, set(read.posts)) == (helper.id, set(helper.posts))
    assert len(read.drafts_helped) == HELPED_MAX


def test_a9_the_letter_that_asks_for_help_is_easy_to_read() -> None:
    days = (NOW + timedelta(days=LINK_DAYS), NOW + timedelta(days=HELP_DAYS))
    about = {"association": "Föreningen Vi", "call": "Våren 2027", "fund": "Fonden"}
    written = asks_for_help("alva@example.se", "http://example.se/a", about, days, "sv")

    assert str(written["Subject"]) == "Föreningen Vi ber dig om hjälp"
    assert lix(written.get_content()) <= EASY


def test_an_invitation_repeated_is_one_and_another_under_its_name_is_refused(web: Web) -> None:
    help_ = web.invited()
    applicant = web.actor(APPLICANT)

    assert web.do(applicant, InviteHelper(subject=help_, draft=DRAFT, association=OURS)) == []
    with pytest.raises(Refused):
        web.do(applicant, InviteHelper(subject=help_, draft=ANOTHER, association=OURS))
    with pytest.raises(Unknown):
        POLICY.enter("see_draft", applicant, THEIRS, DRAFT)


def test_the_facts_of_a_help_name_the_case_that_the_draft_becomes(web: Web) -> None:
    """So that its trail tells of it, and no name or address does."""
    state = web.states[web.invited()]
    assert isinstance(state, Help)
    assert state.draft == DRAFT
    assert {"case", "association", "invited_by", "expires_at", "until"} == set(HelperInvited.__struct_fields__)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_s9_what_an_association_is_called_is_no_link_in_a_letter_of_the_fund_s(language: Language) -> None:
    """Else anybody has the fund send their own address to anybody."""
    called = "Vinst http://elsewhere.example/x www.elsewhere.example a@elsewhere.example\x85Bcc: b@elsewhere.example"
    about = {"association": called, "call": "Utlysningen", "fund": "Fonden"}
    days = (NOW, NOW + timedelta(days=1))
    written = asks_for_help("alva@example.se", "http://example.se/a", about, days, language)

    told = f"{written['subject']}\n{written.get_content()}"
    assert re.findall(r"\S*elsewhere\S*", told) == ["elsewhere."] * 8
    assert re.findall(r"\S+://\S+|www\.\S+|\S+@\S+", told) == ["http://example.se/a"]
    assert written["Bcc"] is None
    assert written["Content-Language"] == language

    ordinary = {**about, "association": "S:t Eriks vänner, avd. 3"}
    control = asks_for_help("alva@example.se", "http://example.se/a", ordinary, days, language)
    assert ordinary["association"] in str(control["subject"]), "the control: a name is read as it was"
