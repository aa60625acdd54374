"""How often chance is asked where the usual hundred times are not right. `make quick` asks less often, here too."""

from __future__ import annotations

from hypothesis import settings

USUAL_EXAMPLES = 100


def examples(count: int) -> settings:
    """`count` examples where everybody has the usual hundred, and in any other profile in the same proportion."""
    return settings(max_examples=max(1, count * settings.default.max_examples // USUAL_EXAMPLES))
