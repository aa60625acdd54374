"""Whatever an identity provider may answer, by mistake or on purpose: what does not hold signs nobody in, calmly.

Each forgery is tried beside the honest token it was made from.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import random
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from joserfc import jwe, jws, jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from services.web.signing_in import provider as limits
from services.web.signing_in.id_token import NotSignedIn, verify
from services.web.signing_in.provider import Source
from tests.service.house import TestedHouse
from tests.service.web.browsing import Browser, browse
from tests.service.web_accounts.providers import LOA2, LOA3, HostileProvider, away, knowing, providers, told

START = "/sign-in/with/hostile?next=/me"
MUTATIONS = 1_000
Forge = Callable[[HostileProvider, dict[str, Any]], str]


@pytest.fixture
def hostile() -> Iterator[HostileProvider]:
    opened = HostileProvider()
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def known(house: TestedHouse, hostile: HostileProvider) -> Iterator[None]:
    with knowing(house, told("hostile", hostile.issuer), told("other", "https://other.example")):
        yield


@pytest.fixture
async def browser(house: TestedHouse) -> AsyncIterator[Browser]:
    opened = await browse(house)
    yield opened
    await opened.close()


async def is_refused_calmly(browser: Browser, hostile: HostileProvider) -> None:
    """The control comes last: the same browser, the same provider, an honest token."""
    page = await hostile.comes_back(browser, START)
    assert page.status == 400, page.text
    assert page.heading == "The sign-in did not go through"
    assert "nobody is signed in" in page.text
    assert "/sign-in" in page.links
    assert (await browser.open("/me")).path == "/sign-in?next=/me"
    hostile.claims, hostile.forge = {}, hostile.honest
    assert (await hostile.comes_back(browser, START)).path == "/me", "the control"


async def test_an_honest_token_signs_somebody_in(browser: Browser, hostile: HostileProvider) -> None:
    page = await hostile.comes_back(browser, START)

    assert page.path == "/me"
    assert "Anna Ek" in page.html
    (form,) = hostile.exchanged
    assert form["grant_type"] == "authorization_code"
    assert len(form["code_verifier"]) >= 43


now = time.time
CLAIMS: dict[str, dict[str, Any]] = {
    "another nonce": {"nonce": "another"},
    "no nonce": {"nonce": None},
    "a nonce that is a number": {"nonce": 7},
    "another audience": {"aud": "another-client"},
    "no audience": {"aud": None},
    "an empty audience": {"aud": []},
    "others as audience too": {"aud": ["bifall", "another-client"]},
    "another authorized party": {"azp": "another-client"},
    "another issuer": {"iss": "https://another.example"},
    "an issuer that is nearly ours": {"iss": "http://127.0.0.1:1/"},
    "no issuer": {"iss": None},
    "run out": {"exp": int(now()) - 3_600},
    "no end": {"exp": None},
    "from the future": {"iat": int(now()) + 86_400},
    "from long ago": {"iat": int(now()) - 86_400},
    "not yet": {"nbf": int(now()) + 86_400},
    "signed in in the future": {"auth_time": int(now()) + 86_400},
    "nobody": {"sub": None},
    "nobody at all": {"sub": ""},
    "somebody who is a number": {"sub": 7},
    "somebody without end": {"sub": "x" * 256},
}


@pytest.mark.parametrize("claims", CLAIMS.values(), ids=CLAIMS.keys())
async def test_a_token_with_one_wrong_claim_is_refused(
    browser: Browser, hostile: HostileProvider, claims: dict[str, Any]
) -> None:
    hostile.claims = claims

    await is_refused_calmly(browser, hostile)


def unsigned(hostile: HostileProvider, claims: dict[str, Any]) -> str:
    return f"{part({'alg': 'none'})}.{part(claims)}."


def part(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def with_the_public_key_as_secret(hostile: HostileProvider, claims: dict[str, Any]) -> str:
    signed = f"{part({'alg': 'HS256', 'kid': 'first'})}.{part(claims)}"
    mac = hmac.new(hostile.key.as_pem(private=False), signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def of_another_key(hostile: HostileProvider, claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS256", "kid": "first"}, claims, RSAKey.generate_key(2048), algorithms=["RS256"])


def of_a_key_nobody_knows(hostile: HostileProvider, claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS256", "kid": "other"}, claims, RSAKey.generate_key(2048), algorithms=["RS256"])


def with_its_own_key_in_the_header(hostile: HostileProvider, claims: dict[str, Any]) -> str:
    own = RSAKey.generate_key(2048)
    header = {"alg": "RS256", "kid": "first", "jwk": own.as_dict(private=False)}
    return jwt.encode(header, claims, own, algorithms=["RS256"])


def with_an_address_of_keys(hostile: HostileProvider, claims: dict[str, Any]) -> str:
    header = {"alg": "RS256", "kid": "../../keys", "jku": f"{hostile.issuer}/own-keys", "x5u": f"{hostile.issuer}/x"}
    return jwt.encode(header, claims, RSAKey.generate_key(2048), algorithms=["RS256"])


def in_another_algorithm(hostile: HostileProvider, claims: dict[str, Any]) -> str:
    """The right key, and an algorithm we were not told that the provider uses."""
    return jwt.encode({"alg": "PS256", "kid": "first"}, claims, hostile.key, algorithms=["PS256"])


def on_a_curve(hostile: HostileProvider, claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "ES256", "kid": "first"}, claims, ECKey.generate_key("P-256"), algorithms=["ES256"])


def encrypted(hostile: HostileProvider, claims: dict[str, Any]) -> str:
    header, key = {"alg": "dir", "enc": "A128GCM"}, OctKey.generate_key(128)
    return jwe.encrypt_compact(header, json.dumps(claims).encode(), key)


def cut_off(hostile: HostileProvider, claims: dict[str, Any]) -> str:
    return hostile.honest(claims)[:-8]


def without_signature(hostile: HostileProvider, claims: dict[str, Any]) -> str:
    return hostile.honest(claims).rpartition(".")[0] + "."


def no_claims(hostile: HostileProvider, claims: dict[str, Any]) -> str:
    return jws.serialize_compact({"alg": "RS256", "kid": "first"}, b"[1, 2]", hostile.key, algorithms=["RS256"])


def endless(hostile: HostileProvider, claims: dict[str, Any]) -> str:
    return hostile.honest({**claims, "more": "x" * 40_000})


FORGERIES = (
    unsigned,
    with_the_public_key_as_secret,
    of_another_key,
    of_a_key_nobody_knows,
    with_its_own_key_in_the_header,
    with_an_address_of_keys,
    in_another_algorithm,
    on_a_curve,
    encrypted,
    cut_off,
    without_signature,
    no_claims,
    endless,
)


@pytest.mark.parametrize("forge", FORGERIES, ids=lambda forge: forge.__name__)
async def test_a_forged_token_is_refused(browser: Browser, hostile: HostileProvider, forge: Forge) -> None:
    hostile.forge = lambda claims: forge(hostile, claims)

    await is_refused_calmly(browser, hostile)


async def test_a_token_changed_anywhere_is_refused(hostile: HostileProvider) -> None:
    """S-14: a thousand tokens, each with something changed, straight to where tokens are read."""
    source, chance = Source(providers(told("hostile", hostile.issuer))[0]), random.Random(20_261_122)
    hostile.nonce = "n"
    honest = hostile.honest(hostile.honest_claims())
    assert (await verify(source, honest, "n", shown_since=None)).subject == "somebody", "the control"
    for _ in range(MUTATIONS):
        at = chance.randrange(len(honest) - 1)  # the last sign of a signature has bits that mean nothing
        sign = chance.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=é\0 ")
        changed = honest[:at] + sign + honest[at + chance.choice((0, 1)) :]
        if changed != honest:
            with pytest.raises(NotSignedIn):
                await verify(source, changed, "n", shown_since=None)


@pytest.mark.parametrize("acr", [LOA2, "", "urn:made-up", None])
async def test_an_e_id_that_does_not_show_surely_enough_signs_nobody_in(
    browser: Browser, hostile: HostileProvider, acr: str | None
) -> None:
    hostile.claims = {"acr": acr}

    page = await hostile.comes_back(browser, START)

    assert page.status == 400
    assert "does not show surely enough" in page.text
    hostile.claims = {"acr": LOA3}
    assert (await hostile.comes_back(browser, START)).path == "/me", "the control"


async def test_an_answer_meant_for_another_provider_is_refused(browser: Browser, hostile: HostileProvider) -> None:
    """Mix-up: begun with one provider, back by another's way."""
    sent = await away(browser, START)
    state = sent.partition("state=")[2].partition("&")[0]

    page = await browser.open(f"/sign-in/with/other/back?code=a-code&state={state}")

    assert page.status == 400
    assert hostile.exchanged == [], "the code was sent to nobody"


