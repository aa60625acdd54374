"""The embedded default is locked down, tells who has its folder, and is durable by its settings."""

from __future__ import annotations

import asyncio
import os
import stat
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from infra.database.prepare import prepare
from infra.embedded import Addresses, Embedded, FolderTaken
from infra.embedded.broker import EmbeddedBroker
from infra.embedded.folder import DataFolder
from infra.embedded.identity import identity_for
from infra.embedded.postgres import EmbeddedPostgres
from infra.estate import SERVICES
from tests.service.embedded_fixtures import value

ROLES = [role for service in SERVICES for role in (service.name, service.owner)]


@pytest.fixture(scope="module")
async def embedded(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Embedded]:
    one = Embedded(tmp_path_factory.mktemp("embedded") / "data")
    await one.start()
    yield one
    await one.stop()


async def test_the_database_asks_for_a_password_on_its_port_and_on_its_socket(embedded: Embedded) -> None:
    for cluster in (embedded.postgres, embedded.keys):
        sockets = str(embedded.folder.run / cluster.name)
        right = embedded.folder.secrets.role_password("postgres")
        for host in ("127.0.0.1", sockets):
            for password in ("", "guessed"):
                with pytest.raises((asyncpg.InvalidPasswordError, asyncpg.InvalidAuthorizationSpecificationError)):
                    await asyncpg.connect(
                        host=host, port=cluster.port, user="postgres", password=password, database="postgres"
                    )
            known = await asyncpg.connect(
                host=host, port=cluster.port, user="postgres", password=right, database="postgres"
            )
            await known.close()


async def test_no_role_can_connect_to_another_services_database(embedded: Embedded) -> None:
    opened, refused = [], 0
    for role in ROLES:
        for cluster, databases in _databases(embedded):
            for database in databases:
                try:
                    connection = await asyncpg.connect(cluster.dsn_for(role, database))
                except (asyncpg.InsufficientPrivilegeError, asyncpg.InvalidPasswordError):
                    refused += 1
                else:
                    opened.append((role, database))
                    await connection.close()
    own = {(role, service.name) for service in SERVICES for role in (service.name, service.owner)}
    own_keys = {(r, s.keys_database) for s in SERVICES if s.has_keys for r in (s.name, s.owner)}
    assert set(opened) == own | own_keys
    assert refused == len(ROLES) * (len(SERVICES) + 4 + 2 * 2) - len(own | own_keys)


def _databases(embedded: Embedded) -> list[tuple[EmbeddedPostgres, list[str]]]:
    shared = ["postgres", "template1"]
    return [
        (embedded.postgres, [*(service.name for service in SERVICES), *shared]),
        (embedded.keys, [*(service.keys_database for service in SERVICES if service.has_keys), *shared]),
    ]


