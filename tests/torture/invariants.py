"""What must be true after every run, whatever struck: each check looks at the books and says what is not so.

The checks use SQL and the tree computed anew from the journals, not the services' own answers; only the services' own
roots are asked for as well, because two books that must agree are a promise of their own.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from shared.broker import Broker, Gap, Pull
from shared.merkle import leaf_hash, root
from tests.torture.books import Book, heads_and_bookmarks, owners_without_key, read_books, read_trail
from tests.torture.estate import Estate
from tests.torture.ledger import Ledger
from tests.torture.letters import check_letters
from tests.torture.money import check_money

SHOWN_MAX = 5
READ_BATCH = 512
STREAM_PATIENCE_S = 60.0
ASK_S = 5.0
MADE_ANEW_S = 0.5
LOOKS_MAX = 10
QUIET_S = 2.0


@dataclass
class Findings:
    """Sentences about what is not as it must be, and the two numbers that sum them up."""

    broken: list[str] = field(default_factory=list)
    facts: int = 0
    lost: int = 0
    doubled: int = 0
    rot_met: int = 0
    """Messages that nobody could read any more and nobody had needed again, found by reading from the start."""

    def check(self, holds: bool, otherwise: str) -> None:
        if not holds:
            self.broken.append(otherwise)


async def examine(estate: Estate, ledger: Ledger, poisoned: frozenset[UUID] = frozenset()) -> Findings:
    """Looks at everything, while nobody tells anything any more. Where the house did something of its own accord
    meanwhile (letters are written when there is time), what was seen belongs to no one moment: all is looked at anew.
    """
    for _ in range(LOOKS_MAX):
        standing = await heads_and_bookmarks(estate)
        found = await _look(estate, ledger, poisoned)
        if await heads_and_bookmarks(estate) == standing:
            return found
        await asyncio.sleep(QUIET_S)
    found.check(False, "the house goes on telling facts of its own accord")
    return found


async def _look(estate: Estate, ledger: Ledger, poisoned: frozenset[UUID]) -> Findings:
    found, books = Findings(), await read_books(estate)
    found.facts = sum(book.head for book in books.values())
    for book in books.values():
        check_journal(book, found)
        check_bookmarks(book, books, found)
        check_reactions(book, books, poisoned, found)
        found.check(not book.parked, f"{book.name} still has parked {book.parked[:SHOWN_MAX]}")
        keyless = await owners_without_key(estate, book.name)
        found.check(not keyless, f"{book.name} has content nobody can open: {keyless[:SHOWN_MAX]}")
    check_acknowledged(books, ledger, found)
    found.broken += check_money(books)
    found.broken += check_letters(books)
    for source in [book for book in books.values() if book.name != "audit"]:
        await check_trail(estate, source, found)
        await check_stream(estate, source, found)
    return found


def check_journal(book: Book, found: Findings) -> None:
    """1, 2, 3 … to the head, and each subject's versions likewise."""
    whole = book.positions == list(range(1, book.head + 1))
    found.check(whole, f"{book.name}: the journal is not 1 to {book.head} without gaps")
    versions: Counter[UUID] = Counter()
    for envelope in book.envelopes:
        versions[envelope.subject] += 1
        expected = versions[envelope.subject]
        found.check(envelope.version == expected, f"{book.name}: {envelope.id} stands where version {expected} should")


def check_bookmarks(book: Book, books: Mapping[str, Book], found: Findings) -> None:
    for source, position in book.bookmarks.items():
        if source in books:
            head = books[source].head
            found.check(position == head, f"{book.name} has read {source} to {position} of {head}")


def check_reactions(book: Book, books: Mapping[str, Book], released: frozenset[UUID], found: Findings) -> None:
    """What another's fact led to happened once, and in the order of those facts, but for what was parked meanwhile.

    One case is a subject in several journals, so an id may stand in each, and where one led to the other even with the
    same request behind it. What came of such a one is in order if it is for either; it says nothing of what follows.
    """
    places: dict[tuple[str | None, str], list[tuple[str, int]]] = {}
    for other in books.values():
        for place, envelope in enumerate(other.envelopes):
            if other.name != book.name:
                places.setdefault((envelope.id, envelope.correlationid), []).append((other.name, place))
    caused = [one for one in book.envelopes if (one.causationid, one.correlationid) in places]
    times = Counter((one.causationid, one.correlationid, one.subject, one.type, bytes(one.data)) for one in caused)
    twice = [what[0] for what, count in times.items() if count > 1]
    found.doubled += len(twice)
    found.check(not twice, f"{book.name} did twice what {twice[:SHOWN_MAX]} led to")
    last: dict[str, int] = {}
    for envelope in caused:
        causes = places[envelope.causationid, envelope.correlationid]
        if any(books[source].envelopes[place].subject in released for source, place in causes):
            continue
        why = " or ".join(f"{source} {place + 1}, after {last.get(source, -1) + 1}" for source, place in causes)
        in_order = any(place >= last.get(source, -1) for source, place in causes)
        found.check(in_order, f"{book.name} did {envelope.id} {envelope.type}, to which led {why}")
        if len(causes) == 1:
            last.update(causes)


