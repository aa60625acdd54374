"""Files as they are sent and fetched: raw bytes with their own type, their name beside them."""

from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from litestar import Request, Response
from litestar.params import QueryParameter

from shared import files
from shared.catalogue.attachment import Attachment
from shared.file_kinds import BY_MEDIA_TYPE, named_as
from shared.files import Handed
from shared.http.visit import Visit
from shared.words import CODE_MAX, LINE_MAX

BODY_MAX_BYTES = files.FILE_MAX_BYTES
FALLBACK_NAME = "fil"

Key = Annotated[str, QueryParameter(name="key", min_length=1, max_length=CODE_MAX)]
Name = Annotated[str, QueryParameter(name="name", min_length=1, max_length=LINE_MAX)]


async def handed(
    request: Request[Any, Any, Any], file: UUID, subject: UUID, round_: int, key: str, name: str
) -> Handed:
    """The file as it came. Raises what `files.read_name` raises."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    content = await request.body()
    return Handed(file, subject, round_, key, files.read_name(name), media_type, content)


async def served(visit: Visit, file: Attachment) -> Response[bytes]:
    """The file to keep or open elsewhere, never to run in the page. Raises Unknown and KeyGone."""
    content = await files.content_of(visit.office, file.id)
    name = named_as(await files.name_of(visit.office, file.id) or FALLBACK_NAME, BY_MEDIA_TYPE[file.media_type])
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return Response(content, media_type=file.media_type, headers=headers)
