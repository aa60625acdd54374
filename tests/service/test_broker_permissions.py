"""S-15: what each broker user may say and hear, tried subject by subject; and every way round into another's stream."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import nats
import pytest
from nats.aio.client import Client
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from infra.broker import accounts, configuration
from infra.embedded.broker import EmbeddedBroker
from infra.embedded.folder import DataFolder
from infra.estate import KEEPER, SERVICES

NAMES = [service.name for service in SERVICES]
HEARS = {service.name: set(service.hears) for service in SERVICES}
STREAM_CALLS = (
    "CREATE",
    "UPDATE",
    "DELETE",
    "INFO",
    "PURGE",
    "MSG.GET",
    "MSG.DELETE",
    "SNAPSHOT",
    "RESTORE",
    "PEER.REMOVE",
)
KEEPERS_CALLS = ("CREATE", "UPDATE", "DELETE", "INFO", "MSG.GET")
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
        answer = await client.request(subject, b"" if body is None else json.dumps(body).encode(), timeout=2)
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


def _every_subject() -> list[str]:
    subjects = [
        "$JS.API.INFO",
        "$JS.API.STREAM.NAMES",
        "$JS.API.STREAM.LIST",
        "$SYS.REQ.SERVER.PING",
        "anything",
        "$JS.API.>x",
    ]
    for name in [*NAMES, "evil"]:
        subjects += [f"{name}.fact.made", name, f"rebuild.{name}", f"missing.{name}", f"_INBOX_{name}.reply"]
        subjects += [f"$KV.{name}.key"]
        subjects += [f"$JS.API.STREAM.{call}.{name}" for call in STREAM_CALLS]
        subjects += [f"$JS.API.CONSUMER.{call}.{name}.reader" for call in ("CREATE", "INFO", "DELETE", "MSG.NEXT")]
        subjects += [f"$JS.API.CONSUMER.{call}.{name}.reader" for call in ("DURABLE.CREATE", "PAUSE", "RESET", "UNPIN")]
        subjects += [
            f"$JS.API.CONSUMER.CREATE.{name}",
            f"$JS.API.CONSUMER.NAMES.{name}",
            f"$JS.API.CONSUMER.LIST.{name}",
        ]
        subjects += [f"$JS.API.CONSUMER.CREATE.{name}.reader.{name}.fact"]
        subjects += [f"$JS.API.DIRECT.GET.{name}", f"$JS.ACK.{name}.reader.1.1.1.1.1", f"$JS.FC.{name}.reader.x"]
        subjects += [f"{name}_stream.STREAM.DELETE.{name}", f"{name}_stream.STREAM.PURGE.{name}"]
    return subjects


def _may_publish(user: str, subject: str) -> bool:
    """Said here a second time, from the design and not from the table that makes the configuration."""
    if user == KEEPER:
        allowed = {f"$JS.API.STREAM.{call}.{name}" for name in NAMES for call in KEEPERS_CALLS}
        return subject in allowed | {f"{name}_stream.STREAM.DELETE.{name}" for name in NAMES}
    if subject.startswith(f"{user}.") or subject == f"rebuild.{user}":
        return True
    if subject in {f"missing.{name}" for name in HEARS[user]}:
        return True
    if subject in {f"$JS.API.STREAM.INFO.{name}" for name in {user, *HEARS[user]}}:
        return True
    calls = ("CREATE", "INFO", "DELETE", "MSG.NEXT")
    return any(subject.startswith(f"$JS.API.CONSUMER.{call}.{name}.") for name in HEARS[user] for call in calls)


@pytest.mark.parametrize("user", [KEEPER, *NAMES])
async def test_s15_every_other_subject_is_refused(users: Users, user: str) -> None:
    client = await users.as_user(user)
    subjects = _every_subject()
    for subject in subjects:
        if not (user == KEEPER and "DELETE" in subject and _may_publish(user, subject)):
            await client.publish(subject, b"{}")
    await client.flush()
    await asyncio.sleep(SETTLED_S)
    refused = {error.split('"')[1] for error in users.refused[user] if "permissions violation for publish" in error}
    assert refused == {subject.lower() for subject in subjects if not _may_publish(user, subject)}


@pytest.mark.parametrize("user", [KEEPER, *NAMES])
async def test_s15_nobody_listens_to_anything_but_their_own_inbox(users: Users, user: str) -> None:
    client = await users.as_user(user)
    own = [f"_INBOX_{user}.>", *(["rebuild.*", "missing.*"] if user == KEEPER else [])]
    others = [f"_INBOX_{name}.>" for name in [KEEPER, *NAMES] if name != user]
    others += [f"{name}.>" for name in NAMES] + [">", "*.>", "_INBOX.>", "$JS.API.>", "$JS.EVENT.>", "$SYS.>", "_R_.>"]
    others += [] if user == KEEPER else ["rebuild.*", f"rebuild.{user}", "missing.*"]
    for subject in [*own, *others]:
        await client.subscribe(subject)
    await client.flush()
    await asyncio.sleep(SETTLED_S)
    refused = {
        error.split('"')[1] for error in users.refused[user] if "permissions violation for subscription" in error
    }
    assert refused == {subject.lower() for subject in others}


async def test_s15_without_the_right_password_nobody_connects(users: Users) -> None:
    right = {"user": "review", "pass": users.broker.folder.secrets.broker_password("review")}
    stream_account = {"user": "applications_stream", "pass": ""}
    for login in ({}, {"user": "review", "pass": "guessed"}, stream_account):
        assert b"Authorization Violation" in await _login(users.broker.port, login)
    assert await _login(users.broker.port, right) == b"PONG\r\n"


async def _login(port: int, login: dict[str, str]) -> bytes:
    """The broker's answer in its own words, because the client leaves connections open that are turned away."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await reader.readline()
    writer.write(b"CONNECT " + json.dumps({"verbose": False, **login}).encode() + b"\r\nPING\r\n")
    answer = await reader.readline()
    writer.close()
    await writer.wait_closed()
    return answer


