"""What one writes is saved while one writes it, and lost in no weather: a real browser, a server that behaves badly."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import parse_qs

import pytest
from playwright.async_api import Browser, Route, ViewportSize, expect

from tests.pages import gallery
from tests.pages.street import DESK, PATIENCE_MS, PHONE, Tab, tab

SAVED = "Sparat 14.32"
AWAY = "Ingen kontakt just nu. Det du skriver finns kvar i den här webbläsaren."
SOON_MS = 3_500
"""Three seconds after a pause at most, and what it takes to look."""
AGAIN_MS = 14_000
LOOK_S = 0.05

Answering = Callable[["Server", Route], Any]


class Server:
    """Answers what the form sends to be saved, as `answering` says; keeps all it was sent."""

    def __init__(self) -> None:
        self.sent: list[dict[str, str]] = []
        self.version = 7
        self.answering: Answering = Server.saves

    async def handle(self, route: Route) -> None:
        body = parse_qs(route.request.post_data or "", keep_blank_values=True)
        self.sent.append({name: values[-1] for name, values in body.items()})
        await self.answering(self, route)

    async def saves(self, route: Route) -> None:
        self.version += 1
        answer = {"saved_at_clock": "14.32", "version": self.version}
        await route.fulfill(status=200, content_type="application/json", body=json.dumps(answer))

    async def is_gone(self, route: Route) -> None:
        await route.abort("internetdisconnected")

    async def saves_but_the_answer_is_lost(self, route: Route) -> None:
        self.version += 1
        await route.abort("connectionreset")

    async def knows_nobody(self, route: Route) -> None:
        await route.fulfill(status=401, content_type="application/json", body="{}")

    async def has_something_newer(self, route: Route) -> None:
        await route.fulfill(status=409, content_type="application/problem+json", body="{}")


@pytest.fixture(scope="module")
def url() -> Any:
    with gallery.served() as address:
        yield address


@pytest.fixture
async def server() -> Server:
    return Server()


@pytest.fixture
async def writer(browser: Browser, url: str, server: Server) -> AsyncIterator[Tab]:
    """Somebody with the form open in a browser of their own."""
    opened = await tab(browser, url)
    await opened.context.route("**/save", server.handle)
    await opened.open("/form")
    await expect(opened.page.locator("form[data-awake]")).to_have_count(1)
    yield opened
    await opened.close()


async def _write(writer: Tab, text: str) -> None:
    await writer.page.locator("#purpose").fill(text)


async def _sees(writer: Tab, text: str, within_ms: int = PATIENCE_MS) -> None:
    await expect(writer.page.locator("[data-saved]")).to_contain_text(text, timeout=within_ms)


async def test_a2_what_is_written_is_saved_within_three_seconds_and_it_says_when(writer: Tab, server: Server) -> None:
    await writer.page.locator("[data-saved]").evaluate("one => { one.textContent = '' }")
    await _write(writer, "Sex avsnitt")
    await _sees(writer, SAVED, SOON_MS)
    assert server.sent[-1]["purpose"] == "Sex avsnitt"
    assert server.sent[-1]["version"] == "7"
    assert await writer.page.locator("input[name=version]").first.input_value() == "8"


async def _is_told_beside(writer: Tab, text: str) -> None:
    """The line is seen while one writes, and does not lie over the field."""
    await _sees(writer, text)
    await expect(writer.page.locator("[data-saved]")).to_be_in_viewport(ratio=1)
    line, field = [await writer.page.locator(one).bounding_box() or {} for one in ("[data-saved]", "#purpose")]
    assert line["y"] >= field["y"] + field["height"] or line["y"] + line["height"] <= field["y"]


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
async def test_a2_what_is_saved_is_told_where_one_writes_however_long_the_form(
    writer: Tab, server: Server, size: ViewportSize
) -> None:
    await writer.page.set_viewport_size(size)
    await _write(writer, "Sex avsnitt")
    await _is_told_beside(writer, SAVED)
    server.answering = Server.is_gone
    await _write(writer, "Under jord")
    await _is_told_beside(writer, AWAY)


async def test_control_at_the_end_of_the_form_alone_nobody_would_see_it(writer: Tab) -> None:
    await writer.page.set_viewport_size(PHONE)
    await _write(writer, "Sex avsnitt")
    await _sees(writer, SAVED)
    await writer.page.locator("[data-saved]").evaluate("one => { one.style.position = 'static' }")
    await expect(writer.page.locator("[data-saved]")).not_to_be_in_viewport()


async def test_nothing_is_sent_where_nothing_has_been_written(writer: Tab, server: Server) -> None:
    await writer.page.locator("#purpose").click()
    await writer.page.wait_for_timeout(2_500)
    assert server.sent == []


async def test_a2_without_contact_it_says_so_and_sends_when_there_is_contact_again(writer: Tab, server: Server) -> None:
    server.answering = Server.is_gone
    await _write(writer, "Under jord")
    await _sees(writer, AWAY)
    server.answering = Server.saves
    await writer.page.evaluate("dispatchEvent(new Event('online'))")
    await _sees(writer, SAVED)
    assert server.sent[-1]["purpose"] == "Under jord"


async def test_it_tries_again_by_itself_within_ten_seconds(writer: Tab, server: Server) -> None:
    server.answering = Server.is_gone
    await _write(writer, "Vänta lite")
    await _sees(writer, AWAY)
    server.answering = Server.saves
    await _sees(writer, SAVED, AGAIN_MS)


async def test_a1_what_was_not_sent_is_there_when_the_page_is_opened_again(writer: Tab, server: Server) -> None:
    server.answering = Server.is_gone
    await _write(writer, "Strömmen gick")
    await writer.page.get_by_label("Vuxna").check()
    await _sees(writer, AWAY)
    server.answering = Server.saves
    await writer.open("/form")
    await expect(writer.page.locator("#purpose")).to_have_value("Strömmen gick")
    await expect(writer.page.get_by_label("Vuxna")).to_be_checked()
    await _sees(writer, SAVED)
    assert server.sent[-1]["purpose"] == "Strömmen gick"


async def test_a_saving_whose_answer_was_lost_is_repeated_under_the_same_key(writer: Tab, server: Server) -> None:
    """Else the server would see the writer's own second try as somebody else's change."""
    server.answering = Server.saves_but_the_answer_is_lost
    await _write(writer, "Första")
    await _sees(writer, AWAY)
    await _write(writer, "Första och andra")
    server.answering = Server.saves
    await writer.page.evaluate("dispatchEvent(new Event('online'))")
    await _sees(writer, SAVED)
    await expect(writer.page.locator("[data-saved]")).to_have_attribute("data-state", "saved")
    async with asyncio.timeout(PATIENCE_MS / 1_000):
        while server.sent[-1]["purpose"] != "Första och andra":
            await asyncio.sleep(LOOK_S)
    assert [one["purpose"] for one in server.sent[:2]] == ["Första", "Första"]
    assert server.sent[0]["key"] == server.sent[1]["key"]
    assert server.sent[-1]["key"] != server.sent[0]["key"]


async def test_a1_whoever_has_been_signed_out_keeps_what_they_write_and_is_shown_the_way_in(
    writer: Tab, server: Server
) -> None:
    server.answering = Server.knows_nobody
    await _write(writer, "Utloggad")
    await _sees(writer, "Du har blivit utloggad. Det du skriver finns kvar i den här webbläsaren.")
    await expect(writer.page.get_by_role("link", name="Logga in igen")).to_have_attribute(
        "href", "/sign-in?next=%2Fform"
    )
    await writer.open("/form")
    await expect(writer.page.locator("#purpose")).to_have_value("Utloggad")


async def test_what_somebody_else_has_changed_is_never_overwritten(writer: Tab, server: Server) -> None:
    server.answering = Server.has_something_newer
    await _write(writer, "Mitt")
    await _sees(writer, "Sidan har ändrats på ett annat ställe medan du skrev. Inget är överskrivet")
    await _write(writer, "Mitt och mer")
    await writer.page.wait_for_timeout(SOON_MS)
    assert len(server.sent) == 1
    await expect(writer.page.get_by_role("link", name="Se det som är sparat")).to_be_visible()


async def test_a_page_that_has_become_newer_offers_what_was_written_here(
    writer: Tab, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answering = Server.has_something_newer
    await _write(writer, "Mitt")
    await _sees(writer, "Sidan har ändrats på ett annat ställe medan du skrev")
    monkeypatch.setitem(gallery.SHOWN["form"], "version", 9)
    server.answering = Server.saves
    await writer.open("/form")
    await expect(writer.page.locator("#purpose")).not_to_have_value("Mitt")
    await writer.page.get_by_role("button", name="Lägg tillbaka det jag skrev").click()
    await expect(writer.page.locator("#purpose")).to_have_value("Mitt")
    await _sees(writer, SAVED)
    assert server.sent[-1]["version"] == "9"


async def test_what_has_been_saved_leaves_nothing_in_the_browser(writer: Tab) -> None:
    await _write(writer, "Sparat")
    await _sees(writer, SAVED)
    kept = await writer.page.evaluate("Object.keys(localStorage).filter(name => name.startsWith('bifall:'))")
    assert kept == []


async def test_a_form_that_is_sent_waits_for_the_saving_on_its_way(writer: Tab, server: Server) -> None:
    """Else its version would be older than the writer's own last saving."""
    posted: list[str] = []

    async def saves_slowly(server: Server, route: Route) -> None:
        await asyncio.sleep(1.0)
        await server.saves(route)

    async def take(route: Route) -> None:
        posted.append(route.request.post_data or "")
        await route.fulfill(status=200, content_type="text/html", body="<!doctype html><title>Klart</title>")

    server.answering = saves_slowly
    await writer.context.route("**/x", take)
    async with writer.page.expect_request("**/save"):
        await _write(writer, "Bråttom")
    await writer.page.get_by_role("button", name="Spara och fortsätt").click()
    await writer.page.wait_for_url("**/x")
    assert parse_qs(posted[0])["version"] == ["8"]


