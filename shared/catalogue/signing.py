"""What `applications` tells of an application that two sign together, before it is sent in.

The first signature is about the draft as it then was, and names no case: what is taken back before anything was sent in
stays the association's own. With the second the case is there, and whoever follows it finds both.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from shared.catalogue.attachment import Attachment
from shared.catalogue.event import Event
from shared.words import Count, Digest


class Told(Event, frozen=True, kw_only=True):
    source: ClassVar[str] = "applications"


class ApplicationSigned(Told, frozen=True, kw_only=True):
    """One of two has signed: exactly this text and these files, which is the draft's `revision`. Nothing is sent in."""

    type: ClassVar[str] = "application.signed"
    draft: UUID
    revision: Count
    call: UUID
    association: UUID
    signed_by: UUID
    signed_at: datetime
    content: Digest
    attachments: tuple[Attachment, ...] = ()


class SignatureVoided(Told, frozen=True, kw_only=True):
    """The first signature counts no more: taken back, or the draft was changed in the same moment, or is gone."""

    type: ClassVar[str] = "signature.voided"
    voided_for: Literal["taken_back", "changed", "erased"]


class SigningCompleted(Told, frozen=True, kw_only=True):
    """The second has signed the same text, and with that the application was sent in."""

    type: ClassVar[str] = "signing.completed"
    case: UUID
    signed_by: tuple[UUID, ...]
    first_signed_at: datetime
