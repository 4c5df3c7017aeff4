-- of homes and assets, which are near to which

CREATE OR REPLACE FUNCTION places_internal.near_assets(x float8[], y float8[], place int[], category int[], areal boolean[], asset_x float8[], asset_y float8[],
	asset int[], x1 float8[], y1 float8[], x2 float8[], y2 float8[], within float8, OUT kind int, OUT a int, OUT b int, OUT metres float8)
RETURNS SETOF record AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000000 ROWS 100000;

COMMENT ON FUNCTION places_internal.near_assets(float8[], float8[], int[], int[], boolean[], float8[], float8[], int[], float8[], float8[], float8[], float8[], float8) IS
	'rows of three kinds about homes, by place, and assets, by category, which consist of segments: 1, of each home and category the nearest asset and its metres; 2, of each place the assets within so many metres of a home; 3, of each asset the home nearest to its point, and its metres. within NaN: the first kind alone';

CREATE OR REPLACE FUNCTION places_internal.nearness(p places_internal.plan_definition, category text, home text, within float8)
RETURNS TABLE (kind int, place bigint, weight float8, category text, name text, asset int, metres float8)
LANGUAGE sql STABLE PARALLEL UNSAFE COST 1000000 ROWS 100000
BEGIN ATOMIC
	WITH home AS MATERIALIZED (
		SELECT pg_catalog.row_number() OVER (ORDER BY h.place, h.x, h.y, h.weight)::int AS h, pg_catalog.dense_rank() OVER (ORDER BY h.place)::int AS j, h.*
		FROM places_internal.homes_asked(p, nearness.home) h),
	listed AS MATERIALIZED (
		SELECT pg_catalog.row_number() OVER (ORDER BY l.category COLLATE "C", l.source COLLATE "C", l.name COLLATE "C", l.x, l.y)::int AS id, l.*
		FROM places_internal.assets_listed(p) l
		WHERE l.problem IS NULL AND (nearness.category IS NULL OR l.category = nearness.category)),
	edge AS MATERIALIZED (
		SELECT pg_catalog.dense_rank() OVER (ORDER BY l.id, e.areal)::int AS part, l.id, l.category, l.x, l.y, e.*
		FROM listed l CROSS JOIN LATERAL unnest(l.areal, l.x1, l.y1, l.x2, l.y2) e(areal, x1, y1, x2, y2)),
	part AS MATERIALIZED (
		SELECT DISTINCT ON (e.part) e.part, e.id, e.areal, e.x, e.y,
			(pg_catalog.dense_rank() OVER (ORDER BY e.category COLLATE "C"))::int AS c
		FROM edge e ORDER BY e.part),
	near AS (
		SELECT n.*
		FROM (SELECT pg_catalog.array_agg(h.x ORDER BY h.h) AS x, pg_catalog.array_agg(h.y ORDER BY h.h) AS y, pg_catalog.array_agg(h.j ORDER BY h.h) AS j FROM home h) h
		CROSS JOIN (SELECT pg_catalog.array_agg(t.c ORDER BY t.part) AS c, pg_catalog.array_agg(t.areal ORDER BY t.part) AS areal,
			pg_catalog.array_agg(t.x ORDER BY t.part) AS x, pg_catalog.array_agg(t.y ORDER BY t.part) AS y FROM part t) t
		CROSS JOIN (SELECT pg_catalog.array_agg(e.part ORDER BY e.part, e.x1, e.y1, e.x2, e.y2) AS part, pg_catalog.array_agg(e.x1 ORDER BY e.part, e.x1, e.y1, e.x2, e.y2) AS x1,
			pg_catalog.array_agg(e.y1 ORDER BY e.part, e.x1, e.y1, e.x2, e.y2) AS y1, pg_catalog.array_agg(e.x2 ORDER BY e.part, e.x1, e.y1, e.x2, e.y2) AS x2,
			pg_catalog.array_agg(e.y2 ORDER BY e.part, e.x1, e.y1, e.x2, e.y2) AS y2 FROM edge e) e
		CROSS JOIN LATERAL places_internal.near_assets(h.x, h.y, h.j, t.c, t.areal, t.x, t.y, e.part, e.x1, e.y1, e.x2, e.y2, within) n)
	SELECT n.kind, h.place, h.weight, l.category, l.name, l.id, n.metres
	FROM near n JOIN home h ON h.h = n.a JOIN part t ON t.part = n.b JOIN listed l ON l.id = t.id WHERE n.kind = 1
	UNION ALL
	SELECT DISTINCT n.kind, h.place, NULL::float8, l.category, l.name, l.id, NULL::float8
	FROM near n JOIN (SELECT DISTINCT o.j, o.place FROM home o) h ON h.j = n.a JOIN part t ON t.part = n.b JOIN listed l ON l.id = t.id WHERE n.kind = 2
	UNION ALL
	SELECT DISTINCT n.kind, h.place, NULL::float8, l.category, l.name, l.id, n.metres
	FROM near n JOIN home h ON h.h = n.b JOIN part t ON t.part = n.a JOIN listed l ON l.id = t.id WHERE n.kind = 3;
END;

COMMENT ON FUNCTION places_internal.nearness(places_internal.plan_definition, text, text, float8) IS
	'of each home in the places of a plan, or of one of them, or of each group of homes where the caller may not know more, the nearest asset of each category, or of one (kind 1); which assets are within so many metres of a home of a place (kind 2); and of each asset the place of the home nearest to it, and its metres (kind 3; both not where within is NaN). Assets are read as the caller';
