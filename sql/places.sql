-- rules

CREATE OR REPLACE FUNCTION places.rules(
	method text DEFAULT 'coverage',
	target_homes float8 DEFAULT 450,
	min_homes float8 DEFAULT NULL,
	max_homes float8 DEFAULT NULL,
	max_radius float8 DEFAULT NULL,
	remainder text DEFAULT 'flag',
	attach_within float8 DEFAULT NULL)
RETURNS places.ruleset
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;

COMMENT ON FUNCTION places.rules(text, float8, float8, float8, float8, text, float8) IS
	'checked rules for a clustering; NULLs get the defaults of the method: coverage, min_homes = target_homes, max_homes twice that, max_radius 3000 m; balanced, bounds at target_homes -/+ 10 %; kmeans, min_homes = target_homes and no max_homes';

CREATE OR REPLACE FUNCTION places.vary(rules places.ruleset, min_homes float8, max_radius float8)
RETURNS places.ruleset
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;

COMMENT ON FUNCTION places.vary(places.ruleset, float8, float8) IS
	'rules with another min_homes and max_radius; where min_homes exceeds the target, target and max_homes grow with it';

-- cluster: one answer for each home of a group

CREATE OR REPLACE FUNCTION places_internal.cluster_transfn(internal, geometry, places.ruleset)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.cluster_transfn(internal, geometry, float8, places.ruleset)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.cluster_transfn(internal, geography, places.ruleset)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.cluster_transfn(internal, geography, float8, places.ruleset)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.cluster_finalfn(internal)
RETURNS places.clustering AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;

COMMENT ON FUNCTION places_internal.cluster_transfn(internal, geometry, places.ruleset) IS
	'gathers one home for cluster and cluster_places';
COMMENT ON FUNCTION places_internal.cluster_transfn(internal, geometry, float8, places.ruleset) IS
	'gathers one weighted home for cluster and cluster_places';
COMMENT ON FUNCTION places_internal.cluster_transfn(internal, geography, places.ruleset) IS
	'gathers one home for cluster and cluster_places';
COMMENT ON FUNCTION places_internal.cluster_transfn(internal, geography, float8, places.ruleset) IS
	'gathers one weighted home for cluster and cluster_places';
COMMENT ON FUNCTION places_internal.cluster_finalfn(internal) IS
	'solves a gathered group and answers for each home';

CREATE OR REPLACE AGGREGATE places.cluster(geom geometry, rules places.ruleset) (
	SFUNC = places_internal.cluster_transfn, STYPE = internal,
	FINALFUNC = places_internal.cluster_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);
CREATE OR REPLACE AGGREGATE places.cluster(geom geometry, weight float8, rules places.ruleset) (
	SFUNC = places_internal.cluster_transfn, STYPE = internal,
	FINALFUNC = places_internal.cluster_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);
CREATE OR REPLACE AGGREGATE places.cluster(geog geography, rules places.ruleset) (
	SFUNC = places_internal.cluster_transfn, STYPE = internal,
	FINALFUNC = places_internal.cluster_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);
CREATE OR REPLACE AGGREGATE places.cluster(geog geography, weight float8, rules places.ruleset) (
	SFUNC = places_internal.cluster_transfn, STYPE = internal,
	FINALFUNC = places_internal.cluster_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);

COMMENT ON AGGREGATE places.cluster(geometry, places.ruleset) IS
	'the places of a group of homes, one home a row; expand with places.members()';
COMMENT ON AGGREGATE places.cluster(geometry, float8, places.ruleset) IS
	'the places of a group of homes, a weight of homes a row; expand with places.members()';
COMMENT ON AGGREGATE places.cluster(geography, places.ruleset) IS
	'the places of a group of homes by longitude and latitude, one home a row; expand with places.members()';
COMMENT ON AGGREGATE places.cluster(geography, float8, places.ruleset) IS
	'the places of a group of homes by longitude and latitude, a weight of homes a row; expand with places.members()';

CREATE OR REPLACE FUNCTION places.members(ids anyarray, result places.clustering,
	OUT home anyelement, OUT place int, OUT distance float8, OUT kept boolean, OUT reason text)
RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100 ROWS 1000;

COMMENT ON FUNCTION places.members(anyarray, places.clustering) IS
	'a clustering as rows beside the ids of its homes, aggregated in the same query: array_agg(id), places.cluster(geom, rules)';

