-- the tree: patches in places in localities, run, published, held back, discarded and forgotten together
SET client_min_messages = error;
\set SHOW_CONTEXT never
TRUNCATE places_internal.plan_definition, places_internal.run_record, places_internal.place_identity, places_internal.place_result, places_internal.membership,
	places_internal.authority_result, places_internal.lineage, places_internal.pinned_home, places_internal.locked_place, places_internal.act, places_internal.place_boundary RESTART IDENTITY;
-- three regions of two authorities, each of two villages of 120 homes and some homes far from all; id 12 is there twice
CREATE TABLE tree_stock AS
SELECT i + 5 AS id, 'E' || i / 260 AS la, CASE i / 520 WHEN 0 THEN 'north' WHEN 1 THEN 'middle' ELSE 'south' END AS region, 1 + i % 3 AS work,
	ST_SetSRID(ST_MakePoint(400000 + i / 260 * 3000 + i / 130 % 2 * 1200 + i % 130 % 12 * 15 + CASE WHEN i % 130 >= 120 THEN 5000 * (i % 10 + 1) ELSE 0 END,
		300000 + i % 130 / 12 * 15), 27700) AS geom
FROM generate_series(0, 1559) i;
INSERT INTO tree_stock SELECT id, la, region, work, ST_Translate(geom, 1200, 30) FROM tree_stock WHERE id = 12;
CREATE FUNCTION tree_complaint(statement text) RETURNS TABLE (code text, message text, detail text, hint text) LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE statement;
	RETURN QUERY SELECT NULL, 'none', NULL, NULL;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
	RETURN NEXT;
END $$;
CREATE VIEW tree_runs AS SELECT plan, level, run, published, status, parent_run, base_run, stored, held_back FROM places.run_history;

-- made: nothing is run
SELECT places.create_plan('n', 'tree_stock', 'id', 'la', 'geom', places.rules('coverage', 100, max_radius => 300), keep_runs => 3);
SELECT places.create_patches('p', within => 'n', rules => places.rules('balanced', 40));
SELECT places.create_localities('l', over => 'n', rules => places.rules('balanced', 480), region_column => 'region');
SELECT plan, level, parent_id, stock_name, id_column, (rules).target_homes, dispersed, region_column, keep_runs, max_shrink, boundary_within
FROM places_internal.plan_definition ORDER BY plan_id;
SELECT plan, action, after ->> 'parent' AS parent, after ->> 'level' AS level, after ? 'stock_name' AS has_stock FROM places.audit_log ORDER BY act;
SELECT count(*) AS runs FROM places.run_history;

-- complaints
\x on
\t on
SELECT * FROM tree_complaint($$SELECT places.create_patches('q', 'n')$$);
SELECT * FROM tree_complaint($$SELECT places.create_localities('q', 'n')$$);
SELECT * FROM tree_complaint($$SELECT places.create_patches('q', 'p')$$);
SELECT * FROM tree_complaint($$SELECT places.create_localities('q', 'l')$$);
SELECT * FROM tree_complaint($$SELECT places.create_patches('q', 'none')$$);
SELECT * FROM tree_complaint($$SELECT places.drop_plan('l'); SELECT places.create_localities('q', 'n', region_column => 'county')$$);
SELECT * FROM tree_complaint($$SELECT places.drop_plan('l'); SELECT places.create_localities('n', 'n')$$);
SELECT * FROM tree_complaint($$SELECT places.drop_plan('p'); SELECT places.create_patches('q', 'n', places.rules('coverage'))$$);
SELECT * FROM tree_complaint($$SELECT places.drop_plan('p'); SELECT places.create_patches('q', 'n', NULL)$$);
SELECT * FROM tree_complaint($$SELECT places.drop_plan('p'); SELECT places.create_patches('', 'n')$$);
SELECT * FROM tree_complaint($$SELECT places.drop_plan('p'); SELECT places.create_patches('q', 'n', ROW('balanced', 1, 2, 3, 4, NULL, NULL, NULL, NULL)::places.ruleset)$$);
SELECT * FROM tree_complaint($$SELECT places.drop_plan('p'); SELECT places.create_patches('q', 'n', dispersed => NULL)$$);
SELECT * FROM tree_complaint($$SELECT places.drop_plan('p'); SELECT places.create_patches('q', 'n', balance_columns => '{toil}')$$);
SELECT * FROM tree_complaint($$SELECT places.alter_plan('p', weight_column => 'work')$$);
SELECT * FROM tree_complaint($$SELECT places.alter_plan('l', owner => CURRENT_USER)$$);
SELECT * FROM tree_complaint($$SELECT places.alter_plan('p', rules => places.rules('kmeans', 40))$$);
SELECT * FROM tree_complaint($$SELECT places.alter_plan('l', balance_columns => '{work}')$$);
SELECT * FROM tree_complaint($$SELECT places.drop_plan('n')$$);
SELECT * FROM tree_complaint($$SELECT places.schedule('p', '0 2 * * 0')$$);
SELECT * FROM tree_complaint($$SELECT * FROM places.run('p')$$);
\x off
\t off
SELECT plan, (rules).target_homes FROM places_internal.plan_definition ORDER BY plan_id;

