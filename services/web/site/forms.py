"""Posted forms: read within limits, and only where our own page sent them.

A form carries three things of ours: the session's token, a key that makes sending it twice happen once, and the version
of what its writer saw.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from litestar import Request
from litestar.datastructures import UploadFile

from shared.refused import Refused
from shared.uuid7 import uuid7
from shared.words import Text

BODY_MAX_BYTES = 512 * 1024
"""A page's form without files. Pages that take files say so themselves."""

TOKEN = "csrf"  # noqa: S105 - the name of a field
KEY = "key"
VERSION = "version"
OURS = frozenset({TOKEN, KEY, VERSION})
DIGITS_MAX = 9
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OF_OUR_SITE = frozenset({"same-origin", "none"})
"""What Sec-Fetch-Site says of our own pages and of what a person asked the browser for."""


WITHOUT_UNSEEN: dict[int, str | None] = {
    **dict.fromkeys((*range(0x09), *range(0x0E, 0x20), 0x7F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))),
    **dict.fromkeys((0x0B, 0x0C), "\n"),
}
"""What comes along when a text is pasted, and does not show: no text may hold it (`NO_CONTROL`), and nobody finds it to
take it away. A line or page that ends in its own way ends as lines do."""


class SignInFirst(Exception):
    """The page is for somebody, and nobody is signed in."""


class FromElsewhere(Refused):
    """The request was not sent by a page of ours: nothing of it is done."""

    status = 403
    title = Text("Sidan är för gammal", "The page is too old")

    def __init__(self) -> None:
        super().__init__(
            "Vi kunde inte se att det kom från vår egen sida. Gå tillbaka, ladda om sidan och skicka igen. "
            "Inget är gjort.",
            "We could not tell that it came from our own page. Go back, reload the page and send again. "
            "Nothing has been done.",
        )


class Form:
    """What was filled in: texts by name, in order, and files."""

    def __init__(self, pairs: Iterable[tuple[str, Any]]) -> None:
        self._texts: dict[str, list[str]] = {}
        self.files: dict[str, list[UploadFile]] = {}
        for name, value in pairs:
            if isinstance(value, UploadFile):
                if value.filename:  # a file field left empty is sent without a name
                    self.files.setdefault(name, []).append(value)
            else:
                self._texts.setdefault(name, []).append(str(value).translate(WITHOUT_UNSEEN))

    def get(self, name: str, default: str = "") -> str:
        """The last value of that name, without spaces around it and with plain line feeds."""
        found = self._texts.get(name)
        return found[-1].replace("\r\n", "\n").strip() if found else default

    def all(self, name: str) -> list[str]:
        return [one.strip() for one in self._texts.get(name, ())]

    def file(self, name: str) -> UploadFile | None:
        found = self.files.get(name)
        return found[0] if found else None

    def names(self) -> list[str]:
        """The names of what a person filled in, in order."""
        return [name for name in self._texts if name not in OURS]

    def __contains__(self, name: str) -> bool:
        return name in self._texts or name in self.files

    @property
    def key(self) -> str:
        """For Idempotency-Key: the form's own, or a new one where it carries none that is one."""
        try:
            return str(UUID(self.get(KEY)))
        except ValueError:
            return str(uuid7())

    @property
    def version(self) -> int | None:
        return whole(self.get(VERSION))


def whole(written: str) -> int | None:
    """A whole number as it was filled in; None for anything else, and for more digits than any of ours has."""
    return int(written) if written.isascii() and written.isdigit() and len(written) <= DIGITS_MAX else None


def read_day(written: str) -> date | None:
    """A day as a date field sends it, 2026-03-31; None for anything else."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def as_uuid(written: str) -> UUID | None:
    try:
        return UUID(written)
    except ValueError:
        return None


async def read_form(request: Request[Any, Any, Any]) -> Form:
    data = await request.form()
    return Form(data.multi_items())


def refuse_from_elsewhere(request: Request[Any, Any, Any]) -> None:
    """Raises FromElsewhere unless the browser says that a page of this very address sent it."""
    if request.method in SAFE:
        return
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is None and origin is None:
        raise FromElsewhere
    if site is not None and site not in OF_OUR_SITE:
        raise FromElsewhere
    if origin is not None and _host_in(origin) != request.headers.get("host"):
        raise FromElsewhere


def _host_in(origin: str) -> str:
    """Nothing where there is none to be told."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def takes_much(request: Request[Any, Any, Any]) -> bool:
    """Whether the page takes files: only whoever has signed in sends any, and for nobody else is a byte read."""
    limit = request.route_handler.resolve_request_max_body_size()
    return limit is None or limit > BODY_MAX_BYTES


def refuse_wrong_token(expected: str, form_token: str) -> None:
    """Raises FromElsewhere unless the form was made for this session. `expected` is empty where there is none: then it
    is nobody's form, also where it was made for a session that has ended, and a page for somebody asks who it is."""
    if expected and not hmac.compare_digest(expected.encode(), form_token.encode()):
        raise FromElsewhere


def local_path(wanted: str | None, otherwise: str = "/") -> str:
    """A path of our own to go on to, never another site: what cannot be told to be ours is not."""
    written = wanted or ""
    is_ours = written.startswith("/") and not written.startswith("//") and "\\" not in written
    return written if is_ours and written.isprintable() and written.isascii() else otherwise


def stands_at(request: Request[Any, Any, Any]) -> str:
    """Where whoever reads the page can come back to: its own address, as it was asked for.

    A page that answers a form often has an address that only a button opens; that is the address of the page that the
    form was on.
    """
    path, query = request.scope["path"], request.scope["query_string"].decode("latin-1")
    came_from = request.headers.get("referer", "")
    if request.method not in SAFE and _host_in(came_from) == request.headers.get("host"):
        form_on = urlsplit(came_from)
        path, query = form_on.path, form_on.query
    return f"{path}?{query}" if query else path
