"""A role with an end is gone when its moment has come, in the very session that used it, and the trail says so."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from tests.service.house import TestedHouse
from tests.service.web.browsing import browse

PATIENCE_S = 20.0
SHORTLY_S = 1.5


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
