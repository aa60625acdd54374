"""From facts to a letter: amounts and days as the language writes them, then the text of the kind in that language.

What people have written is set in as it is, on lines of its own that no sign of ours can open; all else is one line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.web.domain.letter import LetterKind
from services.web.letters.amounts import kronor, kronor_in_words
from services.web.letters.document import Document, read_document
from services.web.letters.facts import Facts
from services.web.letters.fixed import (
    AT_A_MEETING,
    AT_SITE,
    BANK_IS_SILENT,
    BY_DELEGATION,
    CAME,
    DELEGATE,
    FAILED_FOR,
    NOBODY_STOOD_ASIDE,
    NOTHING,
    ONE_STOOD_ASIDE,
    OPINIONS,
    OUTCOMES,
    PAID_WHEN,
    SEVERAL_STOOD_ASIDE,
)
from shared.deadlines import STOCKHOLM
from shared.programme import StandardCondition
from shared.words import Language, Text

if TYPE_CHECKING:
    from services.web.pages.applying.readable import Readable

FOLDER = Path(__file__).parent / "words"
LOCALES = {"sv": "sv_SE", "en": "en_GB"}
SPACE = re.compile(r"[^\S\N{NO-BREAK SPACE}]+")
POINTS_PER_WHOLE = 1_000
Names = Mapping[str, str]
"""Account → the person's name, where it is known."""


class Quoted(str):
    """Somebody's own words, each line with its sign."""


def quote(words: object) -> Quoted:
    lines = (one_line(line) for line in str(words).splitlines())
    return Quoted("\n".join(f"~ {line}" for line in lines if line))


def one_line(value: object) -> object:
    return SPACE.sub(" ", value).strip() if isinstance(value, str) and not isinstance(value, Quoted) else value


@cache
def _texts(language: Language) -> Environment:
    made = Environment(
        loader=FileSystemLoader(FOLDER / language),
        autoescape=False,  # noqa: S701 - plain text: nothing in it is ever read as a page
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=one_line,
        auto_reload=False,
    )
    made.filters["quote"] = quote
    return made


def tell(facts: Facts, names: Names, language: Language, site: str | None = None) -> Document:
    """The letter's words. `site` is the address where one signs in, where it is known."""
    telling = Telling(facts, names, language, site)
    kind = LetterKind(facts.kind)
    given = telling.always() | _GIVEN[kind](telling)
    return read_document(_texts(language).get_template(f"{telling.template()}.txt").render(given))


