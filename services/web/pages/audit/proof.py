"""A proof of inclusion, followed from the exact text to the root, here on the page, by nobody's word but arithmetic."""

from collections.abc import Sequence

from shared.merkle import leaf_hash, verify_inclusion


def proof_holds(text: bytes, index: int, size: int, path: Sequence[str], root: str) -> bool:
    """RFC 9162 §2.1.3.2. Hashes are in hexadecimal."""
    return verify_inclusion(leaf_hash(text), index, size, [bytes.fromhex(one) for one in path], bytes.fromhex(root))
