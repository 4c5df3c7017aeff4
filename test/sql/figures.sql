-- the figures that people read: rounded, but never on the other side of a limit,
-- and never in another order than the ranks
\set SHOW_CONTEXT never
SET client_min_messages = warning;

-- geometry, which fills a screen, is the last column of whatever has one
SELECT c.oid::regclass AS geometry_before_the_end
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
WHERE c.relnamespace = 'places'::regnamespace AND c.relkind = 'v' AND a.atttypid = 'geometry'::regtype AND a.attnum < c.relnatts
UNION ALL
SELECT p.oid::regprocedure::oid
FROM pg_proc p CROSS JOIN LATERAL unnest(p.proallargtypes) WITH ORDINALITY a(type, nr)
WHERE p.pronamespace = 'places'::regnamespace AND p.proargmodes[a.nr] IN ('o', 't')
	AND a.type = 'geometry'::regtype AND a.nr < cardinality(p.proallargtypes);

-- and nothing is numeric, which Python takes for objects that do not add to floats
SELECT a.attrelid::regclass AS view, a.attname AS is_numeric
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'places'::regnamespace AND c.relkind = 'v' AND a.atttypid = 'numeric'::regtype;

-- metres: a limit and what is beyond it by little; none; unknown
SELECT m AS metres, most, m > most AS beyond, places_internal.shown_metres(m, m > most, most) AS shown
FROM (VALUES (2999.8, 3000), (3000, 3000), (3000.2, 3000), (3000.00001, 3000), (3218.6, 3218.688), (3218.7, 3218.688),
	(0.3, 3000), (1234.5678, NULL), (NULL, 3000)) v(m, most);
SELECT count(*) AS misleading FROM generate_series(1, 20000) i, LATERAL (SELECT i * 0.37 AS m, 3000 + i % 100 * 0.013 AS most) v,
	LATERAL (SELECT places_internal.shown_metres(m, m > most, most) AS shown) s
WHERE (shown > most) <> (m > most) OR abs(shown - m) >= 1;

-- densities: three digits and never another order
SELECT d AS density, places_internal.shown_density(d) AS shown
FROM unnest('{123456.789,1234.5,99.6,99.49,15.7333,9.996,1.23456,0.0123456,1e-30,0,NULL}'::float8[]) d;
SELECT count(*) AS out_of_order FROM (
	SELECT places_internal.shown_density(d) AS shown, lag(places_internal.shown_density(d)) OVER (ORDER BY d) AS before
	FROM (SELECT exp(i / 500.0 - 10) AS d FROM generate_series(1, 12000) i) v) o WHERE shown < before;

-- shares: all only if it is all
SELECT s AS share, places_internal.shown_share(s) AS shown FROM unnest('{0,1e-9,0.00005,0.6012345,0.99996,1,NULL}'::float8[]) s;

-- a place that is too wide by 20 cm says so, one within a limit of two miles does not look wider
CREATE TABLE two AS
SELECT i AS id, la, ST_SetSRID(ST_MakePoint(400000 + i % 2 * width, 300000), 27700) AS geom
FROM generate_series(1, 10) i, (VALUES ('within', 6000), ('beyond', 6000.4)) v(la, width);
SELECT authority, homes, kept, reason, radius FROM places.summary('two', 'id', 'la', 'geom', places.rules('kmeans', k => 1, max_radius => 3000));
SELECT la, (places.cluster_places(geom, places.rules('kmeans', k => 1, max_radius => 3000))).radius AS exact FROM two GROUP BY la ORDER BY la;
SELECT authority, kept, radius FROM places.summary('two', 'id', 'la', 'geom', places.rules('kmeans', k => 1, max_radius => 3000.2));
SELECT median_kept_radius FROM places.headline('two', 'id', 'la', 'geom', places.rules('kmeans', k => 1, max_radius => 2999.7));
SELECT authority, kept, reason, gap FROM places.summary('two', 'id', 'la', 'geom', places.rules('kmeans', k => 1, max_gap => 6000));

-- the view shows what summary does, what is stored has all digits, and homes of a stock without weights are whole
SELECT places.create_plan('two', 'two', 'id', 'la', 'geom', places.rules('kmeans', k => 1, max_radius => 3000, max_gap => 6000)) \g /dev/null
SELECT homes, kept_homes, kept_share FROM places.run('two');
SELECT authority, kept, reason, radius, gap, mean_distance, rms_distance, density FROM places.place WHERE plan = 'two' ORDER BY authority DESC;
SELECT authority, g.radius, g.gap FROM places.place p JOIN places_internal.place_result g USING (run, place, authority) WHERE plan = 'two' ORDER BY authority DESC;
SELECT count(*) AS homes, count(*) FILTER (WHERE distance <> round(distance)) AS broken FROM places.home WHERE plan = 'two';
SELECT DISTINCT a.authority, a.distance, h.distance AS shown FROM places.assign('two', 'id', 'la', 'geom', places.rules('kmeans', k => 1)) a
JOIN places.home h ON h.home_id = a.home_id AND h.authority = a.authority WHERE plan = 'two' ORDER BY 1;
SELECT distance FROM places.explain('two', 'id', 'la', 'geom', places.rules('kmeans', k => 1), home => '1') ORDER BY 1;
SELECT authority, homes, kept_homes, bound_homes, kept_share, bound_share
FROM places.coverage_bound('two', 'id', 'la', 'geom', places.rules(target_homes => 5, max_radius => 3000.1));
SELECT kept_share, mean_kept_homes, median_kept_density
FROM places.frontier('two', 'id', 'la', 'geom', places.rules('kmeans', 3), min_homes => '{3}', max_radius => '{3000}');
SELECT places.drop_plan('two') \g /dev/null
