#!/usr/bin/env python3
"""Verifies the trail of one case, offline, with this file and Python 3.9 or later, and nothing else.

    python3 -I verify.py [FILE.zip or folder] [--key VKEY or a file of keys]... [--checkpoint FILE]...

Without a name it is the folder that this file lies in. Keys of logs and witnesses, and checkpoints you were given
earlier, come from outside the package. Exit code 0: all holds. 1: something was altered, added or is missing. 2: this
is no package. It opens no connection, writes nothing, and runs nothing of the package. Signatures are checked here, in
Python, without openssl. docs/trail-format.md says what a package proves, and what it does not.
"""

from __future__ import annotations

import sys

if __name__ == "__main__" and not getattr(sys.flags, "safe_path", sys.flags.isolated):
    del sys.path[0]  # the folder that this file lies in: a json.py beside it is no part of Python

import argparse
import base64
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256, sha512
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
OPEN_END = "Whether more came after these no package shows, but its logs do: bifall verify --log, see README.txt."
NOT_READABLE = (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError)

Files = dict[str, bytes]
Point = tuple[int, int, int, int]


def need(holds: object, otherwise: str) -> None:
    if not holds:
        raise ValueError(otherwise)


def parts(pattern: re.Pattern[str], text: str) -> tuple[str, ...]:
    if not (match := pattern.match(text)):
        raise ValueError(f"it begins {text[:40]!r}, which is not as it would have to be written")
    return match.groups()


def read_zip(content: bytes) -> Files:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries, at = archive.infolist(), 0
            _within_limits([(each.orig_filename, each.file_size) for each in entries])
            for each in entries:  # one file after the other and nothing else: every program reads the same in it
                plain = each.external_attr >> 28 in (0, 8) and content.startswith(each.FileHeader(), at)
                need(plain and each.header_offset == at, f"{each.filename} is packed as no package is: unpack it first")
                at += 30 + len(each.filename) + each.compress_size
            need(at + sum(46 + len(each.filename) for each in entries) + 22 == len(content), "there is more than files")
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
    right = len(dict(sizes)) == len(sizes) and all(NAME.match(name) for name, _ in sizes)
    need(right, "a file in it is called what no file here is, or two have the same name")


def lines_of(content: bytes) -> list[str]:
    *lines, end = content.decode().split("\n")
    need(not end and lines == sorted(set(lines)), "its lines are not whole, each once, and in order")
    return lines


P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493  # Ed25519, RFC 8032
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
    return ((b - a) * (d - c) % P, (d + c) * (b + a) % P, (d - c) * (d + c) % P, (b - a) * (b + a) % P)


