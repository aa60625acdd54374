"""A whole round, from a published call to closed cases with a verified trail, as a stranger would see it."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

from stdnum import luhn

from shared.trail_package.verify import Package, read_zip
from tests.system.running import PLAYED_WITHIN_S, RunningHouse, bifall, written_round

APPLICATIONS = 12


def test_a_new_house_plays_the_2019_round_by_itself(running: RunningHouse) -> None:
    told = running.wait_for_line(re.compile(r"applications, .*"), PLAYED_WITHIN_S)
    assert told.string.startswith("9 applications, 7 granted, 122 000 kr; 9 closed;")
    assert "trail complete and verified" in told.string


def test_the_2019_round_ends_as_it_did_and_leaves_its_bank_files_letters_and_packages(
    running: RunningHouse, tmp_path: Path
) -> None:
    figures = running.figures("--keep", str(tmp_path / "kept"))
    assert {name: figures[name] for name in ("applications", "granted", "rejected", "granted_kronor", "closed")} == {
        "applications": 9,
        "granted": 7,
        "rejected": 2,
        "granted_kronor": 122_000,
        "closed": 9,
    }
    assert figures["paid_kronor"] == 122_000
    assert 0 < figures["returned_kronor"] < 122_000
    assert figures["refused_over_budget"] == 0
    assert figures["audit"] == {"complete": True, "verified": True}
    assert len(list((tmp_path / "kept" / "bank").glob("*.xml"))) >= 2
    letters = sorted((tmp_path / "kept" / "letters").glob("*.pdf"))
    of_each_kind = Counter(letter.stem.split("-", 4)[-1] for letter in letters)
    assert (of_each_kind["receipt"], of_each_kind["decision"], of_each_kind["report-approved"]) == (9, 9, 7)
    assert of_each_kind["payment-notice"] >= 7
    assert of_each_kind["recovery-notice"] == of_each_kind["recovery-decision"] > 0
    assert all(letter.read_bytes().startswith(b"%PDF-1.7") for letter in letters)
    packages = sorted((tmp_path / "kept" / "trail").glob("*.zip"))
    assert [Package(read_zip(package.read_bytes())).findings for package in packages] == [[]] * 9
    again = str(tmp_path / "again.zip")
    written = bifall("trail", packages[0].stem, "--out", again, "--url", running.url)
    whole = bifall("verify", again, "--log", running.url, "--keep", str(tmp_path / "logs"))
    offline = bifall("verify", again, "--log", str(tmp_path / "logs"))
    assert (written.returncode, whole.returncode, offline.returncode) == (0, 0, 0), written.stderr + whole.stdout[-900:]
    assert "Nothing of the case is left out." in offline.stdout


def test_the_auditor_finds_the_round_in_order_but_for_one_who_signs_for_many(running: RunningHouse) -> None:
    """The demo's applicant acts for every association: what an auditor is to be shown."""
    running.wait_for_line(re.compile(r"applications, .*"), PLAYED_WITHIN_S)

    asked = bifall("audit", "report", "--url", running.url, "--json")

    answers = {one["key"]: one for one in json.loads(asked.stdout)["answers"]}
    assert [key for key, one in answers.items() if not one["holds"]] == ["signatories"], asked.stdout
    assert asked.returncode == 1
    unlooked = [key for key, one in answers.items() if not one["looked_at"]]
    assert unlooked == ["reported"], "a meeting decides it all"


def _invented(number: int, granted: int, outcome: str) -> dict[str, object]:
    body = f"802{500_000 + number:06d}"
    return {
        "org": f"Föreningen Nummer {number} (påhittad)",
        "orgnr": body + luhn.calc_check_digit(body),
        "applied": 8_000 + 100 * number,
        "outcome": outcome,
        "granted": granted,
        "title": f"Aktivitet {number}",
        **({"reason": "R03"} if outcome == "avslag" else {}),
    }


def test_the_ceiling_refuses_the_decisions_that_would_break_it(running: RunningHouse, tmp_path: Path) -> None:
    """Twelve applications, money for some: decided in file order, each that no longer fits is rejected with R04."""
    applications = [
        _invented(number, 0, "avslag") if number % 5 == 4 else _invented(number, 5_000 + 50 * number, "bifall")
        for number in range(APPLICATIONS)
    ]
    budget, left, fits = 31_000, 31_000, []
    for application in applications:
        granted = int(str(application["granted"]))
        if 0 < granted <= left:
            left -= granted
            fits.append(granted)
    over = sum(1 for application in applications if application["granted"]) - len(fits)
    file = written_round(tmp_path / "twelve.json", applications, budget_kronor=budget)
    figures = running.figures("--round", str(file))
    assert over > 0
    assert figures["applications"] == APPLICATIONS
    assert figures["granted"] == len(fits)
    assert figures["rejected"] == APPLICATIONS - len(fits)
    assert figures["refused_over_budget"] == over
    assert figures["granted_kronor"] == sum(fits) <= budget
    assert figures["paid_kronor"] == sum(fits)
    assert figures["closed"] == APPLICATIONS
    assert figures["audit"] == {"complete": True, "verified": True}


def test_the_house_is_complete_after_its_rounds(running: RunningHouse) -> None:
    done = running.ask("status", "--json")
    status = json.loads(done.stdout)
    assert done.returncode == 0, status
    assert status["complete"] is True
    for service in status["services"].values():
        assert {service["head"], service["last"], *service["readers"].values()} == {service["head"]}
        assert service["parked"] == 0
