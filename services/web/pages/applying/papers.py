"""Papers to an application: handed in one by one with progress, or all at once without scripts; opened, taken away."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid5

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile

from services.web.pages.applying.drafts import DRAFTERS, SENT_IN, Draft, File, Paper, opened
from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from services.web.site.forms import WITHOUT_UNSEEN, Form
from shared.file_kinds import BY_NAME, KINDS
from shared.words import LINE_MAX

BODY_MAX_BYTES = 100 * 1024 * 1024
"""Several files in one form: each by itself is held to what the service takes."""
ENDINGS = {ending: kind.media_type for kind in KINDS for ending in kind.endings}
UNFINISHED = 422
GONE, TOO_LARGE, UNKNOWN_KIND = 404, 413, 415
REMOVE = "remove"
APPLICATIONS = "applications"


def accept(kinds: tuple[str, ...]) -> str:
    """As HTML has it. Pictures among them make a phone offer its camera."""
    return ",".join(f"{BY_NAME[kind].endings[0]},{BY_NAME[kind].media_type}" for kind in kinds if kind in BY_NAME)


def name_of(filename: str) -> str:
    """What a file is called, as a line of text: without the folders it lay in and without what does not show. Of a name
    that is too long, its end."""
    name = filename.translate(WITHOUT_UNSEEN).replace("\\", "/").rpartition("/")[2]
    return " ".join(name.split())[-LINE_MAX:]


def media_type_of(file: UploadFile) -> str:
    """What the browser says; for the many that say nothing of use, what the name ends with."""
    said = (file.content_type or "").partition(";")[0].strip().lower()
    _, dot, ending = file.filename.lower().rpartition(".")
    return said if said in ENDINGS.values() else ENDINGS.get(dot + ending, said)


async def hand_in(
    caller: Caller, path: str, form: Form, keys: tuple[str, ...], service: str = APPLICATIONS
) -> list[tuple[str, Any]]:
    """Sends each chosen file. Returns (paper's key, the file as the service tells it, or Wrong), in order.

    A file's id comes from the form's key and its place in it, so that sending the form twice hands it in once.
    """
    told: list[tuple[str, Any]] = []
    for key in keys:
        for place, file in enumerate(form.files.get(key, ())):
            try:
                file_id = uuid5(UUID(form.key), f"{key}/{place}")
                told.append((key, await _send(caller, service, f"{path}/{file_id}", key, file)))
            except Wrong as wrong:
                told.append((key, _in_words(caller, wrong, file.filename)))
    return told


async def _send(caller: Caller, service: str, path: str, key: str, file: UploadFile) -> Any:
    asked = {"key": key, "name": name_of(file.filename) or key}
    content = (await file.read(), media_type_of(file) or "application/octet-stream")
    return (await caller.tell(service, "PUT", path, raw=content, asked=asked)).json


async def take_away(caller: Caller, path: str, form: Form, there: Sequence[File], service: str = APPLICATIONS) -> None:
    """The file whose button was pressed, if it is still there. Raises Wrong."""
    pressed = form.get(REMOVE)
    if pressed not in {str(file.id) for file in there}:
        return
    try:
        await caller.tell(service, "DELETE", f"{path}/{pressed}")
    except Wrong as wrong:
        if wrong.status != GONE:  # pressed twice, or on two devices: it is gone, as was asked for
            raise


def _in_words(caller: Caller, wrong: Wrong, name: str) -> Wrong:
    if wrong.status == TOO_LARGE:
        said = caller.gettext("The file is too large. It may be at most 25 megabytes.")
    elif wrong.status == UNKNOWN_KIND:
        said = caller.gettext("We cannot take that kind of file. Save it as a PDF, or take a picture of it.")
    else:
        said = wrong.errors[0][1] if wrong.errors else wrong.detail
    return Wrong(wrong.status, wrong.title, f"{name}: {said}", reference=wrong.reference)


# Pages


class Row(msgspec.Struct, frozen=True):
    paper: Paper
    accept: str


@get("/drafts/{draft:uuid}/files", name="page_papers", exception_handlers=SENT_IN)
async def papers_page(draft: UUID, caller: Caller) -> Response[Any]:
    caller.required(*DRAFTERS)
    found = await opened(caller, draft)
    return caller.goes_on(f"{found.path}/check") if found.is_only_read else _page(caller, found)


def _page(caller: Caller, draft: Draft, wrong: Wrong | None = None) -> Response[Any]:
    return caller.page(
        "applying/papers.html",
        status=UNFINISHED if wrong else 200,
        wrong=wrong,
        draft=draft,
        rows=[Row(paper, accept(paper.asked.accept)) for paper in draft.papers],
    )


@post(
    "/drafts/{draft:uuid}/files",
    name="hand_in_papers",
    request_max_body_size=BODY_MAX_BYTES,
    exception_handlers=SENT_IN,
)
async def hand_in_papers(draft: UUID, request: Request[Any, Any, Any], caller: Caller) -> Response[Any]:
    """One file from a script, which gets it told as JSON; or a form with all that was chosen."""
    caller.required(*DRAFTERS)
    form = await caller.form()
    found = await opened(caller, draft)
    keys = tuple(paper.asked.key for paper in found.papers)
    await take_away(caller, f"/drafts/{draft}/attachments", form, found.saved.attachments)
    told = await hand_in(caller, f"/drafts/{draft}/attachments", form, keys)
    if "application/json" in request.headers.get("accept", ""):
        return as_json(caller, told, f"{found.path}/files")
    errors = tuple((key, one.detail) for key, one in told if isinstance(one, Wrong))
    if errors:
        return _page(caller, await opened(caller, draft), Wrong(UNFINISHED, "", "", errors))
    return caller.goes_on(found.path if form.get("go") == "list" else f"{found.path}/files")


def as_json(caller: Caller, told: list[tuple[str, Any]], path: str | None) -> Response[Any]:
    """For upload.js: what the file is called and where it can be opened, or why it was not taken."""
    if not told:
        return caller.json({"detail": caller.gettext("There was no file.")}, UNFINISHED)
    _, first = told[0]
    if isinstance(first, Wrong):
        return caller.json({"detail": first.detail}, first.status)
    return caller.json({"name": first["name"], "href": f"{path}/{first['id']}" if path else None})


@get("/drafts/{draft:uuid}/files/{file:uuid}", name="open_paper", exception_handlers=SENT_IN)
async def open_paper(draft: UUID, file: UUID, caller: Caller) -> Response[bytes]:
    caller.required(*DRAFTERS)
    return caller.file(await caller.ask("applications", f"/drafts/{draft}/attachments/{file}"))


ROUTES = (papers_page, hand_in_papers, open_paper)
