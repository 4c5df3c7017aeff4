-- complain if script is sourced in psql, rather than via ALTER EXTENSION
\echo Use "ALTER EXTENSION places UPDATE" to load this file. \quit

-- what 0.1.0 has otherwise

CREATE OR REPLACE FUNCTION places.group_query(
	stock regclass, id_column name, authority_column name, geom_column name,
	weight_column name, VARIADIC columns text[])
RETURNS text LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1000
AS $$
DECLARE
	type regtype;
	id text;
BEGIN
	IF stock IS NULL OR NOT EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = stock) THEN
		RAISE EXCEPTION 'stock does not exist'
			USING ERRCODE = 'undefined_table',
				DETAIL = pg_catalog.format('stock is %s.', COALESCE(stock::text, 'null')),
				HINT = 'Name a table or view with a row for each home.';
	END IF;

	PERFORM places.column_type(stock, 'authority_column', authority_column);
	type := places.column_type(stock, 'id_column', id_column);
	id := pg_catalog.format('s.%I', id_column);
	/* of arrays, array_agg() would make one */
	IF EXISTS (SELECT FROM pg_catalog.pg_type t WHERE t.oid = type AND t.typcategory = 'A') THEN
		id := id || '::text';
	END IF;
	type := places.column_type(stock, 'geom_column', geom_column);
	IF NOT EXISTS (SELECT FROM pg_catalog.pg_type t
				   WHERE t.oid = type AND t.typname IN ('geometry', 'geography')) THEN
		RAISE EXCEPTION 'geom_column must be of type geometry or geography'
			USING ERRCODE = 'datatype_mismatch',
				DETAIL = pg_catalog.format('Column %I of %s is of type %s.', geom_column, stock, type),
				HINT = 'Make a view with ST_SetSRID(ST_MakePoint(easting, northing), srid).';
	END IF;
	IF weight_column IS NOT NULL THEN
		type := places.column_type(stock, 'weight_column', weight_column);
		IF NOT EXISTS (SELECT FROM pg_catalog.pg_type t WHERE t.oid = type AND t.typcategory = 'N') THEN
			RAISE EXCEPTION 'weight_column must be numeric'
				USING ERRCODE = 'datatype_mismatch',
					DETAIL = pg_catalog.format('Column %I of %s is of type %s.', weight_column, stock, type),
					HINT = 'Make a view with the column cast to double precision.';
		END IF;
	END IF;
	RETURN places.group_query_from(stock::text || ' s',
		id, pg_catalog.format('s.%I', authority_column), pg_catalog.format('s.%I', geom_column),
		CASE WHEN weight_column IS NOT NULL THEN pg_catalog.format('s.%I', weight_column) END,
		VARIADIC columns);
END
$$;

CREATE OR REPLACE FUNCTION places.assign(
	stock regclass, id_column name, authority_column name, geom_column name,
	rules places.ruleset DEFAULT places.rules(), weight_column name DEFAULT NULL)
RETURNS TABLE (home_id text, authority text, place int, distance float8, kept boolean, reason text)
LANGUAGE sql STABLE PARALLEL RESTRICTED COST 10000 ROWS 10000
AS $$
	SELECT a.home_id, a.authority, a.place, a.distance, a.kept, a.reason
	FROM places.assign_stock(
		places.group_query(stock, id_column, authority_column, geom_column, weight_column,
			'ids', 'cluster'),
		places.group_query(stock, id_column, authority_column, geom_column, weight_column,
			'packed_ids', 'packed'),
		rules) a
$$;

CREATE OR REPLACE FUNCTION places.summary(
	stock regclass, id_column name, authority_column name, geom_column name,
	rules places.ruleset DEFAULT places.rules(), weight_column name DEFAULT NULL)
RETURNS TABLE (authority text, place int, homes float8, kept boolean, reason text,
	centre geometry, radius float8, mean_distance float8, rms_distance float8,
	density float8, rank int, outlying float8, attached float8)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 10000 ROWS 100
AS $$
BEGIN
	RETURN QUERY EXECUTE
		'SELECT g.authority, p.place::int, p.homes, p.reason IS NULL, p.reason,
			places.point_at(p.x, p.y, (g.cluster_places).srid),
			p.radius, p.mean_distance, p.rms_distance, p.density,
			CASE WHEN p.reason IS NULL THEN
				(pg_catalog.rank() OVER (PARTITION BY p.reason IS NULL
					ORDER BY p.density DESC NULLS FIRST))::int
			END,
			p.outlying, p.attached
		FROM places.place_lists($2, $3, $1) g
		CROSS JOIN LATERAL unnest(
			(g.cluster_places).homes, (g.cluster_places).reason, (g.cluster_places).x, (g.cluster_places).y, (g.cluster_places).radius,
			(g.cluster_places).mean_distance, (g.cluster_places).rms_distance, (g.cluster_places).density,
			(g.cluster_places).outlying, (g.cluster_places).attached)
			WITH ORDINALITY p(homes, reason, x, y, radius, mean_distance, rms_distance, density,
				outlying, attached, place)
		ORDER BY 1, 2'
	USING rules,
		places.group_query(stock, id_column, authority_column, geom_column, weight_column,
			'cluster_places'),
		places.group_query(stock, id_column, authority_column, geom_column, weight_column,
			'packed');
END
$$;

CREATE OR REPLACE FUNCTION places.headline(
	stock regclass, id_column name, authority_column name, geom_column name,
	rules places.ruleset DEFAULT places.rules(), weight_column name DEFAULT NULL,
	OUT homes float8, OUT places bigint, OUT kept_places bigint, OUT kept_homes float8,
	OUT kept_share float8, OUT mean_kept_homes float8,
	OUT median_kept_density float8, OUT median_kept_radius float8,
	OUT authorities bigint, OUT authorities_with_kept bigint, OUT trimmed_homes float8,
	OUT outlying_homes float8, OUT attached_homes float8,
	OUT dispersed_places bigint, OUT dispersed_homes float8,
	OUT unplaced_homes float8, OUT no_location bigint, OUT no_authority bigint, OUT bad_weight bigint)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 10000