async def test_a_service_cannot_change_the_schema_and_only_its_owner_can(embedded: Embedded) -> None:
    review = embedded.addresses.services["review"]
    await value(review.owner_url, "create table rule (number integer)")
    for forbidden in (
        "create table mine (number integer)",
        "drop table rule",
        "select * from rule",
        "create role somebody",
        "set role review_owner",
        "create temporary table scratch (number integer)",
        "select pg_read_file('PG_VERSION')",
        "copy (select 1) to program 'true'",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await value(review.database_url, forbidden)
    await value(review.owner_url, "drop table rule")


async def test_the_service_roles_are_bounded_in_time_and_are_nobody_special(embedded: Embedded) -> None:
    for role in ROLES:
        row = await value(
            embedded.postgres.dsn,
            "select rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls"
            " or rolpassword not like 'SCRAM-SHA-256$%' from pg_authid where rolname = $1",
            role,
        )
        assert row is False
    application = embedded.postgres.dsn_for("review", "review")
    assert await value(application, "show statement_timeout") == "5s"
    assert await value(application, "show lock_timeout") == "3s"
    assert await value(application, "show idle_in_transaction_session_timeout") == "10s"


async def test_every_durability_switch_of_both_clusters_is_at_its_safest(embedded: Embedded) -> None:
    for cluster in (embedded.postgres, embedded.keys):
        for switch in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums"):
            assert await value(cluster.dsn, f"show {switch}") == "on"
        assert await value(cluster.dsn, "show listen_addresses") == "127.0.0.1"
        assert (
            await value(cluster.dsn, "select datlocprovider::text from pg_database where datname = 'template0'") == "b"
        )
        assert await value(cluster.dsn, "show server_encoding") == "UTF8"


def mode_of(path: Path) -> int:
    """0 where the server has taken a passing file of its own away by now."""
    try:
        return path.lstat().st_mode
    except FileNotFoundError:
        return 0


async def test_only_the_owner_can_read_anything_in_the_folder(embedded: Embedded) -> None:
    folder = embedded.folder.path
    found = {path: mode_of(path) for path in (folder, *folder.rglob("*"))}
    assert [path for path, mode in found.items() if not stat.S_ISSOCK(mode) and mode & 0o077] == []
    assert all(found[path] for path in (folder, folder / "postgres"))


async def test_a_second_holder_is_told_which_process_has_the_folder(embedded: Embedded) -> None:
    with pytest.raises(FolderTaken) as told:
        await Embedded(embedded.folder.path).start()
    assert f"process {os.getpid()}" in str(told.value)
    assert await value(embedded.postgres.dsn, "select 1") == 1


async def test_preparing_again_from_several_places_at_once_changes_nothing(embedded: Embedded) -> None:
    passwords = {role: embedded.folder.secrets.role_password(role) for role in ROLES}
    before = await value(embedded.postgres.dsn, "select array_agg(rolpassword order by rolname) from pg_authid")
    arguments = (embedded.postgres.dsn, SERVICES, passwords, embedded.keys.dsn)
    await asyncio.gather(*(prepare(*arguments) for _ in range(4)))
    assert await value(embedded.postgres.dsn, "select array_agg(rolpassword order by rolname) from pg_authid") == before


async def test_one_cluster_can_hold_the_keys_too_and_several_may_prepare_it_first(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    folder.take()
    folder.secrets.make_all(SERVICES)
    passwords = {role: folder.secrets.role_password(role) for role in ROLES}
    cluster = EmbeddedPostgres(folder)
    try:
        await cluster.start()
        await asyncio.gather(*(prepare(cluster.dsn, SERVICES, passwords) for _ in range(3)))
        assert await value(cluster.dsn_for("review", "review_keys"), "select 1") == 1
        changed = {**passwords, "review": "another-password"}
        await prepare(cluster.dsn, SERVICES, changed)
        with pytest.raises(asyncpg.InvalidPasswordError):
            await value(cluster.dsn_for("review", "review"), "select 1")
    finally:
        await cluster.stop()
        folder.release()


async def test_a_folder_opens_again_with_the_same_secrets_and_rows(tmp_path: Path) -> None:
    seen: list[Addresses] = []
    for started in ("a new folder", "an existing folder"):
        embedded = Embedded(tmp_path / "data")
        begun = time.monotonic()
        seen.append(await embedded.start())
        print(f"{started} was ready after {time.monotonic() - begun:.2f} s")
        try:
            review = seen[-1].services["review"]
            await value(review.owner_url, "create table if not exists kept (number integer)")
            assert await value(
                review.owner_url, "insert into kept values (1) returning (select count(*) from kept)"
            ) == (len(seen) - 1)
        finally:
            await embedded.stop()
    first, second = seen
    assert (first.kek, first.token_private_key, first.keeper) == (second.kek, second.token_private_key, second.keeper)
    assert len(first.kek) == 32
    assert (
        urlsplit(first.services["web"].database_url).password == urlsplit(second.services["web"].database_url).password
    )


async def test_addresses_keep_their_passwords_out_of_what_is_printed(embedded: Embedded) -> None:
    addresses = embedded.addresses
    printed = repr(addresses)
    for path in embedded.folder.secrets.folder.iterdir():
        if path.name != "token_public_key":
            assert path.read_text().strip() not in printed


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
async def test_where_namespaces_are_off_the_servers_become_an_unprivileged_user() -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as reachable:
        os.chmod(reachable, 0o711)
        folder = DataFolder(Path(reachable) / "data")
        folder.take()
        for _ in range(2):
            somebody = identity_for(folder.path, namespaces=False)
            assert somebody.startswith("user:")
            servers = EmbeddedPostgres(folder, "keys", somebody), EmbeddedBroker(folder, SERVICES, somebody)
            try:
                for server in servers:
                    await server.start()
                    assert Path(f"/proc/{server.pid}").stat().st_uid == int(somebody.split(":")[1])
                assert await value(servers[0].dsn, "select 1") == 1
            finally:
                await asyncio.gather(*(server.stop() for server in servers))
        folder.release()
