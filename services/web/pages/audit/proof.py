"""A proof of inclusion, followed from the exact text to the root, here on the page, by nobody's word but arithmetic."""

from collections.abc import Sequence

from shared.merkle import leaf_hash, node_hash


def proof_holds(text: bytes, index: int, size: int, path: Sequence[str], root: str) -> bool:
    """RFC 9162 §2.1.3.2. Hashes are in hexadecimal."""
    if not 0 <= index < size:
        return False
    here, last, hashed = index, size - 1, leaf_hash(text)
    for step in path:
        if last == 0:
            return False
        sibling = bytes.fromhex(step)
        if here & 1 or here == last:
            hashed = node_hash(sibling, hashed)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            hashed = node_hash(hashed, sibling)
        here, last = here >> 1, last >> 1
    return last == 0 and hashed.hex() == root