-- run: the tree, one row
SELECT run, homes, kept_places, published, status, note FROM places.run('n');
SELECT * FROM tree_runs ORDER BY run;
SELECT level, plan, tree, count(*) AS places, count(parent) AS with_parent, sum(homes) AS homes, bool_and(kept) AS kept FROM places.tree GROUP BY 1, 2, 3 ORDER BY 1;
-- a row a place, and its parent is one of the level above
SELECT count(*) AS places, count(DISTINCT t.place) AS numbers, count(*) FILTER (WHERE t.parent IS NOT NULL AND p.place IS NULL) AS orphans,
	count(*) FILTER (WHERE t.parent_name IS DISTINCT FROM p.name) AS misnamed,
	count(*) FILTER (WHERE p.level IS DISTINCT FROM CASE t.level WHEN 'patch' THEN 'place' WHEN 'place' THEN 'locality' END AND p.place IS NOT NULL) AS astray
FROM places.tree t LEFT JOIN places.tree p ON p.place = t.parent;
-- patches are whole parts of places, localities of regions
SELECT count(*) AS torn FROM (SELECT patch FROM places.home_path WHERE plan = 'n' GROUP BY patch HAVING count(DISTINCT COALESCE(place, 0)) > 1) t;
SELECT count(*) AS crossing FROM (
	SELECT h.locality FROM places.home_path h JOIN tree_stock s ON s.id::text = h.home_id WHERE h.locality IS NOT NULL GROUP BY 1 HAVING count(DISTINCT s.region) > 1) c;
SELECT count(*) AS crossing_authorities FROM (
	SELECT locality FROM places.home_path WHERE locality IS NOT NULL GROUP BY 1 HAVING count(DISTINCT authority) > 1) c;
-- the dispersed have patches too
SELECT count(*) AS dispersed, count(*) FILTER (WHERE parent IS NULL) AS without_parent FROM places.tree WHERE level = 'patch' AND parent IS NULL;
-- a row a home, and what each level's own view says
SELECT count(*) AS homes, count(place) AS in_places, count(locality) AS in_localities, count(patch) AS in_patches, sum(weight) AS weight FROM places.home_path WHERE plan = 'n';
SELECT count(*) AS different FROM (
	(SELECT home_id, authority, place FROM places.home_path WHERE plan = 'n' EXCEPT ALL
		SELECT home_id, authority, CASE WHEN COALESCE(reason NOT IN ('outlying', 'attached'), true) THEN place END FROM places.home WHERE plan = 'n')
	UNION ALL
	(SELECT home_id, authority, patch FROM places.home_path WHERE plan = 'n' EXCEPT ALL SELECT home_id, authority, place FROM places.home WHERE plan = 'p')) d;
SELECT count(*) AS wrong FROM places.home_path h JOIN places.tree t ON t.place = h.place WHERE t.parent IS DISTINCT FROM h.locality OR t.parent_name IS DISTINCT FROM h.locality_name;
SELECT count(*) AS wrong FROM places.home_path h JOIN places.tree t ON t.place = h.patch WHERE t.parent IS DISTINCT FROM CASE WHEN h.kept THEN h.place END;
SELECT count(*) AS wrong FROM places.home_path h LEFT JOIN places.tree t ON t.place = h.place WHERE h.kept IS DISTINCT FROM COALESCE(t.kept, false);
SELECT count(*) AS rows, count(DISTINCT patch) AS patches FROM places.home_path WHERE home_id = '12';
-- a locality's homes are those of its places; nowhere are places taken for homes
SELECT count(*) AS wrong FROM places.tree l WHERE l.level = 'locality' AND l.homes <> (SELECT sum(t.homes) FROM places.tree t WHERE t.parent = l.place);
SELECT plan, count(*) AS homes FROM places.home GROUP BY 1 ORDER BY 1;
SELECT plan, count(*) FILTER (WHERE nearest_place IS NULL) AS nowhere FROM places.remainder GROUP BY 1 ORDER BY 1;
-- boundaries: of a locality that of its places together
SELECT level, count(*) AS boundaries FROM places.territory JOIN places.tree USING (plan, place) GROUP BY 1 ORDER BY 1;
SELECT count(*) AS wrong FROM (
	SELECT t.parent, ST_Union(b.boundary) AS ground FROM places.territory b JOIN places.tree t USING (place) WHERE t.level = 'place' GROUP BY 1) g
