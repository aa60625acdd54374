"""Every failure as a page: what happened, what it means for the person, and what to do next, with a reference."""

from typing import Any
from urllib.parse import quote

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.response import Redirect

from services.web.site.asking import Wrong
from services.web.site.caller import HTML, Caller
from services.web.site.disposed import Disposed
from services.web.site.forms import SignInFirst, stands_at
from services.web.site.sessions import is_staff
from services.web.site.site import Site
from shared.http.methods import allowed
from shared.http.problems import BY_STATUS, METHOD_NOT_ALLOWED, OURS, UNAVAILABLE, Unavailable
from shared.identity import Role
from shared.keyring import KeyGone
from shared.refused import NoRole, Refused, Unknown
from shared.words import Text

SIGN_IN = "/sign-in"
GONE = 410
AGAIN_AFTER_S = 2
SAID: dict[int, tuple[Text, Text]] = BY_STATUS | {
    400: (
        Text("Vi kunde inte läsa det", "We could not read that"),
        Text(
            "Något i det som skickades gick inte att läsa. Inget är gjort.",
            "Part of it was unreadable. Nothing is done.",
        ),
    ),
    405: (
        Text("Sidan öppnas inte så", "The page is not opened like that"),
        Text("Adressen hör till en knapp. Inget är gjort.", "The address belongs to a button. Nothing has been done."),
    ),
}
"""To people, who do not speak of calls and methods."""

log = structlog.get_logger()


class ErrorPages:
    """The handlers of a site's errors."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.handlers: dict[Any, Any] = {
            SignInFirst: self.on_nobody,
            Wrong: self.on_wrong,
            Refused: self.on_refused,
            ValidationException: self.on_unknown,
            HTTPException: self.on_http,
            KeyGone: self.on_erased,
            Disposed: self.on_disposed,
            UnicodeDecodeError: self.on_unreadable,
            **dict.fromkeys(UNAVAILABLE, self.on_unavailable),
            Exception: self.on_failure,
        }

    def __deepcopy__(self, memo: Any) -> "ErrorPages":
        """Litestar copies its handlers, and with them whom they are bound to; there is one site."""
        return self

    def on_nobody(self, request: Request[Any, Any, Any], error: SignInFirst) -> Response[Any]:
        """To sign in, and back here. Whoever was writing is told so in place: the page keeps their words."""
        if "application/json" in request.headers.get("accept", ""):
            return self._finished(request, Response({"signed_in": False}, status_code=401))
        return self._finished(
            request, Redirect(f"{SIGN_IN}?next={quote(stands_at(request), safe='/')}", status_code=303)
        )

    def on_wrong(self, request: Request[Any, Any, Any], wrong: Wrong) -> Response[Any]:
        if wrong.status == 401:  # signed out between the page and the service
            return self.on_nobody(request, SignInFirst())
        return self._page(request, wrong)

    def on_refused(self, request: Request[Any, Any, Any], refused: Refused) -> Response[Any]:
        return self._told(request, refused.status, refused.title, refused.detail, refused.kind)

    def on_unknown(self, request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
        return self.on_refused(request, Unknown())

    def on_erased(self, request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
        return self._told(request, GONE, *SAID[404])

    def on_disposed(self, request: Request[Any, Any, Any], disposed: Disposed) -> Response[Any]:
        """The case is still there, and under which decision its content went; what the page showed is not."""
        caller = self._caller(request)
        body = caller.draw(
            "archiving/disposed.html",
            case=disposed.case,
            sees_disposal=caller.holds(Role.ARCHIVIST, Role.DECISION_MAKER, Role.AUDITOR),
            sees_trail=caller.holds(Role.AUDITOR, Role.OFFICER),
        )
        return self._finished(request, Response(body, status_code=GONE, media_type=HTML))

    def on_http(self, request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
        if error.status_code >= 500:
            return self.on_failure(request, error)
        answer = self._told(request, error.status_code, *SAID.get(error.status_code, SAID[400]))
        if error.status_code == METHOD_NOT_ALLOWED:
            answer.headers["Allow"] = allowed(request.app, request.scope["path"])
        return answer

    def on_unreadable(self, request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
        return self._told(request, 400, *SAID[400])

    def on_unavailable(self, request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
        log.warning("unavailable", error=repr(error))
        return self._told(request, 503, Unavailable.title, Unavailable().detail)

    def on_failure(self, request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
        log.error("failure", exc_info=error)
        return self._told(request, 500, *OURS)

    def _told(
        self, request: Request[Any, Any, Any], status: int, title: Text, detail: Text, kind: str = Refused.kind
    ) -> Response[Any]:
        return self._page(request, Wrong.from_text(status, title, detail, (), self._caller(request).language, kind))

    def _page(self, request: Request[Any, Any, Any], wrong: Wrong) -> Response[Any]:
        caller = self._caller(request)
        reference = wrong.reference or str(request.scope.get("state", {}).get("reference", ""))
        if "application/json" in request.headers.get("accept", ""):
            told = {"title": wrong.title, "detail": wrong.detail, "status": wrong.status, "reference": reference}
            return self._finished(request, Response(told, status_code=wrong.status))
        body = caller.draw(
            "error.html",
            wrong=wrong,
            reference=reference,
            again_after_s=AGAIN_AFTER_S,
            lacks_role=wrong.kind == NoRole.kind and is_staff(caller.actor),
        )
        return self._finished(request, Response(body, status_code=wrong.status, media_type=HTML))

    def _finished(self, request: Request[Any, Any, Any], answer: Response[Any]) -> Response[Any]:
        """As every page: a session that has just got a new id would else be lost with its answer."""
        return self._caller(request).finished(answer, keeps_said=True)

    def _caller(self, request: Request[Any, Any, Any]) -> Caller:
        """Who came, or nobody known where it went wrong before that was found out."""
        known = request.scope.get("state", {}).get("caller")
        return known if isinstance(known, Caller) else Caller(self._site, request)
