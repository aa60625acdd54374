"""A tiny kind of subject for the tests of what all kinds share: a book that is lent and comes back."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from shared.catalogue import Event
from shared.identity import Role
from shared.life import Command, Kind, State
from shared.words import Text


class BookBought(Event, frozen=True, kw_only=True):
    source: ClassVar[str] = "lending"
    type: ClassVar[str] = "book.bought"
    price_ore: int


class BookLent(Event, frozen=True, kw_only=True):
    source: ClassVar[str] = "lending"
    type: ClassVar[str] = "book.lent"
    reader: UUID


class BookReturned(Event, frozen=True, kw_only=True):
    source: ClassVar[str] = "lending"
    type: ClassVar[str] = "book.returned"


class Status(StrEnum):
    IN = "in"  # the officer: lend it
    OUT = "out"  # the applicant: bring it back


class Book(State, frozen=True, kw_only=True):
    price_ore: int
    reader: UUID | None = None


class LendBook(Command, frozen=True, kw_only=True):
    reader: UUID


BOOK = Kind(
    name="book",
    state=Book,
    life={
        (None, BookBought): Status.IN,
        (Status.IN, BookLent): Status.OUT,
        (Status.OUT, BookReturned): Status.IN,
    },
    evolve=lambda book, event: {
        BookBought: lambda: {"price_ore": event.price_ore},
        BookLent: lambda: {"reader": event.reader},
        BookReturned: lambda: {"reader": None},
    }[type(event)](),
    decide=lambda book, command, here: [BookLent(reader=command.reader)],
    commands=(LendBook,),
    moves={Status.IN: Role.OFFICER, Status.OUT: Role.APPLICANT},
    labels={
        Status.IN: Text("Boken är inne", "The book is in"),
        Status.OUT: Text("Boken är utlånad", "The book is out"),
    },
)
