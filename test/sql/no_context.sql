-- errors of ours say what is wrong, not where in our functions that was noticed; those of others say all
SET client_min_messages = error;
CREATE TABLE told (id int, la text, geom geometry);
INSERT INTO told SELECT i, 'E1', ST_SetSRID(ST_MakePoint(400000 + i, 300000), 27700) FROM generate_series(1, 20) i;

-- from C below a function in SQL, from PL/pgSQL behind a door, and from PL/pgSQL below PL/pgSQL
SELECT * FROM places.assign('told', 'nope', 'la', 'geom');
SELECT places.run('nothing');
SELECT places.place_tiles(40, 0, 0);
SELECT places.create_plan(NULL, 'told', 'id', 'la', 'geom');
SELECT la, places.cluster(ST_SetSRID(ST_Point(1, 52), 4326), places.rules(max_radius => -1)) FROM told GROUP BY la;

-- whoever wrote a function that called ours learns where
DO $$ BEGIN PERFORM places.run('nothing'); END $$;
CREATE SCHEMA myplaces;
CREATE FUNCTION myplaces.job() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM places.place_tiles(40, 0, 0);
END $$;
SELECT myplaces.job();

-- an error in somebody's view is told in full
CREATE FUNCTION fails(i int) RETURNS int LANGUAGE plpgsql AS $$
BEGIN
	RETURN i / (i - i);
END $$;
CREATE VIEW failing AS SELECT fails(id) AS id, la, geom FROM told;
SELECT * FROM places.assign('failing', 'id', 'la', 'geom');

-- whoever catches an error of ours has all of the next one
DO $$
BEGIN
	BEGIN
		PERFORM places.run('nothing');
	EXCEPTION WHEN undefined_object THEN
		NULL;
	END;
	PERFORM fails(1);
END $$;
SELECT fails(2);

-- so nothing of ours raises errors in another way
SELECT p.oid::regprocedure FROM pg_proc p
WHERE p.pronamespace IN ('places'::regnamespace, 'places_internal'::regnamespace) AND p.prosrc ~* 'raise\s+exception';
SELECT places_internal.refuse(NULL, 'no condition', NULL);
SELECT places_internal.refuse('no_condition', 'of no such name', NULL);

DROP SCHEMA myplaces CASCADE;
DROP VIEW failing;
DROP FUNCTION fails(int);
DROP TABLE told;
