"""What this installation says of itself: its address, who runs it, and where to ask for help."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from shared.settings import read

DEMO_PHONE = "0000-00 00 00"
"""Nobody's number: in practice, too, every page says where to call."""


class About(msgspec.Struct, frozen=True, kw_only=True):
    """`public_url` is where people reach it (https://…); without one it is this machine's alone."""

    public_url: str | None = None
    operator: str = "Bifall"
    help_phone: str | None = None
    help_email: str | None = None
    support_line: str | None = None
    """Somewhere to turn for whoever feels unwell, as the region has it: shown at the foot of every page."""
    source_url: str | None = None
    demo: bool = False

    @property
    def is_https(self) -> bool:
        return bool(self.public_url and self.public_url.startswith("https://"))


def about_from(environment: Mapping[str, str], *, demo: bool) -> About:
    return About(
        public_url=(read(environment, "PUBLIC_URL") or "").rstrip("/") or None,
        operator=read(environment, "OPERATOR") or "Bifall",
        help_phone=read(environment, "HELP_PHONE") or (DEMO_PHONE if demo else None),
        help_email=read(environment, "HELP_EMAIL"),
        support_line=read(environment, "SUPPORT_LINE"),
        source_url=read(environment, "SOURCE_URL"),
        demo=demo,
    )
