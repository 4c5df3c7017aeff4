
-- recluster: cluster, knowing the last answer

CREATE TYPE places.reclustering AS (
	place int[],
	distance float8[],
	reason text[],
	choice text,
	list places.place_list
);

COMMENT ON TYPE places.reclustering IS
	'the places of one group, found with the last ones in mind: by home as places.clustering, by place as places.place_list';
COMMENT ON COLUMN places.reclustering.place IS
	'number of the place, from 1; null when the home could not be placed';
COMMENT ON COLUMN places.reclustering.distance IS 'metres to the centroid of the place';
COMMENT ON COLUMN places.reclustering.reason IS
	'as in places.clustering, or pinned: held in a place whose circle cannot take it, and in none of its figures';
COMMENT ON COLUMN places.reclustering.choice IS
	'kept: nobody moved out of a place; mended: a few moves from the last places; new: from scratch';
COMMENT ON COLUMN places.reclustering.list IS 'the places';

CREATE FUNCTION places.recluster_transfn(internal, geometry, float8, bigint, text, float8, places.ruleset)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
CREATE FUNCTION places.recluster_transfn(internal, geography, float8, bigint, text, float8, places.ruleset)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
CREATE FUNCTION places.recluster_finalfn(internal)
RETURNS places.reclustering AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;

COMMENT ON FUNCTION places.recluster_transfn(internal, geometry, float8, bigint, text, float8, places.ruleset) IS
	'gathers one home and its past for recluster';
COMMENT ON FUNCTION places.recluster_transfn(internal, geography, float8, bigint, text, float8, places.ruleset) IS
	'gathers one home and its past for recluster';
COMMENT ON FUNCTION places.recluster_finalfn(internal) IS
	'solves a gathered group with its past in mind';

CREATE AGGREGATE places.recluster(geom geometry, weight float8, previous bigint, hold text, tolerance float8, rules places.ruleset) (
	SFUNC = places.recluster_transfn, STYPE = internal,
	FINALFUNC = places.recluster_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);
CREATE AGGREGATE places.recluster(geog geography, weight float8, previous bigint, hold text, tolerance float8, rules places.ruleset) (
	SFUNC = places.recluster_transfn, STYPE = internal,
	FINALFUNC = places.recluster_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);

COMMENT ON AGGREGATE places.recluster(geometry, float8, bigint, text, float8, places.ruleset) IS
	'the places of a group of homes that were in places before: keeps or mends those unless new ones are better by more than the tolerance';
COMMENT ON AGGREGATE places.recluster(geography, float8, bigint, text, float8, places.ruleset) IS
	'the places of a group of homes by longitude and latitude that were in places before: keeps or mends those unless new ones are better by more than the tolerance';

-- the same, packed by one process and solved by another

CREATE FUNCTION places.recluster_transfn(internal, geometry, float8, bigint, text, float8)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
CREATE FUNCTION places.recluster_transfn(internal, geography, float8, bigint, text, float8)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
CREATE FUNCTION places.pack_past_finalfn(internal)
RETURNS bytea AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
CREATE FUNCTION places.solve_recluster(packed bytea, rules places.ruleset)
RETURNS places.reclustering AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;

COMMENT ON FUNCTION places.recluster_transfn(internal, geometry, float8, bigint, text, float8) IS
	'gathers one home and its past for pack_past';
COMMENT ON FUNCTION places.recluster_transfn(internal, geography, float8, bigint, text, float8) IS
	'gathers one home and its past for pack_past';
COMMENT ON FUNCTION places.pack_past_finalfn(internal) IS 'a gathered group and its past as bytes';
COMMENT ON FUNCTION places.solve_recluster(bytea, places.ruleset) IS
	'what places.recluster() answers, for homes of places.pack_past()';

CREATE AGGREGATE places.pack_past(geom geometry, weight float8, previous bigint, hold text, tolerance float8) (
	SFUNC = places.recluster_transfn, STYPE = internal,
	FINALFUNC = places.pack_past_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);
CREATE AGGREGATE places.pack_past(geog geography, weight float8, previous bigint, hold text, tolerance float8) (
	SFUNC = places.recluster_transfn, STYPE = internal,
	FINALFUNC = places.pack_past_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);

COMMENT ON AGGREGATE places.pack_past(geometry, float8, bigint, text, float8) IS
	'the homes of a group and their past as bytes, for places.solve_recluster()';
COMMENT ON AGGREGATE places.pack_past(geography, float8, bigint, text, float8) IS
	'the homes of a group by longitude and latitude and their past as bytes, for places.solve_recluster()';
