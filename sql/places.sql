-- complain if script is sourced in psql, rather than via CREATE EXTENSION
\echo Use "CREATE EXTENSION places CASCADE" to load this file. \quit

-- rules

CREATE TYPE places.ruleset AS (
	method text,
	target_homes float8,
	min_homes float8,
	max_homes float8,
	max_radius float8
);

COMMENT ON TYPE places.ruleset IS
	'the rules of a clustering, every value in force shown; made by places.rules()';
COMMENT ON COLUMN places.ruleset.method IS 'balanced or kmeans';
COMMENT ON COLUMN places.ruleset.target_homes IS 'homes a place should have';
COMMENT ON COLUMN places.ruleset.min_homes IS 'fewest homes of a kept place';
COMMENT ON COLUMN places.ruleset.max_homes IS 'most homes of a place; kmeans does not heed it';
COMMENT ON COLUMN places.ruleset.max_radius IS
	'largest radius of the minimum bounding circle of a kept place, in metres; null: no limit';

CREATE FUNCTION places.rules(
	method text DEFAULT 'balanced',
	target_homes float8 DEFAULT 450,
	min_homes float8 DEFAULT NULL,
	max_homes float8 DEFAULT NULL,
	max_radius float8 DEFAULT NULL)
RETURNS places.ruleset
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;

COMMENT ON FUNCTION places.rules(text, float8, float8, float8, float8) IS
	'checked rules for a clustering; NULLs get the defaults of the method: balanced, bounds at target_homes -/+ 10 %; kmeans, min_homes = target_homes and no max_homes';

-- cluster: one answer for each home of a group

CREATE TYPE places.clustering AS (
	place int[],
	distance float8[],
	reason text[]
);

COMMENT ON TYPE places.clustering IS
	'the places of one group: arrays with an element for each home, in the order of the input rows';
COMMENT ON COLUMN places.clustering.place IS
	'number of the place, from 1; null when the home could not be placed';
COMMENT ON COLUMN places.clustering.distance IS 'metres to the centroid of the place';
COMMENT ON COLUMN places.clustering.reason IS
	'null when kept, or too_small, too_spread, both joined by a comma, no_location, bad_weight';

CREATE FUNCTION places.cluster_transfn(internal, geometry, places.ruleset)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
CREATE FUNCTION places.cluster_transfn(internal, geometry, float8, places.ruleset)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
CREATE FUNCTION places.cluster_transfn(internal, geography, places.ruleset)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
CREATE FUNCTION places.cluster_transfn(internal, geography, float8, places.ruleset)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
CREATE FUNCTION places.cluster_finalfn(internal)
RETURNS places.clustering AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;

COMMENT ON FUNCTION places.cluster_transfn(internal, geometry, places.ruleset) IS
	'gathers one home for cluster and cluster_places';
COMMENT ON FUNCTION places.cluster_transfn(internal, geometry, float8, places.ruleset) IS
	'gathers one weighted home for cluster and cluster_places';
COMMENT ON FUNCTION places.cluster_transfn(internal, geography, places.ruleset) IS
	'gathers one home for cluster and cluster_places';
COMMENT ON FUNCTION places.cluster_transfn(internal, geography, float8, places.ruleset) IS
	'gathers one weighted home for cluster and cluster_places';
COMMENT ON FUNCTION places.cluster_finalfn(internal) IS
	'solves a gathered group and answers for each home';

CREATE AGGREGATE places.cluster(geom geometry, rules places.ruleset) (
	SFUNC = places.cluster_transfn, STYPE = internal,
	FINALFUNC = places.cluster_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);
CREATE AGGREGATE places.cluster(geom geometry, weight float8, rules places.ruleset) (
	SFUNC = places.cluster_transfn, STYPE = internal,
	FINALFUNC = places.cluster_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);
CREATE AGGREGATE places.cluster(geog geography, rules places.ruleset) (
	SFUNC = places.cluster_transfn, STYPE = internal,
	FINALFUNC = places.cluster_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);
CREATE AGGREGATE places.cluster(geog geography, weight float8, rules places.ruleset) (
	SFUNC = places.cluster_transfn, STYPE = internal,
	FINALFUNC = places.cluster_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);

COMMENT ON AGGREGATE places.cluster(geometry, places.ruleset) IS
	'the places of a group of homes, one home a row; expand with places.members()';
