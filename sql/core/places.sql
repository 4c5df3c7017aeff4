-- rules

CREATE OR REPLACE FUNCTION places.rules(
	method text DEFAULT 'coverage',
	target_homes float8 DEFAULT 450,
	min_homes float8 DEFAULT NULL,
	max_homes float8 DEFAULT NULL,
	max_radius float8 DEFAULT NULL,
	remainder text DEFAULT 'flag',
	attach_within float8 DEFAULT NULL,
	max_gap float8 DEFAULT NULL,
	k int DEFAULT NULL)
RETURNS places.ruleset
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;

COMMENT ON FUNCTION places.rules(text, float8, float8, float8, float8, text, float8, float8, int) IS
	'checked rules for a clustering; NULLs get the defaults of the method: coverage, min_homes = target_homes, max_homes twice that, max_radius 3000 m; balanced, bounds at target_homes -/+ 10 %; kmeans, min_homes = target_homes and no max_homes; with k, so many places an authority, of any size, by balanced within 10 % of each other''s mean';

-- The input of PostgreSQL's row types says "malformed record literal" to who
-- types 'kmeans' where a ruleset belongs.  So the type gets an input of its own,
-- which says what to type, and leaves all else to that of row types.  CREATE TYPE
-- has no clause for it: hence the catalog.  Where it is lost, as by pg_upgrade,
-- which makes the type anew, nothing is missing but the hint.
CREATE OR REPLACE FUNCTION places_internal.ruleset_in(cstring, oid, int)
RETURNS places.ruleset AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1;

COMMENT ON FUNCTION places_internal.ruleset_in(cstring, oid, int) IS
	'a ruleset from the text of a row; for a word alone, as kmeans, an error that says places.rules(''kmeans'')';

UPDATE pg_catalog.pg_type SET typinput = 'places_internal.ruleset_in(cstring, oid, int)'::pg_catalog.regprocedure
WHERE oid = 'places.ruleset'::pg_catalog.regtype;

-- what views made with earlier versions call
CREATE OR REPLACE FUNCTION places_internal.rules_of_0_2(
	method text DEFAULT 'coverage',
	target_homes float8 DEFAULT 450,
	min_homes float8 DEFAULT NULL,
	max_homes float8 DEFAULT NULL,
	max_radius float8 DEFAULT NULL,
	remainder text DEFAULT 'flag',
	attach_within float8 DEFAULT NULL)
RETURNS places.ruleset
AS 'MODULE_PATHNAME', 'rules' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;

COMMENT ON FUNCTION places_internal.rules_of_0_2(text, float8, float8, float8, float8, text, float8) IS
	'places.rules() as it was before version 0.3.0, for views made then';

CREATE OR REPLACE FUNCTION places.vary(rules places.ruleset, min_homes float8, max_radius float8)
RETURNS places.ruleset
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;

COMMENT ON FUNCTION places.vary(places.ruleset, float8, float8) IS
	'rules with another min_homes and max_radius; where min_homes exceeds the target, target and max_homes grow with it; all else stays';

-- cluster: one answer for each home of a group
--
-- Transition functions are STABLE: they look up the unit of a reference system
-- in spatial_ref_sys.  An aggregate counts as IMMUTABLE all the same.  SSPACE is
-- what an authority of some thousand homes takes.

CREATE OR REPLACE FUNCTION places_internal.cluster_transfn(internal, geometry, places.ruleset)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.cluster_transfn(internal, geometry, float8, places.ruleset)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.cluster_transfn(internal, geography, places.ruleset)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.cluster_transfn(internal, geography, float8, places.ruleset)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.cluster_transfn(internal, geometry, float8, text, places.ruleset)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.cluster_transfn(internal, geography, float8, text, places.ruleset)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL SAFE COST 1;
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
COMMENT ON FUNCTION places_internal.cluster_transfn(internal, geometry, float8, text, places.ruleset) IS
	'gathers one weighted home, and what it stays together with, for cluster and cluster_places';
COMMENT ON FUNCTION places_internal.cluster_transfn(internal, geography, float8, text, places.ruleset) IS
	'gathers one weighted home, and what it stays together with, for cluster and cluster_places';
COMMENT ON FUNCTION places_internal.cluster_finalfn(internal) IS
	'solves a gathered group and answers for each home';

