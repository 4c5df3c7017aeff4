-- whom nobody has heard from
SET client_min_messages = error;
SET TimeZone = 'UTC';
\set SHOW_CONTEXT never
CREATE SCHEMA contacts;
SET search_path = contacts, public;

-- four places of 60 homes, each of two patches of 30
CREATE TABLE stock AS
SELECT i AS id, 'A' AS la, ST_SetSRID(ST_MakePoint(10000 + 3000 * (i % 4) + 200 * (i % 8 / 4) + i % 7, 20000 + i % 11), 27700) AS geom,
	i % 3 = 0 AS hands_off, (i % 5)::float8 AS worry
FROM generate_series(0, 239) i;
SELECT places.create_plan('k', 'stock', 'id', 'la', 'geom', places.rules('balanced', 60, min_homes => 50, max_homes => 70, max_radius => 1000), boundary_within => 0);
SELECT places.create_patches('k patches', 'k', places.rules('balanced', 30, min_homes => 20, max_homes => 40));
SELECT places.create_localities('k localities', 'k', places.rules('balanced', 120, min_homes => 100, max_homes => 140, max_radius => 100000));
SELECT * FROM places.contact_gap('k');
SELECT places FROM places.run('k');
SELECT * FROM places.contact_gap('k');
SELECT level, count(*), min(homes), max(homes) FROM places.tree WHERE tree = 'k' GROUP BY 1 ORDER BY 1;

-- 30 of each 60 have been visited 80 days ago, 15 more 400 days ago
CREATE TABLE visits AS SELECT i::text AS home, (CURRENT_DATE - CASE WHEN i / 8 % 4 < 2 THEN 80 ELSE 400 END)::timestamp AS at, 'Visit' AS kind, NULL::date AS moved_in
FROM generate_series(0, 239) i WHERE i / 8 % 4 < 3;
SELECT places.add_contacts('k', 'visits', 'visits', 'home', 'at');
CREATE VIEW expected AS
SELECT 'place' AS level, h.place, count(*) AS homes, count(*) FILTER (WHERE v.at IS NULL OR CURRENT_DATE - v.at::date > 180) AS gap
FROM places.home_path h LEFT JOIN visits v ON v.home = h.home_id WHERE h.plan = 'k' GROUP BY h.place
UNION ALL
SELECT 'patch', h.patch, count(*), count(*) FILTER (WHERE v.at IS NULL OR CURRENT_DATE - v.at::date > 180)
FROM places.home_path h LEFT JOIN visits v ON v.home = h.home_id WHERE h.plan = 'k' GROUP BY h.patch
UNION ALL
SELECT 'locality', h.locality, count(*), count(*) FILTER (WHERE v.at IS NULL OR CURRENT_DATE - v.at::date > 180)
FROM places.home_path h LEFT JOIN visits v ON v.home = h.home_id WHERE h.plan = 'k' GROUP BY h.locality;
SELECT g.level, count(*), bool_and(g.homes = e.homes) AS homes, bool_and(g.not_heard_from = e.gap) AS gap, bool_and(abs(g.share - e.gap / e.homes::float8) < 1e-4) AS share
FROM places.contact_gap('k patches') g JOIN expected e USING (level, place) GROUP BY 1 ORDER BY 1;
SELECT sum(not_heard_from), min(median_days), max(median_days) FROM places.contact_gap('k') WHERE level = 'locality';

