"""The mutation campaign: whatever is tampered with is found by the check that has to find it, and the place is named.

An untouched house gives nothing, before and after. All chance comes from a seed; the table says how often each kind was
tried and found.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import tests.service.mutation.kinds
import tests.service.mutation.packages  # noqa: F401 - their kinds are listed
from tests.service.mutation.ground import SOURCES, Ground
from tests.service.mutation.listed import KINDS

CASES, CASES_LONG = 110, 360
TRIES_LONG = 25
SEED = 2_026


async def campaign(ground: Ground, tries: int, seed: int) -> tuple[str, list[str]]:
    """The table, and what was missed."""
    rows, missed = [], []
    for kind in KINDS:
        found = 0
        for number in range(tries):
            chance = f"{seed}/{kind.name}/{number}"
            if await kind.attempt(ground, random.Random(chance)):
                found += 1
            else:
                missed.append(chance)
        rows.append(f"{kind.name:<70} {tries:>5} {found:>5}  {kind.by}")
    total = sum(ground.sizes[source][-1] for source in SOURCES)
    head = f"{total} events, seed {seed}\n{'what was done':<70} {'tried':>5} {'found':>5}  by"
    tried = tries * len(KINDS)
    rows.append(f"{f'{len(KINDS)} kinds of tampering':<70} {tried:>5} {tried - len(missed):>5}")
    return "\n".join([head, *rows]), missed


async def whole_campaign(ground: Ground, tries: int, capsys: pytest.CaptureFixture[str]) -> None:
    files = [path for source in SOURCES for path in (*ground.checkpoints[source], *ground.proofs[source].values())]
    untouched = await ground.found(*files)

    table, missed = await campaign(ground, tries, SEED)
    with capsys.disabled():
        print(f"\n{table}")
    after = await ground.found(*files)

    for found in (untouched, after):
        assert found["holds"], "the control: nothing was touched, or all is as it was"
        assert not found["outside"]
        assert not any(one["findings"] or one["ranges"] for one in found["sources"])
        assert all(one["checkpoints"] and one["as_signed"] and one["own_as_signed"] for one in found["sources"])
    assert missed == []


@pytest.fixture
async def ground(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Ground]:
    async with Ground(tmp_path, request.param) as one:
        yield one


@pytest.mark.parametrize("ground", [CASES], indirect=True)
async def test_whatever_is_tampered_with_is_found_where_it_was_done(
    ground: Ground, capsys: pytest.CaptureFixture[str]
) -> None:
    await whole_campaign(ground, 1, capsys)


@pytest.mark.long
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("ground", [CASES_LONG], indirect=True)
async def test_whatever_is_tampered_with_again_and_again_is_found_where_it_was_done(
    ground: Ground, capsys: pytest.CaptureFixture[str]
) -> None:
    await whole_campaign(ground, TRIES_LONG, capsys)
