-- layers: boundaries of plans, vector tiles, GeoJSON and views for desktop programs

-- boundaries

CREATE OR REPLACE FUNCTION places.draw_boundaries(plan text, within float8 DEFAULT NULL)
RETURNS bigint LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 100000
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	p places_internal.plan_definition := places_internal.find_plan(plan);
	r places_internal.run_record;
BEGIN
	PERFORM places_internal.checked_within(COALESCE(within, p.boundary_within, 250));
	PERFORM places_internal.insist_published(p);
	PERFORM places_internal.lock_plan(p);
	p := places_internal.find_plan(plan);
	UPDATE places_internal.run_record u SET boundary_within = COALESCE(within, p.boundary_within, 250)
	WHERE u.run = p.published_run
	RETURNING u.* INTO r;
	UPDATE places_internal.place_result g SET drawing = NULL WHERE g.run = r.run AND g.drawing IS NOT NULL;
	PERFORM places_internal.draw_missing(r);
	PERFORM places_internal.drop_drawings(p.plan_id);
	PERFORM places.draw_boundaries(d.plan) FROM places_internal.plan_definition d
	WHERE d.parent_id = p.plan_id AND d.level = 'locality' AND d.published_run IS NOT NULL AND d.boundary_within IS NOT NULL;
	RETURN (SELECT pg_catalog.count(*) FROM places_internal.place_result g WHERE g.run = r.run AND g.drawing <> 0);
END
$$;

COMMENT ON FUNCTION places.draw_boundaries(text, float8) IS
	'draws the boundaries of the published run of a plan again, none farther than within metres from the homes, null: as the plan says, or 250, and those of localities from those of their places; returns how many. Runs draw those that their plan asks for by themselves';

CREATE OR REPLACE VIEW places.territory AS
SELECT p.plan, p.place, p.name, p.authority, p.homes, p.rank, p.density, p.radius, p.gap, p.run, b.boundary
FROM places.place p
JOIN places_internal.place_result g ON g.run = p.run AND g.place = p.place AND g.authority = p.authority
JOIN places_internal.place_boundary b ON b.drawing = g.drawing;

COMMENT ON VIEW places.territory IS 'the boundaries of the published run of each plan, as far as its boundary_within or places.draw_boundaries() had them drawn';
COMMENT ON COLUMN places.territory.plan IS 'the plan';
COMMENT ON COLUMN places.territory.place IS 'number of the place';
COMMENT ON COLUMN places.territory.name IS 'its name';
COMMENT ON COLUMN places.territory.authority IS 'its local authority';
COMMENT ON COLUMN places.territory.homes IS 'its homes (sum of weights)';
COMMENT ON COLUMN places.territory.rank IS '1 for the densest kept place of the plan';
COMMENT ON COLUMN places.territory.density IS 'the score, homes per km2';
COMMENT ON COLUMN places.territory.radius IS 'radius of the smallest circle around its homes, in metres';
COMMENT ON COLUMN places.territory.run IS 'the published run';
COMMENT ON COLUMN places.territory.boundary IS 'its ground: a MultiPolygon in the reference system of the stock';
COMMENT ON COLUMN places.territory.gap IS 'metres between the parts of the place, each of at least a tenth of its homes';

-- The plan may have been given another stock since: what is published counts.
CREATE OR REPLACE FUNCTION places_internal.system_of_layers(p places_internal.plan_definition)
RETURNS int LANGUAGE sql STABLE PARALLEL SAFE COST 100
BEGIN ATOMIC
	SELECT COALESCE((SELECT places_internal.srid_of(g.centre) FROM places_internal.place_result g
		WHERE g.run = (p).published_run LIMIT 1), (p).srid);
END;

COMMENT ON FUNCTION places_internal.system_of_layers(places_internal.plan_definition) IS
	'the spatial reference system of the published run of a plan, or, without one that has places, of its stock; null until a home has a location';

