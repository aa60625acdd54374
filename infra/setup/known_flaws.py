"""Are there known flaws in the packages of the lock file? `make check` asks, through pip-audit.

A flaw found fails the check. An index that does not answer is said, with the reason, and fails nothing: a machine
without a network can still check everything else.
"""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import sys
from pathlib import Path
from typing import Any

LOCK = Path("requirements.lock")
ANSWER_TIMEOUT_S = 10
WHOLE_TIMEOUT_S = 240
REASON_LENGTH_MAX = 300


class NoAnswer(Exception):
    """The index of known flaws could not be asked; the text is the reason."""


def ask() -> list[dict[str, Any]]:
    """Each package of the lock with its known flaws. Raises NoAnswer."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(LOCK), "--disable-pip", "--require-hashes"]
    options = ["--format", "json", "--progress-spinner", "off", "--timeout", str(ANSWER_TIMEOUT_S)]
    environment = {"REQUESTS_CA_BUNDLE": trusted_certificates()} | os.environ
    try:
        answer = subprocess.run(
            command + options, capture_output=True, text=True, timeout=WHOLE_TIMEOUT_S, check=False, env=environment
        )
    except subprocess.TimeoutExpired:
        raise NoAnswer(f"no answer within {WHOLE_TIMEOUT_S} s") from None
    try:
        packages: list[dict[str, Any]] = json.loads(answer.stdout)["dependencies"]
    except json.JSONDecodeError:
        raise NoAnswer(answer.stderr.strip().rpartition("\n")[2][:REASON_LENGTH_MAX]) from None
    return packages


def trusted_certificates() -> str:
    """The machine's own, because a mirror may be signed by an authority that only the machine knows."""
    paths = ssl.get_default_verify_paths()
    return paths.cafile or paths.capath or ""


def main() -> int:
    try:
        packages = ask()
    except NoAnswer as reason:
        print(f"known flaws: nothing was learnt, because the index of known flaws did not answer: {reason}")
        return 0
    found = [(package, flaw) for package in packages for flaw in package.get("vulns", [])]
    for package, flaw in found:
        mended = ", ".join(flaw["fix_versions"]) or "no version yet"
        print(f"known flaws: {package['name']} {package['version']} has {flaw['id']}; mended in {mended}")
    known = sum("skip_reason" not in package for package in packages)
    print(f"known flaws: {len(found)}. The index knows {known} of our {len(packages)} packages, and no others.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
