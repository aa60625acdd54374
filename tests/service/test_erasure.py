"""S-18: a case whose content is disposed of is readable nowhere, in no table, file, log or older backup, and its trail
still holds. A house of its own: its whole folder is searched."""

from __future__ import annotations

import argparse
import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from infra.embedded import Embedded, backup, restore
from services.command import restore as restoring
from services.command.demo import trail
from services.command.demo.people import Refusal, new_id
from services.command.disposing import applying, noted, noted_beside
from services.command.embedded_house import servers
from shared.erasing import connections, scrub
from shared.trail_package.verify import Package, read_zip
from tests.service.canaries import MARK, TITLE, files_with, readable, wrapped_keys
from tests.service.counting import counting_house
from tests.service.disposed_case import SERVICES, Played, ShortlyKept, play_and_dispose
from tests.service.house import URL, TestedHouse
from tests.service.signed_log import signed_size
from tests.service.test_statements import STATEMENTS_MAX, cost
from tests.service.web.browsing import browse
from tests.service.web.page_routes import OPENED, PARAMETER, PageRoute

pytestmark = pytest.mark.timeout(240)  # a whole life, a backup, and a search through every file

CALM = frozenset({200, 303, 403, 404, 409, 410})
PLACES = {
    "applications/drafts": {"contact_name", "summary", "who_decides", "street", "signatory", "note"},
    "applications/drafts/attachments": {"file", "name"},
    "applications/cases/completion": {"partial_ok"},
    "applications/cases/completion/attachments": {"file", "name"},
    "review/cases/completion-requests": {"letter"},
    "review/cases/scores": {"reasons"},
    "review/cases/proposal": {"words"},
    "review/cases/statement": {"words"},
    "review/cases/decision": {"words"},
    "review/appeals": {"words"},
    "payouts/grants/report": {"words"},
    "payouts/grants/report/papers": {"file", "name"},
    "payouts/recoveries/notice": {"words"},
    "payouts/recoveries/answer": {"words"},
}
"""Wherever somebody writes or hands in something in a case: route and field."""


@pytest.fixture(scope="module")
async def played(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Played]:
    folder = tmp_path_factory.mktemp("erasure") / "data"
    embedded = Embedded(folder)
    house = TestedHouse(await embedded.start())
    await house.open()
    people = ShortlyKept(URL, house.transport)
    try:
        yield await play_and_dispose(house, folder, people)
    finally:
        await people.close()
        await house.close()
        await embedded.stop()


async def test_there_was_something_to_find_everywhere(played: Played) -> None:
    """The control: a canary in every place, each of them readable before, and the title found in the folder's files."""
    planted = {place.partition(": ")[::2] for place in played.people.places}
    assert {(route, field) for route, fields in PLACES.items() for field in fields} <= planted
    missing = {word for word in played.people.planted if word.encode() not in played.was_readable}
    assert not missing
    assert MARK.encode() + b"kept" in played.was_readable
    assert MARK.encode() + b"signed" in played.was_readable
    assert len(played.keys) >= 5
    assert any("postgres" in path.parts for path in played.was_in)


async def test_s18_nothing_of_it_can_be_read_in_the_whole_folder(played: Played) -> None:
    assert MARK.encode() not in await readable(played.house.addresses)
    assert files_with(played.folder, MARK.encode()) == []
    assert files_with(played.folder, *played.keys) == [], "a wrapped key is left in a dead row or in the log"


async def test_without_the_scrubbing_a_deleted_key_is_still_in_the_folder(played: Played) -> None:
    """The negative control: deleted alone is not gone."""
    office, owner = played.house.office("web"), new_id()
    await office.store.seal(owner, "trial", {"words": b"whatever"})
    wrapped = await wrapped_keys(played.house.addresses, [("web", owner)])
    await office.store.keyring.destroy([(owner, "trial")])
    assert files_with(played.folder, *wrapped)

    async with connections(office.settings.database_url, office.settings.keys_url) as (_, keys):
        await scrub(keys, ("key",))
    assert files_with(played.folder, *wrapped) == []


