"""What a service refuses reaches the page as it was meant: by its kind, whatever the language it is told in."""

from __future__ import annotations

import pytest

from services.web.signing_in.signing import NotSurelyEnough
from services.web.site.asking import Question, Wrong, ask
from shared.http.asgi import Receive, Scope, Send
from shared.http.problems import written
from shared.refused import NoRole, Refused


class Refusing:
    """A service that refuses everything alike."""

    def __init__(self, refused: Refused, language: str) -> None:
        self._refused = refused
        self._language = language

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        told = self._refused
        body, _ = written(self._language, "made-up", told.status, told.title, told.detail, told.errors, told.kind)
        await send({"type": "http.response.start", "status": told.status, "headers": []})
        await send({"type": "http.response.body", "body": body})

    async def standing(self) -> dict[str, object]:
        return {}

    async def ready(self) -> bool:
        return True


@pytest.mark.parametrize("language", ["sv", "en"])
async def test_that_a_role_is_lacking_is_told_by_kind_and_not_by_words(language: str) -> None:
    kinds = []
    for refused in (NoRole(), NotSurelyEnough()):
        with pytest.raises(Wrong) as found:
            await ask(Refusing(refused, language), Question(method="GET", path="/cases"), "made-up")
        assert (found.value.status, found.value.title) == (
            403,
            refused.title.sv if language == "sv" else refused.title.en,
        )
        kinds.append(found.value.kind)
    assert kinds == [NoRole.kind, Refused.kind], "the other is refused with the same status"
    assert NoRole.kind != Refused.kind
