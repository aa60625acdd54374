"""The envelope: the exact text of an event is stored, published and hashed, so it is the same for ever."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.catalogue import Event
from shared.catalogue.payouts import BatchAnswered, PaymentBooked
from shared.catalogue.web import AccountOpened, RoleGranted
from shared.envelope import Because, Envelope, UnknownEvent, concerns, event_of, seal, unseal
from shared.identity import FUND, Actor, Post, Role

SUBJECT, CASE, PERSON, KEY = (UUID(int=number) for number in (1, 2, 3, 4))
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
OFFICER = Actor(PERSON, (Post(Role.OFFICER),))

EXACT = (
    '{"specversion":"1.0","id":"00000000-0000-0000-0000-000000000001-7","source":"payouts","type":"payment.booked",'
    '"subject":"00000000-0000-0000-0000-000000000001","time":"2026-06-01T12:00:00.000000Z","authtype":"user",'
    '"authid":"00000000-0000-0000-0000-000000000003","correlationid":"a request","causationid":"an event",'
    '"idempotencykey":"00000000-0000-0000-0000-000000000004","traceparent":"00-trace",'
    '"data":{"case":"00000000-0000-0000-0000-000000000002","booked_on":"2026-06-01"}}'
)


def sealed(event: Event, **because: object) -> str:
    return seal(event, SUBJECT, 7, NOON, OFFICER, Because(correlation="a request", **because))  # type: ignore[arg-type]


def test_the_text_of_an_event_is_exactly_this() -> None:
    event = PaymentBooked(case=CASE, booked_on=date(2026, 6, 1))

    assert sealed(event, causation="an event", idempotency_key=KEY, traceparent="00-trace") == EXACT


def test_what_is_not_known_is_left_out() -> None:
    text = sealed(AccountOpened())

    assert "causationid" not in text
    assert "idempotencykey" not in text
    assert "traceparent" not in text


def test_an_event_comes_back_as_it_was_sealed() -> None:
    event = RoleGranted(role=Role.OFFICER, granted_by=PERSON, association=CASE)
    envelope = unseal(sealed(event))

    assert event_of(envelope) == event
    assert (envelope.subject, envelope.version, envelope.source, envelope.type) == (SUBJECT, 7, "web", "role.granted")
    assert (envelope.authtype, envelope.authid) == ("user", PERSON)


def test_the_fund_itself_is_a_system_and_no_user() -> None:
    envelope = unseal(seal(AccountOpened(), SUBJECT, 1, NOON, FUND, Because(correlation="due")))

    assert (envelope.authtype, envelope.authid) == ("system", FUND.id)


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=2))]), min_value=datetime(2000, 1, 1)))
def test_a_moment_is_the_same_moment_on_the_wire(moment: datetime) -> None:
    envelope = unseal(seal(AccountOpened(), SUBJECT, 1, moment, OFFICER, Because(correlation="x")))

    assert datetime.fromisoformat(envelope.time) == moment


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (AccountOpened(), {SUBJECT}),
        (PaymentBooked(case=CASE, booked_on=date(2026, 6, 1)), {SUBJECT, CASE}),
        (BatchAnswered(cases=(CASE, PERSON), accepted=2, rejected=0), {SUBJECT, CASE, PERSON}),
    ],
)
def test_an_event_concerns_its_subject_and_every_case_it_names(event: Event, expected: set[UUID]) -> None:
    assert concerns(unseal(sealed(event))) == expected


@pytest.mark.parametrize(
    "data", ["null", "[]", '"text"', '{"case":7}', '{"cases":"none"}', '{"case":"' + "x" * 36 + '"}']
)
def test_data_that_nobody_can_read_concerns_at_least_its_subject(data: str) -> None:
    text = EXACT.partition('"data":')[0] + f'"data":{data}}}'

    assert concerns(unseal(text)) == {SUBJECT}


def test_an_event_of_a_type_nobody_knows_is_told_apart_from_one_that_does_not_fit() -> None:
    with pytest.raises(UnknownEvent, match=r"payouts payment\.framed"):
        event_of(unseal(EXACT.replace("payment.booked", "payment.framed")))
    with pytest.raises(msgspec.ValidationError):
        event_of(unseal(EXACT.replace('"2026-06-01"', '"some day"')))


def test_fields_from_newer_versions_are_read_past() -> None:
    newer = EXACT.replace('"booked_on"', '"colour":"red","booked_on"').replace(
        '"specversion"', '"partition":3,"specversion"'
    )

    assert event_of(unseal(newer)) == PaymentBooked(case=CASE, booked_on=date(2026, 6, 1))


@given(st.binary(max_size=80) | st.text(max_size=80).map(str.encode))
def test_what_is_no_envelope_is_never_taken_for_one(text: bytes) -> None:
    with pytest.raises((msgspec.MsgspecError, UnicodeDecodeError)):
        unseal(text)


def test_the_envelope_is_a_cloud_event() -> None:
    required = {"specversion", "id", "source", "type"}

    assert required <= set(msgspec.json.decode(EXACT))
    assert all(field.isalnum() and field.islower() for field in Envelope.__struct_fields__)