CREATE OR REPLACE AGGREGATE places.cluster(geom geometry, rules places.ruleset) (
	SFUNC = places_internal.cluster_transfn, STYPE = internal, SSPACE = 16384,
	FINALFUNC = places_internal.cluster_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);
CREATE OR REPLACE AGGREGATE places.cluster(geom geometry, weight float8, rules places.ruleset) (
	SFUNC = places_internal.cluster_transfn, STYPE = internal, SSPACE = 16384,
	FINALFUNC = places_internal.cluster_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);
CREATE OR REPLACE AGGREGATE places.cluster(geog geography, rules places.ruleset) (
	SFUNC = places_internal.cluster_transfn, STYPE = internal, SSPACE = 16384,
	FINALFUNC = places_internal.cluster_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);
CREATE OR REPLACE AGGREGATE places.cluster(geog geography, weight float8, rules places.ruleset) (
	SFUNC = places_internal.cluster_transfn, STYPE = internal, SSPACE = 16384,
	FINALFUNC = places_internal.cluster_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);

COMMENT ON AGGREGATE places.cluster(geometry, places.ruleset) IS
	'the places of a group of homes, one home a row; expand with places.members()';
COMMENT ON AGGREGATE places.cluster(geometry, float8, places.ruleset) IS
	'the places of a group of homes, a weight of homes a row; expand with places.members()';
COMMENT ON AGGREGATE places.cluster(geography, places.ruleset) IS
	'the places of a group of homes by longitude and latitude, one home a row; expand with places.members()';
COMMENT ON AGGREGATE places.cluster(geography, float8, places.ruleset) IS
	'the places of a group of homes by longitude and latitude, a weight of homes a row; expand with places.members()';

CREATE OR REPLACE AGGREGATE places.cluster(geom geometry, weight float8, together text, rules places.ruleset) (
	SFUNC = places_internal.cluster_transfn, STYPE = internal, SSPACE = 16384,
	FINALFUNC = places_internal.cluster_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);
CREATE OR REPLACE AGGREGATE places.cluster(geog geography, weight float8, together text, rules places.ruleset) (
	SFUNC = places_internal.cluster_transfn, STYPE = internal, SSPACE = 16384,
	FINALFUNC = places_internal.cluster_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);

COMMENT ON AGGREGATE places.cluster(geometry, float8, text, places.ruleset) IS
	'the places of a group of homes, a weight of homes a row, those of one value of together in one place unless that breaks a bound by itself; expand with places.members()';
COMMENT ON AGGREGATE places.cluster(geography, float8, text, places.ruleset) IS
	'the places of a group of homes by longitude and latitude, a weight of homes a row, those of one value of together in one place unless that breaks a bound by itself; expand with places.members()';

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
	SFUNC = places_internal.cluster_transfn, STYPE = internal, SSPACE = 16384,
	FINALFUNC = places_internal.cluster_places_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);
CREATE OR REPLACE AGGREGATE places.cluster_places(geom geometry, weight float8, rules places.ruleset) (
	SFUNC = places_internal.cluster_transfn, STYPE = internal, SSPACE = 16384,
	FINALFUNC = places_internal.cluster_places_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);
CREATE OR REPLACE AGGREGATE places.cluster_places(geog geography, rules places.ruleset) (
	SFUNC = places_internal.cluster_transfn, STYPE = internal, SSPACE = 16384,
	FINALFUNC = places_internal.cluster_places_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);
CREATE OR REPLACE AGGREGATE places.cluster_places(geog geography, weight float8, rules places.ruleset) (
	SFUNC = places_internal.cluster_transfn, STYPE = internal, SSPACE = 16384,
	FINALFUNC = places_internal.cluster_places_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);

COMMENT ON AGGREGATE places.cluster_places(geometry, places.ruleset) IS
	'the same places as places.cluster(), described place by place';
COMMENT ON AGGREGATE places.cluster_places(geometry, float8, places.ruleset) IS
	'the same places as places.cluster(), described place by place';
COMMENT ON AGGREGATE places.cluster_places(geography, places.ruleset) IS
	'the same places as places.cluster(), described place by place';
COMMENT ON AGGREGATE places.cluster_places(geography, float8, places.ruleset) IS
	'the same places as places.cluster(), described place by place';