COMMENT ON AGGREGATE places.cluster(geometry, float8, places.ruleset) IS
	'the places of a group of homes, a weight of homes a row; expand with places.members()';
COMMENT ON AGGREGATE places.cluster(geography, places.ruleset) IS
	'the places of a group of homes by longitude and latitude, one home a row; expand with places.members()';
COMMENT ON AGGREGATE places.cluster(geography, float8, places.ruleset) IS
	'the places of a group of homes by longitude and latitude, a weight of homes a row; expand with places.members()';

CREATE FUNCTION places.members(ids anyarray, result places.clustering,
	OUT home anyelement, OUT place int, OUT distance float8, OUT kept boolean, OUT reason text)
RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100 ROWS 1000;

COMMENT ON FUNCTION places.members(anyarray, places.clustering) IS
	'a clustering as rows beside the ids of its homes, aggregated in the same query: array_agg(id), places.cluster(geom, rules)';

-- cluster_places: one answer for each place of a group

CREATE TYPE places.place_list AS (
	homes float8[],
	reason text[],
	x float8[],
	y float8[],
	radius float8[],
	mean_distance float8[],
	rms_distance float8[],
	density float8[],
	srid int,
	no_location bigint,
	bad_weight bigint,
	unlocated_homes float8
);

COMMENT ON TYPE places.place_list IS
	'the places of one group: arrays with an element for each place, in the order of their numbers';
COMMENT ON COLUMN places.place_list.homes IS 'homes (sum of weights)';
COMMENT ON COLUMN places.place_list.reason IS 'null when kept, or too_small, too_spread, both joined by a comma';
COMMENT ON COLUMN places.place_list.x IS 'x, or longitude, of the centroid';
COMMENT ON COLUMN places.place_list.y IS 'y, or latitude, of the centroid';
COMMENT ON COLUMN places.place_list.radius IS 'radius of the minimum bounding circle, in metres';
COMMENT ON COLUMN places.place_list.mean_distance IS 'mean distance of the homes to the centroid, in metres';
COMMENT ON COLUMN places.place_list.rms_distance IS 'root mean square distance of the homes to the centroid, in metres';
COMMENT ON COLUMN places.place_list.density IS
	'homes per km2 of the uniform disc with the same rms_distance; null when all stand on one point';
COMMENT ON COLUMN places.place_list.srid IS 'spatial reference system of the input';
COMMENT ON COLUMN places.place_list.no_location IS 'rows without a location';
COMMENT ON COLUMN places.place_list.bad_weight IS 'rows with a location, but without a valid weight';
COMMENT ON COLUMN places.place_list.unlocated_homes IS 'homes (sum of valid weights) of the rows without a location';

CREATE FUNCTION places.cluster_places_finalfn(internal)
RETURNS places.place_list AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;

COMMENT ON FUNCTION places.cluster_places_finalfn(internal) IS
	'solves a gathered group and answers for each place';

CREATE AGGREGATE places.cluster_places(geom geometry, rules places.ruleset) (
	SFUNC = places.cluster_transfn, STYPE = internal,
	FINALFUNC = places.cluster_places_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);
CREATE AGGREGATE places.cluster_places(geom geometry, weight float8, rules places.ruleset) (
	SFUNC = places.cluster_transfn, STYPE = internal,
	FINALFUNC = places.cluster_places_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);
CREATE AGGREGATE places.cluster_places(geog geography, rules places.ruleset) (
	SFUNC = places.cluster_transfn, STYPE = internal,
	FINALFUNC = places.cluster_places_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);
CREATE AGGREGATE places.cluster_places(geog geography, weight float8, rules places.ruleset) (
	SFUNC = places.cluster_transfn, STYPE = internal,
	FINALFUNC = places.cluster_places_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);

COMMENT ON AGGREGATE places.cluster_places(geometry, places.ruleset) IS
	'the same places as places.cluster(), described place by place';
COMMENT ON AGGREGATE places.cluster_places(geometry, float8, places.ruleset) IS
	'the same places as places.cluster(), described place by place';
COMMENT ON AGGREGATE places.cluster_places(geography, places.ruleset) IS
	'the same places as places.cluster(), described place by place';
COMMENT ON AGGREGATE places.cluster_places(geography, float8, places.ruleset) IS
	'the same places as places.cluster(), described place by place';

-- compactness

