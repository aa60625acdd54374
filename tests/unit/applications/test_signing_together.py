"""Two who bind an association together: the first signature sends nothing in, the second the very same text."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import msgspec
import pytest

from services.applications.domain.application_commands import SubmitApplication
from services.applications.domain.signing import (
    ALONE,
    RULE,
    TOGETHER,
    NotTheSecond,
    SignedMeanwhile,
    SignFirst,
    VoidSignature,
    signatures_needed,
    signing_id,
)
from shared.catalogue.applications import ApplicationSubmitted, CaseRegistered
from shared.catalogue.attachment import Attachment
from shared.catalogue.signing import ApplicationSigned, SignatureVoided, SigningCompleted
from shared.identity import Actor
from shared.refused import Already, NotNow, Refused
from tests.unit.applications.fund import DIGEST, OTHER_DIGEST, Fund, new_id

KIM, BO, ALVA = (Actor(UUID(int=number), ()) for number in (71, 72, 73))
PAPER = Attachment(UUID(int=5), "statutes", "application/pdf", 10, DIGEST)
ANOTHER_PAPER = Attachment(UUID(int=6), "statutes", "application/pdf", 10, OTHER_DIGEST)


class Two(Fund):
    """An association in a call, and a draft of its that two have to sign."""

    def __init__(self) -> None:
        super().__init__()
        self.open_call, self.theirs, self.draft = self.call(), self.association(), new_id()

    def signing(self, revision: int = 3, content: str = DIGEST) -> UUID:
        return signing_id(self.draft, revision, content)

    def first(self, by: Actor = KIM, revision: int = 3, content: str = DIGEST, waited: timedelta = timedelta(0)):
        command = SignFirst(
            subject=self.signing(revision, content),
            draft=self.draft,
            revision=revision,
            programme=self.states[self.open_call].programme,  # type: ignore[attr-defined]
            call=self.open_call,
            association=self.theirs,
            content=content,
            attachments=(PAPER,),
        )
        return self.do(command, by, waited)

    def sent_in(self, by: Actor = BO, **changes: object):
        return self.do(self.second(**changes), by)

    def second(self, **changes: object) -> SubmitApplication:
        command = msgspec.structs.replace(
            self.submission(self.open_call, self.theirs),
            subject=self.draft,
            attachments=(PAPER,),
            signatures=TOGETHER,
            signing=self.signing(),
        )
        return msgspec.structs.replace(command, **changes)

    def take_back(self, by: Actor = KIM):
        return self.do(VoidSignature(subject=self.signing(), why="taken_back"), by)


@pytest.fixture
def two() -> Two:
    return Two()


@pytest.mark.parametrize(
    ("answers", "needed"),
    [
        ({RULE: "two_together"}, TOGETHER),
        ({RULE: "one_alone"}, ALONE),
        ({RULE: "whole_board"}, ALONE),
        ({RULE: ["two_together"]}, ALONE),
        ({RULE: None}, ALONE),
        ({}, ALONE),
    ],
)
def test_it_takes_two_exactly_where_the_association_says_so(answers: dict[str, object], needed: int) -> None:
    assert signatures_needed(answers) == needed


def test_the_first_signature_is_a_fact_and_sends_nothing_in(two: Two) -> None:
    (signed,) = two.first()

    assert isinstance(signed, ApplicationSigned)
    assert (signed.signed_by, signed.content, signed.attachments) == (KIM.id, DIGEST, (PAPER,))
    assert two.draft not in two.states, "there is no case"


def test_the_first_signature_names_no_case(two: Two) -> None:
    """What is taken back before anything was sent in stays the association's own (H8)."""
    (signed,) = two.first()

    assert not {"case", "cases"} & set(signed.__struct_fields__)


def test_the_second_signature_by_another_sends_it_in_with_both_names(two: Two) -> None:
    two.first()

    submitted, registered, whole = two.sent_in()

    assert isinstance(submitted, ApplicationSubmitted)
    assert isinstance(registered, CaseRegistered)
    assert isinstance(whole, SigningCompleted)
    assert (submitted.signed_by, submitted.signatures) == ((KIM.id, BO.id), 2)
    assert (whole.case, whole.signed_by) == (two.draft, (KIM.id, BO.id))
    assert two.status(two.signing()) == "completed"


