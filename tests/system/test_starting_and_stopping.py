"""Starting and stopping, as an operator meets it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import httpx
import pytest

from tests.system.running import RunningHouse, bifall


def test_a_house_that_is_stopped_opens_again(tmp_path: Path) -> None:
    with RunningHouse(tmp_path / "data"):
        pass
    with RunningHouse(tmp_path / "data") as again:
        assert again.get("/ready", {}).json()["ready"] is True


def test_a_second_house_on_the_same_folder_is_told_who_has_it(tmp_path: Path) -> None:
    with RunningHouse(tmp_path / "data") as first:
        second = bifall("up", "--data", str(tmp_path / "data"), "--port", "0")
        assert second.returncode == 1
        assert str(first.process.pid) in second.stderr


def test_a_house_that_was_killed_opens_again(tmp_path: Path) -> None:
    with RunningHouse(tmp_path / "data") as first:
        first.kill()
    with RunningHouse(tmp_path / "data"):
        pass


def test_without_demo_nobody_is_let_in_as_a_demo_person(tmp_path: Path) -> None:
    with RunningHouse(tmp_path / "data") as house:
        token, demo = house.ask("token", "officer"), house.ask("demo")
        assert (token.returncode, demo.returncode) == (1, 1)
        assert "bifall up --demo" in token.stderr
        assert "bifall up --demo" in demo.stderr


def test_a_demo_token_is_worth_nothing_once_the_demo_is_over(tmp_path: Path) -> None:
    with RunningHouse(tmp_path / "data", "--demo") as demo:
        token = demo.ask("token", "officer").stdout.strip()
        headers = {"Authorization": f"Bearer {token}"}
        assert demo.get("/api/web/me", headers).status_code == 200
    with RunningHouse(tmp_path / "data") as later:
        assert later.get("/api/web/me", headers).status_code == 401


def test_the_demo_people_can_be_listed(running: RunningHouse) -> None:
    people = running.ask("token", "--list").stdout.split()
    assert people == [
        "coordinator",
        "officer",
        *[f"panel-{number}" for number in range(1, 6)],
        "chair",
        "secretary",
        "finance",
        "attester-1",
        "attester-2",
        "auditor",
        "archivist",
        "administrator",
        "data-protection-officer",
        "applicant",
    ]


@pytest.mark.parametrize(
    "command",
    [
        "up",
        "serve",
        "prepare",
        "invite",
        "demo",
        "status",
        "token",
        "parked",
        "rebuild",
        "recover",
        "backup",
        "restore",
    ],
)
def test_every_command_explains_itself_with_an_example(command: str) -> None:
    done = bifall(command, "--help")
    assert done.returncode == 0
    assert f"Example: bifall {command}" in done.stdout


def test_wrong_use_exits_with_two_and_shows_no_trace() -> None:
    for words in (["nothing"], ["serve", "nobody"], ["rebuild"], ["demo", "--round", "no-such-file.json"]):
        done = bifall(*words)
        assert done.returncode == 2, words
        assert "Traceback" not in done.stderr


def test_the_version_is_told() -> None:
    assert re.fullmatch(r"bifall \d+\.\d+\.\d+\n", bifall("--version").stdout)


def test_nothing_answering_is_said_with_what_to_do_next() -> None:
    done = bifall("status", "--url", "http://127.0.0.1:9", "--json")
    assert done.returncode == 1
    assert "bifall up" in done.stderr


def test_the_front_page_speaks_the_reader_s_language_and_asks_nothing_of_others(running: RunningHouse) -> None:
    swedish = httpx.get(running.url, headers={"Accept-Language": "sv"})
    english = httpx.get(running.url, headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert '<html lang="sv">' in swedish.text
    assert '<html lang="en">' in english.text
    for page in (swedish, english):
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert "http://" not in page.text
        assert "https://" not in page.text


def test_status_is_one_json_object(running: RunningHouse) -> None:
    status = json.loads(running.ask("status", "--json").stdout)
    assert set(status) == {"complete", "services"}
    assert set(status["services"]) == {"applications", "review", "payouts", "audit", "web"}
