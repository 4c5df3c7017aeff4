
-- what maps are of: a stock, or the published run of a plan

-- Within a place the order of points is that of a curve that fills the plane:
-- every nth of them is a fair sample.  The query reads the stock, hence under the
-- search path of the caller: all of its operators are qualified.
CREATE OR REPLACE FUNCTION places_internal.map_query(source text, homes text, figures text)
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10
RETURN pg_catalog.format(
	'WITH source AS MATERIALIZED (%s),
	home AS (%s),
	numbered AS (
		SELECT h.*, pg_catalog.count(*) OVER () AS located,
			pg_catalog.row_number() OVER (PARTITION BY h.authority, h.place, h.kept ORDER BY h.location) AS n
		FROM home h
		WHERE h.point IS NOT NULL),
	dot AS (
		SELECT n.authority, n.place,
			places_internal.map_dots(pg_catalog.array_agg(n.point ORDER BY n.n) FILTER (WHERE n.kept)) AS kept_homes,
			places_internal.map_dots(pg_catalog.array_agg(n.point ORDER BY n.n) FILTER (WHERE NOT n.kept)) AS other_homes,
			pg_catalog.count(*) AS drawn, pg_catalog.max(n.located) AS located
		FROM numbered n
		WHERE places_internal.map_draws(n.n, $2, n.located)
		GROUP BY n.authority, n.place),
	figure AS (%s)
	SELECT pg_catalog.array_agg((d.authority, d.place, f.name, f.homes, f.outlying OPERATOR(pg_catalog.+) f.attached,
			COALESCE(f.kept, false), f.reason, f.rank, f.density, f.radius,
			d.kept_homes, d.other_homes, NULL, NULL)::places_internal.map_place
			ORDER BY d.authority COLLATE pg_catalog."C", d.place),
		COALESCE(pg_catalog.max(d.located), 0), COALESCE(pg_catalog.sum(d.drawn), 0),
		(SELECT pg_catalog.sum(s.homes) FROM source s), (SELECT pg_catalog.sum(s.stock_rows) FROM source s)
	FROM dot d
	LEFT JOIN figure f ON f.authority OPERATOR(pg_catalog.=) d.authority AND f.place OPERATOR(pg_catalog.=) d.place',
	source, homes, figures);

COMMENT ON FUNCTION places_internal.map_query(text, text, text) IS
	'the query for the places of a map, their homes thinned to $2, then the homes with a location, those drawn, and all homes and rows; from queries for the source, for its homes and for the figures of its places';

CREATE OR REPLACE FUNCTION places_internal.map_draws(n bigint, max_dots bigint, located bigint)
RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1
RETURN n = 1 OR n * max_dots / located > (n - 1) * max_dots / located;

COMMENT ON FUNCTION places_internal.map_draws(bigint, bigint, bigint) IS
	'whether the nth home of a place is drawn, if that many of so many are: the first is always';

CREATE OR REPLACE FUNCTION places_internal.checked_max_dots(max_dots int)
RETURNS bigint LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF max_dots >= 1 THEN
		RETURN max_dots;
	END IF;
	RAISE EXCEPTION 'max_dots must be at least 1'
		USING ERRCODE = 'invalid_parameter_value',
			DETAIL = pg_catalog.format('max_dots is %s.', COALESCE(max_dots::text, 'null')),
			HINT = 'It is how many homes the map may draw: 100000, for instance.';
END
$$;

COMMENT ON FUNCTION places_internal.checked_max_dots(int) IS 'the number of dots, or a clear error';

-- One reading and one clustering of the stock: the figures of a place are those
-- of its own homes clustered into a single place.
CREATE OR REPLACE FUNCTION places_internal.map_figures()
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1
RETURN 'SELECT p.authority, p.place, NULL::text AS name, (p.list).homes[1] AS homes, p.kept, p.reason,
		CASE WHEN p.kept THEN (pg_catalog.rank() OVER (PARTITION BY p.kept
			ORDER BY (p.list).density[1] DESC NULLS FIRST))::int END AS rank,
		(p.list).density[1] AS density, (p.list).radius[1] AS radius, p.outlying, p.attached
	FROM (
		SELECT h.authority, h.place, pg_catalog.bool_or(h.kept) AS kept,
			pg_catalog.min(h.reason) FILTER (WHERE NOT o.outside) AS reason,
			places.cluster_places(h.location, h.weight, places.rules(''kmeans'', 1e15)) FILTER (WHERE NOT o.outside) AS list,
			COALESCE(pg_catalog.sum(h.weight) FILTER (WHERE h.reason OPERATOR(pg_catalog.=) ''outlying''), 0) AS outlying,
			COALESCE(pg_catalog.sum(h.weight) FILTER (WHERE h.reason OPERATOR(pg_catalog.=) ''attached''), 0) AS attached
		FROM home h
		CROSS JOIN LATERAL (SELECT COALESCE(h.reason OPERATOR(pg_catalog.=) ANY (ARRAY[''outlying'', ''attached'']), false)) o(outside)
		WHERE h.place IS NOT NULL
		GROUP BY h.authority, h.place) p';

