"""Why a feed is empty, said so that the reader knows what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dashboard import wording

LABELS = {"speaker": "speaker", "topic": "topic", "outlet": "outlet", "kind": "kind", "q": "text", "time": "time"}


@dataclass(frozen=True, slots=True)
class Empty:
    """An empty feed: a headline, a sentence, and the filter to drop (with the words of the button), if one helps."""

    title: str
    text: str
    drop: str = ""
    button: str = ""


def explain(
    active: Mapping[str, Mapping[str, str]],
    stored: int,
    counted: Callable[[Mapping[str, str]], int],
    names: Mapping[str, str],
) -> Empty:
    """Say why nothing matches.

    ``active`` has what each filter holds in the URL, ``names`` how it reads, and ``counted`` tells how many statements
    match what such URLs hold. With several filters the one named is that without which most would be left.
    """
    if not stored:
        return Empty(
            "Nothing has come in yet",
            "The first statements appear here by themselves. No sources yet? “make demo” plays a recorded stream.",
        )
    if not active:
        return Empty(
            "No statements yet",
            "Articles have come in, but none of them quoted anybody so far. The page fills by itself.",
        )
    left = {key: counted({k: v for name in active if name != key for k, v in active[name].items()}) for key in active}
    worst = max(left, key=lambda key: left[key])
    name = f"{LABELS.get(worst, worst)} “{names.get(worst) or ', '.join(active[worst].values())}”"
    if left[worst]:
        text = f"Without {name} there would be {wording.plural(left[worst], 'statement')}."
        return Empty(
            "No statement matches all filters" if len(active) > 1 else "No statement matches this filter",
            text,
            worst,
            f"Drop {LABELS.get(worst, worst)}",
        )
    return Empty(
        "No statement matches these filters", "Dropping a single one would not help.", "all", "Drop all filters"
    )