async def _is_forgotten(writer: Tab) -> None:
    """The page has looked whether it is where a form that was sent led to."""
    await writer.page.wait_for_function("sessionStorage.getItem('bifall:submitted') === null")


@pytest.mark.parametrize("taken", [True, False], ids=["taken", "refused"])
async def test_what_was_sent_is_forgotten_here_only_once_it_has_been_taken(
    writer: Tab, server: Server, taken: bool
) -> None:
    server.answering = Server.is_gone
    await _write(writer, "Skickat")
    await _sees(writer, AWAY)
    page = gallery.drawn("decision" if taken else "form-wrong")
    await writer.context.route("**/x", lambda route: route.fulfill(content_type="text/html", body=page))
    await writer.page.get_by_role("button", name="Spara och fortsätt").click()
    await writer.page.wait_for_url("**/x")
    await _is_forgotten(writer)
    kept = await writer.page.evaluate("Object.keys(localStorage).filter(name => name.startsWith('bifall:'))")
    assert (kept == []) is taken


async def test_what_is_not_saved_while_it_is_written_is_still_kept_until_it_has_been_taken(
    writer: Tab, server: Server
) -> None:
    await writer.open("/kept")
    await expect(writer.page.locator("form[data-awake]")).to_have_count(1)
    await writer.page.locator("#reason").fill("Når många")
    await writer.open("/kept")
    await expect(writer.page.locator("#reason")).to_have_value("Når många")
    for path in ("**/x", "**/beside", "**/today"):
        await writer.context.route(
            path, lambda route: route.fulfill(content_type="text/html", body=gallery.drawn("decision"))
        )
    async with writer.context.expect_page() as beside:
        await writer.page.get_by_role("button", name="Se brevet").click()
    await (await beside.value).wait_for_load_state("networkidle")
    await writer.page.get_by_role("link", name="I dag").click()
    await writer.page.wait_for_url("**/today")
    await _is_forgotten(writer)
    await writer.open("/kept")
    await expect(writer.page.locator("#reason")).to_have_value("Når många")
    await writer.page.get_by_role("button", name="Lämna poäng").click()
    await writer.page.wait_for_url("**/x")
    await _is_forgotten(writer)
    await writer.open("/kept")
    await expect(writer.page.locator("#reason")).to_have_value("")
    assert server.sent == []


