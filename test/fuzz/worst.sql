-- The worst statements ever found, a paragraph each, run as an ordinary user
-- before the random calls of `make test`.  Each says what it must answer: an
-- SQLSTATE, and in the case of 00000 the rows, if they matter.

-- no function that a user may execute takes SQL text, or bytes for homes, but dots on a map, which are counted first
-- answer 00000
SELECT p.oid::regprocedure FROM pg_catalog.pg_proc p
WHERE p.pronamespace IN (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname IN ('places', 'places_internal'))
	AND pg_catalog.has_function_privilege('public', p.oid, 'EXECUTE')
	AND NOT 'internal'::regtype = ANY (p.proargtypes::oid[]) AND p.proname NOT IN ('map_drawn', 'map_thinned')
	AND ('bytea'::regtype = ANY (p.proargtypes::oid[]) OR p.proargnames && '{grouped,packed,query,sql,from_item,command}' AND 'text'::regtype = ANY (p.proargtypes::oid[]))

-- nor makes invalid text of bytes
-- answer 42883 or 42501 or 0A000
SELECT places_internal.pack_deserialfn('\x01000000010000ff'::bytea, NULL)

-- a utility statement where a query is planned
-- answer 42883 or 42501 or 3F000
SELECT * FROM places_internal.assign_stock('CHECKPOINT', 'CHECKPOINT', places.rules())

-- a relation that cannot be read, or is no table
-- answer 42809
SELECT * FROM places.assign('fuzz.sequence', 'last_value', 'log_cnt', 'is_called')

-- a parallel worker that reads a stock, again and again
-- answer 00000
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2; SET parallel_leader_participation = off;
SELECT count(fuzz.execute('SELECT count(*) FROM places.assign(''fuzz.many'', ''id'', ''la'', ''geom'', places.rules(''kmeans'', 50))')) > 0
FROM fuzz.some, generate_series(1, 5) HAVING count(*) < 0

-- and in other solvers
-- answer 00000
SELECT count(fuzz.execute('SELECT count(*) FROM places.coverage_bound(''fuzz.many'', ''id'', ''la'', ''geom'', places.rules(target_homes => 50, max_radius => 700))')) > 0
FROM fuzz.some HAVING count(*) < 0

-- weights whose sum overflows
-- answer 00000 bad_weight
SELECT string_agg(DISTINCT reason, ' ') FROM places.assign('fuzz.heavy', 'id', 'la', 'geom', places.rules(target_homes => 20), 'w')

-- answer 00000
SELECT places.cluster('SRID=27700;POINT(1 1)'::public.geometry, w, places.rules(target_homes => 10)) IS NULL
FROM unnest('{1e304,1e308,1.7e308,1e300}'::float8[]) w HAVING count(*) < 0

-- answer 00000
SELECT places.recluster(geom, w, n % 5, NULL, 0.01, places.rules('balanced', 20)) IS NULL FROM fuzz.weights HAVING count(*) < 0

-- parameters that make loops endless
-- answer 22023
SELECT places.cluster(geom, places.rules(max_radius => 5e-324)) FROM fuzz.homes

-- answer 22023
SELECT places.cluster(geom, places.rules(target_homes => 20, max_radius => 1e308)) FROM fuzz.far

-- answer 22023
SELECT places.cluster(geom, places.rules('kmeans', target_homes => 1e-9)) FROM fuzz.homes

-- answer 22023
SELECT places.cluster(geom, ROW('coverage', 1, 1e-300, 5e-324, 1e-200, 'flag', NULL, NULL, NULL)::places.ruleset) FROM fuzz.homes

-- answer 22023
SELECT * FROM places.frontier('fuzz.homes', 'id', 'la', 'geom', places.rules(), min_homes => '{1e-300}', max_radius => '{1e-300,1e308}')

-- bounds that cannot be met at the end of the range
-- answer 00000
SELECT places.cluster(geom, places.rules(target_homes => 20, max_radius => 1)) IS NULL FROM fuzz.limits HAVING count(*) < 0

-- towns of ten at the corners of the grid are places, as anywhere
-- answer 00000 40
SELECT count(*) FROM (
	SELECT (places.members(array_agg(x), places.cluster(
		public.ST_SetSRID(public.ST_MakePoint(x * 99999000 + i % 3, y * 99999000 + i / 3), 27700), places.rules(target_homes => 10, max_radius => 10)))).kept
	FROM generate_series(1, 10) i, (VALUES (-1, -1), (-1, 1), (1, -1), (1, 1)) c(x, y)) s WHERE kept

-- a place beyond the range is nowhere
-- answer 00000 no_location
SELECT string_agg(DISTINCT reason, ' ') FROM (
	SELECT (places.members(array_agg(i), places.cluster(public.ST_MakePoint(1e9 * i, 0), places.rules(target_homes => 10, max_radius => 1)))).reason
	FROM generate_series(1, 10) i) s

-- nobody's progress is for everybody
-- answer 42501 or 00000
SELECT pid FROM places_internal.progress_entries() WHERE pid <> pg_backend_pid()

-- what has an exception block cannot run in a parallel worker
-- answer 00000
SELECT p.oid::regprocedure FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_language l ON l.oid = p.prolang
WHERE p.pronamespace IN (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname IN ('places', 'places_internal'))
	AND l.lanname = 'plpgsql' AND p.proparallel = 's' AND p.prosrc ~ '\mEXCEPTION\s+WHEN\M'

-- an error inside, caught, leaves a session that works
-- answer 00000
SELECT fuzz.attempt('SELECT count(*) FROM places.assign(''fuzz.v_error'', ''id'', ''la'', ''geom'', places.rules(''kmeans'', 20), ''w'')') IS NULL
FROM generate_series(1, 20) HAVING count(*) < 0

-- a stock that reads itself a stock
-- answer 00000
SELECT count(*) FROM places.assign('fuzz.v_again', 'id', 'la', 'geom', places.rules('kmeans', 20)) HAVING count(*) < 0

-- a group of one kind, a state of another
-- answer 22023 or 42501
SELECT places.cluster(geom, places.rules()) FROM fuzz.mixed

-- a width that is not a number
-- answer 00000 None
SELECT places_internal.inside('POINT(-1e300 5e-324)', 'NaN')
