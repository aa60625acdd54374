"""The floor over HTTP: a bare Litestar application that inserts one row per POST with asyncpg, draws one page from a
template, and answers sixty rows of one query; served as Bifall is.

Run as `python -m tests.load.bare DSN`; prints its port when it is ready.
"""

import asyncio
import socket
import sys
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import uvicorn
import uvloop
from jinja2 import Environment
from litestar import Litestar, Response, get, post

ROWS = 60
PAGE = """<!DOCTYPE html><html lang="sv"><head><title>Rader</title></head><body><h1>Rader</h1><table>
{% for row in rows %}<tr><td><a href="/{{ row[0] }}">{{ row[1] }}</a></td>{% for _ in range(8) %}<td>{{ row[1] }}</td>
{% endfor %}</tr>{% endfor %}</table></body></html>"""


class Line(msgspec.Struct):
    id: UUID
    text: str = ""


class Kept(msgspec.Struct):
    id: UUID


async def serve(dsn: str | None) -> None:
    pool: Any = await asyncpg.create_pool(dsn) if dsn else None

    @post("/lines", status_code=200)
    async def keep(data: Line) -> Kept:
        await pool.execute("insert into plain.line (id, text) values ($1, $2)", data.id, data.text)
        return Kept(data.id)

    template = Environment(autoescape=True).from_string(PAGE)

    @get("/page")
    async def page() -> Response[str]:
        return Response(template.render(rows=[(at, f"Träffar {at}") for at in range(ROWS)]), media_type="text/html")

    @get("/query")
    async def query() -> list[Line]:
        found = await pool.fetch("select id, text from plain.line order by id limit $1", ROWS)
        return [Line(row["id"], row["text"]) for row in found]

    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        Litestar([keep, page, query], openapi_config=None, logging_config=None),
        access_log=False,
        log_config=None,
        server_header=False,
        date_header=False,
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve([listening]))
    while not server.started:
        await asyncio.sleep(0.01)
    print(listening.getsockname()[1], flush=True)
    await serving


if __name__ == "__main__":
    uvloop.run(serve(sys.argv[1] if len(sys.argv) > 1 else None))