async def test_a_service_reads_what_it_hears_and_the_keeper_answers_its_plea(users: Users) -> None:
    review = await users.as_user("review")
    stream = review.jetstream()
    config = ConsumerConfig(
        name="review-reader",
        ack_policy=AckPolicy.NONE,
        deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
        opt_start_seq=1,
        inactive_threshold=30,
        mem_storage=True,
    )
    await stream.add_consumer("applications", config)
    reader = await stream.pull_subscribe_bind(consumer="review-reader", stream="applications")
    heard = await reader.fetch(10, timeout=1, heartbeat=0.3)
    assert [message.data for message in heard] == [b'{"of":"applications"}']
    assert heard[0].metadata.sequence.stream == 1
    await reader.unsubscribe()
    await stream.delete_consumer("applications", "review-reader")
    assert (await stream.stream_info("review")).state.last_seq == 1

    keeper = await users.as_user(KEEPER)

    async def answer(message: Any) -> None:
        await message.respond(message.subject.encode())

    await keeper.subscribe("rebuild.*", cb=answer)
    await keeper.flush()
    assert (await review.request("rebuild.review", b"please", timeout=2)).data == b"rebuild.review"
    assert users.refused[KEEPER] == []


async def test_a_publish_is_placed_by_the_number_it_expects(users: Users) -> None:
    review = (await users.as_user("review")).jetstream()
    placed = await review.publish("review.second", b"{}", headers={"Nats-Expected-Last-Sequence": "1"})
    assert placed.seq == 2
    with pytest.raises(nats.js.errors.APIError):
        await review.publish("review.second", b"{}", headers={"Nats-Expected-Last-Sequence": "1"})


