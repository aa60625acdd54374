"""The e-mail that checkpoints come in: its files are exactly the checkpoints, and its words say what they are for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import SMTP

import msgspec
import pytest

from services.web.letters import checkpoints
from services.web.letters.checkpoint_mail import MailedLog, as_mail
from shared.tlog.checkpoints import Checkpoint, opened, sign
from shared.tlog.notes import public_key, read_note

ORIGIN, SEED = "fund.example/log/review", bytes(range(32))
AT = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
KEY = public_key(ORIGIN, SEED)
LOG = MailedLog("review", "review", ORIGIN, [str(KEY)], None, str(sign(Checkpoint(ORIGIN, 1234, bytes(32)), SEED)))


def test_what_is_enclosed_is_the_checkpoint_byte_for_byte() -> None:
    sent = as_mail([LOG], "revisor@region.example", "fonden@region.example", "0" * 32, AT, is_new=False).as_bytes()

    came = message_from_bytes(sent, policy=SMTP)
    enclosed = {part.get_filename(): part.get_content() for part in came.iter_attachments()}  # type: ignore[attr-defined]
    assert set(enclosed) == {"review-1234.checkpoint.txt", "keys.txt"}
    assert opened(read_note(enclosed["review-1234.checkpoint.txt"].decode()), [KEY]).size == 1234
    assert enclosed["keys.txt"] == f"{KEY}\n".encode()
    again = as_mail([LOG], "revisor@region.example", "fonden@region.example", "0" * 32, AT, is_new=False).as_bytes()
    assert again == sent, "tried again it is the same"


def test_a_new_key_and_a_book_that_began_anew_are_said_first() -> None:
    broken = msgspec.structs.replace(LOG, first="{}", name="review-2")
    mail = as_mail([broken], "revisor@region.example", "fonden@region.example", "0" * 32, AT, is_new=True)

    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert text.startswith("En nyckel är ny")
    assert "Prövningen: 1 234 rader, har börjat om" in text
    assert "Review: 1,234 lines, has begun anew" in text
    assert mail["Subject"] == "Spårets nycklar eller böcker är nya 2026-11-22 / The trail's keys or books are new"
    usual = as_mail([LOG], "revisor@region.example", "fonden@region.example", "0" * 32, AT, is_new=False)
    assert "begun anew" not in str(usual.get_body(("plain",)))


def test_what_is_no_address_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "BIFALL_CHECKPOINT_MAIL_TO", "a@b.example, revisor@c.example,a@b.example, nobody\r\nBcc: x@y.example,"
    )

    assert checkpoints.recipients() == (["a@b.example", "revisor@c.example"], ["nobody\r\nBcc: x@y.example"])


def test_a_day_s_mail_falls_due_at_seven_in_stockholm() -> None:
    seven = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
    assert checkpoints.last_morning(seven) == seven
    assert checkpoints.last_morning(seven - timedelta(seconds=1)) == seven - timedelta(days=1)
