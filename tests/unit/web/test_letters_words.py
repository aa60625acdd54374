"""What letters say: the answer first, in words one reads once, and everything that a decision has to hold."""

from __future__ import annotations

import re

import msgspec
import pytest

from services.web.domain.letter import Channel, LetterKind
from services.web.letters.amounts import kronor, kronor_in_words
from services.web.letters.document import Document, Part, as_text, read_document
from services.web.letters.facts import recipient_of, still_said
from services.web.letters.sheet import sheet_of
from services.web.letters.telling import tell
from shared.programme import LegalRegime
from shared.words import Language
from tests.lix import lix, sentences_of, words_of
from tests.unit.web.correspondence import EVERY_LETTER, NAMES, TO, WRITTEN_AT, a_review, facts, sheet

LIX_MAX = 40
WORDS_PER_SENTENCE_MAX = 15
OFFICIALESE = ("härmed", "jämlikt", "förelägg", "erfordr", "densamma", "beaktande", "avseende", "vidtag")
DECISIONS = ("approved", "partially_approved", "rejected", "dismissed", "struck_off")
every_letter = pytest.mark.parametrize("name", EVERY_LETTER)
every_language = pytest.mark.parametrize("language", ["sv", "en"])


def running(document: Document) -> str:
    """The letter without its tables and without line breaks of our own: what one reads from top to bottom."""
    lines = [line for part in document.parts if part.what != "figures" for line in part.lines]
    return "\n".join([document.title, *document.short, *lines])


def sentences_only(document: Document) -> str:
    """The stricter measure: neither title nor headings, whose short lines would flatter the figure."""
    lines = [line for part in document.parts if part.what in ("paragraph", "points", "quote") for line in part.lines]
    return "\n".join([*document.short, *lines])


@every_letter
def test_a9_every_letter_is_easy_to_read(name: str) -> None:
    document = sheet(name).document

    assert lix(running(document)) <= LIX_MAX
    assert lix(sentences_only(document)) <= LIX_MAX
    average = len(words_of(sentences_only(document))) / len(sentences_of(sentences_only(document)))
    assert average <= WORDS_PER_SENTENCE_MAX


def test_the_measure_knows_a_hard_text_when_it_sees_one() -> None:
    hard = (
        "Härmed förelägges sökanden att, jämlikt gällande bestämmelser avseende verksamhetsbidrag, inkomma med "
        "kompletterande handlingar utvisande organisationens ekonomiska ställning senast ovanstående datum."
    )

    assert lix(hard) > 60
    assert lix("Ni får pengar. Ni ska läsa brevet.") < 30


@every_letter
def test_no_letter_speaks_like_an_authority_of_old(name: str) -> None:
    text = running(sheet(name).document).lower()

    assert not [word for word in OFFICIALESE if word in text]


@every_letter
@every_language
def test_a9_the_short_version_stands_at_the_top(name: str, language: str) -> None:
    document = sheet(name, "sv" if language == "sv" else "en").document

    assert 2 <= len(document.short) <= 4
    assert all(len(words_of(point)) <= WORDS_PER_SENTENCE_MAX for point in document.short)
    text = as_text(document, language)
    assert text.index(document.title) < text.index(document.short[0][:20]) < text.index(_first_heading(document))


def _first_heading(document: Document) -> str:
    return next(part.lines[0] for part in document.parts if part.what == "heading")


@every_letter
def test_both_languages_say_the_same_things_in_the_same_order(name: str) -> None:
    swedish, english = sheet(name, "sv").document, sheet(name, "en").document

    assert [part.what for part in swedish.parts] == [part.what for part in english.parts]
    assert [len(part.lines) for part in swedish.parts] == [len(part.lines) for part in english.parts]
    assert len(swedish.short) == len(english.short)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("receipt", "Vi har fått er ansökan"),
        ("approved", "Ni får 25 000 kronor"),
        ("partially_approved", "Ni får 18 000 kronor"),
        ("rejected", "Ni får inga pengar den här gången"),
        ("withdrawal", "Ni har tagit tillbaka er ansökan"),
        ("payment_notice", "Vi har betalat 20 000 kronor till er"),
        ("payment_rejected", "Banken kunde inte betala er"),
        ("payment_returned", "Pengarna kom inte fram till er"),
        ("recovery_notice", "Ni kan få betala tillbaka 2 500 kronor"),
        ("recovery_waived", "Ni behöver inte betala tillbaka"),
    ],
)
def test_the_answer_is_the_title(name: str, title: str) -> None:
    assert sheet(name).document.title.replace("\N{NO-BREAK SPACE}", " ") == title