def check_acknowledged(books: Mapping[str, Book], ledger: Ledger, found: Findings) -> None:
    """What a client was told yes to is in the journal, and no fact of it came to be in two of its attempts."""
    references: dict[tuple[UUID, UUID, str], set[str]] = {}
    for envelope in (envelope for book in books.values() for envelope in book.envelopes):
        if envelope.idempotencykey is not None:
            what = (envelope.idempotencykey, envelope.subject, envelope.type)
            references.setdefault(what, set()).add(envelope.correlationid)
    keys = {key for key, _, _ in references}
    lost = [told.what for told in ledger.acknowledged if told.key not in keys]
    doubled = [ledger.asked.get(what[0], str(what)) for what, attempts in references.items() if len(attempts) > 1]
    strange = [str(key) for key in keys if key not in ledger.asked]
    found.lost += len(lost)
    found.doubled += len(doubled)
    found.check(not lost, f"acknowledged and not in the journal: {lost[:SHOWN_MAX]}")
    found.check(not doubled, f"done twice: {doubled[:SHOWN_MAX]}")
    found.check(not strange, f"done without having been asked: {strange[:SHOWN_MAX]}")
    for told in ledger.acknowledged:
        beyond = (told.position or 0) > books[told.service].head
        found.check(not beyond, f"{told.what} was told position {told.position}, beyond the journal's head")


async def check_trail(estate: Estate, source: Book, found: Findings) -> None:
    """Audit has every fact once, in order, byte for byte, and the tree is the one computed from the journal."""
    kept, tree = await read_trail(estate, source.name)
    texts = [text for _, text in kept]
    journal = [text.encode() for text in source.texts]
    found.lost += sum((Counter(journal) - Counter(texts)).values())
    found.doubled += sum((Counter(texts) - Counter(journal)).values())
    found.check([place for place, _ in kept] == source.positions, f"audit has not 1 to {source.head} of {source.name}")
    found.check(texts == journal, f"audit's texts of {source.name} are not those of its journal")
    computed = root(leaf_hash(text) for text in journal)
    same = tree.size == source.head and (tree.root == computed or not journal)
    found.check(same, f"audit's tree of {source.name} is not that of its journal")


async def check_stream(estate: Estate, source: Book, found: Findings) -> None:
    """The stream is the journal, message for message: whoever rebuilds from it gets the same.

    Rot behind everybody's bookmark is met by whoever reads from the start. This does then what a reader does: it tells
    the keeper, and reads what is made anew.
    """
    reader = "audit"
    broker = Broker(estate.servers.broker.url, reader, estate.servers.folder.secrets.broker_password(reader))
    try:
        async with asyncio.timeout(STREAM_PATIENCE_S):
            texts, missing = await _read_stream(broker, source)
            while missing is not None:
                found.rot_met += 1
                await (await broker.client()).request(f"missing.{source.name}", str(missing).encode(), timeout=ASK_S)
                await asyncio.sleep(MADE_ANEW_S)
                texts, missing = await _read_stream(broker, source)
        same = texts == [text.encode() for text in source.texts]
        found.check(same, f"the stream {source.name} does not say what its journal says")
    except Exception as error:  # noqa: BLE001 - a stream that cannot be read is what this looks for
        found.check(False, f"the stream {source.name} cannot be read: {error!r}")
    finally:
        await broker.close()


async def _read_stream(broker: Broker, source: Book) -> tuple[list[bytes], int | None]:
    """All its texts, or those up to the first that cannot be had, and its number."""
    texts: list[bytes] = []
    while (await (await broker.js()).stream_info(source.name)).state.last_seq < source.head:
        await asyncio.sleep(MADE_ANEW_S)  # its relay is on the way
    async with Pull(broker, source.name, 1) as pull:
        while len(texts) < source.head:
            try:
                batch = await pull.batch(READ_BATCH)
            except Gap as gap:
                return texts, gap.missing
            for number, text in batch:
                if number != len(texts) + 1:
                    return texts, len(texts) + 1
                texts.append(text)
    return texts, None
