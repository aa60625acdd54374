"""S-15: what each broker user may say and hear, tried subject by subject; and every way round into another's stream."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import nats
import pytest
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from infra.estate import KEEPER, SERVICES
from tests.service.broker_users import NAMES, PATIENCE_S, SETTLED_S, Users, users  # noqa: F401 - a fixture

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
    heard = await reader.fetch(1, timeout=PATIENCE_S)
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
    assert (await review.request("rebuild.review", b"please", timeout=PATIENCE_S)).data == b"rebuild.review"
    assert users.refused[KEEPER] == []


async def test_a_publish_is_placed_by_the_number_it_expects(users: Users) -> None:
    review = (await users.as_user("review")).jetstream()
    placed = await review.publish("review.second", b"{}", headers={"Nats-Expected-Last-Sequence": "1"})
    assert placed.seq == 2
    with pytest.raises(nats.js.errors.APIError):
        await review.publish("review.second", b"{}", headers={"Nats-Expected-Last-Sequence": "1"})


async def test_the_broker_writes_before_it_acknowledges_and_listens_on_loopback_only(users: Users) -> None:
    async with httpx.AsyncClient() as client:
        seen = (await client.get(f"{users.broker.monitor_url}/varz")).json()
    assert seen["jetstream"]["config"]["sync_always"] is True
    assert seen["host"] == "127.0.0.1"
    assert seen["http_host"] == "127.0.0.1"
    assert seen["max_payload"] == 1024 * 1024