CREATE TYPE places.compactness_score AS (
	homes float8,
	centre geometry,
	rms_distance float8,
	density float8,
	elongation float8
);

COMMENT ON TYPE places.compactness_score IS 'how tightly a group of homes stands together';
COMMENT ON COLUMN places.compactness_score.homes IS 'homes (sum of weights) with a location';
COMMENT ON COLUMN places.compactness_score.centre IS 'their centroid, in the reference system of the input';
COMMENT ON COLUMN places.compactness_score.rms_distance IS
	'root mean square distance to the centroid, in metres';
COMMENT ON COLUMN places.compactness_score.density IS
	'homes per km2 of the uniform disc with the same rms_distance: homes / (2 pi rms_distance^2); null when all stand on one point';
COMMENT ON COLUMN places.compactness_score.elongation IS
	'ratio of the axes of the ellipse with the same covariance, from 1 (round) to infinity (a line)';

CREATE FUNCTION places.compactness_transfn(internal, geometry)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
CREATE FUNCTION places.compactness_transfn(internal, geometry, float8)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
CREATE FUNCTION places.compactness_transfn(internal, geography)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
CREATE FUNCTION places.compactness_transfn(internal, geography, float8)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
CREATE FUNCTION places.compactness_combinefn(internal, internal)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
CREATE FUNCTION places.compactness_serialfn(internal)
RETURNS bytea AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
CREATE FUNCTION places.compactness_deserialfn(bytea, internal)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
CREATE FUNCTION places.compactness_finalfn(internal)
RETURNS places.compactness_score AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;

COMMENT ON FUNCTION places.compactness_transfn(internal, geometry) IS 'adds a home to the moments';
COMMENT ON FUNCTION places.compactness_transfn(internal, geometry, float8) IS 'adds a weighted home to the moments';
COMMENT ON FUNCTION places.compactness_transfn(internal, geography) IS 'adds a home to the moments';
COMMENT ON FUNCTION places.compactness_transfn(internal, geography, float8) IS 'adds a weighted home to the moments';
COMMENT ON FUNCTION places.compactness_combinefn(internal, internal) IS 'merges the moments of two parts';
COMMENT ON FUNCTION places.compactness_serialfn(internal) IS 'moments as bytes';
COMMENT ON FUNCTION places.compactness_deserialfn(bytea, internal) IS 'moments from bytes';
COMMENT ON FUNCTION places.compactness_finalfn(internal) IS 'the score from the moments';

CREATE AGGREGATE places.compactness(geom geometry) (
	SFUNC = places.compactness_transfn, STYPE = internal, SSPACE = 128,
	COMBINEFUNC = places.compactness_combinefn,
	SERIALFUNC = places.compactness_serialfn, DESERIALFUNC = places.compactness_deserialfn,
	FINALFUNC = places.compactness_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);
CREATE AGGREGATE places.compactness(geom geometry, weight float8) (
	SFUNC = places.compactness_transfn, STYPE = internal, SSPACE = 128,
	COMBINEFUNC = places.compactness_combinefn,
	SERIALFUNC = places.compactness_serialfn, DESERIALFUNC = places.compactness_deserialfn,
	FINALFUNC = places.compactness_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);
CREATE AGGREGATE places.compactness(geog geography) (
	SFUNC = places.compactness_transfn, STYPE = internal, SSPACE = 128,
	COMBINEFUNC = places.compactness_combinefn,
	SERIALFUNC = places.compactness_serialfn, DESERIALFUNC = places.compactness_deserialfn,
	FINALFUNC = places.compactness_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);
CREATE AGGREGATE places.compactness(geog geography, weight float8) (
	SFUNC = places.compactness_transfn, STYPE = internal, SSPACE = 128,
	COMBINEFUNC = places.compactness_combinefn,
	SERIALFUNC = places.compactness_serialfn, DESERIALFUNC = places.compactness_deserialfn,
	FINALFUNC = places.compactness_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);

COMMENT ON AGGREGATE places.compactness(geometry) IS
	'how tightly homes stand together; rows without a location do not count';
COMMENT ON AGGREGATE places.compactness(geometry, float8) IS
	'how tightly weighted homes stand together; rows without a location or a valid weight do not count';
COMMENT ON AGGREGATE places.compactness(geography) IS
	'how tightly homes stand together, by longitude and latitude; rows without a location do not count';