-- cluster_places: one answer for each place of a group

CREATE OR REPLACE FUNCTION places_internal.cluster_places_finalfn(internal)
RETURNS places.place_list AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;

COMMENT ON FUNCTION places_internal.cluster_places_finalfn(internal) IS
	'solves a gathered group and answers for each place';

CREATE OR REPLACE AGGREGATE places.cluster_places(geom geometry, rules places.ruleset) (
	SFUNC = places_internal.cluster_transfn, STYPE = internal,
	FINALFUNC = places_internal.cluster_places_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);
CREATE OR REPLACE AGGREGATE places.cluster_places(geom geometry, weight float8, rules places.ruleset) (
	SFUNC = places_internal.cluster_transfn, STYPE = internal,
	FINALFUNC = places_internal.cluster_places_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);
CREATE OR REPLACE AGGREGATE places.cluster_places(geog geography, rules places.ruleset) (
	SFUNC = places_internal.cluster_transfn, STYPE = internal,
	FINALFUNC = places_internal.cluster_places_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);
CREATE OR REPLACE AGGREGATE places.cluster_places(geog geography, weight float8, rules places.ruleset) (
	SFUNC = places_internal.cluster_transfn, STYPE = internal,
	FINALFUNC = places_internal.cluster_places_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);

COMMENT ON AGGREGATE places.cluster_places(geometry, places.ruleset) IS
	'the same places as places.cluster(), described place by place';
COMMENT ON AGGREGATE places.cluster_places(geometry, float8, places.ruleset) IS
	'the same places as places.cluster(), described place by place';
COMMENT ON AGGREGATE places.cluster_places(geography, places.ruleset) IS
	'the same places as places.cluster(), described place by place';
COMMENT ON AGGREGATE places.cluster_places(geography, float8, places.ruleset) IS
	'the same places as places.cluster(), described place by place';

-- coverage_limit: how much any places could keep

CREATE OR REPLACE FUNCTION places_internal.coverage_limit_finalfn(internal)
RETURNS float8 AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;

COMMENT ON FUNCTION places_internal.coverage_limit_finalfn(internal) IS
	'bounds from above what places of a gathered group could keep';

CREATE OR REPLACE AGGREGATE places.coverage_limit(geom geometry, rules places.ruleset) (
	SFUNC = places_internal.cluster_transfn, STYPE = internal,
	FINALFUNC = places_internal.coverage_limit_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);
CREATE OR REPLACE AGGREGATE places.coverage_limit(geom geometry, weight float8, rules places.ruleset) (
	SFUNC = places_internal.cluster_transfn, STYPE = internal,
	FINALFUNC = places_internal.coverage_limit_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);
CREATE OR REPLACE AGGREGATE places.coverage_limit(geog geography, rules places.ruleset) (
	SFUNC = places_internal.cluster_transfn, STYPE = internal,
	FINALFUNC = places_internal.coverage_limit_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);
CREATE OR REPLACE AGGREGATE places.coverage_limit(geog geography, weight float8, rules places.ruleset) (
	SFUNC = places_internal.cluster_transfn, STYPE = internal,
	FINALFUNC = places_internal.coverage_limit_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);

COMMENT ON AGGREGATE places.coverage_limit(geometry, places.ruleset) IS
	'a proven upper bound of the homes that any places of at least min_homes within max_radius could keep';
COMMENT ON AGGREGATE places.coverage_limit(geometry, float8, places.ruleset) IS
	'a proven upper bound of the homes that any places of at least min_homes within max_radius could keep';
COMMENT ON AGGREGATE places.coverage_limit(geography, places.ruleset) IS
	'a proven upper bound of the homes that any places of at least min_homes within max_radius could keep';
COMMENT ON AGGREGATE places.coverage_limit(geography, float8, places.ruleset) IS
	'a proven upper bound of the homes that any places of at least min_homes within max_radius could keep';

-- compactness

CREATE OR REPLACE FUNCTION places_internal.compactness_transfn(internal, geometry)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.compactness_transfn(internal, geometry, float8)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.compactness_transfn(internal, geography)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.compactness_transfn(internal, geography, float8)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.compactness_combinefn(internal, internal)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.compactness_serialfn(internal)
RETURNS bytea AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.compactness_deserialfn(bytea, internal)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.compactness_finalfn(internal)
RETURNS places.compactness_score AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;