JOIN places.territory l ON l.place = g.parent WHERE ST_Area(ST_SymDifference(g.ground, l.boundary)) > 1;

-- run again: nobody moves, nothing is born, boundaries stay
CREATE TABLE tree_before AS SELECT plan, place, name, parent FROM places.tree;
CREATE TABLE drawn_before AS SELECT plan_id, drawing FROM places_internal.place_boundary;
SELECT run, moved_share, published, note FROM places.run('n');
SELECT count(*) AS different FROM ((TABLE tree_before EXCEPT SELECT plan, place, name, parent FROM places.tree) UNION ALL (SELECT plan, place, name, parent FROM places.tree EXCEPT TABLE tree_before)) d;
SELECT plan, moved_homes FROM places.run_history WHERE published ORDER BY run;
SELECT event, count(*) FROM places.change WHERE run > 3 GROUP BY 1;
SELECT count(*) AS drawn_anew FROM places_internal.place_boundary WHERE drawing NOT IN (SELECT drawing FROM drawn_before);

-- drafts of a tree stay together
SELECT run, published FROM places.run('n', publish => false);
SELECT plan, run, published FROM tree_runs WHERE stored ORDER BY run;
SELECT plan, run FROM places.tree GROUP BY 1, 2 ORDER BY 2;
\x on
\t on
SELECT * FROM tree_complaint($$SELECT places.publish('p', 8)$$);
SELECT * FROM tree_complaint($$SELECT places.publish('l', 8)$$);
SELECT * FROM tree_complaint($$SELECT places.discard(5)$$);
\x off
\t off
SELECT places.publish('n', 7);
SELECT plan, run FROM tree_runs WHERE published ORDER BY run;
SELECT places.discard(4);
SELECT plan, run, status, stored FROM tree_runs WHERE run BETWEEN 4 AND 6 ORDER BY run;
\x on
\t on
SELECT * FROM tree_complaint($$SELECT places.publish('p', 5)$$);
\x off
\t off

-- a child by name, on what is published; back to an older tree
SELECT run, published, status FROM places.run('p');
SELECT plan, run, parent_run FROM tree_runs WHERE published ORDER BY run;
SELECT places.publish('p', 8);
SELECT places.publish('n', 1);
SELECT plan, run, parent_run FROM tree_runs WHERE published ORDER BY run;
SELECT count(*) AS different FROM ((TABLE tree_before EXCEPT SELECT plan, place, name, parent FROM places.tree) UNION ALL (SELECT plan, place, name, parent FROM places.tree EXCEPT TABLE tree_before)) d;
-- what is missing over an older run is run when that is published
SELECT places.discard(8), places.discard(10);
SELECT places.publish('n', 7);
SELECT plan, run, parent_run, status FROM tree_runs WHERE published ORDER BY run;

-- held back: all or none, and every record says why
SELECT places.alter_plan('p', max_drop => 0), places.alter_plan('p', rules => places.rules('balanced', 40, max_radius => 1));
SELECT published, status, note FROM places.run('n');
SELECT plan, published, status, held_back FROM tree_runs WHERE run > 11 ORDER BY run;
SELECT plan, run FROM tree_runs WHERE published ORDER BY run;
SELECT places.alter_plan('p', rules => places.rules('balanced', 40));
-- a child that fails costs the others nothing, but nothing is published
ALTER TABLE tree_stock RENAME region TO county;
SELECT published, status, note FROM places.run('n');
SELECT plan, published, status, held_back FROM tree_runs WHERE run > 14 ORDER BY run;
SELECT plan, error FROM places.run_history WHERE status = 'failed';
ALTER TABLE tree_stock RENAME county TO region;
SELECT places.publish('n', 15);
SELECT plan, parent_run FROM tree_runs WHERE published ORDER BY run;
-- trees are tidied away whole: of the newest runs of n and the published one all is there
SELECT plan, count(*) FILTER (WHERE stored) AS stored, count(*) FILTER (WHERE stored AND parent_run NOT IN (SELECT run FROM tree_runs WHERE stored AND plan = 'n')) AS orphans
FROM tree_runs GROUP BY 1 ORDER BY 1;
SELECT plan, count(*) AS lost FROM tree_runs t WHERE level <> 'place' AND status = 'done' AND NOT stored AND parent_run IN (SELECT run FROM tree_runs WHERE stored)
	AND NOT EXISTS (SELECT FROM tree_runs o WHERE o.plan = t.plan AND o.parent_run = t.parent_run AND o.stored) GROUP BY 1;

