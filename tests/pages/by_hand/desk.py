"""The desk's part of a round: a programme and a call founded; cases found, checked, completed, scored, decided.

Everybody gets where they are going as they would: by the menu and by links.
"""

from __future__ import annotations

import copy
import json
from datetime import date, timedelta

from services.command.example import PROGRAMME_FILE
from services.web.site.amounts import write_ore
from tests.pages.by_hand.person import Person

WORDS = "Deltagarna bestämmer, och planen är tydlig."
ASKED = "Berätta gärna mer om vad ni gör om ni får mindre."
CONDITION = "asked-"
OPEN_DAYS = 30


async def found(officer: Person, chair: Person, today: date, budget_kronor: int) -> tuple[str, str, dict[str, str]]:
    """A practice programme from the example's file, and a call that is open. Returns both, and the call's dates."""
    example = json.loads(PROGRAMME_FILE.read_text())
    programme = await _publish_programme(officer, example["programme"], today, budget_kronor)
    days = {
        "opens_on": today,
        "closes_on": today + timedelta(days=OPEN_DAYS),
        "decision_planned_by": today + timedelta(days=70),
        "starts_on": today + timedelta(days=90),
        "ends_on": today + timedelta(days=270),
        "report_due": today + timedelta(days=330),
    }
    dates = {name: day.isoformat() for name, day in days.items()}
    call = example["call"]
    await officer.follow(f"/calls/manage/draft?programme={programme}")
    await officer.fill(
        {
            "title_sv": call["title"]["sv"],
            "title_en": call["title"]["en"],
            **dates,
            "opens_clock": "00:00",
            "closes_clock": "23:59",
            "budget_ore": str(budget_kronor),
            "amount_min_ore": write_ore(call["amount_min_ore"]),
            "amount_max_ore": write_ore(call["amount_max_ore"]),
            "max_applications_per_organisation": "1",
            "completion_days": str(call["completion_days"]),
            "max_completion_rounds": "2",
            "contact_sv": call["support"]["contact"]["sv"],
            "help_text_sv": call["support"]["help_text"]["sv"],
            "phone": "0000-00 00 00",
        }
    )
    await officer.send("/calls/manage/draft")
    at = officer.path
    await to_call(chair, at)
    await chair.send("/decide")
    await to_call(officer, at)
    await officer.send("/publish")
    return programme, at, dates


async def _publish_programme(officer: Person, example: dict[str, object], today: date, budget_kronor: int) -> str:
    rules = copy.deepcopy(example)
    sources = rules["funding_sources"]
    assert isinstance(sources, list)
    used_by = f"{today.year + 1}-12-31"
    sources[0] |= {"amount_ore": budget_kronor * 100, "fiscal_year": today.year, "must_be_used_by": used_by}
    await officer.menu("/calls/manage")
    await officer.follow("/programmes/new")
    file = {"name": "programme.json", "mimeType": "application/json", "buffer": json.dumps(rules).encode()}
    await officer.attach("file", file)
    await officer.fill({"for_practice": "yes"})
    await officer.send("/programmes/new")
    await officer.sees("This is what the file says. Once it is published its rules do not change.")
    await officer.send("/programmes/new", "yes")
    return officer.path.rpartition("/")[2]


async def to_call(person: Person, at: str) -> None:
    await person.menu("/calls/manage")
    await person.follow(at)


async def to_case(person: Person, case: str, association: str) -> None:
    """Found among all cases by what the association is called."""
    await person.menu("/cases")
    await person.fill({"q": association})
    await person.go(person.page.locator("form[role=search] button"))
    await person.follow(f"/cases/{case}")


async def advance(administrator: Person, programme: str, by: timedelta) -> None:
    await administrator.menu("/calls/manage")
    await administrator.follow(f"/programmes/{programme}")
    await administrator.fill({"days": str(by.days)})
    await administrator.send("/clock")
    await administrator.sees("The practice clock has been moved forward.")


async def start_check(officer: Person, case: str, association: str) -> None:
    await to_case(officer, case, association)
    await officer.send(f"/cases/{case}/start")
    await officer.sees("Check the conditions")


