"""The caller: who sits at the browser, what they may, and all that a page does on their behalf.

One is made for every request. A page asks (`ask`), tells (`tell`), and is drawn (`page`) or goes on (`goes_on`).
"""

import asyncio
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID, uuid4

import msgspec
from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.response import Redirect

from services.web.reads.book import book_of
from services.web.reads.read import Named, Through, asks, named, read_by
from services.web.site import cookies
from services.web.site.asking import JSON, Answered, Question, Wrong, ask, for_whom
from services.web.site.bell import bell_of
from services.web.site.forms import (
    SAFE,
    TOKEN,
    Form,
    SignInFirst,
    read_form,
    refuse_wrong_token,
    stands_at,
    takes_much,
)
from services.web.site.headers import ALWAYS, HTTPS_ONLY
from services.web.site.labels import LABELS
from services.web.site.navigation import menu
from services.web.site.rendering import render
from services.web.site.sessions import Level, Session
from services.web.site.site import Site
from services.web.site.words import words
from shared.http.after import AFTER_TIMEOUT_S
from shared.http.front import ABOUT
from shared.http.lists import PAGE_MAX
from shared.identity import Actor, Role
from shared.refused import NoRole
from shared.words import Language, Text

HTML = "text/html"
STREAM = "text/event-stream"
BY_ITSELF = "bifall-by-itself"
"""The header by which a script of ours says that nobody asked for what it fetches."""


