"""Who may do what: the table, and the three answers it gives."""

from __future__ import annotations

from uuid import UUID

import pytest

from shared.identity import FUND, Actor, Post, Role
from shared.policy import May, Policy
from shared.refused import Forbidden, NoRole, Unknown

OWN, OTHER, PERSON = (UUID(int=number) for number in (1, 2, 3))
POLICY = Policy({"sign": (May(Role.SIGNATORY, own=True), May(Role.OFFICER)), "decide": (May(Role.DECISION_MAKER),)})


def one(*posts: Post) -> Actor:
    return Actor(PERSON, posts)


@pytest.mark.parametrize(
    ("actor", "association", "refused"),
    [
        (one(Post(Role.SIGNATORY, OWN)), OWN, None),
        (one(Post(Role.SIGNATORY, OWN)), OTHER, Unknown),
        (one(Post(Role.SIGNATORY, OWN)), None, Unknown),
        (one(Post(Role.SIGNATORY)), OWN, Unknown),
        (one(Post(Role.APPLICANT, OWN)), OWN, Forbidden),
        (one(Post(Role.OFFICER)), OWN, None),
        (one(Post(Role.OFFICER)), None, None),
        (one(Post(Role.SIGNATORY, OTHER), Post(Role.SIGNATORY, OWN)), OWN, None),
        (one(), OWN, Forbidden),
        (FUND, OWN, Forbidden),
    ],
)
def test_a_role_reaches_as_far_as_its_row_says(
    actor: Actor, association: UUID | None, refused: type[Exception] | None
) -> None:
    if refused is None:
        POLICY.enter("sign", actor, association)
    else:
        with pytest.raises(refused):
            POLICY.enter("sign", actor, association)


def test_another_associations_things_are_not_even_known_to_exist() -> None:
    assert Unknown().status == 404
    assert NoRole().status == 403


def test_an_operation_without_a_row_is_nobodys() -> None:
    with pytest.raises(Forbidden):
        POLICY.knock("burn", one(*(Post(role) for role in Role)))


def test_a_list_is_whole_only_for_those_whose_role_is_not_bound_to_an_association() -> None:
    assert POLICY.sees_all("sign", one(Post(Role.OFFICER)))
    assert not POLICY.sees_all("sign", one(Post(Role.SIGNATORY, OWN)))


def test_every_service_lets_the_fund_itself_react_and_nobody_else() -> None:
    POLICY.knock("react", FUND)
    with pytest.raises(Forbidden):
        POLICY.knock("react", one(*(Post(role) for role in Role if role is not Role.FUND)))


def test_a_role_for_one_association_is_not_a_role_for_another() -> None:
    actor = one(Post(Role.SIGNATORY, OWN), Post(Role.PANEL))

    assert actor.holds_for(Role.SIGNATORY, OWN)
    assert not actor.holds_for(Role.SIGNATORY, OTHER)
    assert actor.holds_for(Role.PANEL, OTHER)
    assert actor.associations == {OWN}
