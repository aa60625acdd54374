"""Logs: one JSON object a line, with the request, the case and the actor where they are known; never a body or a
secret."""

from __future__ import annotations

import logging
from typing import TextIO

import structlog
from structlog.tracebacks import ExceptionDictTransformer


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
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=stream),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(stream=stream, level=logging.WARNING, format="%(message)s", force=True)
