"""Every service's own description, tried against the service: whatever a client sends, the answer is never a 500.

Through the door, as the person who may do the most with that service; seeded, so that a failure replays.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.system.running import RunningHouse

SEED = "20190417"
EXAMPLES = "8"
CHECKS = "not_a_server_error,negative_data_rejection,unsupported_method"
BUSY_IS_AN_ANSWER = """
[checks]
not_a_server_error.expected-statuses = ["2xx", "3xx", "4xx", "503"]
"""

PEOPLE = {
    "applications": "applicant",
    "review": "officer",
    "payouts": "finance",
    "audit": "auditor",
    "web": "administrator",
}


@pytest.mark.timeout(400)
@pytest.mark.parametrize("service", PEOPLE)
def test_nothing_a_client_sends_ends_in_500(running: RunningHouse, service: str, tmp_path: Path) -> None:
    token = running.ask("token", PEOPLE[service]).stdout.strip()
    (tmp_path / "schemathesis.toml").write_text(BUSY_IS_AN_ANSWER)
    tool = Path(sys.executable).with_name("schemathesis")
    done = subprocess.run(
        [
            str(tool),
            "run",
            f"{running.url}/api/{service}/openapi.json",
            "--url",
            f"{running.url}/api/{service}",
            "--header",
            f"Authorization: Bearer {token}",
            "--checks",
            CHECKS,
            "--max-examples",
            EXAMPLES,
            "--seed",
            SEED,
            "--no-color",
        ],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stdout[-6_000:] + done.stderr[-1_000:]
