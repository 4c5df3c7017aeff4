-- contacts.sql - a tree, contacts with its homes, the counts by hand, and a procedure
-- that times what takes turns

SELECT places.create_plan('bench', 'stock', 'uprn', 'la_code', 'geom', places.rules('balanced'), boundary_within => 0),
	places.create_patches('patches', 'bench'), places.create_localities('localities', 'bench') \g /dev/null
SELECT places.run('bench') \g /dev/null

-- in 900 days: one home in nine has none, one contact in ten is of no kind, and every third home has had another tenant
SELECT setseed(0.5) \g /dev/null
CREATE TABLE home AS SELECT uprn, row_number() OVER (ORDER BY uprn) - 1 AS nr FROM stock;
CREATE TABLE contact AS
SELECT h.uprn, r.nr AS number, now() - r.ago * interval '900 days' AS at, (ARRAY['call', 'visit', 'email', 'automated SMS', NULL])[1 + floor(r.kind * 4.5)::int] AS kind,
	CASE WHEN h.nr % 3 = 0 THEN current_date - (h.nr % 800)::int END AS moved_in
FROM (SELECT nr, floor(random() * 40000)::bigint AS home, random() AS ago, random() AS kind FROM generate_series(1, :contacts) nr) r
JOIN home h ON h.nr = r.home
ORDER BY r.nr;
CREATE TABLE visit AS SELECT uprn::text AS home, at AT TIME ZONE 'UTC' AS visited_at, kind, moved_in FROM contact WHERE number % 2 = 0;
CREATE TABLE message AS SELECT uprn AS home, at AS sent_at, kind, moved_in FROM contact WHERE number % 2 = 1;
DROP TABLE contact;
VACUUM ANALYZE;
SELECT places.add_contacts('bench', 'visits', 'visit', 'home', 'visited_at', 'kind', tenancy_column => 'moved_in'),
	places.add_contacts('bench', 'messages', 'message', 'home', 'sent_at', 'kind', '{call, email}', tenancy_column => 'moved_in') \g /dev/null

CREATE VIEW by_hand AS
WITH last AS (
	SELECT c.home, max(c.day) AS day
	FROM (
		SELECT home, visited_at::date AS day, moved_in FROM visit WHERE kind IS DISTINCT FROM 'automated SMS'
		UNION ALL
		SELECT home::text, (sent_at AT TIME ZONE 'UTC')::date, moved_in FROM message WHERE kind IN ('call', 'email')) c
	WHERE c.day <= current_date AND (c.moved_in IS NULL OR c.day >= c.moved_in)
	GROUP BY c.home)
SELECT p.place, sum(h.weight) FILTER (WHERE l.day IS NULL OR current_date - l.day > 180) AS gap
FROM places.home_path h
CROSS JOIN LATERAL (VALUES (h.locality), (h.place), (h.patch)) p(place)
LEFT JOIN last l ON l.home = h.home_id
WHERE h.plan = 'bench' AND p.place IS NOT NULL
GROUP BY p.place;

CREATE TABLE work (nr int, name text, query text);
INSERT INTO work VALUES
	(0, 'the counts by hand', 'SELECT count(gap) FROM by_hand'),
	(1, 'contact_gap', $$SELECT count(not_heard_from) FROM places.contact_gap('bench')$$),
	(2, 'call_list of a locality', $$SELECT count(*) FROM places.call_list('bench', (SELECT max(place) FROM places.tree WHERE plan = 'localities'))$$),
	(3, 'check_contacts', $$SELECT count(*) FROM places.check_contacts('bench')$$);
CREATE TABLE measured (nr int, ms float8);

CREATE PROCEDURE measure(rounds int) LANGUAGE plpgsql AS $$
DECLARE
	w work;
	since timestamptz;
BEGIN
	FOR round IN 0..rounds LOOP
		FOR w IN SELECT * FROM work ORDER BY nr LOOP
			since := clock_timestamp();
			EXECUTE w.query;
			IF round > 0 THEN
				INSERT INTO measured VALUES (w.nr, 1000 * extract(epoch FROM clock_timestamp() - since));
			END IF;
		END LOOP;
	END LOOP;
END
$$;

CREATE VIEW report AS
SELECT format('| %s | %s | %s |', w.name, round(m.ms::numeric), round((m.ms / first_value(m.ms) OVER (ORDER BY w.nr))::numeric, 1)) AS line
FROM work w JOIN (SELECT nr, percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) AS ms FROM measured GROUP BY nr) m USING (nr)
ORDER BY w.nr;
