"""The edge where news comes in.

::

    sources.toml ──poll──▶ feeds ──▶ pages ──┐
    FILE.jsonl.gz ──rows──▶ playback ────────┴─▶ Draft │ BadRow ──publish──▶ articles │ dead-letters
                                                                    ▲
                                     read API ──confirmations───────┘

Every input gets a position and stays in memory until the store says that it has accounted for it. What ingest remembers
on disk is only what the store has confirmed, so whatever dies, the rest is fetched, read or published again.
"""
