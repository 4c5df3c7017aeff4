-- figures of places, run by run: a line for the board
--
-- When a run is first published its figures are written down, and stay when its homes and
-- places go.  They are what a reader sees: what contact_gap() withholds has a row without
-- an amount.

/* What a plan balances goes by its name, unless that is the name of a figure of all plans. */
CREATE OR REPLACE FUNCTION places_internal.figures_of(shown places_internal.run_record)
RETURNS TABLE (place bigint, measure text, amount float8)
LANGUAGE sql STABLE PARALLEL SAFE COST 10000 ROWS 1000
BEGIN ATOMIC
	SELECT g.place, f.measure, f.amount
	FROM places_internal.place_result g
	LEFT JOIN places_internal.place_tour t ON t.run = g.run AND t.place = g.place
	CROSS JOIN LATERAL (VALUES ('homes', g.homes), ('kept', (g.reason IS NULL)::int::float8),
		('density', places_internal.shown_density(g.density)), ('tour', pg_catalog.round(t.tour))) f(measure, amount)
	WHERE g.run = (shown).run
	UNION ALL
	SELECT g.place, CASE WHEN m.name IN ('homes', 'kept', 'density', 'tour', 'vacancies', 'not_heard_from', 'contact_gap')
		THEN m.name || ' (balanced)' ELSE m.name END, places_internal.shown_amount(NULLIF(v.amount, 'NaN'))
	FROM places_internal.place_result g CROSS JOIN LATERAL unnest(g.loads) WITH ORDINALITY v(amount, l)
	CROSS JOIN LATERAL (SELECT (shown).balance_columns[v.l]::text) m(name)
	WHERE g.run = (shown).run AND v.l <= pg_catalog.cardinality((shown).balance_columns);
END;

COMMENT ON FUNCTION places_internal.figures_of(places_internal.run_record) IS
	'what a run found out of each of its places: homes, kept (1 or 0), density, tour, and what it balanced';

/* Of a place the vacancies of its patches are its own, of a locality those of its places. */
CREATE OR REPLACE FUNCTION places_internal.vacancies_of(tree text)
RETURNS TABLE (place bigint, vacancies float8)
LANGUAGE sql STABLE PARALLEL SAFE COST 10000 ROWS 1000
BEGIN ATOMIC
	WITH RECURSIVE served AS (
		SELECT t.place, t.parent, COALESCE(v.n, 0) AS n, a.plan_id IS NOT NULL AS known
		FROM places.tree t
		JOIN places_internal.plan_definition d ON d.plan = t.plan
		LEFT JOIN (SELECT DISTINCT o.plan_id FROM places_internal.allocation o) a ON a.plan_id = d.plan_id
		LEFT JOIN (SELECT y.place, pg_catalog.count(*) AS n FROM places.vacancy y GROUP BY y.place) v ON v.place = t.place
		WHERE t.tree = vacancies_of.tree),
	up AS (
		SELECT s.place, s.parent, s.n FROM served s WHERE s.known
		UNION ALL
		SELECT s.place, s.parent, u.n FROM up u JOIN served s ON s.place = u.parent)
	SELECT u.place, pg_catalog.sum(u.n)::float8 FROM up u GROUP BY u.place;
END;

COMMENT ON FUNCTION places_internal.vacancies_of(text) IS
	'of each place of a published tree how many places nobody serves are in it, itself and those below it, where staff have been allocated';

/*
 * What went wrong is noted where readers see it.  Once contacts are read, errors are the
 * landlord's and may have names and dates in them: of these the code alone is noted.
 */
CREATE OR REPLACE FUNCTION places_internal.note_gap(p places_internal.plan_definition)
RETURNS text LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000000
SET search_path = pg_catalog, pg_temp SET TimeZone = 'UTC' SET enable_nestloop = off SET enable_mergejoin = off SET enable_sort = off SET jit = off
AS $$
DECLARE
	reading boolean := false;
	message text;
BEGIN
	IF NOT EXISTS (SELECT FROM places_internal.contact_source s WHERE s.plan_id = p.plan_id) THEN
		RETURN NULL;
	END IF;
	PERFORM places_internal.open_source(p, 'contacts', s.table_schema, s.table_name, ARRAY[s.home_column, s.at_column, s.kind_column, s.tenancy_column])
	FROM places_internal.contact_source s WHERE s.plan_id = p.plan_id ORDER BY s.source COLLATE "C";
	reading := true;
	INSERT INTO places_internal.place_history (plan_id, run, place, measure, amount, published_at)
	SELECT g.plan_id, g.run, g.place, m.measure, m.amount, u.published_at
	FROM places_internal.gap_cells(p, 180, 10) c
	JOIN places_internal.plans_of_tree(p.plan_id) d ON d.level = c.level
	JOIN places_internal.run_record u ON u.run = d.published_run
	JOIN places_internal.place_result g ON g.run = u.run AND g.place = c.place
	CROSS JOIN LATERAL (VALUES ('not_heard_from', CASE WHEN c.shown THEN c.unheard END),
		('contact_gap', CASE WHEN c.shown THEN places_internal.shown_share(c.unheard / NULLIF(c.homes, 0)) END)) m(measure, amount)
	ON CONFLICT DO NOTHING;
	RETURN NULL;
