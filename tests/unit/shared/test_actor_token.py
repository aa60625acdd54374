"""Actor tokens (S-14): whatever is not exactly what `web` signed, for this service and this minute, is nobody's."""

from __future__ import annotations

import base64
import json
import time
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.http.actor_token import LIFE_S, TOKEN_MAX_BYTES, Minter, Verifier
from shared.identity import Actor, Post, Role

KEY = Ed25519PrivateKey.generate()
PRIVATE = KEY.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
PUBLIC = KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
PERSON, ASSOCIATION = UUID(int=1), UUID(int=2)
ACTOR = Actor(PERSON, (Post(Role.OFFICER), Post(Role.APPLICANT, ASSOCIATION)))
TOKEN = Minter(PRIVATE).token(ACTOR, "review")
NOW = int(time.time())


@pytest.fixture(autouse=True)
def _it_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock stands still, so that no token of these tests runs out while others take their time."""
    monkeypatch.setattr(time, "time", lambda: float(NOW))


def verified(token: str, service: str = "review") -> Actor | None:
    return Verifier(PUBLIC, service).actor(token)


def claims(**changes: Any) -> dict[str, Any]:
    given_ = {
        "iss": "bifall",
        "aud": "review",
        "sub": str(PERSON),
        "iat": NOW,
        "exp": NOW + 60,
        "posts": [["officer", None]],
    }
    return {name: value for name, value in (given_ | changes).items() if value is not ...}


def part(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def signed(payload: Any, header: Any = None, key: Ed25519PrivateKey = KEY) -> str:
    head = {"alg": "Ed25519", "typ": "JWT"} if header is None else header
    text = f"{part(json.dumps(head).encode())}.{part(json.dumps(payload).encode())}"
    return f"{text}.{part(key.sign(text.encode()))}"


def test_a_token_stands_for_whom_it_was_made_for() -> None:
    assert verified(TOKEN) == ACTOR
    assert verified(signed(claims())) == Actor(PERSON, (Post(Role.OFFICER),))


def test_a_token_for_one_service_is_nothing_to_another() -> None:
    assert verified(TOKEN, "payouts") is None


WRONG: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "elsewhere"},
    "no issuer": {"iss": ...},
    "another audience": {"aud": "payouts"},
    "no audience": {"aud": ...},
    "expired": {"iat": NOW - 600, "exp": NOW - 60},
    "no expiry": {"exp": ...},
    "an expiry that is no number": {"exp": "tomorrow"},
    "an endless expiry": {"exp": float("inf")},
    "an expiry that is no time": {"exp": float("nan")},
    "from the future": {"iat": NOW + 600, "exp": NOW + 660},
    "no moment of issue": {"iat": ...},
    "not yet valid": {"nbf": NOW + 600},
    "nobody": {"sub": ...},
    "a subject that is no id": {"sub": "somebody"},
    "a subject that is a number": {"sub": 7},
    "a subject that is a list": {"sub": [str(PERSON)]},
    "no posts": {"posts": ...},
    "posts that are no list": {"posts": 7},
    "posts that are words": {"posts": ["officer"]},
    "a role there is not": {"posts": [["emperor", None]]},
    "an association that is no id": {"posts": [["officer", "everyone"]]},
    "an association that is a number": {"posts": [["officer", 7]]},
}


@pytest.mark.parametrize("what", WRONG)
def test_a_token_signed_with_the_right_key_and_wrong_within_is_refused(what: str) -> None:
    assert verified(signed(claims(**WRONG[what]))) is None


@pytest.mark.parametrize("payload", [[], 7, None, "text", [claims()]])
def test_a_token_without_claims_is_refused(payload: Any) -> None:
    assert verified(signed(payload)) is None


def test_a_token_signed_by_another_key_is_refused() -> None:
    assert verified(signed(claims(), key=Ed25519PrivateKey.generate())) is None


@pytest.mark.parametrize("algorithm", ["none", "None", "HS256", "EdDSA", "RS256", "ES256", "", None, 7, ["Ed25519"]])
def test_only_one_way_of_signing_is_taken(algorithm: Any) -> None:
    assert verified(signed(claims(), {"alg": algorithm, "typ": "JWT"})) is None


def test_no_signature_is_no_token() -> None:
    body = part(json.dumps(claims()).encode())

    for head in ({"alg": "none"}, {"alg": "Ed25519"}):
        assert verified(f"{part(json.dumps(head).encode())}.{body}.") is None
        assert verified(f"{part(json.dumps(head).encode())}.{body}") is None


@pytest.mark.parametrize(
    "secret", [PUBLIC, PUBLIC.strip(), b"".join(PUBLIC.splitlines()[1:-1])], ids=["whole", "stripped", "its base64"]
)
def test_a_token_signed_with_the_public_key_as_a_secret_is_refused(secret: bytes) -> None:
    head = part(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
    text = f"{head}.{part(json.dumps(claims()).encode())}"
    mac = hmac.HMAC(secret, hashes.SHA256())
    mac.update(text.encode())

    assert verified(f"{text}.{part(mac.finalize())}") is None


@pytest.mark.parametrize(
    "extra",
    [
        {"jku": "http://elsewhere/keys"},
        {"x5u": "http://elsewhere"},
        {"kid": "../../etc/passwd"},
        {"crit": ["b64"], "b64": False},
    ],
)
def test_a_token_cannot_bring_its_own_key(extra: dict[str, Any]) -> None:
    own = Ed25519PrivateKey.generate()
    x = part(own.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw))
    header = {"alg": "Ed25519", "typ": "JWT", "jwk": {"kty": "OKP", "crv": "Ed25519", "x": x}, **extra}

    assert verified(signed(claims(), header, own)) is None


def test_nobody_is_the_fund_itself_by_token() -> None:
    actor = verified(signed(claims(posts=[["fund", None], ["officer", None]])))

    assert actor is not None
    assert not actor.holds(Role.FUND)


@settings(max_examples=40)
@given(st.data())
def test_a_token_altered_anywhere_is_refused(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(TOKEN) - 1))
    character = data.draw(st.characters(exclude_characters=TOKEN[at], codec="latin-1"))
    altered = TOKEN[:at] + character + TOKEN[at + 1 :]

    if not same_signature(altered):
        assert verified(altered) is None


def same_signature(altered: str) -> bool:
    """The last character of a part in base64 has bits that mean nothing: another one may be the very same signature."""
    head, body, signature = TOKEN.split(".")
    parts = altered.split(".")
    if len(parts) != 3 or parts[:2] != [head, body]:
        return False
    try:
        return base64.urlsafe_b64decode(parts[2] + "==") == base64.urlsafe_b64decode(signature + "==")
    except ValueError:
        return False


@settings(max_examples=40)
@given(
    st.text(max_size=300)
    | st.lists(st.text(max_size=60), max_size=5).map(".".join)
    | st.binary(max_size=200).map(bytes.hex)
)
def test_no_text_is_a_token_or_an_error(text: str) -> None:
    assert verified(text) is None


@settings(max_examples=40)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["iss", "aud", "sub", "exp", "iat", "posts", "alg"]), inner, max_size=4)
        ),
        max_leaves=9,
    )
)
def test_no_signed_content_is_an_error(payload: Any) -> None:
    assert verified(signed(payload)) is None
    assert payload is None or verified(signed(claims(), payload)) is None
    if isinstance(payload, dict):
        verified(signed(claims() | payload))


def test_a_token_as_deep_as_a_well_is_refused() -> None:
    deep = "[" * 6_000 + "]" * 6_000
    text = f"{part(deep.encode())}.{part(deep.encode())}"

    assert verified(f"{text}.{part(KEY.sign(text.encode()))}") is None
    assert verified("a" * (TOKEN_MAX_BYTES + 1)) is None


def test_a_token_is_believed_no_longer_than_it_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    verifier = Verifier(PUBLIC, "review")
    assert verifier.actor(TOKEN) == ACTOR

    monkeypatch.setattr(time, "time", lambda: float(NOW + LIFE_S + 60))

    assert verifier.actor(TOKEN) is None


def test_a_minter_gives_the_same_token_while_most_of_its_life_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    minter = Minter(PRIVATE)
    first = minter.token(ACTOR, "review")

    assert minter.token(ACTOR, "review") == first
    assert minter.token(ACTOR, "payouts") != first
    monkeypatch.setattr(time, "time", lambda: NOW + LIFE_S * 0.75)
    assert minter.token(ACTOR, "review") != first


@pytest.mark.parametrize("off_s", [-2 * 3_600, 2 * 3_600])
def test_r13_a_clock_that_is_set_right_makes_no_tokens_life_longer(monkeypatch: pytest.MonkeyPatch, off_s: int) -> None:
    """Nor is one given out any more that is of no use: everybody's next call works."""
    minter, verifier = Minter(PRIVATE), Verifier(PUBLIC, "review")
    before = minter.token(ACTOR, "review")
    assert verifier.actor(before) == ACTOR

    monkeypatch.setattr(time, "time", lambda: float(NOW + off_s))

    assert verifier.actor(before) is None
    assert Verifier(PUBLIC, "review").actor(before) is None, "whether it was remembered or not"
    assert verifier.actor(minter.token(ACTOR, "review")) == ACTOR


def test_the_most_posts_anyone_can_hold_fit_in_a_token() -> None:
    posts = tuple(Post(Role.SIGNATORY, UUID(int=2**127 + number)) for number in range(500))

    assert verified(Minter(PRIVATE).token(Actor(PERSON, posts), "review")) == Actor(PERSON, posts)
