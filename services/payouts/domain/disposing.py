"""A grant whose case is disposed of: what remains of it here, and what does not."""

from __future__ import annotations

from services.payouts.domain.grant import LIFE, Grant
from shared.catalogue.disposals import GrantDisposed, PayoutsDisposalBegun, PayoutsDisposalExecuted
from shared.disposal import BeginDisposal, disposal_kind
from shared.life import State


def mark(grant: State | None, disposal: BeginDisposal) -> GrantDisposed | None:
    if not isinstance(grant, Grant) or (grant.status, GrantDisposed) not in LIFE:
        return None
    return GrantDisposed(disposal=disposal.subject, number=disposal.number, clear=disposal.clear)


DISPOSAL = disposal_kind(PayoutsDisposalBegun, PayoutsDisposalExecuted, mark)
