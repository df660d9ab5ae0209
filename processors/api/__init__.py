"""The read API: what people, the dashboard and ingest ask the store.

::

    request ─guard─▶ parameters ──▶ Filters ──store.queries──▶ Arrow table ─formats─▶ JSON, Arrow, CSV, JSONL
           (host,     (unknown ones                 └──tail, one a run──▶ events ──▶ server-sent events, one a listener
            headers,   refused)            the store's thread says "stored up to N"
            metrics)

Only named queries with parameters: nothing from outside becomes SQL. The routes lie in ``routes``, one file a subject.
"""
