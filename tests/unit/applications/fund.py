"""A fund in memory: commands played without a database, each on the states that the one before left."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from uuid import UUID

import msgspec

from services.applications.domain.application import Application
from services.applications.domain.application_commands import SubmitApplication
from services.applications.domain.application_kind import APPLICATION
from services.applications.domain.association import ASSOCIATION, RegisterAssociation
from services.applications.domain.call_rules import CALL, DecideCall, DraftCall, OpenCall, PublishCall
from services.applications.domain.disposal import DISPOSAL
from services.applications.domain.programme import PROGRAMME, PublishProgramme
from services.applications.domain.signing import SIGNING
from shared.catalogue import Event
from shared.identity import Actor, Role
from shared.life import About, Circumstances, Command, State
from shared.life_book import LifeBook
from shared.programme import read_call, read_programme
from shared.tallies import Tallies

EXAMPLE = json.loads((Path(__file__).parents[3] / "services/command/example/programme.json").read_text())
RULES = read_programme(EXAMPLE["programme"])
CALL_RULES = read_call(EXAMPLE["call"])
OPEN_DAY = CALL_RULES.opens_at + timedelta(days=1)
DIGEST = "a" * 64
OTHER_DIGEST = "b" * 64
ANSWERS: dict[str, object] = {
    "organisation_name": "Föreningen Röststyrka (påhittad)",
    "orgnr": "802999-0002",
    "post_address": {"street": "Exempelgatan 1", "postal_code": "791 71", "town": "Falun", "hide_publicly": True},
    "organisation_email": "styrelsen@roststyrka.example",
    "members_total": 60,
    "members_in_county": 58,
    "municipalities": ["2080", "2081"],
    "years_active": "three_to_five_years",
    "contact_name": "Kim Exempel",
    "contact_channel": ["email"],
    "signing_rule": "one_alone",
    "signatories": [{"name": "Kim Exempel"}, {"name": "Bo Exempel", "phone": "070-123 45 67"}],
    "agent": False,
    "title": "Podd om psykisk hälsa",
    "summary": "Vi spelar in tio avsnitt.\r\nAlla får vara med.",
    "target_group": ["relatives"],
    "expected_participants": 25,
    "influence_level": ["system"],
    "influence_how": "Vi hörs.",
    "who_decides": "Medlemmarna.",
    "when": {"starts_on": "2027-06-01", "ends_on": "2027-12-31"},
    "amount_applied_ore": 2_500_000,
    "budget_costs": [{"category": "material", "note": "mikrofoner", "amount_ore": 2_500_000}],
    "budget_income": [],
    "partial_ok": "Färre avsnitt.",
    "economic_activity": False,
    "payout_account": {"scheme": "bankgiro", "number": "991-2346", "owner": "organisation"},
    **{field.key: True for field in RULES.forms.application_fields() if field.key.startswith("declaration.")},
}
NUMBERS = ("8029990002", "8029990010", "8029990028", "8029990036", "8029990044")
SOMEBODY = Actor(UUID(int=7), ())

_ids: Iterator[int] = count(1_000)


def new_id() -> UUID:
    return UUID(int=next(_ids))


class Fund:
    """Plays commands as the desk does. `at` is the database's clock; `waited` is how long a request has queued."""

    def __init__(self) -> None:
        self.book = LifeBook((PROGRAMME, CALL, ASSOCIATION, SIGNING, APPLICATION, DISPOSAL))
        self.states: dict[UUID, State] = {}
        self.tallies = Tallies()
        self.told: list[tuple[UUID, Event]] = []
        self.at = CALL_RULES.opens_at - timedelta(days=30)

    def do(self, command: Command, actor: Actor = SOMEBODY, waited: timedelta = timedelta(0)) -> list[Event]:
        """What the command led to, all of it or (where it is refused) nothing."""
        kind = self.book.kind_of(command)
        state = self.states.get(command.subject)
        wanted = set(kind.needs(state, command)) | {command.subject}
        also = {subject: self.states[subject] for subject in wanted if subject in self.states}
        keys = set(kind.tallies(state, command, also))
        tallies = self.tallies.copy()
        here = Circumstances(
            actor=actor,
            at=self.at,
            received_at=self.at - waited,
            also=also,
            tallies={key: tally for key, tally in tallies.seen.items() if key in keys},
        )
        states, told = dict(self.states), []
        for decided in kind.decide(state, command, here):
            subject, event = (
                (decided.subject, decided.event) if isinstance(decided, About) else (command.subject, decided)
            )
            states[subject] = self.book.follow(states.get(subject), event, subject)
            for mark in self.book.kind_of(event).marks(states[subject], event):
                assert mark.key in keys, f"{mark.key} is added to without having been read"
                tallies.mark(mark)
                assert tallies.seen[mark.key].value >= 0
            told.append((subject, event))
        self.states, self.tallies = states, tallies
        self.told += told
        return [event for _, event in told]

    def programme(self, practice: bool = False) -> UUID:
        programme = new_id()
        self.do(PublishProgramme(subject=programme, rules=RULES, practice=practice))
        return programme

    def call(self, programme: UUID | None = None, most: int = 1) -> UUID:
        """A call that is open, on the day after it opened."""
        call = new_id()
        rules = msgspec.structs.replace(CALL_RULES, max_applications_per_organisation=most)
        self.do(DraftCall(subject=call, programme=programme or self.programme(), rules=rules))
        self.do(DecideCall(subject=call))
        self.do(PublishCall(subject=call))
        self.at = OPEN_DAY
        self.do(OpenCall(subject=call))
        return call

    def association(self, number: str = NUMBERS[0]) -> UUID:
        association = new_id()
        self.do(RegisterAssociation(subject=association, organisation_number=number, content=DIGEST))
        return association

    def submission(self, call: UUID, association: UUID, year: int = 2027) -> SubmitApplication:
        return SubmitApplication(
            subject=new_id(),
            programme=self.states[call].programme,  # type: ignore[attr-defined]
            call=call,
            association=association,
            amount_applied_ore=2_500_000,
            year=year,
            content=DIGEST,
        )

    def application(self, call: UUID | None = None, association: UUID | None = None) -> UUID:
        command = self.submission(call or self.call(), association or self.association())
        self.do(command)
        return command.subject

    def applied(self, application: UUID) -> Application:
        state = self.states[application]
        assert isinstance(state, Application)
        return state

    def status(self, subject: UUID) -> str:
        return self.states[subject].status


def stockholm(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


__all__ = [
    "CALL_RULES",
    "DIGEST",
    "NUMBERS",
    "OTHER_DIGEST",
    "RULES",
    "SOMEBODY",
    "Fund",
    "Role",
    "new_id",
    "stockholm",
]
