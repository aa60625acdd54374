"""One case that lives its whole life with a canary in everything that is written in it, and is then disposed of."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from infra.embedded import Backup, backup
from services.command.demo import applying, bank, closing, deciding, fund, paying
from services.command.demo.applying import APPLICANT, Case
from services.command.demo.fund import Fund
from services.command.demo.people import People, Refusal, new_id
from services.command.demo.round_file import Applied, Round
from services.command.disposing import noted
from services.web.pages.applying import kept
from services.web.signing_in import signing
from services.web.site.sessions import Level
from shared.identity import Role
from tests.service.canaries import MARK, TITLE, Planting, files_with, readable, wrapped_keys
from tests.service.house import Person, TestedHouse
from tests.service.routes import PAPER
from tests.service.web_fund import grant

APPLIED = Applied("Föreningen Ettan (påhittad)", "8027000010", 30_000, "bifall", "Teckningsgrupp", 25_000)
SERVICES = ("applications", "review", "payouts", "web")
KEPT_YEARS = 8
LOOK_EVERY_S = 0.1


class ShortlyKept(Planting):
    """In a programme that lets granted cases go, too."""

    async def put(self, who: str, path: str, body: Any, **query: Any) -> Any:
        if "/programmes/" in path:
            basis = {"sv": "Prov.", "en": "A trial."}
            schedule = [{"papers": "granted", "years": KEPT_YEARS, "basis": basis}]
            body = {**body, "rules": {**body["rules"], "retention": {"schedule": schedule}}}
        return await super().put(who, path, body, **query)


@dataclass
class Played:
    """One case that has lived its whole life, and what of it was disposed of when."""

    house: TestedHouse
    folder: Path
    people: Planting
    fund: Fund
    case: Case
    file: UUID
    before: Backup
    keys: list[bytes]
    was_readable: bytes
    was_in: list[Path]
    disposal: UUID
    conflicted: Person
    number: str = ""
    due: tuple[int, int] = (0, 0)
    """How many cases were due, for the archivist and for somebody with a conflict of interest."""


async def play_and_dispose(house: TestedHouse, folder: Path, people: ShortlyKept) -> Played:
    """A case from call to closing, a backup while it could be read, and the disposal, carried out by all."""
    own = await fund.found(people, Round((APPLIED,)))
    case = await _a_whole_life(house, own)
    await _beside_the_case(house, case)
    before = await backup(folder.parent / "backups" / "before", folder, notes=noted)
    shown = await people.get("officer", f"/api/applications/cases/{case.id}/application")
    done = Played(
        house=house,
        folder=folder,
        people=people,
        fund=own,
        case=case,
        file=UUID(shown["attachments"][0]["id"]),
        before=before,
        keys=await wrapped_keys(house.addresses, [(name, case.id) for name in SERVICES]),
        was_readable=await readable(house.addresses),
        was_in=files_with(folder, TITLE.encode()),
        disposal=new_id(),
        conflicted=house.bearer(await house.token(uuid5(own.programme, "conflicted"))),
    )
    await _dispose(done)
    return done


async def _a_whole_life(house: TestedHouse, own: Fund) -> Case:
    case = await applying.apply(own, APPLIED, 0)
    await fund.close_call(own)
    await deciding.check(own, case, False)
    await _complete(own, case)
    await _declare(house, own, case)
    await deciding.assess(own, case, False)
    meeting = await deciding.open_meeting(own, [case])
    await deciding.decide(own, case, meeting)
    await deciding.publish(own, meeting)
    await _appeal(own, case)
    await deciding.let_the_appeal_time_pass(own, meeting)
    await deciding.read_decision(own, case)
    files = paying.Files()
    await paying.accept(own, case)
    await paying.pay(own, await paying.requisition_due(own, case), files)
    await _hand_in(own.people, f"/api/payouts/grants/{case.id}/report/papers", "economic_attachment")
    await closing.report(own, case, 0)
    await paying.pay(own, await paying.requisition_due(own, case), files)
    await _pay_back(own, case)
    await closing.close(own, case)
    return case


async def _declare(house: TestedHouse, own: Fund, case: Case) -> None:
    """Somebody who may decide has a conflict of interest in the case."""
    account = uuid5(own.programme, "conflicted")
    await own.people.put("administrator", f"/api/web/accounts/{account}", {})
    await grant(own.people, account, Role.DECISION_MAKER)
    person = house.bearer(await house.token(account))
    said = await person.post(f"/api/review/cases/{case.id}/interests", {"conflict": "party_or_close"})
    assert said.status_code == 200, said.text


async def _complete(own: Fund, case: Case) -> None:
    asked = {"missing": ["partial_ok", "statutes"], "letter": "Berätta mer."}
    await own.people.act("officer", f"/api/review/cases/{case.id}", "completion-requests", asked)
    path = f"/api/applications/cases/{case.id}"
    await _hand_in(own.people, f"{path}/completion/attachments", "statutes")
    await own.people.act(APPLICANT, path, "completion", {"answers": {"partial_ok": "Ja."}})


async def _appeal(own: Fund, case: Case) -> None:
    path = f"/api/review/appeals/{new_id()}"
    await own.people.put("officer", path, {"case": case.id, "received_on": own.today, "words": "Vi vill ha mer."})
    await own.people.act("officer", path, "forwarding")
    await own.people.act("officer", path, "judgment", {"quashed": False, "judged_on": own.today})


async def _pay_back(own: Fund, case: Case) -> None:
    """The association says something about the money that is over, and pays it back."""
    (claim,) = (await own.people.get("finance", f"/api/payouts/grants/{case.id}"))["recoveries"]
    path = f"/api/payouts/recoveries/{claim['id']}"
    await own.people.act("officer", path, "notice", {"words": "Det blev pengar över."})
    await own.people.act(APPLICANT, path, "answer", {"standpoint": "agrees", "words": "Vi betalar."})
    await own.advance(closing.ANSWER_TIME)
    await own.people.act("chair", path, "decision", {"amount_ore": claim["amount_ore"]})
    await own.people.act("finance", path, "invoice")
    ocr = (await own.people.get("finance", path))["ocr"]
    paid = bank.Booked(ocr, claim["amount_ore"], is_credit=True)
    await paying.hand_in(own.people, "bank-statements", bank.statement("BACK-1", own.today, [paid]))


async def _hand_in(people: People, path: str, key: str) -> None:
    await people.send(APPLICANT, "PUT", f"{path}/{new_id()}", PAPER, "application/pdf", key=key, name=f"{key}.pdf")


async def _beside_the_case(house: TestedHouse, case: Case) -> None:
    """What web keeps of it: a report being written, and a text that was signed."""
    web, signer = house.office("web"), house.account("applicant")
    await kept.keep(web, case.id, "", {"learned": f"{MARK}kept"})
    text = f"{MARK}signed"
    one = await signing.begin(web, signer, Level.DEMO, text, "/", case.id)
    await signing.shown_anew(web, await signing.begun(web, signer, one), "practice", Level.DEMO)
    await signing.finish(web, signer, one, text)


async def _dispose(done: Played) -> None:
    await done.fund.advance(timedelta(days=366 * (KEPT_YEARS + 1)))
    listed = f"/api/applications/programmes/{done.fund.programme}/due-cases"
    shown, hidden = await done.people.get("archivist", listed), (await done.conflicted.get(listed)).json()
    done.due = (len(shown["items"]), len(hidden["items"]))
    path = f"/api/applications/disposals/{done.disposal}"
    body = {"programme": done.fund.programme, "cases": [done.case.id], "reason": "Tiden är ute.", "clear": True}
    await People.put(done.people, "archivist", path, body)
    done.number = (await done.people.act("chair", path, "decision"))["facts"]["number"]
    while not await _is_done(done):
        await asyncio.sleep(LOOK_EVERY_S)


async def _is_done(done: Played) -> bool:
    """Once audit has heard of the decision, it says who has not carried it out."""
    try:
        shown = await done.people.get("archivist", f"/api/audit/disposals/{done.disposal}")
    except Refusal:
        return False
    return not shown["missing"]
