"""Accounts, roles, invitations and signatures: two people for what is powerful, and nobody for themselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.web.domain.account import (
    ACCOUNT,
    POWERFUL,
    Account,
    ConfirmRole,
    EndRoles,
    GrantRole,
    OpenAccount,
    WithdrawRole,
)
from services.web.domain.invitation import INVITATION, LIFE_DAYS, AcceptInvitation, Invite, WithdrawInvitation
from services.web.domain.signature import SIGNATURE, SignText
from shared.catalogue import Event
from shared.catalogue.web import RoleGranted, RoleProposed, RoleWithdrawn
from shared.identity import FUND, Actor, Post, Role
from shared.life import About, Circumstances, Command, Kind, State
from shared.refused import Forbidden, NotNow, Refused, Unknown

NOW = datetime(2027, 3, 14, 9, 26, tzinfo=UTC)
FIRST, SECOND, THIRD = (Actor(UUID(int=number), (Post(Role.ADMINISTRATOR),)) for number in (1, 2, 3))
CHAIR = Actor(UUID(int=4), (Post(Role.DECISION_MAKER),))
SOMEBODY = UUID(int=9)
BY_NOBODY_ALONE = POWERFUL | {Role.SIGNATORY, Role.HELPER, Role.FUND}
ORDINARY = [role for role in Role if role not in BY_NOBODY_ALONE]
ASSOCIATION = UUID(int=10)


class Web:
    """The three kinds in memory."""

    def __init__(self) -> None:
        self.states: dict[UUID, State] = {}
        self.at = NOW
        self.told: list[Event] = []
        for actor in (FIRST, SECOND, THIRD, CHAIR):
            self.do(FUND, OpenAccount(subject=actor.id))
            for post in actor.posts:
                self.do(FUND, GrantRole(subject=actor.id, role=post.role))
        self.do(FUND, OpenAccount(subject=SOMEBODY))
        self.told.clear()

    def do(self, by: Actor, command: Command) -> list[Event]:
        kind = next(kind for kind in (ACCOUNT, INVITATION, SIGNATURE) if isinstance(command, kind.commands))
        here = Circumstances(actor=by, at=self.at, received_at=self.at, also=self.states)
        decided = list(kind.decide(self.states.get(command.subject), command, here))
        for one in decided:
            subject, event = (one.subject, one.event) if isinstance(one, About) else (command.subject, one)
            of: Kind = next(kind for kind in (ACCOUNT, INVITATION, SIGNATURE) if type(event) in kind.events)
            self.states[subject] = of.follow(self.states.get(subject), event, subject)
            self.told.append(event)
        return self.told[len(self.told) - len(decided) :]

    def account(self, account: UUID = SOMEBODY) -> Account:
        state = self.states[account]
        assert isinstance(state, Account)
        return state

    def holds(self, role: Role, account: UUID = SOMEBODY) -> bool:
        return self.account(account).actor.holds(role)


@pytest.fixture
def web() -> Web:
    return Web()


@pytest.mark.parametrize("role", ORDINARY)
def test_an_administrator_grants_an_ordinary_role_alone(web: Web, role: Role) -> None:
    web.do(FIRST, GrantRole(subject=SOMEBODY, role=role))

    assert web.holds(role)


@pytest.mark.parametrize("role", sorted(POWERFUL))
def test_a_powerful_role_takes_two_people(web: Web, role: Role) -> None:
    web.do(FIRST, GrantRole(subject=SOMEBODY, role=role))
    assert not web.holds(role)
    assert web.account().proposals

    (event,) = web.do(SECOND, ConfirmRole(subject=SOMEBODY, role=role))

    assert web.holds(role)
    assert not web.account().proposals
    assert isinstance(event, RoleGranted)
    assert (event.proposed_by, event.granted_by) == (FIRST.id, SECOND.id)


@pytest.mark.parametrize("role", [Role.OFFICER, Role.PANEL])
def test_h7_h8_a_post_at_the_fund_that_is_bound_to_an_association_makes_nobody_act_for_it(web: Web, role: Role) -> None:
    """Else a member of the panel would need to declare nothing there, and an officer would be shown its drafts."""
    web.do(FIRST, GrantRole(subject=SOMEBODY, role=role, association=ASSOCIATION))
    assert not web.account().actor.posts, "one alone binds nobody to an association"

    web.do(CHAIR, ConfirmRole(subject=SOMEBODY, role=role, association=ASSOCIATION))

    assert web.account().actor.holds_for(role, ASSOCIATION)
    assert not web.account().actor.associations


@pytest.mark.parametrize("role", [Role.APPLICANT, Role.SIGNATORY])
def test_s1_one_administrator_lets_nobody_in_to_an_association(web: Web, role: Role) -> None:
    """Else one alone reads drafts that no officer sees, and signs, through an account of their own making."""
    web.do(FIRST, GrantRole(subject=SOMEBODY, role=role, association=ASSOCIATION))
    web.do(FIRST, Invite(subject=(invitation := uuid4()), role=role, association=ASSOCIATION))
    web.do(FUND, AcceptInvitation(subject=invitation, account=(new := uuid4())))
    assert not web.account().actor.associations
    assert not web.account(new).actor.associations

    web.do(CHAIR, ConfirmRole(subject=SOMEBODY, role=role, association=ASSOCIATION))

    assert web.account().posts == (Post(role, ASSOCIATION),), "the control: two may"


def test_s1_whoever_registers_an_association_acts_for_it_at_once(web: Web) -> None:
    web.do(FUND, GrantRole(subject=SOMEBODY, role=Role.SIGNATORY, association=ASSOCIATION))

    assert web.account().actor.holds_for(Role.SIGNATORY, ASSOCIATION)


def test_a11_no_administrator_makes_anybody_a_helper(web: Web) -> None:
    for command in (
        GrantRole(subject=SOMEBODY, role=Role.HELPER, association=ASSOCIATION),
        Invite(subject=uuid4(), role=Role.HELPER, association=ASSOCIATION),
    ):
        with pytest.raises(Refused, match="by the association"):
            web.do(FIRST, command)


def test_a_role_taken_back_is_gone_also_where_a_new_end_is_proposed_for_it(web: Web) -> None:
    """Else whoever is to lose a role keeps it as long as somebody goes on proposing."""
    for by, command in ((FIRST, GrantRole), (SECOND, ConfirmRole)):
        web.do(by, command(subject=SOMEBODY, role=Role.FINANCE))
    web.do(FIRST, GrantRole(subject=SOMEBODY, role=Role.FINANCE, until=SOON))

    web.do(THIRD, WithdrawRole(subject=SOMEBODY, role=Role.FINANCE, only_proposed=True))
    assert (web.holds(Role.FINANCE), web.account().proposals) == (True, ()), "the control: only what was proposed"
    web.do(FIRST, GrantRole(subject=SOMEBODY, role=Role.FINANCE, until=SOON))
    web.do(THIRD, WithdrawRole(subject=SOMEBODY, role=Role.FINANCE))

    assert (web.holds(Role.FINANCE), web.account().proposals) == (False, ())


def test_the_chair_may_be_the_second_person(web: Web) -> None:
    web.do(FIRST, GrantRole(subject=SOMEBODY, role=Role.ATTESTER))
    web.do(CHAIR, ConfirmRole(subject=SOMEBODY, role=Role.ATTESTER))

    assert web.holds(Role.ATTESTER)


def test_nobody_confirms_what_they_proposed_themselves(web: Web) -> None:
    web.do(FIRST, GrantRole(subject=SOMEBODY, role=Role.ATTESTER))

    with pytest.raises(Forbidden):
        web.do(FIRST, ConfirmRole(subject=SOMEBODY, role=Role.ATTESTER))

    assert not web.holds(Role.ATTESTER)


def test_nobody_confirms_a_role_for_themselves(web: Web) -> None:
    web.do(FIRST, GrantRole(subject=SECOND.id, role=Role.ATTESTER))

    with pytest.raises(Forbidden):
        web.do(SECOND, ConfirmRole(subject=SECOND.id, role=Role.ATTESTER))


@pytest.mark.parametrize("command", [GrantRole, WithdrawRole])
def test_nobody_changes_their_own_roles(web: Web, command: Any) -> None:
    role = Role.ADMINISTRATOR if command is WithdrawRole else Role.OFFICER
    with pytest.raises(Forbidden):
        web.do(FIRST, command(subject=FIRST.id, role=role))


def test_proposing_again_by_another_does_not_make_two_people_of_it(web: Web) -> None:
    """Two who propose have not confirmed: the first stands, and it takes a deliberate yes."""
    web.do(FIRST, GrantRole(subject=SOMEBODY, role=Role.FINANCE))
    assert web.do(SECOND, GrantRole(subject=SOMEBODY, role=Role.FINANCE)) == []

    assert not web.holds(Role.FINANCE)


def test_what_nobody_proposed_cannot_be_confirmed(web: Web) -> None:
    with pytest.raises(Refused, match="Nobody has proposed"):
        web.do(SECOND, ConfirmRole(subject=SOMEBODY, role=Role.FINANCE))


def test_a_proposal_of_somebody_who_is_no_longer_an_administrator_is_not_confirmed(web: Web) -> None:
    web.do(FIRST, GrantRole(subject=SOMEBODY, role=Role.FINANCE))
    web.do(SECOND, WithdrawRole(subject=FIRST.id, role=Role.ADMINISTRATOR))

    with pytest.raises(Refused, match="no longer an administrator"):
        web.do(SECOND, ConfirmRole(subject=SOMEBODY, role=Role.FINANCE))


def test_a_proposal_may_be_taken_back(web: Web) -> None:
    web.do(FIRST, GrantRole(subject=SOMEBODY, role=Role.FINANCE))
    web.do(SECOND, WithdrawRole(subject=SOMEBODY, role=Role.FINANCE))

    assert not web.account().proposals
    with pytest.raises(Refused):
        web.do(THIRD, ConfirmRole(subject=SOMEBODY, role=Role.FINANCE))


def test_the_fund_itself_grants_at_once_to_its_demo_people_and_its_first_administrator(web: Web) -> None:
    web.do(FUND, GrantRole(subject=SOMEBODY, role=Role.ADMINISTRATOR))

    assert web.holds(Role.ADMINISTRATOR)


SOON = NOW + timedelta(days=30)


def test_a_role_may_have_an_end_and_ends_by_itself_then_and_not_before(web: Web) -> None:
    web.do(FIRST, GrantRole(subject=SOMEBODY, role=Role.AUDITOR, until=SOON))
    web.do(FIRST, GrantRole(subject=SOMEBODY, role=Role.OFFICER))

    web.at = SOON - timedelta(seconds=1)
    assert web.do(FUND, EndRoles(subject=SOMEBODY)) == []
    assert web.holds(Role.AUDITOR)
    web.at = SOON
    (event,) = web.do(FUND, EndRoles(subject=SOMEBODY))

    assert isinstance(event, RoleWithdrawn)
    assert (event.role, event.withdrawn_by) == (Role.AUDITOR, FUND.id)
    assert not web.holds(Role.AUDITOR)
    assert web.holds(Role.OFFICER), "a role without an end stays"
    assert web.do(FUND, EndRoles(subject=SOMEBODY)) == []


def test_granted_anew_a_role_has_its_new_end_or_none_and_said_again_it_is_no_news(web: Web) -> None:
    grant = GrantRole(subject=SOMEBODY, role=Role.AUDITOR, until=SOON)
    web.do(FIRST, grant)
    assert web.do(SECOND, grant) == []
    web.do(FIRST, GrantRole(subject=SOMEBODY, role=Role.AUDITOR, until=SOON + timedelta(days=1)))
    web.at = SOON
    assert web.do(FUND, EndRoles(subject=SOMEBODY)) == []
    web.do(FIRST, GrantRole(subject=SOMEBODY, role=Role.AUDITOR))
    web.at = SOON + timedelta(days=400)

    assert web.do(FUND, EndRoles(subject=SOMEBODY)) == []
    assert web.account().posts.count(Post(Role.AUDITOR)) == 1


def test_a_role_that_is_over_before_it_begins_is_refused(web: Web) -> None:
    with pytest.raises(Refused, match="after today"):
        web.do(FIRST, GrantRole(subject=SOMEBODY, role=Role.AUDITOR, until=NOW))


def test_a_powerful_role_s_end_is_put_off_by_two_people(web: Web) -> None:
    web.do(FIRST, GrantRole(subject=SOMEBODY, role=Role.FINANCE, until=SOON))
    web.do(SECOND, ConfirmRole(subject=SOMEBODY, role=Role.FINANCE))
    assert web.account().ends(Post(Role.FINANCE)) == SOON

    web.do(FIRST, GrantRole(subject=SOMEBODY, role=Role.FINANCE))
    assert web.account().ends(Post(Role.FINANCE)) == SOON, "one alone does not put it off"
    web.do(SECOND, ConfirmRole(subject=SOMEBODY, role=Role.FINANCE))

    assert web.account().ends(Post(Role.FINANCE)) is None


def test_what_the_fund_grants_again_leaves_an_end_as_it_is(web: Web) -> None:
    web.do(FIRST, GrantRole(subject=SOMEBODY, role=Role.APPLICANT, until=SOON))

    assert web.do(FUND, GrantRole(subject=SOMEBODY, role=Role.APPLICANT)) == []


def test_nobody_is_made_the_fund_itself(web: Web) -> None:
    for command in (GrantRole(subject=SOMEBODY, role=Role.FUND), Invite(subject=uuid4(), role=Role.FUND)):
        with pytest.raises(Refused):
            web.do(FIRST, command)


@given(
    moves=st.lists(
        st.tuples(
            st.sampled_from((FIRST, SECOND, THIRD)),
            st.sampled_from((GrantRole, ConfirmRole, WithdrawRole)),
            st.sampled_from((SOMEBODY, FIRST.id, SECOND.id)),
            st.sampled_from((Role.ATTESTER, Role.ADMINISTRATOR, Role.OFFICER)),
        ),
        max_size=30,
    )
)
def test_whatever_happens_no_powerful_role_is_held_by_one_persons_word(moves: list[Any]) -> None:
    web = Web()
    for by, command, subject, role in moves:
        if not web.holds(Role.ADMINISTRATOR, by.id):
            continue
        try:
            web.do(by, command(subject=subject, role=role))
        except Refused:
            continue
    for event in web.told:
        if isinstance(event, RoleGranted) and event.role in POWERFUL:
            assert event.proposed_by is not None
            assert event.proposed_by != event.granted_by


# Invitations


def invited(web: Web, role: Role, by: Actor = FIRST) -> UUID:
    invitation = uuid4()
    web.do(by, Invite(subject=invitation, role=role))
    return invitation


def test_whoever_accepts_an_invitation_has_an_account_with_the_role(web: Web) -> None:
    somebody_new = uuid4()
    web.do(FUND, AcceptInvitation(subject=invited(web, Role.PANEL), account=somebody_new))

    assert web.account(somebody_new).posts == (Post(Role.PANEL),)


def test_an_invitation_to_a_powerful_role_still_waits_for_a_second_person(web: Web) -> None:
    somebody_new = uuid4()
    web.do(FUND, AcceptInvitation(subject=invited(web, Role.FINANCE), account=somebody_new))
    assert not web.holds(Role.FINANCE, somebody_new)
    assert isinstance(web.told[-1], RoleProposed)
    with pytest.raises(Forbidden):
        web.do(FIRST, ConfirmRole(subject=somebody_new, role=Role.FINANCE))

    web.do(SECOND, ConfirmRole(subject=somebody_new, role=Role.FINANCE))

    assert web.holds(Role.FINANCE, somebody_new)


def test_the_fund_itself_invites_its_first_administrator_who_waits_for_nobody(web: Web) -> None:
    invitation, first = uuid4(), uuid4()
    web.do(FUND, Invite(subject=invitation, role=Role.ADMINISTRATOR))
    web.do(FUND, AcceptInvitation(subject=invitation, account=first))

    assert web.holds(Role.ADMINISTRATOR, first)


def test_an_invitation_is_good_once(web: Web) -> None:
    one, invitation = uuid4(), invited(web, Role.PANEL)
    web.do(FUND, AcceptInvitation(subject=invitation, account=one))
    assert web.do(FUND, AcceptInvitation(subject=invitation, account=one)) == [], "asked again, it is already so"

    with pytest.raises(NotNow):
        web.do(FUND, AcceptInvitation(subject=invitation, account=uuid4()))


def test_an_invitation_is_good_for_two_weeks(web: Web) -> None:
    in_time, too_late = invited(web, Role.PANEL), invited(web, Role.PANEL)
    web.at = NOW + timedelta(days=LIFE_DAYS, seconds=-1)
    web.do(FUND, AcceptInvitation(subject=in_time, account=uuid4()))
    web.at = NOW + timedelta(days=LIFE_DAYS)

    with pytest.raises(Refused, match="expired"):
        web.do(FUND, AcceptInvitation(subject=too_late, account=uuid4()))


def test_an_invitation_taken_back_is_accepted_by_nobody(web: Web) -> None:
    invitation = invited(web, Role.PANEL)
    web.do(FIRST, WithdrawInvitation(subject=invitation))

    with pytest.raises(NotNow):
        web.do(FUND, AcceptInvitation(subject=invitation, account=uuid4()))


def test_nobody_invites_themselves(web: Web) -> None:
    with pytest.raises(Forbidden):
        web.do(FUND, AcceptInvitation(subject=invited(web, Role.PANEL), account=FIRST.id))


def test_an_invitation_of_somebody_who_is_no_longer_an_administrator_is_void(web: Web) -> None:
    invitation = invited(web, Role.PANEL)
    web.do(SECOND, WithdrawRole(subject=FIRST.id, role=Role.ADMINISTRATOR))

    with pytest.raises(Refused, match="no longer an administrator"):
        web.do(FUND, AcceptInvitation(subject=invitation, account=uuid4()))


# Signatures


def a_signature(subject: UUID, by: UUID = SOMEBODY, text: str = "a" * 64) -> SignText:
    return SignText(subject=subject, signed_by=by, text=text, evidence="b" * 64, level="eid")


def test_a_signature_is_made_once_and_stands_for_one_text_of_one_person(web: Web) -> None:
    one = uuid4()
    web.do(FUND, a_signature(one))
    assert web.do(FUND, a_signature(one)) == []

    for other in (a_signature(one, by=FIRST.id), a_signature(one, text="c" * 64)):
        with pytest.raises(Unknown):
            web.do(FUND, other)
