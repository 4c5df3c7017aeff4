
-- match_groups: which new group carries on which old one

CREATE OR REPLACE FUNCTION places.match_groups(old bigint[], new int[], homes float8[], required boolean[] DEFAULT NULL)
RETURNS TABLE (old bigint, new int, homes float8)
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000 ROWS 100;

COMMENT ON FUNCTION places.match_groups(bigint[], int[], float8[], boolean[]) IS
	'the one-to-one matching of old and new groups that keeps the most homes together, given the homes that each pair shares; required pairs are in it whatever their homes, others only with some; of several, the one that matches the first old group with the first new group possible, then the second; by the Hungarian method (Kuhn 1955) with shortest augmenting paths (Jonker and Volgenant 1987)';
