
-- agreement: two groupings of the same homes, held against each other

CREATE OR REPLACE FUNCTION places_internal.agreement_transfn(internal, anyelement, anyelement)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.agreement_transfn(internal, anyelement, anyelement, bigint)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.agreement_combinefn(internal, internal)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;
CREATE OR REPLACE FUNCTION places_internal.agreement_serialfn(internal)
RETURNS bytea AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
CREATE OR REPLACE FUNCTION places_internal.agreement_deserialfn(bytea, internal)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
CREATE OR REPLACE FUNCTION places_internal.agreement_finalfn(internal)
RETURNS places.agreement_score AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;

COMMENT ON FUNCTION places_internal.agreement_transfn(internal, anyelement, anyelement) IS 'counts a home for its pair of groups';
COMMENT ON FUNCTION places_internal.agreement_transfn(internal, anyelement, anyelement, bigint) IS 'counts homes for their pair of groups';
COMMENT ON FUNCTION places_internal.agreement_combinefn(internal, internal) IS 'adds the counts of two parts';
COMMENT ON FUNCTION places_internal.agreement_serialfn(internal) IS 'counts as bytes';
COMMENT ON FUNCTION places_internal.agreement_deserialfn(bytea, internal) IS 'counts from bytes';
COMMENT ON FUNCTION places_internal.agreement_finalfn(internal) IS 'the score from the counts';

CREATE OR REPLACE AGGREGATE places.agreement(a anyelement, b anyelement) (
	SFUNC = places_internal.agreement_transfn, STYPE = internal, SSPACE = 4096,
	COMBINEFUNC = places_internal.agreement_combinefn,
	SERIALFUNC = places_internal.agreement_serialfn, DESERIALFUNC = places_internal.agreement_deserialfn,
	FINALFUNC = places_internal.agreement_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);

COMMENT ON AGGREGATE places.agreement(anyelement, anyelement) IS
	'how far two groupings of the same homes agree, a home a row with its group in each; rows in which either is null do not count: COALESCE them into a group to count them';

CREATE OR REPLACE AGGREGATE places_internal.agreement_of_counts(a anyelement, b anyelement, homes bigint) (
	SFUNC = places_internal.agreement_transfn, STYPE = internal, SSPACE = 4096,
	FINALFUNC = places_internal.agreement_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);

COMMENT ON AGGREGATE places_internal.agreement_of_counts(anyelement, anyelement, bigint) IS
	'the same of homes that are counted already: a row a pair of groups';
