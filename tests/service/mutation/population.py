"""A fund's facts by the thousand, as its services seal them: people, and cases registered, decided and paid."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from shared.catalogue.review import Authority
from shared.catalogue.web import AccountOpened, RoleGranted
from shared.envelope import Because, seal
from shared.identity import FUND, Actor, Post, Role
from shared.journal import Fact
from tests.unit.audit.a_fund import GRANTED, a_fund, an_id, decide, pay, register
from tests.unit.review.bench import RULES

OWN = 3
"""Cases that the small fund has of its own."""


def case_of(number: int) -> UUID:
    """The case with the running number, for those that are made here."""
    return an_id(f"case-{number}")


def told(cases: int) -> list[tuple[str, Fact]]:
    """(source, fact) in the order of time: a small fund's year, then so many cases more, every second one granted."""
    trail = a_fund()
    for number in range(OWN + 1, OWN + 1 + cases):
        name = f"case-{number}"
        trail.tell(AccountOpened(demo=False), f"account-{number}")
        trail.tell(
            RoleGranted(
                role=Role.APPLICANT, association=an_id(f"association-{name}"), granted_by=an_id("administrator")
            ),
            f"account-{number}",
        )
        register(trail, name, number)
        granted = GRANTED if number % 2 else 0
        decide(trail, name, granted, Authority(delegation=RULES.authority.delegation_ref.sv))
        if granted:
            pay(trail, name, granted)
    versions: dict[tuple[str, UUID], int] = defaultdict(int)
    facts = []
    for one in trail.facts:
        versions[one.source, one.subject] += 1
        version = versions[one.source, one.subject]
        actor = FUND if one.is_fund else Actor(one.actor, (Post(Role.OFFICER),))
        text = seal(one.event, one.subject, version, one.at, actor, Because(correlation="campaign"))
        facts.append((one.source, Fact(one.subject, version, one.event.type, text)))
    return facts