CREATE OR REPLACE FUNCTION places_internal.check_on_earth(p places_internal.plan_definition)
RETURNS void LANGUAGE plpgsql STABLE PARALLEL SAFE COST 100
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF places_internal.system_of_layers(p) = 0 THEN
		PERFORM places_internal.refuse('object_not_in_prerequisite_state', pg_catalog.format('plan "%s" has no spatial reference system, so its places have no longitude and latitude', p.plan),
			detail => 'The SRID of its homes is 0.',
			hint => 'Name the system of the coordinates in the stock, for instance by ST_SetSRID(geom, 27700), and run the plan again.');
	END IF;
END
$$;

COMMENT ON FUNCTION places_internal.check_on_earth(places_internal.plan_definition) IS
	'raises an error where the homes of a plan have no reference system';

-- vector tiles
--
-- Homes are thinned by reading one from each square of a grid, of some 16 to 32
-- squares along a tile: as many index look-ups, however many homes there are.

CREATE OR REPLACE FUNCTION places_internal.tile_key(x float8, y float8)
RETURNS bigint AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;

COMMENT ON FUNCTION places_internal.tile_key(float8, float8) IS
	'a point of the plane as a number along the Z curve: an aligned square with a side of 2^n holds one range of 4^n of them';

CREATE OR REPLACE FUNCTION places_internal.tile_unit(srid int)
RETURNS float8 AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;

COMMENT ON FUNCTION places_internal.tile_unit(int) IS
	'the side of the smallest square that tile keys tell apart: a quarter of a metre, or what fits 360 degrees';

CREATE OR REPLACE FUNCTION places_internal.tile_key(location geometry)
RETURNS bigint AS 'MODULE_PATHNAME', 'tile_key_of_location' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;

COMMENT ON FUNCTION places_internal.tile_key(geometry) IS 'the tile key of a location; null for what is no point';

CREATE INDEX IF NOT EXISTS membership_tile ON places_internal.membership (places_internal.tile_key(location)) WHERE place IS NOT NULL;

CREATE OR REPLACE FUNCTION places_internal.tile_ground(z int, x int, y int, margin float8)
RETURNS geometry LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 100
RETURN places_internal.st_tileenvelope(z, x, y, places_internal.st_makeenvelope(
	-20037508.342789244, -20037508.342789244, 20037508.342789244, 20037508.342789244, 3857), margin);

COMMENT ON FUNCTION places_internal.tile_ground(int, int, int, float8) IS
	'the square of Web Mercator that a tile shows, and a margin around it as a share of its side';

/*
 * Reference systems of the stock have an end, and the tiles of low zooms reach
 * beyond it: only what lies within a degree of some place is transformed.
 */
CREATE OR REPLACE FUNCTION places_internal.tile_box(p places_internal.plan_definition, z int, x int, y int)
RETURNS geometry LANGUAGE sql STABLE PARALLEL SAFE COST 1000
BEGIN ATOMIC
	SELECT places_internal.st_transform(places_internal.st_segmentize(b.geom, (places_internal.st_xmax(b.geom) - places_internal.st_xmin(b.geom)) / 8), (p).srid)
	FROM (SELECT places_internal.st_intersection(places_internal.tile_ground(z, x, y, 1.0 / 64), places_internal.st_transform(places_internal.st_makeenvelope(
			pg_catalog.min(g.longitude) - 1, GREATEST(pg_catalog.min(g.latitude) - 1, -85),
			pg_catalog.max(g.longitude) + 1, LEAST(pg_catalog.max(g.latitude) + 1, 85), 4326), 3857), -1) AS geom
		FROM places_internal.place_result g
		WHERE g.run = (p).published_run) b
	WHERE places_internal.st_dimension(b.geom) = 2;
END;

COMMENT ON FUNCTION places_internal.tile_box(places_internal.plan_definition, int, int, int) IS
	'the part of a tile, and a little beyond, where a plan has places, in the reference system of its stock; null if it has none there';

