"""The administrator's accounts: who there is, which roles they hold, invitations, and the second person's yes."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from litestar import Response, get, post

from services.web.domain.account import takes_two
from services.web.letters.post import is_open
from services.web.pages.account.ground import desk_of
from services.web.pages.account.roles import GIVEN, ROLES
from services.web.signing_in import invitations, people
from services.web.signing_in.desk import LetterNotSent
from services.web.site.alphabet import in_order
from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from services.web.site.forms import Form
from services.web.site.money_and_time import ZONE
from shared.identity import Post, Role
from shared.refused import Refused, Unknown

READ = (Role.ADMINISTRATOR, Role.AUDITOR, Role.DATA_PROTECTION_OFFICER)
CONFIRM = (Role.ADMINISTRATOR, Role.DECISION_MAKER)


def _given_roles(caller: Caller) -> list[tuple[str, str, str | None]]:
    """For choosing: which take two people stands beside them."""
    two = caller.gettext("Takes two people: somebody else has to confirm.")
    return [
        (role.value, caller.say(ROLES[role]).capitalize(), two if takes_two(Post(role)) else None) for role in GIVEN
    ]


async def _names(caller: Caller, accounts: list[str]) -> dict[str, str]:
    found = await people.names_of(caller.site.office, [UUID(one) for one in accounts])
    return {str(account): name for account, name in found.items()}


def _words(caller: Caller, post_: dict[str, Any]) -> str:
    return caller.say(ROLES[Role(post_["role"])])


@get("/administer/accounts", name="page_accounts")
async def accounts_page(caller: Caller) -> Response[Any]:
    caller.required(*READ)
    listed = (await caller.ask("web", "/accounts", after=caller.request.query_params.get("after"))).json
    # Whoever answers for personal data sees who there is; who is being let in is not theirs.
    waiting, invited = [
        one.json["items"] if one else []
        for one in await caller.ask_all_there(("web", "/proposed-roles"), ("web", "/invitations"))
    ]
    names = await _names(caller, [one["id"] for one in listed["items"]])
    sent_to = await invitations.addresses(caller.site.office, [UUID(one["id"]) for one in invited])
    return caller.page(
        "account/administer/accounts.html",
        accounts=in_order(
            [one | {"name": names.get(one["id"], "")} for one in listed["items"]], "name", caller.language
        ),
        next_page=listed["next"],
        waiting=len(waiting),
        invitations=[
            {
                **one,
                "email": sent_to.get(UUID(one["id"]), ""),
                "words": _words(caller, one),
                "last_day": last_day_of(one["until"]),
            }
            for one in invited
        ],
        may=caller.holds(Role.ADMINISTRATOR),
    )


@get("/administer/accounts/{account:uuid}", name="page_account")
async def account_page(account: UUID, caller: Caller) -> Response[Any]:
    caller.required(*READ)
    return await _account(caller, account)


def last_day_of(until: str | datetime | None) -> str | None:
    """The last whole or begun day of a role that ends."""
    if until is None:
        return None
    at = until if isinstance(until, datetime) else datetime.fromisoformat(until)
    return (at - timedelta(microseconds=1)).astimezone(ZONE).date().isoformat()


async def _account(
    caller: Caller, account: UUID, wrong: Wrong | None = None, written: Form | None = None
) -> Response[Any]:
    shown = (await caller.ask("web", f"/accounts/{account}")).json
    proposers = [one["proposed_by"] for one in shown["proposals"]]
    return caller.page(
        "account/administer/account.html",
        account=shown,
        names=await _names(caller, [shown["id"], *proposers]),
        words=lambda held: _words(caller, held),
        last_days={
            (one["post"]["role"], one["post"]["association"]): last_day_of(one["until"]) for one in shown["endings"]
        },
        held=[(one["role"], one["association"]) for one in shown["posts"]],
        proposed=[one | {"last_day": last_day_of(one["until"])} for one in shown["proposals"]],
        written=written,
        roles=_given_roles(caller),
        may_see_all=caller.holds(Role.DATA_PROTECTION_OFFICER),
        may=caller.holds(Role.ADMINISTRATOR) and account != caller.account,
        wrong=wrong,
        status=wrong.status if wrong else 200,
    )


def _role_in(form: Form) -> str:
    """A role's name and nothing else: it goes into an address."""
    written = form.get("role")
    return written if written in set(Role) else "none"


def _after_day(caller: Caller, day: str) -> str | None:
    """The moment the day is over, here. Raises Wrong."""
    if not day:
        return None
    try:
        return datetime.combine(date.fromisoformat(day) + timedelta(days=1), time(), ZONE).isoformat()
    except (ValueError, OverflowError):
        said = caller.gettext("Write the day as 2026-03-31.")
        raise Wrong(422, "", said, (("until", said),)) from None


@post("/administer/accounts/{account:uuid}/roles", name="post_account_role", status_code=303)
async def give_role(account: UUID, caller: Caller) -> Response[Any]:
    form = await caller.form()
    role = form.get("role")
    try:
        until = _after_day(caller, form.get("until"))
        body = {"until": until} if until else {}
        await caller.tell("web", "PUT", f"/accounts/{account}/roles/{_role_in(form)}", body, form=form)
    except Wrong as wrong:
        return await _account(caller, account, wrong, form)
    said = caller.gettext("The role is given.")
    if takes_two(Post(Role(role))):
        said = caller.gettext("The role is proposed. Somebody else has to confirm it.")
    return caller.goes_on(f"/administer/accounts/{account}", said=said)


