"""The routes of audit: questions only. Hashes are in hexadecimal, texts exact."""

from typing import Annotated
from uuid import UUID

from litestar import get
from litestar.params import QueryParameter

from services.audit import (
    as_signed,
    books,
    disposals,
    evidence,
    inquiry,
    proofs,
    reconciling,
    samples,
    trees,
    verification,
    views,
)
from services.audit.as_signed import AsSigned
from services.audit.books import Agreement, Differences
from services.audit.completeness import Completeness, completeness
from services.audit.disposals import DisposalExecution
from services.audit.domain.roll import Standing
from services.audit.inquiry import Enlisted, Report
from services.audit.proofs import Consistency, Inclusion
from services.audit.reconciling import Reconciled
from services.audit.sample import SAMPLE_MAX, SEED_MAX
from services.audit.samples import Recorded, Redrawn, Sample
from services.audit.verification import Verification
from services.audit.views import ShownEntry, Trace
from shared.http.after import positions
from shared.http.lists import PAGE_DEFAULT, After, Limit, Page
from shared.http.visit import Visit
from shared.merkle import SIZE_MAX
from shared.office import Office
from shared.trail_package.evidence import Evidence

KNOWN_MAX = 1_000

Size = Annotated[int | None, QueryParameter(name="size", ge=1, le=SIZE_MAX, required=False)]
OldSize = Annotated[int, QueryParameter(name="old", ge=1, le=SIZE_MAX)]
Programme = Annotated[UUID | None, QueryParameter(required=False)]
Seed = Annotated[str, QueryParameter(min_length=1, max_length=SEED_MAX)]
SampleSize = Annotated[int, QueryParameter(ge=1, le=SAMPLE_MAX)]
Register = Annotated[int | None, QueryParameter(name="register", ge=0, le=SIZE_MAX, required=False)]
Known = Annotated[str | None, QueryParameter(name="known", min_length=3, max_length=KNOWN_MAX, required=False)]
NewSize = Annotated[int, QueryParameter(name="new", ge=1, le=SIZE_MAX)]


@get("/sources", name="list_sources")
async def list_sources(office: Office) -> list[trees.ShownHead]:
    """Whom audit follows, and how far: the size and root of each tree."""
    return [trees.shown(head) for head in await trees.heads(office.pool)]


@get("/completeness", name="see_completeness")
async def see_completeness(office: Office) -> Completeness:
    """Whether everything that was told is kept."""
    return await completeness(office.pool, office.broker)


@get("/sources/{source:str}/entries", name="list_entries")
async def list_entries(
    office: Office, source: str, after: After = None, limit: Limit = PAGE_DEFAULT
) -> Page[ShownEntry]:
    """A source's facts, in its order."""
    return await views.entries(office.pool, source, after, limit)


@get("/sources/{source:str}/entries/{position:int}", name="see_entry")
async def see_entry(office: Office, source: str, position: int) -> ShownEntry:
    return await views.entry(office.pool, source, position)


@get("/sources/{source:str}/proofs/{position:int}", name="prove_inclusion")
async def prove_inclusion(office: Office, source: str, position: int, size: Size = None) -> Inclusion:
    """That an entry is in the tree, as it stands or as it stood at `size`."""
    return await proofs.inclusion(office.pool, source, position, size)


@get("/sources/{source:str}/consistency", name="prove_consistency")
async def prove_consistency(office: Office, source: str, old: OldSize, new: NewSize) -> Consistency:
    """That the tree has only been added to between two sizes."""
    return await proofs.consistency(office.pool, source, old, new)


@get("/sources/{source:str}/verification", name="verify_source")
async def verify_source(office: Office, source: str, after: After = None) -> Verification:
    """The tree counted anew from the stored texts, a page at a time."""
    return await verification.verify(office.worker_pool, source, after)


@get("/sources/{source:str}/agreement", name="see_agreement")
async def see_agreement(office: Office, source: str, size: Size = None) -> Agreement:
    """Whether the service's own book, counted anew, has the root that audit has; now, or as both were at `size`."""
    return await books.agreement(office.worker_pool, source, books.book_of(office, source), size)


