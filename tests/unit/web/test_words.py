"""The pages are complete in both languages, and what is not would be found."""

from __future__ import annotations

from pathlib import Path

from services.web.site.complete import findings, said_in_code, said_in_templates, translated
from services.web.site.words import words

CATALOGUE = """
msgid "Sign in"
msgstr "Logga in"

msgid "%(count)s case"
msgid_plural "%(count)s cases"
msgstr[0] "%(count)s ärende"
msgstr[1] "%(count)s ärenden"

msgid "Old"
msgstr "Gammal"

msgid "Not yet"
msgstr ""

msgid "By %(day)s"
msgstr "Senast %(dag)s"
"""


def test_every_sentence_of_the_pages_is_there_in_swedish() -> None:
    said = [*said_in_templates(), *said_in_code()]

    assert len(said) > 10
    assert list(findings(said, translated())) == []


def test_what_is_missing_unused_or_wrong_is_found(tmp_path: Path) -> None:
    (tmp_path / "some.po").write_text(f'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n{CATALOGUE}')
    (tmp_path / "page.html").write_text(
        "{{ _('Sign in') }} {{ _('Nobody has translated this') }} {{ _('Not yet') }} {{ _('By %(day)s', day=1) }}"
        "{% trans count=2 %}{{ count }} case{% pluralize %}{{ count }} cases{% endtrans %}"
    )
    (tmp_path / "page.py").write_text("def page(caller):\n    return caller.gettext('Said in code')\n")

    found = sorted(findings([*said_in_templates(tmp_path), *said_in_code(tmp_path)], translated(tmp_path)))

    assert found == [
        "page.html:1: no Swedish for 'Nobody has translated this'",
        "page.py:2: no Swedish for 'Said in code'",
        "some.po: 'By %(day)s' has other places to fill in than its Swedish",
        "some.po: 'Not yet' is not translated",
        "some.po: nobody says 'Old' any more",
    ]


def test_a_sentence_without_a_translation_is_said_in_english() -> None:
    assert words("sv").gettext("This stands in no catalogue.") == "This stands in no catalogue."
