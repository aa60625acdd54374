"""The pages in a package that a person reads: the trail in words, in both languages, and how to check it.

No manifest covers them and nothing proves them: they are for reading, and say so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from services.web.pages.account.roles import ROLES
from services.web.pages.audit.in_words import told
from services.web.site.rendering import render
from shared.file_kinds import BY_MEDIA_TYPE
from shared.identity import Role
from shared.trail_package.evidence import Evidence
from shared.trail_package.layout import Content
from shared.trail_package.verify import DIGEST, leaves_in
from shared.words import Language

LANGUAGES: tuple[Language, ...] = ("sv", "en")
SHOWN_BYTES_MAX = 64 * 1024
"""Of one item; what is longer is opened as the file that it is."""
ACCOUNT_DIGITS = 8

Place = tuple[str, int]


class Item(msgspec.Struct, frozen=True):
    """Content that an event speaks of. `text` where it can be read here, `name` what a file may be saved as, `why`
    where it is withheld."""

    digest: str
    text: str | None
    name: str
    size_bytes: int | None
    why: str | None


class Line(msgspec.Struct, frozen=True):
    """`is_own`: it concerns the case itself. `who` is an account's first digits, nothing for the fund itself; `roles`
    what it then held."""

    log: str
    position: int
    is_own: bool
    at: str
    words: str
    who: str | None
    roles: list[str]
    authority: str | None
    items: list[Item]


def pages_of(
    evidence: Evidence,
    events: Mapping[Place, dict[str, Any]],
    contents: Mapping[str, Content],
    withheld: Mapping[str, str],
) -> dict[str, bytes]:
    """File name → content."""
    pages: dict[str, bytes] = {"README.txt": _readme(evidence).encode()}
    for language in LANGUAGES:
        lines = [
            _line(str(evidence.case), place, event, events.values(), contents, withheld, language)
            for place, event in sorted(events.items(), key=lambda one: (str(one[1]["time"]), one[0]))
        ]
        page = render(
            language,
            "packages/trail.html",
            evidence=evidence,
            lines=[line for line in lines if line.is_own],
            around=[line for line in lines if not line.is_own],
        )
        pages[f"trail.{language}.html"] = page.encode()
    return pages


def _line(
    case: str,
    place: Place,
    event: Mapping[str, Any],
    events: Any,
    contents: Mapping[str, Content],
    withheld: Mapping[str, str],
    language: Language,
) -> Line:
    data = event["data"]
    is_person = event.get("authtype") == "user"
    held = _held(str(event["authid"]), str(event["time"]), events) if is_person else []
    authority = data.get("authority") or {}
    digests = [value for _, value in leaves_in(data) if isinstance(value, str) and DIGEST.match(value)]
    names = {one["digest"]: _file_name(one) for one in data.get("attachments", ())}
    return Line(
        log=place[0],
        position=place[1],
        is_own=case in (event["subject"], data.get("case"), *data.get("cases", ())),
        at=str(event["time"]),
        words=told(dict(event), str(event["type"]), language),
        who=str(event["authid"])[:ACCOUNT_DIGITS] if is_person else None,
        roles=[ROLES[role].into(language) if role in ROLES else str(role) for role in held],
        authority=authority.get("delegation") or (str(authority["meeting"]) if authority.get("meeting") else None),
        items=[_item(digest, names.get(digest), contents.get(digest), withheld.get(digest)) for digest in digests],
    )


def _held(account: str, at: str, events: Any) -> list[Role]:
    """The roles the account had been granted, and not been without since, when it acted."""
    roles: dict[tuple[str, str], str] = {}
    for one in sorted(events, key=lambda event: str(event["time"])):
        if one["subject"] == account and one["time"] <= at and one["type"] in ("role.granted", "role.withdrawn"):
            roles[one["data"]["role"], str(one["data"].get("association"))] = one["type"]
    return sorted({Role(role) for (role, _), last in roles.items() if last == "role.granted"})


def _item(digest: str, name: str | None, item: Content | None, why: str | None) -> Item:
    if item is None:
        return Item(digest, None, "", None, why or "missing")
    return Item(digest, _readable(item.content), name or f"{digest[:ACCOUNT_DIGITS]}.bin", len(item.content), None)


def _file_name(attachment: Mapping[str, Any]) -> str:
    """After what it is: what its owner called it is nobody's business here."""
    kind = BY_MEDIA_TYPE.get(str(attachment["media_type"]))
    return f"{attachment['key']}{kind.endings[0] if kind else '.bin'}"


def _readable(content: bytes) -> str | None:
    """Words, as they can be read: JSON set out on lines. None for what is no text."""
    if len(content) > SHOWN_BYTES_MAX:
        return None
    try:
        text = msgspec.json.encode(msgspec.json.decode(content)).decode()
        return msgspec.json.format(text, indent=2)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _readme(evidence: Evidence) -> str:
    logs = "\n".join(f"  {log.origin}, {log.size} entries" for log in evidence.logs)
    return README.format(number=evidence.number or evidence.case, case=evidence.case, logs=logs)