def is_signed(key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether [S]B = R + [k]A, RFC 8032 5.1.7, found as [S]B - [k]A = R."""
    a, s = _point(key), int.from_bytes(signature[32:], "little")
    k = int.from_bytes(sha512(signature[:32] + key + message).digest(), "little") % ORDER
    minus, base = (P - a[0], a[1], 1, P - a[3]), _point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    table, found = ((0, 1, 1, 0), base, minus, _sum(base, minus)), (0, 1, 1, 0)
    for bit in range(252, -1, -1):
        found = _sum(_sum(found, found), table[(s >> bit & 1) + 2 * (k >> bit & 1)])
    inverse = pow(found[2], P - 2, P)
    encoded = found[1] * inverse % P | (found[0] * inverse % P & 1) << 255
    return len(signature) == 64 and s < ORDER and encoded.to_bytes(32, "little") == signature[:32]


def _joined(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def roots_over(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> tuple[bytes, bytes]:
    """RFC 9162 2.1.3: the root of a tree of `size` with this leaf at `index`, and `path` beside the way up. Before it,
    the root the tree had when the leaf was its last: made of the same, without what stands to the right."""
    need(0 <= index < size and bool(path) == (size > 1), "the path does not fit the place")
    if size == 1:
        return leaf, leaf
    half = 1 << (size - 1).bit_length() - 1
    start, end = (0, half) if index < half else (half, size)
    before, after = roots_over(leaf, index - start, end - start, path[:-1])
    return (_joined(path[-1], before), _joined(path[-1], after)) if start else (before, _joined(after, path[-1]))


def unpacked(encoded: str) -> bytes:
    value = base64.b64decode(encoded, validate=True)
    need(base64.b64encode(value).decode() == encoded, "there is base64 that could be written otherwise")
    return value


class Key:  # kind 1 signs a log's checkpoints, kind 4 cosigns them as a witness
    def __init__(self, vkey: str) -> None:
        self.vkey, (self.name, key_id, encoded) = vkey, vkey.split("+", 2)
        self.id = sha256(self.name.encode() + b"\n" + (material := unpacked(encoded))).digest()[:4]
        self.kind, self.public = material[0], material[1:]
        need(self.id.hex() == key_id and self.kind in (1, 4), f"{vkey[:120]!r} is no key that is known here")

    def signed(self, line: tuple[str, bytes, bytes], body: str) -> bool:
        name, key_id, value = line
        if self.kind == 4:
            body, value = f"cosignature/v1\ntime {int.from_bytes(value[:8], 'big')}\n{body}", value[8:]
        return (name, key_id) == (self.name, self.id) and is_signed(self.public, value, body.encode())


def read_note(text: str) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    body, signatures = parts(NOTE, text)
    written = [line.split(" ")[1:] for line in signatures.split("\n")[:-1]]
    lines = [(name, unpacked(encoded)[:4], unpacked(encoded)[4:]) for name, encoded in written]
    need(len(set(lines)) == len(lines), "the same signature stands there twice")
    return body, lines


class Log:  # `terms`: its keys, each with the size up to which it may have signed; `seen`: the keys that signed here
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
            self.terms, key = [*self.terms, (key, int(size))], pair[1]
        need(
            len(self.terms) == sum(path.startswith(f"{folder}/rotations/") for path in files), "a key follows from none"
        )
        self.terms, self.origin, self.name = [*self.terms, (key, 2**63)], key.name, folder.split("/")[1]
        self.witnesses = [Key(line) for line in lines_of(files.get(f"{folder}/witnesses.txt", b""))]
        self.note = files[f"{folder}/checkpoint.txt"].decode()
        self.size, self.root = self.opened(self.note, self.witnesses)
        self.roots = {self.size: self.root}
        need(self.origin.endswith("/" + self.name), "its checkpoint is another log's")
        first = [files[path] for path in sorted(files) if path.startswith(f"{folder}/first.")]
        self.before = len(first) // 2  # a log that began anew has a first leaf that tells of the break, and a number
        need(bool(first) == ("-" in self.name) and (not first or self.index_of(*first) == 0), "it began otherwise")

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
        path, leaf = [unpacked(line) for line in hashes.split("\n")[1:]], sha256(b"\x00" + entry).digest()
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
        self.files, self.findings, self.notes, self.number = files, list[tuple[str, str]](), list[str](), ""
        need(any(re.match("manifest.txt|events/", path) for path in files), "it has neither a manifest nor events")
        self.case = str(self._try("manifest.txt", self._covered))
        folders = sorted({"/".join(path.split("/")[:2]) for path in files if path.startswith("logs/")})
        self.logs = {log.name: log for log in (self._try(folder, Log, folder, files) for folder in folders) if log}
        for path in sorted(path for path in files if "/earlier/" in path):
            self._try(path, lambda path: self.logs[path.split("/")[1]].take_earlier(files[path]), path)
        self._hold_against([*keys], [*checkpoints])
        read = [self._try(path, self._event, path) for path in sorted(files) if path.startswith("events/")]
        self.events = sorted(filter(None, read), key=lambda each: (each["source"], each["position"]))
        self._try("events", self._whole)
        self._try("withheld.txt", self._contents)
        for path in sorted(path for path in files if path.startswith("stamps/")):
            self._try(path, self._stamp, path)
        self.notes.append("Proven by nothing, whatever they say: " + ", ".join(filter(UNCOVERED.match, sorted(files))))
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
                self._try(name, need, listed.get(name) == sha256(self.files[name]).hexdigest() + "  ", "not as listed")
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
            self._try(f"logs/{name}", need, log.seen >= {key.vkey for key in log.witnesses}, "a witness signed nothing")
            self.notes.append(f"{log.origin}: {log.size} entries{' of a log begun anew' * log.before}, signed by")
            self.notes += [f"    {'yours' if vkey in keys else 'NOT GIVEN'}: {vkey}" for vkey in sorted(log.seen)]
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
        for whose in sorted({(each["source"], each["subject"]) for each in self.events}):
            versions = [each["version"] for each in self.events if (each["source"], each["subject"]) == whose]
            right = [*range(1, len(versions) + 1)]
            self._try(f"events/{whose[0]}", need, versions == right, f"of {whose[1]} there are {versions}, not {right}")
        of_case = [each for each in self.events if self.case in each["about"]]
        own, ids = {each["subject"] for each in of_case}, {(each["id"], each["source"]) for each in self.events}
        pointed = {value for each in of_case for key, value in each["leaves"] if key in POINTERS and value}
        pointed |= {match[1] for match in (EVENT_ID.match(each["cause"]) for each in of_case) if match}
        pointed |= {each["who"] for each in self.events if each["subject"] in own and each["who"]}
        for subject in sorted(pointed - {each["subject"] for each in self.events}):
            self.findings.append(("events", f"nothing is here about {subject}, whom the case points to"))
        for each in self.events:
            self._try(each["path"], need, each["subject"] in own | pointed, "has nothing to do with the case")
        for each in (each for each in of_case if EVENT_ID.match(each["cause"])):
            found = any(id_ == each["cause"] and source != each["source"] for id_, source in ids)
            self._try(each["path"], need, found, f"what it followed from, {each['cause']}, is missing")
        begun = any((each["type"], each["subject"]) == ("application.submitted", self.case) for each in of_case)
        self._try("events", need, begun, f"there is no application that began the case {self.case}")
        for path in (path for path in self.files if path.startswith("proofs/")):
            self._try(path, need, f"events/{path[7:-11]}.json" in self.files, "is a proof of nothing")
        self.number = ", ".join(each["data"]["number"] for each in of_case if each["type"] == "case.registered")
        for name, log in self.logs.items():
            last = max((each["position"] for each in of_case if f"/{name}/" in each["path"]), default=0)
            self.notes.append(f"{name}: the last here about the case is {last} of {log.size - log.before}")
        need(len({name.split("-")[0] for name in self.logs}) == len(self.logs), "there are two logs of one source")

    def _contents(self) -> None:
        lines = lines_of(self.files.get("withheld.txt", b""))
        said = {line[:64]: line[65:] for line in lines}
        need(lines == [" ".join(each) for each in said.items()], "a line is no DIGEST WHY, or one of two about one")
        given = {path[8:72] for path in self.files if path.startswith("content/")}
        gone = {each["source"] for each in self.events if re.search(DISPOSAL, each["type"])}
        told = [(value, key, each["path"], each["source"]) for each in self.events for key, value in each["leaves"]]
        for digest, key, path, source in (wanted := [each for each in told if DIGEST.match(str(each[0]))]):
            if digest in given:
                content, salt = (self.files[f"content/{digest}.{kind}"] for kind in ("bin", "salt"))
                right = len(salt) == 32 and sha256(salt + content).hexdigest() == digest
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
        need((digest := sha256("\n".join(own).encode())).digest() in self.files[path], "it stamps something else")
        self.notes.append(f"{path} stamps that checkpoint. Whose stamp it is was not checked here. To check it:")
        self.notes.append(f"    openssl ts -verify -digest {digest.hexdigest()} -in {path} -CAfile ROOT.pem")

    def _told(self, event: dict[str, Any]) -> str:
        posts = [each for each in self.events if each["subject"] == event["who"] and each["time"] <= event["time"]]
        posts = [each for each in posts if each["type"] in ("role.granted", "role.withdrawn")]
        roles = {(each["data"]["role"], each["data"].get("association")): each["type"] for each in posts}
        held = ", ".join(sorted({role for (role, _), last in roles.items() if last == "role.granted"}))
        who = f"{event['who']} ({held or 'no role that is known here'})" if event["who"] else "the fund itself"
        facts = ", ".join(f"{key} {value}" for key, value in event["leaves"] if not DIGEST.match(str(value)))
        return f"{event['time']}  {event['source']} {event['position']}  {event['type']}  by {who}  {facts}"


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
    end = f"Case {package.case} {package.number}: {len(package.events)} events, {len(found) or 'no'} findings."
    for line in (*package.story, *package.notes, OPEN_END, *([] if keys else own), *found, end):
        print("".join(each if each.isprintable() else "?" for each in line))  # nothing in it writes on the screen
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
