"""What somebody kept outside the house held against it: checkpoints, and proof files, which say more of where.

The house may have been rewritten whole, its checkpoints too. So nothing is believed but what the keys that were handed
over have signed; the tree is counted from the hashes that the log shows to everybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import httpx
import msgspec

from services.audit.domain.as_signed import Held, Matter, Span, Stands, Unlike, narrowed, unlike
from services.command.client import asked as ask
from services.command.failure import Failure
from shared.merkle import (
    NodeAt,
    NodeRange,
    inclusion_needs,
    inclusion_path,
    inclusion_ranges,
    leaf_hash,
    root_at,
    root_needs,
    stored_nodes,
)
from shared.tlog.checkpoints import Checkpoint, opened
from shared.tlog.notes import Key, Malformed, Note, NotSigned, read_key, read_note
from shared.tlog.proofs import HEADER, NotIncluded, Proof, proven, read_proof
from shared.tlog.tiles import hashes_of, tile_with, tiles_for

OK = 200


class Brought(msgspec.Struct, frozen=True):
    """A file that somebody kept: what it holds is signed by a key that was handed over."""

    name: str
    note: Note
    checkpoint: Checkpoint
    proof: Proof | None = None


class OutsideFinding(msgspec.Struct, frozen=True):
    """What a kept file says of a source's log that the house no longer does. `sentence` is for a person."""

    source: str
    sentence: str
    unlike: list[Unlike] = []


def keys_given(words: Iterable[str]) -> list[Key]:
    """Each a key, or a file that holds several. Raises Failure."""
    try:
        return [
            read_key(key)
            for word in words
            for key in (Path(word).read_text(encoding="utf-8").split() if Path(word).is_file() else [word])
        ]
    except (OSError, UnicodeDecodeError, Malformed) as error:
        raise Failure(f"--key: {error}", 2) from error


def brought(files: Sequence[Path], keys: Sequence[str]) -> list[Brought]:
    """Raises Failure where a file is none of the log's, or no key that was given has signed it."""
    trusted = keys_given(keys)
    if files and not trusted:
        raise Failure(
            "Say with --key whose signature counts, as the fund handed it over. A file proves nothing alone.", 2
        )
    return [_read(file, trusted) for file in files]


def against(client: httpx.Client, files: Iterable[Brought]) -> list[OutsideFinding]:
    """Every file held against the house."""
    shown = {log["origin"]: log for log in ask(client, "GET", "/api/audit/log")}
    sizes = {one["source"]: one["size"] for one in ask(client, "GET", "/api/audit/sources")}
    found: list[OutsideFinding] = []
    of_log: dict[str, list[Brought]] = {}
    for file in files:
        if file.checkpoint.origin in shown:
            of_log.setdefault(file.checkpoint.origin, []).append(file)
        else:
            found.append(_of_no_log(file, shown.values()))
    for origin, theirs in of_log.items():
        found += _held(client, shown[origin], sizes[shown[origin]["source"]], theirs)
    return found


def _read(file: Path, trusted: list[Key]) -> Brought:
    try:
        written = file.read_text(encoding="utf-8")
        if written.startswith(HEADER):
            proof = read_proof(written)
            return Brought(str(file), proof.note, proven(proof, trusted), proof)
        note = read_note(written)
        return Brought(str(file), note, opened(note, trusted))
    except (OSError, UnicodeDecodeError, Malformed, NotSigned, NotIncluded) as error:
        raise Failure(f"{file} proves nothing: {error}") from error


def _of_no_log(file: Brought, shown: Iterable[dict[str, Any]]) -> OutsideFinding:
    """A log of that name may have ended in the open: the one that follows it tells so in its first leaf."""
    origin = file.checkpoint.origin
    for log in shown:
        first = msgspec.json.decode(log["first"]) if log["first"] else {}
        if first.get("former") == origin:
            said = f"{origin} was ended: “{first.get('because')}”. {log['origin']} follows it. Compare them by hand."
            return OutsideFinding(log["source"], f"{file.name}: {said}")
    return OutsideFinding("", f"{file.name}: there is no log called {origin} here")


