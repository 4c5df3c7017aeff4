-- how contacts and the tree are read for those whom nobody has heard from
SET client_min_messages = error;
SET TimeZone = 'UTC';
\set SHOW_CONTEXT never
CREATE SCHEMA heard;
SET search_path = heard, public;

-- ids that come twice and more, in one authority and in two, in a dense place and beyond; none, and no authority
CREATE TABLE stock (id text, la text, geom geometry);
INSERT INTO stock
SELECT CASE WHEN i % 10 = 9 THEN NULL WHEN i % 10 = 8 THEN repeat('long', 300) || i / 20 ELSE (i * 7919 % 400 / 2)::text END,
	CASE WHEN i % 13 < 12 THEN (ARRAY['', 'A', 'B'])[1 + i % 3] END,
	ST_SetSRID(ST_MakePoint(CASE WHEN i % 4 < 3 THEN 10000 + 2000 * (i % 5) + i % 17 ELSE 10000 + 700 * (i % 101) END, 20000 + i % 19), 27700)
FROM generate_series(0, 1999) i;
SELECT places.create_plan('h', 'stock', 'id', 'la', 'geom', places.rules('coverage', 100, min_homes => 60, max_homes => 140, max_radius => 300), boundary_within => 0);
CREATE VIEW both_ways AS
SELECT (SELECT count(*) FROM (SELECT h.home_id, h.authority, h.locality, h.place, h.kept, h.patch, h.weight FROM places.home_path h WHERE h.plan = 'h'
		EXCEPT ALL SELECT p.* FROM places_internal.tree_of('h') t, places_internal.home_paths(t) p) m) AS missing,
	(SELECT count(*) FROM (SELECT p.* FROM places_internal.tree_of('h') t, places_internal.home_paths(t) p
		EXCEPT ALL SELECT h.home_id, h.authority, h.locality, h.place, h.kept, h.patch, h.weight FROM places.home_path h WHERE h.plan = 'h') m) AS beside,
	(SELECT count(*) FROM places.home_path h WHERE h.plan = 'h') AS homes;
SELECT * FROM both_ways;
SELECT places > 1 AS several FROM places.run('h');
SELECT * FROM both_ways;
SELECT places.create_patches('h patches', 'h', places.rules('balanced', 40, min_homes => 30, max_homes => 50), dispersed => false);
SELECT places.create_localities('h localities', 'h', places.rules('balanced', 300, min_homes => 100, max_homes => 500, max_radius => 100000));
SELECT places > 1 AS several FROM places.run('h');
SELECT * FROM both_ways;
SELECT count(*) FILTER (WHERE patch IS NULL) > 0 AS some_undivided, count(patch) > 0 AS others_divided
FROM places.home_path WHERE plan = 'h' AND home_id IN (SELECT home_id FROM places.home_path WHERE plan = 'h' AND authority = 'A' GROUP BY 1 HAVING count(*) > 1 AND count(patch) BETWEEN 1 AND count(*) - 1);
SELECT places.drop_plan('h patches');
SELECT places.create_patches('h patches', 'h', places.rules('balanced', 40, min_homes => 30, max_homes => 50), dispersed => true);
DELETE FROM stock WHERE ctid IN (SELECT ctid FROM stock ORDER BY md5(ctid::text) LIMIT 100);
SELECT places > 1 AS several FROM places.run('h');
SELECT * FROM both_ways;

-- the last day of each home: of contacts of all sorts, in two tables, as row by row
CREATE TABLE contact (home text, at timestamptz, kind text, since date);
INSERT INTO contact
SELECT CASE WHEN i % 50 = 0 THEN NULL WHEN i % 50 = 1 THEN repeat('long', 300) || i % 100 WHEN i % 50 = 2 THEN places_internal.short_key(repeat('long', 300) || i % 100)
		WHEN i % 50 = 3 THEN '' ELSE (i * 7919::bigint % 5000)::text END,
	CASE WHEN i % 31 = 0 THEN NULL WHEN i % 31 = 1 THEN 'infinity' WHEN i % 31 = 2 THEN '-infinity' WHEN i % 31 = 3 THEN '1971-03-04 23:59:59.9+00' WHEN i % 31 = 4 THEN '1999-12-31 23:30:00-01'
		ELSE now() - interval '1 hour' * (i * 104729::bigint % 20000 - 500) END,
	CASE i % 7 WHEN 0 THEN NULL WHEN 1 THEN 'Automated SMS' WHEN 2 THEN ' Call ' WHEN 3 THEN 'visit' WHEN 4 THEN 'system' WHEN 5 THEN '' ELSE 'letter ' || i % 300 END,
	CASE i % 11 WHEN 0 THEN 'infinity' WHEN 1 THEN '-infinity' WHEN 2 THEN CURRENT_DATE - i % 800 WHEN 3 THEN '1971-03-04' END::date
FROM generate_series(1, 30000) i;
INSERT INTO contact VALUES ('o1', '1971-03-04 23:59:59.9+00'), ('o2', '1999-12-31 23:30:00-01'), ('o3', '1999-12-31 00:00:00+00'), ('o4', '1999-12-30 23:59:59.999999+00'),
	('o5', '0044-03-15 12:00:00+00 BC'), ('o6', CURRENT_DATE + interval '1 day' - interval '1 second'), ('o7', CURRENT_DATE + interval '1 day');
