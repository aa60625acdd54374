"""An archive or a folder that is no package, or that two programs would read differently, is refused before anything
in it is believed; and nothing in it is run."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import warnings
import zipfile
import zlib
from pathlib import Path

import pytest

from shared.trail_package import verify
from shared.trail_package.layout import zipped
from shared.trail_package.verify import Package, read_folder, read_zip
from tests.unit.trail_package.small import package

WHOLE = package()


def _archive(*files: tuple[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, content in files:
            archive.writestr(name, content)
    return written.getvalue()


@pytest.mark.parametrize("name", ["../manifest.txt", "/etc/passwd", "a\\b", "a/../b", ".hidden", "ö", "a" * 200, "C:x"])
def test_a_file_called_what_no_file_here_is_makes_it_no_package(name: str) -> None:
    with pytest.raises(ValueError, match="called"):
        read_zip(_archive(("manifest.txt", b""), (name, b"")))


def test_bombs_and_doubles_are_no_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="same name"):
        read_zip(_archive(("manifest.txt", b"one"), ("manifest.txt", b"two")))
    for limit, reached in (("FILES_MAX", 1), ("FILE_BYTES_MAX", 100), ("ALL_BYTES_MAX", 150)):
        with monkeypatch.context() as lower:
            lower.setattr(verify, limit, reached)
            with pytest.raises(ValueError, match="more than"):
                read_zip(_archive(("manifest.txt", bytes(101)), ("other.txt", bytes(101))))
    for broken in (b"", b"PK", zipped(WHOLE)[:-30], _archive(("only.txt", b""))):
        with pytest.raises(ValueError, match=r"is no ZIP|neither"):
            Package(read_zip(broken))


def _packed(name: str = "README.txt", called: bytes = b"", before: bytes = b"", **more: object) -> bytes:
    """All of it, one file with something more said of it."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, content in WHOLE.items():
            entry = zipfile.ZipInfo(each)
            for key, value in more.items() if each == name else ():
                setattr(entry, key, value)
            archive.writestr(entry, content)
    return before + written.getvalue().replace(name.encode(), called or name.encode())


def test_an_archive_in_which_another_program_could_read_something_else_is_no_package() -> None:
    """Two files of one name for two programs: what was verified would not be what somebody then reads."""
    path = b"manifest.txt"
    renamed = struct.pack("<HHBL", 0x7075, 5 + len(path), 1, zlib.crc32(b"README.txt")) + path
    assert read_zip(_packed()) == WHOLE
    for hostile in (
        _packed(before=zipped({"events/review/3.json": b"another"})),
        _packed() + b"more",
        _packed(extra=renamed),
        _packed(comment=b"said of a file"),
        _packed(external_attr=0o120777 << 16),
        _packed(called=b"README\0txt"),
        _packed(called=b"READMEtxt/"),
    ):
        with pytest.raises(ValueError, match="is no ZIP"):
            read_zip(hostile)
    local = _packed().replace(b"README.txt", b"README.css", 1)
    with pytest.raises(ValueError, match="is no ZIP"):
        read_zip(local)


def test_a_file_of_the_package_is_never_run(tmp_path: Path) -> None:
    """Python looks for its own modules beside the file that it runs first."""
    for name, content in {**WHOLE, "json.py": b"print('All is well.'); raise SystemExit(0)"}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)

    ran = subprocess.run(
        [sys.executable, "verify.py"], cwd=tmp_path, env={}, capture_output=True, text=True, timeout=60
    )

    assert ran.returncode == 1
    assert "All is well" not in ran.stdout
    assert "FOUND  json.py: has no place" in ran.stdout


def test_a_folder_with_a_link_in_it_is_no_package(tmp_path: Path) -> None:
    (tmp_path / "manifest.txt").write_text("x")
    (tmp_path / "link").symlink_to("/etc")
    with pytest.raises(ValueError, match="no plain file"):
        read_folder(tmp_path)
