"""R-1, short: five faults drawn by seed strike whole rounds, and nothing is lost, done twice or paid wrongly."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.torture import campaign
from tests.torture.nemesis import drawn

SEED = 2_026
FAULTS_IN_SHORT = 5
TIMEOUT_S = 1_200
"""The campaign has an end of its own, with a report; this only keeps what hangs from hanging for ever."""


@pytest.mark.torture
@pytest.mark.timeout(TIMEOUT_S)
async def test_r1_five_faults_strike_and_nothing_is_lost_or_done_twice(tmp_path: Path) -> None:
    strikes = drawn(SEED, FAULTS_IN_SHORT, campaign.kinds_here())
    report = await campaign.run(SEED, strikes, tmp_path)
    print(report)
    assert report.holds, f"again: python -m tests.torture --seed {SEED} --count {FAULTS_IN_SHORT}\n{report}"