-- several sources, kinds, the future, the last tenant, what is no home
CREATE TABLE messages (uprn int, sent timestamptz, how text, tenancy timestamptz);
INSERT INTO messages
SELECT i, now() - interval '5 days', (ARRAY['automated SMS', 'call', 'system', NULL])[1 + i % 4], NULL::timestamptz FROM generate_series(0, 7) i
UNION ALL SELECT 200, now() + interval '5 days', 'call', NULL
UNION ALL SELECT 201, now() - interval '50 days', 'call', now() - interval '20 days'
UNION ALL SELECT 202, now() - interval '10 days', 'call', now() - interval '20 days'
UNION ALL SELECT 9999, now(), 'call', NULL UNION ALL SELECT NULL, now(), 'call', NULL UNION ALL SELECT 203, NULL, 'call', NULL;
SELECT places.add_contacts('k', 'messages', 'messages', 'uprn', 'sent', 'how', tenancy_column => 'tenancy');
SELECT source, contacts, counted, automated, other_kind, future, last_tenant, no_date, unknown_home FROM places.check_contacts('k');
SELECT places.add_contacts('k', 'messages', 'messages', 'uprn', 'sent', 'how', '{system, Automated sms}');
SELECT source, contacts, counted, automated, other_kind, future, last_tenant, no_date, unknown_home FROM places.check_contacts('k') WHERE source = 'messages';
SET TimeZone = 'Pacific/Auckland';
SELECT sum(not_heard_from) AS auckland FROM places.contact_gap('k') WHERE level = 'locality';
SET TimeZone = 'America/Los_Angeles';
SELECT sum(not_heard_from) AS los_angeles FROM places.contact_gap('k') WHERE level = 'locality';
SET TimeZone = 'UTC';
SELECT places.remove_contacts('k', 'messages');
SELECT places.remove_contacts('k', 'messages');
SELECT source, kind_column, counts_as FROM places.contact_source;

-- small counts are withheld, and with each its pair, by number, whatever their counts
DELETE FROM visits;
INSERT INTO visits SELECT h.home_id, CURRENT_DATE - 10, 'Visit', NULL
FROM (SELECT home_id, patch, row_number() OVER (PARTITION BY patch ORDER BY home_id::int) AS nr, dense_rank() OVER (ORDER BY patch) AS p FROM places.home_path WHERE plan = 'k') h
WHERE nr <= CASE WHEN p IN (1, 6) THEN 25 ELSE 15 END;
SELECT level, row_number() OVER (PARTITION BY level ORDER BY place) AS nr, homes, not_heard_from, share, median_days FROM places.contact_gap('k') ORDER BY array_position('{locality,place,patch}', level), nr;
SELECT level, count(not_heard_from) AS shown FROM places.contact_gap('k', suppress => 5) GROUP BY 1 ORDER BY 1;
SELECT level, count(not_heard_from) AS shown FROM places.contact_gap('k', suppress => 16) GROUP BY 1 ORDER BY 1;
SELECT level, count(not_heard_from) AS shown FROM places.contact_gap('k', suppress => 0) GROUP BY 1 ORDER BY 1;

-- shown for all days from 90 to 180, or for none: of a patch that was shown 8 have been silent for 180
BEGIN;
SELECT level, array_agg(days || ': ' || shown ORDER BY days) AS shown FROM (
	SELECT days, level, count(not_heard_from) AS shown FROM unnest('{90,120,180}'::int[]) days CROSS JOIN LATERAL places.contact_gap('k', days) GROUP BY 1, 2) g GROUP BY 1 ORDER BY 1;
INSERT INTO visits SELECT h.home_id, CURRENT_DATE - 150, 'Visit', NULL FROM places.home_path h
WHERE h.plan = 'k' AND h.patch = (SELECT min(place) FROM places.contact_gap('k') WHERE level = 'patch' AND not_heard_from = 15)
	AND NOT EXISTS (SELECT FROM visits v WHERE v.home = h.home_id) ORDER BY h.home_id LIMIT 7;
SELECT level, array_agg(days || ': ' || shown ORDER BY days) AS shown FROM (
	SELECT days, level, count(not_heard_from) AS shown FROM unnest('{90,120,180}'::int[]) days CROSS JOIN LATERAL places.contact_gap('k', days) GROUP BY 1, 2) g GROUP BY 1 ORDER BY 1;
ROLLBACK;

