"""What facts stand for that was written or sent in, held against the digests in them: each item is fetched from whoever
keeps it and hashed with its salt, here and now. Nobody's word is taken for it, not even the keeper's."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec

from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from services.web.site.forms import as_uuid
from shared.http.content_routes import Disclosed
from shared.store import Altered
from shared.words import Language, Text

AT_ONCE = 4
BYTES_MAX = 64 * 1024 * 1024
"""Of what one page fetches. What is more than that is tried by the package."""

PAGE = 100
PAGES_MAX = 50
DIGEST_LENGTH = 64
DISPOSED = "disposal.executed"
PLAIN = "sha256"
"""The name of a digest without a salt, of a file that is not the case's."""


class Verdict(StrEnum):
    HOLDS = "holds"
    ALTERED = "altered"
    GONE = "gone"
    DISPOSED = "disposed"
    HIDDEN = "hidden"
    ELSEWHERE = "elsewhere"
    TOO_MUCH = "too_much"


FAILS = frozenset({Verdict.ALTERED, Verdict.GONE})
WORDS: Mapping[Verdict, Text] = {
    Verdict.HOLDS: Text("stämmer", "matches"),
    Verdict.ALTERED: Text(
        "stämmer inte: det som {keeper} har är inte det som en gång skrevs",
        "does not match: what {keeper} has is not what was once written",
    ),
    Verdict.GONE: Text(
        "stämmer inte: {keeper} har den inte, och inget säger varför",
        "does not match: {keeper} does not have it, and nothing says why",
    ),
    Verdict.DISPOSED: Text("gallrad enligt beslut {number}", "disposed of under decision {number}"),
    Verdict.HIDDEN: Text("inte för dig, så den prövas inte här", "not for you, so it is not tried here"),
    Verdict.ELSEWHERE: Text(
        "ligger utanför ärendet, så den prövas inte här", "lies outside the case, so not tried here"
    ),
    Verdict.TOO_MUCH: Text(
        "för stor att prövas här: ärendets paket prövar den", "too big to try here: the package does"
    ),
}
KEEPERS: Mapping[str, Text] = {
    "applications": Text("Ansökningar", "Applications"),
    "review": Text("Beredning och beslut", "Preparation and decisions"),
    "payouts": Text("Betalningar", "Payments"),
    "web": Text("Konton och brev", "Accounts and letters"),
}
NAMES: Mapping[str, Text] = {
    "content": Text("Det som skrevs", "What was written"),
    "payee": Text("Kontot", "The account"),
    "text": Text("Texten som skrevs under", "The text that was signed"),
    "evidence": Text("Beviset om vem som skrev under", "The evidence of who signed"),
    PLAIN: Text("Bankfilen", "The bank file"),
}
"""What the fields are called that hold a digest. A paper is called by what it was asked for as."""


class Spoken(msgspec.Struct, frozen=True):
    """A digest that a fact speaks of: under which name, told by whom and of what, and in which case it may be found."""

    name: str
    digest: str
    source: str
    case: UUID
    subject: UUID


class Held(msgspec.Struct, frozen=True):
    """What became of it, in words. `fails` where somebody has to find out why."""

    name: str
    digest: str
    verdict: Verdict
    words: str

    @property
    def fails(self) -> bool:
        return self.verdict in FAILS


def spoken_of(event: Mapping[str, Any], case: UUID | None = None) -> list[Spoken]:
    """What a fact speaks of, in `case`, or in the one it is about."""
    data = event.get("data")
    about = data.get("case") if isinstance(data, dict) else None
    home = case or as_uuid(str(about or event.get("subject", "")))
    if home is None:
        return []
    subject = as_uuid(str(event.get("subject", ""))) or home
    return [Spoken(name, digest, str(event.get("source")), home, subject) for name, digest in _digests(data)]


async def held(caller: Caller, spoken: Iterable[Spoken], papers: Mapping[str, str]) -> dict[str, Held]:
    """By digest. `papers` is what papers are called, by key."""
    wanted = {one.digest: one for one in spoken}
    sources = sorted({(one.source, one.case) for one in wanted.values()}, key=str)
    answers = await asyncio.gather(*(_listed(caller, *one) for one in sources))
    listed = dict(zip(sources, answers, strict=True))
    fetched = await _fetched(caller, wanted.values(), listed)
    bank_files = [one for one in wanted.values() if one.name == PLAIN and one.source in KEEPERS]
    fetched |= {one.digest: await _bank_file(caller, one) for one in bank_files}
    lost = [
        one for one in wanted.values() if one.name != PLAIN and one.digest not in (listed[one.source, one.case] or ())
    ]
    numbers = await _numbers(caller, {one.case for one in lost})
    known = {case for case in {one.case for one in wanted.values()} if await _is_case(caller, case, listed)}

    def judged(one: Spoken) -> Held:
        theirs = listed[one.source, one.case]
        number = numbers.get((one.source, one.case), "")
        verdict = fetched.get(one.digest) or _without(one, theirs, number, one.case in known)
        keeper = KEEPERS[one.source].into(caller.language) if one.source in KEEPERS else one.source
        words = WORDS[verdict].into(caller.language).format(keeper=keeper, number=number)
        return Held(name_of(one.name, papers, caller.language), one.digest, verdict, words)

    return {one.digest: judged(one) for one in wanted.values()}


