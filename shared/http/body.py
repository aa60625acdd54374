"""Bodies, decoded strictly: "100" is no number, an unknown field is an error. Litestar's own conversion is lax."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar

import msgspec
from litestar.dto import AbstractDTO, DTOConfig
from litestar.exceptions import HTTPException
from litestar.typing import FieldDefinition

from shared.refused import FieldError, Refused
from shared.words import Text

JSON = "application/json"
JSON_MAX_BYTES = 256 * 1024


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a client may send: nothing but the fields named."""


YEARS = range(2000, 9_000)
"""Of moments that somebody may mean; every database and every time zone has them."""


def moment(field: str, value: datetime | None) -> datetime | None:
    """In UTC. Raises Refused for a moment without its time zone, or one that nobody means."""
    if value is not None and (value.tzinfo is None or value.year not in YEARS):
        words = Text("Skriv tidpunkten med tidszon.", "Write the moment with its time zone.")
        raise Refused(words.sv, words.en, (FieldError(field, words),))
    return None if value is None else value.astimezone(UTC)


class StrictBody(AbstractDTO[Body]):
    """Decodes a JSON body straight into its struct: raises msgspec.ValidationError or DecodeError."""

    config = DTOConfig()
    model_type = Body
    _decoders: ClassVar[dict[str, msgspec.json.Decoder[Any]]] = {}

    def decode_bytes(self, value: bytes) -> Any:
        if self.asgi_connection.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
            raise HTTPException(status_code=415)
        return self._decoders[self.asgi_connection.route_handler.handler_id].decode(value)

    def decode_builtins(self, value: dict[str, Any]) -> Any:
        return msgspec.convert(value, self.model_type)

    @classmethod
    def generate_field_definitions(cls, model_type: type[Any]) -> Any:
        return iter(())

    @classmethod
    def detect_nested_field(cls, field_definition: FieldDefinition) -> bool:
        return False

    @classmethod
    def create_for_field_definition(cls, field_definition: FieldDefinition, handler_id: str, **_: Any) -> None:  # type: ignore[override]
        cls._decoders[handler_id] = msgspec.json.Decoder(field_definition.annotation)

    @classmethod
    def create_openapi_schema(cls, field_definition: FieldDefinition, handler_id: str, schema_creator: Any) -> Any:
        return schema_creator.for_field_definition(field_definition)
