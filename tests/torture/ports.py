"""Ports that stay free while a server is down: below those the machine hands out to whoever connects somewhere."""

from __future__ import annotations

import random
import socket

from infra.embedded.ports import LOOPBACK

FIRST, END = 15_000, 32_000
_chance = random.SystemRandom()
_given: set[int] = set()


def steady_port() -> int:
    """A port nobody listens on now, and that no outgoing connection will be given."""
    while True:
        port = _chance.randrange(FIRST, END)
        if port in _given:
            continue
        with socket.socket() as probe:
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
        _given.add(port)
        return port
