"""What a read is about: told from the path asked for and from what the service says of its answer."""

from __future__ import annotations

from uuid import uuid4

from services.web.reads.read import Named, named

CASE, OTHER, BATCH = uuid4(), uuid4(), uuid4()


def test_a_bank_file_is_a_read_of_each_case_in_it() -> None:
    told = named(f"/batches/{BATCH}/file", f"{CASE},{OTHER},{CASE}")
    assert told == (Named(CASE, BATCH), Named(OTHER, BATCH))


def test_what_is_about_one_case_is_one_read_and_what_is_about_nobody_is_none() -> None:
    assert named(f"/cases/{CASE}", None) == (Named(CASE, None),)
    assert named(f"/payments/{BATCH}", str(CASE)) == (Named(CASE, BATCH),)
    assert named(f"/batches/{BATCH}", None) == (Named(None, BATCH),)
    assert named(f"/batches/{BATCH}/file", "neither, nor") == (Named(None, BATCH),)
    assert named(f"/programmes/{CASE}", None) == ()
    assert named("/cases", None) == ()