async def test_every_proof_of_the_case_still_holds_and_tells_of_the_decision(played: Played) -> None:
    people, case = played.people, played.case.id
    assert await trail.complete(people)
    events, sound = await trail.events_about(people, [case])
    assert sound
    assert await trail.books_agree(people)
    told = (await people.get("auditor", f"/api/audit/cases/{case}/trail", limit=100))["items"]
    assert len(events) >= len(told) > 0
    executed = await people.get("auditor", f"/api/audit/disposals/{played.disposal}")
    assert executed["number"] == played.number
    assert {one["service"]: one["items"] > 0 for one in executed["services"]} == dict.fromkeys(SERVICES, True)


async def test_each_document_of_it_is_said_to_be_disposed_of_and_by_which_decision(played: Played) -> None:
    for person in ("auditor", "officer"):
        browser = await browse(played.house, person)
        page = await browser.open(f"/audit/cases/{played.case.id}")
        assert f"What was written: disposed of under decision {played.number}" in page.text, person
        assert "does not match" not in page.text, person
        assert "not for you" not in page.text, person
        await browser.close()


async def test_a_disposal_is_shown_in_few_statements(played: Played) -> None:
    async with counting_house(played.house.addresses) as fresh:
        person = await fresh.person("auditor")
        for path in (f"/api/applications/disposals/{played.disposal}", f"/api/audit/disposals/{played.disposal}"):
            count, _ = await cost(person, path)
            assert 0 < len(count.asked) <= STATEMENTS_MAX, str(count)


async def test_the_package_still_verifies_and_says_what_is_disposed_of_and_under_which_decision(played: Played) -> None:
    await signed_size(played.house, "review")
    (content,) = (await trail.packages(played.people, [played.case.id])).values()
    files = read_zip(content)
    package = Package(files)
    why = [line.rpartition(" ")[2] for line in files["withheld.txt"].decode().splitlines()]

    assert package.findings == []
    assert why.count("disposed") > len(SERVICES)
    assert set(why) <= {"disposed", "plain_digest"}
    assert any(".disposed" in line and played.number in line for line in package.story)
    assert not any(MARK.encode() in kept for kept in files.values())


async def test_what_asks_for_the_content_is_told_that_it_is_disposed_of(played: Played) -> None:
    people, case = played.people, played.case.id
    shown = await people.get("officer", f"/api/applications/cases/{case}")
    assert (shown["status"], shown["disposal_number"], shown["title"]) == ("disposed", played.number, None)
    assert (await people.get("officer", f"/api/applications/cases/{case}/application"))["answers"] == {}
    with pytest.raises(Refusal) as gone:
        await people.get_bytes("officer", f"/api/applications/cases/{case}/attachments/{played.file}")
    assert gone.value.answer.status_code == 410
    for who, path in (
        ("officer", f"/api/review/cases/{case}"),
        ("finance", f"/api/payouts/grants/{case}"),
        ("officer", f"/api/payouts/grants/{case}/report"),
        ("officer", f"/api/payouts/grants/{case}/report/papers"),
        ("officer", f"/api/web/cases/{case}/letters"),
    ):
        assert MARK not in str(await people.get(who, path)), path
    listed = await people.get("officer", "/api/applications/cases", ids=str(case))
    assert listed["items"] == [], "the register does not show it any more"


async def test_what_was_taken_out_of_the_register_is_not_read_by_its_id_either_and_in_no_past(played: Played) -> None:
    case, journal = played.case.id, played.house.office("payouts").pool
    closed = "select max(recorded_at) from journal where subject_id = $1 and type <> 'grant.disposed'"
    before = (await journal.fetchval(closed, case)).isoformat()
    for path, blank in (
        ("applications/cases", {"number": "", "amount_applied_ore": 0, "outcome": None, "granted_ore": None}),
        ("review/cases", {"number": "", "amount_applied_ore": 0, "scores": [], "proposal": None, "decision": None}),
        ("payouts/grants", {"number": "", "granted_ore": 0}),
    ):
        now = await played.people.get("officer", f"/api/{path}/{case}")
        then = await played.people.get("officer", f"/api/{path}/{case}", at=before)
        assert (now["status"], then["status"] != "disposed") == ("disposed", True), "the control: that is the past"
        for shown in (now, then):
            assert {name: shown[name] for name in blank} == blank, path
        assert (await played.people.get("applicant", f"/api/{path}/{case}/happened"))["items"] == [], path


