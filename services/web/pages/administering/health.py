"""Health: how far each service and each reader has come, what is unwell, and what is parked until it is released."""

import asyncio
from typing import Any
from uuid import UUID

from litestar import Response, get, post

from services.web.estate_status import Estate
from services.web.pages.administering.messages import how_many
from services.web.pages.public.reading import installed_version
from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from shared.identity import Role
from shared.refused import Unknown
from shared.words import Text

ALARMS = {
    "parked": Text("Händelser är parkerade", "Events are parked"),
    "ahead": Text(
        "Strömmen är före journalen: kör bifall recover", "The stream is ahead of the journal: run bifall recover"
    ),
    "unsent": Text("Händelser har väntat över en minut", "Facts have waited over a minute"),
    "disk": Text("Disken är mer än 70 % full", "The disk is more than 70 % full"),
    "worker": Text("En arbetare misslyckas gång på gång", "A worker fails again and again"),
    "unsigned": Text(
        "Något har väntat över fem minuter på signatur: går signeraren?",
        "Something has waited over five minutes for a signature: does the signer run?",
    ),
    "behind": Text("Mindre finns än vad som har signerats", "There is less than has been signed"),
    "fork": Text(
        "Det som finns följer inte på det som har signerats: rör inget, och tala med revisorn",
        "What is there does not follow from what was signed: touch nothing, and tell the auditor",
    ),
    "forgotten": Text(
        "Signeraren minns inte vad den har signerat: ge den dess mapp tillbaka",
        "The signer does not remember what it has signed: give it its folder back",
    ),
    "books": Text(
        "Den egna boken och spåret säger olika, eller är inte jämförda på två dagar: rör inget, och tala med revisorn",
        "The own book and the trail differ, or were not compared for two days: touch nothing, and tell the auditor",
    ),
    "stamps": Text("En kontrollpunkt väntar på sin tidsstämpel", "A checkpoint waits for its time stamp"),
    "checkpoint mail": Text(
        "Kontrollpunkter når inte alla som ska ha dem", "Checkpoints do not reach all who are to have them"
    ),
    "letters": Text("Brev går inte att skriva", "Letters cannot be written"),
    "post": Text("E-post kommer inte fram till sin server", "E-mail does not reach its server"),
    "reads": Text(
        "Läsloggen går inte att skriva: skyddade ärenden visas inte",
        "The access log cannot be written: protected cases are not shown",
    ),
    "silent": Text("Tjänsten svarar inte", "The service does not answer"),
}
"""By the alarm's name. What is about one log only says which after it."""


@get("/administer", name="page_health")
async def health_page(caller: Caller) -> Response[Any]:
    caller.required(Role.ADMINISTRATOR)
    return await _drawn(caller)


async def _drawn(caller: Caller, **given: Any) -> Response[Any]:
    names = list(caller.site.services)
    status, *parked = await asyncio.gather(
        Estate(caller.site.services).status(), *(caller.ask_if_there(name, "/parked") for name in names)
    )
    waiting = {name: one.json if one else [] for name, one in zip(names, parked, strict=True)}
    return caller.page(
        "administering/health.html",
        complete=status["complete"],
        services=[_shown(caller, name, one) for name, one in status["services"].items()],
        parked=[_parked(name, one) for name, found in waiting.items() for one in found],
        version=installed_version(),
        messages=await how_many(caller.site.office),
        **given,
    )


def _shown(caller: Caller, name: str, one: dict[str, Any]) -> dict[str, Any]:
    answers = one["head"] >= 0
    return {
        **one,
        "name": name,
        "answers": answers,
        "is_complete": answers and one["parked"] == 0 and {one["last"], *one["readers"].values()} == {one["head"]},
        "is_well": answers and not one["alarms"] and not one["unwell"],
        "said": [_said(caller, alarm) for alarm in one["alarms"]],
    }


def _said(caller: Caller, alarm: str) -> str:
    name, _, log = alarm.rpartition(" ") if alarm not in ALARMS else (alarm, "", "")
    words = caller.say(ALARMS[name]) if name in ALARMS else alarm
    return f"{words} ({log})" if log and name in ALARMS else words


def _parked(service: str, one: dict[str, Any]) -> dict[str, Any]:
    return {**one, "service": service, "subject": one["subjects"][0] if one["subjects"] else None}


@get("/administer/parked/{service:str}/{subject:uuid}", name="page_release")
async def release_page(service: str, subject: UUID, caller: Caller) -> Response[Any]:
    """Asks once more before anything is done."""
    caller.required(Role.ADMINISTRATOR)
    return caller.page("administering/release.html", service=service, parked=await _about(caller, service, subject))


@post("/administer/parked/{service:str}/{subject:uuid}", name="post_release_parked")
async def release(service: str, subject: UUID, caller: Caller) -> Response[Any]:
    caller.required(Role.ADMINISTRATOR)
    form = await caller.form()
    parked = await _about(caller, service, subject)
    try:
        done = await caller.tell(service, "POST", f"/parked/{subject}/release", {}, form=form)
    except Wrong as wrong:
        if wrong.status in (403, 404):
            raise
        return caller.page(
            "administering/release.html", status=wrong.status, wrong=wrong, service=service, parked=parked
        )
    told = caller.gettext("Released. %(count)s events were taken.") % {"count": done.json["released"]}
    return caller.goes_on("/administer", told)


async def _about(caller: Caller, service: str, subject: UUID) -> dict[str, Any]:
    """The parked events of one subject. Raises Unknown where nothing is parked about it."""
    if service not in caller.site.services:
        raise Unknown
    listed = (await caller.ask(service, "/parked")).json
    events = [one for one in listed if str(subject) in one["subjects"]]
    if not events:
        raise Unknown
    return {"subject": subject, "events": events}


ROUTES = (health_page, release_page, release)
