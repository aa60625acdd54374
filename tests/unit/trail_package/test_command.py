"""`bifall verify` takes a package, or the one proof that came with a receipt."""

from __future__ import annotations

import argparse
import subprocess
from pathlib import Path

import pytest
from rfc3161_client import TimestampRequestBuilder
from rfc3161_client.base import HashAlgorithm

from services.command import verify
from services.command.failure import Failure
from services.command.trail import known
from shared.tlog.proofs import Proof, read_proof
from shared.trail_package.layout import zipped
from tests.stamp_authority import TestedAuthority
from tests.unit.trail_package.small import anew, checkpoint, keys, package

WEB = keys()[3]


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    verify.arguments(parser)
    return verify.run(parser.parse_args(words))


def receipt(folder: Path, entry: bytes) -> str:
    proof = read_proof(package()["proofs/web/3.tlog-proof"].decode())
    (folder / "receipt.tlog-proof").write_text(str(Proof(proof.index, proof.path, proof.note, entry)))
    return str(folder / "receipt.tlog-proof")


def test_a_package_is_verified_by_the_file_that_lies_in_it(tmp_path: Path) -> None:
    (tmp_path / "case.zip").write_bytes(zipped(package()))
    (tmp_path / "altered.zip").write_bytes(zipped({**package(), "withheld.txt": b""}))

    assert run(str(tmp_path / "case.zip"), *(word for key in keys() for word in ("--key", key))) == 0
    assert run(str(tmp_path / "altered.zip")) == 1
    assert run(str(tmp_path / "nothing.zip")) == 2


def test_a_receipt_s_proof_is_verified_by_the_key_that_was_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entry = package()["events/web/3.json"]

    assert run(receipt(tmp_path, entry), "--key", WEB) == 0
    assert "entry 3 of 5" in capsys.readouterr().out
    assert run(receipt(tmp_path, entry), "--key", keys()[0]) == 1
    assert run(receipt(tmp_path, entry.replace(b"officer", b"auditor")), "--key", WEB) == 1
    with pytest.raises(Failure, match="--key"):
        run(receipt(tmp_path, entry))
    (tmp_path / "other.tlog-proof").write_text("something else")
    assert run(str(tmp_path / "other.tlog-proof"), "--key", WEB) == 2


def test_a_time_stamp_is_checked_by_the_root_that_was_given(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By the command itself, and by the line for openssl that verify.py prints."""
    for one in ("authority", "other"):
        (tmp_path / one).mkdir()
    authority, other = TestedAuthority(tmp_path / "authority"), TestedAuthority(tmp_path / "other")
    note = package()["logs/web/checkpoint.txt"]
    query = TimestampRequestBuilder().data(note).hash_algorithm(HashAlgorithm.SHA256).build().as_bytes()
    files = anew({**package(), "stamps/web/5.tsr": authority.stamped(query)})
    (tmp_path / "case.zip").write_bytes(zipped(files))
    (tmp_path / "stamps/web").mkdir(parents=True)
    (tmp_path / "stamps/web/5.tsr").write_bytes(files["stamps/web/5.tsr"])
    (tmp_path / "ROOT.pem").write_bytes(authority.root)

    assert run(str(tmp_path / "case.zip"), "--stamp-root", str(tmp_path / "ROOT.pem")) == 0
    said = capsys.readouterr().out
    assert "UTC by CN=Tidens notarie" in said
    (order,) = [line.split() for line in said.splitlines() if line.startswith("    openssl ts -verify")]
    assert subprocess.run(order, cwd=tmp_path, capture_output=True).returncode == 0
    (tmp_path / "ROOT.pem").write_bytes(other.root)
    assert subprocess.run(order, cwd=tmp_path, capture_output=True).returncode != 0
    assert run(str(tmp_path / "case.zip"), "--stamp-root", str(tmp_path / "ROOT.pem")) == 1
    assert "FOUND  stamps/web/5.tsr" in capsys.readouterr().out
    with pytest.raises(Failure, match="holds no certificate"):
        run(str(tmp_path / "case.zip"), "--stamp-root", str(tmp_path / "case.zip"))


def test_a_checkpoint_that_is_held_is_asked_for_by_its_log_and_size(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text(str(checkpoint("web", 2)))
    (tmp_path / "none.txt").write_text("no checkpoint")

    assert known([]) is None
    assert known([tmp_path / "one.txt"]) == "web=2"
    with pytest.raises(Failure, match="no checkpoint"):
        known([tmp_path / "none.txt"])
