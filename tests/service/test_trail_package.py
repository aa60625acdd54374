"""A case's package, made as its reader may have it, and verified on a machine that has nothing but Python."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from unittest import mock
from uuid import UUID, uuid4

import pytest

from services.command import verify
from services.command.packed_pages import written
from services.command.whole_log import completed
from services.web.pages.packages.collect import Ask, NoCase, Unsettled, made
from shared.tlog.notes import public_key
from shared.tlog.tiles import WIDTH, Tile
from shared.trail_package.layout import manifest, zipped
from shared.trail_package.verify import Package, read_folder, read_zip
from tests.service.house import Person, TestedHouse
from tests.service.signed_log import signed_size, stamped_size
from tests.service.web.browsing import browse
from tests.service.whole_fund import Everything


def asking(person: Person) -> Ask:
    async def ask(service: str, path: str) -> bytes | None:
        answer = await person.get(f"/api/{service}{path}")
        assert answer.status_code in (200, 403, 404), answer.text
        return answer.content if answer.status_code == 200 else None

    return ask


async def package_for(house: TestedHouse, person: str, case: object) -> dict[str, bytes]:
    return read_zip((await made(asking(await house.person(person)), UUID(str(case)))).content)


@pytest.fixture(scope="module")
async def files(house: TestedHouse, everything: Everything) -> dict[str, bytes]:
    """As the auditor is handed it."""
    await stamped_size(house, "review")
    return await package_for(house, "auditor", everything["case"])


def verified(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """By the verifier that lies in the package, with no other code than Python's own to be found."""
    command = [sys.executable, "-I", "-S", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)


def unpacked(files: dict[str, bytes], folder: Path) -> Path:
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return folder


async def test_a_package_is_verified_by_what_lies_in_it_and_nothing_else(
    files: dict[str, bytes], tmp_path: Path
) -> None:
    folder = unpacked(files, tmp_path / "package")
    keys = [file.read_text().strip() for file in sorted(folder.glob("logs/*/key.txt"))]
    pinned = [word for key in keys for word in ("--key", key)]
    (tmp_path / "mine.txt").write_bytes((folder / "logs/review/checkpoint.txt").read_bytes())

    alone = verified(folder, "verify.py")
    trusted = verified(folder, "verify.py", *pinned, "--checkpoint", str(tmp_path / "mine.txt"))
    (tmp_path / "case.zip").write_bytes(zipped(files))
    zipped_up = verified(tmp_path, "package/verify.py", "case.zip")

    assert (alone.returncode, alone.stderr) == (0, ""), alone.stdout[-2000:]
    assert "came with the package" in alone.stdout
    assert "decision.made  by" in alone.stdout
    assert "(decision_maker)" in alone.stdout
    assert (trusted.returncode, zipped_up.returncode) == (0, 0), trusted.stdout[-2000:]
    assert "came with the package" not in trusted.stdout

    (folder / "events/review/1.json").unlink(missing_ok=True)
    decided = next(path for path in folder.glob("events/review/*.json") if b'"decision.made"' in path.read_bytes())
    decided.write_bytes(decided.read_bytes().replace(b'"granted_ore":2', b'"granted_ore":3'))
    altered = verified(folder, "verify.py")
    assert altered.returncode == 1
    assert f"FOUND  events/review/{decided.name}" in altered.stdout
    assert verified(tmp_path, "package/verify.py", "mine.txt").returncode == 2


async def test_whatever_an_auditor_may_read_is_disclosed_and_nothing_is_a_key(files: dict[str, bytes]) -> None:
    package = Package(files)

    assert package.findings == []
    assert {line.rpartition(" ")[2] for line in files["withheld.txt"].decode().splitlines()} == {"plain_digest"}
    assert any(b"Teckningsgrupp" in content for name, content in files.items() if name.endswith(".bin"))
    assert any(name.startswith("stamps/review/") for name in files)
    assert all(b"http" not in files[f"trail.{language}.html"] for language in ("sv", "en"))
    assert "Teckningsgrupp" in files["trail.sv.html"].decode()


