"""Migrations: forward only, each once, whoever starts at the same time; a service does not run on another schema."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest

from shared.migrate import ENGINE, Migration, SchemaMismatch, is_current, migrate, migrations_in
from shared.office import Office
from tests.service.engine.box.services import BOXES
from tests.service.engine.yard import Yard

FIRST = Migration("lending/0001_books", "create table book (id integer primary key)")
SECOND = Migration("lending/0002_titles", "alter table book add column title text")


@pytest.fixture
async def url(yard: Yard) -> AsyncIterator[str]:
    """An empty database of its own."""
    await yard.as_superuser("postgres", "create database scratch")
    yield yard.superuser_url("scratch")
    await yard.as_superuser("postgres", "drop database scratch with (force)")


async def applied(url: str, wanted: list[Migration]) -> list[str]:
    connection = await asyncpg.connect(url)
    try:
        return await migrate(connection, wanted)
    finally:
        await connection.close()


async def test_each_migration_is_applied_once_and_new_ones_after_it(url: str) -> None:
    assert await applied(url, [FIRST]) == ["lending/0001_books"]
    assert await applied(url, [FIRST]) == []
    assert await applied(url, [FIRST, SECOND]) == ["lending/0002_titles"]


async def test_several_processes_that_start_at_once_apply_it_once(url: str) -> None:
    done = await asyncio.gather(*(applied(url, [FIRST, SECOND]) for _ in range(6)))

    assert sorted(map(len, done)) == [0, 0, 0, 0, 0, 2]


async def test_a_migration_that_was_changed_after_it_was_applied_is_refused(url: str) -> None:
    await applied(url, [FIRST])
    changed = Migration(FIRST.name, FIRST.sql + " -- and a little more")

    with pytest.raises(SchemaMismatch, match="lending/0001_books was changed"):
        await applied(url, [changed, SECOND])

    assert await applied(url, [FIRST]) == []


async def test_an_older_version_does_not_touch_a_newer_database(url: str) -> None:
    await applied(url, [FIRST, SECOND])

    with pytest.raises(SchemaMismatch, match="newer than this version"):
        await applied(url, [FIRST])


async def test_a_migration_that_fails_leaves_nothing_behind(url: str) -> None:
    broken = Migration("lending/0002_broken", "create table shelf (id integer); select no_such_function()")

    with pytest.raises(asyncpg.UndefinedFunctionError):
        await applied(url, [FIRST, broken])

    assert await applied(url, [FIRST, SECOND]) == [FIRST.name, SECOND.name]


async def test_the_schema_is_current_only_when_it_is_exactly_the_codes(url: str) -> None:
    await applied(url, [FIRST])
    connection = await asyncpg.connect(url)

    assert await is_current(connection, [FIRST])
    assert not await is_current(connection, [FIRST, SECOND])
    assert not await is_current(connection, [])
    await connection.close()


async def test_a_service_does_not_open_on_a_schema_that_is_not_its_own(yard: Yard, tmp_path: Path) -> None:
    (tmp_path / "0001_box.sql").write_text((BOXES.migrations / "0001_box.sql").read_text() + "\n-- later")

    office = Office(replace(BOXES, migrations=tmp_path), yard.settings("box"))

    with pytest.raises(SchemaMismatch):
        await office.open()

    await office.close()  # whoever closes a house closes every office in it, also one that never opened


def test_migrations_come_folder_by_folder_in_the_order_of_their_names() -> None:
    names = [migration.name for migration in migrations_in(ENGINE, BOXES.migrations)]

    assert names[0] == "engine/0001_journal"
    assert names[-1] == "box_tables/0001_box"
    assert names[:-1] == sorted(names[:-1])
