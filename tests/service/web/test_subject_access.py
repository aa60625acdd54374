"""Subject access: a person gets everything that is held about them, from all services, and nobody else's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.command.demo.applying import ENCLOSURES
from services.web.reads.book import book_of
from services.web.signing_in import people
from tests.service.applications_room import organisation_number
from tests.service.house import Person, TestedHouse
from tests.service.routes import PAPER
from tests.service.web.browsing import browse
from tests.service.whole_fund import Everything

SERIALS = iter(range(9_100, 9_200))


@dataclass
class Somebody:
    """A person with a name and an address of their own, and words of their own in every field they can write in."""

    account: UUID
    name: str
    email: str
    person: Person
    case: UUID
    said: dict[str, str]


async def _account(house: TestedHouse) -> tuple[UUID, str, str]:
    account, mark = uuid4(), uuid4().hex[:10]
    administrator = await house.person("administrator")
    assert (await administrator.put(f"/api/web/accounts/{account}", {})).status_code == 200
    assert (await administrator.put(f"/api/web/accounts/{account}/roles/applicant", {})).status_code == 200
    name, email = f"Fågel {mark}", f"{mark}@example.se"
    await people.keep(house.office("web"), account, people.Contact(name=name, email=email))
    return account, name, email


async def _applies(house: TestedHouse, everything: Everything, contact: str | None = None) -> Somebody:
    """Registers an association and applies for it, as the one who has applied already did; and begins another."""
    account, name, email = await _account(house)
    person = house.bearer(await house.token(account))
    number, association, draft = organisation_number(next(SERIALS)), uuid4(), uuid4()
    body = {"organisation_number": number, "name": f"Föreningen {number}", "town": "Falun"}
    registered = await person.put(f"/api/applications/associations/{association}", body)
    assert registered.status_code == 200, registered.text
    to_complete = everything.instead["complete"]["case"]
    shown = (await (await house.person("officer")).get(f"/api/applications/cases/{to_complete}/application")).json()
    said = {key: f"{key}-{uuid4().hex[:10]}" for key in ("summary", "contact_times", "unsent", "file")}
    answers = shown["answers"] | {
        "orgnr": number,
        "organisation_name": body["name"],
        "contact_name": contact or name,
        "contact_times": said["contact_times"],
        "summary": said["summary"],
        "signatories": [{**shown["answers"]["signatories"][0], "name": name}],
    }
    form = {"call": shown["call"], "association": str(association)}
    saved = await person.put(f"/api/applications/drafts/{draft}", {**form, "answers": answers})
    assert saved.status_code == 200, saved.text
    for key in ENCLOSURES:
        path = f"/api/applications/drafts/{draft}/attachments/{uuid4()}?key={key}&name={said['file']}.pdf"
        kept = await person.put(path, PAPER, **{"Content-Type": "application/pdf"})
        assert kept.status_code == 200, kept.text
    sent = await person.post(f"/api/applications/drafts/{draft}/submission", {})
    assert sent.status_code == 200, sent.text
    begun = await person.put(f"/api/applications/drafts/{uuid4()}", {**form, "answers": {"title": said["unsent"]}})
    assert begun.status_code == 200, begun.text
    return Somebody(account, name, email, person, draft, said)


@pytest.fixture(scope="module")
async def robin(house: TestedHouse, everything: Everything) -> Somebody:
    return await _applies(house, everything)


@pytest.fixture(scope="module")
async def contact(house: TestedHouse) -> tuple[UUID, str, str]:
    return await _account(house)


@pytest.fixture(scope="module")
async def kim(house: TestedHouse, everything: Everything, contact: tuple[UUID, str, str]) -> Somebody:
    """Somebody else, in whose application a third person is the contact."""
    return await _applies(house, everything, contact=contact[1])


async def _held(house: TestedHouse, account: UUID) -> tuple[str, dict[str, Any], str]:
    """The file as text, as values, and the page."""
    await book_of(house.office("web")).settle()
    browser = await browse(house, account)
    file, page = await browser.open("/me/data.json"), await browser.open("/me/data")
    assert (file.status, page.status) == (200, 200), file.html
    return file.answer.text, file.answer.json(), page.text


async def test_a_person_gets_what_they_wrote_everywhere_and_nobody_else_s(
    house: TestedHouse, robin: Somebody, kim: Somebody
) -> None:
    officer = await house.person("officer")
    path = f"/api/review/cases/{robin.case}"
    await officer.act(f"{path}/check")
    letter = f"{robin.name} behöver skicka mer, sade {kim.name}. {uuid4().hex}"
    await officer.act(f"{path}/completion-requests", {"missing": ["statutes"], "letter": letter})

    text, held, page = await _held(house, robin.account)

    for field, word in robin.said.items():
        assert word in text, f"{field} is not in the file"
        assert word in page, f"{field} is not on the page"
    for own in (robin.name, robin.email):
        assert own in text
        assert own in page
    for other in (kim.name, kim.email, *kim.said.values(), str(kim.account), letter):
        assert other not in text, "somebody else's data came out"
        assert other not in page
    kinds = {fact["event"]["type"] for holds in held["services"].values() for fact in holds["facts"]}
    assert {"account.opened", "role.granted", "association.registered", "application.submitted"} <= kinds
    assert not any(holds["silent"] or holds["more"] for holds in held["services"].values())
    places = [one for one in held["services"]["review"]["mentions"] if one["scope"] == "case"]
    assert [one["text"] for one in places] == [None], "of what an officer wrote, the place and not the text"
    assert held["roles"]
    assert held["sessions"]
    assert f"{robin.name} was granted the role of applicant." in page
    draft = await (await (await browse(house, robin.account)).open("/me/data")).follow(robin.said["unsent"])
    assert (draft.status, draft.path) == (200, f"/drafts/{held['drafts'][0]['id']}"), draft.heading


async def test_whoever_stands_in_another_s_application_gets_their_own_fields_of_it(
    house: TestedHouse, kim: Somebody, contact: tuple[UUID, str, str]
) -> None:
    text, _, _ = await _held(house, contact[0])

    assert contact[1] in text
    assert kim.said["contact_times"] in text, "a field about the contact stands beside the name"
    for other in (kim.name, kim.email, kim.said["summary"], kim.said["unsent"], str(kim.account)):
        assert other not in text


async def test_reads_of_their_case_are_told_without_whoever_read(house: TestedHouse, robin: Somebody) -> None:
    await (await house.person("finance")).get(f"/api/applications/cases/{robin.case}")

    text, held, _ = await _held(house, robin.account)

    assert any(one["roles"] == ["finance"] and one["case"] == str(robin.case) for one in held["read_about_them"])
    reads = str(held["read_about_them"])
    assert str(house.account("finance")) not in reads
    assert str(house.account("finance")) not in text


async def test_the_data_protection_officer_puts_it_together_when_it_is_asked_for_on_paper_and_is_noted(
    house: TestedHouse, robin: Somebody
) -> None:
    path = f"/administer/accounts/{robin.account}/data"
    dpo = await browse(house, "data-protection-officer")
    assert "/data" in "".join((await dpo.open(f"/administer/accounts/{robin.account}")).links)

    page, file = await dpo.open(path), await dpo.open(f"{path}.json")

    for said in (robin.name, robin.said["summary"], robin.said["contact_times"]):
        assert said in page.text
        assert said in file.answer.text
    assert robin.said["unsent"] not in file.answer.text, "a draft is nobody's but its applicant's (H8)"
    found = await (await house.person("auditor")).get(f"/api/web/reads?account={robin.account}")
    exports = [
        one
        for one in found.json()["items"]
        if one["through"] == "export" and one["roles"] == ["data_protection_officer"]
    ]
    assert {one["person"] for one in exports} == {str(robin.account)}
    assert len(exports) == 2
    for name in ("administrator", "officer", "auditor", "applicant"):
        assert (await (await browse(house, name)).open(path)).status == 403
    assert (await dpo.open(f"/administer/accounts/{uuid4()}/data")).status == 404


async def test_nobody_else_asks_the_services_what_they_hold_and_whoever_does_is_noted(
    house: TestedHouse, robin: Somebody
) -> None:
    for name in ("administrator", "auditor", "officer", "applicant"):
        person = await house.person(name)
        assert (await person.get(f"/api/review/people/{robin.account}/facts")).status_code == 403
        assert (await person.post(f"/api/review/people/{robin.account}/mentions", {"words": []})).status_code == 403
    dpo = await house.person("data-protection-officer")
    page = (await dpo.get(f"/api/web/people/{robin.account}/facts?limit=1")).json()
    assert len(page["items"]) == 1
    following = (await dpo.get(f"/api/web/people/{robin.account}/facts?limit=1&after={page['next']}")).json()
    assert following["items"] != page["items"]
    asked = await dpo.post(f"/api/applications/people/{robin.account}/mentions", {"words": [robin.name]})
    assert robin.said["contact_times"] in asked.text
    await book_of(house.office("web")).settle()
    noted = await house.office("web").pool.fetchval(
        "select count(*) from read where reference = $1 and subject = $2",
        asked.headers["bifall-reference"],
        robin.account,
    )
    assert noted == 1