COMMENT ON FUNCTION places_internal.compactness_transfn(internal, geometry) IS 'adds a home to the moments';
COMMENT ON FUNCTION places_internal.compactness_transfn(internal, geometry, float8) IS 'adds a weighted home to the moments';
COMMENT ON FUNCTION places_internal.compactness_transfn(internal, geography) IS 'adds a home to the moments';
COMMENT ON FUNCTION places_internal.compactness_transfn(internal, geography, float8) IS 'adds a weighted home to the moments';
COMMENT ON FUNCTION places_internal.compactness_combinefn(internal, internal) IS 'merges the moments of two parts';
COMMENT ON FUNCTION places_internal.compactness_serialfn(internal) IS 'moments as bytes';
COMMENT ON FUNCTION places_internal.compactness_deserialfn(bytea, internal) IS 'moments from bytes';
COMMENT ON FUNCTION places_internal.compactness_finalfn(internal) IS 'the score from the moments';

CREATE OR REPLACE AGGREGATE places.compactness(geom geometry) (
	SFUNC = places_internal.compactness_transfn, STYPE = internal, SSPACE = 128,
	COMBINEFUNC = places_internal.compactness_combinefn,
	SERIALFUNC = places_internal.compactness_serialfn, DESERIALFUNC = places_internal.compactness_deserialfn,
	FINALFUNC = places_internal.compactness_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);
CREATE OR REPLACE AGGREGATE places.compactness(geom geometry, weight float8) (
	SFUNC = places_internal.compactness_transfn, STYPE = internal, SSPACE = 128,
	COMBINEFUNC = places_internal.compactness_combinefn,
	SERIALFUNC = places_internal.compactness_serialfn, DESERIALFUNC = places_internal.compactness_deserialfn,
	FINALFUNC = places_internal.compactness_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);
CREATE OR REPLACE AGGREGATE places.compactness(geog geography) (
	SFUNC = places_internal.compactness_transfn, STYPE = internal, SSPACE = 128,
	COMBINEFUNC = places_internal.compactness_combinefn,
	SERIALFUNC = places_internal.compactness_serialfn, DESERIALFUNC = places_internal.compactness_deserialfn,
	FINALFUNC = places_internal.compactness_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);
CREATE OR REPLACE AGGREGATE places.compactness(geog geography, weight float8) (
	SFUNC = places_internal.compactness_transfn, STYPE = internal, SSPACE = 128,
	COMBINEFUNC = places_internal.compactness_combinefn,
	SERIALFUNC = places_internal.compactness_serialfn, DESERIALFUNC = places_internal.compactness_deserialfn,
	FINALFUNC = places_internal.compactness_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);

COMMENT ON AGGREGATE places.compactness(geometry) IS
	'how tightly homes stand together; rows without a location do not count';
COMMENT ON AGGREGATE places.compactness(geometry, float8) IS
	'how tightly weighted homes stand together; rows without a location or a valid weight do not count';
COMMENT ON AGGREGATE places.compactness(geography) IS
	'how tightly homes stand together, by longitude and latitude; rows without a location do not count';
COMMENT ON AGGREGATE places.compactness(geography, float8) IS
	'how tightly weighted homes stand together, by longitude and latitude; rows without a location or a valid weight do not count';

-- over the user's own relation

CREATE OR REPLACE FUNCTION places_internal.column_type(stock regclass, argument text, column_name name)
RETURNS regtype LANGUAGE plpgsql STABLE PARALLEL SAFE COST 100
AS $$
DECLARE
	type pg_catalog.pg_type;
BEGIN
	IF column_name IS NULL THEN
		RAISE EXCEPTION '% must not be null', argument
			USING ERRCODE = 'null_value_not_allowed',
				HINT = pg_catalog.format('Name a column of %s.', stock);
	END IF;
	SELECT t.* INTO type
	FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
	WHERE a.attrelid = stock AND a.attname = column_name AND NOT a.attisdropped;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'column "%" of % does not exist', column_name, stock
			USING ERRCODE = 'undefined_column',
				DETAIL = pg_catalog.format('It was named by %s.', argument),
				HINT = (SELECT pg_catalog.format('Its columns are %s.',
							pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY a.attnum))
						FROM pg_catalog.pg_attribute a
						WHERE a.attrelid = stock AND a.attnum > 0 AND NOT a.attisdropped);
	END IF;
	WHILE type.typtype = 'd' LOOP
		SELECT t.* INTO type FROM pg_catalog.pg_type t WHERE t.oid = type.typbasetype;
	END LOOP;
	RETURN type.oid;