-- corrections: homes into patches, places into localities
SELECT home_id, patch, place FROM places.home_path WHERE plan = 'n' AND home_id = '300' \gset
SELECT place AS other FROM places.tree WHERE level = 'patch' AND parent = :place AND place <> :patch ORDER BY place LIMIT 1 \gset
SELECT places.pin('p', '300', :other, 'known there');
SELECT locality, place AS pinned FROM places.home_path WHERE plan = 'n' AND home_id = '605' \gset
SELECT places.pin('l', :'pinned', :locality), places.lock('l', :locality), places.name_place('l', :locality, 'The North'), places.lock('p', :other);
SELECT plan, kind, home_id IS NOT NULL AS has_id, problem FROM places.correction ORDER BY 1, 2;
SELECT plan, action, home_id, after ? 'member' AS by_number FROM places.audit_log WHERE action = 'pin' ORDER BY act;
\x on
\t on
SELECT * FROM tree_complaint($$SELECT places.pin('l', 'x', (SELECT min(place) FROM places.tree WHERE level = 'locality'))$$);
\x off
\t off
SELECT published, note FROM places.run('n');
SELECT patch = :other AS where_pinned FROM places.home_path WHERE plan = 'n' AND home_id = '300';
SELECT locality_name, locality = :locality AS where_pinned FROM places.home_path WHERE plan = 'n' AND home_id = '605';
SELECT home_id, to_place = :other AS into_it FROM places.moves((SELECT base_run FROM tree_runs WHERE plan = 'p' AND published), (SELECT run FROM tree_runs WHERE plan = 'p' AND published)) WHERE home_id = '300';
SELECT moved_homes > 0 AS moved, homes FROM places.compare((SELECT base_run FROM tree_runs WHERE plan = 'p' AND published), (SELECT run FROM tree_runs WHERE plan = 'p' AND published));

-- other rules, the same places: no births of patches
CREATE TABLE patches_before AS SELECT place FROM places.tree WHERE level = 'patch';
SELECT places.alter_plan('n', rules => places.rules('coverage', 100, max_radius => 301));
SELECT published FROM places.run('n');
SELECT count(*) AS births FROM places.tree WHERE level = 'patch' AND place NOT IN (SELECT place FROM patches_before);

-- forgotten: a home on all levels, and no place for a home of its number
SELECT :pinned > 4 AS a_home_has_its_number, places.forget('1') AS rows;
SELECT :'pinned' AS id, count(*) AS homes FROM places.home_path WHERE home_id = :'pinned';
SELECT places.forget(:'pinned') > 0 AS was_there;
SELECT count(*) AS left FROM places.home WHERE home_id = :'pinned';
SELECT locality = :locality AS still, count(*) > 0 AS homes FROM places.home_path WHERE plan = 'n' AND place = :pinned GROUP BY 1;
SELECT plan, kind, home_id = :'pinned' AS pinned FROM places.correction WHERE plan = 'l' ORDER BY 2;
SELECT level, count(*) FILTER (WHERE b.place IS NULL) AS without_boundary FROM places.tree t LEFT JOIN places.territory b USING (plan, place) WHERE t.kept GROUP BY 1 ORDER BY 1;

-- layers, maps and GeoJSON
CREATE SCHEMA tree_layers;
SELECT places.create_layers('l', 'tree_layers');
SELECT table_name FROM information_schema.views WHERE table_schema = 'tree_layers' ORDER BY 1;
SELECT plan, jsonb_array_length(places.geojson(plan) -> 'features') = (SELECT count(*) FROM places.tree t WHERE t.plan = d.plan) AS all_places,
	places.map(plan) LIKE '<!DOCTYPE html>%' AS page, places.map_svg(plan) LIKE '%<svg%' AS picture FROM (VALUES ('n'), ('p'), ('l')) d(plan);
SELECT length(places.place_tiles(0, 0, 0, json_build_object('plan', plan))) > 0 AS tile FROM (VALUES ('n'), ('p'), ('l')) d(plan);
SELECT places.draw_boundaries('n') > 0 AS drawn, (SELECT count(*) FROM places.territory WHERE plan = 'l') > 0 AS localities;

