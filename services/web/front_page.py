"""The front page: what this is, how it stands, and the way in for programs. One page, two languages, no script."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from shared.words import Language, Text

STYLE = (Path(__file__).parent / "pages" / "front.css").read_text()
STYLE_DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{STYLE_DIGEST}'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)

TITLE = Text("Bifall: bidrag till föreningar", "Bifall: grants to associations")
LEAD = Text(
    "Här söker föreningar pengar, en panel bedömer, människor beslutar, ekonomin betalar och följer upp. "
    "Varje ärende har ett spår som vem som helst kan kontrollera.",
    "Here associations apply for money, a panel assesses, people decide, finance pays and follows up. "
    "Every case has a trail that anyone can verify.",
)
NEXT = Text("Så tittar du dig omkring", "How to look around")
STATUS = Text("Hur tjänsterna mår och om spåret är helt", "How the services are and whether the trail is complete")
DESCRIBED = Text("Beskrivning av gränssnittet för program", "Description of the interface for programs")
PRACTICE = Text(
    "Övning. Den här datorn kör en demo: påhittade föreningar, påhittade pengar.",
    "Practice. This computer runs a demo: invented associations, invented money.",
)
TOKEN = Text("Hämta en nyckel för en av demons personer med", "Get a token for one of the demo's people with")


def front_page(language: Language, demo: bool) -> str:
    def say(text: Text) -> str:
        return escape(text.into(language))

    practice = (
        f'<section class="card practice"><p>{say(PRACTICE)}</p>'
        f"<p>{say(TOKEN)} <code>bifall token officer</code>.</p></section>"
        if demo
        else ""
    )
    return _page(
        language,
        say(TITLE),
        f'<p>{say(LEAD)}</p>{practice}<section class="card next"><h2>{say(NEXT)}</h2>'
        f'<p><a href="/status">{say(STATUS)}</a></p><p><a href="/api">{say(DESCRIBED)}</a></p></section>',
    )


def api_page(described: Mapping[str, Any]) -> str:
    """The interface for programs, readable: every operation of every service, in English, as its description has it."""
    sections = "".join(
        f'<section class="card"><h2>{escape(name)}</h2>'
        f'<p><a href="/api/{escape(name)}/openapi.json">OpenAPI 3.1</a></p>'
        f"<dl>{_operations(name, description)}</dl></section>"
        for name, description in sorted(described.items())
    )
    lead = (
        "<p>Send <code>Authorization: Bearer …</code>. Commands that change a case need <code>If-Match</code> with its "
        "<code>ETag</code>; any command may carry an <code>Idempotency-Key</code>. "
        "Errors are RFC 9457 problems. Money is in öre.</p>"
    )
    return _page("en", "Bifall: the interface for programs", lead + sections)


def _operations(service: str, description: Mapping[str, Any]) -> str:
    return "".join(
        f"<dt><code>{method.upper()} /api/{escape(service)}{escape(path)}</code></dt>"
        f"<dd>{escape(operation.get('description') or operation.get('summary', ''))}</dd>"
        for path, operations in sorted(description.get("paths", {}).items())
        for method, operation in operations.items()
        if isinstance(operation, Mapping)
    )


def _page(language: Language, title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title><style>{STYLE}</style></head><body>"
        '<header><div class="page"><p>Bifall</p></div></header>'
        f'<main class="page"><h1>{title}</h1>{body}</main></body></html>'
    )