@pytest.mark.parametrize("name", ["approved", "partially_approved", "rejected"])
def test_a_decision_goes_from_answer_to_what_to_do_to_why_to_law(name: str) -> None:
    text = as_text(sheet(name).document, "sv")
    order = ["Kort sagt", "Det här", "Därför säger vi", "Lag och regler", "Så här överklagar man", "Har ni frågor?"]

    places = [text.index(words) for words in order]
    assert places == sorted(places)


def test_a_decision_says_all_that_it_has_to() -> None:
    text = plain("approved")

    for words in (
        "EX 2027/00003",
        "25 000 kronor (tjugofemtusen kronor)",
        "30 000 kronor",
        "Föreningen Röststyrka (påhittad), 802999-0002",
        "Exempelnämnden hos Region Dalarna, på ett sammanträde",
        "torsdag 20 maj 2027",
        "Föredragande: Anna Exempel",
        "tisdag 1 juni 2027 till fredag 31 december 2027",
        "20 000 kronor när ni har sagt ja till villkoren",
        "5 000 kronor när vi har godkänt er redovisning",
        "79 poäng av 100",
        "Inflytande och delaktighet: bra",
        "Panelen håller med om förslaget.",
        "En person var jävig.",
        "Pengar som inte använts ska betalas tillbaka.",
        "kommunallagen (2017:725)",
        "0000-00 00 00",
    ):
        assert words in text, words


def plain(name: str) -> str:
    """The text of a letter without our line breaks and spaces that do not break."""
    document = sheet(name).document
    lines = [line.replace("\t", ": ") for part in document.parts for line in part.lines]
    return "\n".join([document.title, *document.short, *lines]).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("name", ["approved", "partially_approved"])
def test_h14_every_approval_tells_all_conditions_that_it_is_given_on(name: str) -> None:
    told, rules = plain(name), EVERY_LETTER[name].programme
    days = {"{{activity_to}}": "fredag 31 december 2027", "{{report_due}}": "tisdag 29 februari 2028"}

    assert any(one.reserves_recovery for one in rules.decision.standard_conditions)
    for condition in rules.decision.standard_conditions:
        words = condition.text.sv
        for place, day in days.items():
            words = words.replace(place, day)
        assert words in told, condition.key


def test_a_delegate_decides_by_name_and_delegation() -> None:
    review = a_review()
    review["decision"]["authority"] = {"meeting": None, "delegation": "Delegationsordning punkt 7.3 (exempel)"}
    document = tell(facts(LetterKind.DECISION, review=review), NAMES, "sv")

    assert "Bo Exempel, avdelningschef, på uppdrag av Exempelnämnden, Delegationsordning punkt 7.3" in running_all(
        document
    )


def running_all(document: Document) -> str:
    return "\n".join(line for part in document.parts for line in part.lines)


@pytest.mark.parametrize("name", DECISIONS)
def test_h3_a_decision_under_legality_review_says_who_may_appeal_where_and_until_when(name: str) -> None:
    text = plain(name)

    assert "folkbokförd i länet" in text
    assert "En förening kan oftast inte överklaga själv." in text
    assert "Förvaltningsrätten i Falun" in text
    assert "senast måndag 21 juni 2027" in text
    assert "måndag 31 maj 2027" in text
    assert "inte ändra det" in text


@pytest.mark.parametrize(
    ("regime", "words"),
    [
        (LegalRegime.ADMINISTRATIVE_APPEAL, "Ni kan överklaga beslutet. Skriv till Region Dalarna."),
        (LegalRegime.LIMITED_ORDINANCE, "Lagen säger att det här beslutet inte kan överklagas."),
    ],
)
def test_h2_another_regime_has_its_own_way_to_appeal(regime: LegalRegime, words: str) -> None:
    given = facts(LetterKind.DECISION)
    given = msgspec.structs.replace(given, programme=msgspec.structs.replace(given.programme, legal_regime=regime))
    document = tell(given, NAMES, "sv")

    assert words in running(document)
    assert "folkbokförd" not in running(document)
    assert lix(running(document)) <= LIX_MAX


