"""Letters on paper: tagged PDF/A that anybody can read aloud, and the same bytes whoever makes them and whenever."""

from __future__ import annotations

import io
import subprocess
import sys
from typing import Any

import msgspec
import pikepdf
import pytest

from services.web.domain.letter import LetterKind
from services.web.letters.document import Part
from services.web.letters.paper import set_on_paper
from services.web.letters.sheet import Sheet
from tests.unit.web.correspondence import EVERY_LETTER, sheet

XMP_PART, XMP_CONFORMANCE = "pdfaid:part", "pdfaid:conformance"
FACE = "AtkinsonHyperlegibleNext"
every_letter = pytest.mark.parametrize("name", EVERY_LETTER)
AGAIN = """
import sys
from services.web.letters.paper import set_on_paper
from tests.unit.web.correspondence import sheet
sys.stdout.buffer.write(set_on_paper(sheet("approved")))
"""


def opened(paper: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(paper))


def tags(pdf: pikepdf.Pdf) -> list[str]:
    """The structure's elements in reading order."""
    found: list[str] = []

    def walk(element: Any) -> None:
        if isinstance(element, pikepdf.Array):
            for one in element:
                walk(one)
        elif isinstance(element, pikepdf.Dictionary) and "/S" in element:
            found.append(str(element.S))
            walk(element.get("/K", pikepdf.Array()))

    walk(pdf.Root.StructTreeRoot.K)
    return found


@every_letter
@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_letter_is_tagged_archivable_and_says_its_language_and_title(name: str, language: str) -> None:
    given = sheet(name, "sv" if language == "sv" else "en")
    with opened(set_on_paper(given)) as pdf, pdf.open_metadata() as metadata:
        assert (metadata[XMP_PART], metadata[XMP_CONFORMANCE]) == ("2", "A")
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == given.document.title
        assert pdf.Root.Lang == language
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        found = tags(pdf)
    assert found.count("/H1") == 1
    assert found.count("/H2") == sum(part.what == "heading" for part in given.document.parts)
    assert {"/P", "/L", "/LI", "/LBody"} <= set(found)


@every_letter
def test_made_again_it_is_the_same_bytes(name: str) -> None:
    assert set_on_paper(sheet(name)) == set_on_paper(sheet(name))


@pytest.mark.slow
def test_another_process_makes_the_same_bytes() -> None:
    again = subprocess.run([sys.executable, "-c", AGAIN], capture_output=True, check=True)

    assert again.stdout == set_on_paper(sheet("approved"))


def test_another_word_makes_another_paper() -> None:
    given = sheet("approved")
    other = msgspec.structs.replace(given, number="EX 2027/00004")

    assert set_on_paper(given) != set_on_paper(other)


def test_it_has_only_the_typeface_of_the_house_in_it() -> None:
    with opened(set_on_paper(sheet("approved"))) as pdf:
        fonts = {str(font.BaseFont) for page in pdf.pages for font in page.Resources.Font.as_dict().values()}

    assert fonts
    assert all(FACE in font for font in fonts), fonts


def test_a_name_in_letters_that_the_typeface_lacks_stops_no_letter() -> None:
    given = msgspec.structs.replace(sheet("receipt"), recipient=("Łódź → جمعية 协会 🌻", "Zoë", "Ṩtreet 1"))

    assert set_on_paper(given).startswith(b"%PDF-1.7")


@pytest.mark.parametrize(
    "text",
    [
        "#panic()",
        "$ x $",
        "*fet* _kursiv_ `kod`",
        '#read("letter.typ")',
        "<etikett> @hänvisning",
        "\\u{1F}",
        "= Rubrik",
    ],
)
def test_what_people_wrote_is_never_run(text: str) -> None:
    given = sheet("completion_request")
    document = msgspec.structs.replace(
        given.document, title=text, parts=(Part("quote", (text,)), Part("points", (text,)))
    )
    with (
        opened(set_on_paper(msgspec.structs.replace(given, document=document))) as pdf,
        pdf.open_metadata() as metadata,
    ):
        assert metadata["dc:title"] == text


def test_practice_is_written_at_the_top() -> None:
    given = sheet("receipt")
    practice = msgspec.structs.replace(given, practice=True)

    assert set_on_paper(practice) != set_on_paper(given)
    assert _has_block_before_the_title(practice)
    assert not _has_block_before_the_title(given)


def _has_block_before_the_title(given: Sheet) -> bool:
    """The authority's name is the first paragraph of an ordinary letter; the mark of practice stands before it."""
    with opened(set_on_paper(given)) as pdf:
        found = tags(pdf)
    with opened(set_on_paper(msgspec.structs.replace(given, practice=False))) as pdf:
        return len(found[: found.index("/H1")]) > len(tags(pdf)[: tags(pdf).index("/H1")])


TWO_SHEETS = 2
"""What a decision with its reasons, conditions and how to appeal takes, and a receipt with all that the fund wrote down
for the association; every other letter takes one."""


@every_letter
@pytest.mark.parametrize("language", ["sv", "en"])
def test_no_letter_has_a_last_sheet_for_a_few_lines(name: str, language: str) -> None:
    given = sheet(name, "sv" if language == "sv" else "en")
    with opened(set_on_paper(given)) as pdf:
        is_long = given.kind == LetterKind.DECISION or name.startswith("receipt_of_what")
        assert len(pdf.pages) <= (TWO_SHEETS if is_long else 1)
