-- what a community has: its assets, and how far they are
--
-- Shops, halls, parks and paths, be they points, lines or polygons, of tables of the
-- landlord or of others that are read with the rights of whoever asks.  Metres are as the
-- crow flies, to the nearest edge, and 0 inside a polygon; where homes are by degrees, on an
-- equal-area plane around them.

CREATE OR REPLACE FUNCTION places_internal.assets_as_json(plan_id int, source text)
RETURNS jsonb LANGUAGE sql STABLE PARALLEL SAFE COST 100
BEGIN ATOMIC
	SELECT pg_catalog.to_jsonb(s) - 'plan_id' FROM places_internal.asset_source s
	WHERE s.plan_id = assets_as_json.plan_id AND s.source = assets_as_json.source;
END;

COMMENT ON FUNCTION places_internal.assets_as_json(int, text) IS 'a source of assets, for the record; null: there is none';

CREATE OR REPLACE FUNCTION places_internal.do_add_assets(plan text, source text, assets regclass, category_column name, name_column name, geom_column name)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	p places_internal.plan_definition := places_internal.hold_plan((places_internal.tree_of(plan)).plan, true);
	was CONSTANT jsonb := places_internal.assets_as_json(p.plan_id, source);
	named CONSTANT name[] := ARRAY[category_column, name_column, geom_column];
	found record;
BEGIN
	PERFORM places_internal.insist_owner(p, 'say where assets are listed');
	PERFORM places_internal.insist_name('source', source);
	found := places_internal.check_source('assets', assets, '{category_column,name_column,geom_column}', named,
		'{needed: text,needed: text,needed: geometry or geography}');
	PERFORM places_internal.open_source(p, 'assets', found.table_schema, found.table_name, named);
	DELETE FROM places_internal.asset_source s WHERE s.plan_id = p.plan_id AND s.source = do_add_assets.source;
	INSERT INTO places_internal.asset_source (plan_id, source, table_schema, table_name, category_column, name_column, geom_column)
	VALUES (p.plan_id, source, found.table_schema, found.table_name, category_column, name_column, geom_column);
	PERFORM places_internal.record_act(p.plan, 'add_assets', before => was, after => places_internal.assets_as_json(p.plan_id, source));
END
$$;

CREATE OR REPLACE FUNCTION places.add_assets(plan text, source text, assets regclass, category_column name, name_column name, geom_column name)
RETURNS void AS 'MODULE_PATHNAME', 'door' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1000;

COMMENT ON FUNCTION places_internal.do_add_assets(text, text, regclass, name, name, name) IS 'behind the door of places.add_assets()';
COMMENT ON FUNCTION places.add_assets(text, text, regclass, name, name, name) IS
	'names a table of community assets for a plan, a row an asset: its category, its name, and where it is, point, line or polygon in any reference system. Of a source that there is already it replaces what was said. Nothing of it is stored but which columns';

CREATE OR REPLACE FUNCTION places_internal.do_remove_assets(plan text, source text, note text)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	p places_internal.plan_definition := places_internal.hold_plan((places_internal.tree_of(plan)).plan, true);
	was CONSTANT jsonb := places_internal.assets_as_json(p.plan_id, source);
BEGIN
	PERFORM places_internal.insist_owner(p, 'say where assets are listed');
	IF was IS NULL THEN
		PERFORM places_internal.refuse('undefined_object', format('plan "%s" has no assets %s', p.plan, COALESCE('"' || source || '"', 'null')),
			hint => 'Those that it has are in the view places.asset_source.');
	END IF;
	DELETE FROM places_internal.asset_source s WHERE s.plan_id = p.plan_id AND s.source = do_remove_assets.source;
	PERFORM places_internal.record_act(p.plan, 'remove_assets', note => note, before => was);
END
$$;

CREATE OR REPLACE FUNCTION places.remove_assets(plan text, source text, note text DEFAULT NULL)
RETURNS void AS 'MODULE_PATHNAME', 'door' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1000;

COMMENT ON FUNCTION places_internal.do_remove_assets(text, text, text) IS 'behind the door of places.remove_assets()';
COMMENT ON FUNCTION places.remove_assets(text, text, text) IS 'has a plan take no notice of a source of assets any more';

