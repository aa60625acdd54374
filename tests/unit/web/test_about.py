"""What an installation says of itself, as its settings have it."""

from __future__ import annotations

import pytest

from services.web.site.about import MINORITY_LANGUAGES, about_from
from services.web.site.rendering import environment
from shared.settings import MissingSetting

FINNISH = "Voit asioida kanssamme suomeksi. Soita 0000-00 00 00."
YIDDISH = "איר קענט רעדן מיט אונדז אויף ייִדיש."


def _told(said: str) -> dict[str, str]:
    return {"BIFALL_MINORITY_LANGUAGES": said}


def test_a15_the_national_minorities_languages_are_the_fund_s_to_choose() -> None:
    about = about_from(_told(f"fi: {FINNISH}\n\nyi: {YIDDISH}\n"), demo=False)
    assert [(one.code, one.says, one.direction) for one in about.minority_languages] == [
        ("fi", FINNISH, "ltr"),
        ("yi", YIDDISH, "rtl"),
    ]
    assert about_from({}, demo=False).minority_languages == ()


@pytest.mark.parametrize("said", ["de: Guten Tag", "fi", "fi:", "suomi: Voit", ": Voit"])
def test_a15_a_language_that_is_none_of_theirs_or_says_nothing_is_named_at_the_start(said: str) -> None:
    with pytest.raises(MissingSetting, match="BIFALL_MINORITY_LANGUAGES"):
        about_from(_told(said), demo=False)


@pytest.mark.parametrize("code", MINORITY_LANGUAGES)
def test_a15_each_is_shown_in_its_own_language_and_said_to_be_it(code: str) -> None:
    """Whoever has a page read aloud hears it in that language, and Yiddish runs the other way."""
    about = about_from(_told(f"{code}: <b>Says</b> so"), demo=False)
    shown = environment("sv").get_template("public/languages.html").render(about=about)
    assert f'lang="{code}" dir="{"rtl" if code == "yi" else "ltr"}"' in shown
    assert MINORITY_LANGUAGES[code] in shown
    assert "&lt;b&gt;Says&lt;/b&gt; so" in shown
