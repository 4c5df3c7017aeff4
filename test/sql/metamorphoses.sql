-- what does not matter to a home does not change its place, by any method
CREATE TABLE home AS
SELECT i AS id, 'here'::text AS la,
	400000 + CASE WHEN i % 9 = 0 THEN i * 7919 % 20000 ELSE 12000 * (i % 2) + i * 104729 % 1500 END::float8 AS x,
	300000 + CASE WHEN i % 9 = 0 THEN i * 6007 % 12000 ELSE i * 15485863::bigint % 1400 END::float8 AS y
FROM generate_series(1, 1200) i;
CREATE TABLE stock (id int, la text, geom geometry);

-- the answer for what is in the stock, and whether those of `here` are together as they were in the stock `home`
CREATE FUNCTION answer(method text) RETURNS TABLE (id int, la text, place text, distance float8, reason text) LANGUAGE sql AS $$
	SELECT home_id::int, authority, CASE WHEN reason IS DISTINCT FROM 'outlying' THEN place END::text, distance, reason
	FROM places.assign('stock', 'id', 'la', 'geom', places.rules(method, 60, max_radius => 1200)) $$;
CREATE FUNCTION put(query text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	TRUNCATE stock;
	EXECUTE 'INSERT INTO stock SELECT id, la, ST_Point(x, y, 27700) FROM (' || query || ') h (id, la, x, y)';
END
$$;
SELECT put('SELECT id, la, x, y FROM home');
CREATE TABLE before AS SELECT method, a.* FROM unnest('{coverage,balanced,kmeans}'::text[]) method, answer(method) a;
SELECT method, count(DISTINCT place) > 5 AS places, count(*) FILTER (WHERE reason IS NULL) > 300 AS kept FROM before GROUP BY 1 ORDER BY 1;

CREATE FUNCTION changed(query text, further int DEFAULT 0)
RETURNS TABLE (method text, homes bigint, moved_share float8, farther bigint, other_reasons bigint) LANGUAGE plpgsql AS $$
BEGIN
	PERFORM put(query);
	RETURN QUERY SELECT b.method, count(*), (places.agreement(coalesce(b.place, 'none'), coalesce(a.place, 'none'))).moved_share,
			count(*) FILTER (WHERE abs(a.distance - b.distance) > 1e-6), count(*) FILTER (WHERE a.reason IS DISTINCT FROM b.reason)
		FROM unnest('{coverage,balanced,kmeans}'::text[]) m, answer(m) a JOIN before b ON a.id = b.id + further
		WHERE b.method = m
		GROUP BY b.method ORDER BY b.method;
END
$$;

-- homes far away, one of them at the end of the grid, are in no place and change nobody's
SELECT * FROM changed('TABLE home UNION ALL VALUES (0, ''here'', 99999999, 99999999), (-1, ''here'', 490000, 300000)');
SELECT DISTINCT method, reason FROM unnest('{coverage,balanced,kmeans}'::text[]) method, answer(method) WHERE id <= 0 ORDER BY 1;
-- the rows in another order
SELECT * FROM changed('SELECT * FROM home ORDER BY md5(id::text)');
-- all of it moved by whole metres
SELECT * FROM changed('SELECT id, la, x + 4097, y - 250000 FROM home');
-- another authority on the same spot, with the same homes
SELECT * FROM changed('TABLE home UNION ALL SELECT id + 10000, ''there'', x, y FROM home');
SELECT * FROM changed('TABLE home UNION ALL SELECT id + 10000, ''there'', x, y FROM home', 10000);
-- the same town again in the same authority; the other methods divide them together
SELECT * FROM changed('TABLE home UNION ALL SELECT id + 10000, la, x, y + 500000 FROM home') WHERE method = 'coverage';
SELECT * FROM changed('TABLE home UNION ALL SELECT id + 10000, la, x, y + 500000 FROM home', 10000) WHERE method = 'coverage';
DROP TABLE home, stock, before;
DROP FUNCTION answer, put, changed;