async def test_no_stream_can_be_made_or_changed_to_copy_into_anothers(users: Users) -> None:
    schemes: list[dict[str, object]] = [
        {"republish": {"src": ">", "dest": "payouts.>"}},
        {"sources": [{"name": "applications"}]},
        {"mirror": {"name": "applications"}},
        {"subject_transform": {"src": "review.>", "dest": "payouts.>"}},
    ]
    for scheme in schemes:
        for call, name in (("CREATE", "evil"), ("CREATE", "payouts"), ("UPDATE", "review"), ("UPDATE", "payouts")):
            with pytest.raises((nats.errors.TimeoutError, nats.errors.NoRespondersError)):
                await (await users.as_user("review")).request(
                    f"$JS.API.STREAM.{call}.{name}", json.dumps({"name": name, **scheme}).encode(), timeout=0.1
                )
    assert [await users.last(name) for name in NAMES] == [1] * len(NAMES)


TARGETS = (
    "payouts.forged",
    "applications.again",
    "$JS.API.STREAM.DELETE.payouts",
    "$JS.API.STREAM.DELETE.applications",
    "$JS.API.STREAM.PURGE.applications",
    "payouts_stream.STREAM.DELETE.payouts",
    "rebuild.payouts",
)


async def _try_every_roundabout_way(users: Users) -> None:
    """As `review`: let answers, events and deliveries go where it may not publish; then start the broker anew."""
    review = await users.as_user("review")
    create = "$JS.API.CONSUMER.CREATE.applications"
    for number, target in enumerate(TARGETS):
        await review.publish("$JS.API.STREAM.INFO.review", b"", reply=target)
        await review.publish("review.said", b"{}", reply=target)
        for headers_only in (True, False):
            name = f"way-{number}-{headers_only}"
            config = {"name": name, "ack_policy": "none", "deliver_policy": "all", "headers_only": headers_only}
            made = await users.ask("review", f"{create}.{name}", {"stream_name": "applications", "config": config})
            assert "error" not in made
            await review.publish(f"$JS.API.CONSUMER.MSG.NEXT.applications.{name}", b'{"batch":5}', reply=target)
            push = {**config, "name": f"push-{name}", "durable_name": f"push-{name}", "deliver_subject": target}
            await users.ask("review", f"{create}.push-{name}", {"stream_name": "applications", "config": push})
            turned = {**push, "deliver_subject": "nowhere"}
            await users.ask("review", f"{create}.push-{name}", {"stream_name": "applications", "config": turned})
            await users.ask("review", f"{create}.push-{name}", {"stream_name": "applications", "config": push})
    await review.flush()
    await asyncio.sleep(SETTLED_S)
    await users.broker.stop()
    await users.broker.start()
    await asyncio.sleep(SETTLED_S)


async def test_s15_no_answer_and_no_delivery_reaches_anothers_stream(users: Users) -> None:
    pleas: list[str] = []

    async def note(message: Any) -> None:
        pleas.append(message.subject)

    await (await users.as_user(KEEPER)).subscribe("rebuild.*", cb=note)
    await _try_every_roundabout_way(users)
    fresh = Users(users.broker)
    try:
        assert {name: await fresh.last(name) for name in NAMES if name != "review"} == dict.fromkeys(
            (name for name in NAMES if name != "review"), 1
        )
        assert await fresh.last("review") == 1 + len(TARGETS)
    finally:
        await fresh.close()
    assert pleas == []


async def test_s15_control_in_one_account_the_same_permissions_let_a_service_write_into_anothers_stream(
    users_in_one_account: Users,
) -> None:
    await _try_every_roundabout_way(users_in_one_account)
    fresh = Users(users_in_one_account.broker)
    try:
        assert await fresh.last("payouts") > 1
        assert await fresh.last("applications") > 1
    finally:
        await fresh.close()


async def test_the_broker_writes_before_it_acknowledges_and_listens_on_loopback_only(users: Users) -> None:
    async with httpx.AsyncClient() as client:
        seen = (await client.get(f"{users.broker.monitor_url}/varz")).json()
    assert seen["jetstream"]["config"]["sync_always"] is True
    assert seen["host"] == "127.0.0.1"
    assert seen["http_host"] == "127.0.0.1"
    assert seen["max_payload"] == 1024 * 1024
