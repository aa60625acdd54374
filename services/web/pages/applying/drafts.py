"""A draft as its pages know it: what is written, for which call, and how far each group of questions has come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response
from litestar.response import Redirect

from services.web.helping.link import HelpIsOver, has_helped
from services.web.pages.applying.questions import Form, Problems, labelled
from services.web.site.caller import Caller
from services.web.site.money_and_time import last_day
from services.web.site.rules import rules_of
from shared.catalogue.applications import SetDown
from shared.deadlines import local_date
from shared.form import check_form, facts_of, is_blank, is_required, missing_attachments
from shared.identity import Role
from shared.programme import Attachment, CallRules, ProgrammeRules, Section, call_facts
from shared.refused import FieldError, Unknown
from shared.words import Language

TAKES_APPLICATIONS = frozenset({"published", "open"})
TAKES_WHAT_CAME = TAKES_APPLICATIONS | {"closed"}
WRITERS = (Role.APPLICANT, Role.SIGNATORY)
SETS_DOWN = (Role.COORDINATOR, Role.OFFICER)
"""Who writes down what came on paper or by word of mouth, for the association."""
HELPED = (*WRITERS, Role.HELPER)
DRAFTERS = (*HELPED, *SETS_DOWN)
"""Who comes to a draft's pages at all; what of it is for the association alone says so itself."""
PAGES = frozenset(
    {"files", "check", "sign", "signed", "take-back", "discard", "helpers", "set-down", "register", "print"}
)
"""Pages of a draft that are no group of questions."""

RULES_KEPT = 64
"""Of calls: their rules are known again by their very text, for reading them takes longer than all else that is done
with an answer."""


class State(StrEnum):
    """How far a group has come."""

    DONE = "done"
    BEGUN = "begun"
    NOT_BEGUN = "not_begun"
    NOT_YET = "not_yet"


class File(msgspec.Struct, frozen=True):
    id: UUID
    key: str
    name: str | None
    media_type: str
    size_bytes: int


class Saved(msgspec.Struct, frozen=True):
    """A draft as applications tells it."""

    id: UUID
    version: int
    programme: UUID
    call: UUID
    association: UUID
    association_name: str | None
    saved_at: datetime
    answers: dict[str, Any]
    attachments: list[File]
    signatures: int
    signed_by: UUID | None
    signed_at: datetime | None
    set_down: SetDown | None = None


@lru_cache(RULES_KEPT)
def _call_rules(text: bytes) -> CallRules:
    return msgspec.json.decode(text, type=CallRules)


class Call(msgspec.Struct, frozen=True, dict=True):
    """`now` is what its programme's clock shows."""

    id: UUID
    status: str
    programme: UUID
    now: datetime
    told: msgspec.Raw = msgspec.field(name="rules")

    @cached_property
    def rules(self) -> CallRules:
        return _call_rules(bytes(self.told))


class Paper(msgspec.Struct, frozen=True):
    """A paper that may be attached, and the files handed in for it."""

    asked: Attachment
    needed: bool
    files: list[File]


