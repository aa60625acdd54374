"""The people one may be in a demo: one account for each role, with the same id in every house, so that nobody can
mistake them.

They can be signed in as only while `up --demo` runs, and only from this machine.
"""

from __future__ import annotations

from uuid import UUID, uuid5

from services.web.domain.account import GrantRole, OpenAccount
from shared.identity import Role
from shared.office import Office

HOUSE_OF_DEMO = UUID("6269666c-6c00-4000-8000-64656d6f0000")

PEOPLE: dict[str, tuple[Role, ...]] = {
    "coordinator": (Role.COORDINATOR,),
    "officer": (Role.OFFICER,),
    **{f"panel-{number}": (Role.PANEL,) for number in range(1, 6)},
    "chair": (Role.DECISION_MAKER,),
    "secretary": (Role.SECRETARY,),
    "finance": (Role.FINANCE,),
    "attester-1": (Role.ATTESTER,),
    "attester-2": (Role.ATTESTER,),
    "auditor": (Role.AUDITOR,),
    "archivist": (Role.ARCHIVIST,),
    "administrator": (Role.ADMINISTRATOR,),
    "applicant": (Role.APPLICANT, Role.SIGNATORY),
}


def account_of(person: str) -> UUID:
    return uuid5(HOUSE_OF_DEMO, person)


async def welcome(office: Office) -> None:
    """Opens the demo people's accounts where they are not open yet."""
    for person, roles in PEOPLE.items():
        account = account_of(person)
        for command in (
            OpenAccount(subject=account, demo=True),
            *(GrantRole(subject=account, role=role) for role in roles),
        ):
            await office.act(command, "demo")
