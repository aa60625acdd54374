"""A fund in which everything has happened: one granted case from call to closing, one appealed, and what is still open.

Played as the demo plays a round, so that every route that shows something has something to show.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.command.demo import applying, closing, deciding, fund, paying
from services.command.demo.applying import APPLICANT, Case
from services.command.demo.fund import Fund
from services.command.demo.people import People, new_id
from services.command.demo.round_file import Applied, Round
from tests.service.house import URL, TestedHouse
from tests.service.routes import PAPER, SOME_SOURCE, Route
from tests.service.signed_log import stamped_size
from tests.service.web_fund import grant, helped, invited, signed

GRANTED = Applied("Föreningen Ettan (påhittad)", "8027000010", 30_000, "bifall", "Teckningsgrupp", 25_000)
APPEALED = Applied("Föreningen Tvåan (påhittad)", "8027000028", 20_000, "avslag", "Vandringar", reason="R03")
COMPLETING = Applied("Föreningen Trean (påhittad)", "8027000036", 20_000, "bifall", "Kör", 20_000)
FILES = 8
"""More to a draft than one statement each could fetch unseen."""
APPLICATIONS = "applications"
LOOK_AGAIN_S = 0.1


@dataclass(frozen=True)
class Everything:
    """`of` says which ids a route is to be asked with: one of a kind, but for what an operation wants otherwise.

    `conflicted` and `free` are accounts with every role that can be declared for: the one has declared a conflict of
    interest in both cases of the round, the other has said that there is none.
    """

    ids: Mapping[str, object]
    conflicted: UUID
    free: UUID
    instead: Mapping[str, Mapping[str, object]] = field(default_factory=dict)

    def of(self, route: Route) -> Mapping[str, object]:
        return {**self.ids, **self.instead_for(route)}

    def instead_for(self, route: Route) -> Mapping[str, object]:
        """By the operation's name, or by the route's where several services have one of that name."""
        return {**self.instead.get(route.operation, {}), **self.instead.get(str(route), {})}

    def __getitem__(self, name: str) -> object:
        return self.ids[name]


async def play(
    house: TestedHouse, people: People | None = None, applied: tuple[Applied, Applied, Applied] | None = None
) -> Everything:
    """Others than the usual people may play it, and apply for other things: granted, appealed, and to be completed."""
    people = people or People(URL, house.transport)
    granted, appealed, completing = applied or (GRANTED, APPEALED, COMPLETING)
    conflicted, free = [await _somebody(house, people) for _ in range(2)]
    declared = {conflicted: "party_or_close", free: None}
    try:
        done = await _a_round(house, await fund.found(people, Round((granted, appealed))), declared)
        under_way = await _still_open(await fund.found(people, Round((completing,))))
        invitation, signature = await invited(people), await signed(house)
        helper = await helped(people, under_way["draft"])
        letter = await _a_letter(people, done["case"])
        sample = await _a_sample(house, people)
        contents = {
            f"{service}.see_content": {"digest": await _a_digest(people, service, done["case"])}
            for service in ("applications", "review", "payouts", "web")
        }
    finally:
        await people.close()
    to_complete = {"case": under_way["completing"], "file": under_way["completion_file"]}
    return Everything(
        conflicted=conflicted,
        free=free,
        ids={
            **done,
            "draft": under_way["draft"],
            "file": under_way["file"],
            "account": house.account("officer"),
            "invitation": invitation,
            "helper": helper,
            "letter": letter,
            "signature": signature,
            "sample": sample,
            "source": SOME_SOURCE,
            "position": 1,
            "log": SOME_SOURCE,
            "size": await stamped_size(house, SOME_SOURCE),
            "level": 0,
            "place": "000.p/1",
        },
        instead={
            "get_receipt": {"source": APPLICATIONS, "position": await _a_receipt(house, done["case"])},
            **contents,
            "read_attachment": {"file": done["case_file"]},
            "see_report_paper": {"file": done["receipt"]},
            **dict.fromkeys(
                ("see_completion", "attach_to_completion", "detach_from_completion", "complete", "withdraw"),
                to_complete,
            ),
        },
    )


async def _a_sample(house: TestedHouse, people: People) -> UUID:
    """On record, and heard of by audit."""
    sample = new_id()
    told = await people.get("auditor", "/api/audit/sample", seed="whole-fund")
    drawn = {name: told[name] for name in ("seed", "size", "register", "root", "of")}
    await people.put("auditor", f"/api/web/samples/{sample}", drawn)
    while not await house.office("audit").pool.fetchval("select true from entry where subject = $1", sample):
        await asyncio.sleep(LOOK_AGAIN_S)
    return sample


async def _a_receipt(house: TestedHouse, case: object) -> int:
    """Where the case was sent in, once audit has heard of it."""
    sent_in = "select min(position) from entry where source = $1 and subject = $2 and type = 'application.submitted'"
    while (position := await house.office("audit").pool.fetchval(sent_in, APPLICATIONS, case)) is None:
        await asyncio.sleep(LOOK_AGAIN_S)
    return int(position)


async def _a_letter(people: People, case: object) -> str:
    """The first letter of the case, once all of them are written."""
    while True:
        page = await people.get("officer", f"/api/web/cases/{case}/letters")
        letters: list[dict[str, Any]] = page["items"]
        if letters and all(letter["status"] != "due" for letter in letters):
            return str(letters[0]["id"])
        await asyncio.sleep(LOOK_AGAIN_S)


async def _a_digest(people: People, service: str, case: object) -> str:
    """Of something that the service keeps of the case, and an officer may have."""
    listed = await people.get("officer", f"/api/{service}/cases/{case}/contents")
    return next(str(one["digest"]) for one in listed if one["salt"] is not None)


async def _somebody(house: TestedHouse, people: People) -> UUID:
    """Holds every role of the fund's that a declaration is asked of."""
    account = new_id()
    await people.put("administrator", f"/api/web/accounts/{account}", {})
    for may in house.office("review").policy.rows["declare_interest"]:
        await grant(people, account, may.role)
    return account