CREATE OR REPLACE FUNCTION places_internal.tile_squares(box geometry, z int)
RETURNS TABLE (first_key bigint, keys bigint)
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 1000 ROWS 1000
BEGIN ATOMIC
	WITH grid AS MATERIALIZED (
		SELECT box, l.level, places_internal.tile_unit(places_internal.srid_of(box)) * 2 ^ l.level AS side
		FROM pg_catalog.ceil(pg_catalog.log(2, GREATEST(1, (
			CASE WHEN places_internal.srid_of(box) = 4326 THEN 360 ELSE 2 * pg_catalog.pi() * 6378137
				* pg_catalog.cosd(places_internal.st_y(places_internal.st_transform(places_internal.st_centroid(box), 4326))) END
			/ 2 ^ z / 32 / places_internal.tile_unit(places_internal.srid_of(box)))::numeric))) l(level))
	SELECT places_internal.tile_key(i * 2 ^ g.level::float8, j * 2 ^ g.level::float8), 1::bigint << (2 * g.level::int)
	FROM grid g
	CROSS JOIN LATERAL pg_catalog.generate_series(
		pg_catalog.floor(places_internal.st_xmin(g.box) / g.side)::bigint, pg_catalog.floor(places_internal.st_xmax(g.box) / g.side)::bigint) i
	CROSS JOIN LATERAL pg_catalog.generate_series(
		pg_catalog.floor(places_internal.st_ymin(g.box) / g.side)::bigint, pg_catalog.floor(places_internal.st_ymax(g.box) / g.side)::bigint) j;
END;

COMMENT ON FUNCTION places_internal.tile_squares(geometry, int) IS
	'the squares of a grid, 16 to 32 along a tile of a zoom, that cover a box, as ranges of tile keys';

CREATE OR REPLACE FUNCTION places_internal.tile_homes(p places_internal.plan_definition, z int, x int, y int)
RETURNS bytea LANGUAGE sql STABLE PARALLEL RESTRICTED COST 10000
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	WITH dot AS MATERIALIZED (
		SELECT h.*
		FROM places_internal.tile_squares(places_internal.tile_box(p, z, x, y), z) s
		CROSS JOIN LATERAL (
			SELECT m.home_id, m.authority, m.place, m.outside, m.location, places_internal.tile_key(m.location) AS key
			FROM places_internal.membership m
			WHERE m.plan_id = (p).plan_id AND m.place IS NOT NULL AND (p).level <> 'locality'
				AND places_internal.tile_key(m.location) >= s.first_key AND places_internal.tile_key(m.location) < s.first_key + s.keys
				AND m.since_run <= (p).published_run AND (m.until_run IS NULL OR m.until_run > (p).published_run)
			ORDER BY places_internal.tile_key(m.location), m.home_id, m.authority
			LIMIT CASE WHEN z < 16 THEN 1 END) h)
	SELECT places_internal.st_asmvt(t, 'homes', 4096, 'geom')
	FROM (SELECT places_internal.st_asmvtgeom(places_internal.st_transform(places_internal.point_of(d.location), 3857), e.box, 4096, 64, true) AS geom,
			d.home_id, d.authority, d.place, g.rank,
			places_internal.is_member(d.outside) AND g.reason IS NULL AS kept,
			places_internal.reason_of_home(d.outside, g.reason) AS reason
		FROM dot d
		CROSS JOIN places_internal.box2d(places_internal.tile_ground(z, x, y, 0)) e(box)
		LEFT JOIN places_internal.place_result g ON g.run = (p).published_run AND g.place = d.place AND g.authority = d.authority
		ORDER BY d.key, d.home_id, d.authority) t;
END;

COMMENT ON FUNCTION places_internal.tile_homes(places_internal.plan_definition, int, int, int) IS
	'the layer "homes" of a tile, for editors: from zoom 16 every home, before that one of each square of a grid';