def _held(client: httpx.Client, log: dict[str, Any], entries: int, files: list[Brought]) -> list[OutsideFinding]:
    before = 1 if log["first"] else 0
    head = entries + before
    held: list[Held] = []
    spans: list[Span] = []
    found = [finding for file in files if (finding := _not_kept(client, log, file)) is not None]
    for file in files:
        size, root = file.checkpoint.size, file.checkpoint.root
        node_at = _nodes(client, log["name"], file) if size <= head else None
        stands = Stands.GONE if size > head else _stands(size, root, node_at)
        held.append(Held(size, root.hex(), stands))
        if stands is Stands.OTHER and file.proof is not None and node_at is not None:
            spans += _parted(file.proof, size, node_at, before)
        if (
            stands is Stands.GONE
            and file.proof is not None
            and not _may_be_there(client, log["name"], head, file.proof)
        ):
            found.append(_of_entry(log["source"], file, file.proof.index + 1 - before))
    for one in unlike(held, before, head):
        narrow = narrowed(one, spans)
        places = ", ".join(
            f"{each.first}" if each.first == each.last else f"{each.first}–{each.last}" for each in narrow
        )
        found.append(
            OutsideFinding(
                log["source"],
                f"what was signed of {log['origin']} and kept outside is no longer there: {one.what}, entries {places}",
                narrow,
            )
        )
    return found


def _stands(size: int, root: bytes, node_at: NodeAt | None) -> Stands:
    return Stands.HOLDS if node_at is not None and root_at(size, node_at) == root else Stands.OTHER


def _nodes(client: httpx.Client, log: str, file: Brought) -> NodeAt | None:
    """The hashes that are needed, from the log's tiles; None where the log does not have them all."""
    size = file.checkpoint.size
    needs = [*root_needs(size)]
    if file.proof is not None:
        needs += [*inclusion_needs(file.proof.index, size), NodeRange(0, file.proof.index, file.proof.index + 1)]
    table: dict[tuple[int, int], bytes] = {}
    for tile in tiles_for(needs, size):
        answer = client.get(f"/api/audit/log/{log}/tile/{tile.path}")
        if answer.status_code != OK:
            return None
        for place, each in enumerate(hashes_of(answer.content, tile.width)):
            table[tile.nodes.level, tile.nodes.first + place] = each
    return stored_nodes(table)


def _may_be_there(client: httpx.Client, log: str, head: int, proof: Proof) -> bool:
    """Of a log that has become too short for the proof: whether the entry could still be where it was."""
    if proof.index >= head:
        return True  # it is among those that are said to be cut off
    tile = tile_with(0, proof.index, head)
    answer = client.get(f"/api/audit/log/{log}/tile/{tile.path}")
    hashes = hashes_of(answer.content, tile.width) if answer.status_code == OK else []
    return leaf_hash(proof.entry or b"") in hashes[proof.index - tile.nodes.first :][:1]


def _of_entry(source: str, file: Brought, position: int) -> OutsideFinding:
    sentence = f"{file.name}: entry {position} is another than the one that was signed"
    return OutsideFinding(source, sentence, [Unlike(Matter.REWRITTEN, position, position, file.checkpoint.size)])


def _parted(proof: Proof, size: int, node_at: NodeAt, before: int) -> list[Span]:
    """Where the tree is no longer the one of the proof: below each hash of its path that is another now."""
    leaves = [(proof.index, proof.index + 1), *inclusion_ranges(proof.index, size)]
    now = [node_at(0, proof.index), *inclusion_path(proof.index, size, node_at)]
    then = [leaf_hash(proof.entry or b""), *proof.path]
    return [
        Span(max(first + 1 - before, 1), end - before)
        for (first, end), is_now, was in zip(leaves, now, then, strict=True)
        if is_now != was
    ]


def _not_kept(client: httpx.Client, log: dict[str, Any], file: Brought) -> OutsideFinding | None:
    """Whatever left the house, the house keeps."""
    answer = client.get(f"/api/audit/log/{log['name']}/checkpoints/{file.checkpoint.size}")
    if answer.status_code == OK and read_note(answer.text).text == file.note.text:
        return None
    what = "another" if answer.status_code == OK else "none"
    sentence = f"{file.name}: a checkpoint of {file.checkpoint.size} was signed, and {what} of that size is kept here"
    return OutsideFinding(log["source"], sentence)
