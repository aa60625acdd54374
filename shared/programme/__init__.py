"""A programme's rules as data: what a fund decides once, publishes as one fact, and every service then reads.

The other files here are structs only; judgement (do the weights sum to 100?) is in `validate`. Money is integer öre,
dates are ISO, every text is `shared.words.Text`. Events carry these structs, so an unknown field is read past; a
command is held to the letter by `read_programme` and `read_call`, which name every unknown field.
"""

from shared.programme.assessment import (
    Allocation,
    Anchor,
    Assessment,
    ConflictsOfInterest,
    ConflictType,
    Criterion,
    EligibilityRule,
    OnFail,
    Panel,
    Scale,
    Seat,
    SeatRole,
    TieBreak,
)
from shared.programme.authority import (
    ActionPlanLink,
    Authority,
    FundingSource,
    GrantType,
    LegalRegime,
    RegisterSeries,
    Retention,
    UserRepresentativesMust,
)
from shared.programme.call import CallRules, LatePolicy, OwnContribution, Period, Support, call_facts
from shared.programme.check_decision import due_instalments
from shared.programme.decision import (
    Aggregate,
    Decision,
    FollowUp,
    Indicator,
    Instalment,
    Outcome,
    PayAfter,
    Payout,
    PayoutMode,
    RejectionReason,
    StandardCondition,
)
from shared.programme.fields import Attachment, Codelist, Field, FieldType, Forms, Option, PersonalData, Section
from shared.programme.reading import read_call, read_programme
from shared.programme.rules import ProgrammeRules
from shared.programme.validate import validate, validate_call

__all__ = [
    "ActionPlanLink",
    "Aggregate",
    "Allocation",
    "Anchor",
    "Assessment",
    "Attachment",
    "Authority",
    "CallRules",
    "Codelist",
    "ConflictType",
    "ConflictsOfInterest",
    "Criterion",
    "Decision",
    "EligibilityRule",
    "Field",
    "FieldType",
    "FollowUp",
    "Forms",
    "FundingSource",
    "GrantType",
    "Indicator",
    "Instalment",
    "LatePolicy",
    "LegalRegime",
    "OnFail",
    "Option",
    "Outcome",
    "OwnContribution",
    "Panel",
    "PayAfter",
    "Payout",
    "PayoutMode",
    "Period",
    "PersonalData",
    "ProgrammeRules",
    "RegisterSeries",
    "RejectionReason",
    "Retention",
    "Scale",
    "Seat",
    "SeatRole",
    "Section",
    "StandardCondition",
    "Support",
    "TieBreak",
    "UserRepresentativesMust",
    "call_facts",
    "due_instalments",
    "read_call",
    "read_programme",
    "validate",
    "validate_call",
]
