-- progress: how far a statement has come, for other connections

CREATE OR REPLACE FUNCTION places_internal.progress_entries(
	OUT pid int, OUT statement timestamptz, OUT started timestamptz, OUT computing name,
	OUT expected_authorities float8, OUT expected_homes float8,
	OUT authorities bigint, OUT homes bigint)
RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL RESTRICTED COST 100 ROWS 10;

COMMENT ON FUNCTION places_internal.progress_entries() IS
	'what statements of all databases that cluster have done, of those sessions whose statements the caller may see in pg_stat_activity; read it through places.progress, which leaves out those that are over';

CREATE OR REPLACE VIEW places.progress AS
SELECT a.pid, a.datname, a.usename, b.computing, b.started,
	b.authorities, e.expected_authorities, b.homes, e.expected_homes,
	b.homes / t.seconds AS homes_per_second,
	CASE WHEN b.homes > 0 THEN
		b.started + t.seconds * (e.expected_homes / b.homes) * interval '1 second'
	END AS expected_end,
	a.query
FROM places_internal.progress_entries() b
JOIN pg_catalog.pg_stat_activity a
	ON a.pid = b.pid AND a.query_start = b.statement AND a.state = 'active'
CROSS JOIN LATERAL (
	SELECT EXTRACT(epoch FROM pg_catalog.clock_timestamp() - b.started)::float8) t(seconds)
CROSS JOIN LATERAL (
	SELECT CASE WHEN b.authorities <= b.expected_authorities THEN b.expected_authorities END,
		CASE WHEN b.homes <= b.expected_homes THEN b.expected_homes END)
	e(expected_authorities, expected_homes);

COMMENT ON VIEW places.progress IS
	'a row for each statement that is clustering now, of those that pg_stat_activity lets one see';
COMMENT ON COLUMN places.progress.pid IS 'of the backend; the work of its parallel workers is counted with its own';
COMMENT ON COLUMN places.progress.datname IS 'database it is connected to';
COMMENT ON COLUMN places.progress.usename IS 'user it is connected as';
COMMENT ON COLUMN places.progress.computing IS
	'what is computed: solve_homes or cluster (assign), solve_places or cluster_places (summary, headline), solve_bounded (coverage_bound), solve_frontier, explain_home, solve_recluster or recluster (run)';
COMMENT ON COLUMN places.progress.started IS
	'when the first group was gathered and its clustering began; for those that begin with solve, when reading began';
COMMENT ON COLUMN places.progress.authorities IS 'groups done';
COMMENT ON COLUMN places.progress.expected_authorities IS
	'groups in all, as the planner estimates; null once it proves to be too low';
COMMENT ON COLUMN places.progress.homes IS 'rows of the groups done; frontier counts them once for each combination that it tries';
COMMENT ON COLUMN places.progress.expected_homes IS
	'rows of all groups, as the planner estimates; null once it proves to be too low';
COMMENT ON COLUMN places.progress.homes_per_second IS 'since started';
COMMENT ON COLUMN places.progress.expected_end IS
	'if the rest goes at the same rate; null if that cannot be told';
COMMENT ON COLUMN places.progress.query IS 'the statement';

GRANT SELECT ON places.progress TO public;
