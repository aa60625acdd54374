"""The people one may be in a demo: one account for each role, with the same id in every house, so that nobody can
mistake them.

They can be signed in as only while `up --demo` runs, and only from this machine.
"""

from __future__ import annotations

from uuid import UUID, uuid5

from services.web.domain.account import GrantRole, OpenAccount
from services.web.signing_in import people
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
    "data-protection-officer": (Role.DATA_PROTECTION_OFFICER,),
    "applicant": (Role.APPLICANT, Role.SIGNATORY),
}

NAMES: dict[str, str] = {
    "coordinator": "Kim Lindström",
    "officer": "Amina Berg",
    "panel-1": "Lars Holm",
    "panel-2": "Sofia Ek",
    "panel-3": "Nour Haddad",
    "panel-4": "Per Åkesson",
    "panel-5": "Eva Nyström",
    "chair": "Birgitta Sand",
    "secretary": "Jonas Frisk",
    "finance": "Maria Kvist",
    "attester-1": "Olle Strand",
    "attester-2": "Sara Lund",
    "auditor": "Henrik Dal",
    "archivist": "Ingrid Moberg",
    "administrator": "Tove Hagman",
    "data-protection-officer": "Samira Lind",
    "applicant": "Robin Sjö",
}
"""Invented, like the people."""


def account_of(person: str) -> UUID:
    return uuid5(HOUSE_OF_DEMO, person)


async def welcome(office: Office) -> None:
    """Opens the demo people's accounts where they are not open yet, and gives them names."""
    for person, roles in PEOPLE.items():
        account = account_of(person)
        for command in (
            OpenAccount(subject=account, demo=True),
            *(GrantRole(subject=account, role=role) for role in roles),
        ):
            await office.act(command, "demo")
    known = await people.names_of(office, [account_of(person) for person in PEOPLE])
    for person, name in NAMES.items():
        if account_of(person) not in known:
            await people.keep(office, account_of(person), people.Contact(name=name))
