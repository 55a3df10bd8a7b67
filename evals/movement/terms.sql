-- The terms of a waterfall out of what stood at the begin (`was`) and what stands now (`deals`); amounts in cents.
WITH p AS (
    SELECT
        k.id,
        w.id IS NOT NULL AS was, w.currency AS bcur, COALESCE(w.amount, 0) AS bamt,
        COALESCE(w.category = 'Omitted', 0) AS bom,
        COALESCE(w.category IS NOT 'Omitted' AND (:whole OR w.close_date BETWEEN :first AND :last), 0) AND w.id IS NOT NULL AS bin,
        d.id IS NOT NULL AS there, d.currency AS ncur, d.outcome, d.fresh,
        COALESCE(d.category = 'Omitted', 0) AS nom,
        COALESCE(d.outcome = 'open' AND d.category <> 'Omitted' AND (:whole OR d.close_date BETWEEN :first AND :last), 0) AS nin,
        COALESCE(d.outcome <> 'open' AND (:whole OR d.close_date BETWEEN :first AND :last), 0) AS closes_here,
        CASE
            WHEN d.outcome = 'lost'
                THEN COALESCE(d.last_open, NULLIF(d.amount, 0), CASE WHEN w.currency = d.currency THEN w.amount END, 0)
            ELSE COALESCE(d.amount, 0)
        END AS closing
    FROM (SELECT id FROM was UNION SELECT id FROM deals) k
    LEFT JOIN was w ON w.id = k.id
    LEFT JOIN deals d ON d.id = k.id
),
q AS (
    SELECT
        *,
        was AND there AND (
            (outcome = 'open' AND nin) OR (outcome <> 'open' AND (bin OR (closes_here AND NOT (bom AND outcome = 'lost'))))
        ) AS through,
        NOT was AND there AND (nin OR (outcome <> 'open' AND fresh AND closes_here)) AS came
    FROM p
),
parts AS (
    SELECT 'begin' AS part, bcur AS currency, bamt AS amount FROM q WHERE bin
    UNION ALL SELECT 'end', ncur, closing FROM q WHERE nin
    UNION ALL SELECT 'new', ncur, closing FROM q WHERE came
    UNION ALL SELECT 'pulled in', ncur, CASE WHEN bcur = ncur THEN bamt ELSE closing END
        FROM q WHERE through AND NOT bin AND NOT bom
    UNION ALL SELECT 'increased', ncur, closing FROM q WHERE through AND (CASE WHEN bin THEN bcur <> ncur ELSE bom END)
    UNION ALL SELECT 'increased', ncur, closing - bamt
        FROM q WHERE through AND bcur = ncur AND (bin OR NOT bom) AND closing > bamt
    UNION ALL SELECT 'decreased', bcur, bamt - closing
        FROM q WHERE through AND bcur = ncur AND (bin OR NOT bom) AND closing < bamt
    UNION ALL SELECT 'decreased', bcur, bamt FROM q WHERE through AND bin AND bcur <> ncur
    UNION ALL SELECT 'decreased', bcur, bamt FROM q WHERE bin AND outcome = 'open' AND NOT nin AND nom
    UNION ALL SELECT 'slipped', bcur, bamt FROM q WHERE bin AND outcome = 'open' AND NOT nin AND NOT nom
    UNION ALL SELECT 'lost', bcur, bamt FROM q WHERE bin AND NOT there
    UNION ALL SELECT outcome, ncur, closing FROM q WHERE outcome <> 'open' AND (through OR came)
)
SELECT part, currency, SUM(amount), COUNT(*) FROM parts GROUP BY part, currency
