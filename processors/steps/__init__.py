"""The steps: plain functions from a batch of messages to a batch of messages, and the state that one of them keeps.

::

    extract ──▶ embed (words, model) ──▶ cluster (items, similarity, merge, topics, label)
"""