-- altered: owner and name
SELECT places.alter_plan('n', new_name => 'neighbourhoods'), places.alter_plan('p', new_name => 'patches', keep_runs => 2, boundary_within => 100, note => 'nearer');
SELECT DISTINCT plan, tree FROM places.tree ORDER BY 1;
CREATE ROLE places_tree_heir IN ROLE places_editor;
SELECT places.alter_plan('neighbourhoods', owner => 'places_tree_heir');
SELECT plan, owner FROM places_internal.plan_definition ORDER BY 1;
SELECT places.alter_plan('neighbourhoods', owner => CURRENT_USER);
DROP ROLE places_tree_heir;

-- patches of the kept alone: the others are in none, whichever copy of an id it is
SELECT places.drop_plan('patches');
SELECT places.create_patches('kept', 'neighbourhoods', places.rules('balanced', 40), dispersed => false);
UPDATE tree_stock SET geom = ST_Translate(geom, 0, 40000) WHERE ctid = (SELECT min(ctid) FROM tree_stock WHERE id = 12);
SELECT published, note FROM places.run('neighbourhoods');
SELECT count(*) FILTER (WHERE (place IS NOT NULL) <> (patch IS NOT NULL)) AS wrong, count(*) FILTER (WHERE home_id = '12') AS twins,
	count(*) FILTER (WHERE home_id = '12' AND patch IS NOT NULL) AS in_patch
FROM places.home_path h WHERE plan = 'neighbourhoods' AND (place IS NULL OR place IN (SELECT place FROM places.tree WHERE kept));

-- measures that patches balance: the plan of places reads them, and balances none
SELECT places.drop_plan('kept');
SELECT places.create_patches('fair', 'neighbourhoods', places.rules('balanced', 40), balance_columns => '{work}', balance_tolerance => '{0.2}');
SELECT plan, balance_columns, balance_tolerance FROM places_internal.plan_definition ORDER BY plan_id;
SELECT message, detail, hint FROM tree_complaint($$DO 'BEGIN PERFORM places.publish(''neighbourhoods'', (SELECT run FROM tree_runs WHERE plan = ''neighbourhoods'' AND published)); END'$$);
SELECT published, note FROM places.run('neighbourhoods');
SELECT count(*) > 0 AS balanced, count(*) FILTER (WHERE NOT within) AS outside FROM places.place_balance b JOIN places.tree t USING (plan, place) WHERE plan = 'fair' AND t.parent IS NOT NULL;
SELECT count(*) AS wrong FROM places.place_balance b
WHERE plan = 'fair' AND amount <> (SELECT sum(s.work) FROM places.home_path h JOIN tree_stock s ON s.id::text = h.home_id AND s.id <> 12 WHERE h.patch = b.place)
	AND place NOT IN (SELECT patch FROM places.home_path WHERE home_id = '12');

-- homes of estates that are divided are in places too; those of a place that is not kept have patches of the remainder
ALTER TABLE tree_stock ADD estate text;
UPDATE tree_stock SET estate = la WHERE id % 2 = 0;
CREATE VIEW tree_paths AS
SELECT COALESCE(h.reason ~ 'divided', false) AS divided, p.place IS NOT NULL AS placed, p.kept, p.patch IS NOT NULL AS in_patch, t.parent IS NOT NULL AS of_its_place
FROM places.home h JOIN places.home_path p USING (plan, home_id) LEFT JOIN places.tree t ON t.place = p.patch
WHERE h.plan = 'neighbourhoods' AND h.home_id <> '12' GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5;
SELECT places.alter_plan('neighbourhoods', together_column => 'estate');
SELECT published FROM places.run('neighbourhoods');
SELECT * FROM tree_paths;
SELECT places.alter_plan('neighbourhoods', rules => places.rules('kmeans', 130, max_radius => 300));
SELECT published FROM places.run('neighbourhoods', publish => false);
SELECT places.publish('neighbourhoods', max(run)) FROM tree_runs WHERE plan = 'neighbourhoods';
SELECT * FROM tree_paths;
DROP VIEW tree_paths;

-- dropped: the children first; a plan without any is in the views too
SELECT places.drop_plan('l'), places.drop_plan('fair');
SELECT level, count(parent) AS with_parent FROM places.tree GROUP BY 1;
SELECT count(*) AS homes, count(place) > 0 AS in_places, count(locality) AS in_localities, count(patch) AS in_patches FROM places.home_path;
SELECT places.drop_plan('neighbourhoods');
SELECT count(*) AS left FROM places_internal.run_record;
SELECT count(*) AS left FROM places_internal.membership;
DROP SCHEMA tree_layers CASCADE;
