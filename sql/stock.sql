-- the homes of each authority as bytes, to be read and solved on all cores

CREATE OR REPLACE FUNCTION places_internal.pack_transfn(internal, geometry)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.pack_transfn(internal, geometry, float8)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.pack_transfn(internal, geography)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.pack_transfn(internal, geography, float8)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.pack_combinefn(internal, internal)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.pack_serialfn(internal)
RETURNS bytea AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.pack_deserialfn(bytea, internal)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;

COMMENT ON FUNCTION places_internal.pack_transfn(internal, geometry) IS 'gathers one home for pack';
COMMENT ON FUNCTION places_internal.pack_transfn(internal, geometry, float8) IS 'gathers one weighted home for pack';
COMMENT ON FUNCTION places_internal.pack_transfn(internal, geography) IS 'gathers one home for pack';
COMMENT ON FUNCTION places_internal.pack_transfn(internal, geography, float8) IS 'gathers one weighted home for pack';
COMMENT ON FUNCTION places_internal.pack_combinefn(internal, internal) IS 'the homes of one part behind those of another';
COMMENT ON FUNCTION places_internal.pack_serialfn(internal) IS 'gathered homes as bytes';
COMMENT ON FUNCTION places_internal.pack_deserialfn(bytea, internal) IS 'gathered homes from bytes';

CREATE OR REPLACE AGGREGATE places_internal.pack(geom geometry) (
	SFUNC = places_internal.pack_transfn, STYPE = internal,
	COMBINEFUNC = places_internal.pack_combinefn,
	SERIALFUNC = places_internal.pack_serialfn, DESERIALFUNC = places_internal.pack_deserialfn,
	FINALFUNC = places_internal.pack_serialfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);
CREATE OR REPLACE AGGREGATE places_internal.pack(geom geometry, weight float8) (
	SFUNC = places_internal.pack_transfn, STYPE = internal,
	COMBINEFUNC = places_internal.pack_combinefn,
	SERIALFUNC = places_internal.pack_serialfn, DESERIALFUNC = places_internal.pack_deserialfn,
	FINALFUNC = places_internal.pack_serialfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);
CREATE OR REPLACE AGGREGATE places_internal.pack(geog geography) (
	SFUNC = places_internal.pack_transfn, STYPE = internal,
	COMBINEFUNC = places_internal.pack_combinefn,
	SERIALFUNC = places_internal.pack_serialfn, DESERIALFUNC = places_internal.pack_deserialfn,
	FINALFUNC = places_internal.pack_serialfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);
CREATE OR REPLACE AGGREGATE places_internal.pack(geog geography, weight float8) (
	SFUNC = places_internal.pack_transfn, STYPE = internal,
	COMBINEFUNC = places_internal.pack_combinefn,
	SERIALFUNC = places_internal.pack_serialfn, DESERIALFUNC = places_internal.pack_deserialfn,
	FINALFUNC = places_internal.pack_serialfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);

COMMENT ON AGGREGATE places_internal.pack(geometry) IS
	'the homes of a group as bytes, for places_internal.solve_homes() and places_internal.solve_places()';
COMMENT ON AGGREGATE places_internal.pack(geometry, float8) IS
	'the weighted homes of a group as bytes, for places_internal.solve_homes() and places_internal.solve_places()';
COMMENT ON AGGREGATE places_internal.pack(geography) IS
	'the homes of a group by longitude and latitude as bytes, for places_internal.solve_homes() and places_internal.solve_places()';
COMMENT ON AGGREGATE places_internal.pack(geography, float8) IS
	'the weighted homes of a group by longitude and latitude as bytes, for places_internal.solve_homes() and places_internal.solve_places()';

CREATE OR REPLACE FUNCTION places_internal.pack_ids_transfn(internal, text)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.pack_ids_combinefn(internal, internal)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.pack_ids_serialfn(internal)
RETURNS bytea AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.pack_ids_deserialfn(bytea, internal)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;

COMMENT ON FUNCTION places_internal.pack_ids_transfn(internal, text) IS 'gathers one id for pack_ids';
COMMENT ON FUNCTION places_internal.pack_ids_combinefn(internal, internal) IS 'the ids of one part behind those of another';
COMMENT ON FUNCTION places_internal.pack_ids_serialfn(internal) IS 'gathered ids as bytes';
COMMENT ON FUNCTION places_internal.pack_ids_deserialfn(bytea, internal) IS 'gathered ids from bytes';

CREATE OR REPLACE AGGREGATE places_internal.pack_ids(id text) (
	SFUNC = places_internal.pack_ids_transfn, STYPE = internal,
	COMBINEFUNC = places_internal.pack_ids_combinefn,
	SERIALFUNC = places_internal.pack_ids_serialfn, DESERIALFUNC = places_internal.pack_ids_deserialfn,
	FINALFUNC = places_internal.pack_ids_serialfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);

COMMENT ON AGGREGATE places_internal.pack_ids(text) IS
	'the ids of a group as bytes, in the order of places_internal.pack() in the same query';

