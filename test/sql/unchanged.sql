-- An authority whose homes, pins and locks are those of the base run keeps its places
-- without being solved: what is stored is what solving it again would give.
SET client_min_messages = warning;
TRUNCATE places_internal.plan_definition, places_internal.run_record, places_internal.place_identity, places_internal.place_result, places_internal.membership,
	places_internal.authority_result, places_internal.lineage, places_internal.pinned_home, places_internal.locked_place, places_internal.act RESTART IDENTITY;

CREATE TABLE village (id text, la text, weight float8, geom geometry);
INSERT INTO village
SELECT 'h' || i, 'E' || i % 4, 1 + i % 3, ST_SetSRID(ST_MakePoint(400000 + i % 4 * 20000 + i * 7919 % 4001, 300000 + i * 104729 % 3989), 27700)
FROM generate_series(1, 4000) i;
-- ids twice in an authority, and in two; none; no location, no point, another system, no weight, no authority
INSERT INTO village SELECT id, la, weight, ST_Translate(geom, 60, 0) FROM village WHERE id IN ('h8', 'h80', 'h800');
INSERT INTO village SELECT id, 'E1', weight, geom FROM village WHERE id IN ('h12', 'h120');
INSERT INTO village SELECT NULL, la, weight, geom FROM village WHERE id LIKE 'h33_';
INSERT INTO village VALUES ('lost', 'E1', 1, NULL), ('wide', 'E1', 1, ST_SetSRID('LINESTRING(0 0, 1 1)'::geometry, 27700)),
	('else', 'E1', 1, ST_SetSRID(ST_MakePoint(1, 1), 4326)), ('light', 'E1', NULL, ST_SetSRID(ST_MakePoint(420000, 300000), 27700)),
	('nobody', NULL, 1, ST_SetSRID(ST_MakePoint(420000, 300000), 27700)), ('blank', '', 1, ST_SetSRID(ST_MakePoint(420000, 300000), 27700));

CREATE FUNCTION seen(name text) RETURNS text LANGUAGE sql AS $$
	SELECT md5((SELECT string_agg(concat_ws('|', p.name, authority, homes, reason, rank, density, radius, gap, outlying, attached, ST_AsEWKB(centre)), E'\n' ORDER BY p.name) FROM places.place p WHERE plan = seen.name)
		|| (SELECT string_agg(concat_ws('|', home_id, authority, place_name, reason, distance, weight, ST_AsEWKB(location)), E'\n' ORDER BY home_id, authority, place_name, reason, ST_AsEWKB(location)) FROM places.home WHERE plan = seen.name)
		|| (SELECT string_agg(concat_ws('|', authority, stock_rows, homes, places, kept_places, kept_homes, moved_homes, unplaced), E'\n' ORDER BY authority, status) FROM places.authority WHERE plan = seen.name)
		|| (SELECT concat_ws('|', homes, places, kept_homes, moved_share, no_location, no_authority, bad_weight, duplicate_ids, found_rows, fingerprint) FROM places.run_history WHERE plan = seen.name AND published))
$$;
-- which authorities a run solved
CREATE FUNCTION solved(name text) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(CASE WHEN status = 'none' THEN 'nobody' ELSE '"' || a.authority || '"' END, ', ' ORDER BY status = 'none', a.authority) FROM places_internal.authority_result a
	JOIN places_internal.plan_definition d USING (plan_id) WHERE d.plan = name AND a.run = (SELECT max(run) FROM places_internal.run_record r WHERE r.plan_id = d.plan_id AND r.stored) AND a.as_of = a.run
$$ ;

-- one plan leaves alone what has not changed, its twin solves it again each time
CREATE FUNCTION twins() RETURNS TABLE (method text, same boolean, solved text, twin_solved text) LANGUAGE plpgsql AS $$
DECLARE
	m text;
BEGIN
	FOREACH m IN ARRAY ARRAY['balanced', 'coverage', 'kmeans'] LOOP
		UPDATE places_internal.authority_result SET digest = NULL WHERE plan_id = (SELECT plan_id FROM places_internal.plan_definition WHERE plan = m || ' twin');
		PERFORM places.run(m), places.run(m || ' twin');
		RETURN QUERY SELECT m, seen(m) = seen(m || ' twin'), solved(m), solved(m || ' twin');
	END LOOP;
