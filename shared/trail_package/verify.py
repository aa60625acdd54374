#!/usr/bin/env python3
"""Verifies the trail of one case, offline, with this file and Python 3.9 or later, and nothing else.

    python3 verify.py [FILE.zip or folder] [--key VKEY or a file of keys]... [--checkpoint FILE]...

Without a name it is the folder that this file lies in. Keys of logs and witnesses, and checkpoints you were given
earlier, come from outside the package. Exit code 0: all holds. 1: something was altered, added or is missing. 2: this
is no package. It opens no connection, writes nothing, and runs nothing of the package. Signatures are checked here, in
Python, without openssl. docs/trail-format.md says what a package proves, and what it does not.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import io
import json
import re
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

FILES_MAX, FILE_BYTES_MAX, ALL_BYTES_MAX = 50_000, 32 * 1024 * 1024, 1024 * 1024 * 1024
NAME = re.compile(r"(?!.*(^|/)\.)[A-Za-z0-9._-]{1,100}(/[A-Za-z0-9._-]{1,100}){0,4}\Z")
UNCOVERED = re.compile(r"(verify\.py|README\.txt|[^/]+\.(html|css)|manifest\.txt)\Z")
COVERED = re.compile(
    r"(withheld\.txt|events/[a-z0-9-]+/[1-9][0-9]{0,18}\.json|proofs/[a-z0-9-]+/[1-9][0-9]{0,18}\.tlog-proof"
    r"|logs/[a-z0-9-]+/((checkpoint|key|witnesses|(rotations|earlier)/[1-9][0-9]*)\.txt|first\.(json|tlog-proof))"
    r"|content/[0-9a-f]{64}\.(bin|salt)|stamps/[a-z0-9-]+/[1-9][0-9]*\.tsr)\Z"
)
NOTE = re.compile("(.*\n)\n((?:\u2014 [^ \n]+ [A-Za-z0-9+/=]+\n)+)\\Z", re.DOTALL)
CHECKPOINT = re.compile(r"([^\n]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/=]{44})\n\Z")
PROOF = re.compile(r"c2sp\.org/tlog-proof@v1\nindex (0|[1-9][0-9]{0,18})((?:\n\S{44})*)\Z")
EARLIER = re.compile(r"bifall\.consistency/v1((?:\n\S{44})*)\Z")
EVENT_ID = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-([1-9][0-9]{0,9})\Z")
DIGEST = re.compile(r"[0-9a-f]{64}\Z")
POINTERS = ("appeal", "association", "batch", "call", "disposal", "meeting", "payment", "programme")
DISPOSAL = re.compile(r"\.disposed\Z|\Adisposal\.executed\Z")
WHY = ("not_for_this_reader", "disposed", "plain_digest")
NOT_READABLE = (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError)

Files = dict[str, bytes]
Line = tuple[str, bytes, bytes]
Point = tuple[int, int, int, int]


def need(holds: object, otherwise: str) -> None:
    if not holds:
        raise ValueError(otherwise)


def parts(pattern: re.Pattern[str], text: str) -> tuple[str, ...]:
    match = pattern.match(text)
    need(match, f"it begins {text[:40]!r}, which is not as it would have to be written")
    return match.groups() if match else ()


def read_zip(content: bytes) -> Files:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [each for each in archive.infolist() if not each.is_dir()]
            _within_limits([(each.filename, each.file_size) for each in entries])
            return {each.filename: archive.read(each) for each in entries}
    except Exception as error:  # whatever the hostile and the damaged make the standard library say
        raise ValueError(f"it is no ZIP file that can be read: {error}") from error


def read_folder(folder: Path) -> Files:
    paths = [path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()]
    need(all(path.is_file() and not path.is_symlink() for path in paths), "something in it is no plain file")
    _within_limits([(path.relative_to(folder).as_posix(), path.stat().st_size) for path in paths])
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def _within_limits(sizes: Sequence[tuple[str, int]]) -> None:
    small = len(sizes) <= FILES_MAX and sum(size for _, size in sizes) <= ALL_BYTES_MAX
    need(small and all(size <= FILE_BYTES_MAX for _, size in sizes), "it holds more than any package does")
    need(all(NAME.match(name) for name, _ in sizes), "a file in it is called what no file here is")
    need(len({name for name, _ in sizes}) == len(sizes), "two files in it have the same name")


def lines_of(content: bytes) -> list[str]:
    *lines, end = content.decode().split("\n")
    need(not end and lines == sorted(set(lines)), "its lines are not whole, each once, and in order")
    return lines


# Ed25519, RFC 8032
P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def _point(encoded: bytes) -> Point:
    y = int.from_bytes(encoded, "little")
    odd, y = y >> 255, y & ((1 << 255) - 1)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if (x * x - square) % P == 0 else x * pow(2, (P - 1) // 4, P) % P
    need(len(encoded) == 32 and y < P and (x * x - square) % P == 0 and (x or not odd), "that is no key")
    x = x if x & 1 == odd else P - x
    return (x, y, 1, x * y % P)


def _sum(one: Point, other: Point) -> Point:
    a, b = (one[1] - one[0]) * (other[1] - other[0]) % P, (one[1] + one[0]) * (other[1] + other[0]) % P
    c, d = 2 * one[3] * other[3] * D % P, 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


BASE = _point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def is_signed(key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether [S]B = R + [k]A, RFC 8032 5.1.7, found as [S]B - [k]A = R."""
    a, s = _point(key), int.from_bytes(signature[32:], "little")
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % ORDER
    minus = (P - a[0], a[1], 1, P - a[3])
    table, found = ((0, 1, 1, 0), BASE, minus, _sum(BASE, minus)), (0, 1, 1, 0)
    for bit in range(252, -1, -1):
        found = _sum(_sum(found, found), table[(s >> bit & 1) + 2 * (k >> bit & 1)])
    inverse = pow(found[2], P - 2, P)
    encoded = found[1] * inverse % P | (found[0] * inverse % P & 1) << 255
    return len(signature) == 64 and s < ORDER and encoded.to_bytes(32, "little") == signature[:32]


