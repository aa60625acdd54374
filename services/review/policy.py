"""Who may do what in review. A conflict of interest overrides every row (rule H7)."""

from __future__ import annotations

from shared.identity import Role
from shared.policy import May, Policy

OFFICER = May(Role.OFFICER)
PANEL = May(Role.PANEL)
DECISION_MAKER = May(Role.DECISION_MAKER)
SECRETARY = May(Role.SECRETARY)
COORDINATOR = May(Role.COORDINATOR)
FINANCE = May(Role.FINANCE)
ATTESTER = May(Role.ATTESTER)
AUDITOR = May(Role.AUDITOR)
ASSOCIATION = (May(Role.APPLICANT, own=True), May(Role.SIGNATORY, own=True))

STAFF = (OFFICER, PANEL, DECISION_MAKER, SECRETARY, COORDINATOR, AUDITOR)

POLICY = Policy(
    {
        "list_cases": (*STAFF, *ASSOCIATION),
        "list_lanes": STAFF,
        "count_cases": STAFF,
        "see_case": (*STAFF, FINANCE, ATTESTER, *ASSOCIATION),
        "see_happened": ASSOCIATION,
        "start_check": (OFFICER,),
        "request_completion": (OFFICER,),
        "answer_eligibility": (OFFICER,),
        "reopen_check": (OFFICER,),
        "declare_interest": (PANEL, OFFICER, DECISION_MAKER, SECRETARY, FINANCE, ATTESTER),
        "open_assessment": (OFFICER,),
        "score": (PANEL,),
        "close_assessment": (OFFICER,),
        "propose": (OFFICER,),
        "give_statement": (PANEL,),
        "decide": (DECISION_MAKER,),
        "close_case": (OFFICER,),
        "see_budget": (*STAFF, FINANCE),
        "list_meetings": (OFFICER, DECISION_MAKER, SECRETARY, COORDINATOR, AUDITOR),
        "see_meeting": (OFFICER, DECISION_MAKER, SECRETARY, COORDINATOR, AUDITOR),
        "call_meeting": (SECRETARY,),
        "open_meeting": (DECISION_MAKER,),
        "end_meeting": (DECISION_MAKER,),
        "adjust_minutes": (DECISION_MAKER,),
        "post_notice": (SECRETARY,),
        "remove_notice": (SECRETARY,),
        "see_appeal": (OFFICER, SECRETARY, DECISION_MAKER, AUDITOR),
        "receive_appeal": (OFFICER, SECRETARY),
        "forward_appeal": (OFFICER, SECRETARY),
        "record_judgment": (OFFICER, SECRETARY),
        "list_contents": (AUDITOR, OFFICER),
        "see_content": (AUDITOR, OFFICER),
    }
)
