"""The reference's SQL: what METRICS.md and each figure's filter say, over the plain tables of `filling.py`."""

VIEWS = """
CREATE TEMP TABLE deal AS
SELECT e.*, COALESCE(e.category, s.category) AS forecast, COALESCE(s.percent, 0) AS percent, a.segment,
       COALESCE(p.name || CASE WHEN p.active THEN '' ELSE ' (inactive)' END, 'no owner') AS owner_name,
       NOT COALESCE(p.active, 1) AS left_us,
       NOT e.closed AND COALESCE(e.category, s.category, '') <> 'Omitted' AS open,
       e.close BETWEEN :first AND :last AS inside
FROM every e LEFT JOIN stage s ON s.name = e.stage LEFT JOIN account a ON a.id = e.account
LEFT JOIN person p ON p.id = e.owner
WHERE :everybody OR e.owner IN (SELECT id FROM meant);
"""
WON = "closed AND won AND inside"
LOST = "closed AND NOT won AND inside"
COMMIT = "open AND inside AND forecast = 'Commit'"
BEST = "open AND inside AND forecast IN ('Commit', 'Best Case')"

HAVE = """
have AS (
  SELECT p.id, p.team, p.role, p.active, q.money FROM person p
  LEFT JOIN quota q ON q.person = p.id AND q.currency = :unit AND q.first = :first AND q.last = :last
  WHERE :everybody OR p.id IN (SELECT id FROM meant))
"""
QUOTAS = f"""
WITH {HAVE}
SELECT COUNT(money), COALESCE(SUM(money), 0) FROM have h
WHERE (role <> 'manager') = EXISTS (
  SELECT 1 FROM have o WHERE o.team IS h.team AND o.role <> 'manager' AND o.money IS NOT NULL)
GROUP BY team
"""
"""by team the quotas of its people; a manager's own is that of the team, and counts where the people have none"""
LACKING = f"""
WITH {HAVE}
SELECT id FROM have h WHERE role <> 'manager' AND active AND money IS NULL AND NOT (
  EXISTS (SELECT 1 FROM have o WHERE o.team IS h.team AND o.role = 'manager' AND o.money IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM have o WHERE o.team IS h.team AND o.role <> 'manager' AND o.money IS NOT NULL))
AND id IN (SELECT owner FROM deal WHERE inside AND (open OR closed AND won))
"""
"""who sells in the period and has no quota, so that nothing can be added up"""

STOOD = """
stood AS (
  SELECT m.deal AS id, m.money, m.close, COALESCE(m.category, s.category) AS forecast, COALESCE(s.closed, 0) AS closed
  FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY deal ORDER BY at DESC, id DESC) AS back FROM moved WHERE at < :moment) m
  JOIN deal d ON d.id = m.deal LEFT JOIN stage s ON s.name = m.stage WHERE back = 1)
"""
"""each deal as it stood just before a moment, by its history alone"""
SIDES = f"""
{STOOD}, first AS (
  SELECT deal AS id, money, close, category, stage FROM (
    SELECT m.*, ROW_NUMBER() OVER (PARTITION BY deal ORDER BY at, id) AS place FROM moved m)
  WHERE place = 1 AND stage NOT IN (SELECT name FROM stage WHERE closed)),
live AS (
  SELECT deal AS id, money FROM (
    SELECT m.*, ROW_NUMBER() OVER (PARTITION BY deal ORDER BY at DESC, id DESC) AS back FROM moved m
    WHERE stage NOT IN (SELECT name FROM stage WHERE closed)) WHERE back = 1),
ended AS (SELECT deal AS id, at FROM moved WHERE stage IN (SELECT name FROM stage WHERE closed)),
sides AS (
  SELECT d.id, s.id IS NOT NULL AS known, d.closed, d.won, d.inside, COALESCE(d.open AND d.inside, 0) AS here,
    d.forecast = 'Omitted' AND NOT d.closed AS left_out,
    COALESCE(CASE WHEN d.closed AND NOT d.won THEN COALESCE(v.money, NULLIF(d.money, 0)) ELSE d.money END, 0) AS will,
    CASE WHEN d.closed AND NOT d.won THEN COALESCE(v.money, NULLIF(d.money, 0)) ELSE d.money END IS NULL AS blank,
    COALESCE(CASE WHEN s.id IS NOT NULL THEN s.money WHEN f.id IS NOT NULL THEN f.money ELSE d.money END, 0) AS was,
    COALESCE(CASE WHEN s.id IS NOT NULL THEN s.close WHEN f.id IS NOT NULL THEN f.close ELSE d.close END
      BETWEEN :first AND :last, 0) AS due,
    COALESCE(CASE WHEN s.id IS NOT NULL THEN s.forecast WHEN f.id IS NOT NULL THEN COALESCE(f.category, g.category)
      WHEN NOT d.closed THEN d.forecast END, '') = 'Omitted' AS omitted,
    COALESCE(COALESCE(d.made, (SELECT MIN(at) FROM moved WHERE deal = d.id)) < :moment, 1) AS existed,
    COALESCE(s.closed, 0) OR (d.closed AND CASE WHEN e.at IS NULL THEN COALESCE(d.close < :first, 1) ELSE e.at < :moment END) AS over
  FROM deal d LEFT JOIN stood s ON s.id = d.id LEFT JOIN first f ON f.id = d.id LEFT JOIN stage g ON g.name = f.stage
  LEFT JOIN live v ON v.id = d.id LEFT JOIN ended e ON e.id = d.id WHERE :unit IN (d.currency, ''))
"""
"""each deal at both ends: what it was worth and counted as, and whether it was there and open"""
WATERFALL = f"""
WITH {SIDES},
told AS (
  SELECT id, closed, won, here, left_out, existed AND NOT over AS there, existed AND NOT over AND due AND NOT omitted AS counted,
    omitted, was, CASE WHEN closed AND NOT won AND blank AND existed THEN was ELSE will END AS will,
    COALESCE(inside, 0) AS inside, existed AND over AS over FROM sides),
walks AS (
  SELECT *, closed AND NOT over AND (counted OR inside AND NOT (there AND omitted AND NOT won)) AS gone FROM told),
steps AS (
  SELECT id, 'begin' AS name, was AS cents FROM walks WHERE counted
  UNION ALL SELECT id, 'new', will FROM walks WHERE NOT there AND (here OR gone)
  UNION ALL SELECT id, 'increased', will FROM walks WHERE there AND omitted AND (here OR gone)
  UNION ALL SELECT id, 'pulled in', was FROM walks WHERE there AND NOT counted AND NOT omitted AND (here OR gone)
  UNION ALL SELECT id, CASE WHEN will > was THEN 'increased' ELSE 'decreased' END, abs(will - was) FROM walks
    WHERE there AND NOT omitted AND (here OR gone) AND will <> was
  UNION ALL SELECT id, CASE WHEN left_out THEN 'decreased' ELSE 'slipped' END, was FROM walks WHERE counted AND NOT here AND NOT gone
  UNION ALL SELECT id, CASE WHEN won THEN 'won' ELSE 'lost' END, will FROM walks WHERE gone
  UNION ALL SELECT id, 'end', will FROM walks WHERE here),
names (name) AS (VALUES ('begin'), ('new'), ('pulled in'), ('increased'), ('decreased'), ('slipped'), ('lost'), ('won'), ('end'))
SELECT n.name, COALESCE(SUM(cents), 0), COUNT(cents), GROUP_CONCAT(id) FROM names n LEFT JOIN steps s ON s.name = n.name GROUP BY n.name
"""

