"""Each open deal's chance to be won in a period, by past deals that stood alike, worked out in SQL.

METRICS gives the shape: (n₁ + κp₀) / (n + κ) with κ = 20 over past deals of the same stage and segment. What METRICS leaves open is
taken from what the product says of itself: the past is the last four periods of the same length that are over, each looked at as many
days before its end as today is; deals are told apart by whether they were due in the period; p₀ is the rate of all that were due
alike, itself drawn by κ to the rate of all, which one deal draws to a half.
"""

import sqlite3
from datetime import date, timedelta

from evals.digests.days import Span, spans_before
from evals.digests.filling import end_of, stamp
from evals.digests.worlds import World

STALE, UNDATED, DUE, LATER = "stale", "undated", "due", "later"
SNAPS = f"""
CREATE TEMP TABLE cut (n INT, moment TEXT, day TEXT, first TEXT, last TEXT);
CREATE TEMP VIEW oldest AS
SELECT c.n, (SELECT age FROM (
    SELECT julianday(e.close) - julianday(date(e.made)) AS age, ROW_NUMBER() OVER (ORDER BY julianday(e.close) - julianday(date(e.made))) AS place
    FROM every e WHERE e.closed AND e.made IS NOT NULL AND e.close <= c.day)
  WHERE place = 1 + CAST(0.99 * (k.closed - 1) AS INT) AND k.closed >= 20) AS age
FROM cut c JOIN (
  SELECT c.n, COUNT(e.id) AS closed FROM cut c
  LEFT JOIN every e ON e.closed AND e.made IS NOT NULL AND e.close <= c.day GROUP BY c.n) k ON k.n = c.n;
CREATE TEMP VIEW ended AS
SELECT m.deal, m.at FROM moved m JOIN stage s ON s.name = m.stage AND s.closed;
CREATE TEMP VIEW past AS
SELECT c.n, e.id, e.made, m.stage, m.close,
  e.closed AND e.won AND COALESCE(e.close BETWEEN c.first AND c.last, 0) AS won
FROM cut c CROSS JOIN every e LEFT JOIN ended f ON f.deal = e.id
LEFT JOIN (
  SELECT c.n, m.*, ROW_NUMBER() OVER (PARTITION BY c.n, m.deal ORDER BY m.at DESC, m.id DESC) AS back
  FROM cut c JOIN moved m ON m.at < c.moment) m ON m.n = c.n AND m.deal = e.id AND m.back = 1
WHERE c.n > 0
  AND COALESCE(e.made, (SELECT MIN(at) FROM moved WHERE deal = e.id)) < c.moment
  AND NOT (e.closed AND CASE WHEN f.at IS NULL THEN COALESCE(e.close <= c.day, 1) ELSE f.at < c.moment END)
  AND NOT (e.closed AND COALESCE(e.close < date(c.day, '-400 days'), 0));
CREATE TEMP VIEW alike AS
SELECT p.*, a.segment, CASE
    WHEN (CAST(strftime('%s', c.moment) AS INT) - 1 - CAST(strftime('%s', p.made) AS INT)) / 86400 > o.age THEN '{STALE}'
    WHEN p.close IS NULL THEN '{UNDATED}' WHEN p.close BETWEEN c.first AND c.last THEN '{DUE}' ELSE '{LATER}' END AS due
FROM (
  SELECT n, id, made, stage, close, won FROM past
  UNION ALL SELECT 0, id, made, stage, close, NULL FROM every WHERE NOT closed) p
JOIN cut c ON c.n = p.n JOIN oldest o ON o.n = p.n JOIN every e ON e.id = p.id LEFT JOIN account a ON a.id = e.account;
"""
RATES = """
WITH seen AS MATERIALIZED (SELECT * FROM alike),
whole AS (SELECT (COALESCE(SUM(won), 0) + 0.5) / (COUNT(won) + 1) AS p FROM seen WHERE n > 0),
kin AS (SELECT due, SUM(won) AS won, COUNT(won) AS n FROM seen WHERE n > 0 GROUP BY due),
cell AS (SELECT due, stage, segment, SUM(won) AS won, COUNT(won) AS n FROM seen WHERE n > 0 GROUP BY due, stage, segment)
SELECT s.id, (COALESCE(c.won, 0) + 20 * (COALESCE(k.won, 0) + 20 * w.p) / (COALESCE(k.n, 0) + 20)) / (COALESCE(c.n, 0) + 20)
FROM seen s CROSS JOIN whole w LEFT JOIN kin k ON k.due = s.due
LEFT JOIN cell c ON c.due = s.due AND c.stage IS s.stage AND c.segment IS s.segment WHERE s.n = 0
"""


def chances(base: sqlite3.Connection, world: World) -> dict[str, float]:
    """The chance of every open deal of a world."""
    base.executescript(SNAPS)
    base.executemany("INSERT INTO cut VALUES (?, ?, ?, ?, ?)", _cuts(world))
    return dict(base.execute(RATES).fetchall())


def _cuts(world: World) -> list[tuple[int, str, str, str, str]]:
    """Now as the cut 0, and the same place in the periods before; a moment is just after what was known."""
    span, today = world.span, world.today
    left = max(0, (span.last - today).days)
    found = [(0, stamp(world.now + timedelta(seconds=1)), *_texts(today, span))]
    for n, before in enumerate(spans_before(span, 4), start=1):
        if before.last < today:
            day = before.last - timedelta(days=left)
            found.append((n, end_of(day, world), *_texts(day, before)))
    return found


def _texts(day: date, span: Span) -> tuple[str, str, str]:
    return day.isoformat(), span.first.isoformat(), span.last.isoformat()
