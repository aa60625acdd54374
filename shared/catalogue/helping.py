"""What `web` tells of support persons: an association lets somebody in to one draft, and out again.

`case` is the case that the draft becomes when it is sent in: both have one id. Until then nobody else has heard of it.
Whom it went to stands in web's erasable store.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from shared.catalogue.event import Event


class Told(Event, frozen=True, kw_only=True):
    source: ClassVar[str] = "web"


class HelperInvited(Told, frozen=True, kw_only=True):
    """`expires_at` is until when the link is good, `until` when the help ends at the latest."""

    type: ClassVar[str] = "helper.invited"
    case: UUID
    association: UUID
    invited_by: UUID
    expires_at: datetime
    until: datetime


class HelperAccepted(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "helper.accepted"
    case: UUID
    account: UUID


class HelpEnded(Told, frozen=True, kw_only=True):
    """Taken back by the association, or over: the application was sent in, or the time was up."""

    type: ClassVar[str] = "help.ended"
    case: UUID
    why: Literal["taken_back", "sent_in", "time_is_up"]