CREATE VIEW days AS SELECT home, at::date AS day, kind FROM contact WHERE at < now() - interval '300 days';
SELECT places.add_contacts('h', 'all', 'contact', 'home', 'at', 'kind', tenancy_column => 'since');
SELECT places.add_contacts('h', 'some', 'days', 'home', 'day', 'kind', '{call, visit}');
CREATE VIEW last_days AS
SELECT places_internal.short_key(c.home) AS home, max(c.day) AS last
FROM places_internal.tree_of('h') t, places_internal.contacts_of(t) c
WHERE c.home IS NOT NULL AND c.counts AND c.day > '-infinity' AND c.day <= CURRENT_DATE AND (c.tenancy IS NULL OR c.day >= c.tenancy) GROUP BY 1;
CREATE VIEW same_days AS
SELECT (SELECT count(*) FROM last_days) AS homes, count(*) AS wrong
FROM (SELECT h.* FROM places_internal.tree_of('h') t, places_internal.heard_homes(t) h) h FULL JOIN last_days l USING (home) WHERE h.last IS DISTINCT FROM l.last;
SELECT * FROM same_days;
SELECT h.home, h.last FROM places_internal.tree_of('h') t, places_internal.heard_homes(t) h WHERE h.home ~ '^o[1-57]' ORDER BY 1;
CREATE FUNCTION rows_out() RETURNS TABLE (several boolean, homes bigint) LANGUAGE sql AS $$
	SELECT count(*) > count(DISTINCT l.home), count(DISTINCT l.home)
	FROM places_internal.last_days('heard.contact', '{home,at,kind,since}', '', '{}', CURRENT_DATE) l $$;
SELECT * FROM rows_out();
-- in little memory tables go out again and again, and with them the kinds
SET work_mem = '64kB';
SET hash_mem_multiplier = 1;
SELECT * FROM rows_out();
SELECT * FROM same_days;
RESET work_mem;
RESET hash_mem_multiplier;
SELECT * FROM places_internal.last_days('contact', '{home,at,kind,since}', 'public', '{nix}', CURRENT_DATE);
SELECT k.kind, places_internal.kind_counts(k.kind, NULL) AS any, places_internal.kind_counts(k.kind, '{}') AS none, places_internal.kind_counts(k.kind, '{call}') AS call
FROM (VALUES (' CALL'), ('auto-reply'), ('letter'), ('')) k(kind) UNION ALL
SELECT NULL, places_internal.kind_counts(NULL, NULL), places_internal.kind_counts(NULL, '{}'), places_internal.kind_counts(NULL, '{call}');

-- an id and what is stored of it are one home
CREATE TABLE one (home text, at date);
INSERT INTO one VALUES (repeat('long', 300) || 1, CURRENT_DATE - 9), (places_internal.short_key(repeat('long', 300) || 1), CURRENT_DATE - 3);
SELECT places.remove_contacts('h', 'all'), places.remove_contacts('h', 'some');
SELECT places.add_contacts('h', 'one', 'one', 'home', 'at');
SELECT count(*), min(CURRENT_DATE - h.last) FROM places_internal.tree_of('h') t, places_internal.heard_homes(t) h;
SELECT sum(h.rows) AS as_many_as_homes FROM places_internal.tree_of('h') t, places_internal.heard_pieces(t) h;

-- kinds are asked for while somebody else's table is read: by whoever may call none of that, or runs functions of his own
CREATE ROLE places_heard_reader IN ROLE places_reader;
GRANT USAGE ON SCHEMA heard TO places_heard_reader;
GRANT SELECT ON contact TO places_heard_reader;
CREATE FUNCTION whom() RETURNS text LANGUAGE plpgsql AS $$ BEGIN IF current_user <> 'places_heard_reader' THEN RAISE 'as %', current_user; END IF; RETURN 'visit'; END $$;
CREATE VIEW watched WITH (security_invoker = true) AS SELECT home, at, CASE WHEN home <> '' THEN heard.whom() ELSE kind END AS kind FROM contact;
GRANT SELECT ON watched TO places_heard_reader;
SELECT places.remove_contacts('h', 'one');
SELECT places.add_contacts('h', 'all', 'contact', 'home', 'at', 'kind', tenancy_column => 'since');
SELECT places.add_contacts('h', 'watched', 'watched', 'home', 'at', 'kind');
SET ROLE places_heard_reader;
SELECT count(not_heard_from) > 0 AS shown FROM places.contact_gap('h', 100);
SELECT places_internal.kind_counts('call', NULL);
RESET ROLE;
SELECT places.contact_gap('h', 100);
REVOKE SELECT ON contact FROM places_heard_reader;
SET ROLE places_heard_reader;
SELECT count(*) FROM places.contact_gap('h', 100);
RESET ROLE;

SELECT places.drop_plan('h localities'), places.drop_plan('h patches'), places.drop_plan('h');
DROP OWNED BY places_heard_reader;
DROP ROLE places_heard_reader;
DROP SCHEMA heard CASCADE;