CREATE OR REPLACE AGGREGATE places.cluster_places(geom geometry, weight float8, together text, rules places.ruleset) (
	SFUNC = places_internal.cluster_transfn, STYPE = internal, SSPACE = 16384,
	FINALFUNC = places_internal.cluster_places_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);
CREATE OR REPLACE AGGREGATE places.cluster_places(geog geography, weight float8, together text, rules places.ruleset) (
	SFUNC = places_internal.cluster_transfn, STYPE = internal, SSPACE = 16384,
	FINALFUNC = places_internal.cluster_places_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);

COMMENT ON AGGREGATE places.cluster_places(geometry, float8, text, places.ruleset) IS
	'the same places as places.cluster(), described place by place';
COMMENT ON AGGREGATE places.cluster_places(geography, float8, text, places.ruleset) IS
	'the same places as places.cluster(), described place by place';

-- coverage_limit: how much any places could keep

CREATE OR REPLACE FUNCTION places_internal.coverage_limit_finalfn(internal)
RETURNS float8 AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;

COMMENT ON FUNCTION places_internal.coverage_limit_finalfn(internal) IS
	'bounds from above what places of a gathered group could keep';

CREATE OR REPLACE AGGREGATE places.coverage_limit(geom geometry, rules places.ruleset) (
	SFUNC = places_internal.cluster_transfn, STYPE = internal, SSPACE = 16384,
	FINALFUNC = places_internal.coverage_limit_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);
CREATE OR REPLACE AGGREGATE places.coverage_limit(geom geometry, weight float8, rules places.ruleset) (
	SFUNC = places_internal.cluster_transfn, STYPE = internal, SSPACE = 16384,
	FINALFUNC = places_internal.coverage_limit_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);
CREATE OR REPLACE AGGREGATE places.coverage_limit(geog geography, rules places.ruleset) (
	SFUNC = places_internal.cluster_transfn, STYPE = internal, SSPACE = 16384,
	FINALFUNC = places_internal.coverage_limit_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);
CREATE OR REPLACE AGGREGATE places.coverage_limit(geog geography, weight float8, rules places.ruleset) (
	SFUNC = places_internal.cluster_transfn, STYPE = internal, SSPACE = 16384,
	FINALFUNC = places_internal.coverage_limit_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);

COMMENT ON AGGREGATE places.coverage_limit(geometry, places.ruleset) IS
	'a proven upper bound of the homes that any places of at least min_homes within max_radius could keep';
COMMENT ON AGGREGATE places.coverage_limit(geometry, float8, places.ruleset) IS
	'a proven upper bound of the homes that any places of at least min_homes within max_radius could keep';
COMMENT ON AGGREGATE places.coverage_limit(geography, places.ruleset) IS
	'a proven upper bound of the homes that any places of at least min_homes within max_radius could keep';
COMMENT ON AGGREGATE places.coverage_limit(geography, float8, places.ruleset) IS
	'a proven upper bound of the homes that any places of at least min_homes within max_radius could keep';

CREATE OR REPLACE AGGREGATE places.coverage_limit(geom geometry, weight float8, together text, rules places.ruleset) (
	SFUNC = places_internal.cluster_transfn, STYPE = internal, SSPACE = 16384,
	FINALFUNC = places_internal.coverage_limit_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);
CREATE OR REPLACE AGGREGATE places.coverage_limit(geog geography, weight float8, together text, rules places.ruleset) (
	SFUNC = places_internal.cluster_transfn, STYPE = internal, SSPACE = 16384,
	FINALFUNC = places_internal.coverage_limit_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);

COMMENT ON AGGREGATE places.coverage_limit(geometry, float8, text, places.ruleset) IS
	'a proven upper bound of the homes that any places of at least min_homes within max_radius could keep, of whatever stays together';
COMMENT ON AGGREGATE places.coverage_limit(geography, float8, text, places.ruleset) IS
	'a proven upper bound of the homes that any places of at least min_homes within max_radius could keep, of whatever stays together';

-- compactness

CREATE OR REPLACE FUNCTION places_internal.compactness_transfn(internal, geometry)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.compactness_transfn(internal, geometry, float8)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.compactness_transfn(internal, geography)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.compactness_transfn(internal, geography, float8)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL SAFE COST 1;
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
