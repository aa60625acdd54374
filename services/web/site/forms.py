"""Posted forms: read within limits, and only where our own page sent them.

A form carries three things of ours: the session's token, a key that makes sending it twice happen once, and the version
of what its writer saw.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from litestar import Request
from litestar.datastructures import UploadFile

from shared.refused import Refused
from shared.words import Text

TOKEN = "csrf"  # noqa: S105 - the name of a field
KEY = "key"
VERSION = "version"
OURS = frozenset({TOKEN, KEY, VERSION})
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OF_OUR_SITE = frozenset({"same-origin", "none"})
"""What Sec-Fetch-Site says of our own pages and of what a person asked the browser for."""


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
                self._texts.setdefault(name, []).append(str(value))

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
            return str(uuid4())

    @property
    def version(self) -> int | None:
        written = self.get(VERSION)
        return int(written) if written.isascii() and written.isdigit() and len(written) < 10 else None


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
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise FromElsewhere


def refuse_wrong_token(expected: str, form_token: str) -> None:
    """Raises FromElsewhere unless the form was made for this session."""
    if not hmac.compare_digest(expected.encode(), form_token.encode()):
        raise FromElsewhere


def local_path(wanted: str | None, otherwise: str = "/") -> str:
    """A path of our own to go on to, never another site: what cannot be told to be ours is not."""
    parts = urlsplit(wanted or "")
    is_ours = (wanted or "").startswith("/") and not parts.scheme and not parts.netloc
    is_plain = not any(sign in (wanted or "") for sign in "\\\r\n\t") and not (wanted or "").startswith("//")
    return wanted if wanted and is_ours and is_plain and wanted.isprintable() and wanted.isascii() else otherwise
