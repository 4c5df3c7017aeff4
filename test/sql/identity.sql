-- places keep their numbers and names: split, merger, birth, end, and what people named
SET client_min_messages = error;
\set SHOW_CONTEXT never
TRUNCATE places_internal.plan_definition, places_internal.run_record, places_internal.place_identity, places_internal.place_result, places_internal.membership,
	places_internal.authority_result, places_internal.lineage, places_internal.pinned_home, places_internal.locked_place, places_internal.act, places_internal.place_boundary RESTART IDENTITY;
CREATE TABLE estate_home (id text PRIMARY KEY, la text, ward text, geom geometry(Point, 27700));
CREATE FUNCTION build(prefix text, la text, ward text, n int, x float8, y float8) RETURNS void LANGUAGE sql AS $$
	INSERT INTO estate_home SELECT prefix || i, la, ward, ST_SetSRID(ST_MakePoint(x + 10 * (i % 5), y + 10 * (i / 5)), 27700)
	FROM generate_series(1, n) i $$;
-- the homes of one prefix, with numbers from one to another, move to another estate
CREATE FUNCTION relocate(prefix text, first int, last int, x float8, y float8) RETURNS void LANGUAGE sql AS $$
	UPDATE estate_home SET geom = ST_SetSRID(ST_MakePoint(x + 10 * (substr(id, 2)::int % 5), y + 10 * (substr(id, 2)::int / 5)), 27700)
	WHERE left(id, 1) = prefix AND substr(id, 2)::int BETWEEN first AND last $$;
SELECT build('a', 'E1', 'Stowe', 18, 400000, 300000), build('b', 'E1', 'Stowe', 16, 401000, 300000),
	build('c', 'E1', 'Oldfield', 12, 402000, 300000), build('d', 'E1', 'Stowe', 12, 403000, 300000) \g /dev/null
SELECT places.create_plan('n', 'estate_home', 'id', 'la', 'geom', places.rules('coverage', 10, max_radius => 60), label_column => 'ward',
	max_drop => 100, max_shrink => 100);
CREATE VIEW event AS
SELECT (SELECT count(*) FROM places_internal.run_record r WHERE r.run <= c.run AND r.status = 'done') AS step,
	event, place, name, other, other_name, homes FROM places.change c ORDER BY run, place, event;
SELECT places, published FROM places.run('n');
SELECT place, name, homes FROM places.place ORDER BY 1;

-- split: ten of eighteen stay, eight go and are joined by others, who are new
SELECT relocate('a', 11, 18, 410000, 300000), build('n', 'E1', 'Newtown', 6, 410060, 300000) \g /dev/null
SELECT places, published FROM places.run('n');
SELECT event, place, name, other_name, homes FROM event WHERE step = 2;
SELECT place, name, homes FROM places.place ORDER BY 1;
SELECT home_id, place_name FROM places.home WHERE home_id IN ('a1', 'a11', 'n1') ORDER BY 1;

-- merger: all of one estate and a third of its own size move into another
SELECT relocate('c', 1, 12, 401000, 300035) \g /dev/null
DELETE FROM estate_home WHERE id IN ('b9', 'b10', 'b11', 'b12', 'b13', 'b14', 'b15', 'b16', 'c11', 'c12');
SELECT places, published FROM places.run('n');
SELECT event, place, name, other_name, homes FROM event WHERE step = 3;
SELECT place, name, homes FROM places.place ORDER BY 1;

-- half of its homes is enough
SELECT relocate('d', 7, 12, 420000, 300000), build('e', 'E1', 'East', 6, 420060, 300000), build('f', 'E1', 'Stowe', 6, 403060, 300000) \g /dev/null
SELECT places, published FROM places.run('n');
SELECT event, place, name, other_name, homes FROM event WHERE step = 4;
SELECT place, name, homes FROM places.place ORDER BY 1;

-- fewer than half, even the most, are not: both halves of thirteen are new
SELECT build('g', 'E2', 'Gate', 13, 430000, 300000) \g /dev/null
SELECT places, published FROM places.run('n');
DELETE FROM estate_home WHERE id = 'g13';
SELECT relocate('g', 7, 12, 440000, 300000), build('h', 'E2', 'Gate', 6, 440060, 300000), build('i', 'E2', 'Gate', 6, 430060, 300000) \g /dev/null
SELECT places, published FROM places.run('n');
SELECT event, name, other_name, homes FROM event WHERE step = 6;

