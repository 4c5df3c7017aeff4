
-- what maps are of: a stock, or the published run of a plan

CREATE OR REPLACE FUNCTION places_internal.checked_max_dots(max_dots int)
RETURNS bigint LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF max_dots BETWEEN 1 AND 10000000 THEN
		RETURN max_dots;
	END IF;
	RAISE EXCEPTION 'max_dots must be between 1 and 10000000'
		USING ERRCODE = 'invalid_parameter_value',
			DETAIL = pg_catalog.format('max_dots is %s.', COALESCE(max_dots::text, 'null')),
			HINT = 'It is how many homes the map may draw: 100000, for instance.';
END
$$;

COMMENT ON FUNCTION places_internal.checked_max_dots(int) IS 'the number of dots, or a clear error';

/*
 * Within a place the order of points is that of a curve that fills the plane:
 * every nth of them is a fair sample.  The body is a string because it sorts by
 * geometry (see places.territories).
 */
CREATE OR REPLACE FUNCTION places_internal.map_thinned(INOUT map_places places_internal.map_place[],
	max_dots bigint, geodetic boolean, OUT located bigint, OUT drawn bigint)
LANGUAGE sql STABLE PARALLEL SAFE COST 100000
SET search_path = pg_catalog, pg_temp
AS $$
	WITH listed AS (
		SELECT p.*, p.ordinality AS i
		FROM ROWS FROM (pg_catalog.unnest(map_places)) WITH ORDINALITY p),
	numbered AS (
		SELECT l.i, d.kept, g.geom AS point, pg_catalog.count(*) OVER () AS located,
			pg_catalog.row_number() OVER (PARTITION BY l.i, d.kept
				ORDER BY CASE WHEN geodetic THEN places_internal.geography(g.geom) END, g.geom) AS n
		FROM listed l
		CROSS JOIN LATERAL (VALUES (true, l.kept_homes), (false, l.other_homes)) d(kept, homes)
		CROSS JOIN LATERAL places_internal.st_dumppoints(d.homes) g),
	dot AS (
		SELECT n.i, places_internal.map_dots(pg_catalog.array_agg(n.point ORDER BY n.n) FILTER (WHERE n.kept)) AS kept_homes,
			places_internal.map_dots(pg_catalog.array_agg(n.point ORDER BY n.n) FILTER (WHERE NOT n.kept)) AS other_homes,
			pg_catalog.count(*) AS drawn, pg_catalog.max(n.located) AS located
		FROM numbered n
		WHERE n.n = 1 OR n.n * max_dots / n.located > (n.n - 1) * max_dots / n.located
		GROUP BY n.i)
	SELECT pg_catalog.array_agg((l.authority, l.place, l.name, l.homes, l.beside, l.kept, l.reason, l.rank, l.density, l.radius,
			d.kept_homes, d.other_homes, NULL, NULL, l.gap)::places_internal.map_place ORDER BY l.i),
		COALESCE(pg_catalog.max(d.located), 0), COALESCE(pg_catalog.sum(d.drawn), 0)::bigint
	FROM listed l JOIN dot d ON d.i = l.i
$$;

COMMENT ON FUNCTION places_internal.map_thinned(places_internal.map_place[], bigint, boolean) IS
	'places with some max_dots of their homes, evenly from all and at least one of each; how many homes there are, and how many are left';

CREATE OR REPLACE FUNCTION places_internal.is_geography(stock regclass, geom_column name)
RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE COST 100
BEGIN ATOMIC
	WITH RECURSIVE type(oid) AS (
		SELECT a.atttypid FROM pg_catalog.pg_attribute a WHERE a.attrelid = stock AND a.attname = geom_column
		UNION ALL
		SELECT t.typbasetype FROM type JOIN pg_catalog.pg_type t ON t.oid = type.oid WHERE t.typtype = 'd')
	SELECT EXISTS (SELECT FROM type JOIN pg_catalog.pg_type t ON t.oid = type.oid WHERE t.typname = 'geography');
END;

COMMENT ON FUNCTION places_internal.is_geography(regclass, name) IS 'whether a column is of type geography, or of a domain over it';

-- One reading and one clustering of the stock: the figures of a place are those
-- of its own homes clustered into a single place.
CREATE OR REPLACE FUNCTION places_internal.map_stock(
	stock regclass, id_column name, authority_column name, geom_column name,
	rules places.ruleset, weight_column name, title text, max_dots int)
