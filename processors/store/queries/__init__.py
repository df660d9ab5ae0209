"""Named queries over one run's database: the only SQL that a reader can cause.

::

    Filters ──where──▶ conditions + parameters ─┐
    topics.merged_into ──where.MOVED───────────▶├──▶ one function a query ──execute.fetch──▶ pyarrow.Table
    cursor of the request ──────────────────────┘                          (within execute.time_limit)

Nothing from outside becomes SQL text: values travel as parameters. Copies of a statement (the same words from another
outlet) are folded into the first one that meets the filters, and topics that were merged count as the one they became.
"""