async def test_a_budget_adds_up_while_it_is_written(writer: Tab) -> None:
    await writer.page.locator("[id='budget.2.sought']").fill("4 000,50")
    await expect(writer.page.locator("[data-sum=sought]")).to_have_text("25\N{NO-BREAK SPACE}500,50")
    await expect(writer.page.locator("[data-sum-told]")).to_contain_text("Summa Söks: 25")


@pytest.mark.parametrize("guarded", [True, False], ids=["as it is", "without its first button"])
async def test_enter_in_a_budget_never_removes_a_row(writer: Tab, guarded: bool) -> None:
    posted: list[str] = []
    if not guarded:
        await writer.page.evaluate("document.querySelectorAll('button[inert]').forEach(one => one.remove())")

    async def take(route: Route) -> None:
        posted.append(route.request.post_data or "")
        await route.fulfill(status=204)

    await writer.context.route("**/x", take)
    async with writer.page.expect_request("**/x"):
        await writer.page.locator("[id='budget.1.what']").press("Enter")
    await writer.page.wait_for_timeout(500)  # a second one would come now
    assert len(posted) == 1
    assert ("row=remove" not in posted[0]) is guarded


@pytest.mark.parametrize("busy", [False, True], ids=["the network is gone", "the house is busy"])
async def test_a_file_is_sent_at_once_and_can_be_sent_again_after_a_failure(writer: Tab, busy: bool) -> None:
    """Under the same key: it may have arrived all the same, and is to be handed in once."""
    failing = {"status": 503, "content_type": "application/json", "body": json.dumps({"detail": "Vänta en stund."})}
    answers = [
        lambda route: route.fulfill(**failing) if busy else route.abort("connectionreset"),
        lambda route: route.fulfill(status=201, body="{}"),
    ]
    keys: list[bytes] = []

    async def take(route: Route) -> None:
        body = route.request.post_data_buffer or b""
        keys.append(body.split(b'name="key"\r\n\r\n')[1].split(b"\r\n")[0])
        await answers.pop(0)(route)

    await writer.context.route("**/upload", take)
    await writer.page.locator("#attachments").set_input_files(
        {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": b"x" * 2_000}
    )
    row = writer.page.locator(".files li", has_text="foto.jpg")
    said = "Vänta en stund." if busy else "Filen gick inte att skicka. Den finns kvar här."
    await expect(row).to_contain_text(said)
    await row.get_by_role("button", name="Försök igen").click()
    await expect(row).to_contain_text("Skickad")
    assert len(keys) == 2
    assert keys[0] == keys[1]


async def test_a_file_chosen_before_the_scripts_are_there_is_sent_as_soon_as_they_are(
    browser: Browser, url: str
) -> None:
    writer = await tab(browser, url)
    arrived = asyncio.Event()

    async def late(route: Route) -> None:
        await arrived.wait()
        await route.continue_()

    await writer.context.route("**/upload*.js", late)
    await writer.context.route("**/upload", lambda route: route.fulfill(status=201, body="{}"))
    await writer.page.goto(f"{url}/form", wait_until="commit")
    await writer.page.locator("#attachments").set_input_files(
        {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": b"x"}
    )
    arrived.set()
    await expect(writer.page.locator(".files li", has_text="foto.jpg")).to_contain_text("Skickad")
    await writer.close()


@pytest.mark.parametrize(("looks", "sent"), [(True, 1), (False, 0)], ids=["as it is", "without looking"])
async def test_what_is_written_before_the_scripts_are_there_is_saved_as_soon_as_they_are(
    browser: Browser, url: str, server: Server, looks: bool, sent: int
) -> None:
    writer = await tab(browser, url)
    arrived = asyncio.Event()

    async def late(route: Route) -> None:
        await arrived.wait()
        script = (await (await route.fetch()).text()).replace("this.catchUp()", "this.catchUp()" if looks else "null")
        await route.fulfill(content_type="text/javascript", body=script)

    await writer.context.route("**/autosave*.js", late)
    await writer.context.route("**/save", server.handle)
    await writer.page.goto(f"{url}/form", wait_until="commit")
    await _write(writer, "Sex avsnitt")
    await writer.page.locator("[data-saved]").evaluate("one => { one.textContent = '' }")
    arrived.set()
    await expect(writer.page.locator("form[data-awake]")).to_have_count(1)
    if looks:
        await _sees(writer, SAVED)
    else:
        await writer.page.wait_for_timeout(SOON_MS)
    assert [one["purpose"] for one in server.sent] == ["Sex avsnitt"] * sent
    await writer.close()


async def test_a_page_that_nobody_has_written_on_saves_nothing(writer: Tab, server: Server) -> None:
    await writer.page.wait_for_timeout(SOON_MS)
    assert server.sent == []


@pytest.mark.parametrize(
    ("status", "answer", "said", "offered"),
    [
        (413, {"detail": "Filen är för stor."}, "Filen är för stor.", "Ta bort från listan"),
        (401, {"signed_in": False}, "Du har blivit utloggad.", "Logga in igen"),
        (503, {"detail": "Vänta en stund."}, "Vänta en stund.", "Försök igen"),
    ],
)
async def test_a_file_that_is_not_taken_says_why_and_offers_the_one_thing_that_helps(
    writer: Tab, status: int, answer: dict[str, Any], said: str, offered: str
) -> None:
    async def refuse(route: Route) -> None:
        await route.fulfill(status=status, content_type="application/json", body=json.dumps(answer))

    await writer.context.route("**/upload", refuse)
    await writer.page.locator("#attachments").set_input_files(
        {"name": "film.mov", "mimeType": "video/quicktime", "buffer": b"x" * 2_000}
    )
    row = writer.page.locator(".files li", has_text="film.mov")
    await expect(row).to_contain_text(said)
    helps = row.locator("button, a")
    await expect(helps).to_have_text([offered])
    if status == 413:
        await helps.click()
        await expect(row).to_have_count(0)
        await expect(writer.page.locator("#attachments")).to_be_focused()
