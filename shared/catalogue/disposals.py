"""What is told of lawful disposal: proposed, decided by a second person, and carried out by every service for itself.

A disposal has an id of its own and lists its cases; each service tells its intent before it erases anything, and what
it erased after. The reason is content, as all that people write: the event holds a digest of it.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta

from shared.catalogue.event import Event
from shared.words import Code, Count, Digest, Line

CASES_MAX = 100
Cases = Annotated[tuple[UUID, ...], Meta(min_length=1, max_length=CASES_MAX)]


class DisposalProposed(Event, frozen=True, kw_only=True):
    """`clear` says that the register's own columns go too: what a case is called, its number and its amounts.
    `content` is the reason in the proposer's own words."""

    source: ClassVar[str] = "applications"
    type: ClassVar[str] = "disposal.proposed"
    programme: UUID
    cases: Cases
    clear: bool
    proposed_by: UUID
    content: Digest


class DisposalDeclined(Event, frozen=True, kw_only=True):
    """The second person did not agree, or whoever proposed it thought better of it. Nothing was erased."""

    source: ClassVar[str] = "applications"
    type: ClassVar[str] = "disposal.declined"
    cases: Cases


class DisposalDecided(Event, frozen=True, kw_only=True):
    """The decision, by its number: gap-free within series and year. `decided_on` is the programme's date.

    `backups_until` is the first day on which no backup that was taken before can be read any more, in real time.
    """

    source: ClassVar[str] = "applications"
    type: ClassVar[str] = "disposal.decided"
    programme: UUID
    cases: Cases
    clear: bool
    number: Line
    series: Code
    year: Count
    running: Count
    proposed_by: UUID
    decided_by: UUID
    decided_on: date
    backups_until: date


class _Begun(Event, frozen=True, kw_only=True):
    """A service has heard of the decision and begins to erase what it holds of the cases."""

    cases: Cases
    number: Line
    clear: bool


class _Executed(Event, frozen=True, kw_only=True):
    """It is done: so many keys and items of content are gone, `clear_words` of what lists showed, and backups that
    were taken before hold something readable until `backups_until`."""

    cases: Cases
    number: Line
    keys: Count
    items: Count
    clear_words: Count
    backups_until: date


class _Disposed(Event, frozen=True, kw_only=True):
    """Of one case: its content is disposed of under this decision. With `clear`, lists do not show it any more."""

    disposal: UUID
    number: Line
    clear: bool


class ApplicationDisposed(_Disposed, frozen=True, kw_only=True):
    source: ClassVar[str] = "applications"
    type: ClassVar[str] = "application.disposed"


class ApplicationsDisposalExecuted(_Executed, frozen=True, kw_only=True):
    source: ClassVar[str] = "applications"
    type: ClassVar[str] = "disposal.executed"


class ReviewDisposalBegun(_Begun, frozen=True, kw_only=True):
    source: ClassVar[str] = "review"
    type: ClassVar[str] = "disposal.begun"


class CaseDisposed(_Disposed, frozen=True, kw_only=True):
    source: ClassVar[str] = "review"
    type: ClassVar[str] = "case.disposed"


class ReviewDisposalExecuted(_Executed, frozen=True, kw_only=True):
    source: ClassVar[str] = "review"
    type: ClassVar[str] = "disposal.executed"


class PayoutsDisposalBegun(_Begun, frozen=True, kw_only=True):
    source: ClassVar[str] = "payouts"
    type: ClassVar[str] = "disposal.begun"


class GrantDisposed(_Disposed, frozen=True, kw_only=True):
    source: ClassVar[str] = "payouts"
    type: ClassVar[str] = "grant.disposed"


class PayoutsDisposalExecuted(_Executed, frozen=True, kw_only=True):
    source: ClassVar[str] = "payouts"
    type: ClassVar[str] = "disposal.executed"


class WebDisposalBegun(_Begun, frozen=True, kw_only=True):
    source: ClassVar[str] = "web"
    type: ClassVar[str] = "disposal.begun"


class WebDisposalExecuted(_Executed, frozen=True, kw_only=True):
    source: ClassVar[str] = "web"
    type: ClassVar[str] = "disposal.executed"
