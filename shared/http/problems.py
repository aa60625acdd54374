"""Problem documents (RFC 9457): every refusal and every failure leaves the house in this one form.

What a person may know is a sentence in their language; what only we may know goes to the log, under the same reference.
"""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import uuid4

import asyncpg
import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException

from shared.desk import Standstill
from shared.gather import HouseFull
from shared.http.language import language_of
from shared.http.methods import allowed
from shared.http.misfits import misfit
from shared.keyring import KeyGone, WrongKey
from shared.refused import FieldError, Refused
from shared.words import Text

PROBLEM = "application/problem+json"
METHOD_NOT_ALLOWED = 405
FIELD_AT = re.compile(r"^(?P<what>.*?)(?: - at `\$\.?(?P<field>.*)`)?$", re.DOTALL)

log = structlog.get_logger()


class Unauthorized(Refused):
    status = 401
    title = Text("Logga in först", "Sign in first")

    def __init__(self) -> None:
        super().__init__(
            "Anropet saknar en giltig inloggning, eller så har den gått ut. Logga in och försök igen.",
            "The call has no valid sign-in, or it has expired. Sign in and try again.",
        )


class Unreadable(Refused):
    """What was sent is not what it says it is: broken JSON, wrong encoding."""

    status = 400
    title = Text("Det gick inte att läsa", "That could not be read")

    def __init__(self) -> None:
        super().__init__("Innehållet är inte läsbar JSON i UTF-8.", "The content is not readable JSON in UTF-8.")


class WrongContent(Refused):
    title = Text("Något är inte rätt ifyllt", "Something is not filled in correctly")

    def __init__(self, errors: tuple[FieldError, ...]) -> None:
        super().__init__(
            "Rätta det som står nedan och skicka igen.", "Correct what is listed below and send again.", errors
        )


class Unavailable(Refused):
    """Ours, not theirs, and soon over: nothing is known to have been done."""

    status = 503
    title = Text("Försök igen om en liten stund", "Try again in a moment")

    def __init__(self) -> None:
        super().__init__(
            "Vi når inte vårt register just nu. Försök igen om en liten stund: det händer bara en gång.",
            "We cannot reach our records right now. Try again in a moment: it happens only once.",
        )


class Erased(Refused):
    """It was there: lawfully erased, or under a key that nobody has any more."""

    status = 410
    title = Text("Det finns inte längre", "No longer there")

    def __init__(self) -> None:
        super().__init__(
            "Innehållet är gallrat och går inte att läsa längre.",
            "The content has been erased and cannot be read any more.",
        )


BY_STATUS: dict[int, tuple[Text, Text]] = {
    400: (
        Text("Det gick inte att läsa", "That could not be read"),
        Text("Anropet är fel uppbyggt.", "The call is malformed."),
    ),
    404: (Text("Det finns inte", "Not found"), Text("Adressen finns inte.", "There is nothing at this address.")),
    405: (
        Text("Det går inte så", "Not that way"),
        Text("Adressen finns, men inte för den metoden.", "The address exists, but not for that method."),
    ),
    413: (Text("För stort", "Too large"), Text("Det du skickar är för stort.", "What you send is too large.")),
    415: (
        Text("Fel slags innehåll", "Wrong kind of content"),
        Text(
            "Skicka innehållet som den typ beskrivningen anger.", "Send the content as the type the description names."
        ),
    ),
    429: (
        Text("För många försök", "Too many attempts"),
        Text("Vänta en stund och försök igen.", "Wait a while and try again."),
    ),
}
OURS = (
    Text("Något gick fel hos oss", "Something went wrong on our side"),
    Text(
        "Felet är noterat. Ange referensen om du hör av dig till oss.",
        "The fault has been noted. Give the reference if you contact us.",
    ),
)


def problem(
    request: Request[Any, Any, Any],
    status: int,
    title: Text,
    detail: Text,
    errors: Any = (),
    kind: str = Refused.kind,
) -> Response[bytes]:
    reference = str(request.scope.get("state", {}).get("reference") or uuid4())
    document, headers = written(request.headers.get("accept-language"), reference, status, title, detail, errors, kind)
    return Response(document, status_code=status, media_type=PROBLEM, headers=headers)


def written(
    accept_language: str | None,
    reference: str,
    status: int,
    title: Text,
    detail: Text,
    errors: Any = (),
    kind: str = Refused.kind,
) -> tuple[bytes, dict[str, str]]:
    """The document and the headers that go with it, but for its type."""
    language = language_of(accept_language)
    body: dict[str, object] = {
        "type": kind,
        "title": title.into(language),
        "status": status,
        "detail": detail.into(language),
        "reference": reference,
    }
    if errors:
        body["errors"] = [{"field": error.field, "message": error.message.into(language)} for error in errors]
    headers = {"Content-Language": language, "Cache-Control": "no-store"}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if status == 503:
        headers["Retry-After"] = "1"
    return json.dumps(body, ensure_ascii=False).encode(), headers


def on_refused(request: Request[Any, Any, Any], refused: Refused) -> Response[bytes]:
    return problem(request, refused.status, refused.title, refused.detail, refused.errors, refused.kind)


def on_http(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    if error.status_code >= 500:
        return on_failure(request, error)
    title, detail = BY_STATUS.get(error.status_code, BY_STATUS[400])
    answer = problem(request, error.status_code, title, detail)
    if error.status_code == METHOD_NOT_ALLOWED:
        answer.headers["Allow"] = allowed(request.app, request.scope["path"])
    return answer


def on_validation(request: Request[Any, Any, Any], error: ValidationException) -> Response[bytes]:
    """A path or query parameter that is not what it should be."""
    found = error.extra if isinstance(error.extra, list) else []
    errors = tuple(
        FieldError(str(one.get("key", "")), Text("Värdet är inte giltigt.", "The value is not valid.")) for one in found
    )
    return on_refused(request, WrongContent(errors))


def on_content(request: Request[Any, Any, Any], error: msgspec.ValidationError) -> Response[bytes]:
    match = FIELD_AT.match(str(error))
    field = (match["field"] if match else "") or ""
    what = (match["what"] if match else str(error)) or ""
    return on_refused(request, WrongContent((FieldError(field, misfit(what)),)))


def on_unreadable(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    return on_refused(request, Unreadable())


def on_unavailable(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    log.warning("unavailable", error=repr(error))
    return on_refused(request, Unavailable())


def on_erased(request: Request[Any, Any, Any], error: KeyGone) -> Response[bytes]:
    log.warning("erased", why=str(error))
    return on_refused(request, Erased())


def on_failure(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    log.error("failure", exc_info=error)
    return problem(request, 500, *OURS)


UNAVAILABLE = (
    HouseFull,
    Standstill,
    WrongKey,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.LockNotAvailableError,
    OSError,
    TimeoutError,
)
"""Ours, and soon over."""

HANDLERS: dict[Any, Any] = {
    Refused: on_refused,
    ValidationException: on_validation,
    HTTPException: on_http,
    msgspec.ValidationError: on_content,
    msgspec.DecodeError: on_unreadable,
    UnicodeDecodeError: on_unreadable,
    RecursionError: on_unreadable,
    KeyGone: on_erased,
    **dict.fromkeys(UNAVAILABLE, on_unavailable),
    Exception: on_failure,
}
"""The single place where an error becomes an answer."""
