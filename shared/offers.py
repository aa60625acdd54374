"""What a person may do with a subject now: what its life has a place for, the policy lets them, and no rule of the
subject's own keeps from them.

Pages and programs offer what is listed here and nothing else. It promises no more than the tables and the subject can
say by themselves: what depends on the day, on other subjects or on what is written is refused, in words, by the rules.
"""

from __future__ import annotations

from shared.identity import Actor
from shared.life import Kind, State
from shared.policy import Policy


def offered_to(actor: Actor, state: State, kind: Kind, policy: Policy) -> list[str]:
    """The operations, sorted by name; none at all for somebody for whom the subject does not exist."""
    if actor.id in kind.barred(state):
        return []
    association = kind.association(state, None)
    return sorted(
        operation
        for operation in kind.offered(state)
        if policy.lets(operation, actor, association) and kind.offers_to(state, actor, operation)
    )