COMMENT ON AGGREGATE places.compactness(geography, float8) IS
	'how tightly weighted homes stand together, by longitude and latitude; rows without a location or a valid weight do not count';

-- over the user's own relation

CREATE FUNCTION places.point_at(x float8, y float8, srid int)
RETURNS geometry LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10
RETURN ST_SetSRID(ST_MakePoint(x, y), srid);

COMMENT ON FUNCTION places.point_at(float8, float8, int) IS 'a point geometry from its coordinates';

CREATE FUNCTION places.column_type(stock regclass, argument text, column_name name)
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

COMMENT ON FUNCTION places.column_type(regclass, text, name) IS
	'the base type of a column that an argument names, or a clear error';

CREATE FUNCTION places.group_query(
	stock regclass, id_column name, authority_column name, geom_column name,
	weight_column name, aggregate text, with_ids boolean)
RETURNS text LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1000
AS $$
DECLARE
	type regtype;
	weight text := '';
	homes text := 'pg_catalog.count(*)::float8';
	ids text := '';
BEGIN
	IF stock IS NULL OR NOT EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = stock) THEN
		RAISE EXCEPTION 'stock does not exist'
			USING ERRCODE = 'undefined_table',
				DETAIL = pg_catalog.format('stock is %s.', COALESCE(stock::text, 'null')),
				HINT = 'Name a table or view with a row for each home.';
	END IF;

	PERFORM places.column_type(stock, 'authority_column', authority_column);
	PERFORM places.column_type(stock, 'id_column', id_column);
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
	IF with_ids THEN
		ids := pg_catalog.format('pg_catalog.array_agg(s.%I::text) AS ids, ', id_column);
	END IF;

	RETURN pg_catalog.format(
		'SELECT s.%1$I::text AS authority, pg_catalog.count(*) AS stock_rows, %2$s AS homes, %3$s'
		'%4$s(s.%5$I, %6$s$1) FILTER (WHERE s.%1$I IS NOT NULL) AS result '
		'FROM %7$s s GROUP BY s.%1$I',
		authority_column, homes, ids, aggregate, geom_column, weight, stock);
END
$$;

COMMENT ON FUNCTION places.group_query(regclass, name, name, name, name, text, boolean) IS
	'the query that reads a stock once and applies an aggregate, with rules as $1, to each authority; checks its arguments';

CREATE FUNCTION places.assign(
	stock regclass, id_column name, authority_column name, geom_column name,
	rules places.ruleset DEFAULT places.rules(), weight_column name DEFAULT NULL)
RETURNS TABLE (home_id text, authority text, place int, distance float8, kept boolean, reason text)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 10000 ROWS 10000
AS $$
BEGIN
	RETURN QUERY EXECUTE pg_catalog.format(
		'SELECT m.home, g.authority, m.place, m.distance, m.kept, m.reason
		FROM (%s) g
		CROSS JOIN LATERAL (
			SELECT c.home, c.place, c.distance, c.kept, c.reason
			FROM places.members(g.ids, g.result) c
			WHERE g.authority IS NOT NULL
			UNION ALL
			SELECT u.home, NULL, NULL, false, ''no_authority''
			FROM pg_catalog.unnest(g.ids) u(home)
			WHERE g.authority IS NULL) m',
		places.group_query(stock, id_column, authority_column, geom_column, weight_column,
			'places.cluster', true))
	USING rules;
END
$$;

COMMENT ON FUNCTION places.assign(regclass, name, name, name, places.ruleset, name) IS
	'a row for each home of a table or view: its place within its authority, the distance to the centre in metres, and why it is not kept';

CREATE FUNCTION places.summary(
	stock regclass, id_column name, authority_column name, geom_column name,
	rules places.ruleset DEFAULT places.rules(), weight_column name DEFAULT NULL)
RETURNS TABLE (authority text, place int, homes float8, kept boolean, reason text,
	centre geometry, radius float8, mean_distance float8, rms_distance float8,
	density float8, rank int)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 10000 ROWS 100
