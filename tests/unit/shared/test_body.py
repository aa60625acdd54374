"""Bodies (S-5): read to the letter; whatever else is sent is refused with a problem document, never with a failure."""

import json
from typing import Annotated, Any

import httpx
import msgspec
import pytest
from litestar import Litestar, post

from shared.http.body import JSON_MAX_BYTES, Body, StrictBody
from shared.http.misfits import misfit
from shared.http.problems import HANDLERS
from shared.words import Code, Count, FreeText, Line, Ore


class Wish(Body):
    amount_ore: Ore
    title: Line
    words: FreeText = ""
    urgent: bool = False
    parts: tuple[Count, ...] = ()


class Empty(Body):
    """An empty object."""


@post("/wishes", status_code=200)
async def wish(data: Wish) -> dict[str, Any]:
    return {"got": msgspec.to_builtins(data)}


@post("/nothing", status_code=200)
async def nothing(data: Empty) -> dict[str, Any]:
    return {"got": type(data).__name__}


APP = Litestar(
    [wish, nothing],
    dto=StrictBody,
    return_dto=None,
    exception_handlers=HANDLERS,
    request_max_body_size=JSON_MAX_BYTES,
    openapi_config=None,
    logging_config=None,
)
GOOD: dict[str, Any] = {"amount_ore": 100, "title": "En önskan"}


async def sent(body: bytes, path: str = "/wishes", content_type: str | None = "application/json") -> httpx.Response:
    headers = {"Accept-Language": "en"} | ({"Content-Type": content_type} if content_type is not None else {})
    async with httpx.AsyncClient(transport=httpx.ASGITransport(APP), base_url="http://service") as client:  # type: ignore[arg-type]
        return await client.post(path, content=body, headers=headers)


def text(**changes: Any) -> bytes:
    return json.dumps(GOOD | changes).encode()


async def test_what_is_right_is_taken_as_it_was_written() -> None:
    answer = await sent(text(words="två\nrader", parts=[1, 2]))

    assert answer.status_code == 200
    assert answer.json()["got"] == {**GOOD, "words": "två\nrader", "urgent": False, "parts": [1, 2]}


WRONG = {
    "an unknown field": text(role="administrator"),
    "a missing field": b'{"title":"x"}',
    "a number in quotation marks": text(amount_ore="100"),
    "a broken number of ore": text(amount_ore=0.5),
    "whole kronor with a point": text(amount_ore=100.0),
    "a truth for a number": text(amount_ore=True),
    "a number for a truth": text(urgent=1),
    "a word for a truth": text(urgent="yes"),
    "less than nothing": text(amount_ore=-5),
    "more than any fund holds": text(amount_ore=2**63),
    "a number as long as a day": text(amount_ore=10**400),
    "an endless number": b'{"amount_ore":1e400,"title":"x"}',
    "nothing for a number": text(amount_ore=None),
    "a list for a text": text(title=["x"]),
    "an object for a text": text(title={"sv": "x"}),
    "no text": text(title=""),
    "a text too long": text(title="x" * 201),
    "a NUL": text(title="a\x00b"),
    "an escape": text(title="a\x1b[31mb"),
    "two lines in one": text(title="a\nb"),
    "a turned text": text(words="a\u202eb"),
    "a number below a list": text(parts=[-1]),
    "a list": b"[]",
    "a text": b'"x"',
    "a number": b"7",
    "nothing at all": b"null",
}


@pytest.mark.parametrize("what", WRONG)
async def test_what_does_not_fit_is_refused_with_the_field_named(what: str) -> None:
    answer = await sent(WRONG[what])

    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert len(answer.json()["errors"]) == 1


