"""Who answers for the fund: the authority, its delegation, the law that applies, and where the money comes from."""

from __future__ import annotations

import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from shared.programme.keys import Key
from shared.words import Code, Count, Line, Ore, Text


class UserRepresentativesMust(StrEnum):
    """What user representatives must have done before a delegate may decide (KL 7:7; rule H6)."""

    BE_HEARD = "be_heard"
    STATE_OPINION = "state_opinion"
    APPROVE = "approve"
    NONE = "none"


class LegalRegime(StrEnum):
    LEGALITY_REVIEW = "legality_review"  # laglighetsprövning, KL ch. 13
    ADMINISTRATIVE_APPEAL = "administrative_appeal"  # förvaltningsbesvär, FL applies in full
    LIMITED_ORDINANCE = "limited_ordinance"  # state money under an ordinance such as SFS 2024:941


class GrantType(StrEnum):
    ACTIVITY_GRANT = "activity_grant"
    PROJECT_GRANT = "project_grant"
    CORE_GRANT = "core_grant"


class Authority(Struct, frozen=True, omit_defaults=True):
    """Who decides. A decision above `delegation_max_ore` belongs to the body itself, never to the delegate."""

    name: Line
    decision_body: Line
    delegation_ref: Text
    delegation_max_ore: Ore
    user_representatives_must: UserRepresentativesMust = UserRepresentativesMust.STATE_OPINION
    delegate_role: Text | None = None


class RegisterSeries(Struct, frozen=True, omit_defaults=True):
    """How registration numbers look: `EX 2027/00003`."""

    prefix: Annotated[str, Meta(pattern=r"\A[A-ZÅÄÖ]{1,8}\Z")]
    separator: Annotated[str, Meta(pattern=r"\A[ \-]\Z")] = " "
    year_digits: Annotated[int, Meta(ge=2, le=4)] = 4
    number_width: Annotated[int, Meta(ge=1, le=9)] = 5


class FundingSource(Struct, frozen=True, omit_defaults=True):
    """Money the fund was given, and the last day it may be used."""

    key: Key
    title: Text
    fiscal_year: Annotated[int, Meta(ge=2000, le=2200)]
    amount_ore: Ore
    must_be_used_by: datetime.date | None = None


class ActionPlanLink(Struct, frozen=True, omit_defaults=True):
    """The goal in the county's action plan that the fund serves."""

    plan: Text
    focus_area: Text
    goal_code: Code
    goal: Text


class Papers(StrEnum):
    """What a records schedule tells apart."""

    GRANTED = "granted"  # cases that were granted money
    NOT_GRANTED = "not_granted"  # rejected, dismissed, struck off
    ACCOUNTING = "accounting"  # what a payment rests on: no granted case is disposed of before this


class Keeping(Struct, frozen=True, omit_defaults=True):
    """A row of the records schedule: `years` after the end of the calendar year in which the case was closed.

    No number of years means preserved for ever. `basis` is the decision or the law it rests on.
    """

    papers: Papers
    basis: Text
    years: Count | None = None


class Retention(Struct, frozen=True, omit_defaults=True):
    """How long papers are kept. `None` years means preserved for ever. A row of `schedule` goes before the figure."""

    granted_years: Count | None = None
    rejected_years: Count | None = 5
    accounting_records_years: Count = 7
    drafts_days_after_close: Count = 90
    schedule: Annotated[tuple[Keeping, ...], Meta(max_length=len(Papers))] = ()

    def rows(self) -> tuple[Keeping, ...]:
        """One for each kind of papers: the programme's own, or the figure without a basis of its own."""
        years = {
            Papers.GRANTED: self.granted_years,
            Papers.NOT_GRANTED: self.rejected_years,
            Papers.ACCOUNTING: self.accounting_records_years,
        }
        own = {row.papers: row for row in self.schedule}
        return tuple(own.get(papers) or Keeping(papers, NO_BASIS, years[papers]) for papers in Papers)


NO_BASIS = Text("Programmets regler.", "The programme's rules.")
