-- the homes of each authority as bytes, to be read and solved on all cores

CREATE OR REPLACE FUNCTION places_internal.pack_transfn(internal, geometry, float8, text, text, float8[])
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.pack_transfn(internal, geography, float8, text, text, float8[])
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.pack_combinefn(internal, internal)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.pack_serialfn(internal)
RETURNS bytea AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.pack_deserialfn(bytea, internal)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;

COMMENT ON FUNCTION places_internal.pack_transfn(internal, geometry, float8, text, text, float8[]) IS 'gathers one home for pack';
COMMENT ON FUNCTION places_internal.pack_transfn(internal, geography, float8, text, text, float8[]) IS 'gathers one home for pack';
COMMENT ON FUNCTION places_internal.pack_combinefn(internal, internal) IS 'the homes of one part behind those of another';
COMMENT ON FUNCTION places_internal.pack_serialfn(internal) IS 'a gathered group as bytes';
COMMENT ON FUNCTION places_internal.pack_deserialfn(bytea, internal) IS 'a gathered group from bytes';

CREATE OR REPLACE AGGREGATE places_internal.pack(geom geometry, weight float8, id text, together text, loads float8[]) (
	SFUNC = places_internal.pack_transfn, STYPE = internal, SSPACE = 16384,
	COMBINEFUNC = places_internal.pack_combinefn,
	SERIALFUNC = places_internal.pack_serialfn, DESERIALFUNC = places_internal.pack_deserialfn,
	FINALFUNC = places_internal.pack_serialfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);
CREATE OR REPLACE AGGREGATE places_internal.pack(geog geography, weight float8, id text, together text, loads float8[]) (
	SFUNC = places_internal.pack_transfn, STYPE = internal, SSPACE = 16384,
	COMBINEFUNC = places_internal.pack_combinefn,
	SERIALFUNC = places_internal.pack_serialfn, DESERIALFUNC = places_internal.pack_deserialfn,
	FINALFUNC = places_internal.pack_serialfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);

COMMENT ON AGGREGATE places_internal.pack(geometry, float8, text, text, float8[]) IS
	'the homes of a group as bytes, with their ids, what they have in common with others and measures to be balanced, which no function takes: for what reads a stock; weights that are all 1, and what is null of all rows, take none';
COMMENT ON AGGREGATE places_internal.pack(geography, float8, text, text, float8[]) IS
	'the homes of a group by longitude and latitude as bytes, with their ids, what they have in common with others and measures to be balanced, which no function takes: for what reads a stock; weights that are all 1, and what is null of all rows, take none';

-- which column of a stock, or of a file, plays which role

CREATE OR REPLACE FUNCTION places_internal.stock_columns(
	stock regclass, INOUT id_column name, INOUT authority_column name, INOUT geom_column name)
AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL SAFE COST 100;
CREATE OR REPLACE FUNCTION places_internal.columns_known_as(role text, names text[])
RETURNS int[] AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION places_internal.stock_columns(regclass, name, name, name) IS
	'the columns of ids, authorities and locations of a stock: those given, and for null the one that is recognised, or a clear error that names the candidates';
COMMENT ON FUNCTION places_internal.columns_known_as(text, text[]) IS
	'the positions of the names that fit a role best, more than one where equally: id, authority, location, x, y, longitude, latitude, weight, label or postcode';

-- a stock, read and solved: the inner sides of what is in the schema places
--
-- They read with the rights and the search path of whoever calls, check their
-- arguments first, and make their query themselves, of quoted names.

CREATE OR REPLACE FUNCTION places_internal.solve_homes(
	stock regclass, id_column name, authority_column name, geom_column name, weight_column name,
	rules places.ruleset, located boolean, together_column name DEFAULT NULL,
	balance_columns name[] DEFAULT NULL, balance_tolerance float8[] DEFAULT NULL,
	OUT home_id text, OUT authority text, OUT place int, OUT distance float8,
	OUT kept boolean, OUT reason text, OUT weight float8, OUT location geometry)
RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL RESTRICTED COST 10000 ROWS 10000;

COMMENT ON FUNCTION places_internal.solve_homes(regclass, name, name, name, name, places.ruleset, boolean, name, name[], float8[]) IS
	'a row for each home of a stock; with its weight and its location, as geometry, if these are asked for';

