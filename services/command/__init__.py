"""The command `bifall`: one file for each thing it does. Above all services; nothing imports it."""

from __future__ import annotations

from services.command import backup, demo, parked, prepare, rebuild, recover, restore, serve, status, token, up

COMMANDS = (up, serve, prepare, demo, status, token, parked, rebuild, recover, backup, restore)
"""Each has NAME, HELP, EXAMPLE, `arguments(parser)` and `run(asked)`, which returns the exit code."""
