"""Lists of names in the order in which their readers look for them."""

from __future__ import annotations

from services.web.site.alphabet import in_order, place_of

NAMES = ["Öppna Dörren", "Zebran", "Ängsvakten", "anhörigcirkeln", "Åkern", "Café Bo", "Cafe Anna", "Oasen"]


def test_swedish_names_end_with_a_ring_a_and_o_with_dots() -> None:
    rows = in_order([{"name": name} for name in NAMES], "name", "sv")

    assert [row["name"] for row in rows] == [
        "anhörigcirkeln",
        "Cafe Anna",
        "Café Bo",
        "Oasen",
        "Zebran",
        "Åkern",
        "Ängsvakten",
        "Öppna Dörren",
    ]


def test_english_readers_find_them_among_a_and_o() -> None:
    assert sorted(NAMES, key=lambda name: place_of(name, "en"))[:3] == ["Åkern", "Ängsvakten", "anhörigcirkeln"]


def test_what_has_no_name_comes_last() -> None:
    assert [row["name"] for row in in_order([{"name": None}, {"name": "Ö"}], "name", "sv")] == ["Ö", None]
