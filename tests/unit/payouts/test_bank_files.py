"""Bank files are what the standard says, what each bank wants, and the same to the byte when made again."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cache
from pathlib import Path

import msgspec
import pytest
import sepaxml
import xmlschema
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as some

from services.payouts.bank.characters import as_payment_text
from services.payouts.bank.pain001 import PaymentOrder, groups, write
from services.payouts.bank.profile import PRACTICE, PROFILES, Profile, read_fund_account
from services.payouts.domain.account import Scheme, read_account
from shared.refused import Refused
from tests.chance import examples
from tests.unit.payouts.orders import LINES, line, order

SAMPLES = Path(__file__).parent / "samples"
SCHEMAS = Path(sepaxml.__file__).parent / "schemas"
EVERY_PROFILE = [
    pytest.param(msgspec.structs.replace(profile, version=version), id=f"{name}-{version}")
    for name, profile in PROFILES.items()
    for version in ("03", "09")
]


@cache
def schema(version: str) -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(SCHEMAS / f"pain.001.001.{version}.xsd")


def found(content: bytes, name: str) -> list[str]:
    return [one.text for one in fromstring(content).iter() if one.tag.rpartition("}")[2] == name]


@pytest.mark.parametrize(
    ("file", "profile"),
    [
        ("pain.001.001.03.xml", Profile()),
        ("pain.001.001.09.xml", Profile(version="09")),
        ("pain.001.001.03.swedbank-variant.xml", PROFILES["swedbank"]),
    ],
)
def test_the_files_are_the_samples_to_the_byte(file, profile):
    assert write(order(profile)) == (SAMPLES / file).read_bytes()


@pytest.mark.parametrize("profile", EVERY_PROFILE)
def test_every_profile_in_both_versions_follows_the_schema(profile):
    schema(profile.version).validate(write(order(profile)).decode())


def test_the_schema_does_notice_a_file_that_breaks_it():
    broken = write(order()).replace(b"<ChrgBr>SLEV</ChrgBr>", b"<ChrgBr>FREE</ChrgBr>")
    with pytest.raises(xmlschema.XMLSchemaValidationError):
        schema("03").validate(broken.decode())


TYPED = some.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Zl", "Zp"))
NAMES = some.text(TYPED, min_size=1, max_size=60).filter(lambda text: as_payment_text(text, 70))
ACCOUNTS = some.sampled_from([one.account for one in LINES])


@examples(40)
@given(
    profile=some.sampled_from([parameter.values[0] for parameter in EVERY_PROFILE]),
    parts=some.lists(
        some.tuples(ACCOUNTS, NAMES, NAMES, some.integers(1, 10**11), some.text(TYPED, max_size=80)),
        min_size=1,
        max_size=6,
    ),
)
def test_whatever_people_are_called_the_file_follows_the_schema_and_adds_up(profile, parts):
    lines = tuple(
        line(f"EX-2026-{at:05}-1", amount, msgspec.structs.replace(account, name=name, town=town), message)
        for at, (account, name, town, amount, message) in enumerate(parts)
    )
    made = order(profile, lines)
    content = write(made)
    schema(profile.version).validate(content.decode())
    assert content == write(msgspec.json.decode(msgspec.json.encode(made), type=PaymentOrder))
    assert Decimal(found(content, "CtrlSum")[0]) * 100 == sum(one.amount_ore for one in lines)
    assert sum(Decimal(amount) for amount in found(content, "InstdAmt")) == Decimal(found(content, "CtrlSum")[0])
    assert sorted(found(content, "EndToEndId")) == sorted(one.reference for one in lines)


@pytest.mark.parametrize("count", [1, 2, 50, 500])
def test_a_file_holds_up_to_five_hundred_payments_and_says_how_many(count):
    lines = tuple(line(f"EX-2026-{at:05}-1", 100 + at, LINES[at % 3].account) for at in range(count))
    content = write(order(lines=lines))
    assert found(content, "NbOfTxs") == [str(count)] * 2
    assert len(found(content, "EndToEndId")) == count


@pytest.mark.parametrize("count", [0, 501])
def test_an_empty_or_overlong_file_is_never_made(count):
    with pytest.raises(ValueError, match="payments"):
        write(order(lines=LINES[:1] * count))


def test_a_bank_that_draws_bankgiro_from_bankgiro_gets_two_groups():
    first, second = groups(order(PROFILES["swedbank"]))
    assert (first.id, len(first.lines), first.from_bankgiro) == ("IFD-2027-0001-P1", 1, True)
    assert (second.id, len(second.lines), second.from_bankgiro) == ("IFD-2027-0001-P2", 2, False)


def test_kronor_never_travel_as_sepa_nor_on_the_salary_rail():
    for profile in PROFILES.values():
        content = write(order(profile))
        for forbidden in (b">SEPA<", b">SALA<", b">PENS<"):
            assert forbidden not in content


# H13


@pytest.mark.parametrize("field", ["name", "town"])
@pytest.mark.parametrize("words", ["", "   ", "\u200b", "组织", "///", "🙂"])
def test_h13_no_line_goes_out_without_a_name_and_a_town_that_banks_can_read(field, words):
    account = msgspec.structs.replace(LINES[0].account, **{field: words})
    with pytest.raises(Refused, match="name, town and country"):
        write(order(lines=(line("EX-2026-00001-1", 100, account),)))


def test_h13_no_line_goes_out_without_a_country():
    account = msgspec.structs.replace(LINES[0].account, country="")
    with pytest.raises(Refused):
        write(order(lines=(line("EX-2026-00001-1", 100, account),)))


def test_h13_every_line_has_name_town_and_country():
    content = write(order())
    root = fromstring(content)
    for creditor in (one for one in root.iter() if one.tag.endswith("}Cdtr")):
        named = {part.tag.rpartition("}")[2] for part in creditor.iter()}
        assert {"Nm", "TwnNm", "Ctry"} <= named


# H12


def test_h12_no_old_format_is_written_or_read():
    modules = {path.stem for path in Path("services/payouts/bank").glob("*.py")}
    if modules:  # from the root of the project
        assert modules == {"__init__", "camt054", "characters", "pain001", "pain002", "profile", "reading"} | (
            modules & {"ordering", "taking"}
        )


# Characters


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("Föreningen Åäö", "Föreningen Åäö"),
        ("Fo\u0308reningen", "Föreningen"),
        ("Hjälp & Stöd", "Hjälp + Stöd"),
        ("Café Élan", "Cafe Elan"),
        ("Łódź", "Lódź".replace("ó", "o").replace("ź", "z")),
        ("Straße", "Strasse"),
        ("<script>", "script"),
        ("Ett – två", "Ett - två"),
        ("“Röst”", "Röst"),
        ("//a//b/", "a/b"),
        ("två  blanka", "två blanka"),
        ("rad\nbryt", "rad bryt"),
        ("Æble ørred", "Äble örred"),
        ("Nr №5", "Nr No5"),
        ("½", ""),
        ("a_b@c", "a-b(at)c"),
    ],
)
def test_a_name_is_written_in_the_banks_characters(typed, written):
    assert as_payment_text(typed, 70) == written


@given(some.text(max_size=300), some.integers(1, 140))
def test_nothing_a_bank_cannot_read_comes_through(text, longest):
    written = as_payment_text(text, longest)
    assert len(written) <= longest
    assert as_payment_text(written, longest) == written
    assert "//" not in written
    assert all(
        one in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyzåäöÅÄÖ/-?:().,'+ " for one in written
    )


# The operator's file


def file_of(**changes) -> bytes:
    account = msgspec.to_builtins(PRACTICE)
    account["debtor"].update(changes)
    return json.dumps(account).encode()


def test_the_funds_own_account_is_read_from_the_operators_file(tmp_path):
    path = tmp_path / "bank.json"
    path.write_bytes(file_of(iban="SE45 5000 0000 0583 9825 7466", bankgiro="991-2346"))
    account = read_fund_account({"BIFALL_BANK_FILE": str(path)})
    assert account == PRACTICE
    assert read_fund_account({}) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"iban": "SE4550000000058398257467"},
        {"organisation_number": "8803200016"},
        {"bankgiro": "1234-5678"},
        {"bic": "nobank"},
        {"surprise": "field"},
    ],
)
def test_a_fund_account_that_does_not_hold_stops_the_service(changes):
    with pytest.raises(ValueError):
        read_fund_account({"BIFALL_BANK": file_of(**changes).decode()})


def test_a_bank_that_draws_from_bankgiro_needs_the_funds_own():
    account = msgspec.to_builtins(PRACTICE) | {"profile": "swedbank"}
    account["debtor"]["bankgiro"] = None
    with pytest.raises(ValueError, match="fund's own"):
        read_fund_account({"BIFALL_BANK": json.dumps(account)})


def test_an_unknown_profile_is_refused_by_name():
    account = msgspec.to_builtins(PRACTICE) | {"profile": "my bank"}
    with pytest.raises(ValueError, match="my bank"):
        read_fund_account({"BIFALL_BANK": json.dumps(account)})


def test_an_account_as_typed_is_the_account_in_the_file():
    account = read_account(Scheme.BANK_ACCOUNT, "983 189 224-6", "8424-4", "Föreningen", "Falun")
    content = write(order(lines=(line("EX-2026-00001-1", 100, account),)))
    assert "9831892246" in found(content, "Id")
    assert found(content, "MmbId") == ["8424"]
