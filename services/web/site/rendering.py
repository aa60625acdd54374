"""How a page is drawn: one Jinja environment for each language, so that no filter has to ask which."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, Template

from services.web.site.accounts import account_number
from services.web.site.money_and_time import Written
from services.web.site.static import StaticFiles
from services.web.site.templates import Templates
from services.web.site.words import words
from shared.uuid7 import uuid7
from shared.words import Language, Text

TEMPLATES = Path(__file__).parent.parent / "templates"
NUMBER_AND_WORD = re.compile(r"(?<=\d) (?=[^\W\d])")
SPACE = re.compile(" ")

_token: ContextVar[str] = ContextVar("token")
"""Of the page that is being drawn: what its forms carry, so that no other site can have sent them. The parts that all
pages are made of know no page, and ask for it here."""


@cache
def environment(language: Language) -> Templates:
    made = Templates(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    made.words = words(language)
    made.install_gettext_translations(words(language), newstyle=True)  # type: ignore[attr-defined]
    written = Written(language)
    for name in ("number", "kronor", "kr", "clock"):
        made.filters[name] = getattr(written, name)
    for name in ("day", "day_year", "moment"):
        made.filters[name] = _on_one_line(getattr(written, name), NUMBER_AND_WORD)
    made.filters["in_days"] = _on_one_line(written.in_days, SPACE)

    def in_language(text: Any) -> str:
        """A Text, or the same as JSON, in this language."""
        if isinstance(text, Text):
            return text.into(language)
        return str((text or {}).get(language) or "") if isinstance(text, dict) else str(text or "")

    made.filters["words"] = in_language
    made.filters["account_number"] = account_number
    made.globals["static"] = static_files().address
    made.globals["language"] = language
    made.globals["form_token"] = _token.get
    made.globals["new_key"] = _new_key
    return made


def _new_key() -> str:
    """Under which a form may safely be sent twice."""
    return str(uuid7())


def _on_one_line(written: Callable[..., str], spaces: re.Pattern[str]) -> Callable[..., str]:
    """Words between which no line ends: the number of a day and its month, how many days and that they are days."""

    def kept(*given: Any) -> str:
        return spaces.sub("\N{NO-BREAK SPACE}", written(*given))

    return kept


@cache
def static_files() -> StaticFiles:
    return StaticFiles()


def render(language: Language, template: str, **given: Any) -> str:
    return filled(environment(language).get_template(template), given)


def filled(page: Template, given: Mapping[str, Any]) -> str:
    """The page. `csrf` is what its forms carry: one without it has no forms, and fails (LookupError) where it has."""
    if "csrf" not in given:
        return page.render(given)
    of_this_page = _token.set(given["csrf"])
    try:
        return page.render(given)
    finally:
        _token.reset(of_this_page)
