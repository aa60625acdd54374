"""What people seldom see: the pages and states that no walk along the links comes to.

A scene leads to some of them, one after another, and stops at each: whoever listens takes a picture, or looks for what
is wrong. Every scene has people, an association and a call of its own, and leaves the house's other cases alone.
"""

from tests.pages.seldom.coming_back import repayment
from tests.pages.seldom.ending import disposal, outbox
from tests.pages.seldom.ground import Ground, Scene
from tests.pages.seldom.letting_in import help_with_a_draft, invitations
from tests.pages.seldom.refusals import refusals, tokens, too_many_guesses
from tests.pages.seldom.writing import a_form_without_contact, a_session_that_ended, papers_that_do_not_arrive

SCENES: dict[str, Scene] = {
    one.__name__: one
    for one in (
        refusals,
        too_many_guesses,
        tokens,
        a_form_without_contact,
        a_session_that_ended,
        papers_that_do_not_arrive,
        invitations,
        help_with_a_draft,
        repayment,
        disposal,
        outbox,
    )
}

__all__ = ["SCENES", "Ground", "Scene"]
