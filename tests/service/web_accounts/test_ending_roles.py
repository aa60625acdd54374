"""A role with an end is gone when its moment has come, in the very session that used it, and the trail says so."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from tests.service.applications_room import organisation_number
from tests.service.house import TestedHouse
from tests.service.web.browsing import Form, Page, browse

PATIENCE_S = 20.0
SHORTLY_S = 6.0


async def test_an_auditor_s_time_is_given_by_an_administrator_and_ends_by_itself(house: TestedHouse) -> None:
    administrator, account = await house.person("administrator"), uuid4()
    assert (await administrator.put(f"/api/web/accounts/{account}", {})).status_code == 200
    path = f"/api/web/accounts/{account}/roles/auditor"
    until = await house.office("web").pool.fetchval("select clock_timestamp()") + timedelta(seconds=SHORTLY_S)
    granted = await administrator.put(path, {"until": until.isoformat()})
    assert granted.status_code == 200, granted.text
    shown = (await administrator.get(f"/api/web/accounts/{account}")).json()
    assert datetime.fromisoformat(shown["endings"][0]["until"]).astimezone(UTC) == until
    token = house.bearer(await house.token(account))

    async with asyncio.timeout(PATIENCE_S):
        while (await token.get("/api/web/reads")).status_code != 403:
            await asyncio.sleep(0.1)

    shown = (await administrator.get(f"/api/web/accounts/{account}")).json()
    assert (shown["posts"], shown["endings"]) == ([], [])
    event = await house.office("web").pool.fetchval(
        "select event from journal where subject_id = $1 order by version desc limit 1", account
    )
    assert '"role.withdrawn"' in event
    assert '"system"' in event, "nobody took it back: its time was over"
    for wrong in ("2020-01-01T00:00:00Z", "2099-01-01T00:00:00"):
        assert (await administrator.put(path, {"until": wrong})).status_code == 422


async def test_the_last_day_is_chosen_on_the_account_s_page(house: TestedHouse) -> None:
    administrator, account = await browse(house, "administrator"), uuid4()
    await (await house.person("administrator")).put(f"/api/web/accounts/{account}", {})
    page = await administrator.open(f"/administer/accounts/{account}")
    for wrong in ("igår", "2020-01-01"):
        page = await page.send("/roles", role="auditor", until=wrong)
        assert page.status == 422
    page = await page.send("/roles", role="auditor", until="2099-03-31")

    assert "31 March 2099" in page.text
    shown = (await (await house.person("administrator")).get(f"/api/web/accounts/{account}")).json()
    assert shown["endings"][0]["until"] == "2099-03-31T22:00:00Z", "the day is over at midnight in Sweden"


async def test_whoever_confirms_a_role_confirms_the_end_that_they_have_read(house: TestedHouse) -> None:
    """Else somebody proposes a role for a week, and makes it a role without an end while the page lies open."""
    administrator, account = await house.person("administrator"), uuid4()
    await administrator.put(f"/api/web/accounts/{account}", {})
    role = f"/api/web/accounts/{account}/roles/finance"
    await administrator.put(role, {"until": "2099-03-31T22:00:00Z"})
    chair = await browse(house, "chair")
    read = await chair.open("/administer/roles")
    assert "31 March 2099" in read.text

    await administrator.put(role, {})
    refused = await chair.send(_to_confirm(read, account), {})

    assert (refused.status, (await administrator.get(role.rpartition("/roles")[0])).json()["posts"]) == (409, [])
    anew = await chair.open("/administer/roles")
    assert "without an end" in anew.text
    await chair.send(_to_confirm(anew, account), {})
    held = (await administrator.get(role.rpartition("/roles")[0])).json()
    assert ([post["role"] for post in held["posts"]], held["endings"]) == (["finance"], [])


def _to_confirm(page: Page, account: UUID) -> Form:
    return next(form for form in page.forms if ("account", str(account)) in form.fields())


async def test_what_is_proposed_is_taken_back_alone_and_a_role_with_what_is_proposed_for_it(house: TestedHouse) -> None:
    people = {name: await house.person(name) for name in ("administrator", "chair")}
    administrator, account = await browse(house, "administrator"), uuid4()
    path = f"/api/web/accounts/{account}"
    await people["administrator"].put(path, {})
    await people["administrator"].put(f"{path}/roles/finance", {})
    await people["chair"].put(f"{path}/roles/finance/confirmation", {})

    left = []
    for only_proposed in (True, False):
        await people["administrator"].put(f"{path}/roles/finance", {"until": "2099-03-31T22:00:00Z"})
        page = await administrator.open(f"/administer/accounts/{account}")
        assert "to 31 March 2099" in page.text
        form = next(
            one
            for one in page.forms
            if (("only_proposed", "yes") in one.fields()) == only_proposed and one.action.endswith("/withdraw")
        )
        await administrator.send(form, {})
        shown = (await people["administrator"].get(path)).json()
        left.append((len(shown["posts"]), len(shown["proposals"])))

    assert left == [(1, 0), (0, 0)]


async def test_s1_whoever_confirms_reads_which_association_somebody_is_let_in_to(house: TestedHouse) -> None:
    administrator, account, association = await house.person("administrator"), uuid4(), uuid4()
    await administrator.put(f"/api/web/accounts/{account}", {})
    body = {"organisation_number": organisation_number(9_301), "name": "Föreningen Femman (påhittad)", "town": "Falun"}
    registered = await (await house.person("coordinator")).put(f"/api/applications/associations/{association}", body)
    assert registered.status_code == 200, registered.text
    await administrator.put(f"/api/web/accounts/{account}/roles/signatory?association={association}", {})

    told = {}
    for name in ("chair", "administrator", "auditor"):
        page = await (await browse(house, name)).open("/administer/roles")
        told[name] = (page.status, body["name"] in page.text, str(association) in page.text)
    await administrator.delete(f"/api/web/accounts/{account}/roles/signatory?association={association}")

    assert told["chair"] == (200, True, False)
    assert told["administrator"] == (200, False, True), "who may not know its name reads which it is"
    assert told["auditor"][0] == 200
