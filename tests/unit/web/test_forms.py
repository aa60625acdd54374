"""What a page takes from a browser: forms of our own pages only, and paths of our own only."""

from __future__ import annotations

from typing import Any

import pytest
from litestar import Request

from services.web.site.forms import Form, FromElsewhere, local_path, refuse_from_elsewhere, refuse_wrong_token


def request(method: str = "POST", **headers: str) -> Request[Any, Any, Any]:
    told = {"host": "bifall.example", **{name.replace("_", "-"): value for name, value in headers.items()}}
    raw = [(name.encode(), value.encode()) for name, value in told.items()]
    return Request({"type": "http", "method": method, "headers": raw, "path": "/", "query_string": b""})  # type: ignore[arg-type,typeddict-item]


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://bifall.example", "sec_fetch_site": "same-origin"},
        {"origin": "https://bifall.example"},
        {"sec_fetch_site": "same-origin"},
        {"sec_fetch_site": "none"},
    ],
)
def test_a_form_of_our_own_page_is_taken(headers: dict[str, str]) -> None:
    refuse_from_elsewhere(request(**headers))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
        {"origin": "https://bifall.example.elsewhere.example"},
        {"origin": "https://elsewhere.example", "sec_fetch_site": "same-origin"},
        {"origin": "https://bifall.example", "sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"sec_fetch_site": "cross-site"},
    ],
)
def test_s12_a_form_from_elsewhere_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(FromElsewhere):
        refuse_from_elsewhere(request(**headers))


def test_a_link_from_elsewhere_opens_a_page() -> None:
    refuse_from_elsewhere(request("GET", origin="https://elsewhere.example", sec_fetch_site="cross-site"))


@pytest.mark.parametrize("token", ["", "0", "a" * 64])
def test_s12_a_form_made_for_another_session_is_refused(token: str) -> None:
    with pytest.raises(FromElsewhere):
        refuse_wrong_token("f" * 64, token)


@pytest.mark.parametrize("path", ["/", "/my", "/cases/1?after=2", "/drafts/1/pengar#belopp"])
def test_after_signing_in_one_comes_back_to_the_page_one_asked_for(path: str) -> None:
    assert local_path(path) == path


@pytest.mark.parametrize(
    "wanted",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "/\\elsewhere.example/",
        "\\\\elsewhere.example",
        "/\t/elsewhere.example",
        "/\n/elsewhere.example",
        "/my\r\nSet-Cookie: a=b",
        "javascript:alert(1)",
        "my",
        "",
        None,
        "/%0d%0aå",
        "///elsewhere.example",
    ],
)
def test_s9_a_path_that_leads_elsewhere_is_not_followed(wanted: str | None) -> None:
    assert local_path(wanted, "/otherwise") == "/otherwise"


def test_a_form_gives_back_what_was_written_with_plain_line_feeds() -> None:
    form = Form([("why", " first\r\nsecond "), ("who", "a"), ("who", "b"), ("csrf", "x"), ("key", "y")])

    assert form.get("why") == "first\nsecond"
    assert form.get("who") == "b"
    assert form.all("who") == ["a", "b"]
    assert form.names() == ["why", "who"]


@pytest.mark.parametrize(("written", "version"), [("7", 7), ("", None), ("-1", None), ("7.0", None), ("9" * 12, None)])
def test_the_version_a_form_was_made_from_is_a_number_or_nothing(written: str, version: int | None) -> None:
    assert Form([("version", written)]).version == version


def test_a_form_without_a_key_of_its_own_gets_a_new_one() -> None:
    assert Form([]).key != Form([]).key
    assert Form([("key", "018f7a9e-0000-7000-8000-000000000001")]).key == "018f7a9e-0000-7000-8000-000000000001"
