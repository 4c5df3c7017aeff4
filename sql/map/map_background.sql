
-- map: what lies behind it, such as the areas of authorities or a coast

CREATE OR REPLACE FUNCTION places_internal.map_background_columns(background regclass, OUT geom name, OUT is_round boolean, OUT label name)
RETURNS record LANGUAGE plpgsql STABLE PARALLEL SAFE COST 100
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	SELECT a.attname, t.typname = 'geography' INTO geom, is_round
	FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
	WHERE a.attrelid = background AND a.attnum > 0 AND NOT a.attisdropped AND t.typname IN ('geometry', 'geography')
	ORDER BY a.attname IN ('geom', 'geometry', 'the_geom', 'wkb_geometry') DESC, a.attnum LIMIT 1;
	IF geom IS NULL THEN
		PERFORM places_internal.refuse('datatype_mismatch', pg_catalog.format('background %s has no column of type geometry', background),
			hint => 'Name a table or view of polygons, such as the areas of authorities, which a name column may name.');
	END IF;
	SELECT a.attname INTO label
	FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
	WHERE a.attrelid = background AND a.attnum > 0 AND NOT a.attisdropped AND t.typcategory = 'S'
		AND a.attname ~* '(^|_)name|name$|^[a-z]+[0-9]+nm$'
	ORDER BY pg_catalog.lower(a.attname) = 'name' DESC, a.attnum LIMIT 1;
END
$$;

COMMENT ON FUNCTION places_internal.map_background_columns(regclass) IS
	'the column with the polygons of a background, whether it is of type geography, and the column with their names; null: none';

-- PostGIS takes a box apart, not one that its own transformation has bent.
CREATE OR REPLACE FUNCTION places_internal.map_background_box(ground geometry, projection text, srid int, background_srid int)
RETURNS geometry LANGUAGE sql STABLE PARALLEL SAFE COST 1000
RETURN places_internal.st_envelope(CASE
	WHEN projection IS NOT NULL THEN places_internal.st_transform(places_internal.st_setsrid(places_internal.postgis_transform_geometry(
		places_internal.st_segmentize(ground, 50000), projection, '+proj=longlat +datum=WGS84 +no_defs', 0), 4326), background_srid)
	WHEN srid = background_srid THEN ground
	ELSE places_internal.st_transform(places_internal.st_setsrid(places_internal.st_segmentize(ground, 50000), srid), background_srid) END);

COMMENT ON FUNCTION places_internal.map_background_box(geometry, text, int, int) IS 'the ground of a map in the reference system of its background';

-- Boxes first: most rows of a large table are elsewhere.  The area of a shape is no
-- number where one of its coordinates is none.
CREATE OR REPLACE FUNCTION places_internal.map_background_seen(shape geometry, box geometry)
RETURNS boolean LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 100
RETURN CASE WHEN places_internal.geometry_overlaps(shape, box) THEN places_internal.st_area(shape) < 'Infinity' ELSE false END;

COMMENT ON FUNCTION places_internal.map_background_seen(geometry, geometry) IS
	'whether the box of a shape meets another box, and all of its coordinates are numbers';

CREATE OR REPLACE FUNCTION places_internal.map_background_shape(shape geometry, box geometry, projection text, srid int, detail float8)
RETURNS geometry LANGUAGE sql STABLE PARALLEL SAFE COST 10000
RETURN places_internal.st_collectionextract(places_internal.st_simplifyvw(places_internal.st_removerepeatedpoints(places_internal.map_plane(CASE
		WHEN projection IS NULL AND places_internal.srid_of(shape) <> srid
		THEN places_internal.st_transform(places_internal.st_clipbybox2d(places_internal.st_curvetoline(places_internal.st_force2d(shape), 32, 0, 0), places_internal.box2d(box)), srid)
		ELSE places_internal.st_clipbybox2d(places_internal.st_curvetoline(places_internal.st_force2d(shape), 32, 0, 0), places_internal.box2d(box)) END, projection),
	detail / 2), detail * detail), 3);

COMMENT ON FUNCTION places_internal.map_background_shape(geometry, geometry, text, int, float8) IS
	'the polygons of a shape on the plane of the map, in a box and without what is smaller than a detail';

CREATE OR REPLACE FUNCTION places_internal.map_background_srid(background regclass, srid int)
RETURNS int LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 10000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	c record;
	found int[];
	rows bigint;
	polygons bigint;
