"""A visit: one request by one person, and what a route needs to turn it into a command or a question.

Routes stay short because everything that is the same for all of them happens here: If-Match, Idempotency-Key, the
digest of the body, sealing of content, ETag, what the person may do with the subject now (`Bifall-May`), and how far
the journal had come (`Bifall-Position`), for whoever wants to be sure that another service has heard of it
(`Bifall-After`).
"""

import hashlib
import hmac
import re
import time
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response
from litestar.params import QueryParameter

from shared.desk import Receipt
from shared.docket import Clear, RequestKey, Ticket
from shared.envelope import Because
from shared.http.after import MalformedHeader
from shared.identity import Actor
from shared.life import Command, State
from shared.offers import offered_to
from shared.office import Office
from shared.refused import FieldError, Refused, Unknown
from shared.store import Sealed
from shared.words import Text

ETAG = re.compile(r'^(?:W/)?"(\d{1,9})"\Z')
TRACEPARENT = re.compile(r"^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}\Z")


At = Annotated[
    datetime | None,
    QueryParameter(name="at", required=False, description="As it stood at this moment, with its zone."),
]


class NoMoment(Refused):
    def __init__(self) -> None:
        super().__init__(
            "Ange tiden med zon, som 2027-03-03T14:32:00Z.",
            "Give the time with its zone, like 2027-03-03T14:32:00Z.",
            (FieldError("at", Text("Zonen saknas.", "The zone is missing.")),),
        )