VELOCITY = f"""
SELECT COUNT(*) FILTER (WHERE {WON}), COUNT(*) FILTER (WHERE ({WON}) OR ({LOST})), AVG(money) FILTER (WHERE {WON})
FROM deal WHERE currency = :unit
"""
CYCLES = f"""
SELECT julianday(close) - julianday(date(made)) FROM deal
WHERE {WON} AND close >= date(made) AND currency = :unit ORDER BY 1
"""
STANDING = """
SELECT COUNT(*) FROM deal WHERE currency = :unit AND made < :end_of_it
AND CASE WHEN closed THEN COALESCE(close > :last_of_it, 1) ELSE open END
"""
"""deals that were made by the end of the period, or by today, and open then; of some nobody knows when they were made"""
KNOWN = f"""
WITH {SIDES} SELECT COUNT(*) = 0 OR SUM(known) > 0 FROM sides WHERE existed AND NOT over
"""
"""whether any history tells of a deal that was open at the first moment of the period, or none was"""
REQUIRED = """
SELECT COALESCE(SUM(money), 0), COALESCE(SUM(money) FILTER (WHERE won), 0), COUNT(*) FROM deal
WHERE closed AND money IS NOT NULL AND currency = :unit AND close BETWEEN date(:first, '-1 year') AND date(:first, '-1 day')
"""
HELD = {"deal": "name", "owner": "owner_name", "segment": "COALESCE(segment, 'no segment')"}
USUAL = """
SELECT CASE WHEN EXISTS (SELECT 1 FROM deal WHERE currency = :base AND money IS NOT NULL) THEN :base ELSE COALESCE(
  (SELECT currency FROM deal WHERE money IS NOT NULL GROUP BY currency ORDER BY COUNT(*) DESC, currency LIMIT 1), :base) END
"""
"""the currency of the statistics: the settings' one where any deal is in it, else that of most deals"""
SLIPPED = f"""
WITH {STOOD} SELECT COALESCE(SUM(s.money), 0), COALESCE(SUM(s.money) FILTER (WHERE NOT COALESCE(d.inside, 0)), 0), COUNT(*)
FROM stood s JOIN deal d ON d.id = s.id
WHERE :moment <= :now AND d.currency = :unit AND NOT s.closed AND COALESCE(s.forecast, '') <> 'Omitted'
AND s.close BETWEEN :first AND :last
"""
PUSHES = """
WITH steps AS (
  SELECT m.deal, m.at, m.close, LAG(m.close) OVER (PARTITION BY m.deal ORDER BY m.at, m.id) AS before
  FROM moved m JOIN deal d ON d.id = m.deal),
later AS (SELECT * FROM steps WHERE close > before AND at >= :begin AND at < :until),
far AS (
  SELECT deal, substr(close, 1, 7) <> substr(before, 1, 7) AS month,
    substr(close, 1, 4) <> substr(before, 1, 4) OR (CAST(substr(close, 6, 2) AS INT) + 2) / 3 <> (CAST(substr(before, 6, 2) AS INT) + 2) / 3
      AS quarter FROM later)
SELECT COUNT(*), COUNT(DISTINCT deal) FROM far
UNION ALL SELECT COUNT(*), COUNT(DISTINCT deal) FROM far WHERE month
UNION ALL SELECT COUNT(*), COUNT(DISTINCT deal) FROM far WHERE quarter
"""
