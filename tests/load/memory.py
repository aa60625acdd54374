"""Everything in one process, idle: its resident memory (the servers not counted), and a bare application's."""

from __future__ import annotations

import asyncio
import statistics

from tests.load.frame import Measured, Reach, Row, Size, in_turn
from tests.load.ground import folder
from tests.load.running import bare, house_on

SETTLED_AFTER_S = 3.0


async def measure(size: Size) -> Measured:
    async with folder() as path:

        async def everything() -> float:
            async with house_on(path / "data") as house:
                await asyncio.sleep(SETTLED_AFTER_S)
                return house.resident_mb

        measured = await in_turn(min(size.rounds, 3), bare_application, everything)
    measured.figures["resident_mb"] = statistics.median(measured.rows)
    return measured


async def bare_application() -> float:
    async with bare() as application:
        await asyncio.sleep(SETTLED_AFTER_S)
        return application.resident_mb


ROW = Row(
    name="memory",
    what="all services in one process, idle, resident memory",
    floor="a bare Litestar application",
    unit="MB",
    reaches=(Reach("resident_mb", at_most=200),),
    measure=measure,
)
