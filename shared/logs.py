"""Logs: one JSON object a line, with the request, the case and the actor where they are known; never a body or a
secret."""

from __future__ import annotations

import json
import logging
from typing import TextIO

import msgspec
import structlog
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import EventDict, WrappedLogger

_encode = msgspec.json.Encoder(enc_hook=repr).encode


def _one_line(_: WrappedLogger, __: str, line: EventDict) -> str:
    try:
        return _encode(line).decode()
    except UnicodeEncodeError:  # half a character, which only escaped text can hold
        return json.dumps(line, default=repr)


def configure(stream: TextIO, *, debug: bool = False) -> None:
    """Everything logged from now on goes to `stream`. Tracebacks show no local variables: those hold what people
    wrote."""
    level = logging.DEBUG if debug else logging.INFO
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
            _one_line,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=stream),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(stream=stream, level=logging.WARNING, format="%(message)s", force=True)