@get("/sources/{source:str}/differences", name="list_differences")
async def list_differences(office: Office, source: str, after: After = None) -> Differences:
    """The service's own book and audit's held against each other entry by entry, a page at a time."""
    return await books.differences(office.worker_pool, source, books.book_of(office, source), after)


@get("/sources/{source:str}/as-signed", name="see_as_signed")
async def see_as_signed(office: Office, source: str, after: After = None) -> AsSigned:
    """The checkpoints that were signed of the source's log, held against its tree as it is now, a page at a time."""
    return await as_signed.page(office.worker_pool, source, after)


@get("/reconciliations", name="list_reconciliations")
async def list_reconciliations(office: Office) -> list[Reconciled]:
    """What the latest night's comparison of each book found."""
    return await reconciling.latest(office.pool)


@get("/report", name="see_report")
async def see_report(office: Office, programme: Programme = None) -> Report:
    """The auditor's questions, answered from the whole trail, or of one programme."""
    return await inquiry.inquire(office.worker_pool, programme)


@get("/population", name="see_population")
async def see_population(
    office: Office, programme: Programme = None, standing: Standing | None = None, after: After = None
) -> Enlisted:
    """Every registered case by its number, as the trail alone tells of it: decided and paid, and where it stands."""
    return await inquiry.enlist(office.worker_pool, programme, standing, after)


@get("/sample", name="draw_sample")
async def draw_sample(
    office: Office, seed: Seed, size: SampleSize = 10, programme: Programme = None, register: Register = None
) -> Sample:
    """Cases drawn at random: the same seed draws the same cases from the same register, as it stands or as it was after
    so many facts. To put it on record, tell web's `/samples/{sample}` what is answered here."""
    return await samples.draw(office.worker_pool, programme, seed, size, register)


@get("/samples", name="list_samples")
async def list_samples(office: Office) -> list[Recorded]:
    """The samples that stand on record, the latest first: who drew them, by what seed, from what."""
    return await samples.recorded(office.worker_pool)


@get("/samples/{sample:uuid}", name="see_sample")
async def see_sample(office: Office, sample: UUID) -> Redrawn:
    """A sample that stands on record, with its cases drawn again from the register as it was."""
    return await samples.redrawn(office.worker_pool, sample)


@get("/cases/{case:uuid}/trail", name="see_trail")
async def see_trail(
    visit: Visit, office: Office, case: UUID, after: After = None, limit: Limit = PAGE_DEFAULT
) -> Page[Trace]:
    """Everything that concerns a case, in order of time, each with its exact text and its proof."""
    return await views.trail(office.pool, case, visit.actor.id, after, limit)


@get("/cases/{case:uuid}/evidence", name="see_evidence")
async def see_evidence(visit: Visit, office: Office, case: UUID, known: Known = None) -> Evidence:
    """The whole story of a case, with proofs against signed checkpoints: what its package is made of.

    `known` are checkpoints the reader holds, as `log=size,log=size`: the way from there to now is proven too.
    """
    async with office.worker_pool.acquire() as connection:
        return await evidence.evidence(connection, case, visit.actor.id, positions(known) if known else ())


@get("/disposals/{disposal:uuid}", name="see_execution")
async def see_execution(visit: Visit, office: Office, disposal: UUID) -> DisposalExecution:
    """Who has carried out a disposal, who has not, and until when backups can be read."""
    return await disposals.execution(office.pool, disposal, visit.actor.id)


ROUTES = (
    list_sources,
    see_completeness,
    list_entries,
    see_entry,
    prove_inclusion,
    prove_consistency,
    verify_source,
    see_agreement,
    list_differences,
    see_as_signed,
    list_reconciliations,
    see_report,
    see_population,
    draw_sample,
    list_samples,
    see_sample,
    see_trail,
    see_evidence,
    see_execution,
)
