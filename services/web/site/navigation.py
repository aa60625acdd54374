"""The menu: what each role finds at the top of every page."""

from __future__ import annotations

import msgspec

from shared.identity import Actor, Role
from shared.words import Text

_STAFF = frozenset(Role) - {Role.APPLICANT, Role.SIGNATORY, Role.HELPER, Role.FUND}
_FILES = _STAFF - {Role.ADMINISTRATOR, Role.FINANCE, Role.ATTESTER, Role.DATA_PROTECTION_OFFICER}


class Entry(msgspec.Struct, frozen=True):
    path: str
    text: Text
    roles: frozenset[Role]


MENU = (
    Entry("/my", Text("Mina ansökningar", "My applications"), frozenset({Role.APPLICANT, Role.SIGNATORY})),
    Entry("/today", Text("I dag", "Today"), _STAFF),
    Entry("/assessing", Text("Läslista", "Reading list"), frozenset({Role.PANEL})),
    Entry("/cases", Text("Ärenden", "Cases"), _FILES),
    Entry(
        "/calls/manage",
        Text("Utlysningar", "Calls"),
        frozenset({Role.OFFICER, Role.COORDINATOR, Role.DECISION_MAKER, Role.ADMINISTRATOR}),
    ),
    Entry("/meetings", Text("Sammanträden", "Meetings"), frozenset({Role.DECISION_MAKER, Role.SECRETARY})),
    Entry("/money", Text("Pengar", "Money"), frozenset({Role.FINANCE, Role.ATTESTER, Role.OFFICER, Role.AUDITOR})),
    Entry(
        "/letters",
        Text("Brev", "Letters"),
        frozenset({Role.OFFICER, Role.COORDINATOR, Role.SECRETARY, Role.AUDITOR}),
    ),
    Entry("/audit", Text("Spåret", "The trail"), frozenset({Role.AUDITOR})),
    Entry("/reads", Text("Läsningar", "Reads"), frozenset({Role.DATA_PROTECTION_OFFICER, Role.AUDITOR})),
    Entry("/administer/accounts", Text("Konton", "Accounts"), frozenset({Role.DATA_PROTECTION_OFFICER})),
    Entry("/archive", Text("Gallring", "Disposal"), frozenset({Role.ARCHIVIST, Role.DECISION_MAKER, Role.AUDITOR})),
    Entry("/administer", Text("Administration", "Administration"), frozenset({Role.ADMINISTRATOR})),
    Entry("/my", Text("Jag hjälper till", "I help"), frozenset({Role.HELPER})),
)
PUBLIC = (
    Entry("/calls", Text("Sök pengar", "Apply for money"), frozenset()),
    Entry("/how-it-works", Text("Så fungerar det", "How it works"), frozenset()),
    Entry("/past-grants", Text("Beviljade bidrag", "Past grants"), frozenset()),
)


def menu(actor: Actor | None) -> tuple[Entry, ...]:
    if actor is None:
        return PUBLIC
    held = {post.role for post in actor.posts}
    offered: dict[str, Entry] = {}
    for entry in MENU:
        if entry.roles & held:
            offered.setdefault(entry.path, entry)
    return tuple(offered.values()) or PUBLIC


def home(actor: Actor) -> str:
    """Where somebody comes after signing in."""
    return menu(actor)[0].path