BROKEN = {
    "an open brace": b"{",
    "bytes after it": text() + b"x",
    "two objects": text() + text(),
    "a comma too many": b'{"amount_ore":1,"title":"x",}',
    "single quotation marks": b"{'amount_ore':1}",
    "not a number": b'{"amount_ore":NaN,"title":"x"}',
    "a half character": b'{"amount_ore":1,"title":"\xc3"}',
    "another encoding": text().decode().encode("utf-16"),
    "a lone surrogate": b'{"amount_ore":1,"title":"\\ud800"}',
    "a byte order mark": b"\xef\xbb\xbf" + text(),
    "a form": b"amount_ore=1&title=x",
    "only blanks": b"  \n",
    "a hundred thousand lists": b"[" * 100_000 + b"]" * 100_000,
    "a hundred thousand lists in a field": b'{"words":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "a hundred thousand objects": b'{"a":' * 30_000 + b"1" + b"}" * 30_000,
}


@pytest.mark.parametrize("what", BROKEN)
async def test_what_cannot_be_read_is_refused(what: str) -> None:
    answer = await sent(BROKEN[what])

    assert answer.status_code in (400, 422), answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize("path", ["/wishes", "/nothing"])
async def test_no_body_is_no_empty_object(path: str) -> None:
    answer = await sent(b"", path)

    assert answer.status_code == 422, answer.text


async def test_an_empty_object_is_one() -> None:
    assert (await sent(b"{}", "/nothing")).json() == {"got": "Empty"}


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/msgpack",
        "application/jsonp",
        "text/json",
        "",
    ],
)
async def test_what_says_that_it_is_something_else_is_not_read(content_type: str | None) -> None:
    assert (await sent(text(), content_type=content_type)).status_code == 415


@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=utf-8", "Application/JSON"])
async def test_json_may_say_so_in_its_usual_ways(content_type: str) -> None:
    assert (await sent(text(), content_type=content_type)).status_code == 200


async def test_a_body_beyond_the_limit_is_not_read() -> None:
    assert (await sent(text(words="x" * JSON_MAX_BYTES))).status_code == 413


async def test_the_refusal_is_in_the_readers_language_and_shows_nothing_of_what_was_sent() -> None:
    answer = (await sent(text(amount_ore="4711 hemligt"))).json()

    assert answer["title"] == "Something is not filled in correctly"
    assert answer["errors"] == [{"field": "amount_ore", "message": "Expected `int`, got `str`."}]
    assert "hemligt" not in json.dumps(answer)


class Written(msgspec.Struct):
    line: Line = "x"
    words: FreeText = ""
    amount: Ore = 0
    code: Code = "a"
    many: Annotated[list[str], msgspec.Meta(min_length=1, max_length=2)] = msgspec.field(default_factory=lambda: ["a"])


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"line": "x" * 201}, "Det är för långt: högst 200 tecken får plats."),
        ({"words": "x" * 100_000}, "Det är för långt: högst 10000 tecken får plats."),
        ({"line": ""}, "Skriv något här."),
        ({"line": "a\u202eb"}, "Här finns ett tecken som inte syns"),
        ({"words": "a\x00b"}, "Här finns ett tecken som inte syns"),
        ({"amount": 10**14}, "Talet är för stort."),
        ({"amount": -1}, "Talet är för litet."),
        ({"code": "å ä"}, "Det är inte skrivet så som det ska."),
        ({"many": []}, "Det är för få: minst 1 behövs."),
        ({"many": ["a"] * 3}, "Det är för många: högst 2 går."),
    ],
)
def test_what_does_not_fit_is_said_to_whoever_wrote_it(sent: dict[str, object], told: str) -> None:
    """In words of a form, not of a decoder: pages show them at the field."""
    with pytest.raises(msgspec.ValidationError) as refused:
        msgspec.convert(sent, Written)
    what, _, field = str(refused.value).partition(" - at `$.")
    words = misfit(what)
    assert words.sv.startswith(told)
    assert field.startswith(next(iter(sent)))
    assert not {"Expected", "str", "regex"} & set(words.en.replace("`", " ").split())


def test_control_what_only_a_program_gets_wrong_is_told_as_the_decoder_has_it() -> None:
    assert misfit("Expected `int`, got `str`").en == "Expected `int`, got `str`."
