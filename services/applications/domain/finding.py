"""What an application says about the conditions of eligibility: found by reading, judged by a person (rule H1)."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import msgspec

from shared.conditions import Facts, fields, holds, not_known
from shared.form import facts_of
from shared.programme import CallRules, EligibilityRule, ProgrammeRules, call_facts


class Finding(msgspec.Struct, frozen=True):
    """`holds` is None where something the condition looks at is not known; `looks_at` are the facts by name."""

    condition: str
    holds: bool | None
    looks_at: list[str]


def findings(
    rules: ProgrammeRules, call: CallRules, answers: Mapping[str, object], attached: Collection[str]
) -> list[Finding]:
    """One for each condition, in the programme's order."""
    asked = {f"attachment.{one.key}": False for one in rules.attachments}
    told = facts_of(rules.forms.application_fields(), answers, call_facts(call), attached)
    facts = {**asked, **told}
    return [_finding(rule, facts) for rule in rules.eligibility]


def _finding(rule: EligibilityRule, facts: Facts) -> Finding:
    found: bool | None = holds(rule.check, facts)
    if not found and not_known(rule.check, facts):
        found = None
    return Finding(condition=rule.code, holds=found, looks_at=sorted(fields(rule.check)))
