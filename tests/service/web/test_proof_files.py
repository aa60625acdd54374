"""What an association keeps of its case: files that prove to anybody what the fund's trail has held."""

from __future__ import annotations

import json
import re

import pytest

from shared.tlog.notes import NotSigned, public_key, read_key
from shared.tlog.proofs import NotIncluded, proven, read_proof
from tests.service.house import TestedHouse
from tests.service.signed_log import signed_size
from tests.service.web.browsing import browse
from tests.service.whole_fund import Everything

FACTS = {
    "Your application, as it came in": "application.submitted",
    "The number of your case": "case.registered",
    "The decision": "decision.made",
}


async def test_an_association_saves_proofs_of_its_case_that_the_key_alone_checks(
    house: TestedHouse, everything: Everything
) -> None:
    await signed_size(house, "applications")
    keys = [read_key(log["key"]) for log in (await house.stranger().get("/api/audit/log")).json()]
    case = f"/my/cases/{everything['case']}"
    applicant = await browse(house, "applicant")

    opened = await applicant.open(case)
    assert "Save a proof of the decision" in opened.text
    page = await opened.follow("Save a proof of your application")
    assert "What a proof does not show" in page.text
    for words, kind in FACTS.items():
        kept = await page.follow(words)
        (name,) = kept.answer.headers.get_list("content-disposition")
        assert re.fullmatch(r'attachment; filename="[A-Za-z0-9-]+\.tlog-proof"', name), name
        assert kept.answer.headers["content-type"] == "text/plain; charset=utf-8"
        proof = read_proof(kept.answer.text)
        fact = json.loads(proof.entry or b"")
        assert (fact["type"], fact["subject"]) == (kind, str(everything["case"]))
        assert proven(proof, keys).origin.endswith(fact["source"])
        with pytest.raises(NotIncluded):
            proven(proof, keys, (proof.entry or b"") + b" ")
        with pytest.raises(NotSigned):
            proven(proof, [public_key(key.name, bytes(32)) for key in keys])
    await applicant.close()


async def test_no_proof_is_given_of_another_s_case_or_of_what_is_none_of_its_receipts(
    house: TestedHouse, everything: Everything
) -> None:
    await signed_size(house, "applications")
    path = f"/api/audit/cases/{everything['case']}/receipts"
    applicant, auditor = await house.person("applicant"), await house.person("auditor")
    listed = (await applicant.get(path)).json()["items"]

    assert [one["type"] for one in listed][:2] == ["application.submitted", "case.registered"]
    for one in listed:
        assert (await auditor.get(f"{path}/{one['source']}/{one['position']}")).status_code == 200
    sent_in = listed[0]
    for wrong in (f"review/{sent_in['position']}", "applications/999999", "nobody/1"):
        assert (await applicant.get(f"{path}/{wrong}")).status_code == 404, wrong
    assert (await applicant.get(path.replace(str(everything["case"]), str(everything["programme"])))).status_code == 404