CREATE OR REPLACE FUNCTION places_internal.tile_places(p places_internal.plan_definition, z int, x int, y int)
RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE COST 10000
BEGIN ATOMIC
	WITH tile AS MATERIALIZED (
		SELECT places_internal.box2d(places_internal.tile_ground(z, x, y, 0)) AS geom,
			places_internal.st_transform(places_internal.tile_ground(z, x, y, 1.0 / 16), 4326) AS box)
	SELECT places_internal.st_asmvt(t, 'places', 4096, 'geom', 'place')
	FROM (SELECT places_internal.st_asmvtgeom(places_internal.st_transform(c.centre, 3857), e.geom, 4096, 256, true) AS geom,
			c.place, c.name, c.authority, c.homes, c.kept, c.reason, c.rank, c.density, c.radius, c.gap
		FROM tile e
		JOIN places.place c ON c.plan = (p).plan
			AND c.longitude BETWEEN places_internal.st_xmin(e.box) AND places_internal.st_xmax(e.box)
			AND c.latitude BETWEEN places_internal.st_ymin(e.box) AND places_internal.st_ymax(e.box)
		ORDER BY c.rank, c.place
		LIMIT 500) t;
END;

COMMENT ON FUNCTION places_internal.tile_places(places_internal.plan_definition, int, int, int) IS
	'the layer "places" of a tile: the centres, of the densest 500 where there are more';

/* Below zoom 8 a place is a few pixels wide, and its centre tells as much. */
CREATE OR REPLACE FUNCTION places_internal.tile_boundaries(p places_internal.plan_definition, z int, x int, y int)
RETURNS bytea LANGUAGE sql STABLE PARALLEL RESTRICTED COST 10000
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	SELECT places_internal.st_asmvt(t, 'boundaries', 4096, 'geom', 'place')
	FROM (SELECT places_internal.st_asmvtgeom(CASE
				WHEN z < 10 THEN places_internal.st_simplify(b.sketch, 300, false)
				WHEN z < 12 THEN b.sketch
				ELSE b.outline END, e.tile, 4096, 64, true) AS geom,
			c.place, c.name, c.authority, c.homes, c.rank, c.density, c.radius, c.gap
		FROM (SELECT places_internal.box2d(places_internal.tile_ground(z, x, y, 0)) AS tile, places_internal.tile_ground(z, x, y, 1.0 / 64) AS box) e
		JOIN places_internal.place_boundary b ON b.plan_id = (p).plan_id AND b.outline && e.box
		JOIN places_internal.place_result g ON g.run = (p).published_run AND g.place = b.place AND g.drawing = b.drawing
		JOIN places.place c ON c.run = g.run AND c.place = g.place AND c.authority = g.authority
		WHERE z >= 8
		ORDER BY b.place) t;
END;

COMMENT ON FUNCTION places_internal.tile_boundaries(places_internal.plan_definition, int, int, int) IS
	'the layer "boundaries" of a tile, from zoom 8';

CREATE OR REPLACE FUNCTION places_internal.plan_of_query(query json)
RETURNS places_internal.plan_definition LANGUAGE plpgsql STABLE PARALLEL SAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	names text[];
BEGIN
	IF query ->> 'plan' IS NOT NULL THEN
		RETURN places_internal.find_plan(query ->> 'plan');
	END IF;
	names := ARRAY(SELECT d.plan FROM places_internal.plan_definition d ORDER BY d.plan);
	IF pg_catalog.cardinality(names) = 1 THEN
		RETURN places_internal.find_plan(names[1]);
	END IF;
	PERFORM places_internal.refuse('invalid_parameter_value', 'query must name a plan',
		detail => pg_catalog.format('There are %s plans.', pg_catalog.cardinality(names)),
		hint => 'Martin: add ?plan=NAME to the address. pg_tileserv: add ?query={"plan":"NAME"}.');
