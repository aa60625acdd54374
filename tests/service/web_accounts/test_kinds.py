"""An id of one kind of thing finds nothing of another: who asks for an invitation by an account's id is told so."""

from __future__ import annotations

import pytest

from tests.service.house import TestedHouse


@pytest.mark.parametrize("path", ["invitations", "signatures"])
async def test_an_account_s_id_is_no_invitation_and_no_signature(house: TestedHouse, path: str) -> None:
    administrator = await house.person("administrator")

    answer = await administrator.get(f"/api/web/{path}/{house.account('officer')}")

    assert answer.status_code in (403, 404)
    assert (await administrator.get(f"/api/web/accounts/{house.account('officer')}")).status_code == 200
