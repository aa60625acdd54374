"""Checkpoints are stamped by an authority of somebody else's, and nobody waits for it. Each way it can be wrong is
tried, and a true stamp is the control."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from services.audit import logs, stamps
from services.audit.authority import TOKEN_BYTES_MAX, Authority, NoStamp
from shared.office import Office
from tests.service.house import TestedHouse
from tests.service.signed_log import signed_size
from tests.stamp_authority import TestedAuthority, stamping

TEXT = b"fund.example/log/review\n7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestedAuthority]:
    with stamping(TestedAuthority(tmp_path_factory.mktemp("authority"))) as one:
        yield one


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> TestedAuthority:
    return TestedAuthority(tmp_path_factory.mktemp("other"))


@pytest.fixture
def asked(authority: TestedAuthority) -> Iterator[Authority]:
    """As audit asks it, with its root pinned. Whatever a test makes it answer is over afterwards."""
    true = authority.answer
    yield Authority(authority.url, authority.root)
    authority.answer = true


@pytest.fixture
async def office(house: TestedHouse) -> AsyncIterator[Office]:
    """Audit, with a log that has been signed."""
    found: Office = house.office("audit")
    await signed_size(house, "web")
    before = found.settings
    yield found
    found.settings = before
    for name in (stamps.NEXT_LOOK, stamps.DELAY):
        found.extra.pop(name, None)
    found.trouble.pop(stamps.ALARM, None)


async def test_what_the_authority_stamped_is_verified_and_openssl_agrees(
    asked: Authority, authority: TestedAuthority, tmp_path: Path
) -> None:
    now = datetime.now(UTC)

    stamp = await asked.stamp(TEXT, now)

    assert stamp.authority == "CN=Tidens notarie"
    assert abs(stamp.stamped_at - now) < timedelta(minutes=1)
    (tmp_path / "token").write_bytes(stamp.token)
    (tmp_path / "text").write_bytes(TEXT)
    root = str(authority.folder / "root.pem")
    order = ["openssl", "ts", "-verify", "-data", "text", "-in", "token", "-CAfile", root]
    assert subprocess.run(order, cwd=tmp_path, capture_output=True).returncode == 0
    (tmp_path / "text").write_bytes(TEXT.replace(b"7", b"8"))
    assert subprocess.run(order, cwd=tmp_path, capture_output=True).returncode != 0


async def test_a_stamp_of_something_else_or_by_somebody_else_is_none(
    asked: Authority, authority: TestedAuthority, other: TestedAuthority
) -> None:
    now = datetime.now(UTC)
    old = (await asked.stamp(TEXT, now)).token

    authority.answer = lambda _: (200, old)
    with pytest.raises(NoStamp, match="Nonce"):
        await asked.stamp(TEXT, now)
    authority.answer = lambda query: (200, other.stamped(query))
    with pytest.raises(NoStamp, match="no stamp of this"):
        await asked.stamp(TEXT, now)
    authority.answer = lambda query: (200, authority.stamped(_of_another_text(query)))
    with pytest.raises(NoStamp, match="messages"):
        await asked.stamp(TEXT, now)
    for body in (b"", b"0" * 100, old[:-1], b"0" * (TOKEN_BYTES_MAX + 1)):
        authority.answer = lambda _, body=body: (200, body)  # type: ignore[misc]
        with pytest.raises(NoStamp):
            await asked.stamp(TEXT, now)
    authority.answer = lambda query: (503, authority.stamped(query))
    with pytest.raises(NoStamp, match="503"):
        await asked.stamp(TEXT, now)


def _of_another_text(query: bytes) -> bytes:
    """The same question and nonce, with another digest in the place of the one asked about."""
    at = query.index(b"\x04\x20") + 2
    return query[:at] + bytes(32) + query[at + 32 :]


async def test_a_stamp_whose_time_cannot_be_is_none(asked: Authority) -> None:
    with pytest.raises(NoStamp, match="clock"):
        await asked.stamp(TEXT, datetime.now(UTC) + timedelta(minutes=11))
    with pytest.raises(NoStamp, match="clock"):
        await asked.stamp(TEXT, datetime.now(UTC) - timedelta(minutes=11))


async def test_without_a_root_nothing_is_believed(authority: TestedAuthority) -> None:
    with pytest.raises(NoStamp, match="BIFALL_STAMP_ROOT"):
        Authority(authority.url, b"")


async def test_a_checkpoint_waits_for_an_authority_that_is_away_and_gets_its_stamp_when_it_is_back(
    house: TestedHouse, office: Office, authority: TestedAuthority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamps, "ALARM_AFTER", timedelta(seconds=-1))
    monkeypatch.setattr(stamps, "STAMP_EVERY", timedelta(0))  # others in this house may have had a log stamped lately
    true, authority.answer = authority.answer, lambda _: (503, b"")
    office.settings = msgspec.structs.replace(office.settings, stamp_url=authority.url, stamp_roots=authority.root)
    office.extra.pop(stamps.NEXT_LOOK, None)
    await stamps.stamp_checkpoints(office)
    stranger = house.stranger()
    assert (await stranger.get("/api/audit/log/web/stamps")).json() == {"items": [], "next": None}
    assert office.extra[stamps.DELAY] > stamps.FIRST_DELAY_S, "it is asked less often"
    assert "web" in office.trouble[stamps.ALARM]

    authority.answer = true
    before = authority.asked
    await stamps.stamp_checkpoints(office)
    assert authority.asked == before, "not yet"
    office.extra.pop(stamps.NEXT_LOOK)
    await stamps.stamp_checkpoints(office)

    assert stamps.ALARM not in office.trouble
    (log,) = [each for each in (await logs.latest(office.pool)).values() if each.source == "web"]
    (kept,) = await stamps.of_log(office.pool, log)
    (shown,) = (await stranger.get("/api/audit/log/web/stamps")).json()["items"]
    assert (shown["size"], shown["note"]) == (kept.size, kept.note)
    served = await stranger.get(f"/api/audit/log/web/checkpoints/{kept.size}")
    assert served.text.startswith(kept.note), "what was stamped is the checkpoint before anybody cosigned it"
    token = await stranger.get(f"/api/audit/log/web/checkpoints/{kept.size}/stamp")
    assert (token.headers["content-type"], token.content) == ("application/timestamp-reply", kept.token)
    assert (await stranger.get(f"/api/audit/log/web/checkpoints/{kept.size + 1}/stamp")).status_code == 404
    await stamps.stamp_newest(office.pool, log, Authority(authority.url, authority.root))
    assert len(await stamps.of_log(office.pool, log)) == 1, "the same is not stamped twice"
