"""The front page: what this is, how it stands, and the way in for programs. One page, two languages, no script."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from pathlib import Path

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


def front_page(language: Language, services: list[str], demo: bool) -> str:
    def say(text: Text) -> str:
        return escape(text.into(language))

    links = "".join(f'<li><a href="/api/{name}/openapi.json">{name}</a></li>' for name in services)
    practice = (
        f'<section class="card practice"><p>{say(PRACTICE)}</p>'
        f"<p>{say(TOKEN)} <code>bifall token officer</code>.</p></section>"
        if demo
        else ""
    )
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{say(TITLE)}</title><style>{STYLE}</style></head><body>"
        '<header><div class="page"><p>Bifall</p></div></header>'
        f'<main class="page"><h1>{say(TITLE)}</h1><p>{say(LEAD)}</p>{practice}'
        f'<section class="card next"><h2>{say(NEXT)}</h2><p><a href="/status">{say(STATUS)}</a></p>'
        f"<p>{say(DESCRIBED)}:</p><ul>{links}</ul></section></main></body></html>"
    )