def name_of(name: str, papers: Mapping[str, str], language: Language) -> str:
    return NAMES[name].into(language) if name in NAMES else papers.get(name, name.replace("_", " "))


def _without(one: Spoken, theirs: Mapping[str, Disclosed] | None, number: str, is_known: bool) -> Verdict:
    """Why there is nothing to hash."""
    if not is_known:
        return Verdict.ELSEWHERE
    if theirs is not None and one.digest in theirs:
        return Verdict.HIDDEN
    if number:
        return Verdict.DISPOSED
    return Verdict.HIDDEN if theirs is None else Verdict.GONE


async def _listed(caller: Caller, source: str, case: UUID) -> dict[str, Disclosed] | None:
    """What the service has of the case for this person, by digest; None where nothing of it is for them."""
    answer = await caller.ask_if_there(source, f"/cases/{case}/contents") if source in KEEPERS else None
    if answer is None:
        return None
    return {one.digest: one for one in msgspec.json.decode(answer.body, type=list[Disclosed])}


async def _fetched(
    caller: Caller, wanted: Iterable[Spoken], listed: Mapping[tuple[str, UUID], Mapping[str, Disclosed] | None]
) -> dict[str, Verdict]:
    """Of what there is and may be had. Each is let go of once it is hashed: a few are in memory at a time."""
    room, left = asyncio.Semaphore(AT_ONCE), BYTES_MAX
    found: dict[str, Verdict] = {}

    async def hold(one: Spoken, salt: str) -> None:
        async with room:
            path = f"/cases/{one.case}/contents/{one.digest}"
            found[one.digest] = await _verdict(caller, one, path, bytes.fromhex(salt), Verdict.GONE)

    holding = []
    for one in wanted:
        item = (listed[one.source, one.case] or {}).get(one.digest)
        if item is None or item.salt is None:
            continue
        if item.size_bytes > left:
            found[one.digest] = Verdict.TOO_MUCH
            continue
        left -= item.size_bytes
        holding.append(hold(one, item.salt))
    await asyncio.gather(*holding)
    return found


async def _verdict(caller: Caller, one: Spoken, path: str, salt: bytes, without: Verdict) -> Verdict:
    """Of what is fetched there; `without` where it is not, or not for them."""
    try:
        answer = await caller.ask_if_there(one.source, path)
    except Wrong as wrong:
        if wrong.status != Altered.status:
            raise
        return Verdict.ALTERED
    if answer is None:
        return without
    counted = await asyncio.to_thread(lambda: sha256(salt + answer.body).hexdigest())
    return Verdict.HOLDS if counted == one.digest else Verdict.ALTERED


async def _bank_file(caller: Caller, one: Spoken) -> Verdict:
    """A bank file belongs to all the cases in it, and its digest has no salt: the bank, too, can count it."""
    return await _verdict(caller, one, f"/batches/{one.subject}/file", b"", Verdict.HIDDEN)


async def _numbers(caller: Caller, cases: Iterable[UUID]) -> dict[tuple[str, UUID], str]:
    """Under which decision each service says in the trail that it disposed of a case's content."""
    found = {}
    for case in cases:
        for event in await trail_of(caller, case):
            if event.get("type") == DISPOSED:
                found[str(event["source"]), case] = str(event["data"]["number"])
    return found


async def trail_of(caller: Caller, case: UUID) -> list[dict[str, Any]]:
    """Every fact that concerns a case and can be read, in the order of time; none where there is no trail for them."""
    events: list[dict[str, Any]] = []
    after: str | None = None
    for _ in range(PAGES_MAX):
        listed = await caller.ask_if_there("audit", f"/cases/{case}/trail", limit=PAGE, after=after)
        if listed is None:
            break
        events += [event for one in listed.json["items"] if (event := read(one.get("text")))]
        if (after := listed.json["next"]) is None:
            break
    return events


def read(text: str | None) -> dict[str, Any]:
    """A fact as it reads; nothing where it cannot be read."""
    try:
        event = msgspec.json.decode(text or "")
    except (msgspec.MsgspecError, RecursionError):
        return {}
    return event if isinstance(event, dict) else {}


async def _is_case(caller: Caller, case: UUID, listed: Mapping[tuple[str, UUID], object]) -> bool:
    if any(theirs is not None for (_, of), theirs in listed.items() if of == case):
        return True
    return await caller.ask_if_there("applications", f"/cases/{case}") is not None


def _digests(data: object, name: str = "") -> Iterator[tuple[str, str]]:
    """(What it is called there, its digest), however deep. A paper is called by its key."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _digests(value, str(data["key"]) if key == "digest" and "key" in data else key)
    elif isinstance(data, list):
        for value in data:
            yield from _digests(value, name)
    elif isinstance(data, str) and len(data) == DIGEST_LENGTH and set(data) <= set("0123456789abcdef"):
        yield name, data
