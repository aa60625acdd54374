"""What the page of a trail says of gaps, of digests and of who vouches for a line."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from services.web.pages.audit.documents import name_of, spoken_of
from services.web.pages.audit.in_words import told, whose_role
from services.web.pages.audit.signed import Judged, Seen, Signed, vouched
from services.web.pages.audit.trail import gaps, is_tied, shown
from shared.merkle import consistency_path, leaf_hash, node_hash, root

CASE = uuid4()
AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def line(source: str, number: int, subject: Any = CASE) -> dict[str, Any]:
    return {"source": source, "text": msgspec.json.encode({"id": f"{subject}-{number}"}).decode()}


def test_what_each_source_numbers_about_a_case_is_whole_or_the_place_is_said() -> None:
    whole = [line("applications", 1), line("review", 1), line("web", 7, uuid4()), line("applications", 2)]
    assert gaps(CASE, whole, is_from_start=True) == [False] * 4
    lost = [line("applications", 1), line("review", 1), line("applications", 3), line("review", 2)]
    assert gaps(CASE, lost, is_from_start=True) == [False, False, True, False]
    assert gaps(CASE, [line("review", 2)], is_from_start=True) == [True]
    assert gaps(CASE, [line("review", 2), line("review", 3)], is_from_start=False) == [False, False]
    assert gaps(CASE, [{"source": "review", "base64": "AAAA"}], is_from_start=True) == [False]


def one(size: int, seen: bool = False, stamped: bool = False) -> Signed:
    stamp = {"authority": "CN=Notarie", "stamped_at": "2026-11-22T08:00:00Z"} if stamped else None
    return Signed(size, b"", "2026-11-22T08:00:00Z", "abcd", True, [Seen("w", AT)] if seen else [], 0, stamp)


def log(*signed: Signed, **otherwise: Any) -> Judged:
    whole = Judged("review", "review", "o", "k", 1, 1, None, 20, "0" * 64, list(signed), follows_now=True, broken=[])
    return msgspec.structs.replace(whole, **otherwise)


def test_a_line_is_vouched_for_by_the_first_checkpoint_that_holds_it() -> None:
    held = log(one(20, seen=True, stamped=True), one(12, seen=True), one(7))

    found = vouched(held, 6)
    assert (found.signed and found.signed.size, found.seen is not None) == (7, True)
    assert found.stamped is not None
    assert found.stamped.size == 20
    late = vouched(held, 7)
    assert late.signed is not None
    assert late.signed.size == 12, "the eighth line is not among the first seven"
    assert vouched(held, 20).signed is None, "and the newest line is not signed yet"


def test_nobody_vouches_for_a_line_of_a_book_that_is_not_what_was_signed() -> None:
    assert vouched(log(one(20), broken=[20]), 3).signed is None
    anew = vouched(log(one(20), number=2), None)
    assert (anew.signed, anew.anew) == (None, True), "the page says so, and not that nobody has signed"
    assert not vouched(log(one(20)), None).anew
    assert vouched(None, 3).signed is None


LEAVES = [leaf_hash(bytes([number])) for number in range(9)]


def node(level: int, index: int) -> bytes:
    return LEAVES[index] if level == 0 else node_hash(node(level - 1, 2 * index), node(level - 1, 2 * index + 1))


class Audit:
    """Answers as audit does: how the true tree grew."""

    async def ask(self, service: str, path: str, old: int, new: int) -> Any:
        return SimpleNamespace(json={"path": [one.hex() for one in consistency_path(old, new, node)]})


@pytest.mark.parametrize(("seen", "signed"), [(9, 9), (7, 9), (9, 7), (4, 8)])
async def test_a_proof_counts_for_what_was_signed_only_where_its_tree_is_the_log_s_or_grew_into_it(
    seen: int, signed: int
) -> None:
    book = log(size=signed, root=root(LEAVES[:signed]).hex())
    fact = {"source": "review", "size": seen, "root": root(LEAVES[:seen]).hex()}
    audit: Any = Audit()

    assert await is_tied(audit, book, [fact])
    assert await is_tied(audit, book, [{**fact, "source": "web", "root": "0" * 64}]), "another book's"
    assert not await is_tied(audit, book, [{**fact, "root": "0" * 64}]), "told of another tree than was signed"
    assert await is_tied(audit, log(size=3, number=2), [fact]), "begun anew: nobody vouches for it here anyway"


def test_the_digests_of_what_was_written_are_told_by_name_and_by_the_case_they_are_in() -> None:
    paper, words = "a" * 64, "b" * 64
    data = {"content": words, "attachments": [{"key": "statutes", "digest": paper}], "number": "EX 1", "points": 3}
    event = {"source": "applications", "subject": str(CASE), "data": data}
    case = uuid4()

    told = spoken_of(event)
    assert [(one.name, one.digest, one.case) for one in told] == [("content", words, CASE), ("statutes", paper, CASE)]
    assert {one.case for one in spoken_of({**event, "data": {**data, "case": str(case)}})} == {case}
    assert spoken_of({"data": data}) == [], "about nothing that can be read"
    assert name_of("content", {}, "sv") == "Det som skrevs"
    assert name_of("statutes", {"statutes": "Stadgar"}, "sv") == "Stadgar"


def test_a_line_says_in_which_role_and_what_it_took_the_place_of() -> None:
    text = msgspec.json.encode({"authtype": "user", "authid": str(CASE), "data": {}}).decode()
    trace = {"text": text, "type": "decision.made", "told_at": "2026-11-22T08:00:00Z", "former": 4, "index": 0}
    entry = shown(SimpleNamespace(language="sv"), {**trace, "size": 1, "path": [], "root": "0" * 64})  # type: ignore[arg-type]

    assert (entry["role"], entry["replaces"], entry["holds"]) == ("beslutsfattare", 4, False)


def test_a_role_is_told_by_what_it_is_and_by_whose_where_that_is_known() -> None:
    event = {"type": "role.granted", "subject": str(CASE), "data": {"role": "auditor", "until": "2027-03-31T21:59:59Z"}}

    assert told(event, "role.granted", "en") == "Somebody was granted the role of auditor, until 31 March 2027."
    assert told(event, "role.granted", "sv", {str(CASE): "du"}).startswith("Du fick rollen revisor, till ")
    assert told({"data": "none"}, "role.withdrawn", "en") == "Somebody lost the role of –."
    assert whose_role(event) == str(CASE)
    assert whose_role({**event, "subject": "no id"}) is None, "tampered with, and still shown"
    assert whose_role({**event, "type": "invitation.sent"}) is None
