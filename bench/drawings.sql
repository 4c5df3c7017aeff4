-- drawings.sql - what bench/drawings measures

CREATE TABLE measured (
	stock		regclass,
	work		text,
	round		int,
	seconds		float8
);

CREATE TABLE fit (
	stock		regclass,
	made_by		text,
	places		bigint,
	corners		bigint,
	invalid		bigint,
	homes_outside bigint,
	overlapping	bigint,
	slits		bigint				-- gaps of less than a metre, over 20 m long
);

-- The same by PostGIS's functions: Voronoi cells as far as 225 m, put together.
CREATE FUNCTION by_postgis(stock regclass, rules places.ruleset)
RETURNS TABLE (authority text, place int, boundary geometry) LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TEMP TABLE home ON COMMIT DROP AS
		SELECT DISTINCT ON (s.geom) s.geom, a.authority, CASE WHEN a.kept THEN a.place END AS place
		FROM places.assign(%1$L, ''id'', ''la_code'', ''geom'', $1) a JOIN %1$s s ON s.id::text = a.home_id
		WHERE a.place IS NOT NULL ORDER BY s.geom, a.kept DESC, a.authority, a.place', stock) USING rules;
	CREATE TEMP TABLE cell ON COMMIT DROP AS
		SELECT d.geom FROM ST_Dump((SELECT ST_VoronoiPolygons(ST_Collect(h.geom)) FROM home h)) d;
	CREATE INDEX ON cell USING gist (geom);
	ANALYZE home, cell;
	RETURN QUERY SELECT h.authority, h.place, ST_Multi(ST_Union(ST_Intersection(c.geom, ST_Buffer(h.geom, 225))))
		FROM home h JOIN cell c ON ST_Contains(c.geom, h.geom) WHERE h.place IS NOT NULL GROUP BY 1, 2;
	DROP TABLE home, cell;
END
$$;

CREATE PROCEDURE clock(stock regclass, work text, round int, rules places.ruleset, query text) LANGUAGE plpgsql AS $$
DECLARE
	since timestamptz := clock_timestamp();
BEGIN
	EXECUTE 'SELECT count(*) FROM ' || format(query, format('%L, ''id'', ''la_code'', ''geom'', $1', stock)) USING rules;
	INSERT INTO measured VALUES (stock, work, round, extract(epoch FROM clock_timestamp() - since));
END
$$;

CREATE PROCEDURE judge(stock regclass, made_by text, rules places.ruleset, query text) LANGUAGE plpgsql AS $$
DECLARE
	f fit := (stock, made_by);
BEGIN
	EXECUTE 'CREATE TEMP TABLE b AS SELECT * FROM ' || query USING rules, stock;
	EXECUTE format('CREATE TEMP TABLE h AS SELECT a.authority, a.place, s.geom
		FROM places.assign(%1$L, ''id'', ''la_code'', ''geom'', $1) a JOIN %1$s s ON s.id::text = a.home_id WHERE a.kept', stock) USING rules;
	CREATE INDEX ON b USING gist (boundary);
	ANALYZE b;
	SELECT count(*), sum(ST_NPoints(boundary)), count(*) FILTER (WHERE NOT ST_IsValid(boundary)) INTO f.places, f.corners, f.invalid FROM b;
	SELECT count(*) INTO f.homes_outside FROM h LEFT JOIN b USING (authority, place) WHERE ST_Contains(b.boundary, h.geom) IS NOT TRUE;
	SELECT count(*) INTO f.overlapping FROM b JOIN b c ON (b.authority, b.place) < (c.authority, c.place) AND ST_Overlaps(b.boundary, c.boundary);
	SELECT count(*) INTO f.slits
	FROM (SELECT ST_Union(boundary) AS ground FROM b) u,
		ST_Dump(ST_Difference(ST_Buffer(ST_Buffer(ground, 0.5), -0.5), ground)) d WHERE ST_Perimeter(d.geom) > 40;
	INSERT INTO fit SELECT f.*;
	DROP TABLE b, h;
END
$$;

CREATE PROCEDURE measure(stock regclass, rules places.ruleset, rounds int, beside_postgis boolean) LANGUAGE plpgsql AS $$
BEGIN
	FOR round IN 0..rounds LOOP		-- the first warms up
		CALL clock(stock, 'assign', round, rules, 'places.assign(%s)');
		CALL clock(stock, 'boundary', round, rules, 'places.boundary(%s)');
		CALL clock(stock, 'map', round, rules, 'places.map(%s)');
	END LOOP;
	IF beside_postgis THEN
		CALL clock(stock, 'boundary by PostGIS', 1, rules, format('by_postgis(%L, $1)', stock));
		CALL judge(stock, 'places', rules, 'places.boundary($2, ''id'', ''la_code'', ''geom'', $1)');
		CALL judge(stock, 'PostGIS', rules, 'by_postgis($2, $1)');
	END IF;
END
$$;

CREATE VIEW report AS
SELECT stock, work, round(seconds::numeric, 2) AS seconds,
	round((seconds / max(seconds) FILTER (WHERE work = 'assign') OVER (PARTITION BY stock))::numeric, 1) AS times_assign,
	round((seconds / max(seconds) FILTER (WHERE work = 'boundary') OVER (PARTITION BY stock))::numeric, 1) AS times_boundary
FROM (SELECT stock, work, percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) AS seconds
	FROM measured WHERE round > 0 GROUP BY stock, work) m
ORDER BY stock, seconds;