@pytest.mark.parametrize("stood_aside", [0, 1, 2, 7])
def test_a_decision_tells_how_many_stood_aside_and_never_who(stood_aside: int) -> None:
    review = {**a_review(), "stood_aside": stood_aside}
    text = running(tell(facts(LetterKind.DECISION, review=review), NAMES, "sv"))

    expected = {0: "Ingen var jävig.", 1: "En person var jävig."}.get(
        stood_aside, f"{stood_aside} personer var jäviga."
    )
    assert expected in text


def test_a13_days_are_told_with_weekday_and_year() -> None:
    days = re.findall(r"senast [^.\n]*\d{4}", plain("approved"))

    assert days
    assert all(re.match(r"senast (mån|tis|ons|tors|fre|lör|sön)dag \d{1,2} \w+ \d{4}", day) for day in days)


def test_what_people_wrote_is_shown_as_theirs_and_opens_no_heading_or_list() -> None:
    review = a_review()
    review["decision"]["words"] = "# En rubrik\n- en punkt\n| tabell | x\n{{ number }} {% if x %}\n> kort"
    document = tell(facts(LetterKind.DECISION, review=review), NAMES, "sv")

    quoted = [line for part in document.parts if part.what == "quote" for line in part.lines]
    assert {"# En rubrik", "- en punkt", "| tabell | x", "{{ number }} {% if x %}", "> kort"} <= set(quoted)
    assert document.title == sheet("approved").document.title
    assert document.short == sheet("approved").document.short


def test_a_name_with_line_breaks_stays_on_its_line() -> None:
    given = facts(LetterKind.RECEIPT)
    case = {**given.case, "title": "En titel\n## Rubrik\r\n- punkt"}
    document = tell(msgspec.structs.replace(given, case=case), NAMES, "sv")

    assert ("figures", "Ansökan\tEn titel ## Rubrik - punkt") in {
        (part.what, line) for part in document.parts for line in part.lines
    }
    assert len(document.parts) == len(sheet("receipt").document.parts)


@every_letter
@every_language
def test_no_letter_leaves_anything_unfilled(name: str, language: str) -> None:
    text = as_text(sheet(name, "sv" if language == "sv" else "en").document, language)

    assert "{{" not in text
    assert "None" not in text
    assert "  \n" not in text


@pytest.mark.parametrize(
    ("language", "heading"), [("sv", "Det här skrev vi åt er"), ("en", "This is what we wrote for you")]
)
def test_a10_the_receipt_shows_all_that_the_fund_wrote_and_when_it_came(language: Language, heading: str) -> None:
    parts = sheet("receipt_of_what_came_on_paper", language).document.parts
    at = next(number for number, part in enumerate(parts) if part.what == "heading" and part.lines == (heading,))

    quoted = [part.lines for part in parts[at:] if part.what == "quote"]
    assert quoted == [("Podd om psykisk hälsa",), ("Vi spelar in tio avsnitt.", "Alla får vara med.")]
    figures = [line for part in parts if part.what == "figures" for line in part.lines]
    assert [line for line in figures if "12\N{NO-BREAK SPACE}" in line and "2027" in line], "the day it came"
    usual = sheet("receipt", language).document.parts
    assert not [part for part in usual if part.lines == (heading,)], "the control: nobody wrote it for them"


@pytest.mark.parametrize(
    ("channels", "is_set_down", "goes_by"),
    [
        (None, True, Channel.PAPER),
        (["phone"], True, Channel.PAPER),
        (["email"], True, Channel.EMAIL),
        (None, False, Channel.EMAIL),
    ],
)
def test_a10_whoever_came_on_paper_gets_letters_on_paper_unless_they_ask_for_e_mail(
    channels: list[str] | None, is_set_down: bool, goes_by: Channel
) -> None:
    association = {"particulars": {"name": "Vi", "town": "Falun", "email": "vi@example.se"}}
    answers = {} if channels is None else {"contact_channel": channels}

    assert recipient_of(association, answers, is_set_down).channel is goes_by


