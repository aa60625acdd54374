"""The site: what every page stands on, opened once with web's office."""

from __future__ import annotations

from collections.abc import Mapping

from services.web.door import Behind
from services.web.site.about import About
from services.web.site.sessions import Sessions
from services.web.tokens import Tokens
from shared.http.actor_token import Minter
from shared.office import Office


class Site:
    """`services` are reached through the door's own `Behind`s, in memory or over the private network."""

    def __init__(
        self, office: Office, services: Mapping[str, Behind], tokens: Tokens, minter: Minter, about: About
    ) -> None:
        self.office = office
        self.services = services
        self.tokens = tokens
        self.minter = minter
        self.about = about
        self.sessions = Sessions(office, about.demo)

    @property
    def is_practice(self) -> bool:
        """Whether practice programmes live here: then every page says so (operating.md keeps real decisions away)."""
        return self.office.settings.practice