RETURNS places_internal.map_scene LANGUAGE sql STABLE PARALLEL RESTRICTED COST 100000
BEGIN ATOMIC
	SELECT places_internal.checked_max_dots(max_dots);
	WITH home AS MATERIALIZED (
		SELECT h.authority, h.place, h.place IS NOT NULL AND h.reason IS NULL AS kept,
			CASE WHEN h.place IS NOT NULL THEN h.reason END AS reason,
			h.weight, places_internal.point_of(h.location) AS point,
			h.place IS NOT NULL AND COALESCE(h.reason NOT IN ('outlying', 'attached'), true) AS inside
		FROM places_internal.solve_homes(stock, id_column, authority_column, geom_column, weight_column, rules, true) h),
	system AS MATERIALIZED (
		SELECT places_internal.is_geography(stock, geom_column) AS geodetic),
	grouped AS (
		SELECT h.authority, h.place, pg_catalog.bool_or(h.kept) AS kept, pg_catalog.min(h.reason) FILTER (WHERE h.inside) AS reason,
			places.cluster_places(h.point, h.weight, places.rules('kmeans', 1e9)) FILTER (WHERE h.inside AND NOT s.geodetic) AS flat,
			places.cluster_places(places_internal.geography(h.point), h.weight, places.rules('kmeans', 1e9))
				FILTER (WHERE h.inside AND s.geodetic) AS round,
			CASE WHEN h.place IS NOT NULL THEN COALESCE(pg_catalog.sum(h.weight) FILTER (WHERE NOT h.inside), 0) END AS beside,
			places_internal.map_dots(pg_catalog.array_agg(h.point) FILTER (WHERE h.kept)) AS kept_homes,
			places_internal.map_dots(pg_catalog.array_agg(h.point) FILTER (WHERE NOT h.kept)) AS other_homes
		FROM home h CROSS JOIN system s
		WHERE h.point IS NOT NULL
		GROUP BY h.authority, h.place),
	figure AS (
		SELECT g.*, COALESCE(g.flat, g.round) AS list FROM grouped g),
	listed AS (
		SELECT pg_catalog.array_agg((f.authority, f.place, NULL, (f.list).homes[1], f.beside, f.kept, f.reason, f.rank,
				(f.list).density[1], (f.list).radius[1], f.kept_homes, f.other_homes, NULL, NULL, (f.list).gap[1])::places_internal.map_place
			ORDER BY f.authority COLLATE "C", f.place) AS places
		FROM (SELECT f.*, CASE WHEN f.kept THEN (pg_catalog.rank() OVER (PARTITION BY f.kept
				ORDER BY (f.list).density[1] DESC NULLS FIRST))::int END AS rank FROM figure f) f)
	SELECT places_internal.map_scene(
		COALESCE(title, pg_catalog.concat('Places of ', stock::text)),
		places_internal.map_summary(t.map_places, COALESCE(a.homes, 0), rules),
		places_internal.map_notes(a.stock_rows, t.located, t.drawn),
		t.map_places, s.geodetic)
	FROM listed l
	CROSS JOIN system s
	CROSS JOIN LATERAL places_internal.map_thinned(l.places, max_dots, s.geodetic) t
	CROSS JOIN (SELECT pg_catalog.count(*) AS stock_rows,
			pg_catalog.sum(places_internal.homes_of_weight(h.weight)) FILTER (WHERE h.weight IS NOT NULL) AS homes
		FROM home h) a;
END;

COMMENT ON FUNCTION places_internal.map_stock(regclass, name, name, name, places.ruleset, name, text, int) IS
	'the scene of a table or view, which it clusters';

CREATE OR REPLACE FUNCTION places_internal.map_plan(plan text, title text, max_dots int)
RETURNS places_internal.map_scene LANGUAGE plpgsql STABLE PARALLEL SAFE COST 100000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	known places_internal.plan_definition := places_internal.find_plan(plan);
	srid int := places_internal.system_of_layers(known);
	geodetic boolean := COALESCE(places_internal.is_degrees(srid), false);
	r record;
	map_places places_internal.map_place[];
	located bigint;
	drawn bigint;
