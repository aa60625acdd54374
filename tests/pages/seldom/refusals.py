"""Pages that are not there, or not for the one who asks, and what is tried too often."""

from __future__ import annotations

from collections.abc import AsyncIterator

from services.command.demo.applying import APPLICANT
from tests.pages.by_hand.ground import a_number
from tests.pages.seldom.ground import SEND, Ground, Stop, presses

GUESSES = 11


async def refusals(ground: Ground) -> AsyncIterator[Stop]:
    """Pages that are not there, or not for the one who asks."""
    for person, path, name in (
        (None, "/nowhere", "error-404-nobody"),
        (APPLICANT, "/nowhere", "error-404"),
        (APPLICANT, "/cases", "error-403"),
        ("officer", "/money/batches/new", "error-403-staff"),
    ):
        visitor = await ground.comes(person)
        await visitor.open(path)
        yield name, visitor
        await visitor.close()


async def too_many_guesses(ground: Ground) -> AsyncIterator[Stop]:
    visitor = await ground.comes(None)
    await visitor.open("/sign-in/local")
    email = f"{a_number()}@example.se"
    for guess in range(GUESSES):
        await visitor.page.locator("input[name=email]").fill(email)
        await visitor.page.locator("input[name=password]").fill("not this one")
        await presses(visitor, f'form[action="/sign-in/local"] {SEND}')
        if guess == 0:
            yield "sign-in-wrong", visitor
    yield "sign-in-too-many", visitor
    await visitor.close()


async def tokens(ground: Ground) -> AsyncIterator[Stop]:
    visitor = await ground.comes("officer")
    await visitor.open("/me/tokens")
    yield "tokens-none", visitor
    await visitor.page.locator("input[name=services]").first.check()
    await presses(visitor, 'form[action="/me/tokens"] button')
    yield "token-made", visitor
    await visitor.open("/me/tokens")
    yield "tokens", visitor
    await presses(visitor, 'form[action$="/withdraw"] button')
    yield "tokens-taken-back", visitor
    await visitor.close()
