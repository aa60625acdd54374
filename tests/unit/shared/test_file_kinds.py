"""What a file is stands in its content; its name and what a browser says of it prove nothing."""

from __future__ import annotations

import io
import zipfile

import pytest

from shared.file_kinds import BY_MEDIA_TYPE, BY_NAME, kind_of, named_as
from shared.programme.fields import FILE_KINDS


def package(*parts: tuple[str, str]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as packed:
        for name, content in parts:
            packed.writestr(name, content)
    return written.getvalue()


TEXT = "application/vnd.oasis.opendocument.text"
SHEET = "application/vnd.oasis.opendocument.spreadsheet"
MADE = {
    "pdf": b"%PDF-1.7\n",
    "png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "jpg": b"\xff\xd8\xff\xe0\0\x10JFIF",
    "docx": package(("[Content_Types].xml", "<Types/>"), ("word/document.xml", "<w:document/>")),
    "odt": package(("mimetype", TEXT), ("content.xml", "<office:document-content/>")),
}


@pytest.mark.parametrize("name", FILE_KINDS)
def test_each_kind_is_known_by_its_content_alone(name: str) -> None:
    assert kind_of(MADE[name]) is BY_NAME[name]
    assert BY_MEDIA_TYPE[BY_NAME[name].media_type] is BY_NAME[name]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90\0 a program",
        b"<!doctype html><script>",
        b" %PDF-1.7 not at the beginning",
        b"GIF89a%PDF-1.7",
        package(("run.exe", "MZ")),
        package(("[Content_Types].xml", "<Types/>"), ("xl/workbook.xml", "<workbook/>")),
        package(("mimetype", SHEET), ("content.xml", "")),
        package(("content.xml", ""), ("mimetype", TEXT)),
    ],
)
def test_what_nobody_may_hand_in_is_of_no_kind(content: bytes) -> None:
    assert kind_of(content) is None


def test_a_paper_is_never_named_as_something_that_a_computer_would_run() -> None:
    pdf, jpg = BY_NAME["pdf"], BY_NAME["jpg"]
    assert named_as("stadgar.html", pdf) == "stadgar.html.pdf"
    assert named_as("fil", pdf) == "fil.pdf"
    assert [named_as(name, jpg) for name in ("a.JPEG", "a.jpg")] == ["a.JPEG", "a.jpg"]