END
$$;

COMMENT ON FUNCTION places_internal.column_type(regclass, text, name) IS
	'the base type of a column that an argument names, or a clear error';

CREATE OR REPLACE FUNCTION places_internal.group_query(
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

	PERFORM places_internal.column_type(stock, 'authority_column', authority_column);
	type := places_internal.column_type(stock, 'id_column', id_column);
	id := pg_catalog.format('s.%I', id_column);
	/* of arrays, array_agg() would make one */
	IF EXISTS (SELECT FROM pg_catalog.pg_type t WHERE t.oid = type AND t.typcategory = 'A') THEN
		id := id || '::text';
	END IF;
	type := places_internal.column_type(stock, 'geom_column', geom_column);
	IF NOT EXISTS (SELECT FROM pg_catalog.pg_type t
				   WHERE t.oid = type AND t.typname IN ('geometry', 'geography')) THEN
		RAISE EXCEPTION 'geom_column must be of type geometry or geography'
			USING ERRCODE = 'datatype_mismatch',
				DETAIL = pg_catalog.format('Column %I of %s is of type %s.', geom_column, stock, type),
				HINT = 'Make a view with ST_SetSRID(ST_MakePoint(easting, northing), srid).';
	END IF;
	IF weight_column IS NOT NULL THEN
		type := places_internal.column_type(stock, 'weight_column', weight_column);
		IF NOT EXISTS (SELECT FROM pg_catalog.pg_type t WHERE t.oid = type AND t.typcategory = 'N') THEN
			RAISE EXCEPTION 'weight_column must be numeric'
				USING ERRCODE = 'datatype_mismatch',
					DETAIL = pg_catalog.format('Column %I of %s is of type %s.', weight_column, stock, type),
					HINT = 'Make a view with the column cast to double precision.';
		END IF;
	END IF;
	RETURN places_internal.group_query_from(stock::text || ' s',
		id, pg_catalog.format('s.%I', authority_column), pg_catalog.format('s.%I', geom_column),
		CASE WHEN weight_column IS NOT NULL THEN pg_catalog.format('s.%I', weight_column) END,
		VARIADIC columns);
END
$$;

COMMENT ON FUNCTION places_internal.group_query(regclass, name, name, name, name, text[]) IS
	'the query that reads a stock once, with a row for each authority and the wanted columns, see places_internal.group_query_from(); checks its arguments';

CREATE OR REPLACE FUNCTION places_internal.assign_groups(query text, rules places.ruleset,
	OUT home_id text, OUT authority text, OUT place int, OUT distance float8,
	OUT kept boolean, OUT reason text)
RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL RESTRICTED COST 10000 ROWS 10000;

COMMENT ON FUNCTION places_internal.assign_groups(text, places.ruleset) IS
	'runs a query made by places_internal.group_query() with ids and cluster, and gives a row for each home of its groups';

CREATE OR REPLACE FUNCTION places.assign(
	stock regclass, id_column name, authority_column name, geom_column name,
	rules places.ruleset DEFAULT places.rules(), weight_column name DEFAULT NULL)
RETURNS TABLE (home_id text, authority text, place int, distance float8, kept boolean, reason text)
LANGUAGE sql STABLE PARALLEL RESTRICTED COST 10000 ROWS 10000
AS $$
	SELECT a.home_id, a.authority, a.place, a.distance, a.kept, a.reason
	FROM places_internal.assign_stock(
		places_internal.group_query(stock, id_column, authority_column, geom_column, weight_column,
			'ids', 'cluster'),
		places_internal.group_query(stock, id_column, authority_column, geom_column, weight_column,
			'packed_ids', 'packed'),
		rules) a
$$;

COMMENT ON FUNCTION places.assign(regclass, name, name, name, places.ruleset, name) IS
	'a row for each home of a table or view: its place within its authority, the distance to the centre in metres, and why it is not kept';

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
			places_internal.point_at(p.x, p.y, (g.cluster_places).srid),
			p.radius, p.mean_distance, p.rms_distance, p.density,
			CASE WHEN p.reason IS NULL THEN
				(pg_catalog.rank() OVER (PARTITION BY p.reason IS NULL
					ORDER BY p.density DESC NULLS FIRST))::int
			END,
			p.outlying, p.attached
		FROM places_internal.place_lists($2, $3, $1) g
		CROSS JOIN LATERAL unnest(
			(g.cluster_places).homes, (g.cluster_places).reason, (g.cluster_places).x, (g.cluster_places).y, (g.cluster_places).radius,
			(g.cluster_places).mean_distance, (g.cluster_places).rms_distance, (g.cluster_places).density,
			(g.cluster_places).outlying, (g.cluster_places).attached)
			WITH ORDINALITY p(homes, reason, x, y, radius, mean_distance, rms_distance, density,
				outlying, attached, place)
		ORDER BY 1, 2'
	USING rules,
		places_internal.group_query(stock, id_column, authority_column, geom_column, weight_column,
			'cluster_places'),
		places_internal.group_query(stock, id_column, authority_column, geom_column, weight_column,
			'packed');
END
$$;

COMMENT ON FUNCTION places.summary(regclass, name, name, name, places.ruleset, name) IS
	'a row for each place of a table or view: homes, centre, compactness (metres, homes per km2), rank by density among the kept, why it is not kept, and the homes outside every place that are nearest to it or attached';

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
		'WITH g AS MATERIALIZED (SELECT * FROM places_internal.place_lists($2, $3, $1)),
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
		places_internal.group_query(stock, id_column, authority_column, geom_column, weight_column,
			'cluster_places'),
		places_internal.group_query(stock, id_column, authority_column, geom_column, weight_column,
			'packed');
END
$$;

COMMENT ON FUNCTION places.headline(regclass, name, name, name, places.ruleset, name) IS
	'one row about a whole table or view: homes, places, kept places, kept homes and their share (0 to 1), what became of the rest, and the rows that could not be placed';

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
		FROM places_internal.bounded_lists($2, $3, $1) g
		CROSS JOIN LATERAL (
			SELECT COALESCE(pg_catalog.sum(p.homes) FILTER (WHERE p.reason IS NULL), 0) AS kept
			FROM unnest((g.cluster_places).homes, (g.cluster_places).reason) p(homes, reason)) k
		GROUP BY GROUPING SETS ((g.authority), ())
		HAVING g.authority IS NOT NULL OR GROUPING(g.authority) = 1
		ORDER BY 1 NULLS LAST'
	USING rules,
		places_internal.group_query(stock, id_column, authority_column, geom_column, weight_column,
			'cluster_places', 'coverage_limit'),
		places_internal.group_query(stock, id_column, authority_column, geom_column, weight_column,
			'packed');
END
$$;

COMMENT ON FUNCTION places.coverage_bound(regclass, name, name, name, places.ruleset, name) IS
	'for each authority, and in a last row without one for the whole stock: the homes kept, and a proven upper bound of what any places under these rules could keep';

CREATE OR REPLACE FUNCTION places.frontier(
	stock regclass, id_column name, authority_column name, geom_column name,
	rules places.ruleset DEFAULT places.rules(), weight_column name DEFAULT NULL,
	min_homes float8[] DEFAULT '{300,450,600}', max_radius float8[] DEFAULT '{1500,3000,5000}')
RETURNS TABLE (at_min_homes float8, at_max_radius float8, kept_share float8, kept_homes float8,
	kept_places bigint, mean_kept_homes float8, median_kept_density float8)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 100000 ROWS 25
AS $$
BEGIN
	RETURN QUERY EXECUTE pg_catalog.format(
		'WITH g AS MATERIALIZED (%s),
		r AS (
			SELECT m AS min_homes, d AS max_radius,
				places.vary($1, m, d) AS rules
			FROM pg_catalog.unnest($2) m
			CROSS JOIN pg_catalog.unnest($3) d)
		SELECT r.min_homes, r.max_radius,
			COALESCE(pg_catalog.sum(p.homes) FILTER (WHERE p.reason IS NULL), 0) / s.homes,
			COALESCE(pg_catalog.sum(p.homes) FILTER (WHERE p.reason IS NULL), 0),
			pg_catalog.count(*) FILTER (WHERE p.homes IS NOT NULL AND p.reason IS NULL),
			pg_catalog.avg(p.homes) FILTER (WHERE p.reason IS NULL),
			pg_catalog.percentile_cont(0.5) WITHIN GROUP (ORDER BY p.density) FILTER (WHERE p.reason IS NULL)
		FROM r
		CROSS JOIN (SELECT NULLIF(pg_catalog.sum(g.homes), 0) FROM g) s(homes)
		LEFT JOIN g ON g.authority IS NOT NULL
		LEFT JOIN LATERAL (
			SELECT places.cluster_places(u.point, u.weight, r.rules) AS list
			FROM unnest(g.points, g.weights) u(point, weight)) c ON true
		LEFT JOIN LATERAL unnest((c.list).homes, (c.list).reason, (c.list).density)
			p(homes, reason, density) ON true
		GROUP BY r.min_homes, r.max_radius, s.homes
		ORDER BY 1, 2',
		places_internal.group_query(stock, id_column, authority_column, geom_column, weight_column,
			'points', 'weights'))
	USING rules, min_homes, max_radius;
END
$$;

COMMENT ON FUNCTION places.frontier(regclass, name, name, name, places.ruleset, name, float8[], float8[]) IS
	'what every combination of min_homes and max_radius would keep, from one read of the stock; where min_homes exceeds the target, target and max_homes grow with it';

-- why a home is not in a place

CREATE OR REPLACE FUNCTION places_internal.is_kept(points anyarray, weights float8[], home int, rules places.ruleset)
RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE COST 10000
AS $$
DECLARE
	kept boolean;
BEGIN
	EXECUTE 'SELECT c.reason[$3] IS NULL
		FROM (SELECT (places.cluster(u.point, u.weight, $4)).reason
			FROM unnest($1, $2) u(point, weight)) c'
	INTO kept USING points, weights, home, rules;
	RETURN kept;
END
$$;

COMMENT ON FUNCTION places_internal.is_kept(anyarray, float8[], int, places.ruleset) IS
	'whether a home, by its position in the arrays, would be in a kept place under some rules';

CREATE OR REPLACE FUNCTION places_internal.smallest_radius(points anyarray, weights float8[], home int,
	rules places.ruleset, near float8, farthest float8)
RETURNS float8 LANGUAGE plpgsql STABLE PARALLEL SAFE COST 100000
AS $$
DECLARE
	short float8 := near / 2;
	enough float8 := GREATEST(near, 1);
	middle float8;
BEGIN
	WHILE NOT places_internal.is_kept(points, weights, home, places.vary(rules, rules.min_homes, enough)) LOOP
		IF enough >= farthest THEN
			RETURN NULL;
		END IF;
		short := enough;
		enough := LEAST(2 * enough, farthest);
	END LOOP;
	WHILE enough - short > GREATEST(1, enough / 200) LOOP
		middle := (enough + short) / 2;
		IF places_internal.is_kept(points, weights, home, places.vary(rules, rules.min_homes, middle)) THEN
			enough := middle;
		ELSE
			short := middle;
		END IF;
	END LOOP;
	RETURN enough;
END
$$;

COMMENT ON FUNCTION places_internal.smallest_radius(anyarray, float8[], int, places.ruleset, float8, float8) IS
	'by bisection, to 1 m or 0.5 %: a small max_radius under which a home is kept, found by clustering with it; near is the distance that holds min_homes around the home, farthest the one that holds all; null if there is none';

CREATE OR REPLACE FUNCTION places_internal.largest_minimum(points anyarray, weights float8[], home int,
	rules places.ruleset, most float8)
RETURNS float8 LANGUAGE plpgsql STABLE PARALLEL SAFE COST 100000
AS $$
DECLARE
	enough float8 := LEAST(1, rules.min_homes);
	excess float8 := pg_catalog.floor(most) + 1;
	middle float8;
BEGIN
	IF NOT places_internal.is_kept(points, weights, home, places.vary(rules, enough, rules.max_radius)) THEN
		RETURN NULL;
	END IF;
	WHILE excess - enough > 1 LOOP
		middle := pg_catalog.floor((enough + excess) / 2);
		IF places_internal.is_kept(points, weights, home, places.vary(rules, middle, rules.max_radius)) THEN
			enough := middle;
		ELSE
			excess := middle;
		END IF;
	END LOOP;
	RETURN enough;
END
$$;

COMMENT ON FUNCTION places_internal.largest_minimum(anyarray, float8[], int, places.ruleset, float8) IS
	'by bisection, to one home: a large min_homes up to the most that could be under which a home is kept, found by clustering with it; null if there is none';

CREATE OR REPLACE FUNCTION places_internal.explain_sentence(
	home text, authority text, place int, reason text, distance float8, rules places.ruleset,
	homes_within float8, missing_homes float8, total float8,
	smallest_max_radius float8, largest_min_homes float8)
RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 100
AS $$
DECLARE
	sentence text;
BEGIN
	IF reason IS NULL THEN
		RETURN pg_catalog.format('Home %s is in place %s of %s, %s m from its centre.',
			home, place, authority, pg_catalog.round(distance::numeric));
	END IF;
	sentence := CASE
		WHEN reason = 'outlying' THEN pg_catalog.format(
			'Home %s is outside every place of %s; the nearest is place %s, whose centre is %s m away.',
			home, authority, place, pg_catalog.round(distance::numeric))
		WHEN reason = 'attached' THEN pg_catalog.format(
			'Home %s is outside every place of %s and attached to place %s, whose centre is %s m away.',
			home, authority, place, pg_catalog.round(distance::numeric))
		WHEN reason = 'dispersed' THEN pg_catalog.format(
			'Home %s is outside every compact place of %s; it belongs to dispersed place %s, whose centre is %s m away.',
			home, authority, place, pg_catalog.round(distance::numeric))
		ELSE pg_catalog.format('Home %s belongs to place %s of %s, which is %s.',
			home, place, authority,
			pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(reason,
				'too_small', 'too small'), 'too_spread', 'too spread out'), ',', ' and '))
	END;
	IF rules.max_radius IS NOT NULL THEN
		sentence := sentence || pg_catalog.format(' Homes within %s m of it: %s, %s.',
			rules.max_radius, homes_within,
			CASE WHEN missing_homes > 0
				THEN pg_catalog.format('%s fewer than the %s that a place needs', missing_homes, rules.min_homes)
				ELSE pg_catalog.format('enough for the %s that a place needs, but other places need them or no circle holds them all', rules.min_homes)
			END);
	END IF;
	IF total < rules.min_homes THEN
		sentence := sentence || pg_catalog.format(' Homes in its whole authority: %s.', total);
	END IF;
	RETURN sentence || CASE
		WHEN smallest_max_radius IS NULL AND largest_min_homes IS NULL THEN ''
		WHEN smallest_max_radius IS NULL THEN pg_catalog.format(
			' It would be in a place if %s homes were enough.', largest_min_homes)
		WHEN largest_min_homes IS NULL THEN pg_catalog.format(
			' It would be in a place if the radius were %s m.', pg_catalog.ceil(smallest_max_radius))
		ELSE pg_catalog.format(
			' It would be in a place if the radius were %s m, or if %s homes were enough.',
			pg_catalog.ceil(smallest_max_radius), largest_min_homes)
	END;
