"""The route by which a sample is put on record. Audit draws it; that it was drawn is told here, as a fact."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, put

from services.web.domain.sample import DrawSample
from shared.http.body import Body
from shared.http.visit import Visit
from shared.merkle import SIZE_MAX
from shared.words import Code, Count, Digest

SAMPLE_MAX = 1_000


class Drawn(Body, frozen=True):
    """What audit answered when it was asked to draw: the seed and size, and what was drawn from."""

    seed: Code
    size: Annotated[int, msgspec.Meta(ge=1, le=SAMPLE_MAX)]
    register: Annotated[int, msgspec.Meta(ge=0, le=SIZE_MAX)]
    root: Digest
    of: Count
    programme: UUID | None = None


@put("/samples/{sample:uuid}", name="record_sample")
async def record_sample(sample: UUID, data: Drawn, visit: Visit) -> Response[Any]:
    """Puts it on record that a sample was drawn: by whom, with what seed, of what. Which cases is drawn again by
    audit, at any time."""
    command = DrawSample(
        subject=sample,
        seed=data.seed,
        size=data.size,
        register=data.register,
        root=data.root,
        of=data.of,
        programme=data.programme,
    )
    return await visit.do(command, must_match=False)


ROUTES = (record_sample,)
