"""Tampering with a package, as whoever hands it on may do; every digest that nobody signs is made again."""

from __future__ import annotations

import contextlib
import io
import json
import random

from services.command.whole_log import completed
from shared.tlog.ed25519 import new_seed
from shared.tlog.notes import public_key
from shared.trail_package.verify import Files, Package
from tests.service.mutation.damage import a_name, any_byte
from tests.service.mutation.ground import Ground
from tests.service.mutation.listed import OUTSIDE, PACKAGE, WHOLE_LOGS, kind
from tests.unit.trail_package.small import (
    CASE,
    CONTENT,
    PLACE,
    anew,
    checkpoint,
    cut,
    entries,
    keys,
    mirror,
    package,
)

WHOLE = package()
EVENTS = sorted(name for name in WHOLE if name.startswith("events/"))
ENDS = ("payouts-2/2", "payouts-2/1", "applications/7", "review/3")
"""The end of the story, the last of it first."""
LAST_WORDS = frozenset({"role.granted", "application.decided", "grant.final"})
"""Facts after which nothing came: that they are left out is what a package alone cannot show."""


@kind("one byte of an event in a package", PACKAGE)
async def event_altered(ground: Ground, chance: random.Random) -> bool:
    return altered(chance.choice(EVENTS), chance)


@kind("a document in a package altered", PACKAGE)
async def document_altered(ground: Ground, chance: random.Random) -> bool:
    return altered(f"content/{CONTENT}.bin", chance)


@kind("a salt in a package changed", PACKAGE)
async def salt_changed(ground: Ground, chance: random.Random) -> bool:
    return altered(f"content/{CONTENT}.salt", chance)


@kind("a checkpoint in a package edited", PACKAGE)
async def checkpoint_edited(ground: Ground, chance: random.Random) -> bool:
    name = chance.choice(sorted(name for name in WHOLE if name.endswith("/checkpoint.txt")))
    return altered(name, chance)


@kind("an event left out of a package", PACKAGE)
async def event_left_out(ground: Ground, chance: random.Random) -> bool:
    told = [
        (source, position)
        for source, texts in entries().items()
        for position, text in enumerate(texts, 1)
        if f"events/{source}/{position}.json" in WHOLE and json.loads(text)["type"] not in LAST_WORDS
    ]
    return any(place.startswith("events") for place, _ in Package(package(chance.choice(told))).findings)


@kind("the end of a story cut off a package, with all that followed", WHOLE_LOGS)
async def end_cut_off(ground: Ground, chance: random.Random) -> bool:
    """The package alone holds: nothing that is left in it speaks of what came after."""
    ended = Package(cut(*ENDS[: chance.randint(1, len(ENDS))]))
    there = {name for name in WHOLE if name.startswith("events/")} - {one["path"] for one in ended.events}
    logs = ground.folder / a_name(chance)
    mirror(logs)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        found = completed(ended, str(logs), None)
    named_ones = {" ".join(line.split()[1:3]) for line in said.getvalue().splitlines() if line.startswith("FOUND")}
    places = {name[7:-5].replace("-2/", " ").replace("/", " ") for name in there}
    return ended.findings == [] and found == 1 and named_ones == places


@kind("two events swapped in a log, all of it signed again, and packed", PACKAGE)
async def swapped_and_packed(ground: Ground, chance: random.Random) -> bool:
    one = chance.randint(1, 2)
    texts = entries()["review"]
    texts[one - 1], texts[one] = texts[one], texts[one - 1]
    found = Package(package(journals={**entries(), "review": texts})).findings
    return any(place == "events/review" and f"of {CASE} there are" in said for place, said in found)


@kind("an event that was never logged, and the log packed", PACKAGE)
async def never_logged(ground: Ground, chance: random.Random) -> bool:
    source, position = chance.choice([("review", 1), ("review", 2), ("applications", 5), ("applications", 6)])
    texts = entries()[source]
    del texts[position - 1]
    found = Package(package(journals={**entries(), source: texts})).findings
    return any(place == f"events/{source}" and f"of {CASE} there are" in said for place, said in found)


@kind("an event put into a package", PACKAGE)
async def event_put_in(ground: Ground, chance: random.Random) -> bool:
    name = f"events/review/{chance.randint(4, 400)}.json"
    return named(anew({**WHOLE, name: b'{"never":"told"}'}), name)


@kind("the verifier in a package replaced, and an event altered", PACKAGE)
async def verifier_replaced(ground: Ground, chance: random.Random) -> bool:
    name = chance.choice(EVENTS)
    files = {**WHOLE, name: any_byte(WHOLE[name], chance), "verify.py": b"print('All is well.')\n"}
    return named(anew(files), name)


@kind("a package verified with a stranger's key", PACKAGE)
async def strangers_key(ground: Ground, chance: random.Random) -> bool:
    log = chance.choice(["applications", "payouts-2", "web"])
    given = [key for key in keys() if f"/{log}+" not in key] + [str(public_key(f"{PLACE}/{log}", new_seed()))]
    return any(log in place or log in said for place, said in Package(WHOLE, given).findings)


@kind("a package of another history than the checkpoint somebody holds", OUTSIDE)
async def other_history(ground: Ground, chance: random.Random) -> bool:
    size = chance.randint(1, 4)
    held = str(checkpoint("web", size))
    true = Package(WHOLE, (), [held]).findings == []
    dropped = {name: content for name, content in WHOLE.items() if name != f"logs/web/earlier/{size}.txt"}
    return true and any("web" in place or "web" in said for place, said in Package(anew(dropped), (), [held]).findings)


def altered(name: str, chance: random.Random) -> bool:
    return named(anew({**WHOLE, name: any_byte(WHOLE[name], chance)}), name)


def named(files: Files, name: str) -> bool:
    """Whether it is found, and the file is named, the log it stands in, or what an event calls it by."""
    called = name.rpartition("/")[2].partition(".")[0]
    return any(place in name or called in said for place, said in Package(files).findings)