def test_practice_letters_keep_their_mark() -> None:
    given = msgspec.structs.replace(EVERY_LETTER["approved"], practice=True)

    assert sheet_of(given, NAMES, "sv", WRITTEN_AT).practice


def test_whoever_has_no_name_stands_by_their_post_alone() -> None:
    text = as_text(tell(EVERY_LETTER["approved"], {}, "sv"), "sv")

    assert "Föredragande" not in text


def test_the_recipient_stands_with_contact_and_address() -> None:
    assert sheet("receipt").recipient == (TO.name, "Kim Exempel", "Exempelgatan 1", "791 30 Falun")


@pytest.mark.parametrize(
    ("answers", "particulars", "language"),
    [
        ({}, {}, "sv"),
        ({}, {"language": None}, "sv"),
        ({}, {"language": "en"}, "en"),
        ({"contact_language": "sv"}, {"language": "en"}, "sv"),
        ({"contact_language": "en"}, {"language": "sv"}, "en"),
        ({"contact_language": "fi"}, {"language": "en"}, "en"),
    ],
)
def test_a_letter_is_in_the_language_the_association_last_asked_for_and_else_in_swedish(
    answers: dict[str, str], particulars: dict[str, str | None], language: str
) -> None:
    assert recipient_of({"particulars": {"name": TO.name, **particulars}}, answers).language == language


@pytest.mark.parametrize(
    ("changed_at", "reached_at"),
    [
        (None, "sent@example.se"),
        ("2027-03-01T12:00:00+00:00", "sent@example.se"),
        ("2027-03-20T12:00:00+00:00", "new@example.se"),
    ],
)
def test_a_letter_goes_where_the_association_last_said(changed_at: str | None, reached_at: str) -> None:
    association = {"particulars": {"name": TO.name, "email": "new@example.se"}, "changed_at": changed_at}
    case, written = {"received_at": "2027-03-14T09:26:53Z"}, {"answers": {"organisation_email": "sent@example.se"}}

    assert recipient_of(association, still_said(association, case, written)).email == reached_at
    assert still_said(association, case, None) == {}


def test_where_to_sign_in_is_told_where_it_is_known() -> None:
    at = tell(EVERY_LETTER["report_reminder"], NAMES, "sv", "https://fonden.example")

    assert "Logga in på https://fonden.example och öppna ärende" in running(at).replace("\N{NO-BREAK SPACE}", " ")
    assert "Logga in och öppna ärende" in plain("report_reminder")
    assert lix(running(at)) <= LIX_MAX


# Amounts


@pytest.mark.parametrize(
    ("ore", "swedish", "words", "english"),
    [
        (100, "1 krona", "en krona", "one krona"),
        (100_000, "1 000 kronor", "ettusen kronor", "one thousand kronor"),
        (2_100_000, "21 000 kronor", "tjugoettusen kronor", "twenty-one thousand kronor"),
        (2_500_000, "25 000 kronor", "tjugofemtusen kronor", "twenty-five thousand kronor"),
        (
            12_200_000,
            "122 000 kronor",
            "etthundratjugotvåtusen kronor",
            "one hundred and twenty-two thousand kronor",
        ),
        (1_250, "12,50 kronor", "", ""),
    ],
)
def test_amounts_in_figures_and_in_words(ore: int, swedish: str, words: str, english: str) -> None:
    assert kronor(ore, "sv").replace("\N{NO-BREAK SPACE}", " ") == swedish
    assert kronor_in_words(ore, "sv") == words
    assert kronor_in_words(ore, "en") == english


# The text as parts


def test_a_text_is_read_part_by_part() -> None:
    text = "# Svar\n> kort\n\nEn mening\nsom fortsätter.\n\n## Rubrik\n- ett\n- två\n\n- tre\n| Belopp | 5 | 6\n~ ord\n"

    assert read_document(text) == Document(
        "Svar",
        ("kort",),
        (
            Part("paragraph", ("En mening som fortsätter.",)),
            Part("heading", ("Rubrik",)),
            Part("points", ("ett", "två")),
            Part("points", ("tre",)),
            Part("figures", ("Belopp\t5 | 6",)),
            Part("quote", ("ord",)),
        ),
    )


def test_a_letter_without_a_title_is_none() -> None:
    with pytest.raises(ValueError, match="title"):
        read_document("Hej.\n")