async def _declare(house: TestedHouse, case: Case, declared: Mapping[UUID, str | None]) -> None:
    for account, conflict in declared.items():
        person = house.bearer(await house.token(account))
        said = await person.post(f"/api/review/cases/{case.id}/interests", {"conflict": conflict})
        assert said.status_code == 200, said.text


async def _a_round(house: TestedHouse, own: Fund, declared: Mapping[UUID, str | None]) -> dict[str, object]:
    granted, appealed = [await applying.apply(own, applied, at) for at, applied in enumerate(own.played.applications)]
    await fund.close_call(own)
    for case in (granted, appealed):
        await deciding.check(own, case, case is granted)
        await _declare(house, case, declared)
        await deciding.assess(own, case, case is granted)
    meeting = await deciding.open_meeting(own, [granted, appealed])
    for case in (granted, appealed):
        await deciding.decide(own, case, meeting)
    await deciding.publish(own, meeting)
    appeal = await _appeal(own, appealed)
    await deciding.let_the_appeal_time_pass(own, meeting)
    await deciding.read_decision(own, granted)
    receipt = await _paid_and_closed(own, granted)
    grant = await own.people.get("finance", f"/api/payouts/grants/{granted.id}")
    payment = await own.people.get("finance", f"/api/payouts/payments/{grant['payments'][0]['id']}")
    return {
        "programme": own.programme,
        "call": own.call,
        "association": granted.association,
        "case": granted.id,
        "case_file": await _a_file(own, granted),
        "receipt": receipt,
        "other_case": appealed.id,
        "meeting": meeting,
        "appeal": appeal,
        "payment": payment["id"],
        "batch": payment["batch"],
        "recovery": grant["recoveries"][0]["id"],
    }


async def _appeal(own: Fund, case: Case) -> UUID:
    appeal = new_id()
    path = f"/api/review/appeals/{appeal}"
    await own.people.put("officer", path, {"case": case.id, "received_on": own.today, "words": "Vi håller inte med."})
    await own.people.act("officer", path, "forwarding")
    await own.people.act("officer", path, "judgment", {"quashed": False, "judged_on": own.today})
    return appeal


async def _paid_and_closed(own: Fund, case: Case) -> UUID:
    """The receipt that went with the report."""
    files = paying.Files()
    await paying.accept(own, case)
    await paying.pay(own, await paying.requisition_due(own, case), files)
    receipt = await _hand_in(own, f"/api/payouts/grants/{case.id}/report/papers", "economic_attachment")
    await closing.report(own, case, 0)
    await paying.pay(own, await paying.requisition_due(own, case), files)
    await closing.recover(own, [case])
    await closing.close(own, case)
    return receipt


async def _a_file(own: Fund, case: Case) -> str:
    application = await own.people.get("officer", f"/api/applications/cases/{case.id}/application")
    file: str = application["attachments"][0]["id"]
    return file


async def _still_open(own: Fund) -> dict[str, object]:
    """A case that is to be completed, and a draft, with files to both."""
    case = await applying.apply(own, own.played.applications[0], 0)
    review = f"/api/review/cases/{case.id}"
    await own.people.act("officer", review, "check")
    await own.people.act(
        "officer", review, "completion-requests", {"missing": ["statutes"], "letter": "Stadgar, tack."}
    )
    draft = new_id()
    body: dict[str, Any] = {"call": own.call, "association": case.association, "answers": {"title": "Nästa"}}
    await own.people.put(APPLICANT, f"/api/applications/drafts/{draft}", body)
    files = [await _hand_in(own, f"/api/applications/drafts/{draft}/attachments") for _ in range(FILES)]
    completion = f"/api/applications/cases/{case.id}/completion/attachments"
    handed = [await _hand_in(own, completion) for _ in range(FILES)]
    return {"completing": case.id, "completion_file": handed[0], "draft": draft, "file": files[0]}


async def _hand_in(own: Fund, path: str, key: str = "statutes") -> UUID:
    file = new_id()
    query = {"key": key, "name": f"{key}.pdf"}
    await own.people.send(APPLICANT, "PUT", f"{path}/{file}", PAPER, "application/pdf", **query)
    return file
