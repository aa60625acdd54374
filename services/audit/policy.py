"""Who may ask audit what. Nobody may tell it anything but a witness its cosignature."""

from __future__ import annotations

from shared.identity import Role
from shared.policy import May, Policy

AUDITOR = May(Role.AUDITOR)
ASSOCIATION = (May(Role.APPLICANT, own=True), May(Role.SIGNATORY, own=True))
EVERYONE = tuple(May(role) for role in Role if role is not Role.FUND)
PUBLIC = (
    "list_logs",
    "list_log_keys",
    "see_checkpoint",
    "list_checkpoints",
    "see_old_checkpoint",
    "see_tile",
    "list_stamps",
    "see_stamp",
)
"""The log as outsiders follow it: hashes, signatures and time stamps."""

POLICY = Policy(
    {
        "list_sources": (AUDITOR, May(Role.ADMINISTRATOR)),
        "see_completeness": (AUDITOR, May(Role.ADMINISTRATOR)),
        "list_entries": (AUDITOR,),
        "see_entry": (AUDITOR,),
        "prove_inclusion": (AUDITOR,),
        "prove_consistency": (AUDITOR, May(Role.OFFICER)),
        "verify_source": (AUDITOR,),
        "see_agreement": (AUDITOR, May(Role.ADMINISTRATOR)),
        "list_differences": (AUDITOR, May(Role.ADMINISTRATOR)),
        "see_as_signed": (AUDITOR, May(Role.ADMINISTRATOR)),
        "list_reconciliations": (AUDITOR, May(Role.ADMINISTRATOR)),
        "see_report": (AUDITOR,),
        "see_population": (AUDITOR,),
        "draw_sample": (AUDITOR,),
        "list_samples": (AUDITOR,),
        "see_sample": (AUDITOR,),
        "see_trail": (AUDITOR, May(Role.OFFICER)),
        "list_receipts": (*ASSOCIATION, AUDITOR),
        "get_receipt": (*ASSOCIATION, AUDITOR),
        "see_evidence": (AUDITOR, May(Role.OFFICER)),
        "see_execution": (AUDITOR, May(Role.ARCHIVIST), May(Role.DECISION_MAKER)),
        "see_entries_tile": (AUDITOR,),
        "add_cosignature": (AUDITOR,),
        "see_history": (AUDITOR, May(Role.OFFICER), May(Role.ADMINISTRATOR)),
        **dict.fromkeys(PUBLIC, EVERYONE),
    },
    open_to_all=frozenset(PUBLIC),
)