def test_one_alone_is_as_it_was(two: Two) -> None:
    submitted, _ = two.sent_in(KIM, signatures=ALONE, signing=None)

    assert isinstance(submitted, ApplicationSubmitted)
    assert (submitted.signed_by, submitted.signatures) == ((KIM.id,), 1)


def test_nobody_is_the_second_where_nobody_was_the_first(two: Two) -> None:
    with pytest.raises(NotTheSecond):
        two.sent_in()
    with pytest.raises(NotTheSecond):
        two.sent_in(signing=None)


def test_whoever_signed_first_is_not_the_second(two: Two) -> None:
    two.first(KIM)

    with pytest.raises(NotTheSecond):
        two.sent_in(KIM)


def test_signing_twice_is_signing_once(two: Two) -> None:
    two.first(KIM)

    assert two.first(KIM) == []


def test_whoever_comes_second_in_the_same_moment_is_told_that_they_are_the_second(two: Two) -> None:
    two.first(KIM)

    with pytest.raises(SignedMeanwhile):
        two.first(BO)


@pytest.mark.parametrize("changes", [{"content": OTHER_DIGEST}, {"attachments": (ANOTHER_PAPER,)}, {"attachments": ()}])
def test_the_second_signs_what_the_first_signed_to_the_letter(two: Two, changes: dict[str, object]) -> None:
    two.first()

    with pytest.raises(NotTheSecond):
        two.sent_in(**changes)


def test_a_signature_under_another_draft_counts_for_nothing_here(two: Two) -> None:
    two.first()

    with pytest.raises(NotTheSecond):
        two.sent_in(subject=new_id())


def test_a_signature_that_was_taken_back_counts_no_more(two: Two) -> None:
    two.first()
    (voided,) = two.take_back()

    assert isinstance(voided, SignatureVoided)
    with pytest.raises(NotTheSecond):
        two.sent_in()


def test_either_of_them_takes_it_back_and_either_signs_anew(two: Two) -> None:
    two.first(KIM)
    two.take_back(BO)
    two.first(BO)

    submitted, *_ = two.sent_in(KIM)

    assert submitted.signed_by == (BO.id, KIM.id)


def test_there_is_nothing_to_take_back_twice_or_after_both_have_signed(two: Two) -> None:
    two.first()
    two.take_back()
    with pytest.raises(NotNow):
        two.take_back()

    two.first()
    two.sent_in()
    with pytest.raises(NotNow):
        two.take_back()


def test_another_text_is_another_signature(two: Two) -> None:
    two.first(KIM, revision=3)
    two.first(BO, revision=4, content=OTHER_DIGEST)

    with pytest.raises(NotTheSecond):
        two.sent_in(BO, signing=two.signing(4, OTHER_DIGEST))
    with pytest.raises(NotTheSecond):
        two.sent_in(BO, content=OTHER_DIGEST)


def test_nobody_signs_first_what_is_sent_in(two: Two) -> None:
    two.first()
    two.sent_in()

    with pytest.raises(Already):
        two.first(ALVA)


def test_what_counts_against_the_deadline_is_when_the_second_signs(two: Two) -> None:
    two.first()
    two.at += timedelta(days=365)

    with pytest.raises(Refused, match="time to apply was over"):
        two.sent_in()
    assert two.draft not in two.states


def test_whoever_signed_second_in_time_is_in_time_however_long_the_queue(two: Two) -> None:
    two.first()
    closes_at = two.states[two.open_call].rules.closes_at  # type: ignore[attr-defined]
    two.at = closes_at + timedelta(minutes=5)

    submitted, *_ = two.do(two.second(), BO, timedelta(minutes=6))

    assert submitted.received_at <= closes_at


def test_the_first_signature_waits_for_the_call_to_open_and_is_not_given_when_it_has_closed(two: Two) -> None:
    two.at -= timedelta(days=2)
    with pytest.raises(Refused, match="opens"):
        two.first()

    two.at += timedelta(days=365)
    with pytest.raises(Refused, match="was over"):
        two.first()


def test_nobody_is_asked_to_sign_one_application_more_than_the_call_takes(two: Two) -> None:
    two.application(two.open_call, two.theirs)

    with pytest.raises(Refused, match="as many applications"):
        two.first()


def test_the_fact_says_how_many_it_took_and_older_facts_that_one_did() -> None:
    known = {one.name: one for one in msgspec.structs.fields(ApplicationSubmitted)}

    assert known["signatures"].default == 1
