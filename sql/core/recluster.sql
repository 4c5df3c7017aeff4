
-- recluster: cluster, knowing the last answer

CREATE OR REPLACE FUNCTION places_internal.recluster_transfn(internal, geometry, float8, bigint, text, float8, places.ruleset)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.recluster_transfn(internal, geography, float8, bigint, text, float8, places.ruleset)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.recluster_finalfn(internal)
RETURNS places.reclustering AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;

COMMENT ON FUNCTION places_internal.recluster_transfn(internal, geometry, float8, bigint, text, float8, places.ruleset) IS
	'gathers one home and its past for recluster';
COMMENT ON FUNCTION places_internal.recluster_transfn(internal, geography, float8, bigint, text, float8, places.ruleset) IS
	'gathers one home and its past for recluster';
COMMENT ON FUNCTION places_internal.recluster_finalfn(internal) IS
	'solves a gathered group with its past in mind';

CREATE OR REPLACE AGGREGATE places.recluster(geom geometry, weight float8, previous bigint, hold text, tolerance float8, rules places.ruleset) (
	SFUNC = places_internal.recluster_transfn, STYPE = internal, SSPACE = 16384,
	FINALFUNC = places_internal.recluster_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);
CREATE OR REPLACE AGGREGATE places.recluster(geog geography, weight float8, previous bigint, hold text, tolerance float8, rules places.ruleset) (
	SFUNC = places_internal.recluster_transfn, STYPE = internal, SSPACE = 16384,
	FINALFUNC = places_internal.recluster_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);

COMMENT ON AGGREGATE places.recluster(geometry, float8, bigint, text, float8, places.ruleset) IS
	'the places of a group of homes that were in places before: keeps or mends those unless new ones are better by more than the tolerance';
COMMENT ON AGGREGATE places.recluster(geography, float8, bigint, text, float8, places.ruleset) IS
	'the places of a group of homes by longitude and latitude that were in places before: keeps or mends those unless new ones are better by more than the tolerance';

-- the same, packed by one process and solved by another

CREATE OR REPLACE FUNCTION places_internal.recluster_transfn(internal, geometry, float8, bigint, text, float8)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.recluster_transfn(internal, geography, float8, bigint, text, float8)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.pack_past_finalfn(internal)
RETURNS bytea AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;

COMMENT ON FUNCTION places_internal.recluster_transfn(internal, geometry, float8, bigint, text, float8) IS
	'gathers one home and its past for pack_past';
COMMENT ON FUNCTION places_internal.recluster_transfn(internal, geography, float8, bigint, text, float8) IS
	'gathers one home and its past for pack_past';
COMMENT ON FUNCTION places_internal.pack_past_finalfn(internal) IS 'a gathered group and its past as bytes';

CREATE OR REPLACE AGGREGATE places_internal.pack_past(geom geometry, weight float8, previous bigint, hold text, tolerance float8) (
	SFUNC = places_internal.recluster_transfn, STYPE = internal, SSPACE = 16384,
	FINALFUNC = places_internal.pack_past_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);
CREATE OR REPLACE AGGREGATE places_internal.pack_past(geog geography, weight float8, previous bigint, hold text, tolerance float8) (
	SFUNC = places_internal.recluster_transfn, STYPE = internal, SSPACE = 16384,
	FINALFUNC = places_internal.pack_past_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);

COMMENT ON AGGREGATE places_internal.pack_past(geometry, float8, bigint, text, float8) IS
	'the homes of a group and their past as bytes, which no function takes: for places_internal.run_groups()';
COMMENT ON AGGREGATE places_internal.pack_past(geography, float8, bigint, text, float8) IS
	'the homes of a group by longitude and latitude and their past as bytes, which no function takes: for places_internal.run_groups()';