END
$$;

COMMENT ON FUNCTION places_internal.explain_sentence(text, text, int, text, float8, places.ruleset, float8, float8, float8, float8, float8) IS
	'the explanation of a home as a sentence to read out';

CREATE OR REPLACE FUNCTION places_internal.explain_home(
	group_authority text, ids text[], points anyarray, weights float8[], rules places.ruleset, home text)
RETURNS TABLE (home_id text, authority text, place int, kept boolean, reason text, distance float8,
	homes_within float8, missing_homes float8, smallest_max_radius float8, largest_min_homes float8,
	sentence text)
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1000000 ROWS 1
AS $$
DECLARE
	position int := pg_catalog.array_position(ids, home);
	total float8;
	reach float8;
	near float8;
	farthest float8;
BEGIN
	home_id := home;
	authority := group_authority;
	kept := false;
	IF authority IS NULL THEN
		reason := 'no_authority';
		sentence := pg_catalog.format('Home %s names no authority, so it cannot be in a place.', home);
		RETURN NEXT;
		RETURN;
	END IF;

	EXECUTE 'SELECT c.place[$3], c.distance[$3], c.reason[$3] IS NULL, c.reason[$3]
		FROM (SELECT (s.c).* FROM (
			SELECT places.cluster(u.point, u.weight, $4) AS c FROM unnest($1, $2) u(point, weight)) s) c'
	INTO place, distance, kept, reason USING points, weights, position, rules;
	IF place IS NULL THEN
		sentence := pg_catalog.format('Home %s has no usable %s, so it cannot be in a place.', home,
			CASE reason WHEN 'bad_weight' THEN 'weight' ELSE 'location' END);
		RETURN NEXT;
		RETURN;
	END IF;

	/* a place around the home lies within twice its radius of it */
	EXECUTE 'SELECT pg_catalog.max(u.homes), pg_catalog.max(u.homes) FILTER (WHERE u.metres <= $4),
			pg_catalog.max(u.homes) FILTER (WHERE u.metres <= 2 * $4),
			pg_catalog.min(u.metres) FILTER (WHERE u.homes >= $5), pg_catalog.max(u.metres)
		FROM (SELECT u.metres, pg_catalog.sum(u.weight) OVER (ORDER BY u.metres) AS homes
			FROM (SELECT u.weight, places_internal.metres_between(u.point, ($1)[$3]) AS metres
				FROM unnest($1, $2) u(point, weight)
				WHERE u.weight >= 0 AND u.weight < ''Infinity'') u
			WHERE u.metres < ''Infinity'') u'
	INTO total, homes_within, reach, near, farthest
	USING points, weights, position, rules.max_radius, rules.min_homes;
	missing_homes := CASE WHEN homes_within IS NOT NULL THEN GREATEST(rules.min_homes - homes_within, 0) END;
	IF near IS NOT NULL THEN
		smallest_max_radius := places_internal.smallest_radius(points, weights, position, rules, near, farthest);
	END IF;
	largest_min_homes := places_internal.largest_minimum(points, weights, position, rules,
		CASE WHEN kept THEN COALESCE(reach, total) ELSE LEAST(COALESCE(reach, total), rules.min_homes) END);
	sentence := places_internal.explain_sentence(home_id, authority, place, reason, distance, rules,
		homes_within, missing_homes, total, smallest_max_radius, largest_min_homes);
	RETURN NEXT;
