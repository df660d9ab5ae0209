"""The core: from an article on the bus to an answer about who said what.

::

    messages, ids ─ what travels            settings, errors, clock ─ what everything uses
    streams ─ bus (Kafka), memory_bus       broker ─ the embedded broker
    worker + steps/extract, steps/embed     ─ the stateless stages
    store/ + steps/cluster, steps/label     ─ the one stateful stage and its database
    api/, client                            ─ the read side
    commands/, supervise/, serve            ─ processes and the command line

Imports point inward: ``ingest`` and ``dashboard`` import from here, never the other way round.
"""
