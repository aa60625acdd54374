"""Ways to work a page: with a mouse, or with nothing but a keyboard. Both know only what a person can do with them."""

from __future__ import annotations

import re
from typing import Any, Protocol

from playwright.async_api import FileChooser, Locator, Page

STOPS_MAX = 400
"""Presses of Tab from one end of a page to the other."""
DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)$")
ORDERS = ("{0}>{1}>{2}", "{1}{2}{0}", "{2}{1}{0}")
"""How a date field is typed in, whichever way round it stands; > is the arrow key to its next part."""


class Hands(Protocol):
    async def press(self, button: Locator) -> None: ...

    async def write(self, field: Locator, text: str) -> None: ...

    async def tick(self, box: Locator) -> None: ...

    async def choose(self, field: Locator, value: str) -> None: ...

    async def attach(self, field: Locator, file: Any) -> None: ...


class Mouse:
    async def press(self, button: Locator) -> None:
        await button.click()

    async def write(self, field: Locator, text: str) -> None:
        await field.fill(text)

    async def tick(self, box: Locator) -> None:
        await box.check()

    async def choose(self, field: Locator, value: str) -> None:
        await field.select_option(value)

    async def attach(self, field: Locator, file: Any) -> None:
        await field.set_input_files(file)


class Keyboard:
    """Tab to get there, Enter and Space to press, arrows to choose. No mouse, and no focus set from outside."""

    async def press(self, button: Locator) -> None:
        await self._reach(button)
        await button.page.keyboard.press("Enter")

    async def write(self, field: Locator, text: str) -> None:
        await self._reach(field)
        keys = field.page.keyboard
        if day := DAY.match(text) if await field.get_attribute("type") == "date" else None:
            await self._type_day(field, day)
            return
        await keys.press("Control+A")
        await keys.press("Delete")
        await keys.type(text)

    async def _type_day(self, field: Locator, day: re.Match[str]) -> None:
        keys = field.page.keyboard
        for order in ORDERS:
            for key in order.format(*day.groups()):
                await keys.press("ArrowRight" if key == ">" else key)
            if await field.input_value() == day[0]:
                return
            for _ in range(3):
                await keys.press("ArrowLeft")
        raise AssertionError(f"the day {day[0]} cannot be typed in {await field.get_attribute('name')}")

    async def tick(self, box: Locator) -> None:
        page = box.page
        if await box.is_checked():
            return
        if await box.get_attribute("type") == "checkbox":
            await self._reach(box)
            await page.keyboard.press("Space")
        else:
            name = await box.get_attribute("name")
            group = page.locator(f'input[type=radio][name="{name}"]')
            await self._reach(group)
            for _ in range(await group.count()):
                if await _has_focus(box):
                    break
                await page.keyboard.press("ArrowDown")
            await page.keyboard.press("Space")
        assert await box.is_checked()

    async def choose(self, field: Locator, value: str) -> None:
        await self._reach(field)
        for _ in range(await field.locator("option").count()):
            if await field.input_value() == value:
                return
            await field.page.keyboard.press("ArrowDown")
        assert await field.input_value() == value

    async def attach(self, field: Locator, file: Any) -> None:
        await self._reach(field)
        async with field.page.expect_file_chooser() as opened:
            await field.page.keyboard.press("Space")  # what opens it in every browser; Enter does in some
        chooser: FileChooser = await opened.value
        await chooser.set_files(file)

    async def _reach(self, wanted: Locator) -> None:
        """Tab after Tab, and what has focus must be seen to have it."""
        for _ in range(STOPS_MAX):
            if await _has_focus(wanted):
                return
            await wanted.page.keyboard.press("Tab")
        raise AssertionError(f"no Tab leads to {wanted} on {wanted.page.url}")


async def _has_focus(wanted: Locator) -> bool:
    found: bool = await wanted.evaluate_all("all => all.includes(document.activeElement)")
    return found


async def what_has_focus(page: Page) -> str:
    said: str = await page.evaluate("document.activeElement?.className ?? ''")
    return said