class Telling:
    """The facts of one letter in one language."""

    def __init__(self, facts: Facts, names: Names, language: Language, site: str | None) -> None:
        self.facts = facts
        self._names = names
        self._site = site
        self.language: Language = language

    def template(self) -> str:
        """By kind; a decision's also by what was decided."""
        if self.facts.kind != LetterKind.DECISION:
            return str(self.facts.kind)
        match self._decision["outcome"]:
            case "approved" | "partially_approved":
                return "decision_granted"
            case "rejected":
                return "decision_rejected"
        return "decision_dismissed"

    # Words

    def say(self, text: Text | Mapping[str, str], **given: object) -> str:
        said = text.into(self.language) if isinstance(text, Text) else str(text[self.language])
        return said.format(**given) if given else said

    def day(self, on: date | str | None) -> str:
        """Weekday, day, month and year: there is no doubt about which. No line ends between a day and its month."""
        if on is None:
            return ""
        day = date.fromisoformat(on) if isinstance(on, str) else on
        return str(format_date(day, "EEEE d\N{NO-BREAK SPACE}MMMM y", locale=LOCALES[self.language]))

    def money(self, ore: int) -> str:
        return kronor(ore, self.language)

    def name(self, account: object) -> str:
        return self._names.get(str(account), "") if account else ""

    # Facts

    @property
    def _decision(self) -> dict[str, Any]:
        decision: dict[str, Any] = (self.facts.review or {})["decision"]
        return decision

    def always(self) -> dict[str, Any]:
        facts, call = self.facts, self.facts.call
        return {
            "number": facts.case["number"],
            "title": facts.case["title"] or facts.case["number"],
            "association": facts.recipient.name,
            "orgnr": _orgnr(facts.association["organisation_number"]),
            "authority": facts.programme.authority.name,
            "body": facts.programme.authority.decision_body,
            "programme": self.say(facts.programme.title),
            "applied": self.money(facts.case["amount_applied_ore"]),
            "at_site": self.say(AT_SITE, site=self._site) if self._site else "",
            "nothing": self.say(NOTHING),
            "support": {
                "contact": self.say(call.support.contact),
                "phone": call.support.phone,
                "email": call.support.email,
            },
        }

    def receipt(self) -> dict[str, Any]:
        received = datetime.fromisoformat(self.facts.case["received_at"]).astimezone(STOCKHOLM)
        closes_on = self.facts.call.closes_at.astimezone(STOCKHOLM).date()
        return {
            **self._set_down(),
            "received_on": self.day(received.date()),
            "received_clock": received.strftime("%H.%M" if self.language == "sv" else "%H:%M"),
            "decision_by": self.day(self.facts.call.decision_planned_by),
            "closes_on": self.day(closes_on),
            "is_open": self.facts.today <= closes_on,
        }

    def _set_down(self) -> dict[str, Any]:
        """How it came, where the fund wrote it down, and all that it wrote: the association says what is wrong."""
        how = self.facts.case.get("set_down")
        if how is None:
            return {"came": None}
        rules, answers = self.facts.programme, self.facts.answers or {}
        readable = self._readable()
        fields = rules.forms.application_fields()
        written = [(self.say(one.label), "\n".join(readable.lines(one, answers.get(one.key)))) for one in fields]
        return {
            "came": {"on": self.day(how["came_on"]), "how": self.say(CAME[how["route"]])},
            "signed_on_paper": how["signed_on_paper"],
            "written": [(label, words) for label, words in written if words],
        }

    def _readable(self) -> Readable:
        from services.web.pages.applying.readable import Readable  # the pages have the letters' words, too

        return Readable(self.facts.programme, self.language)

    def completion(self) -> dict[str, Any]:
        asked = next(one for one in (self.facts.review or {})["completions"] if one["round"] == self.facts.round)
        return {
            "due_on": self.day(asked["due_on"]),
            "missing": [self._question(key) for key in asked["missing"]],
            "words": asked["letter"],
        }

    def _question(self, key: str) -> str:
        """What the form calls it."""
        rules = self.facts.programme
        labels = {attachment.key: attachment.label for attachment in rules.attachments}
        labels |= {field.key: field.label for section in rules.forms.application for field in section.fields}
        return self.say(labels[key]) if key in labels else key

    def decision(self) -> dict[str, Any]:
        said, review = self._decision, self.facts.review or {}
        granted = said["granted_ore"]
        publication = review.get("publication") or {}
        period = self.facts.call.activity_period
        return {
            "outcome": self.say(OUTCOMES[said["outcome"]]),
            "in_part": said["outcome"] == "partially_approved",
            "is_struck_off": said["outcome"] == "struck_off",
            "granted": self.money(granted) if granted else "",
            "granted_in_words": kronor_in_words(granted, self.language),
            "decided_by": self._decided_by(said),
            "decided_on": self.day(said["decided_on"]),
            "officer": self.name(review.get("officer")),
            "reason": self.say(said["reason_text"]) if said["reason_text"] else "",
            "words": said["words"],
            "proposal": (review.get("proposal") or {}).get("words"),
            **self._panel(review),
            "activity_from": self.day(period.starts_on),
            "activity_to": self.day(period.ends_on),
            "report_due": self.day(self.facts.call.report_due),
            "instalments": [
                (self.money(one["amount_ore"]), self.say(PAID_WHEN[one["after"]]))
                for one in (self.facts.grant or {}).get("payments", ())
                if one["status"] != "cancelled"
            ],
            "conditions": [self._condition(one) for one in self.facts.programme.decision.standard_conditions],
            "regime": self.facts.programme.legal_regime,
            "court": self.facts.programme.appeal_court,
            "appeal_last_day": self.day(publication.get("appeal_last_day")),
            "posted_on": self.day(publication.get("posted_on")),
        }

    def _decided_by(self, said: Mapping[str, Any]) -> str:
        authority, given = said["authority"], self.facts.programme.authority
        if not authority.get("delegation"):
            return self.say(AT_A_MEETING, body=given.decision_body, authority=given.name)
        role = self.say(given.delegate_role) if given.delegate_role else self.say(DELEGATE)
        name = self.name(said["decided_by"])
        person = f"{name}, {role}," if name else role
        delegation = self.say(given.delegation_ref)
        return self.say(BY_DELEGATION, person=person, body=given.decision_body, delegation=delegation)

    def _panel(self, review: Mapping[str, Any]) -> dict[str, Any]:
        """How it was assessed, in words, what the panel said, and who was out of the room."""
        assessment, statement = review.get("assessment"), review.get("statement") or {}
        rules = self.facts.programme.assessment
        anchors = {anchor.score: anchor.label for anchor in rules.scale.anchors}
        means = assessment["means_milli"] if assessment else {}
        stood_aside = int(review.get("stood_aside") or 0)
        aside = (NOBODY_STOOD_ASIDE, ONE_STOOD_ASIDE)[stood_aside] if stood_aside < 2 else SEVERAL_STOOD_ASIDE
        return {
            "points": _rounded(assessment["points_milli"]) if assessment else 0,
            "criteria": [
                (self.say(one.label), self.say(anchors[_rounded(means[one.code])]).lower())
                for one in rules.criteria
                if one.code in means
            ],
            "opinion": self.say(OPINIONS[statement["opinion"]]) if statement else "",
            "statement": statement.get("words") or "",
            "stood_aside": self.say(aside, count=stood_aside),
        }

    def _condition(self, condition: StandardCondition) -> str:
        text = self.say(condition.text)
        period = self.facts.call.activity_period
        for name, day in (("activity_to", period.ends_on), ("report_due", self.facts.call.report_due)):
            text = text.replace(f"{{{{{name}}}}}", self.day(day))
        return text

    def payment(self) -> dict[str, Any]:
        payment, grant = self.facts.about or {}, self.facts.grant or {}
        parts = [one for one in grant["payments"] if one["status"] != "cancelled"]
        left = sum(one["amount_ore"] for one in parts if one["booked_on"] is None)
        place = sorted(one["no"] for one in parts).index(payment["no"]) + 1
        return {
            "amount": self.money(payment["amount_ore"]),
            "amount_in_words": kronor_in_words(payment["amount_ore"], self.language),
            "booked_on": self.day(payment["booked_on"]),
            "reference": payment["reference"] or "",
            "part": place,
            "parts": len(parts),
            "left": self.money(left) if left else "",
            "report_due": self.day(self.facts.call.report_due),
        }

    def failed(self) -> dict[str, Any]:
        payment = self.facts.about or {}
        return {
            "amount": self.money(payment["amount_ore"]),
            "amount_in_words": kronor_in_words(payment["amount_ore"], self.language),
            "why": self.say(FAILED_FOR.get(payment["failed_for"] or "", BANK_IS_SILENT)),
        }

    def report(self) -> dict[str, Any]:
        grant, due = self.facts.grant or {}, self.facts.call.report_due
        told = grant["report"] or {"spent_ore": 0, "unspent_ore": 0}
        rest = sum(
            one["amount_ore"]
            for one in grant["payments"]
            if one["after"] == "report_approved" and one["status"] == "planned"
        )
        return {
            "due_on": self.day(due),
            "days": (due - self.facts.today).days,
            "granted": self.money(grant["granted_ore"]),
            "spent": self.money(told["spent_ore"]),
            "unspent": self.money(told["unspent_ore"]) if told["unspent_ore"] else "",
            "to_requisition": self.money(rest) if rest else "",
            "can_have_more_time": self.facts.programme.follow_up.extension_allowed_days > 0,
        }

    def recovery(self) -> dict[str, Any]:
        claim = self.facts.about or {}
        asked = 0 if claim["status"] == "waived" else claim["amount_ore"]
        return {
            "amount": self.money(asked) if asked else "",
            "amount_in_words": kronor_in_words(asked, self.language),
            "answer_by": self.day(claim["answer_by"]),
            "ground": claim["ground"],
            "words": claim["notice"],
        }


_GIVEN: Mapping[LetterKind, Callable[[Telling], dict[str, Any]]] = {
    LetterKind.RECEIPT: Telling.receipt,
    LetterKind.WITHDRAWAL: Telling.receipt,
    LetterKind.COMPLETION_REQUEST: Telling.completion,
    LetterKind.COMPLETION_REMINDER: Telling.completion,
    LetterKind.DECISION: Telling.decision,
    LetterKind.PAYMENT_NOTICE: Telling.payment,
    LetterKind.PAYMENT_REJECTED: Telling.failed,
    LetterKind.PAYMENT_RETURNED: Telling.failed,
    LetterKind.REPORT_REMINDER: Telling.report,
    LetterKind.REPORT_OVERDUE: Telling.report,
    LetterKind.REPORT_APPROVED: Telling.report,
    LetterKind.RECOVERY_NOTICE: Telling.recovery,
    LetterKind.RECOVERY_DECISION: Telling.recovery,
}


def _rounded(milli: int) -> int:
    """Half and more is up, as people expect."""
    return (milli + POINTS_PER_WHOLE // 2) // POINTS_PER_WHOLE


def _orgnr(digits: str) -> str:
    return f"{digits[:6]}-{digits[6:]}"