CREATE OR REPLACE VIEW places.asset_source AS
SELECT d.plan, s.source, s.table_schema, s.table_name, s.category_column, s.name_column, s.geom_column
FROM places_internal.asset_source s JOIN places_internal.plan_definition d ON d.plan_id = s.plan_id;

COMMENT ON VIEW places.asset_source IS 'where the community assets of each plan are listed';
COMMENT ON COLUMN places.asset_source.plan IS 'the plan of places';
COMMENT ON COLUMN places.asset_source.source IS 'name of the source';
COMMENT ON COLUMN places.asset_source.table_schema IS 'schema of the table or view';
COMMENT ON COLUMN places.asset_source.table_name IS 'its name';
COMMENT ON COLUMN places.asset_source.category_column IS 'its column of categories';
COMMENT ON COLUMN places.asset_source.name_column IS 'its column of names';
COMMENT ON COLUMN places.asset_source.geom_column IS 'its column of locations';

GRANT SELECT ON places.asset_source TO places_reader;

-- read

CREATE OR REPLACE FUNCTION places_internal.insist_assets(p places_internal.plan_definition)
RETURNS void LANGUAGE plpgsql STABLE PARALLEL SAFE COST 100
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	tree CONSTANT int := COALESCE(p.parent_id, p.plan_id);
BEGIN
	IF NOT EXISTS (SELECT FROM places_internal.asset_source s WHERE s.plan_id = tree) THEN
		PERFORM places_internal.refuse('object_not_in_prerequisite_state', format('plan "%s" has no assets', p.plan),
			hint => format('Say where they are listed: SELECT places.add_assets(%L, source => ..., assets => ..., category_column => ..., name_column => ..., geom_column => ...);', p.plan));
	END IF;
END
$$;

COMMENT ON FUNCTION places_internal.insist_assets(places_internal.plan_definition) IS 'a clear error unless a plan knows of assets';

/* Edges are cut at 1 km: a long one is near to everything.  OFFSET 0: not a copy of the whole shape with each. */
CREATE OR REPLACE FUNCTION places_internal.edges_of(shape geometry)
RETURNS TABLE (areal boolean, x1 float8, y1 float8, x2 float8, y2 float8)
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000 ROWS 10
BEGIN ATOMIC
	SELECT e.dimension = 2, e.x, e.y, COALESCE(e.to_x, e.x), COALESCE(e.to_y, e.y)
	FROM (
		SELECT d.dimension, places_internal.st_x(q.geom) AS x, places_internal.st_y(q.geom) AS y,
			pg_catalog.lead(places_internal.st_x(q.geom)) OVER w AS to_x, pg_catalog.lead(places_internal.st_y(q.geom)) OVER w AS to_y
		FROM (SELECT s.ordinality AS n, s.geom, places_internal.st_dimension(s.geom) AS dimension FROM places_internal.st_dump(shape) WITH ORDINALITY s OFFSET 0) d
		CROSS JOIN LATERAL places_internal.st_dumppoints(CASE WHEN d.dimension = 0 THEN d.geom ELSE places_internal.st_segmentize(d.geom, 1000) END) WITH ORDINALITY q
		WINDOW w AS (PARTITION BY d.n, CASE WHEN d.dimension = 2 THEN q.path[1] END ORDER BY q.ordinality)) e
	WHERE e.dimension = 0 OR e.to_x IS NOT NULL;
END;

COMMENT ON FUNCTION places_internal.edges_of(geometry) IS
	'a shape as straight segments, a point as one of length 0; and whether a segment bounds an area';

CREATE OR REPLACE FUNCTION places_internal.plane_of(p places_internal.plan_definition)
RETURNS text LANGUAGE sql STABLE PARALLEL SAFE COST 1000
BEGIN ATOMIC
	SELECT CASE WHEN places_internal.is_degrees((p).srid) THEN places_internal.map_projection((
		SELECT pg_catalog.array_agg(g.centre ORDER BY g.place) FROM places_internal.place_result g WHERE g.run = (p).published_run)) END;
END;

COMMENT ON FUNCTION places_internal.plane_of(places_internal.plan_definition) IS
	'the projection to the plane on which distances from the homes of a plan are taken; null: they are on one';

/*
 * PostGIS may refuse a shape at any step, which costs that one asset.  An asset without a
 * reference system is taken to have that of the homes.
 */