END
$$;

COMMENT ON FUNCTION places_internal.plan_of_query(json) IS 'the plan that a tile server''s query names, or the only one';

CREATE OR REPLACE FUNCTION places_internal.check_tile(z int, x int, y int)
RETURNS void LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF NOT COALESCE(z BETWEEN 0 AND 31, false) THEN
		PERFORM places_internal.refuse('invalid_parameter_value', 'z must be between 0 and 31',
			detail => format('z is %s.', COALESCE(z::text, 'null')),
			hint => 'It is the zoom: 0 shows the whole world in one tile.');
	ELSIF NOT COALESCE(x >= 0 AND x < 2 ^ z AND y >= 0 AND y < 2 ^ z, false) THEN
		PERFORM places_internal.refuse('invalid_parameter_value', pg_catalog.format('x and y must be between 0 and %s', 2 ^ z - 1),
			detail => format('x is %s, y is %s.', COALESCE(x::text, 'null'), COALESCE(y::text, 'null')),
			hint => format('Zoom %s has so many columns and rows of tiles, counted from 0 in the north-west.', z));
	END IF;
END
$$;

COMMENT ON FUNCTION places_internal.check_tile(int, int, int) IS 'a clear error for a tile that does not exist';

-- The compiler would take longer than the tile.
CREATE OR REPLACE FUNCTION places.place_tiles(z integer, x integer, y integer, query json DEFAULT '{}')
RETURNS bytea LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 10000
SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
DECLARE
	p places_internal.plan_definition := places_internal.plan_of_query(query);
	homes bytea := '';
BEGIN
	PERFORM places_internal.check_tile(z, x, y);
	p.srid := places_internal.system_of_layers(p);
	IF p.published_run IS NULL OR p.srid IS NULL THEN
		RETURN '';
	END IF;
	PERFORM places_internal.check_on_earth(p);
	/* the layer of homes is for those who may read homes: here CURRENT_USER is who asks */
	IF pg_catalog.has_function_privilege('places_internal.tile_homes(places_internal.plan_definition, int, int, int)', 'EXECUTE') THEN
		homes := places_internal.tile_homes(p, z, x, y);
	END IF;
	RETURN places_internal.tile_boundaries(p, z, x, y) || homes || places_internal.tile_places(p, z, x, y);
END
$$;

COMMENT ON FUNCTION places.place_tiles(integer, integer, integer, json) IS
	'{"description": "Places of a plan: boundaries (from zoom 8), homes (thinned below zoom 16) and centres; query {\"plan\": \"NAME\"} chooses the plan", "minzoom": 0, "maxzoom": 20, "vector_layers": [{"id": "boundaries", "description": "ground that each kept place holds", "fields": {"place": "number", "name": "string", "authority": "string", "homes": "number", "rank": "number", "density": "homes per km2", "radius": "metres", "gap": "metres"}}, {"id": "homes", "description": "for those who may read homes", "fields": {"home_id": "string", "authority": "string", "place": "number", "rank": "number", "kept": "boolean", "reason": "string"}}, {"id": "places", "description": "centres", "fields": {"place": "number", "name": "string", "authority": "string", "homes": "number", "kept": "boolean", "reason": "string", "rank": "number", "density": "homes per km2", "radius": "metres", "gap": "metres"}}]}';

-- GeoJSON

