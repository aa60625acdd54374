"""How every page about money is drawn: with the ways to the other pages that its reader may open."""

from typing import Any

from litestar import Response

from services.web.site.caller import Caller
from shared.identity import Role

SEE_ACCOUNTS = (Role.FINANCE, Role.ATTESTER, Role.AUDITOR)
SEE_BATCHES = (Role.FINANCE, Role.AUDITOR)


def drawn(caller: Caller, template: str, **given: Any) -> Response[str]:
    return caller.page(
        template,
        sees_accounts=caller.holds(*SEE_ACCOUNTS),
        sees_batches=caller.holds(*SEE_BATCHES),
        **given,
    )
