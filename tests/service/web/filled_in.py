"""An application as somebody fills it in, page by page and without scripts."""

from __future__ import annotations

from typing import Any

from services.command.demo.fund import Fund
from tests.service.web.browsing import Page

PDF = b"%PDF-1.7 made up"
TICKED = "yes"


def answers_to(call: Fund) -> dict[str, dict[str, Any]]:
    """Every question of a call, in order, by its group."""
    period = call.call_rules["activity_period"]
    return {
        "organisation": {
            "post_address.street": "Gatan 1",
            "post_address.postal_code": "791 30",
            "post_address.town": "Falun",
            "organisation_email": "vi@exempel.se",
            "members_total": "1 200",
            "members_in_county": "900",
            "municipalities": ["2080", "2081"],
            "years_active": "three_to_five_years",
        },
        "people": {
            "contact_name": "Kim Exempel",
            "contact_channel": ["email"],
            "signing_rule": "one_alone",
            "signatories.0.name": "Kim Exempel",
            "agent": "no",
        },
        "activity": {
            "title": "Kör för alla",
            "summary": "Vi sjunger.\r\n\r\nVarje vecka.",
            "target_group": ["relatives"],
            "expected_participants": "20",
            "influence_level": ["service"],
            "influence_how": "Vi lämnar förslag.",
            "who_decides": "Vi.",
            "when.starts_on": period["starts_on"],
            "when.ends_on": period["ends_on"],
        },
        "money": {
            "amount_applied_ore": "8 000 kr",
            "budget_costs.0.category": "food",
            "budget_costs.0.amount_ore": "8000",
            "budget_income.none": TICKED,
            "partial_ok": "Ja.",
            "economic_activity": "no",
            "payout_account.scheme": "bankgiro",
            "payout_account.number": "5050-1055",
            "payout_account.owner": "organisation",
        },
        "declarations": {
            f"declaration.{what}": TICKED
            for what in ("user_led", "independent", "democracy", "no_debts", "changes", "true", "public")
        },
    }


async def save(page: Page, group: str, filled: dict[str, Any], go: str = "next") -> Page:
    """Opens a group of the draft that the page is of, fills it in, and presses a button."""
    draft = "/".join(page.path.split("?")[0].split("/")[:3])
    opened = await page._browser.open(f"{draft}/{group}")
    return await page._browser.send(opened.form(f"{draft}/{group}"), {**filled, "go": go})
