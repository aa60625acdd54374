"""Every kind of subject that payouts answers for."""

from __future__ import annotations

from services.payouts.domain.batch_rules import BATCH
from services.payouts.domain.disposing import DISPOSAL
from services.payouts.domain.grant_rules import GRANT
from services.payouts.domain.payee import PAYEE
from services.payouts.domain.payment_rules import PAYMENT
from services.payouts.domain.period import PERIOD
from services.payouts.domain.recovery_rules import RECOVERY
from services.payouts.domain.terms import TERMS

KINDS = (TERMS, PERIOD, PAYEE, GRANT, PAYMENT, BATCH, RECOVERY, DISPOSAL)
