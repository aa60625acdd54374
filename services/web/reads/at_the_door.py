"""Reads at the door: an answer that shows somebody something is taken down before it goes out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from services.web.reads.book import Book, ReadNotKept
from services.web.reads.read import Through, asks, named, read_by
from shared.http.asgi import Message, Scope, Send
from shared.http.front import ABOUT
from shared.identity import Actor
from shared.refused import Refused

_ABOUT = ABOUT.encode()

Tell = Callable[[Scope, Send, Refused], Awaitable[None]]


def noted(book: Book, actor: Actor, scope: Scope, path: str, send: Send, tell: Tell) -> Send:
    """Passes every answer on, having taken down what it showed; `tell` answers instead where that is impossible.

    `path` is the path inside the service; the call as it came to the door is in `scope`.
    """
    withheld = False

    async def told(message: Message) -> None:
        nonlocal withheld
        if message["type"] == "http.response.start":
            about = next((value.decode() for name, value in message["headers"] if name.lower() == _ABOUT), None)
            message = {**message, "headers": [one for one in message["headers"] if one[0].lower() != _ABOUT]}
            found = named(path, about) if _shows(scope, path, message) else ()
            reference = str(scope["state"]["reference"])
            try:
                for one in found:
                    await book.note(read_by(actor, Through.API, scope["path"], one, reference))
            except ReadNotKept as refused:
                withheld = True
                await tell(scope, send, refused)
        if not withheld:
            await send(message)

    return told


def _shows(scope: Scope, path: str, message: Message) -> bool:
    return asks(scope["method"], path) and 200 <= message["status"] < 300
