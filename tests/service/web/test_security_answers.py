"""What every answer tells the browser, and where it may send it: headers, cookies, addresses."""

from __future__ import annotations

from collections.abc import AsyncIterator
from http.cookies import SimpleCookie

import httpx
import pytest

from infra.embedded import Addresses
from services.web.domain.account import GrantRole, OpenAccount
from services.web.site.rendering import static_files
from services.web.site.sessions import Level, Sessions
from shared.identity import Role
from tests.service.house import TestedHouse, new_id
from tests.service.web.browsing import browse
from tests.service.web.page_routes import OPENED, SENT
from tests.service.whole_fund import Everything

ADDRESS = "https://bidrag.example.se"
FORBIDDEN = ("unsafe-inline", "unsafe-eval", "http:", "https:", "*")
NO_PAGES = frozenset({"/favicon.ico", "/robots.txt"})
ELSEWHERE = (
    "//elsewhere.example",
    "///elsewhere.example",
    "//[elsewhere.example",
    "http://[elsewhere.example",
    "/\\elsewhere.example",
    "\\\\elsewhere.example",
    "/\t/elsewhere.example",
    "https://elsewhere.example",
    "https:elsewhere.example",
    "javascript:alert(1)",
    "http://127.0.0.1:8000@elsewhere.example",
    "/x\r\nSet-Cookie: bifall=chosen",
    "/x%0d%0aSet-Cookie:bifall=chosen",
    "/\u2028/elsewhere.example",
    "data:text/html,x",
    "",
)
TAKE_A_PATH = (
    "/language/sv?back=",
    "/sign-in?next=",
    "/sign-in/email?next=",
    "/sign-in/local?next=",
    "/sign-in/with/nobody?next=",
    "/my/associations/new?next=",
)


