"""What web is made of."""

from __future__ import annotations

from pathlib import Path

from services.web.api import ROUTES
from services.web.domain.account import ACCOUNT
from services.web.domain.awaited import CASE
from services.web.domain.disposing import DISPOSAL
from services.web.domain.followed import CALL, PROGRAMME
from services.web.domain.helping import HELP
from services.web.domain.invitation import INVITATION
from services.web.domain.letter import LETTER
from services.web.domain.sample import SAMPLE
from services.web.domain.signature import SIGNATURE
from services.web.helping.api import ROUTES as HELPING_ROUTES
from services.web.helping.ending import end_help
from services.web.holding import HOLDING
from services.web.letters.api import ROUTES as LETTER_ROUTES
from services.web.letters.checkpoints import mail_checkpoints
from services.web.letters.contents import sight
from services.web.letters.draft_reminders import remind_of_drafts
from services.web.letters.reminding import remind
from services.web.letters.sending import send_letters
from services.web.letters.when import Hearing
from services.web.letters.writing import write_letters
from services.web.policy import POLICY
from services.web.reactions import REACTIONS
from services.web.reads.api import ROUTES as READ_ROUTES
from services.web.reads.book import open_book
from services.web.samples import ROUTES as SAMPLE_ROUTES
from services.web.signing_in.ending import end_invitations, end_roles
from services.web.site.bell import with_bell
from shared.erasing import dispose
from shared.http.content_routes import content_routes
from shared.service import Service

SERVICE = Service(
    name="web",
    hears=("applications", "review", "payouts"),
    kinds=(ACCOUNT, INVITATION, HELP, SIGNATURE, SAMPLE, LETTER, PROGRAMME, CALL, CASE, DISPOSAL),
    policy=POLICY,
    routes=(*ROUTES, *HELPING_ROUTES, *LETTER_ROUTES, *READ_ROUTES, *SAMPLE_ROUTES, *content_routes(sight)),
    migrations=Path(__file__).parent / "migrations",
    reactions=REACTIONS,
    take=lambda office: with_bell(office, Hearing(office.desk, REACTIONS)),
    due=(
        write_letters,
        send_letters,
        remind,
        remind_of_drafts,
        mail_checkpoints,
        end_roles,
        end_invitations,
        end_help,
        dispose,
    ),
    on_open=open_book,
    holding=HOLDING,
)
