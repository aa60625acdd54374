"""Routes of payees: the association enters its account, finance holds it against the bank's proof."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, get, post, put
from litestar.params import QueryParameter

from services.payouts import views
from services.payouts.api.seeing import Status, seen
from services.payouts.bank.characters import NAME_MAX, TOWN_MAX, as_payment_text
from services.payouts.domain.account import COUNTRY, NEEDED, WRONG, Account, Country, Scheme, read_account
from services.payouts.domain.payee import PAYEE, Payee, RegisterPayee, VerifyPayee
from services.payouts.ordering import ACCOUNTS, account_item
from services.payouts.sharing import SharedAccounts, shared_accounts
from shared.http.body import Body
from shared.http.lists import PAGE_DEFAULT, After, Ids, Limit, Page, read_ids
from shared.http.visit import Visit, as_bytes
from shared.identity import Role
from shared.refused import FieldError, Refused
from shared.words import FreeText, Line

Typed = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
ToBePaid = Annotated[bool, QueryParameter(name="to_be_paid", required=False)]


class PayeeBody(Body, frozen=True, kw_only=True):
    """`clearing` for a bank account only."""

    scheme: Scheme
    number: Typed
    clearing: Typed | None = None
    name: Line
    town: Line
    country: Country = COUNTRY


class ProofBody(Body, frozen=True, kw_only=True):
    """What was seen, and when: `Intyg från banken, 3 maj`."""

    words: FreeText


class Proof(msgspec.Struct, frozen=True):
    words: str


class ShownPayee(msgspec.Struct, frozen=True):
    id: UUID
    version: int
    status: str
    next: Role | None
    account: Account | None
    entered_by_you: bool


@put("/payees/{association:uuid}", name="register_payee")
async def register_payee(association: UUID, data: PayeeBody, visit: Visit) -> Response[Any]:
    """The association's account. Another account than before has to be verified anew."""
    account = read_account(data.scheme, data.number, data.clearing, data.name, data.town, data.country)
    _refuse_unreadable(account)
    state = await visit.office.book.read(visit.office.pool, association)
    payee = state if isinstance(state, Payee) else None
    same = payee is not None and await _account(visit, payee) == account
    number = payee.changes + (0 if same else 1) if payee else 1
    sealed = await visit.sealed(association, ACCOUNTS, {account_item(number): as_bytes(account)})
    command = RegisterPayee(subject=association, scheme=account.scheme, account=sealed[0].digest)
    return await visit.do(command, sealed=sealed, clear={"name": account.name}, must_match=False)


@get("/payees", name="list_payees")
async def list_payees(
    visit: Visit,
    after: After = None,
    limit: Limit = PAGE_DEFAULT,
    status: Status = None,
    to_be_paid: ToBePaid = False,
    ids: Ids = None,
) -> Page[views.ListedPayee]:
    """Associations' accounts; `status` makes a work list of it, `to_be_paid` of those that money is to go to."""
    wanted = views.OfPayees(status, to_be_paid, read_ids(ids))
    return await views.list_payees(visit.office.pool, visit.actor.id, wanted, after, limit)


@get("/payees/{association:uuid}", name="see_payee")
async def see_payee(association: UUID, visit: Visit) -> Response[Any]:
    """The association's account, for those who pay and for the association itself."""
    payee = await seen(visit, association, Payee)
    shown = ShownPayee(
        id=payee.id,
        version=payee.version,
        status=payee.status,
        next=PAYEE.moves[payee.status],
        account=await _account(visit, payee),
        entered_by_you=payee.changed_by == visit.actor.id,
    )
    return visit.shown(payee, shown)


@post("/payees/{association:uuid}/verification", name="verify_payee", status_code=200)
async def verify_payee(association: UUID, data: ProofBody, visit: Visit) -> Response[Any]:
    """The account is the association's own: the bank's proof has been seen, by another than who entered it."""
    payee = await visit.office.book.read(visit.office.pool, association)
    number = payee.changes if isinstance(payee, Payee) else 0
    sealed = await visit.sealed(association, ACCOUNTS, {proof_item(number): as_bytes(Proof(data.words))})
    return await visit.do(VerifyPayee(subject=association, proof=sealed[0].digest), sealed=sealed)


@get("/shared-accounts", name="see_shared_accounts")
async def see_shared_accounts(visit: Visit) -> SharedAccounts:
    """Accounts that stand for more than one association: whose they are, and no account itself. A person looks why."""
    return await shared_accounts(visit.office)


def proof_item(number: int) -> str:
    return f"proof-{number}"


async def _account(visit: Visit, payee: Payee) -> Account | None:
    content = await visit.office.store.open(visit.office.pool, payee.id, ACCOUNTS, account_item(payee.changes))
    return msgspec.json.decode(content, type=Account) if content else None


def _refuse_unreadable(account: Account) -> None:
    """H13: a name that has no letters a bank can read is no name on a payment."""
    fields = (("name", account.name, NAME_MAX), ("town", account.town, TOWN_MAX))
    errors = tuple(FieldError(name, NEEDED) for name, text, longest in fields if not as_payment_text(text, longest))
    if errors:
        raise Refused(WRONG.sv, WRONG.en, errors)


ROUTES = (register_payee, list_payees, see_payee, verify_payee, see_shared_accounts)
