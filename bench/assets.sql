-- assets.sql - the nearest asset of each category to each home, and its mean for each place, beside PostGIS's KNN
--
-- Reads bench.stock, and makes a plan of it.  Assets are invented, near homes: of ten categories, points
-- or circles.  For KNN each category is a table with a GiST index, and the homes are a table with their places;
-- places.assets_of() reads both from where they are kept, and finds what is inside and nearby too.
SELECT places.create_plan('bench assets', 'bench.stock', 'id', 'la_code', 'geom', places.rules('balanced'), boundary_within => NULL) \g /dev/null
SELECT places FROM places.run('bench assets') \g /dev/null
CREATE TABLE bench.home AS SELECT place, location AS geom FROM places.home WHERE plan = 'bench assets' AND place IS NOT NULL;
CREATE TABLE bench.near (place bigint, category text, metres float8);
CREATE TABLE bench.asset (category text, name text, geom geometry);
SELECT places.add_assets('bench assets', 'invented', 'bench.asset', 'category', 'name', 'geom') \g /dev/null
VACUUM ANALYZE bench.home;

CREATE FUNCTION pg_temp.invent(most int, radius float8) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	TRUNCATE bench.asset;
	INSERT INTO bench.asset
	SELECT 'kind ' || i % 10, 'asset ' || i, CASE WHEN radius > 0 THEN ST_Buffer(p.geom, radius * (1 + i % 5)) ELSE p.geom END
	FROM (SELECT row_number() OVER (ORDER BY md5(s.id::text)) AS i, s.geom FROM bench.stock s) s
	CROSS JOIN LATERAL (SELECT ST_Translate(s.geom, i * 37 % 401 - 200, i * 53 % 401 - 200)) p(geom)
	WHERE i <= most;
	FOR k IN 0 .. 9 LOOP
		EXECUTE format('DROP TABLE IF EXISTS bench.kind_%s', k);
		EXECUTE format('CREATE TABLE bench.kind_%s AS SELECT category, geom FROM bench.asset WHERE category = %L', k, 'kind ' || k);
		EXECUTE format('CREATE INDEX ON bench.kind_%s USING gist (geom)', k);
		EXECUTE format('ANALYZE bench.kind_%s', k);
	END LOOP;
	ANALYZE bench.asset;
END $$;

-- the least of three times; of KNN, which takes many seconds, the only one
CREATE FUNCTION pg_temp.race(most int, radius float8, OUT places_ms float8, OUT postgis_ms float8, OUT differ float8) LANGUAGE plpgsql AS $$
DECLARE
	knn CONSTANT text := (SELECT string_agg(format('SELECT h.place, k.category, avg(k.metres) AS metres FROM bench.home h
		CROSS JOIN LATERAL (SELECT a.category, a.geom <-> h.geom AS metres FROM bench.kind_%s a ORDER BY a.geom <-> h.geom LIMIT 1) k GROUP BY 1, 2', k), ' UNION ALL ')
		FROM generate_series(0, 9) k);
	begun timestamptz;
BEGIN
	PERFORM pg_temp.invent(most, radius);
	FOR round IN 1 .. 3 LOOP
		begun := clock_timestamp();
		PERFORM count(*), sum(a.nearest) FROM places.assets_of('bench assets') a;
		places_ms := least(places_ms, 1000 * extract(epoch FROM clock_timestamp() - begun));
	END LOOP;
	TRUNCATE bench.near;
	begun := clock_timestamp();
	EXECUTE 'INSERT INTO bench.near ' || knn;
	postgis_ms := 1000 * extract(epoch FROM clock_timestamp() - begun);
	differ := (SELECT max(abs(a.nearest - n.metres)) FROM places.assets_of('bench assets') a FULL JOIN bench.near n ON n.place = a.place AND n.category = a.category);
END $$;

SELECT c.assets, round(r.places_ms::numeric) AS "assets_of, ms", round(r.postgis_ms::numeric) AS "KNN, ms",
	CASE WHEN r.places_ms <= r.postgis_ms THEN format('%s times faster', round((r.postgis_ms / r.places_ms)::numeric, 1))
		ELSE format('%s times slower', round((r.places_ms / r.postgis_ms)::numeric, 1)) END AS "against KNN",
	round(r.differ::numeric, 2) AS "means differ by, m"
FROM (VALUES (1, '2,000 points', 2000, 0), (2, '20,000 points', 20000, 0), (3, '400 circles of up to 10 km', 400, 2000)) c(number, assets, most, radius)
CROSS JOIN LATERAL pg_temp.race(c.most, c.radius) r
ORDER BY c.number;
