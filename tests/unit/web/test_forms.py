"""What a page takes from a browser: forms of our own pages only, and paths of our own only."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, quote
from uuid import UUID

import pytest
from litestar import Request

from services.web.pages.applying.papers import name_of
from services.web.pages.audit.samples import read_size
from services.web.pages.cases.as_it_stood import read_moment
from services.web.site.forms import (
    Form,
    FromElsewhere,
    local_path,
    refuse_from_elsewhere,
    refuse_wrong_token,
    stands_at,
    whole,
)
from shared.words import NO_CONTROL, ONE_LINE


def request(method: str = "POST", path: str = "/", query: bytes = b"", **headers: str) -> Request[Any, Any, Any]:
    told = {"host": "bifall.example", **{name.replace("_", "-"): value for name, value in headers.items()}}
    raw = [(name.encode(), value.encode()) for name, value in told.items()]
    return Request({"type": "http", "method": method, "headers": raw, "path": path, "query_string": query})  # type: ignore[arg-type,typeddict-item]


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
        {"origin": "https://[elsewhere.example"},
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


@pytest.mark.parametrize("token", ["", "f" * 64])
def test_whoever_was_signed_out_while_they_wrote_is_not_told_that_their_page_is_from_elsewhere(token: str) -> None:
    refuse_wrong_token("", token)


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


def test_what_does_not_show_in_a_pasted_text_is_no_reason_to_refuse_it() -> None:
    pasted = "\u202aRad ett\x0bRad två\u202c\x00\x1f \u2066שלום\u2069\tslut"
    form = Form([("why", pasted), ("name", "Åsa \u200dek 🎉 \N{NO-BREAK SPACE}x")])

    assert form.get("why") == "Rad ett\nRad två שלום\tslut"
    assert re.fullmatch(NO_CONTROL, form.get("why"))
    assert not re.fullmatch(NO_CONTROL, pasted), "the control: the house takes no such text"
    assert form.all("name") == ["Åsa \u200dek 🎉 \N{NO-BREAK SPACE}x"], "what shows, and what joins it, stays as it is"


@pytest.mark.parametrize(("written", "version"), [("7", 7), ("", None), ("-1", None), ("7.0", None), ("9" * 12, None)])
def test_the_version_a_form_was_made_from_is_a_number_or_nothing(written: str, version: int | None) -> None:
    assert Form([("version", written)]).version == version


def test_a_form_without_a_key_of_its_own_gets_a_new_one() -> None:
    one, other = UUID(Form([]).key), UUID(Form([]).key)
    assert one != other
    assert (one.version, other.version) == (7, 7), "what is begun with it sorts by when"
    assert Form([("key", "018f7a9e-0000-7000-8000-000000000001")]).key == "018f7a9e-0000-7000-8000-000000000001"


@pytest.mark.parametrize("written", ["9" * 5_000, "1234567890", "²", "٣", "-1", "1e3", "", " 1"])
def test_s9_what_is_no_number_of_ours_is_none(written: str) -> None:
    """Python itself refuses to read thousands of digits, as a fault of ours."""
    assert (whole(written), read_size(written)) == (None, None)
    assert Form([("version", written.strip() + "x")]).version is None


def test_a_whole_number_is_read() -> None:
    assert (whole("0"), whole("007"), whole("999999999"), read_size("1000")) == (0, 7, 999_999_999, 1_000)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-32", "9" * 5_000])
def test_s9_a_day_before_all_days_is_no_moment(day: str) -> None:
    assert read_moment("", day, "00:00") == (None, True)


@pytest.mark.parametrize(
    "query", ["q=f%C3%B6rening", "q=a%26b&sort=name", "at=2026-11-22T10%3A00%2B01%3A00", "q=50%25"]
)
def test_whoever_changes_language_comes_back_to_what_they_searched_for(query: str) -> None:
    place = stands_at(request("GET", "/cases", query.encode()))

    assert place == f"/cases?{query}"
    assert local_path(parse_qs(f"back={quote(place, safe='/')}")["back"][0]) == place


@pytest.mark.parametrize(
    ("came_from", "place"),
    [
        ("https://bifall.example/calls/manage/7?tab=2", "/calls/manage/7?tab=2"),
        ("https://elsewhere.example/calls/manage/7", "/calls/manage/7/decide"),
        ("https://[bifall.example/", "/calls/manage/7/decide"),
        ("", "/calls/manage/7/decide"),
    ],
)
def test_a_page_that_answers_a_button_is_left_for_the_page_that_the_button_was_on(came_from: str, place: str) -> None:
    assert stands_at(request("POST", "/calls/manage/7/decide", referer=came_from)) == place
    assert stands_at(request("GET", "/calls/manage/7/decide", referer=came_from)) == "/calls/manage/7/decide"


@pytest.mark.parametrize(
    ("filename", "name"),
    [
        ("C:\\Users\\kim\\stadgar.pdf", "stadgar.pdf"),
        ("../../stadgar.pdf", "stadgar.pdf"),
        ("årsmöte 😀\u202efdp.exe.pdf", "årsmöte 😀fdp.exe.pdf"),
        ("proto\nkoll\t2.pdf", "proto koll 2.pdf"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        ("folder/", ""),
    ],
)
def test_a_paper_s_name_is_a_line_of_text_whatever_the_phone_called_it(filename: str, name: str) -> None:
    assert name_of(filename) == name
    assert re.fullmatch(ONE_LINE, name)