@post("/administer/accounts/{account:uuid}/roles/withdraw", name="post_account_role_gone", status_code=303)
async def take_role(account: UUID, caller: Caller) -> Response[Any]:
    form = await caller.form()
    path, association = f"/accounts/{account}/roles/{_role_in(form)}", form.get("association") or None
    only_proposed = "true" if "only_proposed" in form else None
    try:
        await caller.tell("web", "DELETE", path, form=form, association=association, only_proposed=only_proposed)
    except Wrong as wrong:
        return await _account(caller, account, wrong)
    said = caller.gettext("The role is taken back.")
    if only_proposed:
        said = caller.gettext("What was proposed is taken back. Roles that are held stay as they are.")
    return caller.goes_on(f"/administer/accounts/{account}", said=said)


# The second person


@get("/administer/roles", name="page_proposed_roles")
async def proposed_page(caller: Caller) -> Response[Any]:
    caller.required(*CONFIRM, Role.AUDITOR)
    return await _proposed(caller)


async def _proposed(caller: Caller, wrong: Wrong | None = None) -> Response[Any]:
    listed = (await caller.ask("web", "/proposed-roles")).json["items"]
    every = [
        (one, proposal | {"last_day": last_day_of(proposal["until"])})
        for one in listed
        for proposal in one["proposals"]
    ]
    involved = [one for account, proposal in every for one in (account["id"], proposal["proposed_by"])]
    me = str(caller.account)
    for_ = {one["post"]["association"] for _, one in every if one["post"]["association"]}
    found = await caller.ask_all_there(*(("applications", f"/associations/{one}") for one in sorted(for_)))
    return caller.page(
        "account/administer/roles.html",
        associations={one.json["id"]: one.json["particulars"]["name"] for one in found if one is not None},
        proposals=every,
        names=await _names(caller, involved),
        words=lambda held: _words(caller, held),
        mine=me,
        may=caller.holds(*CONFIRM),
        wrong=wrong,
        status=wrong.status if wrong else 200,
    )


@post("/administer/roles/confirm", name="post_role_confirmed", status_code=303)
async def confirm(caller: Caller) -> Response[Any]:
    """The version in the form is of what they read: proposed anew since then, it is read again."""
    form = await caller.form()
    try:
        path = f"/accounts/{UUID(form.get('account'))}/roles/{_role_in(form)}/confirmation"
    except ValueError:
        raise Unknown from None
    try:
        await caller.tell("web", "PUT", path, form=form, association=form.get("association") or None)
    except Wrong as wrong:
        return await _proposed(caller, wrong)
    return caller.goes_on("/administer/roles", said=caller.gettext("You have confirmed the role."))


# Invitations


@get("/administer/accounts/invite", name="page_invite")
async def invite_page(caller: Caller) -> Response[Any]:
    caller.required(Role.ADMINISTRATOR)
    return caller.page("account/administer/invite.html", roles=_given_roles(caller), has_post=is_open())


@post("/administer/accounts/invite", name="post_invite", status_code=303)
async def invite(caller: Caller) -> Response[Any]:
    caller.required(Role.ADMINISTRATOR)
    form = await caller.form()
    invitation = UUID(form.key)  # pressed twice, it is one invitation
    try:
        email = people.email_of(form.get("email"))
        body = {"email": email, "role": form.get("role"), "language": form.get("language") or "sv"}
        if until := _after_day(caller, form.get("until")):
            body["until"] = until
        await caller.tell("web", "PUT", f"/invitations/{invitation}", body, form=form)
    except Wrong as wrong:
        return _invite_again(caller, wrong, form)
    except Refused as refused:
        told = Wrong.from_text(refused.status, refused.title, refused.detail, refused.errors, caller.language)
        return _invite_again(caller, told, form)
    return caller.goes_on("/administer/accounts", said=await _sent(caller, invitation))


def _invite_again(caller: Caller, wrong: Wrong, form: Form) -> Response[Any]:
    return caller.page(
        "account/administer/invite.html",
        wrong=wrong,
        status=wrong.status,
        roles=_given_roles(caller),
        has_post=is_open(),
        written=form,
    )


async def _sent(caller: Caller, invitation: UUID) -> str:
    """Sends its letter; where that fails the invitation stands, and the letter can be sent again."""
    desk, office = desk_of(caller), caller.site.office
    shown = (await caller.ask("web", f"/invitations/{invitation}")).json
    fund = caller.site.about.operator
    letter = await invitations.letter(office, invitation, desk.url, fund, ROLES[Role(shown["role"])])
    try:
        await desk.send(letter)
    except LetterNotSent:
        return caller.gettext("The invitation is made, but its letter could not be sent just now. Send it again below.")
    return caller.gettext("The invitation is sent.")


@post("/administer/invitations/{invitation:uuid}/letter", name="post_invitation_letter", status_code=303)
async def send_again(invitation: UUID, caller: Caller) -> Response[Any]:
    caller.required(Role.ADMINISTRATOR)
    return caller.goes_on("/administer/accounts", said=await _sent(caller, invitation))


@post("/administer/invitations/{invitation:uuid}/withdraw", name="post_invitation_gone", status_code=303)
async def withdraw(invitation: UUID, caller: Caller) -> Response[Any]:
    form = await caller.form()
    await caller.tell("web", "DELETE", f"/invitations/{invitation}", form=form)
    return caller.goes_on("/administer/accounts", said=caller.gettext("The invitation is taken back."))


ROUTES = (
    accounts_page,
    account_page,
    give_role,
    take_role,
    proposed_page,
    confirm,
    invite_page,
    invite,
    send_again,
    withdraw,
)
