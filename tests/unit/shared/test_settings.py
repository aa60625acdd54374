"""Settings: what an operator gives, by variable or by file, and what is said when something is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.settings import MissingSetting, Settings, from_environment, read

GIVEN = {
    "BIFALL_DATABASE_URL": "postgresql://review@database/review",
    "BIFALL_NATS_URL": "nats://broker",
    "BIFALL_NATS_PASSWORD": "secret",
    "BIFALL_KEK": "00" * 32,
}


def test_a_service_needs_its_database_and_its_broker_and_little_else() -> None:
    settings = from_environment("review", GIVEN)

    assert (settings.database_url, settings.nats_url, settings.nats_user) == (
        GIVEN["BIFALL_DATABASE_URL"],
        "nats://broker",
        "review",
    )
    assert settings.key_encryption_key == bytes(32)
    assert (settings.keys_url, settings.nats_monitor_url, settings.practice) == (None, None, False)


@pytest.mark.parametrize("name", ["DATABASE_URL", "NATS_URL", "NATS_PASSWORD"])
def test_what_is_missing_is_named(name: str) -> None:
    with pytest.raises(MissingSetting, match=f"The service review needs BIFALL_{name} or BIFALL_{name}_FILE"):
        from_environment("review", {key: value for key, value in GIVEN.items() if key != f"BIFALL_{name}"})


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("from a file\n")
    (tmp_path / "key.pem").write_bytes(b"-----BEGIN\n\xff\n")
    environment = {
        **GIVEN,
        "BIFALL_NATS_PASSWORD_FILE": str(tmp_path / "password"),
        "BIFALL_TOKEN_PUBLIC_KEY_FILE": str(tmp_path / "key.pem"),
    }

    settings = from_environment("review", environment)

    assert settings.nats_password == "from a file"
    assert settings.token_public_key == b"-----BEGIN\n\xff\n"


def test_only_one_line_feed_at_the_end_of_a_file_is_not_part_of_the_secret(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("two\n\n")

    assert read({"BIFALL_X_FILE": str(tmp_path / "password")}, "X") == "two\n"
    assert read({"BIFALL_X": "kept\n"}, "X") == "kept"
    assert read({}, "X") is None


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        from_environment("review", {**GIVEN, "BIFALL_KEK_FILE": str(tmp_path / "nothing")})


def test_practice_has_to_be_asked_for_in_so_many_words() -> None:
    assert from_environment("review", {**GIVEN, "BIFALL_PRACTICE": "1"}).practice
    assert not from_environment("review", {**GIVEN, "BIFALL_PRACTICE": "0"}).practice
    assert not from_environment("review", {**GIVEN, "BIFALL_PRACTICE": "true"}).practice


def test_digests_of_bodies_are_made_with_a_key_of_their_own() -> None:
    def mac_key(kek: bytes) -> bytes:
        settings = Settings(database_url="", nats_url="", nats_user="", nats_password="", key_encryption_key=kek)
        return settings.request_mac_key

    assert len({mac_key(bytes(32)), mac_key(bytes(31) + b"1"), bytes(32)}) == 3


def test_a_variable_that_is_set_to_nothing_is_not_set() -> None:
    assert read({"BIFALL_BANK": ""}, "BANK") is None
    assert read({"BIFALL_BANK": "{}"}, "BANK") == "{}"
