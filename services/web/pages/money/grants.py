"""Grants: instalments, terms and report; the report is read and approved here, and the grant closed."""

from functools import partial
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import QueryParameter

from services.web.pages.money.doing import done
from services.web.pages.money.drawing import drawn
from services.web.pages.money.words import AFTER, FOLLOW_MONEY, GROUNDS, GROUNDS_TO_CHOOSE, said
from services.web.site.amounts import ore_of
from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from services.web.site.disposed import refuse_disposed
from services.web.site.money_and_time import as_day
from shared.http.lists import CURSOR_MAX
from shared.identity import Role
from shared.words import CODE_MAX

ROWS = 50
PAYMENT_SETTLED = frozenset({"reconciled", "cancelled"})
RECOVERY_SETTLED = frozenset({"paid", "waived", "written_off"})
STATUSES = (
    "open",
    "accepted",
    "published",
    "active",
    "reported",
    "reviewing",
    "settling",
    "closed",
    "quashed",
    "disposed",
)

WithStatus = Annotated[str, QueryParameter(name="status", max_length=CODE_MAX, required=False)]
After = Annotated[str | None, QueryParameter(name="after", max_length=CURSOR_MAX, required=False)]


@get("/money/grants", name="page_grants")
async def grants_page(caller: Caller, status: WithStatus = "", after: After = None) -> Response[Any]:
    caller.required(*FOLLOW_MONEY)
    chosen = status if status in STATUSES else None
    listed = (await caller.ask("payouts", "/grants", status=chosen, after=after, limit=ROWS)).json
    return drawn(
        caller, "money/grants.html", grants=listed["items"], next_page=listed["next"], chosen=chosen, statuses=STATUSES
    )


@get("/money/grants/{case:uuid}", name="page_grant")
async def grant_page(case: UUID, caller: Caller) -> Response[Any]:
    caller.required(*FOLLOW_MONEY)
    return await _drawn(caller, case)


async def _drawn(caller: Caller, case: UUID, **given: Any) -> Response[Any]:
    shown = await caller.ask("payouts", f"/grants/{case}")
    grant = shown.json
    report, papers, told, programme = await caller.ask_all_there(
        ("payouts", f"/grants/{case}/report"),
        ("payouts", f"/grants/{case}/report/papers"),
        ("applications", f"/cases/{case}"),
        ("applications", f"/programmes/{grant['programme']}"),
    )
    refuse_disposed(told.json if told else None)
    rules = programme.json if programme else None
    return drawn(
        caller,
        "money/grant.html",
        grant=grant,
        version=shown.version,
        may=shown.may,
        case=told.json if told else None,
        report=_read(report.json, rules) if report else None,
        papers=papers.json["sent"] if papers else [],
        today=as_day(rules["now"]) if rules else None,
        after={code: caller.say(text) for code, text in AFTER.items()},
        grounds=[(code, caller.say(GROUNDS[code])) for code in GROUNDS_TO_CHOOSE],
        ground_of={one["id"]: said(caller, GROUNDS, one["ground"]) for one in grant["recoveries"]},
        left=_left(caller, grant),
        may_recover=caller.holds(Role.OFFICER) and not grant["recoveries"],
        **given,
    )


_done = partial(done, "grants", _drawn)


def _left(caller: Caller, grant: dict[str, Any]) -> list[tuple[str, str]]:
    """(where, what): what has to be settled before the grant can be closed, as its payments and recovery say."""
    payments = [one for one in grant["payments"] if one["status"] not in PAYMENT_SETTLED]
    recoveries = [one for one in grant["recoveries"] if one["status"] not in RECOVERY_SETTLED]
    paying, recovering = (
        caller.gettext("Instalment %(no)s is to be paid or cancelled"),
        caller.gettext("The recovery is to be settled"),
    )
    return [
        *((f"/money/payments/{one['id']}", paying % {"no": one["no"]}) for one in payments),
        *((f"/money/recoveries/{one['id']}", recovering) for one in recoveries),
    ]


def _read(report: dict[str, Any], programme: dict[str, Any] | None) -> dict[str, Any]:
    """The report with the programme's own questions beside its answers, in the form's order. A figure that an answer
    tells already is not told twice."""
    form = programme["rules"]["follow_up"]["report_form"] if programme else []
    asked = {field["key"]: field["label"] for field in form}
    place = {key: at for at, key in enumerate(asked)}
    counted = {field["indicator"]: field for field in form if field.get("indicator")}
    told = {code for code, field in counted.items() if field["key"] in report["words"]}
    words = sorted(report["words"].items(), key=lambda one: place.get(one[0], len(place)))
    return {
        **report,
        "words": [(asked.get(key, key), text) for key, text in words],
        "figures": [
            (counted[code]["label"] if code in counted else code, number)
            for code, number in report["figures"].items()
            if code not in told
        ],
    }


@get("/money/grants/{case:uuid}/papers/{file:uuid}", name="open_report_paper")
async def report_paper(case: UUID, file: UUID, caller: Caller) -> Response[bytes]:
    """A paper that came with the report: to keep or open elsewhere."""
    caller.required(*FOLLOW_MONEY)
    return caller.file(await caller.ask("payouts", f"/grants/{case}/report/papers/{file}"))


@post("/money/grants/{case:uuid}/report-review", name="post_review_report")
async def review_report(case: UUID, caller: Caller) -> Response[Any]:
    told = caller.gettext("You are reading the report now.")
    return await _done(caller, case, "report-review", told)


@post("/money/grants/{case:uuid}/report-approval", name="post_approve_report")
async def approve_report(case: UUID, caller: Caller) -> Response[Any]:
    told = caller.gettext("The report is approved.")
    return await _done(caller, case, "report-approval", told)


@post("/money/grants/{case:uuid}/closing", name="post_close_grant")
async def close(case: UUID, caller: Caller) -> Response[Any]:
    told = caller.gettext("The grant is closed. Everything is paid, reported and settled.")
    return await _done(caller, case, "closing", told)


@post("/money/grants/{case:uuid}/recovery", name="post_consider_recovery")
async def consider_recovery(case: UUID, caller: Caller) -> Response[Any]:
    form = await caller.form()
    ore, ground = ore_of(form.get("amount")), form.get("ground")
    wrong = None
    if ground not in GROUNDS_TO_CHOOSE:
        what = caller.gettext("Choose why the money is to come back.")
        wrong = Wrong(422, what, what, (("ground", what),))
    elif not ore:
        what = caller.gettext("Write how much, in kronor.")
        wrong = Wrong(422, what, what, (("amount", what),))
    told = caller.gettext("A recovery is being considered. The next step is to tell the association.")
    return await _done(caller, case, "recovery", told, {"amount_ore": ore, "ground": ground}, wrong)


ROUTES = (grants_page, grant_page, report_paper, review_report, approve_report, close, consider_recovery)
