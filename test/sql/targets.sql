-- places with targets of their own
SET client_min_messages = error;
\set SHOW_CONTEXT never
CREATE SCHEMA targets;
SET search_path = targets, public;

CREATE TABLE stock AS
SELECT i AS id, CASE WHEN i <= 700 THEN 'one' ELSE 'two' END AS la,
	ST_SetSRID(ST_MakePoint(10000 + 37 * (i * 7919 % 101), 20000 + 41 * (i * 104729 % 97)), 27700) AS geom
FROM generate_series(1, 1050) i;
SELECT places.create_plan('t', 'stock', 'id', 'la', 'geom', places.rules('balanced', 70, min_homes => 50, max_homes => 90),
	max_drop => 100, max_shrink => 100, boundary_within => 0);
SELECT homes, places FROM places.run('t');
SELECT min(place) AS place FROM places.place WHERE plan = 't' AND authority = 'one' \gset

SELECT places.set_target('t', :place, 0.6, 'half-time');
SELECT kind, place = :place AS place, share, note, problem FROM places.correction WHERE plan = 't';
SELECT before, after FROM places.audit_log WHERE action = 'set_target';
SELECT places, moved_share BETWEEN 0.001 AND 0.2 AS some_moved FROM places.run('t');
CREATE VIEW compared AS
SELECT place = :place AS is_own, count(*) AS places, min(homes) >= 50 AND max(homes) <= 90 AS within, count(*) FILTER (WHERE NOT kept) AS not_kept,
	round((avg(homes) / (SELECT avg(homes) FROM places.place WHERE plan = 't' AND authority = 'one' AND place <> :place))::numeric, 1) AS of_others
FROM places.place WHERE plan = 't' AND authority = 'one' GROUP BY 1;
SELECT * FROM compared ORDER BY 1;
-- nothing changed, or somebody else: nobody moves
SELECT moved_share FROM places.run('t');
UPDATE stock SET geom = ST_Translate(geom, 1, 1) WHERE id = 1000;
SELECT moved_share FROM places.run('t');
UPDATE stock SET geom = ST_Translate(geom, 1, 1) WHERE id = 7;
SELECT moved_share FROM places.run('t');
SELECT * FROM compared ORDER BY 1;

-- more than the others, and as many again
SELECT places.set_target('t', :place, 1.5);
SELECT published FROM places.run('t');
SELECT * FROM compared ORDER BY 1;
SELECT places.set_target('t', :place, 1);
SELECT count(*) FROM places.correction WHERE plan = 't';
SELECT published FROM places.run('t');
SELECT is_own, within FROM compared ORDER BY 1;

-- others may join a locked place, and nobody leaves it: against a smaller target the lock wins, which is said
SELECT places.lock('t', :place), places.set_target('t', :place, 1.2);
SELECT note FROM places.run('t');
SELECT share, problem FROM places.correction WHERE plan = 't' AND kind = 'target';
SELECT places.set_target('t', :place, 0.6);
SELECT share, problem FROM places.correction WHERE plan = 't' AND kind = 'target';
SELECT note FROM places.run('t');
SELECT share, problem FROM places.correction WHERE plan = 't' AND kind = 'target';
SELECT places.unlock('t', :place), places.set_target('t', :place, 1);
SELECT note FROM places.run('t');

-- what is refused, and what cannot be honoured
SELECT places.set_target('t', :place, 0.05);
SELECT places.set_target('t', :place, 'NaN');
SELECT places.set_target('t', :place, NULL);
SELECT places.set_target('t', -1, 0.6);
SELECT places.set_target('t', :place, 0.6);
SELECT places.alter_plan('t', rules => places.rules('kmeans', 70));
SELECT note FROM places.run('t');
SELECT kind, share, problem FROM places.correction WHERE plan = 't';
SELECT places.set_target('t', :place, 0.7);
SELECT places.set_target('t', :place, 1);
SELECT places.alter_plan('t', rules => places.rules('balanced', 70, min_homes => 50, max_homes => 90));
SELECT places.set_target('t', max(place), 2) FROM places.place WHERE plan = 't';
SELECT places.drop_plan('t');
SELECT count(*) AS left_behind FROM places_internal.place_target;
DROP SCHEMA targets CASCADE;