END $$;
SELECT count(places.create_plan(m || twin, 'village', 'id', 'la', 'geom', places.rules(m, 150), weight_column => 'weight', label_column => 'la', max_drop => 100, max_shrink => 100))
FROM unnest('{balanced,coverage,kmeans}'::text[]) m, unnest('{""," twin"}'::text[]) twin;
SELECT * FROM twins();
-- nothing has changed
SELECT * FROM twins();
-- a home moves, a weight changes, an id; one comes, one goes
UPDATE village SET geom = ST_Translate(geom, 500, 0) WHERE id = 'h4';
SELECT * FROM twins();
UPDATE village SET weight = weight + 1 WHERE id = 'h5';
SELECT * FROM twins();
UPDATE village SET id = 'another' WHERE id = 'h6';
SELECT * FROM twins();
INSERT INTO village SELECT 'new', la, weight, geom FROM village WHERE id = 'h7';
DELETE FROM village WHERE id = 'h11';
SELECT * FROM twins();
-- what is stored anyway: where those are that cannot be placed, and nobody's
UPDATE village SET geom = ST_SetSRID('LINESTRING(0 0, 2 2)'::geometry, 27700) WHERE id = 'wide';
UPDATE village SET geom = ST_Translate(geom, 1, 1) WHERE id = 'nobody';
SELECT * FROM twins();
-- pins and locks; a pin that is taken back
SELECT count(places.pin(p.plan, 'h101', p.place, 'by name')), count(places.lock(p.plan, p.place))
FROM places.place p WHERE p.name = (SELECT min(name) FROM places.place WHERE plan = 'balanced' AND authority = 'E1') AND p.authority = 'E1';
SELECT * FROM twins();
SELECT plan, kind, problem FROM places.correction ORDER BY 1, 2;
SELECT count(places.unpin(plan, home_id)) FROM places.correction WHERE kind = 'pin' AND plan LIKE 'balanced%';
SELECT * FROM twins();
-- rules
SELECT count(places.alter_plan(plan, tolerance => 0.02)) FROM places_internal.plan_definition WHERE plan LIKE 'balanced%';
SELECT * FROM twins() LIMIT 1;
-- an authority is gone, and comes back
CREATE TABLE aside AS SELECT * FROM village WHERE la = 'E2';
DELETE FROM village WHERE la = 'E2';
SELECT * FROM twins();
INSERT INTO village SELECT * FROM aside;
SELECT * FROM twins();
-- a draft: the next run starts from what is published, also where only the draft differs from that
UPDATE village SET geom = ST_Translate(geom, 0, 300) WHERE la = 'E3';
SELECT count(*) FROM unnest('{balanced,coverage,kmeans}'::text[]) m, unnest('{""," twin"}'::text[]) twin, LATERAL places.run(m || twin, false) r WHERE r.published IS NOT TRUE;
UPDATE village SET geom = ST_Translate(geom, 0, -300) WHERE la = 'E3';
SELECT * FROM twins();
SELECT * FROM twins();
-- a home that is forgotten and still in the stock comes back
SELECT places.forget('h1000') > 0 AS forgotten;
SELECT * FROM twins();
SELECT plan, count(*) FROM places.home WHERE home_id = 'h1000' GROUP BY 1 ORDER BY 1;
-- back to an earlier run
SELECT count(places.publish(plan, (SELECT min(run) FROM places.run_history h WHERE h.plan = d.plan AND h.stored))) FROM places_internal.plan_definition d;
SELECT * FROM twins();
-- every row that is stored is true of some run, and each home of a run once
SELECT count(*) AS overlapping FROM places_internal.membership a JOIN places_internal.membership b USING (plan_id, home_id, authority, copy)
WHERE a.ctid < b.ctid AND a.tableoid = b.tableoid AND (a.outside = 'no_authority') IS NOT DISTINCT FROM (b.outside = 'no_authority')
	AND a.since_run < COALESCE(b.until_run, 1000000) AND b.since_run < COALESCE(a.until_run, 1000000);
-- of a run the homes that it was given, whatever index they are looked up by
SELECT count(*) = (SELECT count(*) FROM village) AS all_there FROM places.home WHERE plan = 'coverage';
SET enable_seqscan = off;
SET enable_bitmapscan = off;
SELECT sum((SELECT count(*) FROM places.home h WHERE h.plan = 'coverage' AND h.home_id = v.id)) >= count(*) AS found FROM (SELECT DISTINCT id FROM village WHERE id IS NOT NULL) v;
RESET ALL;
SELECT count(places.drop_plan(plan)) FROM places_internal.plan_definition;
DROP TABLE village, aside;
DROP FUNCTION seen, solved, twins;
