-- the homes that assets are near to, and what readers have in their stead
--
-- Who may ask how many homes of a place are farther than so many metres from assets finds
-- out where each of them is: by many distances from three assets, or by one distance and assets that he
-- puts onto the map himself.  No rule on the answers prevents that, be they rounded, or
-- withheld where they are small: the place on the map at which an answer changes tells as much.
--
-- So readers are not answered from homes.  The homes of each place are put into groups of at least ten
-- (ten rows that are ten homes or more), all of a group stand at its middle, and that is
-- rounded to 100 m.  All figures of assets for readers are of these groups, whatever they ask and whatever
-- assets there are, so all questions together tell no more than the groups do.  A place of fewer than ten has none: its
-- figures are null.  Editors are answered from homes.
--
-- Groups of a place, of its patches and of its locality are of the same homes.  Where two of them
-- differ by one home, the hundred metres, ten times over, hide it within half a kilometre or so.
-- What is not prevented: who knows all homes of a group but one knows about where that is, and
-- where a run changes a place, groups from before and after can be compared.

CREATE OR REPLACE FUNCTION places_internal.homes_of_level(p places_internal.plan_definition, home text)
RETURNS TABLE (place bigint, location geometry, weight float8)
LANGUAGE sql STABLE PARALLEL SAFE COST 10000 ROWS 10000
BEGIN ATOMIC
	SELECT CASE WHEN (p).level = 'locality' THEN g.parent ELSE m.place END, places_internal.point_of(m.location), places_internal.homes_of_weight(m.weight)
	FROM (SELECT COALESCE(u.parent_run, u.run) AS run, COALESCE((p).parent_id, (p).plan_id) AS plan_id
		FROM places_internal.run_record u WHERE u.run = (p).published_run AND (p).level = 'locality'
		UNION ALL SELECT (p).published_run, (p).plan_id WHERE (p).level <> 'locality') r
	CROSS JOIN LATERAL places_internal.homes_in_run(r.plan_id, r.run) m
	LEFT JOIN places_internal.place_result g ON g.run = r.run AND g.place = m.place AND g.authority = m.authority
	WHERE places_internal.is_in(m.outside) AND CASE WHEN (p).level = 'locality' THEN g.parent ELSE m.place END IS NOT NULL
		AND (homes_of_level.home IS NULL OR m.home_id = homes_of_level.home);
END;

COMMENT ON FUNCTION places_internal.homes_of_level(places_internal.plan_definition, text) IS
	'the homes in the places of the published run of a plan of any level, or one of them: place, where, and homes it stands for';

CREATE OR REPLACE FUNCTION places_internal.homes_on_plane(p places_internal.plan_definition, home text)
RETURNS TABLE (place bigint, weight float8, x float8, y float8)
LANGUAGE sql STABLE PARALLEL SAFE COST 100000 ROWS 10000
BEGIN ATOMIC
	WITH plane AS MATERIALIZED (SELECT places_internal.plane_of(p) AS projection)
	SELECT l.place, l.weight, places_internal.st_x(f.point), places_internal.st_y(f.point)
	FROM places_internal.homes_of_level(p, home) l
	CROSS JOIN plane
	CROSS JOIN LATERAL (SELECT CASE WHEN plane.projection IS NULL THEN l.location ELSE places_internal.map_plane(l.location, plane.projection) END) f(point)
	WHERE l.location IS NOT NULL;
END;

COMMENT ON FUNCTION places_internal.homes_on_plane(places_internal.plan_definition, text) IS
	'the homes in the places of the published run of a plan of any level, or one of them, on the plane on which distances are taken';

CREATE OR REPLACE FUNCTION places_internal.group_homes(x float8[], y float8[], place int[], weight float8[], fewest int, grain float8,
	OUT place_nr int, OUT homes float8, OUT middle_x float8, OUT middle_y float8)
RETURNS SETOF record AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100000 ROWS 1000;

COMMENT ON FUNCTION places_internal.group_homes(float8[], float8[], int[], float8[], int, float8) IS
	'homes, in order of their places, in groups of neighbours of at least so many rows and homes: of each the place, its homes, and its middle, a multiple of grain. None of a place that has fewer';

CREATE OR REPLACE FUNCTION places_internal.grouped_homes(p places_internal.plan_definition)
RETURNS TABLE (place bigint, weight float8, x float8, y float8)
LANGUAGE sql STABLE PARALLEL SAFE COST 1000000 ROWS 1000
BEGIN ATOMIC
	SELECT a.places[g.place_nr], g.homes, g.middle_x, g.middle_y
	FROM (
		SELECT pg_catalog.array_agg(h.x ORDER BY h.place, h.x, h.y, h.weight) AS x, pg_catalog.array_agg(h.y ORDER BY h.place, h.x, h.y, h.weight) AS y,
			pg_catalog.array_agg(h.j ORDER BY h.place, h.x, h.y, h.weight) AS j, pg_catalog.array_agg(h.weight ORDER BY h.place, h.x, h.y, h.weight) AS weight,
			pg_catalog.array_agg(h.place ORDER BY h.place) FILTER (WHERE h.first = 1) AS places
		FROM (
			SELECT o.*, pg_catalog.dense_rank() OVER w::int AS j, pg_catalog.row_number() OVER (PARTITION BY o.place ORDER BY o.x, o.y, o.weight) AS first
			FROM places_internal.homes_on_plane(p, NULL) o WHERE o.weight > 0
			WINDOW w AS (ORDER BY o.place)) h) a
	CROSS JOIN LATERAL places_internal.group_homes(a.x, a.y, a.j, a.weight, 10, 100) g;
END;

COMMENT ON FUNCTION places_internal.grouped_homes(places_internal.plan_definition) IS
	'the homes in the places of the published run of a plan of any level as readers may use them: groups of at least ten, at their middle to 100 m';

CREATE OR REPLACE FUNCTION places_internal.homes_asked(p places_internal.plan_definition, home text)
RETURNS TABLE (place bigint, weight float8, x float8, y float8)
LANGUAGE sql STABLE PARALLEL RESTRICTED COST 1000000 ROWS 10000
BEGIN ATOMIC
	SELECT h.place, h.weight, h.x, h.y FROM places_internal.homes_on_plane(p, home) h
	WHERE pg_catalog.pg_has_role(places_internal.caller(), 'places_editor', 'USAGE')
	UNION ALL
	SELECT g.place, g.weight, g.x, g.y FROM places_internal.grouped_homes(p) g
	WHERE NOT pg_catalog.pg_has_role(places_internal.caller(), 'places_editor', 'USAGE');
END;

COMMENT ON FUNCTION places_internal.homes_asked(places_internal.plan_definition, text) IS
	'the homes of a plan for questions of the caller: for members of places_editor all, or one of them; for others groups';
