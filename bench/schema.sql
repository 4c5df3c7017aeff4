-- schema.sql - what a benchmark run keeps: works, contestants, times, places
--
-- A work is a table of homes (id, la_code, k, geom), k being the number of
-- places that an authority gets.  A contestant answers it with a query; those
-- that cluster answer with a row for each home.

CREATE SCHEMA bench;

CREATE TABLE bench.work (
	work		int PRIMARY KEY,
	name		text NOT NULL,
	relation	text NOT NULL
);

CREATE TABLE bench.contestant (
	work		int REFERENCES bench.work,
	contestant	text,
	peer		text,				-- the contestant of the same work to be held against
	must		float8,				-- times faster than the peer; for the floor: at most
	aim			float8,				-- so many times its time
	query		text NOT NULL,
	PRIMARY KEY (work, contestant)
);

CREATE TABLE bench.run (
	work		int,
	contestant	text,
	round		int,
	ms			float8 NOT NULL,
	PRIMARY KEY (work, contestant, round),
	FOREIGN KEY (work, contestant) REFERENCES bench.contestant
);

-- the places that a contestant made, with their sums of squared distances
CREATE TABLE bench.place (
	work		int,
	contestant	text,
	la_code		text,
	place		int,
	homes		bigint NOT NULL,
	ss			float8 NOT NULL,
	PRIMARY KEY (work, contestant, la_code, place),
	FOREIGN KEY (work, contestant) REFERENCES bench.contestant
);

CREATE TABLE bench.memory (
	work		int,
	contestant	text,
	baseline	float8,				-- MB, of a backend that has read the homes
	peak		float8,
	PRIMARY KEY (work, contestant),
	FOREIGN KEY (work, contestant) REFERENCES bench.contestant
);

-- The queries that cluster give a row (id, la_code, place) for each home.

CREATE FUNCTION bench.postgis_query(relation text) RETURNS text LANGUAGE sql
RETURN format(
	'SELECT id, la_code, ST_ClusterKMeans(geom, k) OVER (PARTITION BY la_code) + 1 AS place
	 FROM %s', relation);

CREATE FUNCTION bench.cluster_query(relation text, method text) RETURNS text LANGUAGE sql
RETURN format(
	'SELECT m.home AS id, g.la_code, m.place
	 FROM (SELECT la_code, array_agg(id) AS ids, places.cluster(geom, places.rules(%2$L)) AS c
		   FROM %1$s GROUP BY la_code) g,
		  places.members(g.ids, g.c) m', relation, method);

-- The same by the labels alone, without distances and reasons
CREATE FUNCTION bench.labels_query(relation text, method text) RETURNS text LANGUAGE sql
RETURN format(
	'SELECT unnest(ids) AS id, la_code, unnest((c).place) AS place
	 FROM (SELECT la_code, array_agg(id) AS ids, places.cluster(geom, places.rules(%2$L)) AS c
		   FROM %1$s GROUP BY la_code) g', relation, method);

CREATE FUNCTION bench.assign_query(relation text, method text) RETURNS text LANGUAGE sql
RETURN format(
	'SELECT home_id::bigint AS id, authority AS la_code, place
	 FROM places.assign(%1$L, ''id'', ''la_code'', ''geom'', places.rules(%2$L))',
	relation, method);

-- Not a clustering: every home read and looked at once
CREATE FUNCTION bench.floor_query(relation text) RETURNS text LANGUAGE sql
RETURN format(
	'SELECT la_code, count(*) AS place, sum(ST_X(geom) + ST_Y(geom))
	 FROM %s GROUP BY la_code', relation);

-- Time of a query in ms, its rows being counted and summed on the server
CREATE FUNCTION bench.time_query(query text) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
	start timestamptz := clock_timestamp();
BEGIN
	EXECUTE format('SELECT count(place), sum(place) FROM (%s) q', query);
	RETURN 1000 * extract(epoch FROM clock_timestamp() - start);
END
$$;

-- The places of a contestant, and the time it took to make and measure them
CREATE FUNCTION bench.measure_places(w int, c text) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
	start timestamptz := clock_timestamp();
	query text;
	relation text;
BEGIN
	SELECT t.query, k.relation INTO query, relation
	FROM bench.contestant t JOIN bench.work k USING (work)
	WHERE work = w AND contestant = c;
	EXECUTE format(
		'INSERT INTO bench.place
		 SELECT $1, $2, q.la_code, q.place, count(*),
				count(*) * (var_pop(ST_X(h.geom)) + var_pop(ST_Y(h.geom)))
		 FROM (%s) q JOIN %s h USING (id)
		 GROUP BY q.la_code, q.place', query, relation)
	USING w, c;
	RETURN 1000 * extract(epoch FROM clock_timestamp() - start);
END
$$;

-- Contestants of a work take turns, but for those timed already; a first round,
-- to warm up, does not count.
CREATE PROCEDURE bench.compete(w int, rounds int) LANGUAGE plpgsql AS $$
DECLARE
	timed text[] := ARRAY(SELECT contestant FROM bench.run WHERE work = w);
	c record;
	ms float8;
BEGIN
	FOR round IN 0 .. rounds LOOP
		FOR c IN
			SELECT * FROM bench.contestant
			WHERE work = w AND contestant <> ALL (timed)
			ORDER BY contestant
		LOOP
			ms := bench.time_query(c.query);
			IF round > 0 THEN
				INSERT INTO bench.run VALUES (w, c.contestant, round, ms);
			END IF;
		END LOOP;
		COMMIT;
	END LOOP;
END
$$;

-- Most memory that this backend ever held, in MB: what Linux says, if the
-- server runs on it and lets us read files
CREATE FUNCTION bench.peak_memory() RETURNS float8 LANGUAGE plpgsql AS $$
BEGIN
	RETURN substring(pg_read_file('/proc/self/status') FROM 'VmHWM:\s*(\d+)')::float8 / 1024;
EXCEPTION WHEN OTHERS THEN
	RETURN NULL;
END
$$;

-- The peak of one contestant, in a backend that has done nothing else
CREATE PROCEDURE bench.weigh(w int, c text) LANGUAGE plpgsql AS $$
DECLARE
	baseline float8;
BEGIN
	PERFORM bench.time_query(bench.floor_query(k.relation))
	FROM bench.work k WHERE work = w;
	baseline := bench.peak_memory();
	PERFORM bench.time_query(t.query)
	FROM bench.contestant t WHERE work = w AND contestant = c;
	INSERT INTO bench.memory VALUES (w, c, baseline, bench.peak_memory());
END
$$;
