"""Bank files: what is ready to be paid, a file looked through before it is made, and each file with what is in it."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import QueryParameter

from services.web.pages.money.drawing import SEE_BATCHES, drawn
from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from services.web.site.forms import Form, read_day
from services.web.site.money_and_time import as_day
from shared.deadlines import is_working_day, local_date
from shared.http.lists import CURSOR_MAX
from shared.identity import Role

ROWS = 50
IN_A_FILE_MAX = 500
PAGE = 100
READY = "attested_twice"

After = Annotated[str | None, QueryParameter(name="after", max_length=CURSOR_MAX, required=False)]


@get("/money/batches", name="page_batches")
async def batches_page(caller: Caller, after: After = None) -> Response[Any]:
    caller.required(*SEE_BATCHES)
    listed = (await caller.ask("payouts", "/batches", after=after, limit=ROWS)).json
    return drawn(
        caller,
        "money/batches.html",
        batches=listed["items"],
        next_page=listed["next"],
        is_finance=caller.holds(Role.FINANCE),
    )


@get("/money/batches/new", name="page_new_batch")
async def new_batch_page(caller: Caller) -> Response[Any]:
    caller.required(Role.FINANCE)
    return await _choosing(caller, None)


async def _choosing(caller: Caller, form: Form | None, **given: Any) -> Response[Any]:
    """Payments that are ready, by programme: a file is one programme's."""
    programmes = []
    for programme, payments in (await _ready(caller)).items():
        told = (await caller.ask("applications", f"/programmes/{programme}")).json
        today = local_date(datetime.fromisoformat(told["now"]))
        chosen = set(form.all("payment")) if form and form.get("programme") == programme else None
        programmes.append(
            {
                "id": programme,
                "title": told["rules"]["title"],
                "practice": told["practice"],
                "today": today,
                "execute_on": form.get("execute_on") if form and chosen is not None else next_bank_day(today),
                "payments": [{**one, "chosen": chosen is None or one["id"] in chosen} for one in payments],
                "sum_ore": sum(one["amount_ore"] for one in payments),
            }
        )
    return drawn(caller, "money/new_batch.html", programmes=programmes, **given)


async def _ready(caller: Caller) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    after, seen = None, 0
    while seen < IN_A_FILE_MAX:
        listed = (await caller.ask("payouts", "/payments", status=READY, after=after, limit=PAGE)).json
        for payment in listed["items"]:
            found.setdefault(payment["programme"], []).append(payment)
        seen, after = seen + len(listed["items"]), listed["next"]
        if after is None:
            break
    return found


def next_bank_day(today: date) -> date:
    day = today + timedelta(days=1)
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


@post("/money/batches/preview", name="preview_batch")
async def preview(caller: Caller) -> Response[Any]:
    """Everything the file will say, before it is made. Nothing is done yet."""
    caller.required(Role.FINANCE)
    form = await caller.form()
    chosen = await _chosen(caller, form)
    wrong = _not_yet(caller, form, chosen)
    if wrong is not None:
        return await _choosing(caller, form, wrong=wrong, status=422)
    programme = (await caller.ask("applications", f"/programmes/{form.get('programme')}")).json
    return drawn(
        caller,
        "money/preview_batch.html",
        payments=chosen,
        programme=programme,
        execute_on=form.get("execute_on"),
        today=as_day(programme["now"]),
        sum_ore=sum(one["amount_ore"] for one in chosen),
    )


async def _chosen(caller: Caller, form: Form) -> list[dict[str, Any]]:
    wanted = set(form.all("payment"))
    ready = (await _ready(caller)).get(form.get("programme"), [])
    return [one for one in ready if one["id"] in wanted]


def _not_yet(caller: Caller, form: Form, chosen: list[dict[str, Any]]) -> Wrong | None:
    if not chosen:
        none = caller.gettext("Choose at least one payment.")
        return Wrong(422, none, none, (("payment", none),))
    if read_day(form.get("execute_on")) is None:
        day = caller.gettext("Choose the day the bank is to pay.")
        return Wrong(422, day, day, (("execute_on", day),))
    return None


@post("/money/batches", name="order_batch_page")
async def order(caller: Caller) -> Response[Any]:
    """The form's own key is the file's id: sent twice, it is one file."""
    caller.required(Role.FINANCE)
    form = await caller.form()
    wrong = _not_yet(caller, form, [{"id": one} for one in form.all("payment")])
    if wrong is not None:
        return await _choosing(caller, form, wrong=wrong, status=422)
    batch = form.key
    body = {
        "programme": form.get("programme"),
        "execute_on": form.get("execute_on"),
        "payments": form.all("payment"),
    }
    try:
        await caller.tell("payouts", "PUT", f"/batches/{batch}", body, form=form)
    except Wrong as refused:
        return await _choosing(caller, form, wrong=refused, status=refused.status)
    return caller.goes_on(f"/money/batches/{batch}", caller.gettext("The bank file is made."))


@get("/money/batches/{batch:uuid}", name="page_batch")
async def batch_page(batch: UUID, caller: Caller) -> Response[Any]:
    caller.required(*SEE_BATCHES)
    shown = await caller.ask("payouts", f"/batches/{batch}")
    listed = (await caller.ask("payouts", "/payments", batch=batch, limit=PAGE)).json
    return drawn(
        caller,
        "money/batch.html",
        batch=shown.json,
        may=shown.may,
        payments=listed["items"],
        left_out=len(shown.json["payments"]) - len(listed["items"]),
        is_finance=caller.holds(Role.FINANCE),
    )


@get("/money/batches/{batch:uuid}/file", name="bank_file")
async def bank_file(batch: UUID, caller: Caller) -> Response[bytes]:
    caller.required(*SEE_BATCHES)
    return caller.file(await caller.ask("payouts", f"/batches/{batch}/file"))


ROUTES = (batches_page, new_batch_page, preview, order, batch_page, bank_file)