-- end: with its homes; and birth: of none that were there
DELETE FROM estate_home WHERE left(id, 1) IN ('d', 'f') AND ST_X(geom) < 410000;
SELECT build('o', 'E1', 'Stowe', 11, 430000, 300000), build('p', 'E3', NULL, 11, 430000, 300000) \g /dev/null
SELECT places, published FROM places.run('n');
SELECT event, place, name, other_name, homes FROM event WHERE step = 7;
SELECT place, name, authority, homes, born_run FROM places.place ORDER BY 1;

-- people's names stay, and are not given to others
SELECT places.name_place('n', place, 'The Lanes', 'what they say') FROM places.place WHERE name = 'Stowe 4';
SELECT places.name_place('n', place, 'Stowe 8') FROM places.place WHERE name = 'E3';
SELECT build('q', 'E1', 'The Lanes', 11, 440000, 300000), build('r', 'E1', 'Stowe', 11, 450000, 300000), build('s', 'E1', 'Stowe', 11, 455000, 300000),
	build('t', 'E1', ' ', 11, 460000, 300000) \g /dev/null
UPDATE estate_home SET ward = 'Fashionable Quarter' WHERE left(id, 1) = 'n';
SELECT places, published FROM places.run('n');
SELECT place, name, named_by = SESSION_USER AS named, homes FROM places.place ORDER BY 1;
SELECT action, place, note, before, after FROM places.audit_log WHERE action = 'name_place' ORDER BY act;
\x on
\t on
SELECT places.name_place('n', 5, ' ');
SELECT places.name_place('n', 5, NULL);
SELECT places.name_place('n', 1, 'The Lanes');
SELECT places.name_place('n', 1, 'Gate');
SELECT places.name_place('n', 4711, 'Nowhere');
SELECT places.name_place('n', NULL, 'Nowhere');
\x off
\t off

-- numbers are never used again, not even those of a run that was discarded
SELECT max(place) AS highest FROM places_internal.place_identity \gset
SELECT build('l', 'E1', 'Lea', 11, 470000, 300000) \g /dev/null
SELECT places, published FROM places.run('n', publish => false);
SELECT place > :highest AS new, name FROM places_internal.place_identity WHERE place > :highest;
SELECT places.discard(max(run)) FROM places.run_history;
SELECT count(*) AS forgotten FROM places_internal.place_identity WHERE place > :highest;
SELECT count(*) AS events FROM event WHERE place > :highest;
SELECT places, published FROM places.run('n');
SELECT place - :highest AS place, name FROM places.place WHERE place > :highest;
-- a place that ended does not come back; its name stays its own
DELETE FROM estate_home WHERE left(id, 1) = 'l';
SELECT places, published FROM places.run('n');
SELECT build('l', 'E1', 'Lea', 11, 470000, 300000) \g /dev/null
SELECT places, published FROM places.run('n');
SELECT place - :highest AS place, name FROM places.place WHERE place > :highest;
SELECT event, place - :highest AS place, name FROM event WHERE place > :highest;

-- every place was born once, and ends at most once; what is shown was born and has not ended
SELECT count(*) FILTER (WHERE births <> 1) AS births, count(*) FILTER (WHERE ends > 1) AS ends, count(*) FILTER (WHERE (ends = 0) <> shown) AS shown
FROM (SELECT i.place, (SELECT count(*) FROM event e WHERE e.place = i.place AND e.event = 'birth') AS births,
	(SELECT count(*) FROM event e WHERE e.place = i.place AND e.event = 'end') AS ends,
	EXISTS (SELECT FROM places.place p WHERE p.place = i.place) AS shown FROM places_internal.place_identity i) i;
SELECT count(*) - count(DISTINCT name) AS doubles FROM places.place;

SELECT places.drop_plan('n');
DROP TABLE estate_home;
DROP VIEW event;
DROP FUNCTION build, relocate;
