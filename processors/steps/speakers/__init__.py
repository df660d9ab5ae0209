"""Who a speaker is, across articles.

::

    Said ─ read ─┬─ person        match ──▶ registry   one speaker a person, whatever the spelling
                 ├─ organisation                  one a body, countries kept apart
                 ├─ document                      named ones by name
                 ├─ office                        whoever holds it in the stream
                 └─ unnamed                       one an article

``read`` looks at one name alone and is pure; ``registry`` holds what the stream has taught so far. ``overrides``
reads ``speakers.toml``, with which people correct both. Names join by their spelling, their given names and what
people are called (role, outlet); where that leaves a choice, nothing is joined.
"""