CREATE OR REPLACE FUNCTION places.geojson(plan text)
RETURNS jsonb LANGUAGE sql STABLE PARALLEL SAFE COST 10000
BEGIN ATOMIC
	SELECT places_internal.insist_published(places_internal.find_plan(geojson.plan));
	SELECT places_internal.check_on_earth(places_internal.find_plan(geojson.plan));
	SELECT pg_catalog.jsonb_build_object('type', 'FeatureCollection', 'features',
		COALESCE(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
			'type', 'Feature',
			'id', p.place,
			'geometry', places_internal.st_asgeojson(COALESCE(
				places_internal.st_reverse(places_internal.st_forcepolygoncw(places_internal.st_multi(
					places_internal.st_reduceprecision(places_internal.st_transform(b.boundary, 4326), 1e-7)))),
				p.centre), 7, 8)::jsonb,
			'properties', pg_catalog.jsonb_build_object(
				'place', p.place, 'name', p.name, 'authority', p.authority, 'homes', p.homes,
				'kept', p.kept, 'reason', p.reason, 'rank', p.rank, 'density', p.density,
				'radius', p.radius, 'gap', p.gap, 'longitude', p.longitude, 'latitude', p.latitude))
			ORDER BY p.place), '[]'))
	FROM places.place p
	LEFT JOIN places.territory b ON b.plan = p.plan AND b.place = p.place
	WHERE p.plan = (places_internal.find_plan(geojson.plan)).plan;
END;

COMMENT ON FUNCTION places.geojson(text) IS
	'the places of the published run of a plan as GeoJSON (RFC 7946): the boundary of each, or its centre where none is drawn';

-- views for desktop programs: they want a declared type and an integer key

