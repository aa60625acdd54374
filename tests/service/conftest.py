"""One embedded database and broker for all service tests, and one house of all services on them."""

from __future__ import annotations

from tests.service.own_house import fixtures

addresses, house, everything = fixtures("session")
