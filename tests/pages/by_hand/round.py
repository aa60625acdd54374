"""A whole round by hand: from a programme's file to closed cases, each step by the person whose it is."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from playwright.async_api import Browser

from services.command.demo.closing import ANSWER_TIME, EVERY_THIRD
from services.command.demo.deciding import AFTER_APPEAL, ASSESSORS, CONFLICTED, NOT_COMPLETED
from services.command.demo.people import People
from services.command.demo.round_file import Applied
from services.command.demo.trail import complete
from shared.deadlines import local_date
from tests.pages.by_hand import applying, desk, money
from tests.pages.by_hand.applying import Wish
from tests.pages.by_hand.person import Person, comes

APPLICANT = "applicant"
LEFT_KRONOR = 1_000
PREPARED_WITHIN = 60
COMPLETION_RUNS_OUT = timedelta(days=20)
"""Two weeks to complete, and the days that holidays can add."""
HIGH, LOW = 3, 1


@dataclass
class Case:
    applied: Applied
    id: str
    left_kronor: int = 0

    @property
    def association(self) -> str:
        return self.applied.org

    @property
    def never_completes(self) -> bool:
        return self.applied.reason == NOT_COMPLETED


@dataclass
class Round:
    """People come with a browser of their own the first time that it is their turn, and leave it open.

    `staff` is how the fund's own people work: what `comes` takes.
    """

    browser: Browser
    url: str
    language: Literal["sv", "en"]
    budget_kronor: int
    staff: Mapping[str, Any] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    passed: timedelta = timedelta()
    programme: str = ""
    call: str = ""
    cases: list[Case] = field(default_factory=list)

    async def who(self, name: str) -> Person:
        if name not in self.people:
            how = {} if name == APPLICANT else self.staff
            self.people[name] = await comes(self.browser, self.url, name, language=self.language, **how)
        return self.people[name]

    @property
    def today(self) -> date:
        return local_date(datetime.now(UTC) + self.passed)

    async def wait(self, by: timedelta) -> None:
        await desk.advance(await self.who("administrator"), self.programme, by)
        self.passed += by
        people = People(self.url)
        assert await complete(people), "everybody has heard what day it is"
        await people.close()

    async def leave(self) -> None:
        for person in self.people.values():
            await person.close()

    async def live(self, applications: Sequence[Applied]) -> None:
        await self.apply(applications)
        await self.check()
        await self.assess()
        await self.decide()
        await self.pay()
        await self.report()
        await self.recover_and_close()
        await self.look_at_the_trail()

    async def apply(self, applications: Sequence[Applied]) -> None:
        officer, chair = await self.who("officer"), await self.who("chair")
        self.programme, at, dates = await desk.found(officer, chair, self.today, self.budget_kronor)
        self.call = at.rpartition("/")[2]
        applicant = await self.who(APPLICANT)
        await applicant.finds(f"/apply/{self.call}")  # it opens by itself, a moment after it was published
        await applicant.follow(f"/apply/{self.call}")
        await applicant.follow(f"/my/associations/new?next=/apply/{self.call}")
        for number, one in enumerate(applications):
            wish = Wish(one.orgnr, one.org, one.title, one.applied, dates["starts_on"], dates["ends_on"])
            case = await applying.apply(applicant, self.call, wish)
            left = LEFT_KRONOR if one.is_granted and number % EVERY_THIRD == 0 else 0
            self.cases.append(Case(one, case, left))
        await self.wait(timedelta(days=desk.OPEN_DAYS + 1))
        await self._prepare(officer, at)

    async def _prepare(self, officer: Person, at: str) -> None:
        """As soon as the page offers it: the call closes by itself."""
        await desk.to_call(officer, at)
        for _ in range(PREPARED_WITHIN):
            if await officer.page.locator('form[action$="/prepare"]').count():
                return await officer.send("/prepare")
            await officer.page.wait_for_timeout(500)
            await officer.page.reload()
        raise AssertionError("the call does not close")

    async def check(self) -> None:
        """The first association is asked for more and answers; one that never answers is tried as it stands."""
        officer, applicant, reader = [await self.who(name) for name in ("officer", APPLICANT, ASSESSORS[0])]
        first = self.cases[0]
        await money.to_own_case(applicant, first.id)
        await desk.start_check(officer, first.id, first.association)
        await desk.ask_for_completion(officer, first.id)
        await applicant.hears(applicant.news("We need more from you"))
        await desk.complete(applicant, first.id)
        await desk.go_on_checking(officer, first.id)
        await reader.menu("/assessing")
        await desk.answer_conditions(officer, first.id)
        await reader.hears(reader.page.locator("main").get_by_text(first.association).first)
        for case in self.cases[1:]:
            await desk.start_check(officer, case.id, case.association)
            await (desk.ask_for_completion if case.never_completes else desk.answer_conditions)(officer, case.id)
        for case in (case for case in self.cases if case.never_completes):
            await desk.to_case(officer, case.id, case.association)
            await self.wait(COMPLETION_RUNS_OUT)
            await desk.go_on_checking(officer, case.id)
            await desk.answer_conditions(officer, case.id)

    async def assess(self) -> None:
        """One of the panel stands aside in the first case, and sees nothing of it any more."""
        officer, first = await self.who("officer"), self.cases[0]
        aside = await self.who(CONFLICTED)
        await aside.menu("/assessing")
        await desk.begin_to_assess(aside, first.id, "member_of_applicant")
        await aside.sees("Thank you for saying so. The case is now left to others, and you see it no more.")
        gone = await aside.tab.open(f"/assessing/{first.id}")
        assert gone.status in (403, 404)
        panel = [await self.who(name) for name in ASSESSORS]
        await asyncio.gather(*(self._score(person) for person in panel))
        for case in self.cases:
            await desk.propose(officer, case.id, case.association, *_outcome(case.applied))
            await desk.state(panel[0], case.id)

    async def _score(self, person: Person) -> None:
        await person.menu("/assessing")
        for case in self.cases:
            await desk.score(person, case.id, HIGH if case.applied.is_granted else LOW)

    async def decide(self) -> None:
        secretary, chair = await self.who("secretary"), await self.who("chair")
        meeting = await desk.call_meeting(secretary, self.call)
        await desk.step(chair, meeting, "open")
        await desk.to_budget(chair, self.call)
        await desk.say_that_there_is_no_conflict(chair, self.call, len(self.cases))
        await desk.decide_all(chair, self.call, len(self.cases))
        await desk.step(chair, meeting, "end")
        await desk.step(chair, meeting, "adjust")
        await desk.step(secretary, meeting, "post")
        await self.wait(AFTER_APPEAL)
        await desk.step(secretary, meeting, "remove")

    async def pay(self) -> None:
        applicant, finance = await self.who(APPLICANT), await self.who("finance")
        for case in self.granted:
            await money.to_own_case(applicant, case.id)
            await money.accept(applicant, case.id)
            await money.enter_account(applicant, case.id)
            await money.verify_account(finance, case.association)
        await self._pay(self.granted)

    async def _pay(self, cases: Sequence[Case]) -> None:
        """Two people attest each; whoever keeps the books sees on the open board when the last of them is ready."""
        applicant, finance = await self.who(APPLICANT), await self.who("finance")
        first, second = await self.who("attester-1"), await self.who("attester-2")
        payments = []
        for case in cases:
            await money.to_own_case(applicant, case.id)
            await money.requisition(applicant, case.id)
            payments.append(await money.attest(first, case.association, "requisitioned"))
        await money.may_not_attest(first, payments[0])
        await money.may_not_attest(finance, payments[0])
        await finance.menu("/money")
        ready = await money.ready_to_send(finance)
        for case in cases:
            await money.attest(second, case.association, "attested_once")
        await finance.hears(money.ready(finance, ready + len(cases)))
        await money.pay(finance, self.programme, payments)

    async def report(self) -> None:
        """What is left of a grant is paid when its report is approved."""
        applicant, officer = await self.who(APPLICANT), await self.who("officer")
        more = []
        for case in self.granted:
            await money.to_own_case(applicant, case.id)
            spent = case.applied.granted - case.left_kronor
            await money.report(applicant, case.id, self.today, spent, case.left_kronor)
            if await money.approve_report(officer, case.association) > 1:
                more.append(case)
        if more:
            await self._pay(more)

    async def recover_and_close(self) -> None:
        officer, chair, finance = [await self.who(name) for name in ("officer", "chair", "finance")]
        unspent = [case for case in self.granted if case.left_kronor]
        for case in unspent:
            await money.notify(officer, case.association)
        await self.wait(ANSWER_TIME)
        for case in unspent:
            await money.recover(chair, finance, case.association, case.left_kronor, self.today)
        for case in self.cases:
            if case.applied.is_granted:
                await money.close(officer, case.association)
            else:
                await desk.to_case(officer, case.id, case.association)
                await officer.send(f"/cases/{case.id}/closing")
                await officer.sees("The case is closed.")

    async def look_at_the_trail(self) -> None:
        """The auditor follows every proof; the association holds the code of its receipt against what the fund has."""
        auditor, applicant = await self.who("auditor"), await self.who(APPLICANT)
        for case in self.cases:
            await auditor.menu("/audit")
            await auditor.fill({"q": case.association})
            await auditor.go(auditor.page.locator("form[role=search] button"))
            await auditor.follow_row(case.association)
            await auditor.sees("Nothing has been changed")
            await money.to_own_case(applicant, case.id)
            fact = applicant.page.locator("dt", has_text=applicant.say("Code")).locator(
                "xpath=following-sibling::dd[1]"
            )
            code = await fact.inner_text()
            await applicant.follow(f"/my/cases/{case.id}/proof")
            await applicant.fill({"code": code})
            await applicant.send("/proof")
            await applicant.sees("It is the same")

    @property
    def granted(self) -> list[Case]:
        return [case for case in self.cases if case.applied.is_granted]


def _outcome(applied: Applied) -> tuple[str, int, str]:
    """As the pages ask for it: less than was applied for is a partial approval."""
    if not applied.is_granted:
        return "rejected", 0, applied.reason or "R03"
    return "approved" if applied.granted == applied.applied else "partially_approved", applied.granted, ""
