"""A programme's rules as one value: everything a fund decides once and publishes as one fact."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from shared.programme.assessment import Assessment, EligibilityRule
from shared.programme.authority import (
    ActionPlanLink,
    Authority,
    FundingSource,
    GrantType,
    LegalRegime,
    RegisterSeries,
    Retention,
)
from shared.programme.decision import Decision, FollowUp
from shared.programme.fields import Attachment, Codelist, Forms, Option
from shared.programme.keys import LIST_MAX, Key
from shared.words import Line, Text


class ProgrammeRules(Struct, frozen=True, omit_defaults=True):
    """Carried whole in `programme.published`. Fields are only ever added, each with a default."""

    code: Key
    title: Text
    purpose: Text
    authority: Authority
    legal_regime: LegalRegime
    appeal_court: Line
    register_series: RegisterSeries
    eligibility: Annotated[tuple[EligibilityRule, ...], Meta(max_length=LIST_MAX)]
    forms: Forms
    attachments: Annotated[tuple[Attachment, ...], Meta(max_length=LIST_MAX)]
    assessment: Assessment
    decision: Decision
    follow_up: FollowUp
    short_description: Text | None = None
    grant_type: GrantType = GrantType.ACTIVITY_GRANT
    funding_sources: Annotated[tuple[FundingSource, ...], Meta(max_length=LIST_MAX)] = ()
    action_plan_links: Annotated[tuple[ActionPlanLink, ...], Meta(max_length=LIST_MAX)] = ()
    codelists: Annotated[tuple[Codelist, ...], Meta(max_length=LIST_MAX)] = ()
    classification_code: Line | None = None
    retention: Retention = Retention()

    def codelist(self, key: str) -> tuple[Option, ...]:
        """The options of one list; empty when the programme has no such list, which `validate` refuses."""
        return next((one.options for one in self.codelists if one.key == key), ())
