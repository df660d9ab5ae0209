"""What a name says by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from processors.steps.speakers.parts import Parts
from processors.steps.speakers.roles import NO_ROLE, Role

Kind = Literal["person", "organisation", "document", "office", "unnamed"]


@dataclass(frozen=True)
class Reading:
    """What a name says by itself.

    ``key`` is what makes two names one, ``name`` the name as it is shown. ``parts`` are a person's; other kinds have
    them too where the name may be a surname. ``title`` is the role inside the name or its mention, ``called`` its words
    (``sure`` if that proves a person), ``aside`` says that the mention has the title and the surname only, so that
    the given name is the extractor's conclusion. ``country`` is an organisation's; ``short`` is an acronym that stands
    for the name here.
    """

    kind: Kind
    name: str
    key: str
    parts: Parts | None = None
    title: Role = NO_ROLE
    called: str = ""
    gender: str = ""
    sure: bool = False
    aside: bool = False
    country: str = ""
    short: str = ""


def unnamed(name: str) -> Reading:
    """Somebody, or something, without a name of their own."""
    return Reading("unnamed", " ".join(name.split()) or name, "")