class Visit:
    seen_at: datetime
    """The database's clock when `see` last looked."""

    def __init__(self, request: Request[Any, Any, Any], office: Office, operation: str, actor: Actor) -> None:
        self.office = office
        self.actor = actor
        self.operation = operation
        self.moment: datetime | None = None
        """Where the question is about the past: what is seen is as it stood then. Who may see it is judged by now."""
        self._request = request

    @property
    def started(self) -> float:
        """The monotonic second of the request's first byte."""
        return float(self._request.scope["state"].get("started", time.monotonic()))

    @property
    def after(self) -> str | None:
        """How far the caller has seen each journal (`Bifall-After`), for whoever asks another service for them."""
        header: str | None = self._request.headers.get("bifall-after")
        return header

    # Questions

    async def see(self, subject: UUID) -> State:
        """One subject as it stands. Raises Unknown where there is none, or none that this person may see."""
        seen = await self.office.book.see(self.office.pool, subject)
        state, self.seen_at = seen.state, seen.at
        if state is None:
            raise Unknown
        kind = self.office.book.kind_of(state)
        self.office.policy.enter(self.operation, self.actor, kind.association(state, None))
        if self.actor.id in kind.barred(state):
            raise Unknown
        self.is_about(getattr(state, "case", None))
        if self.moment is None:
            return state
        then = (await self.beside([subject])).get(subject)
        if then is None:
            raise Unknown
        is_blanked = getattr(state, "blanked", False)  # what a disposal took out of the register was never there
        return msgspec.structs.replace(then, blanked=True) if is_blanked else then

    def is_about(self, *cases: UUID | None) -> None:
        """Of which cases the answer tells: what the access log asks."""
        known = [str(case) for case in cases if case is not None]
        self._request.scope["state"]["about"] = ",".join(known) or None

    async def beside(self, wanted: Iterable[UUID]) -> dict[UUID, State]:
        """What belongs to a subject that was seen: as it stands, or as it stood then."""
        if self.moment is not None:
            return await self.office.book.read_then(self.office.pool, wanted, self.moment)
        return (await self.office.book.load(self.office.pool, wanted))[1]

    def as_of(self, at: datetime | None) -> None:
        """From now on subjects are seen as they stood at `at`. Raises NoMoment where it does not say in which zone."""
        if at is not None and at.tzinfo is None:
            raise NoMoment
        self.moment = at

    @property
    def sees_all(self) -> bool:
        """Whether a list is theirs whole, or only their own associations' part of it."""
        return self.office.policy.sees_all(self.operation, self.actor)

    def shown(self, state: State, content: object) -> Response[Any]:
        """An answer about one subject, with its version as ETag and what the person may do with it now: with what is
        past, nothing."""
        return Response(content, headers=self._headers(state.version, state if self.moment is None else None))

    # Commands

    async def do(
        self,
        command: Command,
        *,
        sealed: tuple[Sealed, ...] = (),
        clear: Mapping[str, str] | None = None,
        clear_owner: UUID | None = None,
        must_match: bool = True,
        is_matched: bool = False,
    ) -> Response[Any]:
        """Puts the command on the desk and answers with the subject as it then stands.

        `must_match` is off for creation, which may be repeated, and for what does not change a case. `is_matched` says
        that the version sent, if one was, is another subject's, and that the route has held it against that one itself.
        """
        owner = clear_owner or command.subject
        receipt = await self.office.desk.do(
            Ticket(
                operation=self.operation,
                command=command,
                actor=self.actor,
                because=self._because(),
                started=self.started,
                if_match=None if is_matched else self.if_match(),
                must_match=must_match and not is_matched,
                request=await self._key(),
                sealed=sealed,
                clear=tuple(Clear(owner, field, text) for field, text in (clear or {}).items()),
            )
        )
        return self.answered(receipt)

    def ticket(self, command: Command, sealed: tuple[Sealed, ...] = ()) -> Ticket:
        """For a route that leads to several commands, each of which may safely be repeated."""
        return Ticket(
            operation=self.operation,
            command=command,
            actor=self.actor,
            because=self._because(),
            started=self._request.scope["state"].get("started", time.monotonic()),
            sealed=sealed,
        )

    def answered(self, receipt: Receipt) -> Response[Any]:
        """The subject as it now stands, with its version, what may be done with it now, and how far the journal is."""
        headers = self._headers(receipt.answer.version, receipt.state)
        headers["Bifall-Position"] = f"{self.office.service.name}={receipt.come_to}"
        return Response(receipt.answer, status_code=200, headers=headers)

    def _headers(self, version: int, state: State | None) -> dict[str, str]:
        return {"ETag": f'"{version}"', "Cache-Control": "no-store", "Bifall-May": ", ".join(self._may(state))}

    def _may(self, state: State | None) -> list[str]:
        if state is None:
            return []
        return offered_to(self.actor, state, self.office.book.kind_of(state), self.office.policy)

    async def sealed(self, owner: UUID, scope: str, items: Mapping[str, bytes]) -> tuple[Sealed, ...]:
        """Content, encrypted under its owner's key. Asks first whether the person may do this to anything at all."""
        self.office.policy.knock(self.operation, self.actor)
        return tuple(await self.office.store.seal(owner, scope, items))

    def if_match(self) -> int | None:
        """The version the person saw, where they sent one. Raises MalformedHeader."""
        header = self._request.headers.get("if-match")
        if header is None:
            return None
        if match := ETAG.match(header.strip()):
            return int(match[1])
        raise MalformedHeader("If-Match")

    async def _key(self) -> RequestKey | None:
        header = self._request.headers.get("idempotency-key")
        if header is None:
            return None
        try:
            key = UUID(header)
        except ValueError:
            raise MalformedHeader("Idempotency-Key") from None
        mac = hmac.new(self.office.settings.request_mac_key, await self._request.body(), hashlib.sha256).digest()
        return RequestKey(key, f"{self._request.method} {self._request.url.path}", mac)

    def _because(self) -> Because:
        trace = self._request.headers.get("traceparent")
        return Because(
            correlation=str(self._request.scope["state"].get("reference", "")),
            idempotency_key=self._idempotency_key(),
            traceparent=trace if trace and TRACEPARENT.match(trace) else None,
        )

    def _idempotency_key(self) -> UUID | None:
        header = self._request.headers.get("idempotency-key")
        try:
            return UUID(header) if header else None
        except ValueError:
            raise MalformedHeader("Idempotency-Key") from None


def as_bytes(content: msgspec.Struct) -> bytes:
    """Content as it is sealed: JSON, always the same bytes for the same words."""
    return msgspec.json.encode(content, order="deterministic")
