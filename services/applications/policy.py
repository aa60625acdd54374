"""Who may do what with programmes, calls, associations, drafts and applications."""

from __future__ import annotations

from services.applications.domain.application import Application
from services.applications.domain.association import SETS_DOWN
from shared.identity import Actor, Role
from shared.policy import May, Policy
from shared.refused import Forbidden

EVERYONE = tuple(May(role) for role in Role if role is not Role.FUND)
STAFF = tuple(may for may in EVERYONE if may.role not in (Role.APPLICANT, Role.SIGNATORY, Role.HELPER))
OWN = (May(Role.APPLICANT, own=True), May(Role.SIGNATORY, own=True))
WRITES = (*OWN, May(Role.HELPER, own=True))
"""Whoever writes in a draft: the association, and whom it has let in to that one."""

SIGNATORY = (May(Role.SIGNATORY, own=True),)
OFFICER = (May(Role.OFFICER),)
SETTING_DOWN = tuple(May(role) for role in SETS_DOWN)
"""Who writes down, and registers, what an association brings on paper or by word of mouth (A10)."""
WHAT_IS_SET_DOWN = tuple(May(may.role, set_down=True) for may in SETTING_DOWN)
"""Of drafts they see only those that the fund itself writes."""
PROTECTS = (May(Role.OFFICER), May(Role.COORDINATOR))

SEE_CASES = (
    Role.OFFICER,
    Role.COORDINATOR,
    Role.PANEL,
    Role.DECISION_MAKER,
    Role.SECRETARY,
    Role.FINANCE,
    Role.ATTESTER,
    Role.AUDITOR,
    Role.ARCHIVIST,
    Role.DATA_PROTECTION_OFFICER,
)
READ_BY_OFFICE = (
    Role.OFFICER,
    Role.COORDINATOR,
    Role.DECISION_MAKER,
    Role.SECRETARY,
    Role.AUDITOR,
    Role.ARCHIVIST,
)
"""Who reads what an association wrote. A panel member reads too, once they have declared no conflict of interest."""

ASSOCIATION_STAFF = (*READ_BY_OFFICE, Role.FINANCE, Role.ATTESTER)

PACKS = (May(Role.AUDITOR), May(Role.OFFICER))
"""Who is handed a case's content with its salts, for a package that can be verified elsewhere."""

DECIDES_DISPOSALS = (May(Role.ARCHIVIST), May(Role.DECISION_MAKER))
"""The second person is another archivist or, where the fund has only one, a decision maker."""
SEES_DISPOSALS = (*DECIDES_DISPOSALS, May(Role.AUDITOR))

SEES_A_CASE = (*OWN, *(May(role) for role in SEE_CASES))
READS = (*OWN, *(May(role) for role in (*READ_BY_OFFICE, Role.PANEL)))

# H8: a draft is the applicant's own. No row about drafts names anybody else but whom they have asked to help with it;
# and, for what the fund itself writes down for them, who does that.
POLICY = Policy(
    {
        "react": (May(Role.FUND),),
        "journal_root": (May(Role.AUDITOR), May(Role.ADMINISTRATOR)),
        "release_parked": (May(Role.ADMINISTRATOR),),
        "publish_programme": OFFICER,
        "list_programmes": STAFF,
        "see_programme": EVERYONE,
        "advance_clock": (May(Role.ADMINISTRATOR),),
        "draft_call": OFFICER,
        "decide_call": (May(Role.DECISION_MAKER),),
        "publish_call": OFFICER,
        "start_preparation": OFFICER,
        "cancel_call": OFFICER,
        "list_calls": EVERYONE,
        "see_call": EVERYONE,
        "register_association": (May(Role.APPLICANT), *SETTING_DOWN),
        "change_association": (*OWN, May(Role.COORDINATOR)),
        "see_association": (*OWN, *(May(role) for role in ASSOCIATION_STAFF)),
        "find_associations": (May(Role.APPLICANT), May(Role.SIGNATORY), *(May(role) for role in ASSOCIATION_STAFF)),
        "save_draft": (*WRITES, *WHAT_IS_SET_DOWN),
        "see_draft": (*WRITES, *WHAT_IS_SET_DOWN),
        "list_drafts": (*WRITES, *WHAT_IS_SET_DOWN),
        "discard_draft": (*OWN, *WHAT_IS_SET_DOWN),
        "attach": (*WRITES, *WHAT_IS_SET_DOWN),
        "see_attachment": (*WRITES, *WHAT_IS_SET_DOWN),
        "detach": (*WRITES, *WHAT_IS_SET_DOWN),
        "set_down": SETTING_DOWN,
        "register_on_behalf": SETTING_DOWN,
        "submit": SIGNATORY,
        "take_back_signature": SIGNATORY,
        "list_cases": SEES_A_CASE,
        "see_case": SEES_A_CASE,
        "see_happened": OWN,
        "read_application": READS,
        "find_conditions": tuple(May(role) for role in (*READ_BY_OFFICE, Role.PANEL)),
        "read_attachment": READS,
        "see_completion": OWN,
        "attach_to_completion": OWN,
        "detach_from_completion": OWN,
        "complete": OWN,
        "withdraw": SIGNATORY,
        "protect_case": PROTECTS,
        "lift_protection": PROTECTS,
        "list_contents": PACKS,
        "see_content": PACKS,
        "list_past_grants": EVERYONE,
        "sum_past_grants": EVERYONE,
        "list_retention": SEES_DISPOSALS,
        "list_due_cases": SEES_DISPOSALS,
        "propose_disposal": (May(Role.ARCHIVIST),),
        "decide_disposal": DECIDES_DISPOSALS,
        "decline_disposal": DECIDES_DISPOSALS,
        "list_disposals": SEES_DISPOSALS,
        "see_disposal": SEES_DISPOSALS,
    },
    open_to_all=frozenset({"see_programme", "list_calls", "see_call", "list_past_grants", "sum_past_grants"}),
)
"""Open to all are published programmes and calls, and grants nobody can appeal against any more: nothing of a draft, of
an application that is not decided, or of one that was rejected."""


def refuse_undeclared(actor: Actor, application: Application) -> None:
    """H7: a panel member declares first. Raises Forbidden with what to do; the barred never get this far."""
    reads_by_office = any(actor.holds(role) for role in READ_BY_OFFICE)
    if reads_by_office or application.association in actor.associations or actor.id in application.admitted:
        return
    raise Forbidden(
        "Svara först om du är jävig i ärendet. Sedan kan du läsa ansökan.",
        "First declare whether you have a conflict of interest in the case. Then you can read the application.",
    )
