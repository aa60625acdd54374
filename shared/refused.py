"""The one error that is for people: they asked for something the rules forbid, and the sentence tells them why.

Everything else that goes wrong is ours: a log line, an alarm, and a bland answer with a reference.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from shared.words import Text


class FieldError(msgspec.Struct, frozen=True):
    """One thing wrong with one field. `field` is its path in what was sent."""

    field: str
    message: Text


class Refused(Exception):
    """The rules forbid it. `status` is the HTTP status that says so; `kind` is the problem's type (RFC 9457) where the
    status does not say it all."""

    kind = "about:blank"
    status = 422
    title = Text("Det går inte", "That cannot be done")

    def __init__(self, sv: str, en: str, errors: tuple[FieldError, ...] = ()) -> None:
        super().__init__(en)
        self.detail = Text(sv, en)
        self.errors = errors


class NotNow(Refused):
    """The life of the subject has no place for this now."""

    status = 409
    title = Text("Det går inte just nu", "That cannot be done now")


class Stale(Refused):
    """Something came first, by somebody else or in another window of theirs: the person decided by an older version."""

    status = 409
    title = Text("Något har ändrats", "Something has changed")

    def __init__(self) -> None:
        super().__init__(
            "Det ändrades efter att du hämtade det. Kanske av någon annan, kanske i ett annat fönster. "
            "Se vad som är nytt nu, och försök igen.",
            "It was changed after you fetched it, maybe by somebody else, maybe in another window. "
            "See what is new now, and try once more.",
        )


class Forbidden(Refused):
    """It is not for this person, or not yet: the sentence says why."""

    status = 403
    title = Text("Du har inte rätt till det här", "You may not do this")


class NoRole(Forbidden):
    """They hold no role that allows it."""

    kind = "urn:bifall:no-role"

    def __init__(self) -> None:
        super().__init__("Din roll ger inte rätt att göra det här.", "Your role does not allow this.")


class Unknown(Refused):
    """There is no such thing, or the person may not know that there is."""

    status = 404
    title = Text("Det finns inte", "Not found")

    def __init__(self) -> None:
        super().__init__(
            "Det du frågar efter finns inte, eller så har du inte rätt att se det.",
            "What you ask for does not exist, or you may not see it.",
        )


class Incomplete(Refused):
    """The command needs If-Match: without it, it could overwrite what the person has not seen."""

    status = 428
    title = Text("Versionen saknas", "The version is missing")

    def __init__(self) -> None:
        super().__init__(
            "Skicka If-Match med ärendets version, så att du inte råkar skriva över något nytt.",
            "Send If-Match with the version of the case, so that you do not overwrite something new.",
        )


def lets(rule: Callable[..., object], *given: object) -> bool:
    """Whether a rule lets it through: so that what is offered asks the very rule that would refuse it."""
    try:
        rule(*given)
    except Refused:
        return False
    return True


class Already(Refused):
    """It exists, and not as it is asked for: nothing is written over."""

    status = 409
    title = Text("Det finns redan", "It is already there")
