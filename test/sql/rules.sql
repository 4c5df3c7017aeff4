-- places.rules(): the defaults of each method, named arguments, every error
\set VERBOSITY default
\set SHOW_CONTEXT never

-- each method's defaults are shown
SELECT * FROM places.rules();
SELECT * FROM places.rules('kmeans');
SELECT * FROM places.rules('kmeans', 600);
SELECT * FROM places.rules(target_homes => 1000);
SELECT * FROM places.rules(target_homes => 500, max_homes => 800, max_radius => 3000);
SELECT * FROM places.rules(min_homes => 450, target_homes => 450, max_homes => 450);
SELECT * FROM places.rules(max_homes => 'Infinity');

SELECT * FROM places.rules(max_gap => 1500);

-- with k there are no bounds but those that are given, and no target
SELECT * FROM places.rules('balanced', k => 5);
SELECT * FROM places.rules('kmeans', 200, min_homes => 600, k => 5);
SELECT * FROM places.rules('balanced', min_homes => 20, max_homes => 30, k => 7);

-- a NULL is an argument left out
SELECT places.rules(NULL, NULL, NULL, NULL, NULL) = places.rules() AS same;
SELECT places.rules('kmeans', NULL, NULL, NULL, NULL) = places.rules('kmeans') AS same;

-- rules can be written out, kept and read again
SELECT bool_and(r::text::places.ruleset = r AND places.vary(r, (r).min_homes, (r).max_radius) = r) AS same
FROM unnest(ARRAY[places.rules(), places.rules('balanced', k => 5), places.rules('kmeans', max_gap => 800, k => 2, max_homes => 90),
	places.rules('balanced', min_homes => 20, max_homes => 30, k => 7), places.rules(max_gap => 1e9)]) r;

-- what the report of an error looks like
SELECT places.rules('voronoi');

-- the SQLSTATE, message, detail and hint of every error
CREATE FUNCTION complaint(arguments text, OUT code text, OUT message text, OUT detail text, OUT hint text)
LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE 'SELECT places.rules(' || arguments || ')';
	message := 'none';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT,
		detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
END
$$;

\x on
\t on
SELECT a AS arguments, c.* FROM unnest(ARRAY[
	'target_homes => 0',
	'target_homes => -450',
	'target_homes => ''NaN''',
	'target_homes => ''Infinity''',
	'min_homes => 0',
	'min_homes => -1',
	'min_homes => ''NaN''',
	'min_homes => ''Infinity''',
	'max_homes => 0',
	'max_homes => ''NaN''',
	'max_homes => ''-Infinity''',
	'max_radius => 0',
	'max_radius => -3000',
	'max_radius => ''NaN''',
	'max_radius => ''Infinity''',
	'min_homes => 451',
	'max_homes => 449.5',
	'''kmeans'', min_homes => 500',
	'k => 5',
	'''balanced'', k => 0',
	'''kmeans'', k => -3',
	'''balanced'', min_homes => 500, max_homes => 400, k => 2',
	'''balanced'', target_homes => 0, k => 2',
	'max_gap => 0.5',
	'max_gap => ''NaN''',
	'max_gap => ''Infinity''',
	''''''
]) WITH ORDINALITY u(a, n), complaint(a) c ORDER BY n;
\x off
\t off

-- one's own ROW is checked where it is used
SELECT places.cluster(ST_MakePoint(0, 0), ROW('balanced', 450, 0, 495, NULL, NULL, NULL, NULL, NULL)::places.ruleset);
SELECT places.cluster(ST_MakePoint(0, 0), ROW('balanced', 450, 405, 300, NULL, NULL, NULL, NULL, NULL)::places.ruleset);
SELECT places.cluster(ST_MakePoint(0, 0), ROW('coins', 450, 405, 495, NULL, NULL, NULL, NULL, NULL)::places.ruleset);

-- and its NULLs get the defaults
SELECT (places.cluster(ST_MakePoint(0, 0), ROW('balanced', 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL)::places.ruleset)).*;

-- k goes with some methods, and is the same for all homes of a group
SELECT places.cluster(ST_MakePoint(0, 0), ROW('coverage', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 2)::places.ruleset);
SELECT places.cluster(ST_MakePoint(i, 0), places.rules('kmeans', k => i)) FROM generate_series(1, 2) i;

-- what views of earlier versions call gives the same rules
SELECT places_internal.rules_of_0_2('balanced', 300, max_radius => 900) = places.rules('balanced', 300, max_radius => 900) AS same;

DROP FUNCTION complaint;
-- what becomes of the remainder belongs to coverage
\set VERBOSITY default
SELECT * FROM places.rules(remainder => 'attach', attach_within => 5000);
SELECT * FROM places.rules(remainder => 'group');
SELECT places.rules('balanced', remainder => 'group');
SELECT places.rules(attach_within => 5000);
SELECT places.rules(remainder => 'attach', attach_within => -1);
SELECT places.rules(remainder => 'forget');
SELECT places.vary(places.rules(), 600, 2000);
SELECT places.vary(places.rules('balanced', max_gap => 1500, k => 5), 600, 2000);
