"""Are there known flaws in the packages of the lock file? `make check` asks, through pip-audit.

A flaw found fails the check. An index that does not answer is said and fails nothing: a machine without a network can
still check everything else.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

LOCK = Path("requirements.lock")
ANSWER_TIMEOUT_S = 10
WHOLE_TIMEOUT_S = 240


def ask() -> list[dict[str, Any]] | None:
    """Each package of the lock with its known flaws, or None when the index did not answer."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(LOCK), "--disable-pip", "--require-hashes"]
    options = ["--format", "json", "--progress-spinner", "off", "--timeout", str(ANSWER_TIMEOUT_S)]
    try:
        answer = subprocess.run(command + options, capture_output=True, text=True, timeout=WHOLE_TIMEOUT_S, check=False)
        packages: list[dict[str, Any]] = json.loads(answer.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        return None
    return packages


def main() -> int:
    packages = ask()
    if packages is None:
        print("known flaws: the index of known flaws did not answer, so nothing was learnt.")
        return 0
    found = [(package, flaw) for package in packages for flaw in package.get("vulns", [])]
    for package, flaw in found:
        mended = ", ".join(flaw["fix_versions"]) or "no version yet"
        print(f"known flaws: {package['name']} {package['version']} has {flaw['id']}; mended in {mended}")
    print(f"known flaws: {len(found)} in {len(packages)} packages.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
