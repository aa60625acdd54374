"""The interface for programs, as a page: every operation of every service, as its description has it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from shared.words import Language

STYLE = (Path(__file__).parent / "pages" / "front.css").read_text()
STYLE_DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{STYLE_DIGEST}'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
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
