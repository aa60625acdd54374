"""Who may do what with accounts.

The second person to a powerful role is another administrator or, where the fund has only one, a decision maker.
"""

from __future__ import annotations

from shared.identity import Role
from shared.policy import May, Policy

EVERYONE = tuple(May(role) for role in Role if role is not Role.FUND)

POLICY = Policy(
    {
        "see_me": EVERYONE,
        "open_account": (May(Role.ADMINISTRATOR),),
        "see_account": (May(Role.ADMINISTRATOR), May(Role.AUDITOR)),
        "list_accounts": (May(Role.ADMINISTRATOR), May(Role.AUDITOR)),
        "grant_role": (May(Role.ADMINISTRATOR),),
        "list_proposed_roles": (May(Role.ADMINISTRATOR), May(Role.DECISION_MAKER), May(Role.AUDITOR)),
        "confirm_role": (May(Role.ADMINISTRATOR), May(Role.DECISION_MAKER)),
        "withdraw_role": (May(Role.ADMINISTRATOR),),
        "invite": (May(Role.ADMINISTRATOR),),
        "see_invitation": (May(Role.ADMINISTRATOR), May(Role.AUDITOR)),
        "list_invitations": (May(Role.ADMINISTRATOR), May(Role.AUDITOR)),
        "withdraw_invitation": (May(Role.ADMINISTRATOR),),
        "see_signature": (May(Role.AUDITOR),),
    }
)
