"""The kinds of files that people may hand in, and how the content of each shows what it is.

What a file is called and what the browser says of it prove nothing: whoever opens it later must get what they expect.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

PACKED = b"PK\x03\x04"
"""How a package (ZIP, APPNOTE 4.3.7) begins; the name of its first part stands 30 bytes in."""
FIRST_NAME_AT = 30
ODT_MARK = b"mimetypeapplication/vnd.oasis.opendocument.text" + PACKED[:2]
"""OpenDocument 1.3 part 2, 3.3: the first part says what it is, unpacked, and then comes the next."""
DOCX_MARKS = (b"[Content_Types].xml", b"word/document")
"""ISO/IEC 29500-2: parts' names stand in the clear, in any order."""


class FileKind(msgspec.Struct, frozen=True):
    """`name` is what a programme's rules call it; the first of `endings` is the usual one."""

    name: str
    media_type: str
    endings: tuple[str, ...]
    is_so: Callable[[bytes], bool]


def _begins(mark: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(mark)


def _is_docx(content: bytes) -> bool:
    return content.startswith(PACKED) and all(mark in content for mark in DOCX_MARKS)


def _is_odt(content: bytes) -> bool:
    return content.startswith(PACKED) and content.startswith(ODT_MARK, FIRST_NAME_AT)


KINDS = (
    FileKind("pdf", "application/pdf", (".pdf",), _begins(b"%PDF-")),
    FileKind(
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        (".docx",),
        _is_docx,
    ),
    FileKind("odt", "application/vnd.oasis.opendocument.text", (".odt",), _is_odt),
    FileKind("jpg", "image/jpeg", (".jpg", ".jpeg"), _begins(b"\xff\xd8\xff")),
    FileKind("png", "image/png", (".png",), _begins(b"\x89PNG\r\n\x1a\n")),
)
BY_MEDIA_TYPE: Mapping[str, FileKind] = {kind.media_type: kind for kind in KINDS}
BY_NAME: Mapping[str, FileKind] = {kind.name: kind for kind in KINDS}


def kind_of(content: bytes) -> FileKind | None:
    """What the content itself says it is. None for what nobody may hand in."""
    return next((kind for kind in KINDS if kind.is_so(content)), None)


def named_as(name: str, kind: FileKind) -> str:
    """The name with an ending of its kind, so that no computer opens a paper as something else."""
    return name if name.lower().endswith(kind.endings) else name + kind.endings[0]