EXCEPTION WHEN others THEN
	GET STACKED DIAGNOSTICS message = MESSAGE_TEXT;
	RETURN format('the contact gap is not in places.place_history: %s', CASE WHEN reading THEN
		format('error %s while contacts were read, see SELECT * FROM places.contact_gap(%L)', SQLSTATE, p.plan) ELSE message END);
END
$$;

COMMENT ON FUNCTION places_internal.note_gap(places_internal.plan_definition) IS
	'writes down the contact gap of a published tree as readers see it, or says why it could not. Contacts are read as the caller';

CREATE OR REPLACE FUNCTION places_internal.note_history(runs bigint[])
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	p places_internal.plan_definition;
	problem text;
BEGIN
	IF NOT EXISTS (SELECT FROM unnest(runs) r(run) WHERE NOT EXISTS (SELECT FROM places_internal.place_history h WHERE h.run = r.run)) THEN
		RETURN;
	END IF;
	SELECT d.* INTO p FROM places_internal.plan_definition d
	WHERE d.level = 'place' AND d.plan_id = (SELECT COALESCE(c.parent_id, c.plan_id)
		FROM places_internal.run_record u JOIN places_internal.plan_definition c ON c.plan_id = u.plan_id WHERE u.run = ANY (runs) LIMIT 1);
	INSERT INTO places_internal.place_history (plan_id, run, place, measure, amount, published_at)
	SELECT u.plan_id, u.run, f.place, f.measure, f.amount, u.published_at
	FROM places_internal.run_record u CROSS JOIN LATERAL places_internal.figures_of(u) f
	WHERE u.run = ANY (runs)
	UNION ALL
	SELECT g.plan_id, g.run, g.place, 'vacancies', v.vacancies, u.published_at
	FROM places_internal.vacancies_of(p.plan) v
	JOIN places_internal.place_result g ON g.place = v.place AND g.run = ANY (runs)
	JOIN places_internal.run_record u ON u.run = g.run
	ON CONFLICT DO NOTHING;
	problem := places_internal.note_gap(p);
	UPDATE places_internal.run_record u SET remark = concat_ws('; ', u.remark, problem)
	WHERE u.run = p.published_run AND problem IS NOT NULL;
END
$$;

COMMENT ON FUNCTION places_internal.note_history(bigint[]) IS
	'writes down the figures of the places of runs that have just been published, the first time that they are';

CREATE OR REPLACE VIEW places.place_history AS
WITH RECURSIVE descent AS (
	SELECT l.place, l.other AS ancestor, 1 AS steps FROM places_internal.lineage l WHERE l.event = 'split' AND l.other IS NOT NULL
	UNION
	SELECT d.place, l.other, d.steps + 1
	FROM descent d JOIN places_internal.lineage l ON l.place = d.ancestor AND l.event = 'split' AND l.other IS NOT NULL AND d.steps < 1000),
line AS (SELECT DISTINCT ON (d.place) d.place, d.ancestor FROM descent d ORDER BY d.place, d.steps DESC, d.ancestor)
SELECT d.plan, d.level, h.run, h.published_at, h.place, i.name, COALESCE(l.ancestor, h.place) AS line, h.measure, h.amount
FROM places_internal.place_history h
JOIN places_internal.plan_definition d ON d.plan_id = h.plan_id
LEFT JOIN places_internal.place_identity i ON i.place = h.place
LEFT JOIN line l ON l.place = h.place;

COMMENT ON VIEW places.place_history IS 'figures of the places of every run that was published, a row a run, place and measure';
COMMENT ON COLUMN places.place_history.plan IS 'the plan';
COMMENT ON COLUMN places.place_history.level IS 'what its places are: locality, place or patch';
COMMENT ON COLUMN places.place_history.run IS 'the run';
COMMENT ON COLUMN places.place_history.published_at IS 'when it was first published';
COMMENT ON COLUMN places.place_history.place IS 'the place';
COMMENT ON COLUMN places.place_history.name IS 'its name; null: it was in discarded runs alone';
COMMENT ON COLUMN places.place_history.line IS
	'the place that it descends from by splits, or itself: the sum over a line goes on when a place is divided, or ends and another one has half of its homes or more from it. In a merger the line of the place that ended ends too';
COMMENT ON COLUMN places.place_history.measure IS
	'homes; kept (1 or 0); density, homes per km2; tour, metres; what the plan balances, by its name, with "(balanced)" behind it if that is one of these; vacancies, places in it that nobody serves; not_heard_from and contact_gap, homes without contact for 180 days and their share';
COMMENT ON COLUMN places.place_history.amount IS 'the figure; null: there is none, or it is withheld';

GRANT SELECT ON places.place_history TO places_reader;
