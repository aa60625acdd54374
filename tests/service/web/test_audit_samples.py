"""Samples of cases: drawn by a seed that is on record, drawn again by anybody, and taken along whole."""

from __future__ import annotations

from hashlib import sha256
from typing import Any
from uuid import uuid4

from shared.trail_package.verify import Package, read_zip
from tests.service.house import Person, TestedHouse
from tests.service.web.browsing import Page, browse
from tests.service.whole_fund import Everything

NOT_YET = 503
QUESTIONS, DRAWN = "/audit/questions", "/audit/samples"


async def drawn(house: TestedHouse, **filled: str) -> Page:
    auditor = await browse(house, "auditor")
    page = await (await auditor.open(QUESTIONS)).send(DRAWN, **filled)
    while page.status == NOT_YET:  # audit hears of it in its own time
        page = await auditor.open(page.path)
    return page


async def told_of(auditor: Person, sample: object) -> Any:
    while (answer := await auditor.get(f"/api/audit/samples/{sample}")).status_code == NOT_YET:
        continue
    return answer.json()


async def registered(auditor: Person) -> tuple[list[str], int]:
    """Every case, and how many there are said to be."""
    cases: list[str] = []
    after = ""
    while True:
        listed = (await auditor.get(f"/api/audit/population{after}")).json()
        cases += [one["case"] for one in listed["items"]]
        if listed["next"] is None:
            return cases, listed["of"]
        after = f"?after={listed['next']}"


async def test_who_drew_by_what_seed_and_from_what_is_on_record_and_anybody_draws_the_same_again(
    house: TestedHouse, everything: Everything
) -> None:
    page = await drawn(house, seed="revision-7", size="2")
    sample = page.path.rpartition("/")[2]
    auditor = await house.person("auditor")
    told = await told_of(auditor, sample)

    assert page.heading == "2 cases drawn"
    assert "Counted again just now, and right." in page.text
    fact = (await auditor.get(f"/api/audit/sources/web/entries/{told['position']}")).json()
    assert (fact["type"], fact["subject"]) == ("sample.drawn", sample)
    assert (told["drawn_by"], told["seed"], told["size"]) == (str(house.account("auditor")), "revision-7", 2)
    head = await auditor.get(
        f"/api/audit/sources/applications/consistency?old={told['register']}&new={told['register']}"
    )
    assert head.json()["old_root"] == told["root"]
    everybody, of = await registered(auditor)
    by_hand = sorted(everybody, key=lambda case: sha256(f"revision-7\n{case}".encode()).digest())[:2]
    assert len(everybody) == of == told["of"]
    assert [one["case"] for one in told["cases"]] == by_hand
    again = (await auditor.get(f"/api/audit/sample?seed=revision-7&size=2&register={told['register']}")).json()
    assert again["cases"] == told["cases"]
    on_record = await (await browse(house, "auditor")).open(QUESTIONS)
    assert f"{DRAWN}/{sample}" in on_record.links


async def test_a_record_that_says_what_the_register_was_not_is_found_out(
    house: TestedHouse, everything: Everything
) -> None:
    """The negative control: whoever puts it on record says that there were fewer cases, or another book."""
    auditor = await house.person("auditor")
    told = (await auditor.get("/api/audit/sample?seed=false")).json()
    true = {name: told[name] for name in ("seed", "size", "register", "root", "of")}
    browser = await browse(house, "auditor")
    for false in ({"of": told["of"] - 1}, {"root": "0" * 64}, {"register": told["register"] + 1_000_000}):
        sample = uuid4()
        assert (await auditor.put(f"/api/web/samples/{sample}", {**true, **false})).status_code == 200
        assert (await told_of(auditor, sample))["holds"] is False, false
        page = await browser.open(f"{DRAWN}/{sample}")
        assert "The register was not so" in page.text, false
    assert "the register was not so" in (await browser.open(QUESTIONS)).text


async def test_what_is_no_seed_or_no_number_is_said_where_it_stands(house: TestedHouse, everything: Everything) -> None:
    for wrong in ({"seed": "två ord", "size": "3"}, {"seed": "ett", "size": "0"}):
        page = await drawn(house, **wrong)
        assert page.status == 422
        assert "This needs to be put right" in page.text
        assert dict(page.form(DRAWN).fields())["seed"] == wrong["seed"]


async def test_the_packages_of_a_whole_sample_are_one_download(house: TestedHouse, everything: Everything) -> None:
    page = await drawn(house, seed="paket", size="2", programme=str(everything["programme"]))
    auditor = await browse(house, "auditor")
    answer = await auditor.client.get(f"{page.path}/packages.zip")
    files = read_zip(answer.content)

    assert sum(name.endswith(".zip") for name in files) == 2
    assert "left-out.txt" not in files
    for name, content in files.items():
        if name.endswith(".zip"):
            assert Package(read_zip(content)).findings == [], name


async def test_nobody_but_an_auditor_draws_a_sample_or_knows_of_one(house: TestedHouse, everything: Everything) -> None:
    body = {"seed": "x", "size": 1, "register": 1, "root": "0" * 64, "of": 1}
    for person in ("officer", "administrator", "applicant", "finance"):
        who = await house.person(person)
        assert (await who.put(f"/api/web/samples/{uuid4()}", body)).status_code == 403, person
        assert (await who.get("/api/audit/samples")).status_code == 403, person
        assert (await who.get(f"/api/audit/samples/{everything['sample']}")).status_code == 403, person
