"""What the dialog shows of a statement's speaker: other names, roles with their dates, why names were joined."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard import wording

NAMES, ROLES, REASONS = 6, 5, 6
"""So many of each are shown; the rest is counted."""


def known(said: Mapping[str, Any], speaker: Mapping[str, Any] | None) -> dict[str, Any]:
    """The speaker of /v1/statements/{id} for the dialog; every string in it is text, never markup.

    ``written`` is the name in this article where that is another, ``also`` the other forms, most written first,
    ``roles`` are in order of time and empty where there is but one.
    """
    name = str(said.get("speaker") or "")
    written = str(said.get("speaker_as_written") or "")
    found = speaker or {}
    forms = [str(form.get("name") or "") for form in found.get("aliases") or ()]
    also = [form for form in dict.fromkeys(forms) if form and form not in {name, written}]
    why = found.get("why") or ()
    return {
        "written": written if written != name else "",
        "also": also[:NAMES],
        "more": max(0, len(also) - NAMES),
        "roles": _roles(found.get("terms") or ()),
        "joined": [
            {"name": str(one.get("name") or ""), "reason": str(one.get("reason") or ""), "at": _day(one.get("at"))}
            for one in why[:REASONS]
        ],
        "unshown": max(0, len(why) - REASONS),
    }


def _roles(terms: Any) -> list[dict[str, str]]:
    """The roles that most articles give, in order of time, each with its dates."""
    most = sorted(terms, key=lambda term: -int(term.get("articles") or 0))[:ROLES]
    if len(most) < 2:
        return []
    ordered = sorted(most, key=lambda term: (str(term.get("first_at")), str(term.get("role"))))
    return [{"role": str(term.get("role") or ""), "when": _stretch(term)} for term in ordered]


def _stretch(term: Mapping[str, Any]) -> str:
    first, last = _day(term.get("first_at")), _day(term.get("last_at"))
    return first if first == last else f"{first} – {last}"


def _day(value: object) -> str:
    moment = wording.parse_time(value)
    return wording.day(moment) if moment else ""
