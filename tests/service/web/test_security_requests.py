"""Requests that no browser sends: broken, huge, or full of what no field takes. Each is refused calmly, none breaks."""

from __future__ import annotations

from inspect import signature
from typing import Any
from urllib.parse import urlencode

import pytest

from services.web.pages import ROUTES
from tests.service.house import URL, TestedHouse
from tests.service.web.browsing import browse
from tests.service.web.page_routes import OPENED, PARAMETER, SENT, PageRoute
from tests.service.whole_fund import Everything

OURS = {"Origin": URL, "Sec-Fetch-Site": "same-origin"}
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=x"
READ_BY_HAND = (
    "next",
    "after",
    "call",
    "programme",
    "meeting",
    "through",
    "key",
    "error",
    "state",
    "code",
    "status",
    "q",
)
"""Asked of the address without being named in a signature."""

IN_QUERIES = ("a\x00b", str(2**63), "\u202e'\";--")
HOSTILE_PATHS = ("%00", "%2e%2e%2f", "9" * 30, "%ff", "a%0d%0aSet-Cookie:x=1")
BODIES: dict[str, tuple[str, bytes]] = {
    "no boundary": ("multipart/form-data", b"--x\r\n\r\n"),
    "another boundary": (MULTIPART, b"--y\r\nContent-Disposition: form-data; name=words\r\n\r\nx\r\n--y--"),
    "no end": (MULTIPART, b'--x\r\nContent-Disposition: form-data; name="words"\r\n\r\nx'),
    "no disposition": (MULTIPART, b"--x\r\nContent-Type: text/plain\r\n\r\nx\r\n--x--\r\n"),
    "no name": (MULTIPART, b"--x\r\nContent-Disposition: form-data\r\n\r\nx\r\n--x--\r\n"),
    "a broken name": (MULTIPART, b'--x\r\nContent-Disposition: form-data; name="\xff\x00"\r\n\r\n\xff\r\n--x--\r\n'),
    "a thousand lines of headers": (MULTIPART, b"--x\r\n" + b"X: y\r\n" * 1_000 + b"\r\nx\r\n--x--\r\n"),
    "ten thousand parts": (
        MULTIPART,
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n' * 7_000 + b"--x--\r\n",
    ),
    "a file as the token": (
        MULTIPART,
        b'--x\r\nContent-Disposition: form-data; name="csrf"; filename="a"\r\n\r\nx\r\n--x--\r\n',
    ),
    "half a character": (FORM, b"other=%c3&csrf=%ff"),
    "raw bytes": (FORM, b"\xff\xfe\x00=\xff"),
    "a hundred thousand fields": (FORM, b"a=b&" * 100_000),
    "another charset": ("application/x-www-form-urlencoded; charset=utf-7", b"other=+ADw-script+AD4-"),
    "no such charset": ("application/x-www-form-urlencoded; charset=none", b"other=x"),
    "JSON": ("application/json", b'{"words": "x"}'),
    "nothing": ("", b""),
}


def asked_of(page: PageRoute) -> list[str]:
    """What a page takes from the address after its path."""
    handler = next(one for one in ROUTES if str(one.name) == page.name)
    named = set(signature(handler.fn).parameters) - {"caller", "request"}
    return sorted(named - {found[0] for found in PARAMETER.findall(page.template)})


@pytest.mark.parametrize("name", BODIES)
async def test_s10_a_form_that_no_browser_sends_is_refused_with_a_page(house: TestedHouse, name: str) -> None:
    media_type, body = BODIES[name]
    for person in (None, "officer"):
        visitor = await browse(house, person)
        for path in ("/accessibility", "/sign-in/demo"):
            answer = await visitor.client.post(path, content=body, headers={**OURS, "Content-Type": media_type})
            assert 400 <= answer.status_code < 500, f"{path}: {answer.status_code}"
            assert answer.headers["content-type"].startswith("text/html")
        await visitor.close()


async def test_s10_a_form_beyond_the_limit_is_refused_whatever_length_it_claims(house: TestedHouse) -> None:
    async def endless() -> Any:
        for _ in range(40):
            yield b"words=" + b"x" * 32_768

    visitor = await browse(house)
    told = await visitor.client.post("/accessibility", content=endless(), headers={**OURS, "Content-Type": FORM})
    await visitor.close()

    assert told.status_code == 413
    assert "<h1" in told.text


async def test_s6_nobody_is_read_a_byte_from_who_has_not_signed_in(house: TestedHouse, everything: Everything) -> None:
    """Else a hundred megabytes may be sent to the pages that take files by anybody, as often as they like."""
    large = [page for page in SENT if takes_files(page)]
    assert len(large) > 4
    nobody, applicant = await browse(house), await browse(house, "applicant")
    for page in large:
        read = {}
        for name, visitor in (("nobody", nobody), ("applicant", applicant)):
            parts = 0

            async def slowly() -> Any:
                nonlocal parts
                for _ in range(30):
                    parts += 1
                    yield b"x" * 32_768

            headers = {**OURS, "Content-Type": MULTIPART}
            path = page.path(everything.ids)
            answer = await visitor.client.post(path, content=slowly(), headers=headers, follow_redirects=False)
            read[name] = (answer.status_code, parts > 1)
        assert read["nobody"] == (303, False), page
        assert read["applicant"][1], f"{page}: the control, whose form is read before it is refused"
    for visitor in (nobody, applicant):
        await visitor.close()


def takes_files(page: PageRoute) -> bool:
    handler = next(one for one in ROUTES if str(one.name) == page.name)
    return isinstance(handler.request_max_body_size, int)


@pytest.mark.parametrize("person", ["officer", "applicant"])
async def test_s10_whatever_stands_in_the_address_no_page_breaks(
    house: TestedHouse, everything: Everything, person: str
) -> None:
    visitor = await browse(house, person)
    answers = {
        f"{page.method} {told}": await visitor.client.get(told, follow_redirects=False)
        for page in OPENED
        for told in hostile_addresses(page, everything)
    }
    await visitor.close()

    assert [said for said, answer in answers.items() if answer.status_code >= 500] == []
    assert len(answers) > 3 * len(OPENED)


def hostile_addresses(page: PageRoute, everything: Everything) -> list[str]:
    """What it takes, each alone; all that any page takes at once; and what is no id in its path."""
    path, own = page.path(everything.ids), asked_of(page)
    alone = [{name: hostile} for name in own for hostile in IN_QUERIES[:2]]
    together = [dict.fromkeys({*own, *READ_BY_HAND}, hostile) for hostile in IN_QUERIES]
    paths = [PARAMETER.sub(hostile, page.template) for hostile in HOSTILE_PATHS] if "{" in page.template else []
    return [*(f"{path}?{urlencode(query)}" for query in (*alone, *together)), *paths]