@pytest.fixture(scope="module")
async def over_https(addresses: Addresses, house: TestedHouse) -> AsyncIterator[TestedHouse]:
    """The same house as the world reaches it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BIFALL_PUBLIC_URL", ADDRESS)
        safe = TestedHouse(addresses)
        await safe.open()
    yield safe
    await safe.close()


def lacking(answer: httpx.Response) -> list[str]:
    """What an answer of ours should tell the browser, and does not."""
    headers = answer.headers
    policy = dict(one.strip().partition(" ")[::2] for one in headers.get("content-security-policy", "").split(";"))
    wanted = {
        "loads from elsewhere or runs what is written in it": policy.get("default-src") == "'none'"
        and not any(word in value.split() for value in policy.values() for word in FORBIDDEN),
        "may be framed": policy.get("frame-ancestors") == "'none'",
        "sends forms elsewhere": policy.get("form-action") == "'self'",
        "takes another base": policy.get("base-uri") == "'none'",
        "guesses types": headers.get("x-content-type-options") == "nosniff",
        "says where people come from": headers.get("referrer-policy") in ("same-origin", "no-referrer"),
        "shares its window": headers.get("cross-origin-opener-policy") == "same-origin",
        "is kept": headers.get("cache-control") == "no-store",
        "names its maker": "server" not in headers and "x-powered-by" not in headers,
    }
    return [what for what, holds in wanted.items() if not holds]


@pytest.mark.parametrize("person", [None, "officer", "applicant"])
async def test_s14_every_answer_of_every_page_says_what_the_browser_may_do(
    house: TestedHouse, everything: Everything, person: str | None
) -> None:
    visitor = await browse(house, person)
    wrong = {}
    for page in OPENED:
        answer = await visitor.client.get(page.path(everything.ids), follow_redirects=False)
        found = lacking(answer)
        if page.template in NO_PAGES:
            found = [what for what in found if what == "guesses types"]
        if found:
            wrong[f"{page}: {answer.status_code}"] = found
    await visitor.close()

    assert wrong == {}


async def test_s14_so_does_every_page_of_an_error(house: TestedHouse, everything: Everything) -> None:
    officer = await browse(house, "officer")
    client = officer.client
    ours = {"Origin": "http://127.0.0.1:8000", "Sec-Fetch-Site": "same-origin"}
    answers = [
        await client.get("/nowhere"),
        await client.get("/cases/not-a-case"),
        await client.get(f"/cases/{new_id()}"),
        await client.get("/administer/accounts"),
        await client.put("/cases"),
        await client.post("/accessibility", data={"words": "x"}),
        await client.post("/accessibility", data={"words": "x"}, headers=ours),
        await client.post("/accessibility", data={"words": "x" * 700_000}, headers=ours),
        await client.get("/cases/not-a-case", headers={"Accept": "application/json"}),
        await (await browse(house)).client.get("/my", headers={"Accept": "application/json"}),
    ]
    await officer.close()

    assert [answer.status_code for answer in answers] == [404, 404, 404, 403, 405, 403, 403, 413, 404, 401]
    assert {
        f"{answer.request.method} {answer.url.path}": found for answer in answers if (found := lacking(answer))
    } == {}


def test_control_what_an_answer_lacks_is_found() -> None:
    assert len(lacking(httpx.Response(200))) == 8
    inline = {"content-security-policy": "default-src 'none'; script-src 'self' 'unsafe-inline' https:"}
    assert lacking(httpx.Response(200, headers=inline))[0].startswith("loads from elsewhere")


async def test_s14_over_https_the_browser_is_told_to_stay_there_also_on_errors(over_https: TestedHouse) -> None:
    visitor = await browse(over_https)
    answers = [await visitor.client.get(path, follow_redirects=False) for path in ("/", "/nowhere", "/my")]
    await visitor.close()

    assert [answer.status_code for answer in answers] == [200, 404, 303]
    assert all("max-age=31536000" in answer.headers["strict-transport-security"] for answer in answers)


@pytest.mark.parametrize("name", ["bifall", "__Host-bifall"])
@pytest.mark.parametrize("path", ["/today", f"/cases/{new_id()}"], ids=["a page", "an error"])
async def test_s11_a_session_gets_a_new_id_with_new_roles_in_a_cookie_that_only_we_can_read(
    house: TestedHouse, over_https: TestedHouse, name: str, path: str
) -> None:
    """Also where the page turns out to be an error: the browser would else be left with the id that soon dies."""
    is_https = name.startswith("__Host-")
    tested = over_https if is_https else house
    web, account = tested.office("web"), new_id()
    await web.act(OpenAccount(subject=account, demo=True), "test")
    old = await Sessions(web, demo=True).begin(account, Level.DEMO)
    await web.act(GrantRole(subject=account, role=Role.COORDINATOR), "test")
    visitor = await browse(tested)

    answer = await visitor.client.get(path, headers={"Cookie": f"{name}={old}"}, follow_redirects=False)
    await visitor.close()

    told: SimpleCookie = SimpleCookie(answer.headers.get("set-cookie", ""))
    assert (told[name].value != old, len(told[name].value)) == (True, 43)
    assert (told[name]["httponly"], bool(told[name]["secure"]), told[name]["path"]) == (True, is_https, "/")
    assert (told[name]["samesite"].lower(), told[name]["domain"]) == ("lax", "")


async def test_s11_over_https_a_cookie_without_the_prefix_is_nobody_s(over_https: TestedHouse) -> None:
    """Another host of the domain could have set it."""
    session_id = await Sessions(over_https.office("web"), demo=True).begin(over_https.account("officer"), Level.DEMO)
    visitor = await browse(over_https)
    answers = [
        await visitor.client.get("/today", headers={"Cookie": f"{name}={session_id}"}, follow_redirects=False)
        for name in ("bifall", "__Host-bifall")
    ]
    await visitor.close()

    assert [answer.status_code for answer in answers] == [303, 200]


@pytest.mark.parametrize("path", TAKE_A_PATH)
async def test_s12_a_path_to_go_on_to_leads_to_no_other_site(house: TestedHouse, path: str) -> None:
    visitor = await browse(house, "applicant")
    for wanted in ELSEWHERE:
        url = httpx.URL(path.partition("?")[0], params={path.partition("?")[2].rstrip("="): wanted})
        answer = await visitor.client.get(url, follow_redirects=False)
        location = answer.headers.get("location", "/")
        assert answer.status_code in (200, 303, 403, 404), wanted
        assert location.startswith("/"), f"{wanted!r} led to {location}"
        assert location[1:2] not in ("/", "\\"), f"{wanted!r} led to {location}"
        assert "elsewhere.example" not in location.partition("?")[0]
        assert "chosen" not in answer.headers.get("set-cookie", "")
        if "elsewhere" in wanted and answer.status_code == 200:
            assert f'value="{wanted}"' not in answer.text
    await visitor.close()


async def test_s12_the_sign_in_goes_on_to_no_other_site(house: TestedHouse) -> None:
    for wanted in ("//elsewhere.example", "/\\elsewhere.example", "https://elsewhere.example"):
        visitor = await browse(house)
        form = (await visitor.open("/sign-in")).form("/sign-in/demo")
        headers = {"Origin": "http://127.0.0.1:8000", "Sec-Fetch-Site": "same-origin"}
        filled = {**dict(form.fields()), "person": "officer", "next": wanted}
        answer = await visitor.client.post(form.action, data=filled, headers=headers, follow_redirects=False)
        await visitor.close()
        assert (answer.status_code, answer.headers["location"]) == (303, "/today")


@pytest.mark.parametrize("said", ["<xss7>", "0" * 32 + "Pengarna%20%C3%A4r%20betalda", "x", "%ff%00", "0" * 32, '"'])
async def test_s12_nobody_else_puts_words_in_our_mouth(house: TestedHouse, said: str) -> None:
    visitor = await browse(house)
    page = await visitor.open("/", Cookie=f"said={said}")
    await visitor.close()

    assert page.status == 200
    assert "Pengarna är betalda" not in page.text
    assert "xss7" not in page.html


async def test_s12_the_method_cannot_be_another_than_it_is(house: TestedHouse, everything: Everything) -> None:
    """A link that anybody can follow does nothing, whatever it calls itself."""
    before = await house.told_by_people()
    visitor = await browse(house, "officer")
    opened = {page.template for page in OPENED}
    answers = {}
    for page in SENT:
        if page.template not in opened:
            path = page.path(everything.ids)
            headers = {"X-HTTP-Method-Override": page.method, "X-HTTP-Method": page.method}
            answer = await visitor.client.get(path, params={"_method": page.method}, headers=headers)
            answers[str(page)] = answer.status_code
    still_in = await visitor.open("/today")
    await visitor.close()

    assert {path: status for path, status in answers.items() if status not in (404, 405)} == {}
    assert (still_in.status, still_in.path) == (200, "/today")
    assert await house.told_by_people() == before


def test_no_file_of_ours_asks_another_host_for_anything() -> None:
    asking = [
        name
        for name, file in static_files().files.items()
        if name.endswith((".css", ".svg"))
        and any(word in file.content for word in (b"url(http", b"url(//", b"url('http", b'url("http', b"@import"))
    ]
    assert asking == []
