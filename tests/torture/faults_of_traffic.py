"""Faults of processes and of the network: killed, frozen, cut off, stalled. Nothing on any disk is harmed."""

from __future__ import annotations

import asyncio
import signal

from tests.torture.scene import Fault, Scene

FROZEN_S = (1.5, 6.0)
CUT_S = (1.0, 5.0)
DOWN_S = (0.0, 2.0)


async def kill_a_service(scene: Scene) -> str:
    name = scene.chance.choice(sorted(scene.estate.services))
    scene.estate.services[name].signal(signal.SIGKILL)
    return f"killed {name}"


async def kill_every_service(scene: Scene) -> str:
    for serving in scene.estate.services.values():
        serving.signal(signal.SIGKILL)
    return "killed every service and the keeper at once"


async def freeze_a_service(scene: Scene) -> str:
    name, frozen_s = scene.chance.choice(sorted(scene.estate.services)), scene.chance.uniform(*FROZEN_S)
    scene.estate.services[name].signal(signal.SIGSTOP)
    await asyncio.sleep(frozen_s)
    scene.estate.services[name].signal(signal.SIGCONT)
    return f"froze {name} for {frozen_s:.1f} s"


async def kill_the_broker(scene: Scene) -> str:
    servers, down_s = scene.estate.servers, scene.chance.uniform(*DOWN_S)
    await servers.kill(servers.broker)
    await asyncio.sleep(down_s)
    await servers.revive(servers.broker)
    return f"killed the broker, started it after {down_s:.1f} s"


async def kill_the_database(scene: Scene) -> str:
    servers, down_s = scene.estate.servers, scene.chance.uniform(*DOWN_S)
    cluster = scene.chance.choice((servers.postgres, servers.postgres, servers.keys))
    await servers.kill(cluster)
    await asyncio.sleep(down_s)
    await servers.revive(cluster)
    return f"killed the database {cluster.name}, started it after {down_s:.1f} s"


async def freeze_the_broker(scene: Scene) -> str:
    servers, frozen_s = scene.estate.servers, scene.chance.uniform(*FROZEN_S)
    servers.freeze(servers.broker)
    await asyncio.sleep(frozen_s)
    servers.thaw(servers.broker)
    return f"froze the broker for {frozen_s:.1f} s"


async def freeze_the_database(scene: Scene) -> str:
    servers, frozen_s = scene.estate.servers, scene.chance.uniform(*FROZEN_S)
    servers.freeze(servers.postgres)
    await asyncio.sleep(frozen_s)
    servers.thaw(servers.postgres)
    return f"froze the database for {frozen_s:.1f} s"


async def cut_a_link(scene: Scene) -> str:
    to, name = _a_link(scene)
    link, cut_s = getattr(scene.estate, f"to_{to}")[name], scene.chance.uniform(*CUT_S)
    link.cut()
    await asyncio.sleep(cut_s)
    link.mend()
    return f"cut {name} off from the {to} for {cut_s:.1f} s"


async def stall_a_link(scene: Scene) -> str:
    to, name = _a_link(scene)
    link, stalled_s = getattr(scene.estate, f"to_{to}")[name], scene.chance.uniform(*CUT_S)
    link.stall()
    await asyncio.sleep(stalled_s)
    link.mend()
    return f"let nothing through between {name} and the {to} for {stalled_s:.1f} s"


async def stall_everything(scene: Scene) -> str:
    stalled_s = scene.chance.uniform(*CUT_S)
    for link in scene.estate.links:
        link.stall()
    await asyncio.sleep(stalled_s)
    for link in scene.estate.links:
        link.mend()
    return f"let nothing through between any service and its servers for {stalled_s:.1f} s"


def _a_link(scene: Scene) -> tuple[str, str]:
    to = scene.chance.choice(("database", "broker"))
    return to, scene.chance.choice(sorted(getattr(scene.estate, f"to_{to}")))


FAULTS: dict[str, Fault] = {
    fault.__name__: fault
    for fault in (
        kill_a_service,
        kill_every_service,
        freeze_a_service,
        kill_the_broker,
        kill_the_database,
        freeze_the_broker,
        freeze_the_database,
        cut_a_link,
        stall_a_link,
        stall_everything,
    )
}
