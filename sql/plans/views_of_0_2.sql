-- what views made with earlier versions read: geometry was not the last column

CREATE OR REPLACE VIEW places_internal.place_of_0_2 AS
SELECT p.plan, p.place, p.name, p.authority, p.homes, p.kept, p.reason, p.rank, p.density, p.radius,
	p.mean_distance, p.rms_distance, p.outlying, p.attached, p.centre, p.longitude, p.latitude,
	p.locked, p.named_by, p.born_run, p.run
FROM places.place p;

CREATE OR REPLACE VIEW places_internal.home_of_0_2 AS
SELECT h.plan, h.home_id, h.authority, h.place, h.place_name, h.kept, h.reason, h.distance, h.weight, h.pinned,
	h.location, h.since_run
FROM places.home h;

CREATE OR REPLACE VIEW places_internal.territory_of_0_2 AS
SELECT t.plan, t.place, t.name, t.authority, t.homes, t.rank, t.density, t.radius, t.run, t.boundary
FROM places.territory t;

DO $$
DECLARE
	said record;
BEGIN
	FOR said IN
		SELECT n.view, a.attname, pg_catalog.col_description(a.attrelid, a.attnum) AS words
		FROM (VALUES ('place'), ('home'), ('territory')) n(view)
		JOIN pg_catalog.pg_attribute a ON a.attrelid = pg_catalog.format('places.%I', n.view)::pg_catalog.regclass AND a.attnum > 0
		WHERE a.attname <> ALL ('{gap}')
	LOOP
		EXECUTE pg_catalog.format('COMMENT ON COLUMN places_internal.%I.%I IS %L', said.view || '_of_0_2', said.attname, said.words);
	END LOOP;
END
$$;

COMMENT ON VIEW places_internal.place_of_0_2 IS 'places.place with its columns as before version 0.3.0, for views made then';
COMMENT ON VIEW places_internal.territory_of_0_2 IS 'places.territory with its columns as before version 0.3.0, for views made then';
COMMENT ON VIEW places_internal.home_of_0_2 IS 'places.home with its columns as before version 0.3.0, for views made then';
