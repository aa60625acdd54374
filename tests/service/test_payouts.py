"""Money over HTTP: the way from decision to the last krona, who may do what, and what each may see."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from infra.embedded import Addresses
from services.command.demo import bank
from services.payouts import papers
from services.payouts.app import SERVICE
from services.payouts.domain.instalments import payment_id
from services.payouts.policy import POLICY
from shared.catalogue import review
from shared.http.engine_routes import ENGINE_ROUTES, OPEN
from shared.identity import Role
from shared.keyring import KeyGone
from shared.uuid7 import uuid7
from shared.views import rebuild
from tests.service.next_year import CALL_RULES
from tests.service.payouts_room import BANKGIRO, OTHER_BANKGIRO, RULES, Person, Room, expect, opened

PDF = b"%PDF-1.7 made up"


@pytest.fixture(scope="module")
async def room(addresses: Addresses) -> AsyncIterator[Room]:
    async with opened(addresses) as room:
        yield room


def test_every_route_has_a_row_in_the_table_of_who_may_use_it_and_every_row_a_route():
    routes = {str(route.name) for route in (*SERVICE.routes, *ENGINE_ROUTES)} - OPEN
    assert routes | {"react"} == set(POLICY.rows)


async def test_a_grant_goes_from_decision_to_the_last_krona(room: Room):
    programme, call = await room.call()
    case = await room.active(programme, call)
    _, file = await room.exported(programme, await room.attested(case))
    taken = await room.booked(file)
    assert (taken["changed"], taken["unmatched"], taken["refused"]) == (1, [], [])
    await room.reported(case, unspent_ore=300_000)
    _, file = await room.exported(programme, await room.attested(case, 2))
    await room.booked(file)
    grant = await room.signatory.sees(f"/grants/{case}")
    assert [payment["status"] for payment in grant["payments"]] == ["reconciled", "reconciled"]
    recovery = f"/recoveries/{grant['recoveries'][0]['id']}"
    await room.officer.does(f"{recovery}/notice", {"words": "Det blev pengar över."})
    assert (await room.signatory.sees(recovery))["notice"] == "Det blev pengar över."
    for words in ("", "Ring 19121212-1212."):
        expect(await room.signatory.tries(f"{recovery}/answer", {"standpoint": "objects", "words": words}), 422)
    await room.signatory.does(f"{recovery}/answer", {"standpoint": "asks_for_instalments", "words": "Tre gånger?"})
    expect(await room.stranger.ask("POST", f"{recovery}/answer", {"standpoint": "agrees"}, If_Match='"3"'), 404)
    (answered,) = (await room.finance.sees(recovery))["answers"]
    assert (answered["standpoint"], answered["words"]) == ("asks_for_instalments", "Tre gånger?")
    expect(await room.chair.tries(f"{recovery}/decision", {"amount_ore": 300_000}), 422)
    await room.advance(programme, 16)  # a day in October has 25 hours
    await room.chair.does(f"{recovery}/decision", {"amount_ore": 300_000})
    await room.finance.does(f"{recovery}/invoice")
    ocr = (await room.signatory.sees(recovery))["ocr"]
    back = bank.statement("BACK", await room.bank_day(15), [bank.Booked(ocr, 300_000, is_credit=True)])
    assert expect(await room.finance.sends("/bank-statements", back))["changed"] == 1
    assert expect(await room.finance.sends("/bank-statements", back))["changed"] == 0
    closed = await room.officer.does(f"/grants/{case}/closing")
    assert closed["status"] == "closed"
    grant = await room.finance.sees(f"/grants/{case}")
    assert (grant["paid_ore"], grant["returned_ore"]) == (2_500_000, 300_000)


async def test_h14_the_association_sees_every_condition_it_accepts(room: Room):
    case = await room.decided(*await room.call())
    shown = await room.signatory.sees(f"/grants/{case}")
    assert [one["key"] for one in shown["conditions"]] == [one.key for one in RULES.decision.standard_conditions]
    assert shown["report_due"]


async def test_a_decision_without_money_is_no_grant_and_its_notice_troubles_nobody(room: Room):
    case = await room.decided(*await room.call(), granted_ore=0)
    await room.published(case)
    await room.hear(review.DecisionFinal(final_on=await room.bank_day()), case)
    expect(await room.finance.get(f"/grants/{case}"), 404)


async def test_only_the_association_itself_sees_and_touches_its_money(room: Room):
    programme, call = await room.call()
    case = await room.active(programme, call)
    payment = payment_id(case, 1)
    for path in (f"/grants/{case}", f"/payments/{payment}", f"/payees/{room.association}"):
        expect(await room.stranger.get(path), 404)
    expect(await room.stranger.put(f"/payees/{room.association}", OTHER_BANKGIRO), 404)
    expect(await room.stranger.ask("POST", f"/payments/{payment}/requisition", {}, If_Match='"1"'), 404)
    assert (await room.stranger.sees("/grants"))["items"] == []
    assert (await room.stranger.sees("/payments"))["items"] == []


async def test_papers_go_with_the_report_and_are_read_by_those_who_follow_it_up(room: Room):
    programme, call = await room.call()
    case = await room.active(programme, call)
    at = f"/grants/{case}/report/papers"

    async def hands_in(who: Person, file: UUID, content: bytes = PDF, key: str = "economic_attachment"):
        return await who.ask("PUT", f"{at}/{file}?key={key}&name=kvitton.pdf", content, Content_Type="application/pdf")

    receipt, regretted, late = uuid7(), uuid7(), uuid7()
    expect(await hands_in(room.stranger, receipt), 404)
    expect(await hands_in(room.finance, receipt), 403)
    expect(await hands_in(room.signatory, receipt, b"MZ"), 422)
    expect(await hands_in(room.signatory, receipt, key="statutes"), 422)
    for file in (receipt, receipt, regretted):
        expect(await hands_in(room.signatory, file))
    assert (await room.signatory.ask("DELETE", f"{at}/{regretted}")).status_code == 204
    assert [one["id"] for one in (await room.signatory.sees(at))["handed"]] == [str(receipt)]
    assert await room.officer.sees(at) == {"sent": [], "handed": []}, "H8: what is not sent in is the association's own"
    expect(await room.officer.get(f"{at}/{receipt}"), 404)

    report = {"spent_ore": 2_500_000, "unspent_ore": 0, "words": {"learned": "Mycket."}}
    await room.signatory.does(f"/grants/{case}/report", report)
    assert (await room.signatory.sees(at))["handed"] == []
    for reader in (room.officer, room.finance, room.auditor, room.signatory):
        (sent,) = (await reader.sees(at))["sent"]
        assert (sent["id"], sent["name"]) == (str(receipt), "kvitton.pdf")
        assert (await reader.get(f"{at}/{receipt}")).content == PDF
    for nobody in (room.attesters[0], room.chair):
        expect(await nobody.get(f"{at}/{receipt}"), 403)
    expect(await room.stranger.get(f"{at}/{receipt}"), 404)

    expect(await hands_in(room.signatory, late))
    await room.officer.does(f"/grants/{case}/report-review")
    await room.officer.does(f"/grants/{case}/report-approval")
    expect(await hands_in(room.signatory, uuid7()), 409)
    await papers.take_away_what_came_too_late(room.office)
    await papers.erase_taken_away(room.office, kept_s=0)
    kept = await room.office.pool.fetch("select owner from store where scope = 'attachment'")
    assert {row["owner"] for row in kept} & {receipt, regretted, late} == {receipt}, "what was never sent in is erased"
    with pytest.raises(KeyGone):
        await room.office.store.keyring.key((late, "attachment"))


async def test_the_fact_of_a_report_tells_of_its_papers_without_their_names(room: Room):
    programme, call = await room.call()
    case = await room.active(programme, call)
    path = f"/grants/{case}/report/papers/{uuid7()}?key=economic_attachment&name=Karin-Ek.pdf"
    expect(await room.signatory.ask("PUT", path, PDF, Content_Type="application/pdf"))
    report = {"spent_ore": 2_500_000, "unspent_ore": 0}
    await room.signatory.does(f"/grants/{case}/report", report)
    text = await room.office.pool.fetchval(
        "select event::text from journal where subject_id = $1 and type = 'report.submitted'", case
    )
    (told,) = json.loads(text)["data"]["attachments"]
    assert (told["media_type"], told["size_bytes"], len(told["digest"])) == ("application/pdf", len(PDF), 64)
    assert "Karin" not in text


async def test_what_is_past_its_date_is_told_with_whom_it_waits_for(room: Room):
    programme, call = await room.call()
    case = await room.active(programme, call)

    async def late(reader: Person) -> list[tuple[str, str]]:
        told = (await reader.sees("/late"))["items"]
        return [(one["what"], one["next"]) for one in told if one["number"] == number]

    async def reports() -> int:
        return int((await room.officer.sees("/late"))["counts"].get("report", 0))

    number = (await room.officer.sees(f"/grants/{case}"))["number"]
    assert await late(room.officer) == []
    others = await reports()
    days = (CALL_RULES.report_due - await room.bank_day()).days
    await room.advance(programme, days + 20)
    assert await late(room.officer) == [("report", "applicant")]
    assert await reports() == others + 1
    await room.hear(review.InterestDeclared(person=room.chair.id, conflict="relative"), case)
    assert await late(room.chair) == [], "H7: for whoever has a conflict of interest it does not exist"
    await room.signatory.does(f"/grants/{case}/report", {"spent_ore": 2_400_000, "unspent_ore": 100_000})
    assert await late(room.officer) == []
    await room.officer.does(f"/grants/{case}/report-review")
    await room.officer.does(f"/grants/{case}/report-approval")
    recovery = (await room.officer.sees(f"/grants/{case}"))["recoveries"][0]["id"]
    await room.officer.does(f"/recoveries/{recovery}/notice", {"words": "Det blev pengar över."})
    await room.advance(programme, days + 20 + 16)
    assert await late(room.finance) == [("recovery_decision", "decision_maker")]
    expect(await room.signatory.get("/late"), 403)


ROLES = [role for role in Role if role is not Role.FUND]
MONEY = {
    "attest": ({Role.ATTESTER}, "POST", "/payments/{id}/attest"),
    "requisition": ({Role.SIGNATORY}, "POST", "/payments/{id}/requisition"),
    "verify_payee": ({Role.FINANCE}, "POST", "/payees/{id}/verification"),
    "order_batch": ({Role.FINANCE}, "PUT", "/batches/{id}"),
    "download_batch": ({Role.FINANCE, Role.AUDITOR}, "GET", "/batches/{id}/file"),
    "take_bank_answer": ({Role.FINANCE}, "POST", "/bank-answers"),
    "take_bank_statement": ({Role.FINANCE}, "POST", "/bank-statements"),
    "answer_recovery": ({Role.APPLICANT, Role.SIGNATORY}, "POST", "/recoveries/{id}/answer"),
    "decide_recovery": ({Role.DECISION_MAKER}, "POST", "/recoveries/{id}/decision"),
    "write_off": ({Role.DECISION_MAKER}, "POST", "/recoveries/{id}/write-off"),
    "approve_report": ({Role.OFFICER}, "POST", "/grants/{id}/report-approval"),
}


@pytest.mark.parametrize("operation", MONEY)
@pytest.mark.parametrize("role", ROLES)
async def test_money_is_moved_only_by_the_role_that_may(room: Room, operation: str, role: Role):
    allowed, method, path = MONEY[operation]
    person = room.person(role, association=uuid7())
    answer = await person.ask(method, path.format(id=uuid7()), {} if method != "GET" else None)
    assert (answer.status_code == 403) is (role not in allowed), answer.text


async def test_whoever_has_a_conflict_of_interest_finds_nothing_of_the_case(room: Room):
    programme, call = await room.call()
    barred = room.attesters[0]
    case = await room.active(programme, call)
    payment = await room.attested(case)
    await room.reported(case, unspent_ore=100)
    for person in (barred, room.finance):
        await room.hear(review.InterestDeclared(person=person.id, conflict="relative"), case)
    grant = await room.officer.sees(f"/grants/{case}")
    recovery = grant["recoveries"][0]["id"]
    for path in (f"/grants/{case}", f"/payments/{payment}", f"/recoveries/{recovery}"):
        expect(await barred.get(path), 404)
        expect(await room.officer.get(path), 200)
    for name in ("grants", "payments", "recoveries"):
        assert (await barred.sees(f"/{name}?case={case}"))["items"] == []
        assert (await room.officer.sees(f"/{name}?case={case}"))["items"] != []
    expect(await room.order(programme, payment), 404)
    room.finance = room.person(Role.FINANCE)
    batch, _ = await room.exported(programme, payment)
    expect(await barred.get(f"/batches/{batch}"), 403)


async def test_a_conflict_told_before_the_decision_shows_nothing_and_holds_after_it(room: Room):
    programme, call = await room.call()
    case = uuid7()
    await room.hear(review.InterestDeclared(person=room.auditor.id, conflict="relative"), case)
    await room.hear(review.InterestDeclared(person=room.officer.id, conflict=None), case)
    expect(await room.officer.get(f"/grants/{case}"), 404)
    assert (await room.officer.sees(f"/grants?case={case}"))["items"] == []
    await room.decided(programme, call, case=case)
    expect(await room.officer.get(f"/grants/{case}"), 200)
    expect(await room.auditor.get(f"/grants/{case}"), 404)


# The account


async def test_the_same_account_again_changes_nothing_and_another_is_unverified(room: Room):
    room.association = uuid7()
    room.signatory = room.person(Role.APPLICANT, Role.SIGNATORY, association=room.association)
    path = f"/payees/{room.association}"
    first = expect(await room.signatory.put(path, BANKGIRO))
    again = expect(await room.signatory.put(path, {**BANKGIRO, "number": "50501055"}))
    assert again == first
    await room.finance.does(f"{path}/verification", {"words": "Seen"})
    assert expect(await room.signatory.put(path, BANKGIRO))["status"] == "verified"
    changed = expect(await room.signatory.put(path, OTHER_BANKGIRO))
    assert changed["status"] == "unverified"
    assert (await room.finance.sees(path))["account"]["number"] == "9912346"
    back = expect(await room.signatory.put(path, BANKGIRO))
    assert back["version"] == changed["version"] + 1


async def test_the_same_account_in_two_associations_is_found_however_it_was_written(room: Room):
    def found(told):
        return [{one["id"] for one in each["associations"]} for each in told["shared"]]

    first, second, third = uuid7(), uuid7(), uuid7()
    for association, number in ((first, "5805-6201"), (second, "58056201"), (third, "991-2346")):
        signatory = room.person(Role.APPLICANT, Role.SIGNATORY, association=association)
        expect(await signatory.put(f"/payees/{association}", {**BANKGIRO, "number": number}))
    told = await room.auditor.sees("/shared-accounts")
    assert {str(first), str(second)} in found(told)
    assert not any(str(third) in each for each in found(told)), "the control: whose account is theirs alone"
    assert "58056201" not in str(told), "which account it is stands nowhere"

    signatory = room.person(Role.APPLICANT, Role.SIGNATORY, association=second)
    expect(await signatory.put(f"/payees/{second}", {**BANKGIRO, "number": "5805-6219"}))
    assert {str(first), str(second)} not in found(await room.auditor.sees("/shared-accounts")), "it was changed"
    expect(await room.officer.get("/shared-accounts"), 403)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"scheme": "bank_account", "clearing": "3300", "number": "0006205124"}, "number"),
        ({"name": "Anna 880320-0016"}, "name"),
        ({"town": "   "}, "town"),
        ({"name": "组织"}, "name"),
        ({"number": "5050-1056"}, "number"),
        ({"scheme": "bank_account", "number": "123456789"}, "clearing"),
    ],
)
async def test_h11_h13_an_account_that_is_no_associations_or_no_bank_could_pay_to_is_refused(room, changes, field):
    answer = await room.signatory.put(f"/payees/{room.association}", {**BANKGIRO, **changes})
    assert [error["field"] for error in expect(answer, 422)["errors"]] == [field]


async def test_h11_a_personal_number_in_a_report_is_refused(room: Room):
    case = await room.active(*await room.call())
    body = {"spent_ore": 2_500_000, "unspent_ore": 0, "words": {"learned": "Anna, 880320-0016, var med."}}
    answer = expect(await room.signatory.tries(f"/grants/{case}/report", body), 422)
    assert answer["errors"][0]["field"] == "words.learned"


async def test_a_report_may_be_sent_anew_until_it_is_approved(room: Room):
    case = await room.active(*await room.call())
    for words in ("Först så här.", "Nej, så här."):
        body = {"spent_ore": 2_500_000, "unspent_ore": 0, "words": {"what_happened": words}}
        await room.signatory.does(f"/grants/{case}/report", body)
        assert (await room.officer.sees(f"/grants/{case}/report"))["words"] == {"what_happened": words}
    await room.officer.does(f"/grants/{case}/report-review")
    await room.officer.does(f"/grants/{case}/report-approval")
    expect(await room.signatory.tries(f"/grants/{case}/report", body), 409)


# Lists, versions, views


async def test_a_list_is_read_page_by_page_to_its_end(room: Room):
    room.association = uuid7()
    room.signatory = room.person(Role.APPLICANT, Role.SIGNATORY, association=room.association)
    programme, call = await room.call()
    cases = {str(await room.decided(programme, call)) for _ in range(5)}
    for name, key, expected in (("grants", "id", cases), ("payments", "case", cases)):
        found, after = [], ""
        while after is not None:
            page = await room.signatory.sees(f"/{name}?limit=2" + (f"&after={after}" if after else ""))
            assert len(page["items"]) <= 2
            found += [item[key] for item in page["items"]]
            after = page["next"]
        assert set(found) == expected
    assert len(found) == 10
    expect(await room.signatory.get("/grants?after=nonsense"), 422)


async def test_a_payment_is_changed_only_by_who_has_seen_it_as_it_is(room: Room):
    case = await room.active(*await room.call())
    payment = payment_id(case, 1)
    expect(await room.signatory.ask("POST", f"/payments/{payment}/requisition", {}), 428)
    expect(await room.signatory.ask("POST", f"/payments/{payment}/requisition", {}, If_Match='"7"'), 409)


async def test_the_views_are_the_journal_folded(room: Room):
    tables = [kind.table for kind in SERVICE.kinds]
    before = {name: await room.office.pool.fetch(f"select * from {name} order by id") for name in tables}
    assert {name for name, rows in before.items() if not rows} == {"disposal"}, "nothing is old enough for one"
    async with room.office.pool.acquire() as connection, connection.transaction():
        await rebuild(connection, room.office.book)
    after = {name: await room.office.pool.fetch(f"select * from {name} order by id") for name in tables}
    assert after == before


async def test_no_account_number_name_or_word_is_in_the_journal_or_in_clear_in_the_store(room: Room):
    text = "\n".join(row[0] for row in await room.office.pool.fetch("select event::text from journal"))
    for secret in ("50501055", "9912346", "Ljuspunkten", "träffades"):  # as words: digests have many digits
        assert not re.search(rf"(?<![0-9a-f]){secret}(?![0-9a-f])", text)
    kept = b"".join(row[0] for row in await room.office.pool.fetch("select content from store"))
    assert b"50501055" not in kept