-- The columns of a view besides its key and its geometry, and where they are from:
-- in the system of the stock, in that of a _4326, or in none.  Those of later
-- versions are behind the geometry, so that views of earlier ones can be replaced.
CREATE OR REPLACE FUNCTION places_internal.layer_definitions(srid int)
RETURNS TABLE (name text, key text, columns text, geom text, type text, geom_srid int, source text, reader name, about text,
	more text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10 ROWS 6
BEGIN ATOMIC
	SELECT l.name || t.suffix, l.key, l.columns,
		CASE WHEN srid = 0 THEN l.unknown ELSE pg_catalog.format('places_internal.st_transform(%s, %s)', l.geom, t.srid) END,
		l.type, t.srid,
		CASE WHEN srid = 0 THEN l.source || l.joined ELSE l.source END, l.reader, l.about, l.more
	FROM (VALUES
		('homes', 'pg_catalog.hashtextextended(v.home_id, pg_catalog.hashtext(v.authority))',
		 'v.home_id, v.authority, v.place, v.place_name, v.kept, v.reason, v.distance, v.weight, v.pinned',
		 'places_internal.point_of(v.location)', 'places_internal.point_of(v.location)', 'Point',
		 'places.home v', '', 'places_editor', 'homes', ''),
		('places', 'v.place',
		 'v.name, v.authority, v.homes, v.kept, v.reason, v.rank, v.density, v.radius, v.mean_distance, v.outlying, v.attached',
		 'v.centre', 'g.centre', 'Point', 'places.place v',
		 ' JOIN places_internal.place_result g ON g.run = v.run AND g.place = v.place AND g.authority = v.authority',
		 'places_reader', 'places, by their centres', ', v.gap'),
		('boundaries', 'v.place', 'v.name, v.authority, v.homes, v.rank, v.density, v.radius',
		 'v.boundary', 'v.boundary', 'MultiPolygon', 'places.territory v', '',
		 'places_reader', 'boundaries of places, once drawn', ', v.gap')) l(name, key, columns, geom, unknown, type, source, joined, reader, about, more)
	CROSS JOIN (VALUES ('', srid), ('_4326', 4326)) t(suffix, srid)
	WHERE srid <> 0 OR t.srid = 0;
END;

COMMENT ON FUNCTION places_internal.layer_definitions(int) IS
	'what places.create_layers() makes for a plan in a reference system, in parts of SQL; without one (0) there is nothing by longitude and latitude, and centres come from the run';

/* A view is a plan's by the name that it looks for; one of a plan that is gone is nobody's. */
CREATE OR REPLACE FUNCTION places_internal.check_layers_free(plan text, schema name)
RETURNS void LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1000
SET search_path = pg_catalog, pg_temp SET quote_all_identifiers = off
AS $$
DECLARE
	taken record;
BEGIN
	SELECT c.relname, d.plan INTO taken
	FROM pg_catalog.pg_class c
	JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
	JOIN places_internal.plan_definition d
		ON pg_catalog.strpos(pg_catalog.pg_get_viewdef(c.oid), pg_catalog.format('plan = %L::text', d.plan)) > 0
	WHERE n.nspname = schema AND c.relkind = 'v' AND d.plan <> check_layers_free.plan
		AND c.relname IN (SELECT l.name FROM places_internal.layer_definitions(4326) l)
	ORDER BY c.relname LIMIT 1;
	IF FOUND THEN
		PERFORM places_internal.refuse('duplicate_table', pg_catalog.format('layers of plan "%s" are in schema "%s"', taken.plan, schema),
			detail => format('View %I.%I shows that plan.', schema, taken.relname),
			hint => 'Make a schema for each plan, with CREATE SCHEMA, and name that one; or drop these views first.');
	END IF;
END
$$;

COMMENT ON FUNCTION places_internal.check_layers_free(text, name) IS 'a clear error if a schema has layers of another plan';

CREATE OR REPLACE FUNCTION places.create_layers(plan text, schema name)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 10000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	p CONSTANT places_internal.plan_definition := places_internal.find_plan(plan);
	srid CONSTANT int := places_internal.system_of_layers(p);
	gis name;
	layer record;
BEGIN
	IF srid IS NULL THEN
		PERFORM places_internal.refuse('object_not_in_prerequisite_state', pg_catalog.format('plan "%s" has no homes with a location yet', plan),
			hint => 'Run it first, with places.run().');
	END IF;
	IF NOT EXISTS (SELECT FROM pg_catalog.pg_namespace n WHERE n.nspname = schema) THEN
		PERFORM places_internal.refuse('invalid_schema_name', pg_catalog.format('schema "%s" does not exist', schema),
			hint => 'Make it with CREATE SCHEMA, a schema for each plan.');
	END IF;
	PERFORM places_internal.check_layers_free(plan, schema);
	SELECT n.nspname INTO gis FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
	WHERE e.extname = 'postgis';
	FOR layer IN
		SELECT l.* FROM places_internal.layer_definitions(srid) l
		/* localities have no homes but those of their places */
		WHERE l.reader <> 'places_editor' OR p.level <> 'locality'
	LOOP
		EXECUTE pg_catalog.format(
			'CREATE OR REPLACE VIEW %I.%I AS
			SELECT %s AS key, %s, %s::%I.geometry(%s, %s) AS geom%s
			FROM %s WHERE v.plan = %L AND v.place IS NOT NULL',
			schema, layer.name, layer.key, layer.columns, layer.geom, gis, layer.type, layer.geom_srid, layer.more, layer.source, plan);
		EXECUTE pg_catalog.format('COMMENT ON VIEW %I.%I IS %L', schema, layer.name,
			pg_catalog.format('%s of plan "%s"', layer.about, plan));
		EXECUTE pg_catalog.format('GRANT SELECT ON %I.%I TO %I', schema, layer.name, layer.reader);
	END LOOP;
EXCEPTION WHEN invalid_table_definition THEN
	PERFORM places_internal.refuse('invalid_table_definition', pg_catalog.format('layers of another reference system are in schema "%s"', schema),
		detail => pg_catalog.format('The homes of plan "%s" now have SRID %s.', plan, srid),
		hint => 'Drop the views homes, places and boundaries there, or name another schema.');
END
$$;

COMMENT ON FUNCTION places.create_layers(text, name) IS
	'makes, or makes again, views of a plan in a schema with a declared geometry type and reference system and a bigint key: homes, places and boundaries, and, unless the reference system is unknown, each with _4326 by longitude and latitude';

GRANT SELECT ON places.territory TO places_reader;
