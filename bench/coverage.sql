-- coverage.sql - what bench/coverage measures, for each stock, radius and maximum

CREATE TABLE measured (
	stock		regclass,
	radius		float8,
	max_homes	float8,
	kmeans_share float8,			-- k-means, then trim, by the same rules
	kept_share	float8,
	bound_share	float8,
	places		bigint,
	widest		float8,				-- by PostGIS
	fewest		bigint,
	most		bigint,
	seconds		float8,
	bound_seconds float8,
	mean_distance float8,
	kmeans_distance float8			-- of k-means over the kept homes, with as many places
);

CREATE PROCEDURE measure(stock regclass, radii float8[]) LANGUAGE plpgsql AS $$
DECLARE
	m measured;
	since timestamptz;
	rules places.ruleset;
BEGIN
	FOREACH m.radius IN ARRAY radii LOOP
		m.stock := stock;
		SELECT h.kept_share INTO m.kmeans_share
		FROM places.headline(stock, 'id', 'la_code', 'geom', places.rules('kmeans', max_radius => m.radius)) h;
		since := clock_timestamp();
		SELECT b.bound_share INTO m.bound_share
		FROM places.coverage_bound(stock, 'id', 'la_code', 'geom', places.rules(max_radius => m.radius)) b
		WHERE b.authority IS NULL;
		m.bound_seconds := extract(epoch FROM clock_timestamp() - since);

		FOREACH m.max_homes IN ARRAY '{Infinity,900}'::float8[] LOOP
			rules := places.rules(max_radius => m.radius, max_homes => m.max_homes);
			since := clock_timestamp();
			CREATE TEMP TABLE answer AS SELECT * FROM places.assign(stock, 'id', 'la_code', 'geom', rules);
			m.seconds := extract(epoch FROM clock_timestamp() - since);
			EXECUTE format('CREATE TEMP TABLE kept AS SELECT a.authority, a.place, a.distance, s.geom
				FROM answer a JOIN %s s ON s.id::text = a.home_id WHERE a.kept', stock);
			SELECT avg(kept::int) INTO m.kept_share FROM answer;
			SELECT count(*), max(r), min(n), max(n) INTO m.places, m.widest, m.fewest, m.most
			FROM (SELECT count(*) AS n, (ST_MinimumBoundingRadius(ST_Collect(geom))).radius AS r
				  FROM kept GROUP BY authority, place) p;
			SELECT avg(distance) INTO m.mean_distance FROM kept;
			SELECT sum(d) / count(*) INTO m.kmeans_distance
			FROM (SELECT unnest((places.cluster(geom, r)).distance) AS d
				  FROM kept JOIN (SELECT authority, places.rules('kmeans', count(*)::float8 / count(DISTINCT place)) AS r
								  FROM kept GROUP BY authority) k USING (authority)
				  GROUP BY authority) d;
			INSERT INTO measured SELECT m.*;
			DROP TABLE answer, kept;
		END LOOP;
	END LOOP;
END
$$;

CREATE VIEW report AS
SELECT stock, radius, max_homes AS "max",
	round((100 * kmeans_share)::numeric, 1) AS "k-means, trimmed %",
	round((100 * kept_share)::numeric, 1) AS "kept %",
	round((100 * bound_share)::numeric, 1) AS "at most %",
	places, round(widest::numeric, 1) AS "widest, m", fewest, most,
	round(seconds::numeric, 1) AS "s", round(bound_seconds::numeric, 1) AS "bound, s",
	round(mean_distance) AS "mean distance, m",
	round((mean_distance / kmeans_distance)::numeric, 2) AS "against k-means"
FROM measured ORDER BY stock::text, radius, max_homes DESC;