BEGIN
	IF NOT has_table_privilege('places.home', 'SELECT') THEN
		RAISE EXCEPTION 'must be a member of places_editor to draw the homes of plan "%"', plan
			USING ERRCODE = 'insufficient_privilege',
				DETAIL = 'Its map shows where homes are.',
				HINT = pg_catalog.format('Have somebody GRANT places_editor TO %I, or draw the map and give it to you.', CURRENT_USER);
	END IF;
	PERFORM places_internal.insist_published(known);
	SELECT u.homes, u.stock_rows, (u.method, u.target_homes, u.min_homes, u.max_homes, u.max_radius,
		u.remainder, u.attach_within, u.max_gap, u.k)::places.ruleset AS rules INTO r
	FROM places.run_history u WHERE u.plan = map_plan.plan AND u.published;
	SELECT t.* INTO map_places, located, drawn
	FROM (SELECT pg_catalog.array_agg((h.authority, h.place, p.name, p.homes, p.outlying + p.attached,
				COALESCE(p.kept, false), p.reason, p.rank, p.density, p.radius,
				h.kept_homes, h.other_homes, NULL, NULL, p.gap)::places_internal.map_place
			ORDER BY h.authority COLLATE "C", h.place) AS places
		FROM (SELECT h.authority, h.place,
				places_internal.map_dots(pg_catalog.array_agg(l.point) FILTER (WHERE h.kept)) AS kept_homes,
				places_internal.map_dots(pg_catalog.array_agg(l.point) FILTER (WHERE NOT h.kept)) AS other_homes
			FROM places.home h
			CROSS JOIN LATERAL (SELECT places_internal.point_of(places_internal.usable_location(h.location, srid))) l(point)
			WHERE h.plan = map_plan.plan AND l.point IS NOT NULL
			GROUP BY h.authority, h.place) h
		LEFT JOIN places.place p ON p.plan = map_plan.plan AND p.authority = h.authority AND p.place = h.place) a
	CROSS JOIN LATERAL places_internal.map_thinned(a.places, places_internal.checked_max_dots(max_dots), false) t;
	RETURN places_internal.map_scene(
		COALESCE(title, plan),
		places_internal.map_summary(map_places, r.homes, r.rules),
		places_internal.map_notes(r.stock_rows, located, drawn),
		map_places, geodetic);
END
$$;

COMMENT ON FUNCTION places_internal.map_plan(text, text, int) IS 'the scene of the published run of a plan';

-- the maps themselves

CREATE OR REPLACE FUNCTION places.map(
	stock regclass, id_column name, authority_column name, geom_column name,
	rules places.ruleset DEFAULT places.rules(), weight_column name DEFAULT NULL,
	title text DEFAULT NULL, max_dots int DEFAULT 100000)
RETURNS text LANGUAGE sql STABLE PARALLEL RESTRICTED COST 100000
RETURN places_internal.map_page(places_internal.map_stock(stock, id_column, authority_column, geom_column, rules, weight_column, title, max_dots));

CREATE OR REPLACE FUNCTION places.map(plan text, title text DEFAULT NULL, max_dots int DEFAULT 100000)
RETURNS text LANGUAGE sql STABLE PARALLEL SAFE COST 100000
RETURN places_internal.map_page(places_internal.map_plan(plan, title, max_dots));

COMMENT ON FUNCTION places.map(regclass, name, name, name, places.ruleset, name, text, int) IS
	'the places of a table or view as a self-contained HTML page: a map to zoom and search, without ids of homes; it draws some max_dots homes, at least one of each place';
COMMENT ON FUNCTION places.map(text, text, int) IS
	'the published places of a plan as a self-contained HTML page: a map to zoom and search, without ids of homes; it draws some max_dots homes, at least one of each place';

CREATE OR REPLACE FUNCTION places.map_svg(
	stock regclass, id_column name, authority_column name, geom_column name,
	rules places.ruleset DEFAULT places.rules(), weight_column name DEFAULT NULL,
	title text DEFAULT NULL, max_dots int DEFAULT 100000)
RETURNS text LANGUAGE sql STABLE PARALLEL RESTRICTED COST 100000
RETURN places_internal.map_picture(places_internal.map_stock(stock, id_column, authority_column, geom_column, rules, weight_column, title, max_dots));

CREATE OR REPLACE FUNCTION places.map_svg(plan text, title text DEFAULT NULL, max_dots int DEFAULT 100000)
RETURNS text LANGUAGE sql STABLE PARALLEL SAFE COST 100000
RETURN places_internal.map_picture(places_internal.map_plan(plan, title, max_dots));

COMMENT ON FUNCTION places.map_svg(regclass, name, name, name, places.ruleset, name, text, int) IS
	'the kept places of a table or view as a still picture for a report, in SVG';
COMMENT ON FUNCTION places.map_svg(text, text, int) IS
	'the published kept places of a plan as a still picture for a report, in SVG';
