-- contacts as somebody who should not see them would try
SET client_min_messages = error;
SET TimeZone = 'UTC';
\set SHOW_CONTEXT never
CREATE SCHEMA contact_rights;
SET search_path = contact_rights, public;
CREATE TABLE stock AS
SELECT i AS id, 'A' AS la, ST_SetSRID(ST_MakePoint(10000 + 3000 * (i % 2) + i % 7, 20000 + i % 11), 27700) AS geom, 1.0::float8 AS worry, false AS opted_out
FROM generate_series(0, 119) i;
SELECT places.create_plan('watched', 'stock', 'id', 'la', 'geom', places.rules('balanced', 60, min_homes => 50, max_homes => 70, max_radius => 1000), boundary_within => 0);
SELECT places FROM places.run('watched');
CREATE TABLE visit (home text, at date, secret text);
INSERT INTO visit SELECT i, CURRENT_DATE - 10, 'a note' FROM generate_series(0, 119) i WHERE i / 2 % 2 = 0;
CREATE ROLE places_gap_reader IN ROLE places_reader;
CREATE ROLE places_gap_editor IN ROLE places_editor;
GRANT USAGE ON SCHEMA contact_rights TO places_gap_reader, places_gap_editor;

-- columns: those that are read are enough, one that is missing is an error
SELECT places.add_contacts('watched', 'crm', 'visit', 'home', 'at', 'secret');
GRANT SELECT (home, at) ON visit TO places_gap_reader, places_gap_editor;
SET ROLE places_gap_reader;
SELECT * FROM places.contact_gap('watched');
RESET ROLE;
SELECT places.add_contacts('watched', 'crm', 'visit', 'home', 'at');
SELECT action, before ->> 'kind_column' AS before, after ->> 'kind_column' AS after FROM places.audit_log WHERE plan = 'watched' AND action LIKE '%contacts' ORDER BY act;
SET ROLE places_gap_reader;
SELECT level, homes, not_heard_from, share FROM places.contact_gap('watched');

-- the threshold is not a reader's to choose
SELECT * FROM places.contact_gap('watched', suppress => 1);
SELECT * FROM places.contact_gap('watched', suppress => 0);
SELECT * FROM places.contact_gap('watched', suppress => -5);
SELECT * FROM places.contact_gap('watched', suppress => NULL);
SET client_min_messages = notice;
SELECT level, homes, not_heard_from, share, median_days FROM places.contact_gap('watched', 89);
SELECT level, homes, not_heard_from, share, median_days FROM places.contact_gap('watched', 181);
SET client_min_messages = error;
SELECT count(*) FROM places.contact_gap('watched', 90) UNION ALL SELECT count(*) FROM places.contact_gap('watched', 180);
SET ROLE places_gap_editor;
SELECT count(not_heard_from) FROM places.contact_gap('watched', 9) UNION ALL SELECT count(not_heard_from) FROM places.contact_gap('watched', 5, 0);
SET ROLE places_gap_reader;
SELECT * FROM places_internal.gap_cells(NULL, 180, 0);
SELECT * FROM places_internal.do_contact_gap('watched', 180, 0);
SELECT * FROM places_internal.heard_homes(NULL);
SELECT * FROM places_internal.do_call_list('watched', 1, 180, NULL, NULL, 50);
SELECT * FROM places.call_list('watched', 1);
SELECT places.remove_contacts('watched', 'crm');

-- nor do names that are found first change what is counted
SET search_path = pg_temp, contact_rights, public;
CREATE TEMP TABLE visit (home text, at date);
CREATE FUNCTION pg_temp.count(anyelement) RETURNS bigint LANGUAGE sql AS 'SELECT 0::bigint';
SELECT level, homes, not_heard_from, share FROM places.contact_gap('watched');
DROP TABLE pg_temp.visit;
SET search_path = contact_rights, public;
RESET ROLE;

-- row-level security, on the table and behind views
ALTER TABLE visit ENABLE ROW LEVEL SECURITY;
CREATE POLICY few ON visit USING (home < '2');
CREATE VIEW all_visits AS SELECT * FROM visit;
CREATE VIEW own_visits WITH (security_invoker = on) AS SELECT * FROM visit;
CREATE VIEW nested_visits AS SELECT * FROM own_visits;
GRANT SELECT (home, at) ON all_visits, own_visits, nested_visits TO places_gap_reader;
SET ROLE places_gap_reader;
SELECT * FROM places.contact_gap('watched');
RESET ROLE;
SELECT places.add_contacts('watched', 'crm', 'own_visits', 'home', 'at');
SET ROLE places_gap_reader;
SELECT * FROM places.contact_gap('watched');
RESET ROLE;
SELECT places.add_contacts('watched', 'crm', 'nested_visits', 'home', 'at');
SET ROLE places_gap_reader;
SELECT * FROM places.contact_gap('watched');
RESET ROLE;
SELECT places.add_contacts('watched', 'crm', 'all_visits', 'home', 'at');
SET ROLE places_gap_reader;
SELECT level, homes, not_heard_from, share FROM places.contact_gap('watched');
RESET ROLE;

-- a view of contacts runs what is in it as whoever asks, and never as the extension
CREATE FUNCTION who() RETURNS text LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'read as %', current_user; END$$;
CREATE VIEW trap AS SELECT who() AS home, CURRENT_DATE AS at;
GRANT SELECT ON trap TO places_gap_reader;
SELECT places.add_contacts('watched', 'crm', 'trap', 'home', 'at');
SET ROLE places_gap_reader;
SELECT * FROM places.contact_gap('watched');
RESET ROLE;
-- nor does it take a table away while others are read: the server was lost by that
CREATE TABLE doomed AS SELECT * FROM visit;
CREATE FUNCTION doom(home text) RETURNS text LANGUAGE plpgsql AS $$BEGIN DROP TABLE IF EXISTS contact_rights.doomed; RETURN home; END$$;
CREATE VIEW dooming AS SELECT doom(home) AS home, at FROM visit;
SELECT places.add_contacts('watched', 'crm', 'dooming', 'home', 'at');
SELECT places.add_contacts('watched', 'last', 'doomed', 'home', 'at');
\set VERBOSITY terse
SELECT * FROM places.contact_gap('watched');
SELECT * FROM places.check_contacts('watched');
\set VERBOSITY default
SELECT count(*) AS still_there FROM doomed;
SELECT places.drop_plan('watched');
DROP OWNED BY places_gap_reader, places_gap_editor;
DROP ROLE places_gap_reader, places_gap_editor;
DROP SCHEMA contact_rights CASCADE;
