"""What an association is told has happened: also that it was asked for more, and that it answered."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from services.web.pages.applying.told import happened
from services.web.site.rendering import environment

DAY = environment("en").filters["day"]
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
        ("2026-04-10", f"We asked you to complete the application, by {DAY('2026-04-24')} at the latest"),
        ("2026-03-30", "You sent in the application, and got a receipt"),
    ]


def test_where_the_trail_does_not_tell_the_day_no_day_is_made_up() -> None:
    assert [what for _, what in told(None, [], None)] == ["You sent in the application, and got a receipt"]


def test_a_time_that_ran_out_is_told_too() -> None:
    assert told(False, [])[0] == ("2026-04-24", "The time to complete ran out")


def fact(type_: str, on: str, subject: str = "", amount_ore: int | None = None) -> dict[str, Any]:
    return {"type": type_, "on": on, "subject": subject, "amount_ore": amount_ore}


def granted(facts: list[dict[str, Any]]) -> list[str]:
    """A decision that holds, one payment that was booked, and those facts."""
    payments = [{"id": "p1", "status": "booked", "booked_on": "2026-05-12", "amount_ore": 2_000_000}]
    case = SimpleNamespace(
        review={"publication": {"posted_on": "2026-05-02"}},
        application={"received_at": "2026-03-30T10:00:00Z"},
        decision={"decided_on": "2026-05-01"},
        payments=payments,
    )
    told: Any = case
    return [one.what.replace("\N{NO-BREAK SPACE}", " ") for one in happened(CALLER, told, [], facts)]


def test_a_report_and_a_repayment_are_told_of() -> None:
    facts = [
        fact("terms.accepted", "2026-05-02"),
        fact("payment.requisitioned", "2026-05-10", subject="p1"),
        fact("report.submitted", "2026-11-01"),
        fact("report.approved", "2026-11-10"),
        fact("recovery.notified", "2026-11-10"),
        fact("recovery.decided", "2026-12-01", amount_ore=100_000),
        fact("recovery.paid", "2026-12-20", amount_ore=100_000),
        fact("grant.closed", "2026-12-21"),
    ]
    assert granted(facts) == [
        "Everything was paid and reported",
        "You paid back SEK 1,000",
        "The decision was that you pay back SEK 1,000",
        "We wrote that we may ask for money back",
        "The report was approved",
        "You handed in the report",
        "SEK 20,000 was paid to you",
        "You asked for SEK 20,000",
        "You accepted the terms",
        "The decision was put on the notice board",
        "The decision was made",
        "You sent in the application, and got a receipt",
    ]


def test_a_decision_that_a_court_set_aside_was_made_all_the_same() -> None:
    facts = [
        fact("decision.made", "2026-04-10"),
        fact("decision.appealed", "2026-04-15"),
        fact("case.reopened", "2026-04-20"),
        fact("decision.made", "2026-05-01"),
    ]
    assert granted(facts)[-5:-1] == [
        "The decision was made",
        "A court set the decision aside, and the case is tried anew",
        "Somebody appealed the decision",
        "The decision was made",
    ]


def test_a_withdrawal_is_told_of_and_what_concerns_the_fund_alone_is_not() -> None:
    told = granted([fact("application.withdrawn", "2026-05-20"), fact("report.review_started", "2026-05-21")])
    assert told[0] == "You withdrew the application"


def test_every_fact_that_a_service_tells_has_words() -> None:
    from services.payouts.api.grants import TOLD

    for kind in TOLD:
        facts = [fact(kind.type, "2026-12-31", subject="p1", amount_ore=100)]
        assert len(granted(facts)) == len(granted([])) + 1, kind.type
