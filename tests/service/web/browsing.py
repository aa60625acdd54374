"""A browser without scripts: opens pages, fills in the forms it finds there, and sends them as a browser would.

officer = await browse(house, "officer")
page = await officer.open("/today")
page = await page.send("/cases/…/check", eligible="yes")
"""

from __future__ import annotations

from collections.abc import Iterator
from http.cookies import SimpleCookie
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

import html5lib
import httpx

from services.command.house import NAMES
from services.web.site import cookies
from services.web.site.sessions import Level, Sessions
from tests.service.house import URL, TestedHouse

SIGNING = "/sign/"
SPACE = "{http://www.w3.org/1999/xhtml}"


class Form:
    """A form as it stands on the page, with what its fields hold."""

    def __init__(self, element: ElementTree.Element, at: str) -> None:
        self._element = element
        self.action = element.get("action") or at
        self.method = (element.get("method") or "get").upper()

    def fields(self) -> list[tuple[str, str]]:
        return list(self._fields())

    def _fields(self) -> Iterator[tuple[str, str]]:
        for one in self._element.iter():
            name, kind = one.get("name"), one.get("type", "text")
            if name is None or one.get("disabled") is not None:
                continue
            if one.tag == f"{SPACE}input" and kind in ("checkbox", "radio"):
                if one.get("checked") is not None:
                    yield name, one.get("value", "on")
            elif one.tag == f"{SPACE}input" and kind not in ("submit", "button", "file"):
                yield name, one.get("value", "")
            elif one.tag == f"{SPACE}textarea":
                yield name, "".join(one.itertext()).removeprefix("\n")
            elif one.tag == f"{SPACE}select":
                options = list(one.iter(f"{SPACE}option"))
                chosen = [option for option in options if option.get("selected") is not None] or options[:1]
                for option in chosen:
                    yield name, option.get("value", "".join(option.itertext()))


class Page:
    def __init__(self, browser: Browser, answer: httpx.Response) -> None:
        self._browser = browser
        self.answer = answer
        self.status = answer.status_code
        self.path = answer.url.raw_path.decode()
        self.html = answer.text
        self.tree = html5lib.parse(answer.text)

    @property
    def text(self) -> str:
        """Everything that can be read, with single spaces."""
        body = self.tree.find(f"{SPACE}body")
        return "" if body is None else " ".join("".join(body.itertext()).split())

    @property
    def heading(self) -> str:
        found = self.tree.find(f".//{SPACE}h1")
        return "" if found is None else " ".join("".join(found.itertext()).split())

    @property
    def links(self) -> dict[str, str]:
        """Address → words."""
        return {one.get("href", ""): " ".join("".join(one.itertext()).split()) for one in self.tree.iter(f"{SPACE}a")}

    @property
    def forms(self) -> list[Form]:
        return [Form(one, self.path) for one in self.tree.iter(f"{SPACE}form")]

    def form(self, action: str) -> Form:
        """The form that goes to that address, or ends so. Fails with what forms there are."""
        found = [form for form in self.forms if form.action == action or form.action.endswith(action)]
        assert found, f"no form to {action} on {self.path}; there are {[form.action for form in self.forms]}"
        return found[0]

    @property
    def signing(self) -> str:
        """Where the text on the page is signed. Fails where nothing is to be signed."""
        found = [form.action for form in self.forms if form.action.startswith(SIGNING)]
        assert found, f"nothing to sign on {self.path}: {self.text}"
        return found[0]

    def element(self, named: str) -> ElementTree.Element:
        """The one with that id."""
        found = next((one for one in self.tree.iter() if one.get("id") == named), None)
        assert found is not None, f"nothing called {named} on {self.path}"
        return found

    async def send(self, action: str, files: Any = None, **filled: Any) -> Page:
        """Fills in the form and sends it; a list stands for several values, None takes a field away."""
        form = self.form(action)
        given = {name.removesuffix("_") if name.endswith("_") else name: value for name, value in filled.items()}
        return await self._browser.send(form, given, files)

    async def sign(self) -> Page:
        """Signs the text on the page, as one does in practice."""
        return await self.send(self.signing)

    async def follow(self, words: str) -> Page:
        """The link with those words."""
        found = [address for address, said in self.links.items() if words in said]
        assert found, f"no link that says {words!r} on {self.path}; there are {sorted(self.links.values())}"
        return await self._browser.open(found[0])


class Browser:
    """`client` keeps the cookies."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def open(self, path: str, **headers: str) -> Page:
        return Page(self, await self.client.get(path, headers=headers))

    async def send(self, form: Form, filled: dict[str, Any], files: Any = None) -> Page:
        pairs = [(name, value) for name, value in form.fields() if name not in filled]
        for name, value in filled.items():
            if isinstance(value, list):
                pairs += [(name, str(one)) for one in value]
            elif value is not None:
                pairs.append((name, str(value)))
        data: dict[str, Any] = {}
        for name, value in pairs:
            data.setdefault(name, []).append(value)
        headers = {"Origin": URL, "Sec-Fetch-Site": "same-origin"}
        if form.method == "GET":
            return Page(self, await self.client.get(form.action, params=data))
        return Page(self, await self.client.post(form.action, data=data, files=files, headers=headers))

    async def close(self) -> None:
        await self.client.aclose()


async def browse(house: TestedHouse, person: str | UUID | None = None, language: str = "en") -> Browser:
    """A browser of somebody signed in: one of the demo's people, or an account; or of nobody."""

    async def everybody_has_heard(request: httpx.Request) -> None:
        sent = SimpleCookie(request.headers.get("cookie", ""))
        if cookies.AFTER in sent:
            await house.have_heard(NAMES, cookies.read_after(sent[cookies.AFTER].value))

    client = httpx.AsyncClient(
        transport=house.transport,
        base_url=URL,
        follow_redirects=True,
        headers={"Accept-Language": language},
        event_hooks={"request": [everybody_has_heard]},
    )
    if person is not None:
        account = house.account(person) if isinstance(person, str) else person
        session_id = await Sessions(house.office("web"), demo=True).begin(account, Level.DEMO)
        client.cookies.set("bifall", session_id)
    return Browser(client)