CREATE OR REPLACE FUNCTION places_internal.solve_places(
	stock regclass, id_column name, authority_column name, geom_column name, weight_column name,
	rules places.ruleset, bounded boolean, together_column name DEFAULT NULL,
	OUT authority text, OUT stock_rows bigint, OUT homes float8, OUT list places.place_list,
	OUT coverage_limit float8)
RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL RESTRICTED COST 10000 ROWS 100;

COMMENT ON FUNCTION places_internal.solve_places(regclass, name, name, name, name, places.ruleset, boolean, name) IS
	'a row for each authority of a stock: its rows, homes and places, and if asked for what any places could keep, null otherwise; without the gaps of the places';

CREATE OR REPLACE FUNCTION places_internal.solve_summary(
	stock regclass, id_column name, authority_column name, geom_column name, weight_column name,
	rules places.ruleset, together_column name DEFAULT NULL,
	balance_columns name[] DEFAULT NULL, balance_tolerance float8[] DEFAULT NULL,
	OUT authority text, OUT place int, OUT kept boolean, OUT centre geometry, OUT homes float8, OUT reason text,
	OUT radius float8, OUT gap float8, OUT mean_distance float8, OUT rms_distance float8, OUT density float8,
	OUT outlying float8, OUT attached float8)
RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL RESTRICTED COST 10000 ROWS 100;

COMMENT ON FUNCTION places_internal.solve_summary(regclass, name, name, name, name, places.ruleset, name, name[], float8[]) IS
	'a row for each place of a stock, with its gap';

CREATE OR REPLACE FUNCTION places_internal.solve_frontier(
	stock regclass, id_column name, authority_column name, geom_column name, weight_column name,
	rules places.ruleset[], together_column name DEFAULT NULL,
	OUT nr int, OUT authority text, OUT stock_rows bigint, OUT homes float8, OUT list places.place_list)
RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL RESTRICTED COST 100000 ROWS 1000;

COMMENT ON FUNCTION places_internal.solve_frontier(regclass, name, name, name, name, places.ruleset[], name) IS
	'a row for each authority of a stock, which is read once, and each of several rules by their number from 1';

CREATE OR REPLACE FUNCTION places_internal.solve_balance(
	stock regclass, id_column name, authority_column name, geom_column name, weight_column name,
	rules places.ruleset, tolerances float8[], together_column name, balance_columns name[],
	OUT nr int, OUT authority text, OUT stock_rows bigint, OUT homes float8, OUT list places.place_list)
RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL RESTRICTED COST 100000 ROWS 1000;

COMMENT ON FUNCTION places_internal.solve_balance(regclass, name, name, name, name, places.ruleset, float8[], name, name[]) IS
	'a row for each authority of a stock, which is read once, and each of several tolerances of its measures by their number from 1';

CREATE OR REPLACE FUNCTION places_internal.explain_home(
	stock regclass, id_column name, authority_column name, geom_column name, weight_column name,
	rules places.ruleset, home text, together_column name DEFAULT NULL,
	OUT home_id text, OUT authority text, OUT place int, OUT kept boolean, OUT reason text, OUT distance float8,
	OUT gap float8, OUT homes_within float8, OUT missing_homes float8, OUT total float8,
	OUT smallest_max_radius float8, OUT largest_min_homes float8)
RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL RESTRICTED COST 1000000 ROWS 1;

COMMENT ON FUNCTION places_internal.explain_home(regclass, name, name, name, name, places.ruleset, text, name) IS
	'what there is to say of one home: its place and, if max_gap limits it, the gap of that, the homes around it and in its authority, and by bisection, to 1 m or 0.5 %, a small max_radius, and to one home, a large min_homes under which it is kept, each tried out';

-- for plans

CREATE OR REPLACE FUNCTION places_internal.describe_stock(
	stock regclass, id_column name, authority_column name, geom_column name, weight_column name, label_column name,
	rules places.ruleset, search_path text, together_column name DEFAULT NULL,
	balance_columns name[] DEFAULT NULL, balance_tolerance float8[] DEFAULT NULL, OUT srid int, OUT geodetic boolean)
AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL RESTRICTED COST 1000;

COMMENT ON FUNCTION places_internal.describe_stock(regclass, name, name, name, name, name, places.ruleset, text, name, name[], float8[]) IS
	'the reference system of most of the locations of a stock, null where there are none, and whether they are geography; a clear error for what cannot be run, or not be read by the caller under a search path';