class Caller:
    def __init__(self, site: Site, request: Request[Any, Any, Any]) -> None:
        self.site = site
        self.request = request
        self.language: Language = cookies.language(request.cookies, request.headers.get("accept-language"))
        self.session: Session | None = None
        self.session_id: str = request.cookies.get(cookies.session_name(site.about), "")
        self.actor: Actor | None = None
        self.token_of_forms = ""
        self._heard = ""
        self._form: Form | None = None
        self._after = cookies.read_after(request.cookies.get(cookies.AFTER))
        self._cookies: list[Cookie] = []
        self._noted: dict[Named, asyncio.Future[None] | None] = {}

    # Who

    @property
    def account(self) -> UUID:
        """Raises SignInFirst."""
        return self._somebody().id

    @property
    def level(self) -> Level | None:
        return self.session.level if self.session else None

    @property
    def associations(self) -> frozenset[UUID]:
        return self.actor.associations if self.actor else frozenset()

    @property
    def is_signatory(self) -> bool:
        return self.holds(Role.SIGNATORY)

    def holds(self, *roles: Role) -> bool:
        """Whether they hold any of the roles, for anything."""
        return self.actor is not None and any(self.actor.holds(role) for role in roles)

    def required(self, *roles: Role) -> None:
        """Raises SignInFirst where nobody is signed in, and Forbidden where they hold none of the roles."""
        self._somebody()
        if roles and not self.holds(*roles):
            raise NoRole

    def _somebody(self) -> Actor:
        if self.actor is None:
            raise SignInFirst
        return self.actor

    @property
    def by_itself(self) -> bool:
        """Whether the page asks and no person: it fetches itself anew, or listens for news. Autosave is a person."""
        headers = self.request.headers
        return BY_ITSELF in headers or STREAM in headers.get("accept", "")

    def listens(self, about: object) -> str:
        """Where a page hears that it is to fetch itself again: what happens to one thing, by its id, or to anything."""
        return f"/events?{urlencode({'about': about, 'since': self._heard})}"

    # Coming in

    async def arrive(self) -> None:
        """Finds out who it is, and refuses a form that was not made for them. Raises SignInFirst, FromElsewhere."""
        await self._find_session()
        if self.session is not None:
            self.token_of_forms = self.site.sessions.form_token(self.session)
        if self.request.method not in SAFE:
            if self.actor is None and takes_much(self.request):
                raise SignInFirst
            self._form = await read_form(self.request)
            refuse_wrong_token(self.token_of_forms, self._form.get(TOKEN))
        if self.actor is not None and LABELS.is_empty:
            await self._learn_words()
        self._heard = bell_of(self.site.office).now

    async def _find_session(self) -> None:
        session = await self.site.sessions.find(self.session_id) if self.session_id else None
        if session is None:
            return
        await self._hear()
        found = await self.site.sessions.actor(session)
        if found is None:
            return
        self.session = session
        self.actor, version = found
        self.request.scope["state"]["actor"] = self.actor  # for the access log
        has_other_roles = version != session.account_version and self.request.method in SAFE
        if has_other_roles and await self._has_new_id(session):
            return
        if session.is_stale and not self.by_itself:
            await self.site.sessions.prolong(session, self.actor)

    async def _hear(self) -> None:
        """Web itself waits until it has heard what this browser did: a new association's roles come that way."""
        for source, position in self._after.items():
            if source in self.site.office.service.hears:
                await self.site.office.bookmarks.wait_for(source, position, AFTER_TIMEOUT_S)

    async def _has_new_id(self, session: Session) -> bool:
        new_id = await self.site.sessions.change(session, by_itself=self.by_itself)
        if new_id is None:
            return False
        self.begin_session(new_id)
        self.session = await self.site.sessions.find(new_id) or session
        return True

    async def _learn_words(self) -> None:
        for found in await self.ask_all_there(*((name, "/words") for name in self.site.services)):
            if found is not None:
                LABELS.fill(found.json)

    def begin_session(self, session_id: str) -> None:
        """The browser gets this id with the next answer."""
        self.session_id = session_id
        self._cookies.append(cookies.signed_in(self.site.about, session_id))

    def end_session(self) -> None:
        self._cookies.append(cookies.signed_out(self.site.about))

    # Asking and telling

    async def ask(self, service: str, path: str, **query: Any) -> Answered:
        """A question to a service, with this person's rights. Raises Wrong."""
        asked = {name: str(value) for name, value in query.items() if value is not None}
        return await self._put(service, Question(method="GET", path=path, query=asked, headers=self._headers(service)))

    async def ask_if_there(self, service: str, path: str, **query: Any) -> Answered | None:
        """As `ask`; None for what is not there, or not for them."""
        try:
            return await self.ask(service, path, **query)
        except Wrong as wrong:
            if wrong.status in (403, 404, 410):
                return None
            raise

    async def ask_all(self, *questions: tuple[str, str]) -> tuple[Answered, ...]:
        """Several questions at once. Raises Wrong for the first that is refused."""
        return tuple(await asyncio.gather(*(self.ask(service, path) for service, path in questions)))

    async def ask_whole(self, service: str, path: str) -> list[dict[str, Any]]:
        """A list to its end. Raises Wrong."""
        found: list[dict[str, Any]] = []
        after: str | None = None
        while True:
            shown = (await self.ask(service, path, limit=PAGE_MAX, after=after)).json
            found += shown["items"]
            after = shown["next"]
            if after is None:
                return found

    async def ask_all_there(self, *questions: tuple[str, str]) -> tuple[Answered | None, ...]:
        """Several at once; None for each that is not there, or not for them."""
        return tuple(await asyncio.gather(*(self.ask_if_there(service, path) for service, path in questions)))

    async def tell(
        self,
        service: str,
        method: str,
        path: str,
        body: Any = None,
        *,
        form: Form | None = None,
        version: int | None = None,
        raw: tuple[bytes, str] | None = None,
        key: str | None = None,
        asked: Mapping[str, Any] | None = None,
        **query: Any,
    ) -> Answered:
        """A command to a service. The version and the key are the form's unless others are given. Raises Wrong.

        `body` is sent as JSON; `raw` as it is, with its media type. `asked` is for questions after the path that are
        called as one of the arguments here.
        """
        headers = self._headers(service)
        content = b""
        if raw is not None:
            content, headers["content-type"] = raw
        elif body is not None or method in ("POST", "PUT"):
            content, headers["content-type"] = msgspec.json.encode({} if body is None else body), JSON
        seen = version if version is not None else (form.version if form else None)
        if seen is not None:
            headers["if-match"] = f'"{seen}"'
        headers["idempotency-key"] = key or (form.key if form else str(uuid4()))
        told = {name: str(value) for name, value in {**(asked or {}), **query}.items() if value is not None}
        question = Question(method=method, path=path, query=told, headers=headers, body=content)
        answered = await self._put(service, question)
        self._remember(answered)
        return answered

    async def _put(self, service: str, question: Question) -> Answered:
        reference = str(self.request.scope["state"].get("reference") or uuid4())
        answered = await ask(self.site.services[service], question, reference)
        if self.actor is not None and asks(question.method, question.path):
            await self._note(self.actor, question.path, answered, reference)
        return answered

    async def _note(self, actor: Actor, path: str, answered: Answered, reference: str) -> None:
        """Takes down what the page is about to show, each thing once; whoever asks for the same waits for the same.
        Raises ReadNotKept."""
        for found in named(path, answered.headers.get(ABOUT)):
            if found not in self._noted:
                read = read_by(actor, Through.PAGE, self.request.scope["path"], found, reference)
                self._noted[found] = book_of(self.site.office).take(read)
            if (written := self._noted[found]) is not None:
                await asyncio.shield(written)

    def _headers(self, service: str) -> dict[str, str]:
        token = self.site.minter.token(self.actor, service) if self.actor else None
        headers = for_whom(self.actor, token, self.language)
        others = {source: position for source, position in self._after.items() if source != service}
        if others:
            headers["bifall-after"] = cookies.written(others)
        return headers

    def _remember(self, answered: Answered) -> None:
        if answered.position is not None:
            source, position = answered.position
            self._after[source] = max(position, self._after.get(source, 0))

    # Forms

    async def form(self) -> Form:
        """What was posted. `arrive` has read it, and knows that our own page sent it."""
        if self._form is None:
            self._form = await read_form(self.request)
        return self._form

    # Answering

    def say(self, text: Text) -> str:
        return text.into(self.language)

    def gettext(self, message: str) -> str:
        """The sentence in this language; English where the catalogues have none."""
        return words(self.language).gettext(message)

    def page(self, template: str, *, status: int = 200, wrong: Wrong | None = None, **given: Any) -> Response[str]:
        """Draws a page. `wrong` is what a service refused; the template shows it first, and nothing written is lost."""
        return self.finished(Response(self.draw(template, wrong=wrong, **given), status_code=status, media_type=HTML))

    def draw(self, template: str, *, wrong: Wrong | None = None, **given: Any) -> str:
        return render(self.language, template, **{**self._always(), "wrong": wrong, **given})

    def goes_on(self, path: str, said: str | None = None) -> Response[Any]:
        """To the next page, which says once what was done."""
        answer: Response[Any] = Redirect(path, status_code=303)
        if said:
            answer.set_cookie(cookies.said(self.site.about, self._key, said))
        return self.finished(answer, keeps_said=bool(said))

    def json(self, content: Any, status: int = 200) -> Response[Any]:
        return self.finished(Response(content, status_code=status), keeps_said=True)

    def file(self, answered: Answered) -> Response[bytes]:
        """A file as a service gave it: to keep or open elsewhere."""
        headers = {name: answered.headers[name] for name in ("content-disposition",) if name in answered.headers}
        media_type = answered.headers.get("content-type", "application/octet-stream")
        return self.finished(Response(answered.body, media_type=media_type, headers=headers), keeps_said=True)

    def finished(self, answer: Response[Any], *, keeps_said: bool = False) -> Response[Any]:
        """With the headers of every page, and the cookies that go with this answer."""
        for name, value in {**ALWAYS, **(HTTPS_ONLY if self.site.about.is_https else {})}.items():
            answer.headers.setdefault(name, value)
        for cookie in self._cookies:
            answer.set_cookie(cookie)
        if self._after and self.request.method not in SAFE:
            answer.set_cookie(cookies.after(self.site.about, self._after))
        if not keeps_said and cookies.SAID in self.request.cookies:
            answer.set_cookie(cookies.made(self.site.about, cookies.SAID, "", 0))
        return answer

    @property
    def _key(self) -> bytes:
        return self.site.office.settings.request_mac_key

    def _always(self) -> dict[str, Any]:
        path = self.request.scope["path"]
        other: Language = "en" if self.language == "sv" else "sv"
        return {
            "caller": self,
            "about": self.site.about,
            "path": path,
            "nav": [
                (entry.path, entry.text.into(self.language), path.startswith(entry.path)) for entry in menu(self.actor)
            ],
            "other_language": (
                other,
                "English" if other == "en" else "Svenska",
                f"/language/{other}?back={quote(stands_at(self.request), safe='/')}",
            ),
            "said": cookies.read_said(self._key, self.request.cookies.get(cookies.SAID)),
            "practice": self.site.is_practice,
            "csrf": self.token_of_forms,
            "written": None,
            "label": lambda status, kind: LABELS.label(status, kind, self.language),
            "mover": LABELS.mover,
        }


async def the_caller(site: Site, request: Request[Any, Any, Any]) -> Caller:
    caller = Caller(site, request)
    request.scope["state"]["caller"] = caller
    request.scope["state"].setdefault("started", time.monotonic())
    await caller.arrive()
    return caller
