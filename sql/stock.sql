-- the homes of each authority as bytes, to be read and solved on all cores

CREATE OR REPLACE FUNCTION places_internal.pack_transfn(internal, geometry)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.pack_transfn(internal, geometry, float8)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.pack_transfn(internal, geography)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.pack_transfn(internal, geography, float8)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL SAFE COST 1;
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
	SFUNC = places_internal.pack_transfn, STYPE = internal, SSPACE = 16384,
	COMBINEFUNC = places_internal.pack_combinefn,
	SERIALFUNC = places_internal.pack_serialfn, DESERIALFUNC = places_internal.pack_deserialfn,
	FINALFUNC = places_internal.pack_serialfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);
CREATE OR REPLACE AGGREGATE places_internal.pack(geom geometry, weight float8) (
	SFUNC = places_internal.pack_transfn, STYPE = internal, SSPACE = 16384,
	COMBINEFUNC = places_internal.pack_combinefn,
	SERIALFUNC = places_internal.pack_serialfn, DESERIALFUNC = places_internal.pack_deserialfn,
	FINALFUNC = places_internal.pack_serialfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);
CREATE OR REPLACE AGGREGATE places_internal.pack(geog geography) (
	SFUNC = places_internal.pack_transfn, STYPE = internal, SSPACE = 16384,
	COMBINEFUNC = places_internal.pack_combinefn,
	SERIALFUNC = places_internal.pack_serialfn, DESERIALFUNC = places_internal.pack_deserialfn,
	FINALFUNC = places_internal.pack_serialfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);
CREATE OR REPLACE AGGREGATE places_internal.pack(geog geography, weight float8) (
	SFUNC = places_internal.pack_transfn, STYPE = internal, SSPACE = 16384,
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
	SFUNC = places_internal.pack_ids_transfn, STYPE = internal, SSPACE = 8192,
	COMBINEFUNC = places_internal.pack_ids_combinefn,
	SERIALFUNC = places_internal.pack_ids_serialfn, DESERIALFUNC = places_internal.pack_ids_deserialfn,
	FINALFUNC = places_internal.pack_ids_serialfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);

COMMENT ON AGGREGATE places_internal.pack_ids(text) IS
	'the ids of a group as bytes, in the order of places_internal.pack() in the same query';

-- a stock, read and solved: the inner sides of what is in the schema places
--
-- They read with the rights and the search path of whoever calls, check their
-- arguments first, and make their query themselves, of quoted names.

CREATE OR REPLACE FUNCTION places_internal.solve_homes(
	stock regclass, id_column name, authority_column name, geom_column name, weight_column name,
	rules places.ruleset, located boolean,
	OUT home_id text, OUT authority text, OUT place int, OUT distance float8,
	OUT kept boolean, OUT reason text, OUT weight float8, OUT location geometry)
RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL RESTRICTED COST 10000 ROWS 10000;

COMMENT ON FUNCTION places_internal.solve_homes(regclass, name, name, name, name, places.ruleset, boolean) IS
	'a row for each home of a stock; with its weight and its location, as geometry, if these are asked for';

CREATE OR REPLACE FUNCTION places_internal.solve_places(
	stock regclass, id_column name, authority_column name, geom_column name, weight_column name,
	rules places.ruleset, bounded boolean,
	OUT authority text, OUT stock_rows bigint, OUT homes float8, OUT list places.place_list,
	OUT coverage_limit float8)
RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL RESTRICTED COST 10000 ROWS 100;

COMMENT ON FUNCTION places_internal.solve_places(regclass, name, name, name, name, places.ruleset, boolean) IS
	'a row for each authority of a stock: its rows, homes and places, and if asked for what any places could keep';

CREATE OR REPLACE FUNCTION places_internal.solve_frontier(
	stock regclass, id_column name, authority_column name, geom_column name, weight_column name,
	rules places.ruleset[],
	OUT nr int, OUT authority text, OUT stock_rows bigint, OUT homes float8, OUT list places.place_list)
RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL RESTRICTED COST 100000 ROWS 1000;

COMMENT ON FUNCTION places_internal.solve_frontier(regclass, name, name, name, name, places.ruleset[]) IS
	'a row for each authority of a stock, which is read once, and each of several rules by their number from 1';

CREATE OR REPLACE FUNCTION places_internal.explain_home(
	stock regclass, id_column name, authority_column name, geom_column name, weight_column name,
	rules places.ruleset, home text,
	OUT home_id text, OUT authority text, OUT place int, OUT kept boolean, OUT reason text, OUT distance float8,
	OUT homes_within float8, OUT missing_homes float8, OUT total float8,
	OUT smallest_max_radius float8, OUT largest_min_homes float8)
RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL RESTRICTED COST 1000000 ROWS 1;

COMMENT ON FUNCTION places_internal.explain_home(regclass, name, name, name, name, places.ruleset, text) IS
	'what there is to say of one home: its place, the homes around it and in its authority, and by bisection, to 1 m or 0.5 %, a small max_radius, and to one home, a large min_homes under which it is kept';

-- for plans

CREATE OR REPLACE FUNCTION places_internal.describe_stock(
	stock regclass, id_column name, authority_column name, geom_column name, weight_column name, label_column name,
	rules places.ruleset, search_path text, OUT srid int, OUT geodetic boolean)
AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL RESTRICTED COST 1000;

COMMENT ON FUNCTION places_internal.describe_stock(regclass, name, name, name, name, name, places.ruleset, text) IS
	'the reference system of most of the locations of a stock, null where there are none, and whether they are geography; a clear error for what cannot be run, or not be read by the caller under a search path';

-- the queries of old

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
