"""What stands in the way of sending in, and of signing what is to be sent in: the call has to be there, be open, and
have room for one more of the association's."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.applications.domain import counting, setting_down
from services.applications.domain.call import Call
from services.applications.domain.programme import Programme
from shared.catalogue.applications import SetDown
from shared.life import Circumstances
from shared.refused import Already, Refused


class ForACall(Protocol):
    """A command about an application to a call."""

    @property
    def programme(self) -> UUID: ...

    @property
    def call(self) -> UUID: ...

    @property
    def association(self) -> UUID: ...

    @property
    def set_down(self) -> SetDown | None: ...


class AlreadySentIn(Already):
    def __init__(self) -> None:
        super().__init__("Ansökan är redan inskickad.", "The application has already been sent in.")


def in_an_open_call(command: ForACall, here: Circumstances) -> tuple[Programme, Call, datetime]:
    """The programme, its call, and when it came by their clock: what the fund `set_down`, by the day it came. Raises
    Refused."""
    programme, call = here.also.get(command.programme), here.also.get(command.call)
    if not isinstance(programme, Programme) or not isinstance(call, Call) or call.programme != programme.id:
        raise Refused("Utlysningen finns inte.", "There is no such call.")
    came_at = setting_down.received(command.set_down, call, here.received(programme.offset_s))
    counting.refuse_one_too_many(call.id, call.rules.max_applications_per_organisation, command.association, here)
    return programme, call, came_at
