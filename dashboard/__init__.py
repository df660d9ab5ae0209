"""The pages that people watch.

::

    browser ──page──▶ app.py ──▶ views/ ──▶ reading.py ──HTTP──▶ read API
       └────events──▶ proxy.py ──────────────────────────HTTP──────┘

``server.py`` starts both halves in one process. ``wording``, ``freshness``, ``highlight``, ``statement``, ``panels``,
``quiet``, ``windows`` and ``pipelinetables`` are plain functions; ``url`` keeps in the address what is shown;
``static/`` holds what runs in the browser.
"""
