"""What this installation says of itself: its address, who runs it, and where to ask for help."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from shared.settings import MissingSetting, read

DEMO_PHONE = "0000-00 00 00"
"""Nobody's number: in practice, too, every page says where to call."""


MINORITY_LANGUAGES = {
    "fi": "suomi",
    "fit": "meänkieli",
    "rom": "romani čhib",
    "se": "davvisámegiella",
    "sma": "åarjelsaemien gïele",
    "smj": "julevsámegiella",
    "yi": "ייִדיש",
}
"""The national minorities', by their code and as whoever speaks them calls them."""
RIGHT_TO_LEFT = frozenset({"yi"})


class Spoken(msgspec.Struct, frozen=True):
    """A language that one may use with the fund: `says` tells in that language how."""

    code: str
    says: str

    @property
    def name(self) -> str:
        return MINORITY_LANGUAGES[self.code]

    @property
    def direction(self) -> str:
        return "rtl" if self.code in RIGHT_TO_LEFT else "ltr"


class About(msgspec.Struct, frozen=True, kw_only=True):
    """`public_url` is where people reach it (https://…); without one it is this machine's alone."""

    public_url: str | None = None
    operator: str = "Bifall"
    help_phone: str | None = None
    help_email: str | None = None
    support_line: str | None = None
    """Somewhere to turn for whoever feels unwell, as the region has it: shown at the foot of every page."""
    source_url: str | None = None
    minority_languages: tuple[Spoken, ...] = ()
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
        minority_languages=_spoken(read(environment, "MINORITY_LANGUAGES") or ""),
        demo=demo,
    )


def _spoken(told: str) -> tuple[Spoken, ...]:
    """One language to a line: its code, a colon, and what the fund says in it. Raises MissingSetting."""
    found = []
    for line in filter(str.strip, told.splitlines()):
        code, _, says = (part.strip() for part in line.partition(":"))
        if code not in MINORITY_LANGUAGES or not says:
            known = ", ".join(MINORITY_LANGUAGES)
            raise MissingSetting(f"BIFALL_MINORITY_LANGUAGES needs lines such as 'fi: …', of {known}. Not so: {line!r}")
        found.append(Spoken(code, says))
    return tuple(found)
