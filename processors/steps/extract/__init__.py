"""Statements and their speakers inside one article.

::

    text ─ layout ─ quotes ─┬─ turns      whole passages: transcript turns, press questions, addresses
                            ├─ outline    paragraphs under the headings of a briefing
                            └─ frame ─ parse ─┬─ clauses   indirect speech, by dependency
                                              └─ direct    which cue governs which quotation
         every find ─ resolve ─ confidence ─ extractor ─▶ Extracted

``frame`` hides long quotations from the parser: the words of a quotation say nothing about who said it, a sentence
without them parses better, and most of the text need not be parsed at all. Each module knows one subject and hands on
``found.Found`` records, whose offsets are always into the article's text.
"""
