-- patches and localities where borders, arrays and policies are not as usual
\t on
CREATE TABLE edge_stock AS
SELECT i AS id, 'A' AS authority, ST_SetSRID(ST_MakePoint(400000 + (i % 900) / 30 * 20 + (i / 900) * 8000, 400000 + (i % 30) * 20), 27700) AS geom,
	1.0 + i % 3 AS visits, (i % 2)::numeric AS arrears, CASE WHEN i < 900 THEN 'west' ELSE 'east' END AS region
FROM generate_series(0, 1799) i;
SELECT places.create_plan('edge', 'edge_stock', rules => places.rules('coverage', 450));
SELECT places.create_patches('edge_patch', within => 'edge'), places.create_localities('edge_locality', over => 'edge', region_column => 'region');
SELECT status, published FROM places.run('edge');

-- a home pinned into a patch of another place: it alone moves, and stays
CREATE TABLE edge_before AS SELECT home_id, patch, place FROM places.home_path WHERE plan = 'edge';
SELECT places.pin('edge_patch', (SELECT min(home_id) FROM edge_before WHERE place = (SELECT min(place) FROM edge_before)),
	(SELECT max(patch) FROM edge_before));
SELECT status, published FROM places.run('edge');
SELECT count(*) AS moved, bool_and(h.patch = (SELECT max(patch) FROM edge_before)) AS where_pinned
FROM edge_before b JOIN places.home_path h USING (home_id) WHERE h.plan = 'edge' AND b.patch IS DISTINCT FROM h.patch;
SELECT status, moved_share FROM places.run('edge');
SELECT count(*) AS births FROM places.tree WHERE level = 'patch' AND place NOT IN (SELECT patch FROM edge_before);
SELECT count(*) AS problems FROM places.correction WHERE problem IS NOT NULL;

-- arrays whose subscripts begin elsewhere, or that have two dimensions
SELECT places.create_plan('edge_balance', 'edge_stock', rules => places.rules('balanced', 450),
	balance_columns => '[5:6]={visits,arrears}', balance_tolerance => '[5:6]={0.2,0.3}');
SELECT places.create_patches('edge_shares', 'edge_balance', places.rules('balanced', 150),
	balance_columns => '[3:3]={arrears}', balance_tolerance => '[7:7]={0.3}');
SELECT places.alter_plan('edge_balance', balance_columns => '{{visits},{arrears}}', balance_tolerance => '{{0.2},{0.3}}');
SELECT status, published FROM places.run('edge_balance');
SELECT plan, variable, bool_and(within) AS within, min(amount) > 0 AS there FROM places.place_balance GROUP BY 1, 2 ORDER BY 1, 2;

-- rows that a policy hides: regions are not guessed
ALTER TABLE edge_stock ENABLE ROW LEVEL SECURITY;
CREATE ROLE places_edge_editor LOGIN IN ROLE places_editor;
GRANT SELECT ON edge_stock TO places_edge_editor;
GRANT USAGE ON SCHEMA public TO places_edge_editor;
CREATE POLICY west ON edge_stock TO places_edge_editor USING (region = 'west');
SET ROLE places_edge_editor;
SET client_min_messages = error;
SELECT status, published FROM places.run('edge_locality');
RESET client_min_messages;
RESET ROLE;
SELECT regexp_replace(error, 'run [0-9]+', 'run N') AS error FROM places.run_history WHERE plan = 'edge_locality' ORDER BY run DESC LIMIT 1;
SELECT DISTINCT authority FROM places.tree WHERE plan = 'edge_locality' ORDER BY 1;
\t off

SELECT count(places.drop_plan(plan)) FROM (VALUES ('edge_patch'), ('edge_locality'), ('edge'), ('edge_shares'), ('edge_balance')) p(plan);
DROP TABLE edge_stock, edge_before;
DROP OWNED BY places_edge_editor;
DROP ROLE places_edge_editor;
