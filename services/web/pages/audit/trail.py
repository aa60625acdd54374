"""The trail of a case: everything that happened, in words, with who vouches for it, its exact text and its proof."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.params import QueryParameter

from services.web.pages.account.roles import ROLES
from services.web.pages.audit.begun_anew import leaves_of, place
from services.web.pages.audit.checkpoints import judged_logs
from services.web.pages.audit.documents import Held, held, read, spoken_of
from services.web.pages.audit.in_words import NAMELESS, told, who_did, whose_role
from services.web.pages.audit.proof import proof_holds
from services.web.pages.audit.signed import Judged, vouched
from services.web.pages.audit.standing import SOURCES
from services.web.pages.cases.case import papers
from services.web.pages.cases.events import role_of
from services.web.site.caller import Caller
from services.web.site.names import known_names
from services.web.site.rules import rules_of
from shared.http.lists import CURSOR_MAX
from shared.identity import Role
from shared.merkle import verify_consistency

ROWS = 25
CHECKPOINTS = 20
"""How far back the signatures are followed."""

SAID_ANEW = frozenset(
    {
        "assessment.closed",
        "case.eligible",
        "case.not_eligible",
        "decision.made",
        "decision.proposed",
        "payee.registered",
        "statement.given",
    }
)
"""Kinds of which the latest holds: an earlier one of the same was replaced by it."""

After = Annotated[str | None, QueryParameter(name="after", max_length=CURSOR_MAX, required=False)]


@get("/audit/cases/{case:uuid}", name="page_trail")
async def trail_page(case: UUID, caller: Caller, after: After = None) -> Response[Any]:
    """Also of a payment, a meeting or a bank file: whatever the trail knows by its id."""
    caller.required(Role.AUDITOR, Role.OFFICER)
    listed, known, logs, waiting = await asyncio.gather(
        caller.ask("audit", f"/cases/{case}/trail", after=after, limit=ROWS),
        caller.ask_if_there("applications", f"/cases/{case}"),
        judged_logs(caller, CHECKPOINTS),
        _parked(caller, case),
    )
    items = listed.json["items"]
    loose = {log.source for log in logs if not await is_tied(caller, log, items)}
    leaves = await leaves_of(caller, case, logs, items)
    events = [read(trace.get("text")) for trace in items]
    names = await known_names(caller, [who for event in events for who in (who_did(event), whose_role(event))])
    entries = [shown(caller, trace, names) for trace in items]
    by_source = {log.source: log for log in logs if log.source not in loose}
    documents = await documents_of(caller, items, case if known else None, known.json if known else None)
    return caller.page(
        "audit/trail.html",
        subject=case,
        case=known.json if known else None,
        entries=[
            {
                **one,
                "name": names.get(one["who"]) if one["who"] else None,
                "vouched": vouched(by_source.get(one["source"]), leaves.get(place(one)) if one["holds"] else None),
                "documents": theirs,
                "is_after_gap": is_after_gap,
            }
            for one, theirs, is_after_gap in zip(
                entries, documents, gaps(case, items, is_from_start=after is None), strict=True
            )
        ],
        documents=[each for theirs in documents for each in theirs],
        all_hold=all(one["holds"] for one in entries),
        broken=[log for log in logs if not log.holds or log.source in loose],
        parked=waiting,
        next_page=listed.json["next"],
        is_first_page=after is None,
        is_auditor=caller.holds(Role.AUDITOR),
    )


async def is_tied(caller: Caller, log: Judged, items: Sequence[dict[str, Any]]) -> bool:
    """Whether the trees that the entries' proofs lead to are the log's, whose checkpoints were checked: the same tree,
    or one that grew into the other. A log that began anew has a tree of its own, which these proofs do not speak of."""
    if log.number > 1:
        return True
    for size, root in {(one["size"], one["root"]) for one in items if one["source"] == log.source}:
        (old, old_root), (new, new_root) = sorted([(size, root), (log.size, log.root)])
        if old == new and old_root == new_root:
            continue
        told = await caller.ask("audit", f"/sources/{log.source}/consistency", old=old, new=new) if old < new else None
        if told is None or not grew(old, old_root, new, new_root, told.json["path"]):
            return False
    return True


def grew(old: int, old_root: str, new: int, new_root: str, path: Sequence[str]) -> bool:
    return verify_consistency(
        old, new, [bytes.fromhex(one) for one in path], bytes.fromhex(old_root), bytes.fromhex(new_root)
    )


async def documents_of(
    caller: Caller, items: Sequence[dict[str, Any]], case: UUID | None, known: dict[str, Any] | None
) -> list[list[Held]]:
    """For each entry, what it stands for that was written or sent in, held against its digest just now."""
    spoken = [spoken_of(read(one.get("text")), case) for one in items]
    names = papers(await rules_of(caller, known["programme"]), caller.language) if known else {}
    found = await held(caller, [each for theirs in spoken for each in theirs], names)
    return [[found[each.digest] for each in theirs] for theirs in spoken]


def shown(caller: Caller, trace: dict[str, Any], names: Mapping[str, str] = NAMELESS) -> dict[str, Any]:
    """In words, with the proof followed to its root. What cannot be read at all is shown as it is. `names` by account,
    of those who got roles."""
    text = trace.get("text")
    event, kind = read(text), str(trace.get("type") or "")
    data = event.get("data")
    is_person = event.get("authtype") == "user"
    role = role_of(kind, data) if is_person else None
    return {
        **trace,
        "words": told(event, kind or None, caller.language, names),
        "who": who_did(event),
        "role": ROLES[role].into(caller.language) if role in ROLES else None,
        "authority": data.get("authority") if isinstance(data, dict) else None,
        "replaces": trace.get("former") if kind in SAID_ANEW else None,
        "at": trace.get("told_at") or trace["recorded_at"],
        "pretty": msgspec.json.format(text, indent=2) if text and event else text,
        "holds": text is not None
        and proof_holds(text.encode(), trace["index"], trace["size"], trace["path"], trace["root"]),
    }


def gaps(subject: UUID, items: Sequence[dict[str, Any]], *, is_from_start: bool) -> list[bool]:
    """For each entry, whether one that each source numbered before it is missing: what is about the subject itself
    counts 1, 2, 3 … there."""
    last: dict[str, int | None] = dict.fromkeys(SOURCES, 0 if is_from_start else None)
    found = []
    for one in items:
        of, _, number = str(read(one.get("text")).get("id", "")).rpartition("-")
        if of != str(subject) or not number.isdigit():
            found.append(False)
            continue
        before = last.get(one["source"])
        found.append(before is not None and int(number) != before + 1)
        last[one["source"]] = int(number)
    return found


async def _parked(caller: Caller, case: UUID) -> list[tuple[str, int]]:
    """Which parts of the system hold facts about it that they could not take, and how many; for the auditor."""
    if not caller.holds(Role.AUDITOR):
        return []
    listed = await asyncio.gather(*(caller.ask_if_there(source, "/parked") for source in SOURCES))
    counts = [
        (source, sum(str(case) in one["subjects"] for one in each.json))
        for source, each in zip(SOURCES, listed, strict=True)
        if each is not None
    ]
    return [(source, count) for source, count in counts if count]


ROUTES = (trail_page,)
