"""Samples: drawn at random by a seed that is put on record, shown with what they were drawn from, and taken along."""

import asyncio
import secrets
import zipfile
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get

from services.web.pages.audit.documents import KEEPERS
from services.web.pages.cases.package import WAIT_S, ZIP, asking
from services.web.pages.packages.collect import NoCase, file_name, made
from services.web.samples import SAMPLE_MAX
from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from services.web.site.forms import as_uuid, whole
from services.web.site.names import known_names
from shared.identity import Role
from shared.words import Code

SEED_BYTES = 4
SIZE = 10
PACKAGES_MAX = 25
"""In one download. Whoever wants more takes them along by `bifall trail`, case by case."""

UNPROCESSABLE = 422


def new_seed() -> str:
    return secrets.token_hex(SEED_BYTES)


async def on_record(caller: Caller) -> list[dict[str, Any]]:
    """Every sample there is a fact of, the latest first, with who drew it."""
    listed: list[dict[str, Any]] = (await caller.ask("audit", "/samples")).json
    names = await known_names(caller, (one["drawn_by"] for one in listed))
    return [{**one, "by": names.get(one["drawn_by"])} for one in listed]


def _wrong(caller: Caller, field: str, message: str) -> Wrong:
    title = caller.gettext("This needs to be put right")
    return Wrong(UNPROCESSABLE, title, message, ((field, message),))


def read_size(text: str) -> int | None:
    """None for what is no number of cases."""
    size = whole(text)
    return size if size is not None and 1 <= size <= SAMPLE_MAX else None


def read_seed(text: str) -> str | None:
    """None for what cannot stand in the trail: a seed is letters, digits and a few signs, never a sentence."""
    try:
        return msgspec.convert(text, Code)
    except msgspec.ValidationError:
        return None


async def draw(caller: Caller) -> UUID:
    """Puts on record that a sample is drawn as the form says, of the register as it stands. Raises Wrong."""
    form = await caller.form()
    seed, size = read_seed(form.get("seed")), read_size(form.get("size"))
    if seed is None:
        raise _wrong(caller, "seed", caller.gettext("Write the seed with the letters a to z and digits, no spaces."))
    if size is None:
        raise _wrong(caller, "size", caller.gettext("Write how many cases, from 1 to 1000."))
    programme = as_uuid(form.get("programme"))
    told = (await caller.ask("audit", "/sample", seed=seed, size=size, programme=programme)).json
    drawn = {name: told[name] for name in ("seed", "size", "register", "root", "of", "programme")}
    sample = UUID(form.key)
    if await caller.ask_if_there("audit", f"/samples/{sample}") is not None:
        return sample  # the same form sent twice is one sample
    await caller.tell("web", "PUT", f"/samples/{sample}", body=drawn, form=form)
    return sample


@get("/audit/samples/{sample:uuid}", name="page_sample")
async def sample_page(sample: UUID, caller: Caller) -> Response[Any]:
    caller.required(Role.AUDITOR)
    told = (await caller.ask("audit", f"/samples/{sample}")).json
    names = await known_names(caller, [told["drawn_by"]])
    programme = None
    if told["programme"]:
        programme = await caller.ask_if_there("applications", f"/programmes/{told['programme']}")
    return caller.page(
        "audit/sample.html",
        sample=told,
        by=names.get(told["drawn_by"]),
        programme=programme.json["rules"]["title"] if programme else None,
        packages=0 < len(told["cases"]) <= PACKAGES_MAX,
        keeper=KEEPERS["applications"].into(caller.language),
    )


@get("/audit/samples/{sample:uuid}/packages.zip", name="sample_packages")
async def sample_packages(sample: UUID, caller: Caller) -> Response[Any]:
    """The package of each case in it, in one file. What is not for this reader is named and left out."""
    caller.required(Role.AUDITOR)
    told = (await caller.ask("audit", f"/samples/{sample}")).json
    if len(told["cases"]) > PACKAGES_MAX:
        raise _wrong(caller, "size", caller.gettext("The sample is too large for one download."))
    found: dict[str, bytes] = {"sample.json": msgspec.json.format(msgspec.json.encode(told))}
    left_out = []
    for one in told["cases"]:
        try:
            package = await made(asking(caller), UUID(one["case"]), wait_s=WAIT_S)
            found[f"{package.name}.zip"] = package.content
        except NoCase:
            left_out.append(one["number"])
    if left_out:
        found["left-out.txt"] = "".join(f"{number}\n" for number in left_out).encode()
    name = file_name(f"sample {told['seed']}")
    headers = {"Content-Disposition": f'attachment; filename="{name}.zip"', "Cache-Control": "no-store"}
    content = await asyncio.to_thread(_together, found)
    return caller.finished(Response(content, media_type=ZIP, headers=headers), keeps_said=True)


def _together(files: dict[str, bytes]) -> bytes:
    """Packages are compressed already."""
    written = BytesIO()
    now = datetime.now(UTC).timetuple()[:6]
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, now), content)
    return written.getvalue()


ROUTES = (sample_page, sample_packages)
