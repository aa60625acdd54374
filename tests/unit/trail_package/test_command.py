"""`bifall verify` takes a package, or the one proof that came with a receipt."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from services.command import verify
from services.command.failure import Failure
from services.command.trail import known
from shared.tlog.proofs import Proof, read_proof
from shared.trail_package.layout import zipped
from tests.unit.trail_package.small import checkpoint, keys, package

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


def test_a_checkpoint_that_is_held_is_asked_for_by_its_log_and_size(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text(str(checkpoint("web", 2)))
    (tmp_path / "none.txt").write_text("no checkpoint")

    assert known([]) is None
    assert known([tmp_path / "one.txt"]) == "web=2"
    with pytest.raises(Failure, match="no checkpoint"):
        known([tmp_path / "none.txt"])
