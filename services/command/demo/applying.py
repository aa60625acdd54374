"""Applying: each association is found or registered, fills in its form, attaches what is asked for, and submits."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from stdnum import luhn

from services.command.demo.fund import Fund
from services.command.demo.people import new_id
from services.command.demo.round_file import KRONA_ORE, Applied
from services.command.failure import Failure

APPLICANT = "applicant"
ROLES = ("applicant", "signatory")
HEARD_OF_WITHIN_S = 30.0
LOOK_EVERY_S = 0.1
ENCLOSURES = (
    "statutes",
    "annual_meeting_minutes",
    "constituting_minutes",
    "activity_report",
    "financial_report",
    "audit_report",
    "account_certificate",
)
COST_SHARES = (("material", 60), ("premises", 25), ("accessibility", 15))


@dataclass
class Case:
    """One application on its way through the round."""

    applied: Applied
    id: UUID
    association: UUID
    number: str = ""
    outcome: str = ""
    granted_ore: int = 0
    over_budget: bool = False
    reported: bool = False


async def apply(fund: Fund, applied: Applied, index: int) -> Case:
    case = await prepare(fund, applied, index)
    answer = await fund.people.post(APPLICANT, f"{_draft(case)}/submission")
    case.number = answer["facts"]["number"]
    return case


async def prepare(fund: Fund, applied: Applied, index: int, **changes: Any) -> Case:
    """Everything but the signature: the association, its account, the form filled in, with `changes` if any, and every
    paper."""
    association = await _association(fund, applied)
    await _payee(fund, applied, association, index)
    case = Case(applied, new_id(), association)
    body = {"call": fund.call, "association": association, "answers": _answers(fund, applied, index) | changes}
    await fund.people.put(APPLICANT, _draft(case), body)
    for key in ENCLOSURES:
        await fund.people.send(
            APPLICANT,
            "PUT",
            f"{_draft(case)}/attachments/{new_id()}",
            _pdf(f"{key} {applied.org}"),
            "application/pdf",
            key=key,
            name=f"{key}.pdf",
        )
    return case


def _draft(case: Case) -> str:
    return f"/api/applications/drafts/{case.id}"


async def _association(fund: Fund, applied: Applied) -> UUID:
    found = await fund.people.get(APPLICANT, "/api/applications/associations", organisation_number=applied.orgnr)
    if items := found["items"]:
        association = UUID(items[0]["id"])
        await _may_act_for(fund, association)
        await _is_heard_of(fund, association)
        return association
    association = new_id()
    await fund.people.put(
        APPLICANT,
        f"/api/applications/associations/{association}",
        {
            "organisation_number": applied.orgnr,
            "name": applied.org,
            "email": "foreningen@example.se",
            "town": "Falun",
        },
    )
    await _is_heard_of(fund, association)
    return association


async def _may_act_for(fund: Fund, association: UUID) -> None:
    """An association that somebody else registered: the administrator lets the demo's applicant act for it,
    which takes two."""
    if not await _acts_for(fund, association):
        me = await fund.people.get(APPLICANT, "/api/web/me")
        for role in ROLES:
            path = f"/api/web/accounts/{me['id']}/roles/{role}"
            await fund.people.put("administrator", path, {}, association=association)
            await fund.people.put("chair", f"{path}/confirmation", {}, association=association)


async def _is_heard_of(fund: Fund, association: UUID) -> None:
    """Waits until the door knows who acts for the association: at once, but on a very busy machine."""
    for _ in range(int(HEARD_OF_WITHIN_S / LOOK_EVERY_S)):
        if await _acts_for(fund, association):
            return
        await asyncio.sleep(LOOK_EVERY_S)
    raise Failure(f"Nobody acted for the new association within {HEARD_OF_WITHIN_S:.0f} s. Look at `bifall status`.")


async def _acts_for(fund: Fund, association: UUID) -> bool:
    me = await fund.people.get(APPLICANT, "/api/web/me")
    return {post["role"] for post in me["posts"] if post["association"] == str(association)} >= set(ROLES)


async def _payee(fund: Fund, applied: Applied, association: UUID, index: int) -> None:
    await fund.people.put(
        APPLICANT,
        f"/api/payouts/payees/{association}",
        {"scheme": "bankgiro", "number": _bankgiro(applied), "name": applied.org, "town": "Falun"},
    )


def _bankgiro(applied: Applied) -> str:
    """An invented number of the association's own, the same in every run."""
    body = f"5{int(applied.orgnr[-7:-1]) % 10**6:06d}"
    return body + luhn.calc_check_digit(body)


def _answers(fund: Fund, applied: Applied, index: int) -> dict[str, Any]:
    applied_ore = applied.applied * KRONA_ORE
    period = fund.call_rules["activity_period"]
    return {
        "organisation_name": applied.org,
        "orgnr": applied.orgnr,
        "post_address": {"street": "Exempelgatan 1", "postal_code": "791 30", "town": "Falun"},
        "organisation_email": "foreningen@example.se",
        "members_total": 40 + index,
        "members_in_county": 38 + index,
        "municipalities": ["2080", "2081"],
        "years_active": "three_to_five_years",
        "contact_name": "Kim Exempel",
        "contact_channel": ["email", "letter"],
        "signing_rule": "one_alone",
        "signatories": [{"name": "Kim Exempel", "role": "ordförande"}],
        "agent": False,
        "title": applied.title,
        "summary": f"{applied.title}. Vi gör det tillsammans, och alla som vill får vara med.",
        "target_group": ["members_with_lived_experience", "relatives"],
        "expected_participants": 20 + index,
        "influence_level": ["individual", "service"],
        "influence_how": "Deltagarna samlar förslag och lämnar dem till regionen och kommunen.",
        "who_decides": "Styrelsen och arbetsgruppen har egen erfarenhet och bestämmer allt tillsammans.",
        "when": {"starts_on": period["starts_on"], "ends_on": period["ends_on"]},
        "amount_applied_ore": applied_ore,
        "budget_costs": _costs(applied_ore),
        "budget_income": [],
        "partial_ok": "Ja, då gör vi färre träffar.",
        "economic_activity": False,
        "payout_account": {"scheme": "bankgiro", "number": _bankgiro(applied), "owner": "organisation"},
        **{
            f"declaration.{what}": True
            for what in ("user_led", "independent", "democracy", "no_debts", "changes", "true", "public")
        },
    }


def _costs(applied_ore: int) -> list[dict[str, Any]]:
    """Adds up to what is applied for, to the öre."""
    rows = [{"category": category, "amount_ore": applied_ore * share // 100} for category, share in COST_SHARES]
    rows[0]["amount_ore"] = applied_ore - sum(int(str(row["amount_ore"])) for row in rows[1:])
    return rows


def _pdf(words: str) -> bytes:
    """A small, honest PDF: one page that says what it stands for."""
    text = words.encode("ascii", "replace").decode().replace("\\", "").replace("(", "").replace(")", "")
    stream = f"BT /F1 14 Tf 72 760 Td ({text}) Tj ET"
    objects = (
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        f"<</Length {len(stream)}>>stream\n{stream}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    body, offsets = "%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += f"{number} 0 obj{content}endobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    trailer = f"trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{len(body)}\n%%EOF\n"
    body += f"xref\n0 {size}\n0000000000 65535 f \n{table}{trailer}"
    return body.encode("ascii")
