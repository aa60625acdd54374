"""An association's own part: registered, its application written part by part, papers handed in, signed, sent in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from playwright.async_api import expect

from services.command.demo.applying import ENCLOSURES
from tests.pages.by_hand.person import Answer, Person

TICKED = "yes"
DECLARED = ("user_led", "independent", "democracy", "no_debts", "changes", "true", "public")


@dataclass(frozen=True)
class Wish:
    """What an association wants, and when the call lets it happen."""

    number: str
    name: str
    title: str
    kronor: int
    starts_on: str
    ends_on: str


def answers(wish: Wish) -> dict[str, dict[str, Answer]]:
    """Part of the form → field → what is written or chosen."""
    return {
        "organisation": {
            "post_address.street": "Exempelgatan 1",
            "post_address.postal_code": "791 30",
            "post_address.town": "Falun",
            "organisation_email": "foreningen@exempel.se",
            "members_total": "1 200",
            "members_in_county": "900",
            "municipalities": ["2080", "2081"],
            "years_active": "three_to_five_years",
        },
        "people": {
            "contact_name": "Kim Exempel",
            "contact_channel": ["email", "letter"],
            "signing_rule": "one_alone",
            "signatories.0.name": "Kim Exempel",
            "signatories.0.role": "ordförande",
            "agent": "no",
        },
        "activity": {
            "title": wish.title,
            "summary": f"{wish.title}. Vi gör det tillsammans.",
            "target_group": ["members_with_lived_experience", "relatives"],
            "expected_participants": "20",
            "influence_level": ["individual", "service"],
            "influence_how": "Vi samlar förslag och lämnar dem till regionen.",
            "who_decides": "Styrelsen och arbetsgruppen bestämmer allt tillsammans.",
            "when.starts_on": wish.starts_on,
            "when.ends_on": wish.ends_on,
        },
        "money": {
            "amount_applied_ore": str(wish.kronor),
            "budget_costs.0.category": "material",
            "budget_costs.0.note": "Mikrofoner",
            "budget_costs.0.amount_ore": str(wish.kronor - 1_000),
            "budget_costs.1.category": "food",
            "budget_costs.1.amount_ore": "1 000",
            "budget_income.none": TICKED,
            "partial_ok": "Ja, då gör vi färre träffar.",
            "economic_activity": "no",
            "payout_account.scheme": "bankgiro",
            "payout_account.number": "5050-1055",
            "payout_account.owner": "organisation",
        },
        "declarations": {f"declaration.{what}": TICKED for what in DECLARED},
    }


def paper(name: str) -> dict[str, Any]:
    return {"name": f"{name}.pdf", "mimeType": "application/pdf", "buffer": f"%PDF-1.7 {name}".encode()}


async def register(applicant: Person, call: UUID | str, wish: Wish) -> None:
    await applicant.open(f"/my/associations/new?next=/apply/{call}")
    await applicant.fill({"organisation_number": wish.number, "name": wish.name, "town": "Falun"})
    await applicant.send("/my/associations/new")
    assert applicant.path == f"/apply/{call}"


async def begin(applicant: Person, call: UUID | str, wish: Wish) -> str:
    """Stands on the draft's own page. Returns its address."""
    several = applicant.page.locator("input[type=radio][name=association]")
    if await several.count():
        as_printed = f"{wish.number[:6]}-{wish.number[6:]}"
        one = applicant.page.locator(".govuk-radios__item", has_text=as_printed).locator("input")
        await applicant.fill({"association": str(await one.get_attribute("value"))})
    await applicant.send(f"/apply/{call}")
    assert applicant.path.startswith("/drafts/")
    return applicant.path


async def write(applicant: Person, draft: str, wish: Wish) -> None:
    """From the list of parts, each page leading to the next."""
    await applicant.follow(f"{draft}/organisation")
    for group, filled in answers(wish).items():
        assert applicant.path == f"{draft}/{group}"
        await applicant.fill(filled)
        await applicant.send(f"{draft}/{group}", "next")
        assert "check=yes" not in applicant.page.url, await applicant.page.locator("main").inner_text()
    assert applicant.path == f"{draft}/files"


async def hand_in(applicant: Person, draft: str, *, scripts: bool = True) -> None:
    """Every paper that is asked for. Scripts send each at once; without them the form carries them all."""
    for key in ENCLOSURES:
        row = applicant.page.locator(".card", has=applicant.page.locator(f"[id='{key}']"))
        if not await row.locator(".tag", has_text=applicant.say("Missing")).count():
            continue
        await applicant.attach(key, paper(key))
        if scripts:
            await expect(row.locator(".files li")).to_contain_text(applicant.say("Sent"))
    await applicant.send(f"{draft}/files", "list")
    assert applicant.path == draft


async def sign(applicant: Person, draft: str, wish: Wish) -> str:
    """Reads it through, signs, and stands on the receipt. Returns the case's id."""
    await applicant.follow(f"{draft}/check")
    await applicant.reads(wish.title)
    await applicant.reads("Mikrofoner")
    await applicant.follow(f"{draft}/sign")
    await applicant.reads(wish.name)
    await applicant.sign()
    await applicant.sees("The application is signed and sent in.")
    await applicant.sees("Your receipt")
    return applicant.path.rpartition("/")[2]


async def apply(applicant: Person, call: UUID | str, wish: Wish, *, scripts: bool = True) -> str:
    """All of it. Returns the case's id."""
    await register(applicant, call, wish)
    draft = await begin(applicant, call, wish)
    await write(applicant, draft, wish)
    await hand_in(applicant, draft, scripts=scripts)
    return await sign(applicant, draft, wish)