async def test_what_a_package_leaves_out_is_named_by_its_whole_logs(
    house: TestedHouse, files: dict[str, bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The end of a story can be cut off unseen. Whoever may read the logs finds it, and in a whole one nothing."""
    package = Package(files)
    auditor = await house.person("auditor")
    for name, log in package.logs.items():
        for number in range(-(-log.size // WIDTH)):
            tile = Tile(None, number, min(WIDTH, log.size - number * WIDTH))
            answer = await auditor.get(f"/api/audit/log/{name}/tile/{tile.path}")
            file = tmp_path / name / "tile" / tile.path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(answer.content)
    last = [one for one in package.events if package.case in one["about"]][-1]
    cut = Package(files)
    cut.events.remove(next(one for one in cut.events if one["path"] == last["path"]))

    assert completed(package, str(tmp_path), None) == 0, capsys.readouterr().out
    assert completed(cut, str(tmp_path), None) == 1
    assert f"FOUND  {last['source']} {last['position']} ({last['type']}, " in capsys.readouterr().out


async def test_pages_that_say_something_else_than_the_events_are_named_and_written_anew(
    files: dict[str, bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No digest that anybody signs is of them: they are made again from what is proven."""
    pages = ("README.txt", "trail.en.html", "trail.sv.html")
    assert written(Package(files)) == {name: files[name] for name in pages}

    lying = {
        **files,
        "trail.sv.html": files["trail.sv.html"].replace(b"Avslag", b"Bifall") + b" ",
        "more.html": b"Hm",
        "verify.py": b"",
    }
    (tmp_path / "lying.zip").write_bytes(zipped(lying))
    parser = argparse.ArgumentParser()
    verify.arguments(parser)
    asked = parser.parse_args([str(tmp_path / "lying.zip"), "--pages", str(tmp_path / "anew")])
    assert verify.run(asked) == 0, "nothing that is proven was touched"

    said = capsys.readouterr().out
    named = [line.partition(" is NOT ")[0] for line in said.splitlines() if " is NOT " in line]
    assert "README.txt, trail.en.html: as this Bifall writes them" in said
    assert named == ["more.html", "trail.sv.html", "verify.py"]
    assert read_folder(tmp_path / "anew") == files, "nothing that nobody has proven comes along"


async def test_an_officer_s_package_says_that_the_account_is_withheld(
    house: TestedHouse, everything: Everything, files: dict[str, bytes]
) -> None:
    officers = await package_for(house, "officer", everything["case"])
    withheld = dict(line.split(" ") for line in officers["withheld.txt"].decode().splitlines())
    account = [digest for digest, why in withheld.items() if why == "not_for_this_reader"]

    assert Package(officers).findings == []
    assert account
    assert all(f"content/{digest}.bin" in files for digest in account)


async def test_a_case_s_package_is_for_nobody_else(house: TestedHouse, everything: Everything) -> None:
    case = UUID(str(everything["case"]))
    conflicted = house.bearer(await house.token(everything.conflicted))
    for person in (await house.person("applicant"), await house.person("panel-1"), conflicted):
        with pytest.raises(NoCase):
            await made(asking(person), case, wait_s=0)
    with pytest.raises(NoCase):
        await made(asking(await house.person("auditor")), uuid4(), wait_s=0)


async def test_what_was_told_a_moment_ago_is_waited_for_and_no_omission(
    house: TestedHouse, everything: Everything, files: dict[str, bytes]
) -> None:
    case, officer = UUID(str(everything.instead["complete"]["case"])), await house.person("officer")
    auditor, path = await house.person("auditor"), f"/api/applications/cases/{case}"
    protected = await officer.put(
        f"{path}/protection", {"reason": "threat"}, If_Match=(await officer.get(path)).headers["etag"]
    )
    assert protected.status_code == 200, protected.text
    told_at = int(protected.headers["bifall-position"].partition("=")[2])
    assert await house.office("audit").bookmarks.wait_for("applications", told_at, 20.0)
    try:
        with pytest.raises(Unsettled):
            await made(asking(auditor), case, wait_s=0)
        browser = await browse(house, "auditor")
        with mock.patch("services.web.pages.cases.package.WAIT_S", 0):
            told = await browser.open(f"/cases/{case}/trail.zip")
        assert told.status == 409
        assert "Wait a minute and try again." in told.text
        # The control: what was told long ago and still is not signed is missing, and whoever verifies finds it so.
        with mock.patch("services.audit.evidence.UNSIGNED_FOR_S", 0.0):
            late = read_zip((await made(asking(auditor), case, wait_s=0)).content)
        assert not any(b'"case.protected"' in text for name, text in late.items() if name.startswith("events/"))
        await signed_size(house, "applications")
        whole = read_zip((await made(asking(auditor), case, wait_s=0)).content)
        assert any(b'"case.protected"' in text for name, text in whole.items() if name.startswith("events/"))
        assert Package(whole).findings == []
    finally:
        await officer.delete(f"{path}/protection", If_Match=(await officer.get(path)).headers["etag"])


async def test_it_is_taken_along_from_the_case_s_page_by_those_who_may_see_its_trail(
    house: TestedHouse, everything: Everything, files: dict[str, bytes]
) -> None:
    link = f"/cases/{everything['case']}/trail.zip"
    for person in ("auditor", "officer"):
        browser = await browse(house, person)
        assert link in (await browser.open(f"/audit/cases/{everything['case']}")).links
        answer = await browser.client.get(link)
        assert answer.headers["content-disposition"].endswith('.zip"')
        assert Package(read_zip(answer.content)).findings == []
        await browser.close()
    outsider = await browse(house, "panel-1")
    assert (await outsider.client.get(link)).status_code == 403
    await outsider.close()


async def test_an_event_left_out_is_found_and_so_is_a_stranger_s_key(files: dict[str, bytes]) -> None:
    """What else is found is tried on a small package, event by event and byte by byte."""
    case = Package(files).case
    decided = next(name for name, text in files.items() if name.startswith("events/") and b'"decision.made"' in text)
    proof = decided.replace("events/", "proofs/").replace(".json", ".tlog-proof")
    kept = {name: content for name, content in files.items() if name not in (decided, proof)}
    stranger = str(public_key("fund.example/review", bytes(32)))

    found = Package(kept | {"manifest.txt": manifest(case, kept)}).findings
    assert any(decided.split("/")[1] in place for place, _ in found)
    assert Package(files, keys=[stranger]).findings
