"""Statements by the thousand for the read side's tests and figures: made up by DuckDB itself from a seed."""

from __future__ import annotations

from datetime import datetime

import duckdb

_ARTICLES = """
INSERT INTO articles BY NAME SELECT i + 1 AS seq, 'a' || i AS id,
    'https://outlet' || (i % 40) || '.example/' || i AS url,
    'outlet' || (i % 40) AS outlet, 'Title of article ' || i AS title, 'Author' AS author, 'en' AS language,
    'own' AS licence, 'Fictional, made by a test' AS attribution,
    $newest::TIMESTAMP - to_microseconds(($articles - 1 - i) * 5 * $step) AS published_at,
    'second' AS published_precision, published_at AS observed_at,
    published_at + to_milliseconds(400 + i % 800) AS stored_at, repeat('The text of the article. ', 60) AS text,
    'origin' AS origin, i AS position, 'cluster' AS cluster, 'onrecord.live.articles' AS stream, i % 4 AS partition,
    i // 4 AS "offset", 5 AS statements, '' AS skipped
FROM range($articles) r(i)
"""
# Every eleventh statement is nobody's, every tenth copies the one five before it: its topic too. Few are often named.
_STATEMENTS = """
INSERT INTO statements BY NAME SELECT i + 1 AS seq, 's' || i AS id, a.id AS article_id,
    ['direct', 'indirect', 'mixed', 'briefing'][1 + i % 4] AS kind,
    'Statement ' || i || ' about ' || ['Grain', 'gas', 'the bridge', 'the fever'][1 + i % 4] || ' and the rest' AS text,
    [{'s': 0, 'e': 10}, {'s': 20, 'e': 30}] AS spans,
    CASE WHEN i % 11 = 0 THEN '' ELSE 'p' || speaker END AS speaker_id,
    CASE WHEN i % 11 = 0 THEN '' ELSE 'Speaker ' || speaker END AS speaker,
    CASE WHEN i % 11 = 0 THEN NULL ELSE {'s': 40, 'e': 50} END AS mention, 'minister' AS role,
    ['PPA'] AS relayed_by, '' AS heading,
    [{'role': 'speaker', 's': 40, 'e': 50}, {'role': 'cue', 's': 51, 'e': 55}] AS evidence,
    (0.3 + 0.7 * u)::FLOAT AS confidence, CASE WHEN i % 11 = 0 THEN 'no name near' ELSE '' END AS why_unknown,
    'rule' AS rule, 'extract-1' AS extractor, 't' || topic AS topic_id,
    CASE WHEN i % 10 = 9 THEN 's' || (i - 5) ELSE '' END AS copy_of, i AS text_key, a.outlet, 'en' AS language,
    a.published_at, a.observed_at, a.stored_at
FROM (SELECT i, random() AS u, hash(i - CASE WHEN i % 10 = 9 THEN 5 ELSE 0 END) AS h,
        (h % 1000) * (h // 1000 % 1000) * $topics // 1_000_000 AS topic,
        (h // 7 % 1000) * (h // 7000 % 1000) * $speakers // 1_000_000 AS speaker FROM range($n) r(i))
JOIN articles a ON a.seq = i // 5 + 1 ORDER BY i
"""
# Every fifth topic was merged into the one before it, which in every fifth case was merged itself: chains of two.
_TOPICS = """
INSERT INTO topics BY NAME SELECT 't' || i AS id, 'Topic ' || i AS title, ['grain', 'gas', 'bridge'] AS terms,
    CASE WHEN i % 5 = 4 OR i % 25 = 3 THEN 't' || (i - 1) ELSE '' END AS merged_into, $newest AS first_at,
    $newest AS last_at, 1 AS statements, 1 AS articles, ''::BLOB AS state
FROM range($topics + 1) r(i)
"""
# Every eighth speaker was merged into the one before, every ninth is nobody with a name.
_SPEAKERS = """
INSERT INTO speakers BY NAME SELECT 'p' || i AS id, 'Speaker ' || i AS name,
    CASE WHEN i % 9 = 2 THEN 'unnamed' ELSE 'person' END AS kind, 'minister' AS role,
    [{'role': 'minister', 'first_at': $newest, 'last_at': $newest, 'articles': 1}] AS terms,
    [{'name': 'Speaker ' || i, 'statements': 1}, {'name': 'S. ' || i, 'statements': 1}] AS aliases,
    CASE WHEN i % 8 = 7 THEN 'p' || (i - 1) ELSE '' END AS merged_into,
    $newest AS first_at, $newest AS last_at, 1 AS statements, ''::BLOB AS state
FROM range($speakers) r(i)
"""
_SPEAKER_EVENTS = """
INSERT INTO speaker_events BY NAME SELECT row_number() OVER (ORDER BY id) AS seq, $newest AS "at", 'merged' AS kind,
    id AS speaker_id, merged_into AS into_id, name, 'the same surname' AS reason
FROM speakers WHERE merged_into <> ''
"""
_DEAD_LETTERS = """
INSERT INTO dead_letters BY NAME SELECT i + 1 AS seq, 'extract' AS stage, 'this is not an Article' AS reason,
    'cluster' AS cluster, 'onrecord.live.articles' AS stream, 0 AS partition, i AS "offset", $newest AS "at",
    '' AS origin, -1 AS position, '' AS article_id, '' AS url, '=1+1' AS excerpt
FROM range(3) r(i)
"""


def fill(
    connection: duckdb.DuckDBPyConnection,
    statements: int,
    newest: datetime,
    hours: float = 96.0,
    topics: int = 200,
    speakers: int = 400,
) -> None:
    """``statements`` rows (a multiple of five) over the ``hours`` before ``newest`` (naive UTC), five an article."""
    articles = statements // 5
    connection.execute("SELECT setseed(0.5)")
    step = int(hours * 3_600_000_000 / statements)
    connection.execute(_ARTICLES, {"articles": articles, "newest": newest, "step": step})
    connection.execute(_STATEMENTS, {"n": statements, "topics": topics, "speakers": speakers})
    connection.execute(_SPEAKERS, {"newest": newest, "speakers": speakers})
    connection.execute(_SPEAKER_EVENTS, {"newest": newest})
    connection.execute(_TOPICS, {"newest": newest, "topics": topics})
    connection.execute("INSERT INTO offsets VALUES ('cluster', 'onrecord.live.embedded', 0, $n)", {"n": articles})
    connection.execute(_DEAD_LETTERS, {"newest": newest})
