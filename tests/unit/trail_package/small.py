"""A small case in small logs: four sources, a change of key, a witness, a stamp, and a log that began anew."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from shared.merkle import inclusion_path, leaf_hash, root, stored_nodes
from shared.tlog.checkpoints import Checkpoint, cosign, sign
from shared.tlog.notes import Kind, Note, public_key
from shared.tlog.rotation import rotate
from shared.tlog.tiles import bundle
from shared.trail_package.evidence import Earlier, Evidence, Followed, Proved, Stamped
from shared.trail_package.layout import Content, files_of, manifest
from shared.trail_package.verify import Files

CASE = UUID(int=1)
PROGRAMME, CALL, ASSOCIATION, OFFICER, SIGNATORY, OTHER = (UUID(int=number) for number in range(2, 8))
PLACE = "fund.example/log"
SEED, NEXT_SEED, WITNESS_SEED = (bytes([number]) * 32 for number in (7, 8, 9))
WITNESS = "witness.example/one"
SALT, WORDS = bytes(range(32)), '{"title":"Körsång för fler"}'.encode()
CONTENT = sha256(SALT + WORDS).hexdigest()
WITHHELD = "ab" * 32
FILE = "cd" * 32
FIRST = '{"type":"log.forked","because":"A disk was lost"}'


def event(source: str, kind: str, subject: UUID, version: int, data: dict[str, Any], **more: str) -> bytes:
    """`who` for a person; `cause` for what it followed from."""
    who = more.get("who")
    told = {
        "specversion": "1.0",
        "id": f"{subject}-{version}",
        "source": source,
        "type": kind,
        "subject": str(subject),
        "time": f"2026-03-0{len(source) % 9 + 1}T08:00:00.00000{version}Z",
        "authtype": "user" if who else "system",
        "authid": who or str(UUID(int=0)),
        "correlationid": "made",
        **({"causationid": more["cause"]} if "cause" in more else {}),
        "data": data,
    }
    return msgspec.json.encode(told)


def entries(is_disposed: bool = False) -> dict[str, list[bytes]]:
    """Source → its journal. Some entries are about something else."""
    disposed = event("review", "case.disposed", CASE, 4, {"number": "EX-G 2034:1"})
    officer, signatory = str(OFFICER), str(SIGNATORY)
    sent = {"programme": str(PROGRAMME), "call": str(CALL), "association": str(ASSOCIATION), "content": CONTENT}
    return {
        "web": [
            event("web", "account.opened", OFFICER, 1, {}),
            event("web", "account.opened", OTHER, 1, {}),
            event("web", "role.granted", OFFICER, 2, {"role": "officer"}),
            event("web", "account.opened", SIGNATORY, 1, {}),
            event("web", "role.granted", SIGNATORY, 2, {"role": "signatory", "association": str(ASSOCIATION)}),
        ],
        "applications": [
            event("applications", "programme.published", PROGRAMME, 1, {}, who=officer),
            event("applications", "call.published", CALL, 1, {}, who=officer),
            event("applications", "association.registered", ASSOCIATION, 1, {}, who=signatory),
            event("applications", "association.registered", OTHER, 1, {}, who=signatory),
            event("applications", "application.submitted", CASE, 1, sent, who=signatory),
            event("applications", "case.registered", CASE, 2, {"number": "EX-2026-00001"}),
            event("applications", "application.decided", CASE, 3, {}, cause=f"{CASE}-3"),
        ],
        "review": [
            event("review", "case.received", CASE, 1, {}, cause=f"{CASE}-2"),
            event("review", "check.started", CASE, 2, {"officer": officer}, who=officer),
            event("review", "decision.made", CASE, 3, {"content": WITHHELD, "granted_ore": 100}, who=officer),
            *([disposed] if is_disposed else []),
        ],
        "payouts": [
            event("payouts", "grant.opened", CASE, 1, {"sha256": FILE}, cause=f"{CASE}-3"),
            event("payouts", "grant.final", CASE, 2, {}),
        ],
    }


def package(
    without: tuple[str, int] | None = None,
    why: str = "not_for_this_reader",
    is_disposed: bool = False,
    journals: Mapping[str, list[bytes]] | None = None,
) -> Files:
    """As it is handed out; `without` one (source, position) although that stands in the log. Of other `journals` it is
    what whoever has the keys would hand out."""
    logs, proved = [], []
    for source, told in (journals or entries(is_disposed)).items():
        log = _log(source, told)
        leaves = _leaves(log, told)
        logs.append(log)
        for position, entry in enumerate(told, 1):
            if str(OTHER) not in entry.decode() and (source, position) != without:
                proved.append(_proved(log, position, entry, leaves))
    evidence = Evidence(CASE, "EX-2026-00001", logs, proved, [])
    contents = {CONTENT: Content(SALT, WORDS)}
    return files_of(evidence, contents, {WITHHELD: why, FILE: "plain_digest"}, {"README.txt": b"Read me.\n"})


def cut(*left_out: str) -> Files:
    """Without entries, `LOG/POSITION` each, their proofs, and what is said to be withheld of them: if nothing that is
    left speaks of them, it is a package that holds, and ends earlier."""
    whole = package()
    names = {name for one in left_out for name in (f"events/{one}.json", f"proofs/{one}.tlog-proof")}
    kept = {name: content for name, content in whole.items() if name not in names}
    told = b"".join(content for name, content in kept.items() if name.startswith("events/")).decode()
    lines = [line for line in kept["withheld.txt"].decode().splitlines() if line[:64] in told]
    return anew({**kept, "withheld.txt": "".join(f"{line}\n" for line in lines).encode()})


def mirror(folder: Path) -> None:
    """The logs as somebody keeps them whole, c2sp.org/tlog-tiles."""
    for source, texts in entries().items():
        name, leaves = ("payouts-2", [FIRST.encode(), *texts]) if source == "payouts" else (source, texts)
        put_bundle(folder, name, f"000.p/{len(leaves)}", leaves)


def put_bundle(folder: Path, name: str, tile: str, leaves: list[bytes]) -> None:
    file = folder / name / "tile" / "entries" / tile
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(bundle(0, leaves))


def anew(files: Files) -> Files:
    """Every digest that nobody signs, made again."""
    return {**files, "manifest.txt": manifest(str(CASE), files)}


def keys() -> list[str]:
    return [str(public_key(f"{PLACE}/{name}", SEED)) for name in ("applications", "payouts-2", "review", "web")]


def witness_key() -> str:
    return str(public_key(WITNESS, WITNESS_SEED, Kind.COSIGNATURE))


def checkpoint(source: str, size: int, seed: bytes = SEED) -> Note:
    told = entries()[source][:size]
    return sign(Checkpoint(f"{PLACE}/{source}", size, root(map(leaf_hash, told))), seed)


def _log(source: str, told: list[bytes]) -> Followed:
    first = FIRST if source == "payouts" else None
    name = f"{source}-2" if first else source
    origin = f"{PLACE}/{name}"
    leaves = ([leaf_hash(FIRST.encode())] if first else []) + [*map(leaf_hash, told)]
    size, rotated = len(leaves), source == "review"
    note = sign(Checkpoint(origin, size, root(leaves)), NEXT_SEED if rotated else SEED)
    cosigned = source == "applications"
    if cosigned:
        note = note.with_lines([cosign(note, WITNESS, WITNESS_SEED, 1_770_000_000)])
    olds = [] if first else range(1, size)
    return Followed(
        name=name,
        source=source,
        origin=origin,
        checkpoint=str(note),
        size=size,
        keys=[str(public_key(origin, SEED))],
        rotations=[str(rotate(origin, SEED, NEXT_SEED, size - 1))] if rotated else [],
        witnesses=[witness_key()] if cosigned else [],
        earlier=[_earlier(source, old, leaves) for old in olds],
        stamps=[Stamped(size, _text(b"stamp" + sha256(str(note).encode()).digest()))] if source == "web" else [],
        first=first,
        first_path=_path(0, leaves) if first else [],
    )


def _leaves(log: Followed, told: list[bytes]) -> list[bytes]:
    first = [] if log.first is None else [leaf_hash(log.first.encode())]
    return [*first, *map(leaf_hash, told)]


def _proved(log: Followed, position: int, entry: bytes, leaves: list[bytes]) -> Proved:
    index = position - 1 + (0 if log.first is None else 1)
    return Proved(log.name, position, index, _text(entry), _path(index, leaves))


def _earlier(source: str, old: int, leaves: list[bytes]) -> Earlier:
    return Earlier(old, str(checkpoint(source, old)), [_text(leaves[old - 1]), *_path(old - 1, leaves)])


def _path(index: int, leaves: list[bytes]) -> list[str]:
    node_at = stored_nodes({(0, at): leaf for at, leaf in enumerate(leaves)})
    return [_text(each) for each in inclusion_path(index, len(leaves), node_at)]


def _text(content: bytes) -> str:
    return b64encode(content).decode()
