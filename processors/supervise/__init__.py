"""Running the whole system on one machine: which parts there are, keeping them alive, telling how they are.

::

    parts.py ──▶ supervisor.py ──▶ state.py (data/system.json) ──▶ onrecord status
"""
