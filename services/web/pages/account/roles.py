"""What the roles are called."""

from __future__ import annotations

from shared.identity import Role
from shared.words import Text

ROLES: dict[Role, Text] = {
    Role.APPLICANT: Text("sökande", "applicant"),
    Role.SIGNATORY: Text("firmatecknare", "signatory"),
    Role.HELPER: Text("stödperson", "helper"),
    Role.COORDINATOR: Text("samordnare", "coordinator"),
    Role.OFFICER: Text("handläggare", "officer"),
    Role.PANEL: Text("bedömare", "panel member"),
    Role.DECISION_MAKER: Text("beslutsfattare", "decision maker"),
    Role.SECRETARY: Text("nämndsekreterare", "board secretary"),
    Role.FINANCE: Text("ekonom", "finance"),
    Role.ATTESTER: Text("attestant", "attester"),
    Role.AUDITOR: Text("revisor", "auditor"),
    Role.ARCHIVIST: Text("arkivarie", "archivist"),
    Role.ADMINISTRATOR: Text("administratör", "administrator"),
    Role.DATA_PROTECTION_OFFICER: Text("dataskyddsombud", "data protection officer"),
}
GIVEN = tuple(role for role in ROLES if role not in (Role.APPLICANT, Role.SIGNATORY, Role.HELPER))
"""The fund's own roles: those of an association are had with the association."""