AS $$
BEGIN
	EXECUTE
		'WITH g AS MATERIALIZED (SELECT * FROM places.place_lists($2, $3, $1)),
		p AS (
			SELECT g.authority, p.*, p.reason IS NULL AS kept, p.reason IS NOT DISTINCT FROM ''dispersed'' AS dispersed
			FROM g CROSS JOIN LATERAL unnest(
				(g.cluster_places).homes, (g.cluster_places).reason, (g.cluster_places).density,
				(g.cluster_places).radius, (g.cluster_places).outlying, (g.cluster_places).attached)
				p(homes, reason, density, radius, outlying, attached)),
		placed AS (
			SELECT pg_catalog.count(*) FILTER (WHERE NOT dispersed) AS places,
				pg_catalog.count(*) FILTER (WHERE kept) AS kept_places,
				pg_catalog.count(*) FILTER (WHERE dispersed) AS dispersed_places,
				COALESCE(pg_catalog.sum(p.homes + p.outlying + p.attached), 0) AS homes,
				COALESCE(pg_catalog.sum(p.homes) FILTER (WHERE kept), 0) AS kept_homes,
				COALESCE(pg_catalog.sum(p.outlying), 0) AS outlying,
				COALESCE(pg_catalog.sum(p.attached), 0) AS attached,
				COALESCE(pg_catalog.sum(p.homes) FILTER (WHERE dispersed), 0) AS dispersed_homes,
				pg_catalog.avg(p.homes) FILTER (WHERE kept) AS mean_kept_homes,
				pg_catalog.percentile_cont(0.5) WITHIN GROUP (ORDER BY p.density) FILTER (WHERE kept) AS median_density,
				pg_catalog.percentile_cont(0.5) WITHIN GROUP (ORDER BY p.radius) FILTER (WHERE kept) AS median_radius,
				pg_catalog.count(DISTINCT p.authority) FILTER (WHERE kept) AS authorities_with_kept
			FROM p),
		stock AS (
			SELECT COALESCE(pg_catalog.sum(g.homes), 0) AS homes,
				pg_catalog.count(g.authority) AS authorities,
				COALESCE(pg_catalog.sum((g.cluster_places).no_location), 0)::bigint AS no_location,
				COALESCE(pg_catalog.sum(g.stock_rows) FILTER (WHERE g.authority IS NULL), 0)::bigint AS no_authority,
				COALESCE(pg_catalog.sum((g.cluster_places).bad_weight), 0)::bigint AS bad_weight
			FROM g)
		SELECT s.homes, p.places, p.kept_places, p.kept_homes,
			p.kept_homes / NULLIF(s.homes, 0), p.mean_kept_homes, p.median_density, p.median_radius,
			s.authorities, p.authorities_with_kept, p.homes - p.kept_homes,
			p.outlying, p.attached, p.dispersed_places, p.dispersed_homes,
			s.homes - p.homes, s.no_location, s.no_authority, s.bad_weight
		FROM placed p CROSS JOIN stock s'
	INTO homes, places, kept_places, kept_homes, kept_share, mean_kept_homes,
		median_kept_density, median_kept_radius, authorities, authorities_with_kept,
		trimmed_homes, outlying_homes, attached_homes, dispersed_places, dispersed_homes,
		unplaced_homes, no_location, no_authority, bad_weight
	USING rules,
		places.group_query(stock, id_column, authority_column, geom_column, weight_column,
			'cluster_places'),
		places.group_query(stock, id_column, authority_column, geom_column, weight_column,
			'packed');
END
$$;

CREATE OR REPLACE FUNCTION places.coverage_bound(
	stock regclass, id_column name, authority_column name, geom_column name,
	rules places.ruleset DEFAULT places.rules(), weight_column name DEFAULT NULL)
RETURNS TABLE (authority text, homes float8, kept_homes float8, bound_homes float8,
	kept_share float8, bound_share float8)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 100000 ROWS 100
AS $$
BEGIN
	RETURN QUERY EXECUTE
		'SELECT g.authority, pg_catalog.sum(g.homes), pg_catalog.sum(k.kept),
			pg_catalog.sum(COALESCE(g.coverage_limit, 0)),
			pg_catalog.sum(k.kept) / NULLIF(pg_catalog.sum(g.homes), 0),
			pg_catalog.sum(COALESCE(g.coverage_limit, 0)) / NULLIF(pg_catalog.sum(g.homes), 0)
		FROM places.bounded_lists($2, $3, $1) g
		CROSS JOIN LATERAL (
			SELECT COALESCE(pg_catalog.sum(p.homes) FILTER (WHERE p.reason IS NULL), 0) AS kept
			FROM unnest((g.cluster_places).homes, (g.cluster_places).reason) p(homes, reason)) k
		GROUP BY GROUPING SETS ((g.authority), ())
		HAVING g.authority IS NOT NULL OR GROUPING(g.authority) = 1
		ORDER BY 1 NULLS LAST'
	USING rules,
		places.group_query(stock, id_column, authority_column, geom_column, weight_column,
			'cluster_places', 'coverage_limit'),
		places.group_query(stock, id_column, authority_column, geom_column, weight_column,
			'packed');
END
$$;

COMMENT ON FUNCTION places.group_query(regclass, name, name, name, name, text[]) IS
	'the query that reads a stock once, with a row for each authority and the wanted columns, see places.group_query_from(); checks its arguments';
