
-- agreement: two groupings of the same homes, held against each other

CREATE TYPE places.agreement_score AS (
	homes bigint,
	groups_a bigint,
	groups_b bigint,
	moved_share float8,
	adjusted_rand_index float8,
	variation_of_information float8
);

COMMENT ON TYPE places.agreement_score IS 'how far two groupings of the same homes agree';
COMMENT ON COLUMN places.agreement_score.homes IS 'rows in which neither group is null; the others do not count';
COMMENT ON COLUMN places.agreement_score.groups_a IS 'groups of the first grouping';
COMMENT ON COLUMN places.agreement_score.groups_b IS 'groups of the second grouping';
COMMENT ON COLUMN places.agreement_score.moved_share IS
	'share of the homes outside the one-to-one matching of groups that keeps the most together: 0 when only the names differ';
COMMENT ON COLUMN places.agreement_score.adjusted_rand_index IS
	'pairs of homes that are together in both groupings, 0 when as many as by chance, 1 when the groupings are the same (Hubert and Arabie 1985)';
COMMENT ON COLUMN places.agreement_score.variation_of_information IS
	'what the groupings do not tell of each other, in nats: 0 when they are the same, at most ln(homes) (Meila 2007)';

CREATE FUNCTION places.agreement_transfn(internal, anyelement, anyelement)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
CREATE FUNCTION places.agreement_combinefn(internal, internal)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;
CREATE FUNCTION places.agreement_serialfn(internal)
RETURNS bytea AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
CREATE FUNCTION places.agreement_deserialfn(bytea, internal)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
CREATE FUNCTION places.agreement_finalfn(internal)
RETURNS places.agreement_score AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;

COMMENT ON FUNCTION places.agreement_transfn(internal, anyelement, anyelement) IS 'counts a home for its pair of groups';
COMMENT ON FUNCTION places.agreement_combinefn(internal, internal) IS 'adds the counts of two parts';
COMMENT ON FUNCTION places.agreement_serialfn(internal) IS 'counts as bytes';
COMMENT ON FUNCTION places.agreement_deserialfn(bytea, internal) IS 'counts from bytes';
COMMENT ON FUNCTION places.agreement_finalfn(internal) IS 'the score from the counts';

CREATE AGGREGATE places.agreement(a anyelement, b anyelement) (
	SFUNC = places.agreement_transfn, STYPE = internal, SSPACE = 4096,
	COMBINEFUNC = places.agreement_combinefn,
	SERIALFUNC = places.agreement_serialfn, DESERIALFUNC = places.agreement_deserialfn,
	FINALFUNC = places.agreement_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);

COMMENT ON AGGREGATE places.agreement(anyelement, anyelement) IS
	'how far two groupings of the same homes agree, a home a row with its group in each; rows in which either is null do not count: COALESCE them into a group to count them';
