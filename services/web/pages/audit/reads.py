"""Who looked at what: the access log, for the auditor and the data protection officer. Searching it is noted too."""

import asyncio
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.params import QueryParameter

from services.web.pages.account.roles import ROLES
from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from services.web.site.forms import as_uuid
from services.web.site.money_and_time import ZONE
from services.web.site.names import known_names
from services.web.subject_access.everything import SeenRead
from shared.http.lists import CURSOR_MAX
from shared.identity import Role
from shared.words import LINE_MAX, Text

READERS = (Role.AUDITOR, Role.DATA_PROTECTION_OFFICER)
ROWS = 50
FOUND_MAX = 2
"""One case, or several: then the number has to be written whole."""

WHAT: tuple[tuple[tuple[str, ...], Text], ...] = (
    (("/reads",), Text("sökte bland läsningarna", "searched the reads")),
    (("/data",), Text("tog fram allt om en person", "put together everything about a person")),
    (("/package", "/evidence", "/contents"), Text("revisionspaketet", "the audit package")),
    (("/attachments/", "/files/", "/papers", "/pdf", "/file"), Text("en handling", "a paper")),
    (("/happened", "/trail", "/audit/"), Text("spåret", "the trail")),
    (("/letters",), Text("brev", "letters")),
    (("/money", "/grants", "/payments", "/recoveries", "/batches", "/payees"), Text("pengarna", "the money")),
    (("/accounts",), Text("ett konto", "an account")),
    (("/application", "/drafts", "/my/", "/assessing"), Text("ansökan", "the application")),
)
"""By what stands in the path, the first that fits; else it was the case as a whole."""

THE_CASE = Text("ärendet", "the case")
THROUGH = {
    "page": Text("på en sida", "on a page"),
    "api": Text("med ett program", "by a program"),
    "letters": Text("för ett brev", "for a letter"),
    "search": Text("i läsloggen", "in the access log"),
    "export": Text("som fil eller sida", "as a file or page"),
    "lost": Text("kunde inte antecknas", "could not be noted"),
}
BY_THE_SCRIBE = "letters"
"""Who writes the fund's letters is no person. It may read what an auditor may, and is not told to be one."""

Asked = Annotated[str, QueryParameter(max_length=LINE_MAX, required=False)]
After = Annotated[str | None, QueryParameter(name="after", max_length=CURSOR_MAX, required=False)]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One read as the page shows it."""

    at: str
    who: str | None
    account: str
    roles: str
    what: str
    through: str
    case: str | None
    number: str | None
    about: str | None


@get("/reads", name="page_reads")
async def reads_page(
    caller: Caller, case: Asked = "", person: Asked = "", first: Asked = "", last: Asked = "", after: After = None
) -> Response[Any]:
    caller.required(*READERS)
    errors: list[tuple[str, str]] = []
    sought = {
        "case": await _case(caller, case.strip(), errors),
        "account": _account(caller, person.strip(), errors),
        "since": _day(caller, "first", first, errors),
        "until": _day(caller, "last", last, errors, days=1),
    }
    rows, following = ([], None) if errors else await _rows(caller, sought, after)
    asked = {"case": case, "person": person, "first": first, "last": last}
    return caller.page(
        "audit/reads.html",
        wrong=Wrong(422, "", errors[0][1], tuple(errors)) if errors else None,
        status=422 if errors else 200,
        rows=rows,
        asked=asked,
        following={**asked, "after": following} if following else None,
    )


async def _case(caller: Caller, asked: str, errors: list[tuple[str, str]]) -> UUID | None:
    """By its id, or by its number."""
    if not asked or (by_id := as_uuid(asked)):
        return by_id if asked else None
    found = (await caller.ask("applications", "/cases", search=asked, limit=FOUND_MAX)).json["items"]
    if len(found) != 1:
        errors.append(("case", caller.gettext("Write the whole number of the case, as it stands on the receipt.")))
        return None
    return UUID(found[0]["id"])


def _account(caller: Caller, asked: str, errors: list[tuple[str, str]]) -> UUID | None:
    found = as_uuid(asked)
    if asked and found is None:
        errors.append(("person", caller.gettext("Write the account's id. It stands on the account's page.")))
    return found


def _day(caller: Caller, field: str, asked: str, errors: list[tuple[str, str]], days: int = 0) -> str | None:
    """The day's first moment here, or the first moment `days` later."""
    if not asked.strip():
        return None
    try:
        day = date.fromisoformat(asked.strip()) + timedelta(days=days)
    except (ValueError, OverflowError):
        errors.append((field, caller.gettext("Write the day as 2026-03-31.")))
        return None
    return datetime.combine(day, time(), ZONE).isoformat()


async def _rows(caller: Caller, sought: dict[str, Any], after: str | None) -> tuple[list[Row], str | None]:
    listed = (await caller.ask("web", "/reads", limit=ROWS, after=after, **sought)).json
    items = listed["items"]
    people = [one["account"] for one in items] + [one["person"] for one in items]
    names, numbers = await asyncio.gather(known_names(caller, people), _numbers(caller, (one["case"] for one in items)))
    return [_row(caller, one, names, numbers) for one in items], listed["next"]


async def _numbers(caller: Caller, cases: Iterable[str | None]) -> dict[str, str]:
    wanted = sorted({case for case in cases if case})
    if not wanted:
        return {}
    listed = await caller.ask("applications", "/cases", ids=",".join(wanted), limit=len(wanted))
    return {one["id"]: one["number"] for one in listed.json["items"]}


def _what(caller: Caller, path: str) -> str:
    return caller.say(next((words for parts, words in WHAT if any(part in path for part in parts)), THE_CASE))


def _roles(caller: Caller, roles: Iterable[str]) -> str:
    return ", ".join(caller.say(ROLES[Role(role)]) for role in roles if role in ROLES)


def _row(caller: Caller, one: dict[str, Any], names: dict[str, str], numbers: dict[str, str]) -> Row:
    person = one["person"]
    return Row(
        at=one["at"],
        who=names.get(one["account"]),
        account=one["account"],
        roles="" if one["through"] == BY_THE_SCRIBE else _roles(caller, one["roles"]),
        what=one["what"] if one["through"] == "lost" else _what(caller, one["what"]),
        through=caller.say(THROUGH[one["through"]]),
        case=one["case"],
        number=numbers.get(one["case"] or ""),
        about=(names.get(person) or person) if person else None,
    )


class SeenInWords(msgspec.Struct, frozen=True):
    """A read told to whom it was about: without whoever read."""

    at: datetime
    what: str
    through: str
    roles: str


def seen_in_words(caller: Caller, read: SeenRead) -> SeenInWords:
    who = caller.gettext("the system") if read.through == BY_THE_SCRIBE else _roles(caller, read.roles)
    return SeenInWords(read.at, _what(caller, read.what), caller.say(THROUGH[read.through]), who)


ROUTES = (reads_page,)