async def test_h7_whoever_has_a_conflict_of_interest_knows_of_no_disposal_of_the_case(played: Played) -> None:
    assert played.due == (1, 0)
    listed = "/api/applications/disposals"
    assert len((await played.people.get("chair", listed))["items"]) == 1, "the control"
    assert (await played.conflicted.get(listed)).json()["items"] == []
    for path in (f"{listed}/{played.disposal}", f"/api/audit/disposals/{played.disposal}"):
        assert await played.people.get("chair", path)
        assert (await played.conflicted.get(path)).status_code == 404


async def test_an_older_backup_holds_nothing_readable_but_the_clear_columns(played: Played) -> None:
    """The title is one of them, and the page says until when."""
    found = files_with(played.before.path, MARK.encode())
    assert found, "the control: the title stands there in the clear"
    words = {word for path in found for word in re.findall(MARK.encode() + rb"\w*", path.read_bytes())}
    assert words == {TITLE.encode()}


async def test_a_restore_disposes_again_of_what_was_disposed_of_since(
    played: Played, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The older backup tells nothing of it, and the younger one beside it does. Whoever restores is told to have it
    decided anew: the trail that came back does not know of it."""
    await backup(played.before.path.with_name("after"), played.folder, notes=noted)
    known = noted_beside(played.before.path)
    assert [(one.disposal, one.number) for one in known] == [(played.disposal, played.number)]

    async def looked_at_first(folder: Path) -> None:
        assert not (tmp_path / "restored").exists(), "nobody finds it in its place before this is done"
        async with servers(folder) as addresses:
            control = await readable(addresses)
            assert MARK.encode() in control, "the control: its keys came back with the backup"
        await applying(known, restoring.told)(folder)
        said = capsys.readouterr().out
        assert "everything that 1 decisions cover" in said
        assert f"ends before some of them: {played.number}. What they cover is gone" in said
        async with servers(folder) as addresses:
            assert MARK.encode() not in await readable(addresses)

    await restore(played.before.path, tmp_path / "restored", before_opening=looked_at_first)
    assert files_with(tmp_path / "restored", MARK.encode(), *played.keys) == []


async def test_the_command_restores_only_so(
    played: Played, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[Any] = []

    async def seen(*given: Any, before_opening: Any) -> None:
        asked.append((given, before_opening))

    monkeypatch.setattr(restoring, "restore", seen)
    monkeypatch.setattr(restoring, "applying", lambda known, told: [one.number for one in known])
    wanted = argparse.Namespace(from_=played.before.path, data=tmp_path / "data", recovery_key=None, replaces=None)
    await asyncio.to_thread(restoring.run, wanted)
    assert asked == [((played.before.path, tmp_path / "data", None), [played.number])]
    told = capsys.readouterr().out
    assert "known to nobody here, and has come\nback" in told
    assert f"to {tmp_path / 'data' / 'signer'}" in told, (
        "whoever restores learns that no backup holds the signer's folder"
    )


@pytest.mark.parametrize("person", ["officer", "applicant", "chair", "panel-1", "finance", "auditor", "archivist"])
async def test_every_page_of_the_case_copes_and_shows_nothing_of_it(played: Played, person: str) -> None:
    ids = {"case": played.case.id, "file": played.file, "disposal": played.disposal}
    of_the_case = [page for page in OPENED if PARAMETER.search(page.template) and _ids_of(page) <= ids.keys()]
    visitor = await browse(played.house, person)
    answers = {page: await visitor.client.get(page.path(ids), follow_redirects=False) for page in of_the_case}
    await visitor.close()
    assert {str(page): one.status_code for page, one in answers.items() if one.status_code not in CALM} == {}
    assert [str(page) for page, one in answers.items() if MARK in one.text] == []
    if person in ("officer", "applicant", "archivist"):
        home = "/my/cases/" if person == "applicant" else "/cases/"
        case_page = await _opened(played, person, f"{home}{played.case.id}")
        assert case_page.status_code == 410
        assert played.number in case_page.text


async def _opened(played: Played, person: str, path: str) -> httpx.Response:
    visitor = await browse(played.house, person)
    try:
        return await visitor.client.get(path)
    finally:
        await visitor.close()


def _ids_of(page: PageRoute) -> set[str]:
    return {name for name, _ in PARAMETER.findall(page.template)}
