"""The lines of a book that began anew: only what leads to a root that its key signed is said to be signed."""

from __future__ import annotations

from base64 import b64encode
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from services.web.pages.audit.begun_anew import Place, leaves_of, led
from services.web.pages.audit.signed import Judged, Signed, vouched
from services.web.site.asking import Wrong
from shared.merkle import inclusion_path, leaf_hash, root, stored_nodes
from shared.tlog.checkpoints import Checkpoint, sign
from shared.trail_package.evidence import Evidence, Followed, Proved
from tests.unit.trail_package.small import CASE, FIRST, SEED

NAME, ORIGIN = "payouts-2", "fund.example/log/payouts-2"
TEXTS = ['{"type":"grant.opened"}', '{"type":"grant.final"}', '{"type":"payment.planned"}']
LEAVES = [leaf_hash(text.encode()) for text in (FIRST, *TEXTS)]
SIZE = len(LEAVES)


def evidence(*, size: int = SIZE) -> Evidence:
    node_at = stored_nodes({(0, at): leaf for at, leaf in enumerate(LEAVES)})
    note = str(sign(Checkpoint(ORIGIN, SIZE, root(LEAVES)), SEED))
    followed = Followed(NAME, "payouts", ORIGIN, note, size, [], [], [], [], [], FIRST, [])
    paths = [[b64encode(one).decode() for one in inclusion_path(leaf, SIZE, node_at)] for leaf in range(SIZE)]
    proved = [Proved(NAME, at, at, b64encode(text.encode()).decode(), paths[at]) for at, text in enumerate(TEXTS, 1)]
    return Evidence(CASE, None, [followed], proved, [])


def log(key: str | None = "abcd", top: bytes | None = None, number: int = 2) -> Judged:
    signed = [Signed(SIZE, root(LEAVES) if top is None else top, "2026-11-22T08:00:00Z", key, None, [], 0, None)]
    return Judged(NAME, "payouts", ORIGIN, "k", 1, number, "lost", SIZE, "0" * 64, signed, follows_now=True, broken=[])


def lines(*, altered: int | None = None) -> dict[Place, str]:
    return {
        ("payouts", position): text + (" " if position == altered else "") for position, text in enumerate(TEXTS, 1)
    }


def test_each_line_is_one_further_on_in_a_log_with_a_first_line_of_its_own() -> None:
    assert led(evidence(), {"payouts": log()}, lines()) == {("payouts", at): at for at in (1, 2, 3)}
    assert vouched(log(), 3).signed is not None


def test_nothing_leads_from_another_text_to_another_root_or_to_one_that_nobody_signed() -> None:
    """The control."""
    assert led(evidence(), {"payouts": log()}, lines(altered=2)).keys() == {("payouts", 1), ("payouts", 3)}
    assert led(evidence(), {"payouts": log(top=bytes(32))}, lines()) == {}
    assert led(evidence(), {"payouts": log(key=None)}, lines()) == {}
    assert led(evidence(size=SIZE + 1), {"payouts": log()}, lines()) == {}
    assert led(evidence(), {"review": msgspec.structs.replace(log(), name="review-2", source="review")}, lines()) == {}


class Asked:
    """A caller whom audit answers, or refuses."""

    def __init__(self, refusal: int | None = None) -> None:
        self.refusal, self.asked = refusal, 0

    async def ask_if_there(self, service: str, path: str) -> Any:
        self.asked += 1
        if self.refusal is not None:
            raise Wrong(self.refusal, "No", "No", ())
        return SimpleNamespace(body=msgspec.json.encode(evidence()))


def traces(*sources: str) -> list[dict[str, Any]]:
    return [
        {"source": source, "position": position, "index": position - 1, "text": text}
        for source in sources
        for (_, position), text in lines().items()
    ]


async def test_a_page_of_lines_is_led_into_their_logs_and_audit_is_asked_only_where_one_began_anew() -> None:
    asked: Any = Asked()
    found = await leaves_of(asked, CASE, [log()], traces("payouts", "review"))
    theirs = {("payouts", at): at for at in (1, 2, 3)}
    assert found == theirs | {("review", at): at - 1 for at in (1, 2, 3)}
    assert asked.asked == 1
    plain: Any = Asked()
    assert (await leaves_of(plain, CASE, [log(number=1)], traces("payouts")))["payouts", 3] == 2
    assert plain.asked == 0


async def test_what_is_newer_than_the_newest_checkpoint_is_not_signed_yet() -> None:
    asked: Any = Asked()
    newer = {"source": "payouts", "position": SIZE, "index": SIZE - 1, "text": "{}"}
    (leaf,) = (await leaves_of(asked, CASE, [log()], [newer])).values()
    assert (vouched(log(), leaf).signed, vouched(log(), leaf).anew) == (None, False)


@pytest.mark.parametrize("status", [409, 422])
async def test_where_the_evidence_is_not_to_be_had_a_package_is_pointed_to(status: int) -> None:
    asked: Any = Asked(status)
    found = await leaves_of(asked, CASE, [log()], traces("payouts"))
    assert found == {}
    assert vouched(log(), found.get(("payouts", 1))).anew


async def test_an_audit_that_fails_is_no_missing_evidence() -> None:
    asked: Any = Asked(500)
    with pytest.raises(Wrong):
        await leaves_of(asked, CASE, [log()], traces("payouts"))
