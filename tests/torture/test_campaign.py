"""R-1, R-9 to R-12 at length: every kind of fault, several seeds; and power cuts, one after the other."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.torture import campaign
from tests.torture.disk import why_not
from tests.torture.nemesis import Strike, drawn

SEEDS = (1, 2, 3, 4)
ROUNDS_OF_FAULTS = 3
"""Every kind of fault so often per seed."""

POWER_CUTS = 25
TIMEOUT_S = 1_800

pytestmark = [pytest.mark.torture, pytest.mark.long, pytest.mark.timeout(TIMEOUT_S)]


@pytest.mark.parametrize("seed", SEEDS)
async def test_r1_every_kind_of_fault_strikes_and_nothing_is_lost_or_done_twice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], seed: int
) -> None:
    kinds = campaign.kinds_here()
    await struck(tmp_path, capsys, seed, drawn(seed, ROUNDS_OF_FAULTS * len(kinds), kinds), "")


@pytest.mark.parametrize("seed", SEEDS)
async def test_r9_the_power_fails_again_and_again_and_no_answer_was_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], seed: int
) -> None:
    if (reason := why_not()) is not None:
        pytest.skip(reason)
    await struck(tmp_path, capsys, seed, drawn(seed, POWER_CUTS, ["lose_power"]), "--faults lose_power ")


async def struck(
    folder: Path, capsys: pytest.CaptureFixture[str], seed: int, strikes: list[Strike], faults: str
) -> None:
    """The figures are shown whether it holds or not: what was tried, and the command that tries it again."""
    again = f"python -m tests.torture {faults}--seed {seed} --count {len(strikes)}"
    report = await campaign.run(seed, strikes, folder)
    with capsys.disabled():
        print(f"\n{again}\n{report}")
    assert report.holds, f"again: {again}\n{report}\nwhat the services said: {folder / 'logs'}"
