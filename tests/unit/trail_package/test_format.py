"""What docs/trail-format.md gives to whoever writes another verifier is what our packages are."""

from __future__ import annotations

import hashlib
from pathlib import Path

from shared.trail_package.layout import manifest
from shared.trail_package.verify import Files, Package, read_zip
from tests.unit.trail_package.small import CASE, CONTENT, SALT, WORDS, keys, package, witness_key

DOCS = Path(__file__).parents[3] / "docs"
EXAMPLE = DOCS / "trail-example.zip"
NOT_OF_THE_FORMAT = ("verify.py", "README.txt")


def example() -> Files:
    kept = {name: content for name, content in package().items() if name not in NOT_OF_THE_FORMAT}
    return {**kept, "manifest.txt": manifest(str(CASE), kept)}


def vectors() -> str:
    """As the page has them."""
    event = example()["events/review/1.json"]
    proof = example()["proofs/review/1.tlog-proof"].decode()
    lines = [
        *(f"key      {key}" for key in (*keys(), witness_key())),
        f"salt     {SALT.hex()}",
        f"content  {WORDS.decode()}",
        f"digest   {CONTENT}",
        f"entry    {event.decode()}",
        f"leaf     {hashlib.sha256(bytes([0]) + event).hexdigest()}",
        "proof",
        *(f"  {line}".rstrip() for line in proof.splitlines()),
        "earlier",
        *(f"  {line}".rstrip() for line in example()["logs/review/earlier/2.txt"].decode().splitlines()),
    ]
    return "\n".join(lines)


def test_the_page_s_vectors_are_those_of_the_example() -> None:
    assert f"```\n{vectors()}\n```" in (DOCS / "trail-format.md").read_text()


def test_the_example_is_a_whole_package() -> None:
    """Made again it has the same files: nothing of the format has changed."""
    kept = read_zip(EXAMPLE.read_bytes())

    assert kept == example()
    assert Package(kept, [*keys(), witness_key()]).findings == []