def _joined(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def roots_over(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> tuple[bytes, bytes]:
    """RFC 9162 2.1.3: the root of a tree of `size` with this leaf at `index`, and `path` beside the way up. Before it,
    the root the tree had when the leaf was its last: made of the same, without what stands to the right."""
    need(0 <= index < size and bool(path) == (size > 1), "the path does not fit the place")
    if size == 1:
        return leaf, leaf
    half = 1 << (size - 1).bit_length() - 1
    if index < half:
        before, after = roots_over(leaf, index, half, path[:-1])
        return before, _joined(after, path[-1])
    before, after = roots_over(leaf, index - half, size - half, path[:-1])
    return _joined(path[-1], before), _joined(path[-1], after)


def unpacked(encoded: str) -> bytes:
    value = base64.b64decode(encoded, validate=True)
    need(base64.b64encode(value).decode() == encoded, "there is base64 that could be written otherwise")
    return value


class Key:  # kind 1 signs a log's checkpoints, kind 4 cosigns them as a witness
    def __init__(self, vkey: str) -> None:
        self.vkey = vkey
        self.name, key_id, encoded = vkey.split("+", 2)
        material = unpacked(encoded)
        self.id = hashlib.sha256(self.name.encode() + b"\n" + material).digest()[:4]
        self.kind, self.public = material[0], material[1:]
        need(self.id.hex() == key_id and self.kind in (1, 4), f"{vkey[:120]!r} is no key that is known here")

    def signed(self, line: Line, body: str) -> bool:
        name, key_id, value = line
        if self.kind == 4:
            body, value = f"cosignature/v1\ntime {int.from_bytes(value[:8], 'big')}\n{body}", value[8:]
        return (name, key_id) == (self.name, self.id) and is_signed(self.public, value, body.encode())


def read_note(text: str) -> tuple[str, list[Line]]:
    body, signatures = parts(NOTE, text)
    written = [line.split(" ") for line in signatures.split("\n")[:-1]]
    lines = [(name, unpacked(encoded)[:4], unpacked(encoded)[4:]) for _, name, encoded in written]
    need(len(set(lines)) == len(lines), "the same signature stands there twice")
    return body, lines


class Log:
    """A log as its newest checkpoint has it. `terms` are its keys, each with the size up to which it may have signed;
    `seen` the keys that have signed something here; `roots` what is proven of it, by size."""

    def __init__(self, folder: str, files: Files) -> None:
        (vkey,) = lines_of(files[f"{folder}/key.txt"])
        key, self.terms, self.seen = Key(vkey), list[tuple[Key, int]](), set[str]()
        while (path := f"{folder}/rotations/{len(self.terms) + 1}.txt") in files:
            body, lines = read_note(files[path].decode())
            header, origin, vkey, size, _ = body.split("\n")
            pair = (key, Key(vkey))
            both = len(lines) == 2 and all(any(each.signed(line, body) for line in lines) for each in pair)
            right = (header, origin, pair[1].name) == ("bifall.key-rotation/v1", key.name, key.name)
            need(both and right, f"{path} is no change of the log's key that both keys have signed")
            self.terms.append((key, int(size)))
            key = pair[1]
        self.terms.append((key, 2**63))
        self.origin, self.name, self.before = key.name, folder.split("/")[1], 0
        self.witnesses = [Key(line) for line in lines_of(files.get(f"{folder}/witnesses.txt", b""))]
        self.note = files[f"{folder}/checkpoint.txt"].decode()
        self.size, self.root = self.opened(self.note, self.witnesses)
        self.roots = {self.size: self.root}
        need(self.origin.endswith("/" + self.name), "its checkpoint is another log's")
        if f"{folder}/first.json" in files:
            self.index_of(files[f"{folder}/first.json"], files[f"{folder}/first.tlog-proof"])
            self.before = 1

    def opened(self, note: str, witnesses: Sequence[Key] | None = None) -> tuple[int, bytes]:
        """Size and root of one of its checkpoints. With `witnesses`, every line under it has to be somebody's."""
        body, lines = read_note(note)
        origin, size, root = parts(CHECKPOINT, body)
        able = {key.vkey: key for key, until in self.terms if int(size) <= until}
        known = {**able, **{key.vkey: key for key in witnesses or ()}}
        by = [{vkey for vkey, key in known.items() if key.signed(line, body)} for line in lines]
        self.seen.update(*by)
        need(origin == self.terms[0][0].name, "it is a checkpoint of another log")
        need(any(one & able.keys() for one in by), "it is not signed by the log's key of that time")
        need(witnesses is None or all(by), "a signature under it is nobody's")
        return int(size), unpacked(root)

    def take_earlier(self, written: bytes) -> None:
        head, _, note = written.decode().partition("\n\n")
        size, root = self.opened(note, self.witnesses)
        leaf, *path = [unpacked(line) for line in parts(EARLIER, head)[0].split("\n")[1:]]
        need(roots_over(leaf, size - 1, self.size, path) == (root, self.root), "the log does not go on from there")
        self.roots[size] = root

    def index_of(self, entry: bytes, proof: bytes) -> int:
        """The place in the log at which the proof shows the entry to be."""
        head, _, note = proof.decode().partition("\n\n")
        index, hashes = parts(PROOF, head)
        path, leaf = [unpacked(line) for line in hashes.split("\n")[1:]], hashlib.sha256(b"\x00" + entry).digest()
        need(note == self.note, "its proof is against another checkpoint than the log's newest")
        need(roots_over(leaf, int(index), self.size, path)[1] == self.root, "it does not stand there in the log")
        return int(index)


def leaves_in(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    """Every plain value in an event's data, with the name it stands under."""
    for name, each in value.items() if isinstance(value, dict) else [(key, one) for one in value]:
        yield from leaves_in(each, name) if isinstance(each, (dict, list)) else [(name, each)]


class Package:
    """`findings` are (place, sentence), `notes` what is worth knowing, `story` who did what, when, in which role.
    `keys` are vkeys, `checkpoints` texts of notes, both from outside. Raises ValueError where it is no package."""

    def __init__(self, files: Files, keys: Iterable[str] = (), checkpoints: Iterable[str] = ()) -> None:
        self.files, self.findings, self.notes = files, list[tuple[str, str]](), list[str]()
        need(any(re.match("manifest.txt|events/", path) for path in files), "it has neither a manifest nor events")
        self.case = str(self._try("manifest.txt", self._covered))
        folders = sorted({"/".join(path.split("/")[:2]) for path in files if path.startswith("logs/")})
        self.logs = {log.name: log for log in (self._try(folder, Log, folder, files) for folder in folders) if log}
        for path in sorted(files):
            if "/earlier/" in path and (log := self.logs.get(path.split("/")[1])):
                self._try(path, log.take_earlier, files[path])
        self._hold_against([*keys], [*checkpoints])
        read = [self._try(path, self._event, path) for path in sorted(files) if path.startswith("events/")]
        self.events = sorted((each for each in read if each), key=lambda each: (each["source"], each["position"]))
        self._try("events", self._whole)
        self._try("withheld.txt", self._contents)
        for path in sorted(path for path in files if path.startswith("stamps/")):
            self._try(path, self._stamp, path)
        self.story = sorted(told for each in self.events if (told := self._try(each["path"], self._told, each)))

    def _try(self, place: str, what: Callable[..., Any], *given: Any) -> Any:
        try:
            return what(*given)
        except NOT_READABLE as error:
            said = str(error) if type(error) is ValueError else f"it is not what it would have to be: {error!r}"
            return self.findings.append((place, said))

    def _covered(self) -> str:
        head, _, rest = self.files["manifest.txt"].partition(b"\n")
        listed = {line[66:]: line[:66] for line in lines_of(rest)}
        for name in sorted({*self.files, *listed}):
            self._try(name, need, name in self.files, "is missing")
            if name in self.files and not UNCOVERED.match(name):
                right = hashlib.sha256(self.files[name]).hexdigest() + "  "
                self._try(name, need, listed.get(name) == right, "is not what the manifest lists")
                self._try(name, need, COVERED.match(name), "has no place in a package")
        form, case = head.decode().split(" ")
        need(form == "bifall.trail/v1" and EVENT_ID.match(case + "-1"), "it is of another form")
        return case

    def _hold_against(self, keys: list[str], checkpoints: list[str]) -> None:
        for vkey in set(keys).difference(*(log.seen for log in self.logs.values())):
            self.findings.append(("--key", f"{vkey} has signed nothing here"))
        for name, log in self.logs.items():
            pinned = not keys or any(key.vkey in keys for key, _ in log.terms)
            self._try(f"logs/{name}", need, pinned, "none of the keys you gave is this log's")
            unused = [key.name for key in log.witnesses if key.vkey not in log.seen]
            self._try(f"logs/{name}/witnesses.txt", need, not unused, f"{unused} has cosigned nothing here")
            by = ", ".join(vkey + (" (yours)" if vkey in keys else "") for vkey in sorted(log.seen))
            self.notes.append(f"{log.origin}: {log.size} entries, signed by {by}")
        for note in checkpoints:
            self._try("--checkpoint", self._compare, note)

    def _compare(self, note: str) -> None:
        log = {each.origin: each for each in self.logs.values()}[note.partition("\n")[0]]
        size, root = log.opened(note)
        need(size in log.roots, f"{log.name} is not proven here from {size} entries on: ask for a package made with it")
        need(log.roots[size] == root, f"{log.name} has two histories: this one, and yours of {size} entries")

    def _event(self, path: str) -> dict[str, Any]:
        _, name, position = path[: -len(".json")].split("/")
        index = self.logs[name].index_of(self.files[path], self.files[f"proofs/{name}/{position}.tlog-proof"])
        told = json.loads(self.files[path])
        subject, version = parts(EVENT_ID, told["id"])
        need(index == int(position) - 1 + self.logs[name].before, "it stands at another place in the log")
        need(subject == told["subject"] and name.split("-")[0] == told["source"], "it is not of whom it says it is")
        own = {"path": path, "position": int(position), "version": int(version), "cause": told.get("causationid", "")}
        about = {subject, told["data"].get("case"), *told["data"].get("cases", ())}
        who = told["authid"] if told["authtype"] == "user" else ""
        return {**told, **own, "about": about, "who": who, "leaves": [*leaves_in(told["data"])]}

    def _whole(self) -> None:
        there: dict[tuple[str, str], list[int]] = {}
        for event in self.events:
            there.setdefault((event["source"], event["subject"]), []).append(event["version"])
        for (source, subject), versions in there.items():
            right = [*range(1, len(versions) + 1)]
            self._try(f"events/{source}", need, versions == right, f"of {subject} there are {versions}, not {right}")
        of_case = [each for each in self.events if self.case in each["about"]]
        own, ids = {each["subject"] for each in of_case}, {(each["id"], each["source"]) for each in self.events}
        pointed = {value for each in of_case for key, value in each["leaves"] if key in POINTERS and value}
        pointed |= {match[1] for match in (EVENT_ID.match(each["cause"]) for each in of_case) if match}
        pointed |= {each["who"] for each in self.events if each["subject"] in own and each["who"]}
        for subject in sorted(pointed - {subject for _, subject in there}):
            self.findings.append(("events", f"nothing is here about {subject}, whom the case points to"))
        for each in self.events:
            self._try(each["path"], need, each["subject"] in own | pointed, "has nothing to do with the case")
            told = any(id_ == each["cause"] and source != each["source"] for id_, source in ids)
            found = told or each not in of_case or not EVENT_ID.match(each["cause"])
            self._try(each["path"], need, found, f"what it followed from, {each['cause']}, is missing")
        begun = any((each["type"], each["subject"]) == ("application.submitted", self.case) for each in of_case)
        self._try("events", need, begun, f"there is no application that began the case {self.case}")
        for path in (path for path in self.files if path.startswith("proofs/")):
            event = path.replace("proofs/", "events/").replace(".tlog-proof", ".json")
            self._try(path, need, event in self.files, "is a proof of nothing")

    def _contents(self) -> None:
        said = {line[:64]: line[65:] for line in lines_of(self.files.get("withheld.txt", b""))}
        given = {path[8:72] for path in self.files if path.startswith("content/")}
        gone = {each["source"] for each in self.events if re.search(DISPOSAL, each["type"])}
        told = ((value, key, each["path"], each["source"]) for each in self.events for key, value in each["leaves"])
        wanted = [each for each in told if DIGEST.match(str(each[0]))]
        for digest, key, path, source in wanted:
            if digest in given:
                content, salt = (self.files[f"content/{digest}.{kind}"] for kind in ("bin", "salt"))
                right = len(salt) == 32 and hashlib.sha256(salt + content).hexdigest() == digest
                self._try(path, need, right and digest not in said, f"the content given for {digest} is another")
            else:
                why = said.get(digest, "missing")
                fits = why in WHY and (why != "disposed" or source in gone) and (why == WHY[2]) == (key == "sha256")
                self._try(path, need, fits, f"the content of {digest} is missing, and nothing proven says why")
                self.notes.append(f"Not here: {path} {key} {digest}, says the package: {why.replace('_', ' ')}")
        extra = (given | said.keys()) - {each[0] for each in wanted}
        self._try("content", need, not extra, f"no event knows {sorted(extra)}")

    def _stamp(self, path: str) -> None:
        _, name, size = path[: -len(".tsr")].split("/")
        log, earlier = self.logs[name], f"logs/{name}/earlier/{size}.txt"
        note = log.note if int(size) == log.size else self.files[earlier].decode().partition("\n\n")[2]
        own = [line for line in note.split("\n") if line[:2] != "\u2014 " or line.split(" ")[1] == log.origin]
        need(hashlib.sha256("\n".join(own).encode()).digest() in self.files[path], "it stamps something else")
        self.notes.append(f"{path} stamps that checkpoint. Whose stamp it is was not checked here: see README.txt")

    def _told(self, event: dict[str, Any]) -> str:
        posts = [each for each in self.events if each["subject"] == event["who"] and each["time"] <= event["time"]]
        posts = [each for each in posts if each["type"] in ("role.granted", "role.withdrawn")]
        roles = {(each["data"]["role"], each["data"].get("association")): each["type"] for each in posts}
        held = ", ".join(sorted({role for (role, _), last in roles.items() if last == "role.granted"}))
        who = f"{event['who']} ({held or 'no role that is known here'})" if event["who"] else "the fund itself"
        facts = [f"{key} {value}" for key, value in event["leaves"] if not DIGEST.match(str(value))][:12]
        return f"{event['time']}  {event['source']} {event['position']}  {event['type']}  by {who}  {', '.join(facts)}"


def main(given: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Verify the trail of a case.")
    parser.add_argument("package", nargs="?", default=str(Path(__file__).resolve().parent))
    parser.add_argument("--key", action="append", default=[], metavar="VKEY")
    parser.add_argument("--checkpoint", action="append", default=[], metavar="FILE")
    asked = parser.parse_args(given)
    try:
        keys = [vkey for key in asked.key for vkey in (Path(key).read_text().split() if Path(key).is_file() else [key])]
        checkpoints = [Path(path).read_bytes().decode() for path in asked.checkpoint]
        place = Path(asked.package)
        package = Package(read_folder(place) if place.is_dir() else read_zip(place.read_bytes()), keys, checkpoints)
    except (OSError, ValueError) as error:
        print(f"This is no package: {error}", file=sys.stderr)
        return 2
    own = ["The keys came with the package: this shows only that it agrees with itself. Give --key from elsewhere."]
    found = [f"FOUND  {place}: {sentence}" for place, sentence in package.findings]
    for line in (*package.story, *package.notes, *([] if keys else own), *found):
        print("".join(each if each.isprintable() else "?" for each in line))  # nothing in it writes on the screen
    print(f"Case {package.case}: {len(package.events)} events, {len(package.findings) or 'no'} findings.")
    return 1 if package.findings else 0


if __name__ == "__main__":
    sys.exit(main())