@pytest.mark.parametrize("state", [None, "", "made-up", "x" * 5_000])
async def test_an_answer_without_a_state_of_ours_is_refused(
    browser: Browser, hostile: HostileProvider, state: str | None
) -> None:
    assert (await hostile.comes_back(browser, START, state=state)).status == 400
    assert hostile.exchanged == []


async def test_to_sign_it_is_not_enough_to_have_signed_in_once(hostile: HostileProvider) -> None:
    source = Source(providers(told("hostile", hostile.issuer))[0])
    hostile.nonce = "n"
    began = time.time()
    for auth_time, is_enough in ((began, True), (began - 3_600, False), (None, False)):
        claims = {k: v for k, v in (hostile.honest_claims() | {"auth_time": auth_time}).items() if v is not None}
        if is_enough:
            assert await verify(source, hostile.honest(claims), "n", shown_since=began)
        else:
            with pytest.raises(NotSignedIn):
                await verify(source, hostile.honest(claims), "n", shown_since=began)


# What the provider says of itself


def answers(hostile: HostileProvider, path: str, status: int, body: bytes, **headers: str) -> None:
    hostile.raw[path] = (status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


DISCOVERY = "/.well-known/openid-configuration"
BREAKS: dict[str, Callable[[HostileProvider], None]] = {
    "another issuer": lambda one: one.metadata.update(issuer="https://another.example"),
    "a way on that is not https": lambda one: one.metadata.update(token_endpoint="http://169.254.169.254/token"),
    "a way on that is no web address": lambda one: one.metadata.update(jwks_uri="file:///etc/passwd"),
    "elsewhere": lambda one: answers(one, DISCOVERY, 302, b"", Location="http://169.254.169.254/"),
    "no JSON": lambda one: answers(one, DISCOVERY, 200, b"<html>"),
    "a list": lambda one: answers(one, DISCOVERY, 200, b"[]"),
    "nested without end": lambda one: answers(one, DISCOVERY, 200, b"[" * 100_000),
    "no end": lambda one: answers(one, DISCOVERY, 200, b" " * 300_000 + b"{}"),
    "a failure": lambda one: answers(one, DISCOVERY, 500, b"{}"),
    "no addresses": lambda one: answers(one, DISCOVERY, 200, b"{}"),
}


@pytest.mark.parametrize("breaks", BREAKS.values(), ids=BREAKS.keys())
async def test_a_provider_that_says_something_unfit_of_itself_is_told_as_silent(
    browser: Browser, hostile: HostileProvider, breaks: Callable[[HostileProvider], None]
) -> None:
    breaks(hostile)

    page = await browser.open(START)

    assert page.status == 503
    assert "does not answer right now" in page.text
    assert "/sign-in" in page.links


async def test_a_provider_that_never_answers_holds_nobody_up(
    house: TestedHouse, hostile: HostileProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not one person, and not ten in a row: who asks just after it was silent is told so at once."""
    monkeypatch.setattr(limits, "TIMEOUT_S", 0.5)
    hostile.slow_s = 20
    browsers = [await browse(house) for _ in range(10)]
    async with asyncio.timeout(hostile.slow_s - 1):
        pages = await asyncio.gather(*(one.open(START) for one in browsers))

    assert {page.status for page in pages} == {503}


async def test_a_provider_that_is_silent_when_one_comes_back_is_told_so(
    browser: Browser, hostile: HostileProvider
) -> None:
    hostile.raw["/token"] = (500, {}, b"{}")
    page = await hostile.comes_back(browser, START)

    assert page.status == 503
    assert "does not answer right now" in page.text


async def test_what_the_provider_says_is_asked_for_once_and_new_keys_are_found(
    browser: Browser, hostile: HostileProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await hostile.comes_back(browser, START)).path == "/me"
    hostile.raw[DISCOVERY] = (500, {}, b"{}")
    assert (await hostile.comes_back(browser, START)).path == "/me", "it is still believed"

    monkeypatch.setattr(limits, "KEYS_AGAIN_S", 0.0)
    hostile.key = RSAKey.generate_key(2048, {"kid": "second", "use": "sig"}, private=True)
    hostile.forge = lambda claims: jwt.encode(
        {"alg": "RS256", "kid": "second"}, claims, hostile.key, algorithms=["RS256"]
    )
    assert (await hostile.comes_back(browser, START)).path == "/me"
