"""Templates mean what Jinja says they mean: what is settled beforehand changes how long a page takes, nothing else."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import pytest
from jinja2 import DictLoader, Environment, StrictUndefined, UndefinedError
from markupsafe import Markup

from services.web.site.templates import Templates, shown
from services.web.site.words import Words

SENTENCES: dict[str | tuple[str, str], tuple[str, ...]] = {
    "Cases": ("Ärenden",),
    "Half, 50%% at most": ("Högst 50%%",),
    "<b>Bold</b> words": ("<b>Feta</b> ord",),
    "From %(name)s": ("Från %(name)s",),
    "%(num)s case": ("%(num)s ärende", "%(num)s ärenden"),
}
EVIL = "<script>alert('x')</script> & \"more\""
MACROS = """
{% macro inside(text, called=False) %}
<i title="{{ text }}">{{ text }}{% if called %}{{ caller() }}{% endif %}</i>{% endmacro %}
{% macro around(text) %}<p>{{ inside(text) }}{{ inside(text) | upper }}{{ inside(text) ~ text }}</p>{% endmacro %}
{% macro held() %}<div>{{ caller() }}</div>{% endmacro %}
"""
TEMPLATES = (
    "{{ text }}",
    "{{ text ~ '<' }}{{ '<b>' }}{{ ['<', text] | join('&') }}",
    '<p title="{{ text }}" data-x="{{ told.title }}">{{ told["title"] }}</p>',
    "{{ safe }}{{ safe ~ text }}{{ text | safe }}{{ text | e }}",
    "{{ number }}{{ nothing }}{{ kind }}{{ html }}{{ 3 * number }}{{ number > 2 }}",
    "{% for one in many %}{{ loop.index }}{{ one }}{% else %}none{% endfor %}",
    "{% set said %}{{ text }}<br>{% endset %}{{ said }}{% set plain = text %}{{ plain }}",
    "{% filter upper %}{{ text }}{% endfilter %}",
    "{% autoescape false %}{{ text }}{{ _('Cases') }}{% endautoescape %}",
    "{{ told.items() | list | length }}{{ told.get('title') }}{{ told.keys is callable }}",
    "{{ told.absent is defined }}{{ told.absent | default(text) }}",
    "{{ _('Cases') }}{{ gettext('Cases') }}{{ _('Half, 50%% at most') }}{{ _('Unknown <') }}{{ _(text) }}",
    "{{ _('<b>Bold</b> words') }}{{ _('<b>Bold</b> words') ~ text }}",
    "{{ _('From %(name)s', name=text) }}{{ ngettext('%(num)s case', '%(num)s cases', number) }}",
    "{% trans %}Cases{% endtrans %}{% trans name=text %}From {{ name }}{% endtrans %}",
    "{% trans count=number, num=number %}{{ num }} case{% pluralize %}{{ num }} cases{% endtrans %}",
    "{% import 'macros' as m with context %}{{ m.around(text) }}{% call m.held() %}{{ text }}{% endcall %}",
    "{% from 'macros' import inside %}{% call inside('<', called=True) %}{{ text }}{{ _('Cases') }}{% endcall %}",
)


class Kind(StrEnum):
    LESS = "<less>"


class Html:
    def __html__(self) -> str:
        return "<hr>"


def given() -> dict[str, Any]:
    return {
        "text": EVIL,
        "told": {"title": EVIL, "keys": "<keys>", "items ": 1},
        "safe": Markup("<em>safe</em>"),
        "number": 5,
        "nothing": None,
        "kind": Kind.LESS,
        "html": Html(),
        "many": (EVIL, Markup("<b>"), 7, "plain", ""),
        "upper": lambda text: str(text).upper() + "<",
    }


def made(kind: type[Environment]) -> Any:
    environment: Any = kind(
        loader=DictLoader({"macros": MACROS}),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    environment.words = Words(SENTENCES)
    environment.install_gettext_translations(environment.words, newstyle=True)
    return environment


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_page_is_drawn_to_the_letter_as_jinja_draws_it(template: str) -> None:
    ours, theirs = (made(kind).from_string(template).render(given()) for kind in (Templates, Environment))
    assert ours == theirs


def test_what_is_to_be_escaped_is_and_what_is_markup_is_left() -> None:
    """The comparison above would hold too where nothing at all was escaped."""
    assert shown(EVIL) == "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &#34;more&#34;"
    assert shown(Kind.LESS) == "&lt;less&gt;"
    assert [shown(one) for one in ("plain", Markup("<b>"), Html(), 7)] == ["plain", "<b>", "<hr>", "7"]
    assert "<script>" not in made(Templates).from_string("{{ text }}{{ told.title }}{{ many }}").render(given())


def test_what_is_not_there_is_refused_as_before() -> None:
    for template in ("{{ told.absent }}", "{{ text.absent }}", "{{ absent }}"):
        with pytest.raises(UndefinedError):
            made(Templates).from_string(template).render(given())


def test_a_sentence_that_is_the_same_for_everybody_is_part_of_the_text_around_it() -> None:
    ours, theirs = (made(kind).compile("<h1>{{ _('Cases') }}</h1>", raw=True) for kind in (Templates, Environment))
    assert "'<h1>Ärenden</h1>'" in ours
    assert "Ärenden" not in theirs