README = """The trail of the case {number}
{case}

trail.en.html  the trail in words, for reading (trail.sv.html in Swedish)
verify.py      checks everything below with Python 3.9 or later and nothing else. Read it first: it is one file.
               Better still, use a copy of it that you have from elsewhere.
manifest.txt   what should be here. Nobody signs it; it finds what was damaged on the way.
               Nothing proves the files so far: whoever handed you this may have written anything in them.
events/        what happened, each entry in the exact bytes that were once written
proofs/        for each, the path to its log's signed root (c2sp.org/tlog-proof)
logs/          the logs: newest checkpoint, keys, earlier checkpoints and the way from each to the newest
content/       what was written and handed in, each item with its salt: sha256(salt, content) stands in an event
withheld.txt   what an event speaks of and this package does not hold, and why
stamps/        where there are any: time stamps over checkpoints (RFC 3161)

How to verify
  python3 -I verify.py
  python3 -I verify.py --key VKEY --checkpoint FILE
Without --key this shows only that the package agrees with itself: whoever made it could have made another. Keys and
earlier checkpoints come from elsewhere: on paper, by mail, from an earlier package. Signatures are checked by verify.py
itself. A time stamp's own signature is not: it prints the openssl command for that.

Is anything left out at the end?
The last entries about the case, with all that followed from them, could be left out of a package unseen. The logs show
it. With Bifall on your machine and an auditor's token in BIFALL_TOKEN, this reads them whole and names what is missing:
  bifall verify FILE.zip --key VKEY --log https://THE.FUND --keep LOGS
The next package can then be held against the folder LOGS, offline: --log LOGS.

The logs
{logs}

What it proves: these entries, in this order, were in the logs when the checkpoints were signed, and have not changed
since; content that is here is what the entries speak of; between two entries about the same, none is left out.
What it does not prove: that what was written is true, that whoever was signed in was who they said, that nothing
happened outside the system, or that nothing was added about the case after the last entry here. Whether a whole case
was left out is seen from the register's numbers, which have no gaps.


PÅ SVENSKA: spåret av ärendet {number}

trail.sv.html  spåret i ord, att läsa
verify.py      prövar det övriga med Python 3.9 eller senare och inget annat. Läs den först: den är en enda fil.
               Bättre ändå: använd en kopia som du har från annat håll.
manifest.txt   vad som ska finnas här. Ingen signerar den; den visar vad som skadats på vägen.
               Inget bevisar filerna hit: den som gav dig paketet kan ha skrivit vad som helst i dem.
events/        vad som hänt, varje post som den en gång skrevs, byte för byte
proofs/        för varje post vägen till loggens signerade rot
logs/          loggarna: senaste kontrollpunkt, nycklar, tidigare kontrollpunkter och vägen från dem till den senaste
content/       det som skrivits och lämnats in, varje del med sitt salt: sha256(salt, innehåll) står i en händelse
withheld.txt   det som en händelse talar om men som inte finns här, och varför
stamps/        tidsstämplar över kontrollpunkter (RFC 3161), om det finns några

Så prövar du det
  python3 -I verify.py
  python3 -I verify.py --key NYCKEL --checkpoint FIL
Utan --key visas bara att paketet stämmer med sig självt: den som gjorde det kunde ha gjort ett annat. Nycklar och
tidigare kontrollpunkter får du från annat håll: på papper, med e-post, ur ett tidigare paket. verify.py prövar
signaturerna själv. En tidsstämpels egen signatur prövar den inte: den skriver ut kommandot för openssl.

Saknas något i slutet?
De sista posterna om ärendet kan utelämnas ur ett paket utan att det syns, om allt som följde på dem också är borta.
Loggarna visar det. Med Bifall på din dator och en granskares nyckel i BIFALL_TOKEN läser detta dem hela och nämner
det som fattas:
  bifall verify FIL.zip --key NYCKEL --log https://FONDEN --keep LOGGAR
Nästa paket kan sedan hållas mot mappen LOGGAR, utan nät: --log LOGGAR.

Vad det bevisar: de här posterna stod i loggarna i den här ordningen när de signerades, och har inte ändrats sedan
dess; innehållet här är det som posterna talar om; mellan två poster om samma sak i samma logg fattas ingen.
Vad det inte bevisar: att det som skrevs är sant, att den som var inloggad var den den sade sig vara, att inget hänt
utanför systemet eller att inget lagts till om ärendet efter den sista posten här. Om ett helt ärende utelämnats syns
på diariets nummer, som saknar luckor.
"""