-- whom to call
SELECT place AS asked FROM places.tree WHERE plan = 'k' ORDER BY place LIMIT 1 \gset
SELECT count(*), count(last_contact), count(DISTINCT patch) FROM places.call_list('k', :asked);
SELECT bool_and(s.worry = c.priority) AS as_stock, bool_or(s.hands_off) AS any_forbidden, max(priority), count(*) FROM places.call_list('k', :asked, 5, 'worry', 'hands_off', 7) c JOIN stock s ON s.id = c.home_id::int;
SELECT count(*) FROM places.call_list('k', (SELECT max(place) FROM places.tree WHERE tree = 'k' AND level = 'locality'), most => 1000);
SELECT places.call_list('k', -1);
SELECT places.call_list('k', :asked, 0);
SELECT places.call_list('k', :asked, priority_column => 'hands_off');
SELECT places.call_list('k', :asked, do_not_call_column => 'nix');
SELECT places.call_list('k', :asked, most => 0);

-- what is refused
SELECT places.contact_gap('k', 0);
SELECT places.contact_gap('k', NULL);
SELECT places.contact_gap('k', suppress => NULL);
SELECT places.contact_gap('k', suppress => -1);
SELECT places.add_contacts('k', '', 'visits', 'home', 'at');
SELECT places.add_contacts('k', 'x', 'visits', 'home', 'home');
SELECT places.add_contacts('k', 'x', 'visits', 'home', 'at', counts_as => '{call}');
SELECT places.add_contacts('k', 'x', 'visits', 'home', 'at', 'kind', '{}');
SELECT places.add_contacts('k', 'x', 'visits', NULL, 'at');

-- rights
CREATE ROLE places_contacts_reader IN ROLE places_reader;
CREATE ROLE places_contacts_editor IN ROLE places_editor;
GRANT USAGE ON SCHEMA contacts TO places_contacts_reader, places_contacts_editor;
SET ROLE places_contacts_reader;
SELECT places.contact_gap('k');
RESET ROLE;
GRANT SELECT (home, at) ON visits TO places_contacts_reader, places_contacts_editor;
SET ROLE places_contacts_reader;
SELECT count(*) FROM places.contact_gap('k');
SELECT places.contact_gap('k', suppress => 9);
SELECT places.call_list('k', 1);
SELECT places.check_contacts('k');
SELECT places.add_contacts('k', 'x', 'visits', 'home', 'at');
SELECT count(*) FROM places.contact_source;
SELECT count(*) FROM places_internal.contact_source;
SELECT count(*) FROM places.home_path;
SET ROLE places_contacts_editor;
SELECT count(*) > 0 AS calls FROM places.call_list('k', :asked);
SELECT places.call_list('k', :asked, priority_column => 'worry');
RESET ROLE;
ALTER TABLE visits ENABLE ROW LEVEL SECURITY;
CREATE POLICY few ON visits USING (home < '2');
SET ROLE places_contacts_reader;
SELECT places.contact_gap('k');
RESET ROLE;
ALTER TABLE visits DISABLE ROW LEVEL SECURITY;

-- forgotten homes are in no list
SELECT home_id AS gone FROM places.call_list('k', :asked) LIMIT 1 \gset
SELECT places.forget(:'gone');
SELECT count(*) FROM places.call_list('k', :asked) WHERE home_id = :'gone';
ALTER TABLE visits RENAME COLUMN at TO "when";
SELECT places.contact_gap('k');
DROP TABLE visits CASCADE;
SELECT places.contact_gap('k');
SELECT places.drop_plan('k localities'), places.drop_plan('k patches'), places.drop_plan('k');
SELECT count(*) AS left_behind FROM places_internal.contact_source;
DROP OWNED BY places_contacts_reader, places_contacts_editor;
DROP ROLE places_contacts_reader, places_contacts_editor;
DROP SCHEMA contacts CASCADE;
