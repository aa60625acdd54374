"""Whatever a package leaves out is named by whoever reads its logs whole, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from services.command import verify, whole_log
from services.command.failure import Failure
from services.command.whole_log import completed
from shared.tlog.tiles import bundle
from shared.trail_package.layout import zipped
from shared.trail_package.verify import Package
from tests.unit.trail_package.small import CASE, FIRST, anew, cut, entries, mirror, package, put_bundle

WHOLE = package()


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    mirror(tmp_path / "logs")
    return tmp_path / "logs"


def test_of_a_whole_package_nothing_is_left_out(logs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert completed(Package(WHOLE), str(logs), None) == 0
    assert "Read whole: 7 of applications, 3 of payouts-2, 3 of review, 5 of web. Nothing" in capsys.readouterr().out


@pytest.mark.parametrize(
    "left_out",
    [
        ("payouts-2/2",),
        ("web/3",),
        ("payouts-2/1", "payouts-2/2", "applications/7"),
        ("payouts-2/1", "payouts-2/2", "applications/7", "review/1", "review/2", "review/3", "web/1", "web/3"),
    ],
)
def test_an_end_that_was_cut_off_is_named_entry_by_entry(
    logs: Path, left_out: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing that is left speaks of them: such a package holds, and a role that ended looks as if it were held."""
    ended = Package(cut(*left_out))
    assert ended.findings == []

    assert completed(ended, str(logs), None) == 1

    named = {" ".join(line.split()[1:3]) for line in capsys.readouterr().out.splitlines() if line.startswith("FOUND")}
    assert named == {one.replace("-2/", " ").replace("/", " ") for one in left_out}


def test_a_log_that_is_not_the_one_that_was_signed_counts_for_nothing(
    logs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = entries()["review"]
    (logs / "review/tile/entries/000.p/3").write_bytes(bundle(0, [texts[0], texts[1], b"{}"]))

    assert completed(Package(WHOLE), str(logs), None) == 1
    assert "FOUND  the log review as it was read is not the one of 3 entries that was signed" in capsys.readouterr().out


def test_a_log_that_has_grown_is_read_as_far_as_it_was_signed(logs: Path) -> None:
    """The bundle at the edge has become a whole one; what came later is for a newer package."""
    (logs / "web/tile/entries/000.p/5").unlink()
    (logs / "web/tile/entries/000.p").rmdir()
    (logs / "web/tile/entries").rmdir()
    put_bundle(logs, "web", "000", [*entries()["web"], *entries()["review"]])

    assert completed(Package(WHOLE), str(logs), None) == 0
    (logs / "web/tile/entries/000").unlink()
    with pytest.raises(Failure, match=r"entries 1 to 5 of web are not there"):
        completed(Package(WHOLE), str(logs), None)


def test_a_log_that_the_package_does_not_know_is_named(logs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dropped = {name: content for name, content in WHOLE.items() if "/payouts-2/" not in name}
    told = cut("payouts-2/1", "payouts-2/2", "applications/7")["withheld.txt"]

    assert completed(Package(anew({**dropped, "withheld.txt": told})), str(logs), None) == 1
    assert "a log called payouts-2 that the package knows nothing of" in capsys.readouterr().out


class Fund(httpx.BaseTransport):
    """Audit as it answers an auditor; `long` are logs with an entry that no bundle can hold."""

    def __init__(self, logs: Path, long: tuple[str, ...] = ()) -> None:
        self.logs = logs
        self.long = long
        self.asked: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/api/audit/")
        self.asked.append(path)
        if path == "log":
            shown = [{"name": one.name, "first": FIRST if "-" in one.name else None} for one in self.logs.iterdir()]
            return httpx.Response(200, json=shown)
        if path.startswith("sources/"):
            _, source, _, position = path.split("/")
            return httpx.Response(200, json={"text": entries()[source][int(position) - 1].decode()})
        if path.split("/")[1] in self.long:
            return httpx.Response(422, json={"detail": "Too long."})
        file = self.logs.parent / path.replace("log/", "logs/", 1)
        return httpx.Response(200, content=file.read_bytes()) if file.is_file() else httpx.Response(404)


@pytest.mark.parametrize("long", [(), ("web", "payouts-2")])
def test_what_was_fetched_is_kept_and_serves_offline_the_next_time(
    logs: Path, tmp_path: Path, long: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    fund = Fund(logs, long)
    headers = {"Authorization": "Bearer an-auditor-s"}
    monkeypatch.setattr(
        whole_log, "open_client", lambda url: httpx.Client(base_url=url, transport=fund, headers=headers)
    )

    assert completed(Package(WHOLE), "http://fund.example", tmp_path / "kept") == 0
    assert completed(Package(cut("web/3")), "http://fund.example", tmp_path / "kept") == 1
    assert len([one for one in fund.asked if "tile" in one]) == 4, "each bundle once"
    assert completed(Package(WHOLE), str(tmp_path / "kept"), None) == 0
    (logs / "review/tile/entries/000.p/3").write_bytes(b"\0\7{}")
    with pytest.raises(Failure, match="no bundle of entries"):
        completed(Package(WHOLE), str(logs), None)


def test_the_command_looks_when_it_is_told_where(logs: Path, tmp_path: Path) -> None:
    (tmp_path / "whole.zip").write_bytes(zipped(WHOLE))
    (tmp_path / "cut.zip").write_bytes(zipped(cut("payouts-2/2")))
    (tmp_path / "altered.zip").write_bytes(zipped({**WHOLE, "withheld.txt": b""}))

    def run(name: str, *words: str) -> int:
        parser = verify.argparse.ArgumentParser()
        verify.arguments(parser)
        return verify.run(parser.parse_args([str(tmp_path / name), *words]))

    assert run("cut.zip") == 0
    assert run("cut.zip", "--log", str(logs)) == 1
    assert run("whole.zip", "--log", str(logs)) == 0
    assert run("altered.zip", "--log", str(logs)) == 1
    assert run("nothing.zip", "--log", str(logs)) == 2
    with pytest.raises(Failure, match="of which case"):
        completed(Package({**WHOLE, "manifest.txt": f"another/v1 {CASE}\n".encode()}), str(logs), None)