END
$$;

COMMENT ON FUNCTION places_internal.explain_home(text, text[], anyarray, float8[], places.ruleset, text) IS
	'explains one home of an authority whose homes are given as arrays';

CREATE OR REPLACE FUNCTION places.explain(
	stock regclass, id_column name, authority_column name, geom_column name,
	rules places.ruleset DEFAULT places.rules(), weight_column name DEFAULT NULL, home text DEFAULT NULL)
RETURNS TABLE (home_id text, authority text, place int, kept boolean, reason text, distance float8,
	homes_within float8, missing_homes float8, smallest_max_radius float8, largest_min_homes float8,
	sentence text)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 1000000 ROWS 1
AS $$
BEGIN
	IF home IS NULL THEN
		RAISE EXCEPTION 'home must not be null'
			USING ERRCODE = 'null_value_not_allowed',
				HINT = 'Name a home by its id: home => ''100012345678''.';
	END IF;
	RETURN QUERY EXECUTE pg_catalog.format(
		'SELECT e.* FROM (%s) g
		CROSS JOIN LATERAL places_internal.explain_home(g.authority, g.ids, g.points, g.weights, $1, $2) e
		WHERE $2 = ANY (g.ids)',
		places_internal.group_query(stock, id_column, authority_column, geom_column, weight_column,
			'ids', 'points', 'weights'))
	USING rules, home;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'home "%" is not in the stock', home
			USING ERRCODE = 'no_data_found',
				DETAIL = pg_catalog.format('No row of %s has this %I.', stock, id_column),
				HINT = 'Give the id as text, as places.assign() shows it.';
	END IF;
END
$$;

COMMENT ON FUNCTION places.explain(regclass, name, name, name, places.ruleset, name, text) IS
	'why a home is, or is not, in a kept place: its nearest place, the homes around it, and the smallest max_radius and largest min_homes under which it would be in one, each in a column and all in a sentence';