-- what solves a packed group, in whichever process
CREATE OR REPLACE FUNCTION places_internal.solve_homes(packed bytea, rules places.ruleset)
RETURNS bytea AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
CREATE OR REPLACE FUNCTION places_internal.solve_places(packed bytea, rules places.ruleset)
RETURNS places.place_list AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;

COMMENT ON COLUMN places_internal.bounded_places.coverage_limit IS 'homes, as places.coverage_limit() answers';

CREATE OR REPLACE FUNCTION places_internal.solve_bounded(packed bytea, rules places.ruleset)
RETURNS places_internal.bounded_places AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;

COMMENT ON FUNCTION places_internal.solve_homes(bytea, places.ruleset) IS
	'what places.cluster() answers, for homes of places_internal.pack() and as bytes';
COMMENT ON FUNCTION places_internal.solve_places(bytea, places.ruleset) IS
	'what places.cluster_places() answers, for homes of places_internal.pack()';
COMMENT ON FUNCTION places_internal.solve_bounded(bytea, places.ruleset) IS
	'what places.cluster_places() and places.coverage_limit() answer, for homes of places_internal.pack()';

-- the queries, and what runs them

CREATE OR REPLACE FUNCTION places_internal.group_query_from(
	from_item text, id text, authority text, geom text, weight text, VARIADIC columns text[])
RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 100
AS $$
DECLARE
	homes text := 'pg_catalog.count(*)::float8';
	list text := '';
	wanted text;
BEGIN
	weight := weight || '::float8';
	IF weight IS NOT NULL THEN
		homes := pg_catalog.format(
			'COALESCE(pg_catalog.sum(%1$s) FILTER (WHERE %1$s BETWEEN 1e-9 AND 1e9), 0)', weight);
	END IF;
	/* packed homes bring both counts with them */
	IF NOT 'packed' = ANY (columns) THEN
		list := pg_catalog.format(', pg_catalog.count(*) AS stock_rows, %s AS homes', homes);
	END IF;
	FOREACH wanted IN ARRAY columns LOOP
		list := list || CASE wanted
			/* cast outside the aggregate, which postgres_fdw could not send else */
			WHEN 'ids' THEN pg_catalog.format(', pg_catalog.array_agg(%s)::text[] AS ids', id)
			WHEN 'points' THEN pg_catalog.format(', pg_catalog.array_agg(%s) AS points', geom)
			WHEN 'weights' THEN pg_catalog.format(', pg_catalog.array_agg(%s) AS weights',
				COALESCE(weight, '1::float8'))
			WHEN 'packed_ids' THEN pg_catalog.format(', places_internal.pack_ids((%s)::text) AS packed_ids', id)
			WHEN 'packed' THEN pg_catalog.format(
				', places_internal.pack(CASE WHEN %s IS NOT NULL THEN %s END%s) AS packed',
				authority, geom, COALESCE(', ' || weight, ''))
			ELSE pg_catalog.format(
				', places.%1$I(%2$s, %3$s$1) FILTER (WHERE %4$s IS NOT NULL) AS %1$I',
				wanted, geom, COALESCE(weight || ', ', ''), authority)
		END;
	END LOOP;

	RETURN pg_catalog.format('SELECT (%1$s)::text AS authority%2$s FROM %3$s GROUP BY %1$s',
		authority, list, from_item);
END
$$;

COMMENT ON FUNCTION places_internal.group_query_from(text, text, text, text, text, text[]) IS
	'the query that reads a FROM item once, with a row for each authority and the wanted columns: ids, points, weights, packed_ids, packed, or aggregates of this extension that take rules, $1; all arguments but the last are parts of SQL, weight may be null';

CREATE OR REPLACE FUNCTION places_internal.assign_stock(grouped text, packed text, rules places.ruleset,
	OUT home_id text, OUT authority text, OUT place int, OUT distance float8,
	OUT kept boolean, OUT reason text)
RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL RESTRICTED COST 10000 ROWS 10000;
CREATE OR REPLACE FUNCTION places_internal.place_lists(grouped text, packed text, rules places.ruleset,
	OUT authority text, OUT stock_rows bigint, OUT homes float8, OUT cluster_places places.place_list)
RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL RESTRICTED COST 10000 ROWS 100;

CREATE OR REPLACE FUNCTION places_internal.bounded_lists(grouped text, packed text, rules places.ruleset,
	OUT authority text, OUT stock_rows bigint, OUT homes float8, OUT cluster_places places.place_list,
	OUT coverage_limit float8)
RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL RESTRICTED COST 100000 ROWS 100;

COMMENT ON FUNCTION places_internal.bounded_lists(text, text, places.ruleset) IS
	'a row for each authority of a stock, from queries of places_internal.group_query(): with cluster_places and coverage_limit, run where partitions or other servers solve it, and with packed, solved on all cores';
COMMENT ON FUNCTION places_internal.assign_stock(text, text, places.ruleset) IS
	'a row for each home of a stock, from queries of places_internal.group_query(): with ids and cluster, run where partitions or other servers solve it, and with packed_ids and packed, solved on all cores';
COMMENT ON FUNCTION places_internal.place_lists(text, text, places.ruleset) IS
	'a row for each authority of a stock, from queries of places_internal.group_query(): with cluster_places, run where partitions or other servers solve it, and with packed, solved on all cores';
