"""No roundabout way leads into another's stream: not by answers, deliveries or copies. Without the walls some do."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import nats
import pytest

from infra.estate import KEEPER
from tests.service.broker_users import NAMES, SETTLED_S, Users, users, users_in_one_account  # noqa: F401 - fixtures

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
