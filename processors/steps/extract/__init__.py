"""Statements and their speakers inside one article.

::

    text ─ layout ─ quotes ─┬─ turns, address   whole passages: transcript turns, press questions, speeches, letters
                            ├─ outline          paragraphs under the headings of a briefing
                            └─ frame ─ screen ─ parse ─┬─ clauses   indirect speech, by dependency
                                                       └─ direct    which cue governs which quotation
         every find ─ resolve ─ confidence ─ extractor ─▶ Extracted

``frame`` hides long quotations from the parser: the words of a quotation say nothing about who said it, and a sentence
without them parses better. ``screen`` lets only sentences through that can hold a statement. Each module knows one
subject and hands on ``found.Found`` records, whose offsets are always into the article's text.

=================  ====================================================================================================
whole passages     labels, turns, questions; address, bylines, announced, letters; outline; passage (readable pieces)
running text       quotes, frame, sentences, screen, parse, remember; cues, noun_cues; clauses with clause, complements,
                   phrases, parentheses, subjects, fallbacks, chains, syntax; direct, governor, speech
who it is          forms, sequences, names, offices: what a name is; people, roles, same: whom the article names;
                   mentions, nouns, bodies, pronouns, resolve: whom a mention means; relay: who passed the words on
together           layout, language, lexicon, found, confidence, extractor
=================  ====================================================================================================
"""
