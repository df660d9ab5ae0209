"""The recorded stream that comes with the program: two days of fictional news, for a first look and for tests."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from processors.errors import SourceError

# One place for what the pages and the tests say of it.
ATTRIBUTION = "Fictional: every person, place and outlet in this article is invented"
OUTLETS = {
    "pontine-press.example": "Pontine Press Agency",
    "veldmark-courier.example": "Veldmark Courier",
    "karsk-observer.example": "Karsk Observer",
    "halvar-dispatch.example": "Halvar Dispatch",
    "straits-business.example": "Straits Business Daily",
    "radio-tamarin.example": "Radio Tamarin",
    "lantern-weekly.example": "The Lantern",
    "gov-veldmark.example": "Government of Veldmark",
}


def recorded_stream() -> Path:
    """The bundled file of articles; raises SourceError where the installation lacks it."""
    path = Path(str(resources.files("ingest"))) / "recorded" / "two_days.jsonl.gz"
    if not path.is_file():
        raise SourceError(f"the recorded stream {path} is missing; install onrecord again")
    return path
