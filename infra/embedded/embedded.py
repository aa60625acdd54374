"""The embedded default: both databases and the broker on one folder, started together and stopped together."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from infra.database.prepare import prepare
from infra.embedded import process
from infra.embedded.addresses import Addresses, BrokerLogin, ServiceAddress
from infra.embedded.broker import EmbeddedBroker
from infra.embedded.folder import DataFolder
from infra.embedded.identity import identity_for
from infra.embedded.postgres import EmbeddedPostgres
from infra.estate import KEEPER, SERVICES, ServiceEstate

TEND_EVERY_S = 0.5


class Embedded:
    """`start` takes the folder, ends what a killed predecessor left, starts and prepares; `stop` gives it all back."""

    def __init__(self, data_dir: Path | str, estate: Sequence[ServiceEstate] = SERVICES) -> None:
        self.folder = DataFolder(Path(data_dir))
        self.estate = tuple(estate)
        self._servers: tuple[EmbeddedPostgres, EmbeddedPostgres, EmbeddedBroker] | None = None

    async def start(self) -> Addresses:
        """Raises FolderTaken when another process has the folder, ChildFailed when a server does not start."""
        self.folder.take()
        try:
            return await self._start()
        except BaseException:
            await self.stop()
            raise

    async def tend(self) -> None:
        """Until cancelled: start a server that died again, on its port. Raises ChildFailed when it will not live."""
        while True:
            for server in self._running():
                if not server.running:
                    await server.stop_orphan()
                    await server.start()
            await asyncio.sleep(TEND_EVERY_S)

    async def stop(self) -> None:
        """Stop all three at once and let go of the folder. Safe to call again."""
        if self._servers is not None:
            await asyncio.gather(*(server.stop() for server in self._servers))
            self._servers = None
        self.folder.release()

    @property
    def addresses(self) -> Addresses:
        """Where everything is, as `start` said."""
        return self._addresses(*self._running())

    @property
    def postgres(self) -> EmbeddedPostgres:
        return self._running()[0]

    @property
    def keys(self) -> EmbeddedPostgres:
        return self._running()[1]

    @property
    def broker(self) -> EmbeddedBroker:
        return self._running()[2]

    async def _start(self) -> Addresses:
        self.folder.secrets.make_all(self.estate)
        identity = identity_for(self.folder.path)
        postgres = EmbeddedPostgres(self.folder, "postgres", identity)
        keys = EmbeddedPostgres(self.folder, "keys", identity)
        broker = EmbeddedBroker(self.folder, self.estate, identity)
        self._servers = (postgres, keys, broker)
        await process.together(*(server.stop_orphan() for server in self._servers))
        await process.together(*(server.start() for server in self._servers))
        await prepare(postgres.dsn, self.estate, self._role_passwords(), keys.dsn)
        return self.addresses

    def _running(self) -> tuple[EmbeddedPostgres, EmbeddedPostgres, EmbeddedBroker]:
        if self._servers is None:
            raise RuntimeError("the embedded servers are not started")
        return self._servers

    def _role_passwords(self) -> dict[str, str]:
        roles = [role for service in self.estate for role in (service.name, service.owner)]
        return {role: self.folder.secrets.role_password(role) for role in roles}

    def _addresses(self, postgres: EmbeddedPostgres, keys: EmbeddedPostgres, broker: EmbeddedBroker) -> Addresses:
        secrets = self.folder.secrets
        private, public = secrets.token_keys()
        return Addresses(
            services={service.name: self._service(service, postgres, keys) for service in self.estate},
            nats_url=broker.url,
            nats_monitor_url=broker.monitor_url,
            keeper=BrokerLogin(KEEPER, secrets.broker_password(KEEPER)),
            kek=secrets.key_encryption_key(),
            kek_file=secrets.path("kek"),
            token_private_key=private,
            token_public_key=public,
            files=self.folder.files,
            superuser_url=postgres.dsn,
            keys_superuser_url=keys.dsn,
            signer_password=secrets.signer_password(),
            signer_password_file=secrets.path("signer_password"),
            signer_folder=self.folder.signer,
        )

    def _service(self, service: ServiceEstate, postgres: EmbeddedPostgres, keys: EmbeddedPostgres) -> ServiceAddress:
        return ServiceAddress(
            name=service.name,
            database_url=postgres.dsn_for(service.name, service.name),
            owner_url=postgres.dsn_for(service.owner, service.name),
            keys_url=keys.dsn_for(service.name, service.keys_database) if service.has_keys else None,
            keys_owner_url=keys.dsn_for(service.owner, service.keys_database) if service.has_keys else None,
            broker=BrokerLogin(service.name, self.folder.secrets.broker_password(service.name)),
        )
