"""Who may do what with money. Whoever prepares does not attest, and whoever attests does not send: that is judgement,
and stands in the domain; here stands only which role may try."""

from __future__ import annotations

from shared.identity import Role
from shared.policy import May, Policy

APPLICANT = (May(Role.APPLICANT, own=True), May(Role.SIGNATORY, own=True))
SIGNATORY = (May(Role.SIGNATORY, own=True),)
OFFICER = (May(Role.OFFICER),)
FINANCE = (May(Role.FINANCE),)
ATTESTER = (May(Role.ATTESTER),)
DECISION_MAKER = (May(Role.DECISION_MAKER),)
AUDITOR = (May(Role.AUDITOR),)

FOLLOWS_MONEY = (
    *(May(role) for role in (Role.COORDINATOR, Role.OFFICER, Role.DECISION_MAKER, Role.SECRETARY)),
    *FINANCE,
    *ATTESTER,
    *AUDITOR,
    May(Role.ARCHIVIST),
)
SEES_MONEY = (*APPLICANT, *FOLLOWS_MONEY)

READS_PAPERS = (*APPLICANT, *OFFICER, *FINANCE, *AUDITOR, May(Role.ARCHIVIST))
"""Receipts and the like: for those who follow up what the money was used for."""

POLICY = Policy(
    {
        "react": (May(Role.FUND),),
        "list_grants": SEES_MONEY,
        "see_grant": SEES_MONEY,
        "see_happened": APPLICANT,
        "accept_terms": SIGNATORY,
        "report": APPLICANT,
        "read_report": (*APPLICANT, *OFFICER, *AUDITOR, May(Role.ARCHIVIST)),
        "list_report_papers": READS_PAPERS,
        "see_report_paper": READS_PAPERS,
        "attach_to_report": APPLICANT,
        "detach_from_report": APPLICANT,
        "review_report": OFFICER,
        "approve_report": OFFICER,
        "consider_recovery": OFFICER,
        "close_grant": (*OFFICER, *FINANCE),
        "register_payee": APPLICANT,
        "list_payees": (*FINANCE, *ATTESTER, *AUDITOR),
        "see_payee": (*APPLICANT, *FINANCE, *ATTESTER, *AUDITOR),
        "verify_payee": FINANCE,
        "see_shared_accounts": (*FINANCE, *AUDITOR),
        "list_payments": SEES_MONEY,
        "see_payment": SEES_MONEY,
        "see_grounds": (*FINANCE, *ATTESTER, *AUDITOR),
        "see_figures": FOLLOWS_MONEY,
        "see_board": FOLLOWS_MONEY,
        "see_late": FOLLOWS_MONEY,
        "requisition": SIGNATORY,
        "attest": ATTESTER,
        "bar_payment": FINANCE,
        "release_payment": FINANCE,
        "cancel_payment": FINANCE,
        "reconcile_payment": FINANCE,
        "order_batch": FINANCE,
        "list_batches": (*FINANCE, *AUDITOR),
        "see_batch": (*FINANCE, *AUDITOR),
        "download_batch": (*FINANCE, *AUDITOR),
        "take_bank_answer": FINANCE,
        "take_bank_statement": FINANCE,
        "list_recoveries": SEES_MONEY,
        "see_recovery": SEES_MONEY,
        "notify_recovery": OFFICER,
        "answer_recovery": APPLICANT,
        "decide_recovery": DECISION_MAKER,
        "invoice_recovery": FINANCE,
        "agree_plan": FINANCE,
        "start_collection": FINANCE,
        "write_off": DECISION_MAKER,
        "list_contents": (*AUDITOR, *OFFICER),
        "see_content": (*AUDITOR, *OFFICER),
    }
)
