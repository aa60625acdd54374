"""The lives that clients live under fire: each a small story of the fund, told through its public API."""

from __future__ import annotations

from tests.torture.load import Client, Life

ROLES = ("officer", "panel", "finance", "attester", "secretary")


async def somebody_gets_roles_and_loses_one(client: Client) -> None:
    """Facts of web alone, heard by audit."""
    account = client.new_id()
    path = f"/api/web/accounts/{account}"
    await client.command("administrator", "PUT", path)
    held = client.chance.sample(ROLES, 3)
    for role in held:
        await client.command("administrator", "PUT", f"{path}/roles/{role}")
    await client.command("administrator", "DELETE", f"{path}/roles/{held[0]}", content=b"")
    shown = (await client.look("administrator", path)).json()
    assert {post["role"] for post in shown["posts"]} == set(held[1:]), shown


LIVES: list[tuple[str, Life]] = [("account", somebody_gets_roles_and_loses_one)]
