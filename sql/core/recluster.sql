
-- recluster: cluster, knowing the last answer

CREATE OR REPLACE FUNCTION places_internal.recluster_transfn(internal, geometry, float8, bigint, text, float8, places.ruleset)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.recluster_transfn(internal, geography, float8, bigint, text, float8, places.ruleset)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.recluster_transfn(internal, geometry, float8, text, bigint, text, float8, places.ruleset)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.recluster_transfn(internal, geography, float8, text, bigint, text, float8, places.ruleset)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.recluster_finalfn(internal)
RETURNS places.reclustering AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;

COMMENT ON FUNCTION places_internal.recluster_transfn(internal, geometry, float8, bigint, text, float8, places.ruleset) IS
	'gathers one home and where it was for recluster';
COMMENT ON FUNCTION places_internal.recluster_transfn(internal, geography, float8, bigint, text, float8, places.ruleset) IS
	'gathers one home and where it was for recluster';
COMMENT ON FUNCTION places_internal.recluster_transfn(internal, geometry, float8, text, bigint, text, float8, places.ruleset) IS
	'gathers one home, what it stays together with and where it was for recluster';
COMMENT ON FUNCTION places_internal.recluster_transfn(internal, geography, float8, text, bigint, text, float8, places.ruleset) IS
	'gathers one home, what it stays together with and where it was for recluster';
COMMENT ON FUNCTION places_internal.recluster_finalfn(internal) IS
	'solves a gathered group with its incumbent in mind';

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

CREATE OR REPLACE AGGREGATE places.recluster(geom geometry, weight float8, together text, previous bigint, hold text, tolerance float8, rules places.ruleset) (
	SFUNC = places_internal.recluster_transfn, STYPE = internal, SSPACE = 16384,
	FINALFUNC = places_internal.recluster_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);
CREATE OR REPLACE AGGREGATE places.recluster(geog geography, weight float8, together text, previous bigint, hold text, tolerance float8, rules places.ruleset) (
	SFUNC = places_internal.recluster_transfn, STYPE = internal, SSPACE = 16384,
	FINALFUNC = places_internal.recluster_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);

COMMENT ON AGGREGATE places.recluster(geometry, float8, text, bigint, text, float8, places.ruleset) IS
	'the places of a group of homes that were in places before, those of one value of together in one place unless that breaks a bound by itself or a hold says otherwise: keeps or mends those places unless new ones are better by more than the tolerance';
COMMENT ON AGGREGATE places.recluster(geography, float8, text, bigint, text, float8, places.ruleset) IS
	'the places of a group of homes by longitude and latitude that were in places before, those of one value of together in one place unless that breaks a bound by itself or a hold says otherwise: keeps or mends those places unless new ones are better by more than the tolerance';
