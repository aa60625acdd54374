"""Which leaf of its log a line is. Where a book began anew, what is signed is another tree than the source's own, with
a first line that says why: the way of each line into it is asked for, and followed here to a root that was signed."""

from base64 import b64decode
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from services.web.pages.audit.signed import Judged
from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from shared.merkle import leaf_hash, verify_inclusion
from shared.refused import NotNow, Refused
from shared.trail_package.evidence import Evidence, Proved

Place = tuple[str, int]
"""(Source, position) of a line."""

NO_EVIDENCE = frozenset({Refused.status, NotNow.status})
"""Too long for one answer, or nothing signed yet: the page says that a package checks it."""


def place(trace: Mapping[str, Any]) -> Place:
    return trace["source"], trace["position"]


async def leaves_of(
    caller: Caller, case: UUID, logs: Sequence[Judged], traces: Sequence[Mapping[str, Any]]
) -> dict[Place, int]:
    """Of a log that began anew, of the lines that are signed only those whose way into it holds."""
    anew = {log.source: log for log in logs if log.number > 1}
    leaves, texts = {}, {}
    for one in traces:
        log = anew.get(one["source"])
        if log is None:
            leaves[place(one)] = one["index"]
        elif log.newest is None or one["position"] >= log.newest.size:  # its first line comes before the source's own
            leaves[place(one)] = one["position"]
        elif one.get("text") is not None:
            texts[place(one)] = one["text"]
    if not texts:
        return leaves
    try:
        answer = await caller.ask_if_there("audit", f"/cases/{case}/evidence")
    except Wrong as wrong:
        if wrong.status not in NO_EVIDENCE:
            raise
        return leaves
    return leaves if answer is None else leaves | led(msgspec.json.decode(answer.body, type=Evidence), anew, texts)


def led(evidence: Evidence, logs: Mapping[str, Judged], texts: Mapping[Place, str]) -> dict[Place, int]:
    """Only where these very texts lead to the root of a checkpoint that the log's key signed. `logs` by source."""
    sources = {log.name: log.source for log in logs.values()}
    roots = {(log.name, one.size): one.root for log in logs.values() for one in log.signed if one.key is not None}
    sizes = {one.name: one.size for one in evidence.logs}

    def holds(one: Proved, text: str) -> bool:
        root = roots.get((one.log, sizes[one.log]))
        path = [b64decode(each) for each in one.path]
        return root is not None and verify_inclusion(leaf_hash(text.encode()), one.index, sizes[one.log], path, root)

    theirs = [((sources[one.log], one.position), one) for one in evidence.entries if one.log in sources]
    return {at: one.index for at, one in theirs if at in texts and holds(one, texts[at])}
