"""What each of the fund's people is offered, asked through the door for subjects at every stage there is to see.

What is offered is never answered 403 or 404; what is not offered is refused, and changes nothing. Tried with a version
that nobody has ever seen, an operation goes no further than the question whether one may: so nothing here is done.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from services.command.demo import applying, deciding, fund, paying
from services.command.demo.people import People
from services.command.demo.round_file import Round
from services.command.house import NAMES, service_named
from services.web.demo_people import PEOPLE
from shared.identity import Actor
from shared.life import Kind, State
from shared.offers import offered_to
from tests.service.house import URL, Person, TestedHouse
from tests.service.routes import ROUTES, Route
from tests.service.whole_fund import APPEALED, COMPLETING, GRANTED, Everything

SHOWS = {
    "applications.programme": "see_programme",
    "applications.call": "see_call",
    "applications.application": "see_case",
    "applications.association": "see_association",
    "review.case": "see_case",
    "review.meeting": "see_meeting",
    "review.appeal": "see_appeal",
    "payouts.payee": "see_payee",
    "payouts.grant": "see_grant",
    "payouts.payment": "see_payment",
    "payouts.batch": "see_batch",
    "payouts.recovery": "see_recovery",
    "web.account": "see_account",
    "web.invitation": "see_invitation",
    "web.help": "see_help",
    "web.letter": "see_letter",
}
"""Where each kind of subject is shown, and with it what may be done."""

TRIED_APART = {"applications.disposal", "applications.signing"}
"""A disposal takes years of a programme's clock: its rules are tried in memory, and one is lived through in
`test_erasure`. A signing is shown with its draft, and tried in `test_signing_together`."""

ASKERS = tuple(name for name in PEOPLE if name not in ("panel-2", "panel-3", "panel-5"))
NEVER_SEEN = {"If-Match": '"999999999"'}
ABOUT_SEVERAL = {"order_batch", "receive_appeal", "take_bank_answer", "take_bank_statement"}
"""Operations that go on with a subject without naming it in their address."""
AT_ONCE = {"attach_to_completion", "detach_from_completion", "attach_to_report", "detach_from_report"}
"""Operations that look at no version: they may be repeated as often as one likes."""
UNREADABLE, DENIED, REFUSED = {400, 415}, {403, 404}, {404, 409, 422}


@dataclass(frozen=True)
class Subject:
    service: str
    kind: Kind
    state: State

    @property
    def id(self) -> UUID:
        return self.state.id


@dataclass(frozen=True)
class Fund:
    """Subjects at many stages, by kind; and everything that has happened, for what else an address names."""

    by_kind: dict[str, list[Subject]]
    everything: Everything

    def ids(self, route: Route, subject: Subject) -> dict[str, object]:
        return {**self.everything.of(route), route.parameters[0]: subject.id}


def route_of(service: str, operation: str) -> Route:
    (found,) = [route for route in ROUTES if (route.service, route.operation) == (service, operation)]
    return found


@pytest.fixture(scope="module")
async def subjects(house: TestedHouse, everything: Everything) -> Fund:
    """One subject for each stage of each kind that the finished round or the one under way has."""
    people = People(URL, house.transport)
    try:
        under_way = await _under_way(people)
    finally:
        await people.close()
    ids = {value if isinstance(value, UUID) else _uuid(value) for value in _values(everything)} | set(under_way)
    found: dict[str, list[Subject]] = {name: [] for name in SHOWS}
    for service in NAMES:
        office = house.office(service)
        _, states = await office.book.load(office.pool, [one for one in ids if one is not None])
        for state in sorted(states.values(), key=lambda one: one.status):
            kind = office.book.kind_of(state)
            of_kind = found.get(f"{service}.{kind.name}", [])
            if not any(one.state.status == state.status for one in of_kind):
                of_kind.append(Subject(service, kind, state))
    return Fund(found, everything)


def _values(everything: Everything) -> list[object]:
    return [*everything.ids.values(), *(value for other in everything.instead.values() for value in other.values())]


def _uuid(value: object) -> UUID | None:
    try:
        return UUID(str(value))
    except ValueError:
        return None


async def _under_way(people: People) -> list[UUID]:
    """A round in which every case has come to another stage."""
    own = await fund.found(people, Round((GRANTED, APPEALED, COMPLETING, GRANTED, APPEALED, COMPLETING)))
    cases = [await applying.apply(own, applied, at) for at, applied in enumerate(own.played.applications)]
    await fund.close_call(own)
    assessing, proposed, decided, granted = cases[2:]
    for case in cases[1:]:
        await deciding.check(own, case, False)
    for case in (proposed, decided, granted):
        await deciding.assess(own, case, False)
    await _open_assessment(own, assessing.id)
    meeting = await deciding.open_meeting(own, [granted])
    await deciding.decide(own, granted, meeting)
    await deciding.publish(own, meeting)
    another = await deciding.open_meeting(own, [decided])
    await deciding.decide(own, decided, another)
    await paying.accept(own, granted)
    payments = await _attested_once(people, granted.id)
    of_cases = [one for case in cases for one in (case.id, case.association)]
    return [own.programme, own.call, meeting, another, *payments, *of_cases]


async def _attested_once(people: People, case: UUID) -> list[UUID]:
    """The payments of a grant, the first of them half-way."""
    shown = await people.get("finance", f"/api/payouts/grants/{case}")
    payments = [UUID(payment["id"]) for payment in shown["payments"]]
    path = f"/api/payouts/payments/{payments[0]}"
    await people.act(applying.APPLICANT, path, "requisition")
    await people.act("attester-1", path, "attest")
    return payments


async def _open_assessment(own: fund.Fund, case: UUID) -> None:
    path = f"/api/review/cases/{case}"
    answers = [{"condition": condition["code"], "met": True} for condition in own.rules["eligibility"]]
    await own.people.act("officer", path, "eligibility", {"answers": answers})
    await own.people.act("officer", path, "assessment")
    await own.people.post("panel-1", f"{path}/interests", {"conflict": None})


@pytest.fixture(scope="module")
async def askers(house: TestedHouse, subjects: Fund) -> dict[str, Person]:
    return {name: house.bearer(await house.token(house.account(name))) for name in ASKERS}


async def seen(person: Person, fund: Fund, subject: Subject) -> Any:
    route = route_of(subject.service, SHOWS[f"{subject.service}.{subject.kind.name}"])
    return await person.get(route.path(fund.ids(route, subject)))


def may(answer: Any) -> set[str]:
    return {name for name in answer.headers["bifall-may"].split(", ") if name}


def test_every_kind_that_offers_something_is_shown_somewhere() -> None:
    offering = {f"{name}.{kind.name}" for name in NAMES for kind in service_named(name).kinds if kind.offers}

    assert offering - TRIED_APART == set(SHOWS)


@pytest.mark.parametrize("kind", SHOWS)
async def test_what_is_offered_is_never_denied_and_what_is_not_offered_is_refused(
    house: TestedHouse, subjects: Fund, askers: dict[str, Person], kind: str
) -> None:
    assert subjects.by_kind[kind], "nothing to try"
    for subject in subjects.by_kind[kind]:
        for name, person in askers.items():
            shown = await seen(person, subjects, subject)
            if shown.status_code != 200:
                assert "bifall-may" not in shown.headers
                continue
            for operation in subject.kind.offers:
                await _try(person, subjects, subject, operation, shown, f"{name}: {operation} {subject.state.status}")
            assert (await seen(person, subjects, subject)).headers["etag"] == shown.headers["etag"]


async def _try(person: Person, fund: Fund, subject: Subject, operation: str, shown: Any, what: str) -> None:
    """Offered, it is asked with a version nobody has seen. Not offered by its life, with the version it has."""
    route = route_of(subject.service, operation)
    if operation in may(shown):
        if operation not in AT_ONCE:
            answer = await _ask(route, person, fund, subject, NEVER_SEEN)
            assert answer.status_code in UNREADABLE | {409, 422}, f"{what}: {answer.text}"
    elif operation in subject.kind.offered(subject.state):
        answer = await _ask(route, person, fund, subject, NEVER_SEEN)
        assert answer.status_code in DENIED | {409, 422}, f"{what}: {answer.text}"
    elif operation not in ABOUT_SEVERAL:
        answer = await _ask(route, person, fund, subject, {"If-Match": shown.headers["etag"]})
        is_so_already = answer.status_code == 200 and answer.headers["etag"] == shown.headers["etag"]
        assert is_so_already or answer.status_code in DENIED | REFUSED | UNREADABLE, f"{what}: {answer.text}"


async def _ask(route: Route, person: Person, fund: Fund, subject: Subject, headers: dict[str, str]) -> Any:
    ids = {} if route.operation in ABOUT_SEVERAL else fund.ids(route, subject)
    return await route.ask(person, ids, **headers)


async def test_many_stages_and_operations_are_tried(subjects: Fund, askers: dict[str, Person]) -> None:
    """The control: what is offered to nobody proves nothing."""
    offered = {
        operation
        for of_kind in subjects.by_kind.values()
        for subject in of_kind
        for person in askers.values()
        if (shown := await seen(person, subjects, subject)).status_code == 200
        for operation in may(shown)
    }

    assert offered >= {"start_check", "request_completion", "score", "decide", "end_meeting", "complete", "withdraw"}
    assert offered >= {"requisition", "attest", "bar_payment", "report", "advance_clock", "grant_role", "verify_payee"}


async def test_what_is_offered_by_way_of_the_table_is_what_the_header_says(
    house: TestedHouse, subjects: Fund, askers: dict[str, Person]
) -> None:
    for name, person in askers.items():
        account = await house.office("web").book.read(house.office("web").pool, house.account(name))
        actor = Actor(account.id, account.posts)
        for subject in (one for of_kind in subjects.by_kind.values() for one in of_kind):
            shown = await seen(person, subjects, subject)
            if shown.status_code == 200:
                policy = house.office(subject.service).policy
                assert may(shown) == set(offered_to(actor, subject.state, subject.kind, policy)), (name, subject)


async def test_h7_whoever_has_declared_is_not_asked_again_and_whoever_scores_declares_first(
    subjects: Fund, askers: dict[str, Person]
) -> None:
    (assessing,) = [one for one in subjects.by_kind["review.case"] if one.state.status == "assessing"]
    declared, undeclared = [may(await seen(askers[name], subjects, assessing)) for name in ("panel-1", "panel-4")]

    assert declared == {"score"}
    assert undeclared == {"declare_interest"}


async def test_whoever_has_attested_is_not_offered_the_second_attest(subjects: Fund, askers: dict[str, Person]) -> None:
    (payment,) = [one for one in subjects.by_kind["payouts.payment"] if one.state.status == "attested_once"]
    first, second = [may(await seen(askers[name], subjects, payment)) for name in ("attester-1", "attester-2")]

    assert (first, second) == (set(), {"attest"})


async def test_the_words_of_a_service_are_for_whoever_asks(house: TestedHouse, subjects: Fund) -> None:
    for service in NAMES:
        said = (await house.stranger().get(f"/api/{service}/words")).json()
        kinds = service_named(service).kinds
        assert said.keys() == {kind.name for kind in kinds}
        for kind in kinds:
            assert said[kind.name]["labels"].keys() == said[kind.name]["moves"].keys() == set(kind.labels)
