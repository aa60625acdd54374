"""Who may do what with accounts.

The second person to a powerful role is another administrator or, where the fund has only one, a decision maker.
"""

from __future__ import annotations

from shared.identity import Role
from shared.policy import May, Policy

EVERYONE = tuple(May(role) for role in Role if role is not Role.FUND)

LETTER_STAFF = tuple(
    May(role) for role in (Role.OFFICER, Role.COORDINATOR, Role.SECRETARY, Role.DECISION_MAKER, Role.AUDITOR)
)
OWN = (May(Role.APPLICANT, own=True), May(Role.SIGNATORY, own=True))
READS_LETTERS = (
    *OWN,
    *LETTER_STAFF,
    May(Role.FINANCE),
    May(Role.ATTESTER),
)
POSTS_LETTERS = (May(Role.OFFICER), May(Role.COORDINATOR), May(Role.SECRETARY))

POLICY = Policy(
    {
        "see_me": EVERYONE,
        "open_account": (May(Role.ADMINISTRATOR),),
        "see_account": (May(Role.ADMINISTRATOR), May(Role.AUDITOR), May(Role.DATA_PROTECTION_OFFICER)),
        "list_accounts": (May(Role.ADMINISTRATOR), May(Role.AUDITOR), May(Role.DATA_PROTECTION_OFFICER)),
        "grant_role": (May(Role.ADMINISTRATOR),),
        "list_proposed_roles": (May(Role.ADMINISTRATOR), May(Role.DECISION_MAKER), May(Role.AUDITOR)),
        "confirm_role": (May(Role.ADMINISTRATOR), May(Role.DECISION_MAKER)),
        "withdraw_role": (May(Role.ADMINISTRATOR),),
        "invite": (May(Role.ADMINISTRATOR),),
        "see_invitation": (May(Role.ADMINISTRATOR), May(Role.AUDITOR)),
        "list_invitations": (May(Role.ADMINISTRATOR), May(Role.AUDITOR)),
        "withdraw_invitation": (May(Role.ADMINISTRATOR),),
        "invite_helper": OWN,
        "see_help": OWN,
        "list_help": OWN,
        "end_help": OWN,
        "accept_help": (May(Role.APPLICANT), May(Role.HELPER), May(Role.COORDINATOR)),
        "list_letters": READS_LETTERS,
        "see_letter": READS_LETTERS,
        "see_letter_pdf": READS_LETTERS,
        "preview_letter": (May(Role.OFFICER), May(Role.SECRETARY), May(Role.DECISION_MAKER)),
        "list_outbox": (*POSTS_LETTERS, May(Role.AUDITOR)),
        "queue_letter": POSTS_LETTERS,
        "print_letter": POSTS_LETTERS,
        "see_signature": (May(Role.AUDITOR),),
        "record_sample": (May(Role.AUDITOR),),
        "list_reads": (May(Role.AUDITOR), May(Role.DATA_PROTECTION_OFFICER)),
        "list_contents": (May(Role.AUDITOR), May(Role.OFFICER)),
        "see_content": (May(Role.AUDITOR), May(Role.OFFICER)),
    }
)
