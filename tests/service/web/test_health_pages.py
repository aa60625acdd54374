"""The administrator's pages: how each service is, what is parked and how it is released, and who wrote about what."""

from __future__ import annotations

from uuid import uuid4

from services.web.pages.public import feedback
from shared import journal
from shared.catalogue.review import CaseClosed
from shared.envelope import Because, seal
from shared.identity import FUND
from tests.service.house import TestedHouse
from tests.service.own_house import addresses, everything, house  # noqa: F401 - fixtures, in place of the shared
from tests.service.web.browsing import browse
from tests.service.whole_fund import Everything

PARK = (
    "insert into parked (source, position, subjects, event, error, parked_at)"
    " values ($1, $2, $3, $4, $5, clock_timestamp())"
)
PATIENCE_S = 20.0
NOWHERE = 900_000_001
"""A position that no stream of a test has come to."""


async def test_the_administrator_sees_how_every_service_is(house: TestedHouse, everything: Everything) -> None:
    administrator = await browse(house, "administrator")
    page = await administrator.open("/administer")
    assert page.status == 200
    for name in ("applications", "review", "payouts", "audit", "web"):
        assert name in page.text
    assert "/administer/accounts" in page.links
    for person in ("officer", "auditor", "applicant"):
        assert (await (await browse(house, person)).open("/administer")).status == 403


async def test_what_is_parked_says_why_and_is_released_after_one_more_question(
    house: TestedHouse, everything: Everything
) -> None:
    subject, pool = uuid4(), house.office("applications").pool
    recorded_at = await pool.fetchval("select clock_timestamp()")
    event = seal(CaseClosed(), subject, 1, recorded_at, FUND, Because(correlation="test"))
    await pool.execute(PARK, "review", NOWHERE, [subject], event.encode(), "ValueError: <made up>")
    administrator = await browse(house, "administrator")
    try:
        page = await administrator.open("/administer")
        assert "ValueError: <made up>" in page.text
        asked = await page.follow("Release review 900000001")
        assert "1 event about the same thing" in asked.text
        still = await asked.send(f"/administer/parked/applications/{subject}")
        assert still.status == 409, "the cause is not mended: there is no such case"
        assert await pool.fetchval("select count(*) from parked where $1 = any(subjects)", subject) == 1
    finally:
        await pool.execute("delete from parked where $1 = any(subjects)", subject)
    assert (await administrator.open(f"/administer/parked/applications/{subject}")).status == 404
    assert (await administrator.open(f"/administer/parked/nobody/{subject}")).status == 404
    officer = await browse(house, "officer")
    assert (await officer.open(f"/administer/parked/applications/{subject}")).status == 403


async def test_a_message_is_read_answered_and_erased(house: TestedHouse) -> None:
    message = feedback.Feedback("Bilden <i>saknar</i> text", "/calls", "ada@example.se")
    assert await feedback.keep(house.office("web"), message, str(uuid4()))
    administrator = await browse(house, "administrator")
    page = await (await administrator.open("/administer")).follow("Messages about accessibility")
    assert "Bilden <i>saknar</i> text" in page.text
    (form,) = [form for form in page.forms if form.action.startswith("/administer/feedback/")]
    gone = await administrator.send(form, {})
    assert "The message is erased." in gone.text
    assert "Bilden" not in gone.text
    assert await feedback.waiting(house.office("web"), 10) == []


async def test_what_a_service_could_not_take_in_stands_on_the_trail_of_what_it_is_about(
    house: TestedHouse, everything: Everything
) -> None:
    """Really parked: review tells that a case is closed of which applications has never heard."""
    subject, review = uuid4(), house.office("review")
    auditor = await browse(house, "auditor")
    async with review.pool.acquire() as connection, connection.transaction():
        recorded_at = await connection.fetchval("select clock_timestamp()")
        event = seal(CaseClosed(), subject, 1, recorded_at, FUND, Because(correlation="test"))
        position = await journal.append(connection, [journal.Fact(subject, 1, CaseClosed.type, event)])
    review.relay.wake()
    for hearer in ("applications", "audit"):
        while not await house.office(hearer).bookmarks.wait_for("review", position, PATIENCE_S):
            continue

    page = await auditor.open(f"/audit/cases/{subject}")
    assert "Applications could not take in one fact about this, and holds it" in page.text
    assert "The case was closed." in page.text, "audit has it all the same"
    assert "1 is parked" in (await auditor.open("/audit")).text
    for name in ("applications", "payouts", "web"):
        await house.office(name).pool.execute("delete from parked where $1 = any(subjects)", subject)
    assert "could not take in" not in (await auditor.open(f"/audit/cases/{subject}")).text
