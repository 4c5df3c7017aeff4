-- community assets on the map of a plan, as a layer to switch on
--
-- Read with the rights of whoever asks, unlike the places: the map of a plan whose assets
-- that role may not read, or that are gone, is the map without them, and says so.

-- No finer than a two hundredth of a shape shows, and no more than max_marks of them.
CREATE OR REPLACE FUNCTION places_internal.asset_marks(p places_internal.plan_definition, projection text, ground geometry, frame geometry, max_marks int)
RETURNS json LANGUAGE plpgsql STABLE PARALLEL UNSAFE COST 1000000
SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
DECLARE
	side CONSTANT float8 := places_internal.map_size(ground);
	categories json;
	listed bigint;
	used bigint;
	near bigint;
BEGIN
	WITH every AS MATERIALIZED (
		SELECT l.category, l.name, l.x, l.y, l.problem, places_internal.map_plane(l.flat, NULL) AS flat
		FROM places_internal.assets_listed(p, projection) l),
	drawn AS MATERIALIZED (
		SELECT l.*, row_number() OVER (ORDER BY hashtextextended(format('%s %s', l.x, l.y), 0), l.category COLLATE "C", l.name COLLATE "C") AS nr
		FROM every l WHERE l.problem IS NULL AND places_internal.geometry_overlaps(l.flat, ground)),
	mark AS (
		SELECT s.category, s.name, s.x, s.y, places_internal.map_spot(places_internal.point_at(s.x, s.y, 0), frame) AS at,
			NULLIF(places_internal.map_path(places_internal.st_collectionextract(s.coarse, 3), frame), '') AS area,
			NULLIF(places_internal.map_path(places_internal.st_collectionextract(s.coarse, 2), frame), '') AS line
		FROM (SELECT l.*, CASE WHEN places_internal.st_dimension(l.flat) > 0 THEN
				places_internal.st_simplify(l.flat, GREATEST(1, side / 20000, places_internal.map_size(l.flat) / 200), true) END AS coarse
			FROM drawn l WHERE l.nr <= max_marks) s),
	category AS (
		SELECT m.category, json_agg(json_strip_nulls(json_build_object('name', m.name, 'at', m.at, 'area', m.area, 'line', m.line))
			ORDER BY m.name COLLATE "C", m.x, m.y) AS assets
		FROM mark m GROUP BY m.category)
	SELECT (SELECT json_agg(json_build_object('name', c.category, 'assets', c.assets) ORDER BY c.category COLLATE "C") FROM category c),
		(SELECT count(*) FROM every l), (SELECT count(*) FROM every l WHERE l.problem IS NULL), (SELECT count(*) FROM drawn)
	INTO categories, listed, used, near;
	RETURN json_build_object('categories', COALESCE(categories, '[]'), 'notes', array_to_json(array_remove(ARRAY[
		CASE WHEN near > max_marks THEN format('Of %s community assets the map has %s.', near, max_marks) END,
		CASE WHEN used > near THEN format('Outside this map: %s of %s community assets.', used - near, used) END,
		CASE WHEN listed > used THEN format('Not drawn for want of a category or a usable location: %s of %s community assets.', listed - used, listed) END], NULL)));
END
$$;

COMMENT ON FUNCTION places_internal.asset_marks(places_internal.plan_definition, text, geometry, geometry, int) IS
	'the community assets of a plan on the ground of a map, by category, as its page reads them, and what a reader must know of those that are not drawn. Assets are read as the caller';

CREATE OR REPLACE FUNCTION places_internal.do_map_assets(plan text, projection text, ground geometry, frame geometry)
RETURNS json LANGUAGE plpgsql STABLE PARALLEL UNSAFE COST 1000000
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	p places_internal.plan_definition;
BEGIN
	SELECT d.* INTO p FROM places_internal.plan_definition d WHERE d.plan = do_map_assets.plan;
	IF ground IS NULL OR NOT EXISTS (SELECT FROM places_internal.asset_source s WHERE s.plan_id = COALESCE(p.parent_id, p.plan_id)) THEN
		RETURN NULL;
	END IF;
	RETURN places_internal.asset_marks(p, projection, ground, frame, 10000);
EXCEPTION WHEN others THEN
	RAISE WARNING 'the community assets of plan "%" are not on the map', p.plan
		USING DETAIL = SQLERRM, HINT = format('SELECT * FROM places.check_assets(%L) says more.', p.plan);
	RETURN '{"categories": [], "notes": ["Community assets are not shown: they could not be read."]}';
END
$$;

COMMENT ON FUNCTION places_internal.do_map_assets(text, text, geometry, geometry) IS 'behind the door of places_internal.map_assets()';