AS $$
BEGIN
	RETURN QUERY EXECUTE pg_catalog.format(
		'SELECT g.authority, p.place::int, p.homes, p.reason IS NULL, p.reason,
			places.point_at(p.x, p.y, (g.result).srid),
			p.radius, p.mean_distance, p.rms_distance, p.density,
			CASE WHEN p.reason IS NULL THEN
				(pg_catalog.rank() OVER (PARTITION BY p.reason IS NULL
					ORDER BY p.density DESC NULLS FIRST))::int
			END
		FROM (%s) g
		CROSS JOIN LATERAL unnest(
			(g.result).homes, (g.result).reason, (g.result).x, (g.result).y, (g.result).radius,
			(g.result).mean_distance, (g.result).rms_distance, (g.result).density)
			WITH ORDINALITY p(homes, reason, x, y, radius, mean_distance, rms_distance, density, place)
		ORDER BY 1, 2',
		places.group_query(stock, id_column, authority_column, geom_column, weight_column,
			'places.cluster_places', false))
	USING rules;
END
$$;

COMMENT ON FUNCTION places.summary(regclass, name, name, name, places.ruleset, name) IS
	'a row for each place of a table or view: homes, centre, compactness (metres, homes per km2), rank by density among the kept, and why it is not kept';

CREATE FUNCTION places.headline(
	stock regclass, id_column name, authority_column name, geom_column name,
	rules places.ruleset DEFAULT places.rules(), weight_column name DEFAULT NULL,
	OUT homes float8, OUT places bigint, OUT kept_places bigint, OUT kept_homes float8,
	OUT kept_share float8, OUT mean_kept_homes float8,
	OUT median_kept_density float8, OUT median_kept_radius float8,
	OUT authorities bigint, OUT authorities_with_kept bigint, OUT trimmed_homes float8,
	OUT unplaced_homes float8, OUT no_location bigint, OUT no_authority bigint, OUT bad_weight bigint)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 10000
AS $$
BEGIN
	EXECUTE pg_catalog.format(
		'WITH g AS MATERIALIZED (%s),
		p AS (
			SELECT g.authority, p.homes, p.reason IS NULL AS kept, p.density, p.radius
			FROM g CROSS JOIN LATERAL unnest(
				(g.result).homes, (g.result).reason, (g.result).density, (g.result).radius)
				p(homes, reason, density, radius)),
		placed AS (
			SELECT pg_catalog.count(*) AS places,
				pg_catalog.count(*) FILTER (WHERE kept) AS kept_places,
				COALESCE(pg_catalog.sum(p.homes), 0) AS homes,
				COALESCE(pg_catalog.sum(p.homes) FILTER (WHERE kept), 0) AS kept_homes,
				pg_catalog.avg(p.homes) FILTER (WHERE kept) AS mean_kept_homes,
				pg_catalog.percentile_cont(0.5) WITHIN GROUP (ORDER BY p.density) FILTER (WHERE kept) AS median_density,
				pg_catalog.percentile_cont(0.5) WITHIN GROUP (ORDER BY p.radius) FILTER (WHERE kept) AS median_radius,
				pg_catalog.count(DISTINCT p.authority) FILTER (WHERE kept) AS authorities_with_kept
			FROM p),
		stock AS (
			SELECT COALESCE(pg_catalog.sum(g.homes), 0) AS homes,
				pg_catalog.count(g.authority) AS authorities,
				COALESCE(pg_catalog.sum((g.result).no_location), 0)::bigint AS no_location,
				COALESCE(pg_catalog.sum(g.stock_rows) FILTER (WHERE g.authority IS NULL), 0)::bigint AS no_authority,
				COALESCE(pg_catalog.sum((g.result).bad_weight), 0)::bigint AS bad_weight
			FROM g)
		SELECT s.homes, p.places, p.kept_places, p.kept_homes,
			p.kept_homes / NULLIF(s.homes, 0), p.mean_kept_homes, p.median_density, p.median_radius,
			s.authorities, p.authorities_with_kept, p.homes - p.kept_homes,
			s.homes - p.homes, s.no_location, s.no_authority, s.bad_weight
		FROM placed p CROSS JOIN stock s',
		places.group_query(stock, id_column, authority_column, geom_column, weight_column,
			'places.cluster_places', false))
	INTO homes, places, kept_places, kept_homes, kept_share, mean_kept_homes,
		median_kept_density, median_kept_radius, authorities, authorities_with_kept,
		trimmed_homes, unplaced_homes, no_location, no_authority, bad_weight
	USING rules;
END
$$;

COMMENT ON FUNCTION places.headline(regclass, name, name, name, places.ruleset, name) IS
	'one row about a whole table or view: homes, places, kept places, kept homes and their share (0 to 1), and the rows that could not be placed';
