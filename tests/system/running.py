"""A house as a stranger starts it: the command `bifall` in a process of its own, on a folder of its own, on a free
port."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx

from services.signer.signer import SIGN_WITHIN_S
from shared.tlog.checkpoints import Checkpoint, opened
from shared.tlog.notes import read_key, read_note

SOURCES = ("applications", "review", "payouts", "web")
READY = re.compile(r"Bifall is ready at (http://127\.0\.0\.1:\d+)")
READY_WITHIN_S = 120.0
PLAYED_WITHIN_S = 240.0
"""The demo round, beside whatever else the machine has to do."""

BUSY = 503
STOPS_WITHIN_S = 60.0
ANSWERS_WITHIN_S = 30.0
"""Longer than any machine needs, however busy."""

SMALL_GRANTED = 12_000
SMALL_ROUND = (
    {
        "org": "Föreningen Ett (påhittad)",
        "orgnr": "8025000012",
        "applied": 15_000,
        "granted": SMALL_GRANTED,
        "outcome": "delvis_bifall",
        "title": "Studiecirkel",
    },
    {
        "org": "Föreningen Två (påhittad)",
        "orgnr": "8025000020",
        "applied": 9_000,
        "outcome": "avslag",
        "title": "Resa",
        "reason": "R03",
    },
)


def bifall(*words: str, timeout_s: float = 240.0) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "services", *words], capture_output=True, text=True, timeout=timeout_s, check=False
    )


def signed(audit: str, sources: Sequence[str] = SOURCES, within_s: float = SIGN_WITHIN_S + 15) -> dict[str, Checkpoint]:
    """Each source's newest checkpoint, once these have one, opened with the key the log began with. Fails where that
    takes longer than is promised."""
    deadline = time.monotonic() + within_s
    found: dict[str, Checkpoint] = {}
    while time.monotonic() < deadline:
        for log in httpx.get(f"{audit}/log", timeout=ANSWERS_WITHIN_S).json():
            answer = httpx.get(f"{audit}/log/{log['name']}/checkpoint", timeout=ANSWERS_WITHIN_S)
            if answer.is_success:
                found[log["source"]] = opened(read_note(answer.text), [read_key(log["key"])])
        if set(sources) <= set(found):
            return found
        time.sleep(0.2)
    raise AssertionError(f"signed after {within_s} s: {found}")


class RunningHouse:
    """`bifall up` on a folder; `url` once it is ready. As a context it ends with it: stopped, or killed where a test
    has failed."""

    def __init__(self, folder: Path, *words: str) -> None:
        self.folder = folder
        self._said = folder.with_name(f"{folder.name}-{os.urandom(4).hex()}.out")
        command = [sys.executable, "-m", "services", "up", "--data", str(folder), "--port", "0", *words]
        with self._said.open("wb") as said:
            self.process = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT)
        try:
            self.url = self.wait_for_line(READY, READY_WITHIN_S)[1]
        except AssertionError:
            self.kill()
            raise

    def __enter__(self) -> RunningHouse:
        return self

    def __exit__(self, failed: type[BaseException] | None, *_: object) -> None:
        if failed is not None:
            self.kill()
        assert self.process.poll() is not None or self.stop() == 0, self.said[-2_000:]

    @property
    def said(self) -> str:
        """Everything it has told at the terminal so far."""
        return self._said.read_text(encoding="utf-8", errors="replace")

    def wait_for_line(self, pattern: re.Pattern[str], within_s: float) -> re.Match[str]:
        """The first line that fits. Fails with everything that was said instead."""
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            for line in self.said.splitlines():
                if match := pattern.search(line):
                    return match
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError(f"no {pattern.pattern!r} in {within_s} s: {self.said[-2_000:]}")

    def ask(self, *words: str) -> subprocess.CompletedProcess[str]:
        return bifall(words[0], "--url", self.url, *words[1:])

    def get(self, path: str, headers: Mapping[str, str], within_s: float = READY_WITHIN_S) -> httpx.Response:
        """The answer, asked for again while the house says that it needs a moment, as a busy machine makes it say."""
        deadline = time.monotonic() + within_s
        while True:
            answer = httpx.get(self.url + path, headers=headers, timeout=ANSWERS_WITHIN_S)
            if answer.status_code != BUSY or time.monotonic() > deadline:
                return answer
            time.sleep(0.5)

    def small_round(self) -> dict[str, Any]:
        """The figures of a round of two: enough to have something of every service's, in a fraction of the time."""
        path = self.folder.with_name(f"{self.folder.name}-small.json")
        return self.figures("--round", str(written_round(path, SMALL_ROUND)))

    def figures(self, *words: str) -> dict[str, Any]:
        """What `bifall demo --json` prints; its whole complaint where it fails."""
        done = self.ask("demo", "--json", *words)
        assert done.returncode == 0, done.stderr[-2_000:] + done.stdout
        figures: dict[str, Any] = json.loads(done.stdout)
        return figures

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(STOPS_WITHIN_S)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(STOPS_WITHIN_S)


def written_round(path: Path, applications: Sequence[dict[str, Any]], **more: Any) -> Path:
    path.write_text(json.dumps({"applications": list(applications), **more}, ensure_ascii=False))
    return path
