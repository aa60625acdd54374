"""What we are told of identity providers from outside: all that is needed, or a sentence about what is missing."""

from __future__ import annotations

import pytest

from services.web.signing_in.provider import SCOPE, is_safe, providers_from
from services.web.site.sessions import Level
from shared.settings import MissingSetting

LOA3 = "http://id.elegnamnden.se/loa/1.0/loa3"


def told(name: str, issuer: str, **more: str) -> dict[str, str]:
    settings = {"ISSUER": issuer, "CLIENT_ID": "bifall", "CLIENT_SECRET": "secret", "ACR_MAP": f"{LOA3}=eid"} | more
    return {f"BIFALL_OIDC_{name.upper()}_{what}": value for what, value in settings.items()}


def test_several_providers_are_told_of_each_under_its_name() -> None:
    first = told("freja", "https://freja.example", TITLE="Freja")
    second = told("region", "https://region.example", ACR_MAP=f"{LOA3}=eid, urn:example:otp=local", ALGORITHM="ES256")

    freja, region = providers_from({**second, **first, "BIFALL_PORT": "8000"})

    assert (freja.name, freja.title, freja.algorithm, freja.scope) == ("freja", "Freja", "RS256", SCOPE)
    assert region.acr == {LOA3: Level.EID, "urn:example:otp": Level.LOCAL}
    assert (region.title, region.algorithm) == ("Region", "ES256")


def test_where_nobody_is_told_of_there_is_none() -> None:
    assert providers_from({"BIFALL_PORT": "8000"}) == ()


def test_no_personal_number_is_asked_for_unless_somebody_says_so() -> None:
    assert "Number" not in SCOPE


def test_a_secret_may_be_in_a_file(tmp_path: object) -> None:
    from pathlib import Path

    file = Path(str(tmp_path)) / "secret"
    file.write_text("from a file\n")
    environment = told("right", "https://sign-in.example", CLIENT_SECRET="") | {
        "BIFALL_OIDC_RIGHT_CLIENT_SECRET_FILE": str(file)
    }

    assert providers_from(environment)[0].client_secret == "from a file"


@pytest.mark.parametrize(
    ("url", "issuer", "is_it"),
    [
        ("https://a.example/token", "https://a.example", True),
        ("https://b.example/token", "https://a.example", True),
        ("http://a.example/token", "https://a.example", False),
        ("http://a.example/token", "http://a.example", False),
        ("http://127.0.0.1:7/token", "http://127.0.0.1:7", True),
        ("http://127.0.0.1:7/token", "https://a.example", False),
        ("http://169.254.169.254/token", "http://127.0.0.1:7", False),
        ("file:///etc/passwd", "https://a.example", False),
        ("https://", "https://a.example", False),
        ("https://[a.example", "https://a.example", False),
        ("", "https://a.example", False),
    ],
)
def test_a_provider_is_asked_over_https_or_on_this_very_machine(url: str, issuer: str, is_it: bool) -> None:
    assert is_safe(url, issuer) is is_it


@pytest.mark.parametrize(
    "wrong",
    [
        {"ISSUER": "http://sign-in.example"},
        {"CLIENT_ID": ""},
        {"CLIENT_SECRET": ""},
        {"ACR_MAP": ""},
        {"ACR_MAP": "http://id.elegnamnden.se/loa/1.0/loa3"},
        {"ACR_MAP": "x=emperor"},
        {"ALGORITHM": "none"},
        {"ALGORITHM": "HS256"},
    ],
    ids=str,
)
def test_a_provider_told_of_by_halves_stops_the_start_with_a_sentence(wrong: dict[str, str]) -> None:
    assert providers_from(told("right", "https://sign-in.example")), "the control"

    with pytest.raises(MissingSetting, match="RIGHT"):
        providers_from(told("right", "https://sign-in.example", **wrong))
