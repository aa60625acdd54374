"""Who may do what with accounts."""

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
        "withdraw_role": (May(Role.ADMINISTRATOR),),
    }
)
