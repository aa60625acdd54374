"""A disposal as web carries it out: letters, and texts that were signed."""

from __future__ import annotations

from shared.catalogue.disposals import WebDisposalBegun, WebDisposalExecuted
from shared.disposal import disposal_kind

DISPOSAL = disposal_kind(WebDisposalBegun, WebDisposalExecuted)
