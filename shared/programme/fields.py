"""What an association is asked: fields in sections, the lists they choose from, and the papers to attach."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from shared.conditions import Condition
from shared.file_kinds import BY_NAME
from shared.programme.keys import LIST_MAX, Key
from shared.words import ORE_MAX, Code, Text

FILE_KINDS = tuple(BY_NAME)


class FieldType(StrEnum):
    TEXT = "text"
    TEXTAREA = "textarea"
    EMAIL = "email"
    PHONE = "phone"
    URL = "url"
    INTEGER = "integer"
    MONEY = "money"  # integer öre
    SELECT = "select"
    MULTI_SELECT = "multi_select"
    BOOLEAN = "boolean"
    CHECKBOX = "checkbox"
    DATE = "date"
    DATE_RANGE = "date_range"
    ADDRESS = "address"
    PERSON_LIST = "person_list"
    PARTNER_LIST = "partner_list"
    BUDGET_TABLE = "budget_table"
    FUNDING_TABLE = "funding_table"
    PAYOUT_ACCOUNT = "payout_account"
    ORGNR = "orgnr"
    # The report's own kinds.
    TEXTAREA_OR_MEDIA = "textarea_or_media"
    SCALE_5 = "scale_5"
    BUDGET_COMPARISON = "budget_comparison"
    FILE = "file"
    SIGNATURE = "signature"


class PersonalData(StrEnum):
    NONE = "none"
    POSSIBLE = "possible"
    YES = "yes"


class Option(Struct, frozen=True):
    key: Key
    label: Text


class Codelist(Struct, frozen=True):
    """A list of options that several fields choose from."""

    key: Key
    options: Annotated[tuple[Option, ...], Meta(max_length=LIST_MAX)]


class Field(Struct, frozen=True, omit_defaults=True):
    """One question. `minimum` and `maximum` bound integers, and money in öre; `minimum_from`, `maximum_from` and
    `within` name facts of the call that bound it instead. `public` is about publishing, never a promise of secrecy."""

    key: Key
    label: Text
    type: FieldType
    required: bool = False
    required_if: Condition | None = None
    public: bool = False
    help: Text | None = None
    max_length: Annotated[int, Meta(ge=1, le=20_000)] | None = None
    minimum: Annotated[int, Meta(ge=-ORE_MAX, le=ORE_MAX)] | None = None
    maximum: Annotated[int, Meta(ge=-ORE_MAX, le=ORE_MAX)] | None = None
    minimum_from: Key | None = None
    maximum_from: Key | None = None
    within: Key | None = None
    options: Annotated[tuple[Option, ...], Meta(max_length=LIST_MAX)] = ()
    codelist: Key | None = None
    personal_data: PersonalData = PersonalData.NONE
    info: Text | None = None
    indicator: Code | None = None
    min_cell_public: Annotated[int, Meta(ge=1, le=100)] | None = None
    consent: Key | None = None


class Section(Struct, frozen=True):
    key: Key
    title: Text
    fields: Annotated[tuple[Field, ...], Meta(max_length=LIST_MAX)]


class Attachment(Struct, frozen=True, omit_defaults=True):
    """A paper the association attaches, always or when the condition holds."""

    key: Key
    label: Text
    required: bool = False
    required_if: Condition | None = None
    accept: tuple[Key, ...] = FILE_KINDS


class Forms(Struct, frozen=True):
    application: Annotated[tuple[Section, ...], Meta(max_length=LIST_MAX)]

    def application_fields(self) -> tuple[Field, ...]:
        return tuple(field for section in self.application for field in section.fields)
