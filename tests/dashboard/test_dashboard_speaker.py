from __future__ import annotations

from typing import Any

from dashboard.speaker import NAMES, REASONS, ROLES, known

SAID = {"speaker": "Ansel Dray", "speaker_as_written": "Minister Dray"}
EMPTY = {"written": "", "also": [], "more": 0, "roles": [], "joined": [], "unshown": 0}


def term(role: str, first: str, last: str, articles: int) -> dict[str, Any]:
    return {"role": role, "first_at": f"{first}T09:00:00Z", "last_at": f"{last}T09:00:00Z", "articles": articles}


def test_names_are_shown_once_and_the_rest_counted() -> None:
    forms = ["Ansel Dray", "Dray", "Minister Dray", "A. Dray", *(f"Dray {n}" for n in range(NAMES))]
    found = known(SAID, {"aliases": [{"name": form, "statements": 1} for form in forms]})
    assert found["written"] == "Minister Dray"
    assert found["also"] == ["Dray", "A. Dray", *(f"Dray {n}" for n in range(NAMES - 2))]
    assert found["more"] == 2


def test_roles_are_in_order_of_time_with_their_days_and_one_alone_is_none() -> None:
    terms = [term("minister", "2026-03-02", "2026-03-17", 9), term("deputy", "2026-01-05", "2026-01-05", 2)]
    assert known(SAID, {"terms": terms})["roles"] == [
        {"role": "deputy", "when": "5 January 2026"},
        {"role": "minister", "when": "2 March 2026 – 17 March 2026"},
    ]
    assert known(SAID, {"terms": terms[:1]})["roles"] == []
    many = [term(f"role {n}", "2026-03-02", "2026-03-02", n) for n in range(9)]
    assert [one["role"] for one in known(SAID, {"terms": many})["roles"]] == [f"role {n}" for n in range(9 - ROLES, 9)]


def test_reasons_have_their_name_and_day() -> None:
    why = [{"id": str(n), "name": f"Dray {n}", "at": "2026-03-17T12:00:00Z", "reason": "rare"} for n in range(8)]
    found = known(SAID, {"why": why})
    assert found["joined"][0] == {"name": "Dray 0", "reason": "rare", "at": "17 March 2026"}
    assert (len(found["joined"]), found["unshown"]) == (REASONS, 8 - REASONS)


def test_a_store_that_knows_nothing_more_of_the_speaker_shows_nothing_more() -> None:
    assert known({"speaker": "Ansel Dray"}, None) == EMPTY
    assert known({}, {}) == EMPTY
