"""The form on paper: the programme's own questions, each with room to write. Paper asks what the screen asks."""

from typing import Any

LINES_OF_A_TEXT = 7
LINES_OF_A_LONG_TEXT = 12
LONG_TEXT = 1_500
ROWS_OF_A_TABLE = 7
ROWS_OF_PEOPLE = 3

TEXTS = frozenset({"textarea", "textarea_or_media"})
CHOICES = frozenset({"select", "multi_select"})
YES_OR_NO = frozenset({"boolean"})
TICKS = frozenset({"checkbox"})
TABLES = frozenset({"budget_table", "funding_table", "person_list", "partner_list"})


def blank_sections(programme: dict[str, Any]) -> list[dict[str, Any]]:
    """Sections with numbered questions; each question says how it is to be drawn."""
    lists = {one["key"]: one["options"] for one in programme.get("codelists", ())}
    sections, number = [], 0
    for section in programme["forms"]["application"]:
        questions = []
        for field in section["fields"]:
            number += 1
            questions.append({**_drawn(field, lists), "number": number, "label": field["label"], "field": field})
        sections.append({"title": section["title"], "questions": questions})
    return sections


def _drawn(field: dict[str, Any], lists: dict[str, Any]) -> dict[str, Any]:
    kind = field["type"]
    if kind in TEXTS:
        is_long = field.get("max_length", 0) >= LONG_TEXT
        return {"as": "lines", "lines": LINES_OF_A_LONG_TEXT if is_long else LINES_OF_A_TEXT}
    if kind in CHOICES:
        options = field.get("options") or lists.get(field.get("codelist", ""), ())
        return {"as": "choices", "options": options, "several": kind == "multi_select"}
    if kind in YES_OR_NO:
        return {"as": "yes_or_no"}
    if kind in TICKS:
        return {"as": "tick"}
    if kind in TABLES:
        return {"as": kind, "options": field.get("options", ()), "rows": _rows(kind)}
    if kind == "money":
        return {"as": "money"}
    if kind in ("address", "payout_account", "date_range"):
        return {"as": kind, "options": field.get("options", ())}
    return {"as": "boxes" if kind == "orgnr" else "line"}


def _rows(kind: str) -> int:
    return ROWS_OF_PEOPLE if kind in ("person_list", "partner_list") else ROWS_OF_A_TABLE
