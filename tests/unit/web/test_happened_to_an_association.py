"""What an association is told has happened: also that it was asked for more, and that it answered."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from services.web.pages.applying.cases import happened

CALLER: Any = SimpleNamespace(language="en", gettext=lambda words: words)


def matter(answered: bool | None, asked_on: str | None) -> Any:
    review = {
        "completions": [{"asked_on": asked_on, "due_on": "2026-04-24", "answered": answered}],
        "publication": None,
    }
    application = {"received_at": "2026-03-30T10:00:00Z"}
    return SimpleNamespace(review=review, application=application, decision=None, payments=[])


def told(
    answered: bool | None, came: list[dict[str, str]], asked_on: str | None = "2026-04-10"
) -> list[tuple[str, str]]:
    return [(one.on[:10], one.what) for one in happened(CALLER, matter(answered, asked_on), came)]


def test_a_completion_is_told_of_when_it_is_asked_for_and_when_it_comes() -> None:
    assert told(True, [{"received_at": "2026-04-20T10:00:00Z"}]) == [
        ("2026-04-20", "You completed the application"),
        ("2026-04-10", "We asked you to complete the application, by Friday 24 April at the latest"),
        ("2026-03-30", "You sent in the application, and got a receipt"),
    ]


def test_where_the_trail_does_not_tell_the_day_no_day_is_made_up() -> None:
    assert [what for _, what in told(None, [], None)] == ["You sent in the application, and got a receipt"]


def test_a_time_that_ran_out_is_told_too() -> None:
    assert told(False, [])[0] == ("2026-04-24", "The time to complete ran out")
