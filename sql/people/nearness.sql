-- of places and assets, which are near to which

CREATE OR REPLACE FUNCTION places_internal.near_assets(x float8[], y float8[], place int[], weight float8[], category int[], asset int[], areal boolean[],
	asset_x float8[], asset_y float8[], part int[], x1 float8[], y1 float8[], x2 float8[], y2 float8[], within float8, farther_than float8,
	OUT kind int, OUT place_nr int, OUT part_nr int, OUT metres float8, OUT homes float8, OUT farther float8, OUT nearby int)
RETURNS SETOF record AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000000 ROWS 1000;

COMMENT ON FUNCTION places_internal.near_assets(float8[], float8[], int[], float8[], int[], int[], boolean[], float8[], float8[], int[], float8[], float8[], float8[], float8[], float8, float8) IS
	'of homes by place, and of parts of assets by category and asset, made of segments: 1, of each place and category the part nearest to a home of it, mean metres from its homes to the nearest, its homes, how many are farther than so many metres from all, and how many assets are within so many metres of one; 2, of each asset the place of the home nearest to its point, its first part, and metres. within NaN: no nearby, and not the second kind';

CREATE OR REPLACE FUNCTION places_internal.nearness(p places_internal.plan_definition, category text, home text, within float8, farther_than float8)
RETURNS TABLE (kind int, place bigint, category text, name text, metres float8, homes float8, farther float8, nearby int)
LANGUAGE sql STABLE PARALLEL UNSAFE COST 1000000 ROWS 1000
BEGIN ATOMIC
	WITH home AS MATERIALIZED (
		SELECT pg_catalog.row_number() OVER (ORDER BY h.place, h.x, h.y, h.weight)::int AS h,
			CASE WHEN nearness.home IS NULL THEN pg_catalog.dense_rank() OVER (ORDER BY h.place) ELSE pg_catalog.row_number() OVER (ORDER BY h.place, h.x, h.y, h.weight) END::int AS j, h.*
		FROM places_internal.homes_asked(p, nearness.home) h),
	listed AS MATERIALIZED (
		SELECT pg_catalog.row_number() OVER (ORDER BY l.category COLLATE "C", l.source COLLATE "C", l.name COLLATE "C", l.x, l.y)::int AS id, l.*
		FROM places_internal.assets_listed(p) l
		WHERE l.problem IS NULL AND (nearness.category IS NULL OR l.category = nearness.category)),
	part AS MATERIALIZED (
		SELECT pg_catalog.row_number() OVER (ORDER BY l.id, k.areal)::int AS part, pg_catalog.dense_rank() OVER (ORDER BY l.category COLLATE "C")::int AS c,
			l.id, l.category, l.name, k.areal, l.x, l.y, l.areal AS areals, l.x1, l.y1, l.x2, l.y2
		FROM listed l CROSS JOIN (VALUES (false), (true)) k(areal) WHERE k.areal = ANY (l.areal))
	SELECT n.kind, j.place, q.category, q.name, n.metres, n.homes, n.farther, n.nearby
	FROM (
		SELECT pg_catalog.array_agg(o.x) AS x, pg_catalog.array_agg(o.y) AS y, pg_catalog.array_agg(o.j) AS j, pg_catalog.array_agg(o.weight) AS weight
		FROM (SELECT i.* FROM home i ORDER BY i.h) o) h
	CROSS JOIN (
		SELECT pg_catalog.array_agg(t.c) AS c, pg_catalog.array_agg(t.id) AS asset, pg_catalog.array_agg(t.areal) AS areal,
			pg_catalog.array_agg(t.x) AS x, pg_catalog.array_agg(t.y) AS y
		FROM (SELECT i.* FROM part i ORDER BY i.part) t) t
	CROSS JOIN (
		SELECT pg_catalog.array_agg(s.part) AS part, pg_catalog.array_agg(s.x1) AS x1, pg_catalog.array_agg(s.y1) AS y1, pg_catalog.array_agg(s.x2) AS x2, pg_catalog.array_agg(s.y2) AS y2
		FROM (SELECT i.part, u.* FROM part i CROSS JOIN LATERAL unnest(i.areals, i.x1, i.y1, i.x2, i.y2) u(areal, x1, y1, x2, y2) WHERE u.areal = i.areal ORDER BY i.part) s) e
	CROSS JOIN LATERAL places_internal.near_assets(h.x, h.y, h.j, h.weight, t.c, t.asset, t.areal, t.x, t.y, e.part, e.x1, e.y1, e.x2, e.y2, within, farther_than) n
	JOIN (SELECT DISTINCT o.j, o.place FROM home o) j ON j.j = n.place_nr JOIN part q ON q.part = n.part_nr;
END;

COMMENT ON FUNCTION places_internal.nearness(places_internal.plan_definition, text, text, float8, float8) IS
	'of each place of a plan, or row of one home, and each category of assets, or one: 1, the nearest asset, the mean metres of its homes to the nearest, its homes, those farther than so many metres from all, and how many assets are within so many metres of one; 2, of each asset the place of the home nearest to it, and metres (not where within is NaN). Homes are groups where the caller may not know more. Assets are read as the caller';
