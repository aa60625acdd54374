"""The estate: which services there are, what each keeps, and whom each hears.

The one place infra knows the services from. Databases, roles, streams and broker permissions follow from this table.
"""

from __future__ import annotations

from dataclasses import dataclass

KEEPER = "streams"
"""The broker's user that alone may create, update and delete streams."""


@dataclass(frozen=True)
class ServiceEstate:
    """One service: its name is also the name of its role, its database and its stream."""

    name: str
    hears: tuple[str, ...]
    has_keys: bool = True
    streams: tuple[str, ...] = ()

    @property
    def owner(self) -> str:
        """The role that owns the databases and runs migrations."""
        return f"{self.name}_owner"

    @property
    def keys_database(self) -> str:
        """The small database apart, where the keys of erasable content are kept."""
        return f"{self.name}_keys"


SERVICES: tuple[ServiceEstate, ...] = (
    ServiceEstate("applications", hears=("review", "payouts"), streams=("applications",)),
    ServiceEstate("review", hears=("applications", "payouts"), streams=("review",)),
    ServiceEstate("payouts", hears=("applications", "review"), streams=("payouts",)),
    ServiceEstate("audit", hears=("applications", "review", "payouts", "web"), has_keys=False, streams=("audit",)),
    ServiceEstate("web", hears=("applications", "review", "payouts"), streams=("web",)),
)