BEGIN
	SELECT * INTO c FROM places_internal.map_background_columns(background);
	EXECUTE pg_catalog.format('SELECT pg_catalog.array_agg(DISTINCT places_internal.srid_of(g.geom) ORDER BY places_internal.srid_of(g.geom)), pg_catalog.count(*),
			pg_catalog.count(*) FILTER (WHERE places_internal.st_dimension(g.geom) = 2)
		FROM (SELECT %s AS geom FROM %s b WHERE b.%I IS NOT NULL OFFSET 0) g',
		pg_catalog.format(CASE WHEN c.is_round THEN 'places_internal.geometry(b.%I)' ELSE 'b.%I' END, c.geom), background, c.geom)
	INTO found, rows, polygons;
	IF rows > 0 AND polygons = 0 THEN
		PERFORM places_internal.refuse('datatype_mismatch', pg_catalog.format('background %s has no polygons', background),
			detail => pg_catalog.format('Its column %I has points or lines only, in %s rows.', c.geom, rows),
			hint => 'Make polygons of lines that end where they begin, with ST_Polygonize.');
	ELSIF pg_catalog.cardinality(found) > 1 THEN
		PERFORM places_internal.refuse('invalid_parameter_value', pg_catalog.format('background %s mixes spatial reference systems', background),
			detail => pg_catalog.format('There are SRIDs %s.', pg_catalog.array_to_string(found, ', ')),
			hint => 'Make a view that transforms all to one, with ST_Transform.');
	ELSIF (found[1] = 0) <> (srid = 0) THEN
		PERFORM places_internal.refuse('invalid_parameter_value', pg_catalog.format('%s has no spatial reference system', CASE srid WHEN 0 THEN 'the stock' ELSE pg_catalog.format('background %s', background) END),
			detail => pg_catalog.format('The SRID of the homes is %s, that of the background %s.', srid, found[1]),
			hint => 'Name the system of the coordinates, for instance by ST_SetSRID(geom, 27700).');
	END IF;
	RETURN found[1];
END
$$;

COMMENT ON FUNCTION places_internal.map_background_srid(regclass, int) IS
	'the reference system of a background, or a clear error if it has no polygons that can be put behind a map; null: it has no rows';

-- To a four thousandth of the ground, or coarser: a background has 50,000 corners at most.
CREATE OR REPLACE FUNCTION places_internal.map_background(background regclass, ground geometry, projection text, srid int,
	OUT shapes geometry[], OUT names text[])
RETURNS record LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 100000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	c record;
	side float8 := places_internal.map_size(ground);
	detail float8 := side / 4000;
	background_srid int;
BEGIN
	IF background IS NULL OR ground IS NULL THEN
		RETURN;
	END IF;
	SELECT * INTO c FROM places_internal.map_background_columns(background);
	/* who looks beyond the homes sees more than its edge */
	ground := places_internal.st_makeenvelope(places_internal.st_xmin(ground) - side, places_internal.st_ymin(ground) - side,
		places_internal.st_xmax(ground) + side, places_internal.st_ymax(ground) + side, 0);
	background_srid := places_internal.map_background_srid(background, srid);
	EXECUTE pg_catalog.format('SELECT pg_catalog.array_agg(o.shape), pg_catalog.array_agg(o.label)
		FROM (
			SELECT s.shape, s.label
			FROM (SELECT %1$s AS label, places_internal.map_background_shape(%2$s, $1, $2, $3, $4) AS shape
				FROM %3$s b
				WHERE b.%4$I IS NOT NULL AND places_internal.map_background_seen(%2$s, $1) OFFSET 0) s
			WHERE places_internal.map_size(s.shape) >= 2 * $4 AND places_internal.st_area(s.shape) < ''Infinity''
			ORDER BY s.label COLLATE "C", places_internal.st_astext(s.shape, 3)) o',
		CASE WHEN c.label IS NULL THEN 'NULL::pg_catalog.text' ELSE pg_catalog.format('b.%I::pg_catalog.text', c.label) END,
		pg_catalog.format(CASE WHEN c.is_round THEN 'places_internal.geometry(b.%I)' ELSE 'b.%I' END, c.geom), background, c.geom)
	INTO shapes, names
	USING places_internal.map_background_box(ground, projection, srid, background_srid), projection, srid, detail;
	WHILE (SELECT pg_catalog.sum(places_internal.st_npoints(s)) FROM pg_catalog.unnest(shapes) s) > 50000 AND detail < side LOOP
		detail := detail * 2;
		SELECT pg_catalog.array_agg(s.coarse ORDER BY s.nr), pg_catalog.array_agg(s.label ORDER BY s.nr) INTO shapes, names
		FROM (SELECT places_internal.st_simplifyvw(t.shape, detail * detail) AS coarse, t.label, t.nr
			FROM ROWS FROM (pg_catalog.unnest(shapes), pg_catalog.unnest(names)) WITH ORDINALITY t(shape, label, nr) OFFSET 0) s
		WHERE places_internal.map_size(s.coarse) >= 2 * detail;
	END LOOP;
END
$$;

COMMENT ON FUNCTION places_internal.map_background(regclass, geometry, text, int) IS
	'the polygons of a table or view that lie on the ground of a map, on its plane and no finer than it shows, and their names; read with the rights of the caller';