async def answer_conditions(officer: Person, case: str) -> None:
    """Every condition is met, and the case is handed over to the panel."""
    asked = officer.page.locator(f'input[name^="{CONDITION}"]')
    codes = await asked.evaluate_all("all => all.map(one => one.name)")
    assert codes
    await officer.fill({f"condition-{one.removeprefix(CONDITION)}": "yes" for one in codes})
    await officer.send(f"/cases/{case}/check")
    await officer.sees("Every condition is met.")
    await officer.send("/assessment")
    await officer.sees("The panel can begin.")


async def ask_for_completion(officer: Person, case: str) -> None:
    """From the check; stands on the case when it is asked for."""
    await officer.follow(f"/cases/{case}/completion")
    await officer.fill({"missing": ["partial_ok"], "letter": ASKED})
    await officer.send(f"/cases/{case}/completion")
    await officer.reads(ASKED)


async def complete(applicant: Person, case: str) -> None:
    await applicant.follow(f"/my/cases/{case}/completion")
    await applicant.reads(ASKED)
    await applicant.fill({"partial_ok": "Ja. Då gör vi hälften så många träffar."})
    await applicant.send("/completion", "send")
    await applicant.sees("What you sent has come in. Thank you.")


async def go_on_checking(officer: Person, case: str) -> None:
    """The case is still open before the officer: it says when it is their turn again."""
    await officer.hears(officer.page.locator(f'main a.govuk-button[href="/cases/{case}/check"]'))
    await officer.follow(f"/cases/{case}/check")


async def begin_to_assess(person: Person, case: str, conflict: str = "none") -> None:
    """From the reading list, which they have open."""
    await person.follow(f"/cases/{case}/interest?then=assessing")
    await person.fill({"conflict": conflict})
    await person.send("/interest")


async def score(person: Person, case: str, points: int) -> None:
    await begin_to_assess(person, case)
    asked = person.page.locator('textarea[name^="reasons."]')
    for name in await asked.evaluate_all("all => all.map(one => one.name)"):
        await person.fill({name.replace("reasons.", "scores."): str(points), name: WORDS})
    await person.send(f"/assessing/{case}")
    assert person.path == "/assessing"


async def propose(officer: Person, case: str, association: str, outcome: str, kronor: int, reason: str) -> None:
    await to_case(officer, case, association)
    await officer.send("/assessment/closing")
    await officer.follow(f"/cases/{case}/proposal")
    await officer.fill({"outcome": outcome, "granted_ore": str(kronor), "words": WORDS})
    if reason:
        await officer.fill({"reason": reason})
    await officer.send("/proposal")
    await officer.sees("The proposal is made.")


async def state(person: Person, case: str) -> None:
    await person.menu("/assessing")
    await person.follow(f"/cases/{case}/statement")
    await person.fill({"opinion": "approves", "words": WORDS})
    await person.send("/statement")
    await person.sees("The statement is kept with the proposal.")


async def call_meeting(secretary: Person, call: str) -> str:
    """With every case that has a proposal. Returns the meeting's address."""
    await secretary.menu("/meetings")
    await secretary.follow("/meetings/call")
    await secretary.fill({"call": call})
    await secretary.send("/meetings/call")
    await secretary.send("/meetings/call")
    await secretary.sees("The meeting is called.")
    return secretary.path


async def step(person: Person, meeting: str, what: str) -> None:
    await person.menu("/meetings")
    await person.follow(meeting)
    await person.send(f"{meeting}/{what}")


async def to_budget(chair: Person, call: str) -> None:
    await to_call(chair, f"/calls/manage/{call}")
    await chair.follow(f"/deciding/{call}")


async def say_that_there_is_no_conflict(chair: Person, call: str, cases: int) -> None:
    """One after the other, and back at the budget after each."""
    for _ in range(cases):
        await chair.go(chair.page.locator('main a.govuk-button[href*="/interest"]'))
        await chair.fill({"conflict": "none"})
        await chair.send("/interest")
        assert chair.path == f"/deciding/{call}"


async def decide_all(chair: Person, call: str, cases: int) -> None:
    """From the budget: one after the other as proposed, each looked at once more before it is made."""
    await chair.go(chair.page.locator('main a.govuk-button[href*="/decision?through="]'))
    for _ in range(cases):
        await chair.fill({"words": WORDS})
        await chair.send("/decision")
        await chair.sees("This is what you decide")
        await chair.send("/decision", "yes")
        await chair.sees("The decision is made. It is published with the minutes of the meeting.")
    assert chair.path == f"/deciding/{call}"