COMMENT ON FUNCTION places_internal.map_figures() IS
	'the query for the figures of the places of a stock, from its homes in map_query()';

CREATE OR REPLACE FUNCTION places_internal.map_stock(
	stock regclass, id_column name, authority_column name, geom_column name,
	rules places.ruleset, weight_column name, title text, max_dots int)
RETURNS places_internal.map_scene LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 100000
AS $$
DECLARE
	groups text := places_internal.group_query(stock, id_column, authority_column, geom_column, weight_column,
		'points', 'weights', 'cluster');
	map_places places_internal.map_place[];
	located bigint;
	drawn bigint;
	homes float8;
	stock_rows bigint;
BEGIN
	EXECUTE places_internal.map_query(groups,
		'SELECT s.authority, h.place, h.place IS NOT NULL AND h.reason IS NULL AS kept,
			h.location,
			places_internal.point_of(places_internal.plain_location(h.location)) AS point, h.weight, h.reason
		FROM source s
		CROSS JOIN LATERAL unnest(s.points, s.weights, (s.cluster).place, (s.cluster).reason)
			h(location, weight, place, reason)',
		places_internal.map_figures())
	INTO map_places, located, drawn, homes, stock_rows
	USING rules, places_internal.checked_max_dots(max_dots);
	RETURN places_internal.map_scene(
		COALESCE(title, pg_catalog.concat('Places of ', stock::pg_catalog.text)),
		places_internal.map_summary(map_places, COALESCE(homes, 0), rules),
		places_internal.map_notes(COALESCE(stock_rows, 0), located, drawn),
		map_places,
		EXISTS (SELECT FROM pg_catalog.pg_type t
			WHERE t.oid OPERATOR(pg_catalog.=) places_internal.column_type(stock, 'geom_column', geom_column)
				AND t.typname OPERATOR(pg_catalog.=) 'geography'));
END
$$;

COMMENT ON FUNCTION places_internal.map_stock(regclass, name, name, name, places.ruleset, name, text, int) IS
	'the scene of a table or view, which it clusters';

CREATE OR REPLACE FUNCTION places_internal.map_plan(plan text, title text, max_dots int)
RETURNS places_internal.map_scene LANGUAGE plpgsql STABLE PARALLEL SAFE COST 100000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	known places_internal.plan_definition := places_internal.find_plan(plan);
	srid int := places_internal.system_of_layers(known);
	rules places.ruleset;
	map_places places_internal.map_place[];
	located bigint;
	drawn bigint;
	homes float8;
	stock_rows bigint;
BEGIN
	SELECT (r.rules).* INTO rules FROM places_internal.run_record r WHERE r.run = known.published_run;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'plan "%" has no published run', plan
			USING ERRCODE = 'object_not_in_prerequisite_state',
				HINT = pg_catalog.format('Run it: SELECT * FROM places.run(%L);', plan);
	END IF;
	EXECUTE places_internal.map_query(
		'SELECT r.homes, r.stock_rows FROM places_internal.run_record r WHERE r.run = $3',
		'SELECT h.authority, h.place, h.kept, l.location, l.location AS point
		FROM places.home h
		CROSS JOIN LATERAL (SELECT places_internal.point_of(places_internal.usable_location(h.location, $4))) l(location)
		WHERE h.plan = $1',
		'SELECT p.* FROM places.place p WHERE p.plan = $1')
	INTO map_places, located, drawn, homes, stock_rows
	USING plan, places_internal.checked_max_dots(max_dots), known.published_run, srid;
	RETURN places_internal.map_scene(
		COALESCE(title, plan),
		places_internal.map_summary(map_places, homes, rules),
		places_internal.map_notes(stock_rows, located, drawn),
		map_places, COALESCE(places_internal.is_degrees(srid), false));
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
