"""Templates mean what Jinja says they mean: what is settled beforehand changes how long a page takes, nothing else."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import pytest
from jinja2 import DictLoader, Environment, StrictUndefined, UndefinedError, nodes
from markupsafe import Markup

from services.web.site import complete
from services.web.site.rendering import environment as drawing
from services.web.site.rendering import filled
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
PARTS = {
    "macros": MACROS,
    "of macros": "{% import 'macros' as m with context %}{% macro framed(text) %}[{{ m.inside(text) }}]{% endmacro %}",
    "of the page": "{% macro token() %}{{ text }}{% endmacro %}",
    "of a part of it": "{% import 'of the page' as p with context %}{% macro token() %}{{ p.token() }}{% endmacro %}",
    "including": "{% macro token() %}{% include 'plainly' %}{% endmacro %}",
    "plainly": "{{ text }}",
    "remembering": "{% set seen = [] %}{% macro token() %}{{ seen.append(1) or seen | length }}{% endmacro %}",
    "itself": "{% import 'itself' as i with context %}{% macro token() %}{{ '<' }}{% endmacro %}",
}
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
    "{% set mine = told %}{{ mine.title }}{% for one in [told, kind, text] %}{{ one.title is defined }}{% endfor %}",
    "{{ told.items() | list | length }}{{ told.get('title') }}{{ told.keys is callable }}",
    "{{ told.absent is defined }}{{ told.absent | default(text) }}",
    "{{ _('Cases') }}{{ gettext('Cases') }}{{ _('Half, 50%% at most') }}{{ _('Unknown <') }}{{ _(text) }}",
    "{{ _('<b>Bold</b> words') }}{{ _('<b>Bold</b> words') ~ text }}",
    "{{ _('From %(name)s', name=text) }}{{ ngettext('%(num)s case', '%(num)s cases', number) }}",
    "{% trans %}Cases{% endtrans %}{% trans name=text %}From {{ name }}{% endtrans %}",
    "{% trans count=number, num=number %}{{ num }} case{% pluralize %}{{ num }} cases{% endtrans %}",
    "{% import 'macros' as m with context %}{{ m.around(text) }}{% call m.held() %}{{ text }}{% endcall %}",
    "{% import 'of macros' as m with context %}{{ m.framed(text) }}",
    "{% import 'of the page' as m with context %}{{ m.token() }}",
    "{% import 'of a part of it' as m with context %}{{ m.token() }}",
    "{% import 'including' as m with context %}{{ m.token() }}",
    "{% import 'remembering' as m with context %}{{ m.token() }}{{ m.token() }}",
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
        loader=DictLoader(PARTS),
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


@pytest.mark.parametrize("part", ["of the page", "of a part of it", "including", "remembering"])
def test_nothing_of_one_page_is_drawn_in_another(part: str) -> None:
    page = made(Templates).from_string(f"{{% import '{part}' as m with context %}}{{{{ m.token() }}}}")
    theirs = made(Environment).from_string(f"{{% import '{part}' as m with context %}}{{{{ m.token() }}}}")
    for text in ("Ada's", "Bo's"):
        assert page.render(given() | {"text": text}) == theirs.render(given() | {"text": text})


def test_a_part_that_needs_nothing_of_the_page_is_made_once() -> None:
    environment = made(Templates)
    needing = {name: environment.needs_the_page(name) for name in PARTS}
    assert [name for name, needs in needing.items() if not needs] == ["macros", "of macros"]
    page = environment.from_string("{% import 'of macros' as m with context %}{{ m.framed.__hash__() }}")
    assert page.render(given()) == page.render(given())


def test_the_parts_that_nearly_every_page_is_made_of_are_made_once() -> None:
    for part in ("parts/cards.html", "parts/lists.html", "parts/forms.html", "applying/question.html"):
        assert not drawing("sv").needs_the_page(part)


def test_s12_a_form_carries_the_token_of_the_page_it_stands_on_and_of_no_other() -> None:
    form = drawing("sv").from_string("{% import 'parts/forms.html' as forms with context %}{{ forms.form_open('/') }}")
    for token in ("ada", "bo", "ada"):
        assert f'name="csrf" value="{token}"' in filled(form, {"csrf": token})
    assert filled(form, {"csrf": "ada"}) != filled(form, {"csrf": "ada"}), "two forms have one key"
    with pytest.raises(LookupError):
        filled(form, {})


def asked_of_nobody(text: str) -> list[int]:
    """Lines where a part asks `caller` for something: there that is the block they hold, and no person."""
    tree = Environment(extensions=["jinja2.ext.i18n"]).parse(text)
    parts = [*tree.find_all(nodes.Macro), *tree.find_all(nodes.CallBlock)]
    return [
        asked.lineno
        for part in parts
        for line in part.body
        for asked in line.find_all(nodes.Getattr)
        if isinstance(asked.node, nodes.Name) and asked.node.name == "caller"
    ]


def test_no_part_takes_the_block_it_holds_for_the_person_who_looks() -> None:
    wrong = "{% call held() %}\n{% if x %}{{ caller.account }}{% endif %}{% endcall %}{{ caller.account }}"
    assert asked_of_nobody(wrong) == [2], "a fault is found where it is"
    files = sorted(complete.TEMPLATES.rglob("*.html"))
    assert {str(file): lines for file in files if (lines := asked_of_nobody(file.read_text()))} == {}