CREATE OR REPLACE FUNCTION places_internal.asset_shape(shape geometry, srid int, projection text,
	OUT flat geometry, OUT x float8, OUT y float8, OUT areal boolean[], OUT x1 float8[], OUT y1 float8[], OUT x2 float8[], OUT y2 float8[], OUT problem text)
LANGUAGE plpgsql STABLE PARALLEL UNSAFE COST 10000
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	problem := 'unknown_shape';
	IF COALESCE(places_internal.st_npoints(shape), 0) = 0 THEN
		problem := 'no_location';
		RETURN;
	END IF;
	flat := places_internal.st_curvetoline(places_internal.st_force2d(shape), 32, 0, 0);
	problem := 'unknown_position';
	flat := CASE WHEN places_internal.srid_of(flat) IN (0, srid) THEN places_internal.st_setsrid(flat, srid)
		ELSE places_internal.transformed_if_known(flat, srid) END;
	IF projection IS NOT NULL THEN
		flat := places_internal.map_plane(flat, projection);
	END IF;
	IF NOT COALESCE((SELECT bool_and(abs(v.x) <= 1e8 AND abs(v.y) <= 1e8) FROM places_internal.st_dumppoints(flat) d
		CROSS JOIN LATERAL (SELECT places_internal.st_x(d.geom), places_internal.st_y(d.geom)) v(x, y)), false) THEN
		RETURN;
	END IF;
	problem := 'unknown_shape';
	SELECT array_agg(e.areal), array_agg(e.x1), array_agg(e.y1), array_agg(e.x2), array_agg(e.y2)
	INTO areal, x1, y1, x2, y2 FROM places_internal.edges_of(flat) e;
	x := places_internal.st_x(places_internal.st_pointonsurface(flat));
	y := places_internal.st_y(places_internal.st_pointonsurface(flat));
	problem := CASE WHEN areal IS NULL OR NOT COALESCE(abs(x) <= 1e8 AND abs(y) <= 1e8, false) THEN problem END;
EXCEPTION WHEN internal_error THEN
	RETURN;
END
$$;

COMMENT ON FUNCTION places_internal.asset_shape(geometry, int, text) IS
	'an asset on a plane, as straight edges too, and a point on it; or why it cannot be one: no_location, unknown_shape (a kind that PostGIS does not flatten), unknown_position (none there)';

CREATE OR REPLACE FUNCTION places_internal.assets_listed(p places_internal.plan_definition, projection text DEFAULT NULL)
RETURNS TABLE (source text, category text, name text, flat geometry, x float8, y float8, areal boolean[], x1 float8[], y1 float8[], x2 float8[], y2 float8[], problem text)
LANGUAGE sql STABLE PARALLEL UNSAFE COST 1000000 ROWS 1000
BEGIN ATOMIC
	SELECT s.source, c.category, q.name, e.flat, e.x, e.y, e.areal, e.x1, e.y1, e.x2, e.y2, CASE WHEN c.category IS NULL THEN 'no_category' ELSE e.problem END
	FROM places_internal.asset_source s
	CROSS JOIN LATERAL places_internal.open_source(p, 'assets', s.table_schema, s.table_name, ARRAY[s.category_column, s.name_column, s.geom_column]) o(relation)
	CROSS JOIN LATERAL (SELECT COALESCE(assets_listed.projection, places_internal.plane_of(p)) OFFSET 0) t(projection)
	CROSS JOIN LATERAL places_internal.read_rows(o.relation, ARRAY[s.category_column, s.name_column, s.geom_column],
		places_internal.caller_path()) q(category text, name text, geom geometry)
	CROSS JOIN LATERAL (SELECT NULLIF(pg_catalog.btrim(q.category), '')) c(category)
	CROSS JOIN LATERAL places_internal.asset_shape(q.geom, (p).srid, t.projection) e
	WHERE s.plan_id = COALESCE((p).parent_id, (p).plan_id);
END;

COMMENT ON FUNCTION places_internal.assets_listed(places_internal.plan_definition, text) IS
	'all assets of a plan, on the plane of its homes or by another projection of degrees, and what keeps one from being used: no_category, no_location, unknown_shape, unknown_position. Read as the caller';
