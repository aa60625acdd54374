"""Who may ask audit what. Nobody may tell it anything."""

from __future__ import annotations

from shared.identity import Role
from shared.policy import May, Policy

AUDITOR = May(Role.AUDITOR)

POLICY = Policy(
    {
        "list_sources": (AUDITOR, May(Role.ADMINISTRATOR)),
        "see_completeness": (AUDITOR, May(Role.ADMINISTRATOR)),
        "list_entries": (AUDITOR,),
        "see_entry": (AUDITOR,),
        "prove_inclusion": (AUDITOR,),
        "prove_consistency": (AUDITOR,),
        "verify_source": (AUDITOR, May(Role.ADMINISTRATOR)),
        "see_agreement": (AUDITOR, May(Role.ADMINISTRATOR)),
        "list_differences": (AUDITOR, May(Role.ADMINISTRATOR)),
        "list_reconciliations": (AUDITOR, May(Role.ADMINISTRATOR)),
        "see_report": (AUDITOR,),
        "draw_sample": (AUDITOR,),
        "see_trail": (AUDITOR, May(Role.OFFICER)),
    }
)
