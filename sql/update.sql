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
	ids text := ', pg_catalog.array_agg(s.%I)::text[] AS ids';
	weight text := '';
	homes text := 'pg_catalog.count(*)::float8';
	list text := '';
	wanted text;
BEGIN
	IF stock IS NULL OR NOT EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = stock) THEN
		RAISE EXCEPTION 'stock does not exist'
			USING ERRCODE = 'undefined_table',
				DETAIL = pg_catalog.format('stock is %s.', COALESCE(stock::text, 'null')),
				HINT = 'Name a table or view with a row for each home.';
	END IF;

	PERFORM places.column_type(stock, 'authority_column', authority_column);
	/*
	 * The cast to text stands outside the aggregate, where it keeps no foreign
	 * server from aggregating; but arrays as ids would be joined into one.
	 */
	type := places.column_type(stock, 'id_column', id_column);
	IF EXISTS (SELECT FROM pg_catalog.pg_type t WHERE t.oid = type AND t.typcategory = 'A') THEN
		ids := ', pg_catalog.array_agg(s.%I::text) AS ids';
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
		weight := pg_catalog.format('s.%I::float8, ', weight_column);
		homes := pg_catalog.format(
			'COALESCE(pg_catalog.sum(s.%1$I::float8) FILTER (WHERE s.%1$I::float8 >= 0 AND s.%1$I::float8 < ''Infinity''), 0)',
			weight_column);
	END IF;
	FOREACH wanted IN ARRAY columns LOOP
		list := list || CASE wanted
			WHEN 'ids' THEN pg_catalog.format(ids, id_column)
			WHEN 'points' THEN pg_catalog.format(', pg_catalog.array_agg(s.%I) AS points', geom_column)
			WHEN 'weights' THEN pg_catalog.format(', pg_catalog.array_agg(%s) AS weights',
				pg_catalog.rtrim(COALESCE(NULLIF(weight, ''), '1::float8'), ', '))
			ELSE pg_catalog.format(
				', places.%1$I(s.%2$I, %3$s$1) FILTER (WHERE s.%4$I IS NOT NULL) AS %1$I',
				wanted, geom_column, weight, authority_column)
		END;
	END LOOP;

	RETURN pg_catalog.format(
		'SELECT s.%1$I::text AS authority, pg_catalog.count(*) AS stock_rows, %2$s AS homes%3$s FROM %4$s s GROUP BY s.%1$I',
		authority_column, homes, list, stock);
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
	RETURN QUERY EXECUTE pg_catalog.format(
		'WITH g AS MATERIALIZED (%s)
		SELECT g.authority, pg_catalog.sum(g.homes), pg_catalog.sum(k.kept),
			pg_catalog.sum(COALESCE(g.coverage_limit, 0)),
			pg_catalog.sum(k.kept) / NULLIF(pg_catalog.sum(g.homes), 0),
			pg_catalog.sum(COALESCE(g.coverage_limit, 0)) / NULLIF(pg_catalog.sum(g.homes), 0)
		FROM g
		CROSS JOIN LATERAL (
			SELECT COALESCE(pg_catalog.sum(p.homes) FILTER (WHERE p.reason IS NULL), 0) AS kept
			FROM unnest((g.cluster_places).homes, (g.cluster_places).reason) p(homes, reason)) k
		GROUP BY GROUPING SETS ((g.authority), ())
		HAVING g.authority IS NOT NULL OR GROUPING(g.authority) = 1
		ORDER BY 1 NULLS LAST',
		places.group_query(stock, id_column, authority_column, geom_column, weight_column,
			'cluster_places', 'coverage_limit'))
	USING rules;
END
$$;
