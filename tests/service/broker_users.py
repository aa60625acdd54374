"""Everybody who may use the broker, connected to one; and for a control the same people, with no walls between them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import nats
import pytest
from nats.aio.client import Client

from infra.broker import accounts, configuration
from infra.embedded.broker import EmbeddedBroker
from infra.embedded.folder import DataFolder
from infra.estate import KEEPER, SERVICES

PATIENCE_S = 20.0

NAMES = [service.name for service in SERVICES]
SETTLED_S = 0.3


class Users:
    """Connections to one broker, and what each was refused."""

    def __init__(self, broker: EmbeddedBroker) -> None:
        self.broker = broker
        self.refused: dict[str, list[str]] = {}
        self._clients: dict[str, Client] = {}

    async def as_user(self, user: str) -> Client:
        if user not in self._clients:
            self.refused[user] = []

            async def note(error: Exception) -> None:
                self.refused[user].append(str(error).lower())

            self._clients[user] = await nats.connect(
                self.broker.url,
                user=user,
                password=self.broker.folder.secrets.broker_password(user),
                inbox_prefix=f"_INBOX_{user}".encode(),
                error_cb=note,
                max_reconnect_attempts=-1,
            )
        return self._clients[user]

    async def ask(self, user: str, subject: str, body: object = None) -> dict[str, Any]:
        client = await self.as_user(user)
        answer = await client.request(subject, b"" if body is None else json.dumps(body).encode(), timeout=PATIENCE_S)
        told: dict[str, Any] = json.loads(answer.data)
        return told

    async def last(self, stream: str) -> int:
        """How many messages the stream holds, as the keeper sees it."""
        state: dict[str, int] = (await self.ask(KEEPER, f"$JS.API.STREAM.INFO.{stream}"))["state"]
        assert state["messages"] == state["last_seq"]
        return state["last_seq"]

    async def close(self) -> None:
        for client in self._clients.values():
            await client.close()


async def _open(folder: Path) -> Users:
    data = DataFolder(folder)
    data.take()
    broker = EmbeddedBroker(data, SERVICES)
    await broker.start()
    users = Users(broker)
    for name in NAMES:
        stream = {"name": name, "subjects": [f"{name}.>"], "storage": "file", "deny_delete": True, "deny_purge": True}
        assert "error" not in await users.ask(KEEPER, f"$JS.API.STREAM.CREATE.{name}", stream)
        client = await users.as_user(name)
        await client.jetstream().publish(f"{name}.first", b'{"of":"%s"}' % name.encode())
    return users


async def _shut(users: Users) -> None:
    await users.close()
    await users.broker.stop()
    users.broker.folder.release()


@pytest.fixture
async def users(tmp_path: Path) -> AsyncIterator[Users]:
    opened = await _open(tmp_path / "data")
    yield opened
    await _shut(opened)


@pytest.fixture
async def users_in_one_account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Users]:
    """The control: the same permissions, user by user, without the walls between the accounts."""
    monkeypatch.setattr(configuration, "accounts_block", _one_account)
    opened = await _open(tmp_path / "data")
    yield opened
    await _shut(opened)


def _one_account(estate: Sequence[Any], passwords: dict[str, str]) -> str:
    calls = [call for service in estate for call in accounts.calls_on(service, estate)]
    lines = ["accounts: {", "  ALL: {", "    jetstream: enabled", "    users: ["]
    for user, password in passwords.items():
        publish = [call.subject for call in calls if user in call.callers]
        publish += [f"_INBOX_{name}.>" for name in NAMES] if user == KEEPER else []
        subscribe = [f"_INBOX_{user}.>", *(["rebuild.*", "missing.*"] if user == KEEPER else [])]
        lines += [
            "      {",
            f'        user: "{user}"',
            f'        password: "{password}"',
            "        permissions: {",
        ]
        lines += ["          publish: {", f"            allow: {json.dumps(publish)}", "          }"]
        lines += ["          subscribe: {", f"            allow: {json.dumps(subscribe)}", "          }"]
        lines += ["        }", "      }"]
    return "\n".join([*lines, "    ]", "  }", "  SYS: {", "  }", "}", "system_account: SYS", ""])