class Draft(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    saved: Saved
    rules: ProgrammeRules
    call: Call
    association_name: str
    language: Language
    is_helped: bool
    """Whether it is shown to somebody who helps with it: not the association itself."""

    is_set_down_here: bool = False
    """Whether it is shown to whoever writes it down for the association, at the fund."""

    @property
    def id(self) -> UUID:
        return self.saved.id

    @property
    def path(self) -> str:
        return f"/drafts/{self.saved.id}"

    @property
    def answers(self) -> dict[str, Any]:
        return self.saved.answers

    @property
    def takes_two(self) -> bool:
        """Whether it takes the signatures of two to send it in."""
        return self.saved.signatures > 1

    @property
    def is_signed_once(self) -> bool:
        """Whether it waits for the second signature: until then nothing in it can be changed."""
        return self.saved.signed_by is not None

    @property
    def set_down(self) -> SetDown | None:
        return self.saved.set_down

    @property
    def is_only_read(self) -> bool:
        """Whether whoever looks can change nothing: it waits for the second signature, or the fund writes it."""
        return self.is_signed_once or (self.set_down is not None and not self.is_set_down_here)

    @property
    def home(self) -> str:
        """The page that this draft is found from."""
        return "/set-down" if self.is_set_down_here else "/my"

    @property
    def groups(self) -> Sequence[Section]:
        return self.rules.forms.application

    @property
    def parts(self) -> int:
        """How many there are to fill in: the groups of questions, and the papers where any can be handed in."""
        return len(self.groups) + bool(self.papers)

    @property
    def last_day(self) -> date:
        return last_day(self.call.rules.closes_at.isoformat())

    @property
    def kept_until(self) -> date:
        """A draft that was never sent in is erased after this day (A3)."""
        days = self.rules.retention.drafts_days_after_close
        return last_day((self.call.rules.closes_at + timedelta(days=days)).isoformat())

    @property
    def today(self) -> date:
        return local_date(self.call.now)

    @property
    def takes_applications(self) -> bool:
        rules = self.call.rules
        if self.set_down is not None:
            return not self.is_over and rules.opens_at <= self.call.now
        return self.call.status in TAKES_APPLICATIONS and rules.opens_at <= self.call.now <= rules.closes_at

    @property
    def is_over(self) -> bool:
        """What the fund sets down is in time by when it came, as long as the preparation has not begun."""
        if self.set_down is not None:
            return self.call.status not in TAKES_WHAT_CAME or self.set_down.came_on > self.last_day
        return self.call.now > self.call.rules.closes_at or self.call.status == "cancelled"

    def group(self, address: str) -> Section:
        """The group with that address. Raises Unknown."""
        for group in self.groups:
            if address_of(group) == address:
                return group
        raise Unknown

    def after(self, group: Section) -> str:
        """Where one goes on to from a group: the next one, the papers, or the list when there are none."""
        following = self.groups[list(self.groups).index(group) + 1 :]
        if following:
            return f"{self.path}/{address_of(following[0])}"
        return f"{self.path}/files" if self.rules.attachments else self.path

    @cached_property
    def form(self) -> Form:
        return Form(rules=self.rules, call=self.call.rules, facts=self.facts, language=self.language)

    @cached_property
    def facts(self) -> dict[str, object]:
        fields = self.rules.forms.application_fields()
        attached = {file.key for file in self.saved.attachments}
        return facts_of(fields, self.answers, call_facts(self.call.rules), attached)

    # What is wrong

    @cached_property
    def problems(self) -> Problems:
        """Of every question, in order. The papers' are beside: `papers`."""
        rules = self.rules
        found = check_form(rules.forms.application_fields(), self.answers, call_facts(self.call.rules), rules.codelists)
        return _told(found, self.language)

    def problems_of(self, group: Section) -> Problems:
        keys = {field.key for field in group.fields}
        return [one for one in self.problems if any(one[0] == key or one[0].startswith(f"{key}.") for key in keys)]

    @cached_property
    def missing_papers(self) -> Problems:
        attached = {file.key for file in self.saved.attachments}
        return _told(missing_attachments(self.rules.attachments, attached, self.facts), self.language)

    @property
    def all_problems(self) -> list[tuple[str, str]]:
        """(address of the page and place, sentence), everything that stands in the way of sending it in."""
        found = []
        for group in self.groups:
            told = labelled(group.fields, self.problems_of(group), self.language)
            found += [(f"{self.path}/{address_of(group)}?check=yes#{name}", said) for name, said in told]
        return found + [(f"{self.path}/files#{name.removeprefix('attachment.')}", s) for name, s in self.missing_papers]

    # How far it has come

    def state_of(self, group: Section) -> State:
        if not any(not is_blank(self.answers.get(field.key)) for field in group.fields):
            return State.NOT_BEGUN
        return State.BEGUN if self.problems_of(group) else State.DONE

    @cached_property
    def papers(self) -> list[Paper]:
        facts = self.facts
        return [
            Paper(
                asked=one,
                needed=is_required(one.required, one.required_if, facts),
                files=[file for file in self.saved.attachments if file.key == one.key],
            )
            for one in self.rules.attachments
        ]

    @property
    def state_of_papers(self) -> State:
        if not self.missing_papers:
            return State.DONE
        return State.BEGUN if self.saved.attachments else State.NOT_BEGUN

    @property
    def is_ready(self) -> bool:
        return not self.problems and not self.missing_papers


def address_of(group: Section) -> str:
    """A group's place among a draft's pages; one that is called as another page gets a name of its own."""
    return f"{group.key}-" if group.key in PAGES else str(group.key)


def _told(found: Sequence[FieldError], language: Language) -> list[tuple[str, str]]:
    return [(error.field, error.message.into(language)) for error in found]


# Fetching


class SentIn(Exception):
    """The draft has become a case: there is nothing more to write in it. `path` is where it is shown."""

    def __init__(self, case: UUID, path: str) -> None:
        self.case = case
        self.path = path
        super().__init__(str(case))


def to_the_case(request: Request[Any, Any, Any], sent_in: SentIn) -> Response[Any]:
    """Whoever still has a page of the draft open comes to the case that it has become."""
    return Redirect(sent_in.path, status_code=303)


SENT_IN: dict[Any, Any] = {SentIn: to_the_case}
"""For every route of a draft."""


async def opened(caller: Caller, draft: UUID) -> Draft:
    """Raises SentIn; and Wrong where there is no such draft, or none of this person's."""
    saved = await saved_draft(caller, draft)
    call = await caller.ask("applications", f"/calls/{saved.call}")
    return Draft(
        saved=saved,
        rules=await rules_of(caller, saved.programme),
        call=msgspec.json.decode(call.body, type=Call),
        association_name=saved.association_name or "",
        language=caller.language,
        is_helped=saved.association not in caller.associations and not sets_down(caller, saved),
        is_set_down_here=sets_down(caller, saved),
    )


def sets_down(caller: Caller, saved: Saved) -> bool:
    """Whether whoever looks writes it down at the fund; never for an association of their own."""
    return saved.set_down is not None and saved.association not in caller.associations and caller.holds(*SETS_DOWN)


async def opened_as_own(caller: Caller, draft: UUID) -> Draft:
    """As `opened`; raises Unknown for a helper, too: what only the association itself does with a draft."""
    found = await opened(caller, draft)
    if found.is_helped or found.is_set_down_here:
        raise Unknown
    return found


async def opened_to_end(caller: Caller, draft: UUID) -> Draft:
    """As `opened`, for whoever may throw it away: the association, or the fund where the fund writes it."""
    found = await opened(caller, draft)
    if found.is_helped or (found.set_down is not None and not found.is_set_down_here):
        raise Unknown
    return found


async def saved_draft(caller: Caller, draft: UUID) -> Saved:
    """What is written alone. Raises as `opened`; and HelpIsOver for whoever helped with it."""
    answered = await caller.ask_if_there("applications", f"/drafts/{draft}")
    if answered is None:
        if await has_helped(caller.site.office, caller.account, draft):
            raise HelpIsOver
        case = await caller.ask("applications", f"/cases/{draft}")
        is_theirs = UUID(case.json["association"]) in caller.associations
        raise SentIn(draft, f"/my/cases/{draft}" if is_theirs else f"/cases/{draft}")
    return msgspec.json.decode(answered.body, type=Saved)
