"""The one stateful stage, and the only code that knows DuckDB.

::

    embedded, dead-letters ──intake──▶ arrivals ──sequencer──▶ in order ──writer──▶ one transaction a batch
                            (decode,             (by origin               (topics, copies, speakers,
                             check)               and position)            rows, ledger, offsets)

``service`` runs that loop for one run, ``registry`` keeps the runs of one data folder. Reading goes through
``RunStore.cursor`` and sees only what is committed.
"""
