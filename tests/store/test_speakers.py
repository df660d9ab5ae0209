"""The role that a speaker is shown with."""

from __future__ import annotations

from datetime import datetime, timedelta

from processors.store.speakers import Speaker, add_all

DAY = datetime(2026, 3, 17)  # noqa: DTZ001 - the store's own times are naive UTC


def _after(*roles: str) -> Speaker:
    said = [("k", "Dmitar Kessel", DAY + timedelta(hours=hour), role) for hour, role in enumerate(roles)]
    (kessel,) = add_all((), said)
    return kessel


def test_one_misread_role_does_not_replace_the_usual_one() -> None:
    kessel = _after("official representative", "", "official representative", "Palace Mr.", "")
    assert (kessel.role, kessel.statements) == ("official representative", 5)


def test_a_new_office_prevails_in_time() -> None:
    assert _after("deputy", "deputy", "minister").role == "deputy"
    assert _after("deputy", "deputy", "minister", "minister", "minister").role == "minister"


def test_batches_of_any_size_give_the_same_role() -> None:
    roles = ["a", "b", "b", "", "a", "c", "b", "b"]
    said = [("k", "Kessel", DAY + timedelta(hours=hour), role) for hour, role in enumerate(roles)]
    whole = add_all((), said)
    for cut in range(len(said)):
        assert add_all(add_all((), said[:cut]), said[cut:]) == whole or cut == len(said)


def test_nobody_has_no_row() -> None:
    assert add_all((), [("", "", DAY, "minister")]) == []
