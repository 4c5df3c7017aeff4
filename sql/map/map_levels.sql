
-- map: the levels of a plan that has localities or patches
--
-- Homes are drawn once: gathered in pieces that are together on every level, thinned
-- piece by piece, and put together to the places of each level.

-- With patches each row of a home meets that in the plan of the patches: rows that
-- share id, authority and position are alike on a map, and are met in any order.
CREATE OR REPLACE FUNCTION places_internal.map_pieces(plan text, patches text, localities text, srid int, max_dots bigint,
	OUT pieces places_internal.map_piece[], OUT located bigint)
RETURNS record LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 100000
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	WITH home AS NOT MATERIALIZED (
		SELECT h.authority, h.place, h.kept, h.reason, NULL::bigint AS patch, NULL::boolean AS patch_kept, h.weight, h.location
		FROM places.home h
		WHERE h.plan = map_pieces.plan AND patches IS NULL
		UNION ALL
		SELECT b.authority, max(b.place), bool_or(b.kept), max(b.reason), max(b.patch), bool_or(b.patch_kept), max(b.weight), b.location
		FROM (
			SELECT h.home_id, h.authority, h.place, h.kept, h.reason, NULL::bigint AS patch, NULL::boolean AS patch_kept, h.weight, h.location,
				row_number() OVER (PARTITION BY h.home_id, h.authority, h.location ORDER BY h.kept DESC, h.place) AS copy
			FROM places.home h
			WHERE h.plan = map_pieces.plan AND patches IS NOT NULL
			UNION ALL
			SELECT h.home_id, h.authority, NULL, NULL, NULL, h.place, h.kept, NULL, h.location,
				row_number() OVER (PARTITION BY h.home_id, h.authority, h.location ORDER BY h.place)
			FROM places.home h
			WHERE h.plan = patches) b
		GROUP BY b.home_id, b.authority, b.location, b.copy),
	grouped AS MATERIALIZED (
		SELECT h.authority, h.place, h.kept, h.patch, COALESCE(h.patch_kept, false) AS patch_kept,
			localities IS NOT NULL AND h.place IS NOT NULL AND COALESCE(h.reason NOT IN ('outlying', 'attached'), true) AS inside,
			places_internal.map_gathered(places_internal.usable_location(h.location, srid)) AS homes, sum(h.weight) AS weight
		FROM home h
		GROUP BY 1, 2, 3, 4, 5, 6),
	total AS MATERIALIZED (
		SELECT COALESCE(sum(octet_length(g.homes) / 16), 0)::bigint AS located FROM grouped g)
	SELECT array_agg((g.authority, g.place, g.kept, g.patch, g.patch_kept, l.place, COALESCE(l.kept, false), l.authority,
				places_internal.map_thinned(g.homes, max_dots, t.located), g.weight)::places_internal.map_piece
			ORDER BY g.authority COLLATE "C", g.place, g.kept DESC, g.patch, g.patch_kept, g.inside),
		COALESCE(max(t.located), 0)
	INTO pieces, located
	FROM grouped g
	CROSS JOIN total t
	LEFT JOIN places.tree p ON p.plan = map_pieces.plan AND p.authority = g.authority AND p.place = g.place AND g.inside
	LEFT JOIN places.tree l ON l.plan = localities AND l.place = p.parent;
END
$$;

COMMENT ON FUNCTION places_internal.map_pieces(text, text, text, int, bigint) IS
	'the homes of the published run of a plan, those that are together on every level at a time: in the order of its places, kept ones first; and how many have a location. The plans of its patches and localities may be null';

CREATE OR REPLACE FUNCTION places_internal.map_joined(pieces geometry[])
RETURNS geometry LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000
RETURN CASE pg_catalog.cardinality(pieces) WHEN 1 THEN pieces[1] ELSE places_internal.st_points(places_internal.st_collect(pieces)) END;

COMMENT ON FUNCTION places_internal.map_joined(geometry[]) IS 'several multipoints as one, in their order';

CREATE OR REPLACE FUNCTION places_internal.map_places_of(plan text, part text, pieces places_internal.map_piece[])
RETURNS places_internal.map_place[] LANGUAGE sql STABLE PARALLEL RESTRICTED COST 100000
BEGIN ATOMIC
	WITH part AS (
		SELECT CASE part WHEN 'locality' THEN p.region ELSE p.authority END AS authority,
			CASE part WHEN 'locality' THEN p.locality WHEN 'patch' THEN p.patch ELSE p.place END AS place,
			CASE part WHEN 'locality' THEN p.locality_kept WHEN 'patch' THEN p.patch_kept ELSE p.kept END AS kept,
			p.homes, p.weight, p.ordinality AS nr
		FROM ROWS FROM (pg_catalog.unnest(pieces)) WITH ORDINALITY p),
	grouped AS MATERIALIZED (
		SELECT p.authority, p.place,
			places_internal.map_joined(pg_catalog.array_agg(p.homes ORDER BY p.nr) FILTER (WHERE p.kept AND p.homes IS NOT NULL)) AS kept_homes,
			places_internal.map_joined(pg_catalog.array_agg(p.homes ORDER BY p.nr) FILTER (WHERE NOT p.kept AND p.homes IS NOT NULL)) AS other_homes,
			pg_catalog.sum(p.weight) AS homes
		FROM part p
		GROUP BY p.authority, p.place)
	SELECT pg_catalog.array_agg((g.authority, g.place, p.name, CASE WHEN g.place IS NULL THEN COALESCE(g.homes, 0) ELSE p.homes END,
			p.outlying + p.attached, COALESCE(p.kept, false), p.reason, p.rank, p.density, p.radius,
			g.kept_homes, g.other_homes, b.boundary, NULL, p.gap)::places_internal.map_place
		ORDER BY g.authority COLLATE "C", g.place)
	FROM grouped g
	LEFT JOIN places.place p ON p.plan = map_places_of.plan AND p.authority = g.authority AND p.place = g.place
	LEFT JOIN places.territory b ON b.plan = p.plan AND b.place = p.place;
END;

COMMENT ON FUNCTION places_internal.map_places_of(text, text, places_internal.map_piece[]) IS
	'the places of the published run of a plan, with those of the homes that are theirs: by their locality, place or patch';

CREATE OR REPLACE FUNCTION places_internal.map_of_level(d places_internal.plan_definition, part text, title text, located bigint,
	pieces places_internal.map_piece[], geodetic boolean, background regclass)
RETURNS places_internal.map_scene LANGUAGE sql STABLE PARALLEL RESTRICTED COST 100000
BEGIN ATOMIC
	SELECT places_internal.map_scene(title,
		places_internal.map_caption(u.finished_at::date, u.run, (u.method, u.target_homes, u.min_homes, u.max_homes, u.max_radius,
			u.remainder, u.attach_within, u.max_gap, u.k)::places.ruleset, (d).level),
		-- those of localities are places
		COALESCE((SELECT o.stock_rows FROM places.run_history o WHERE o.run = u.parent_run AND (d).level = 'locality'), u.stock_rows),
		located, places_internal.map_places_of((d).plan, part, pieces), geodetic, background, (d).level)
	FROM places.run_history u
	WHERE u.plan = (d).plan AND u.published;
END;

COMMENT ON FUNCTION places_internal.map_of_level(places_internal.plan_definition, text, text, bigint, places_internal.map_piece[], boolean, regclass) IS
	'the scene of the published run of a plan, of homes by their locality, place or patch';

CREATE OR REPLACE FUNCTION places_internal.map_runs(scene places_internal.map_scene, pieces places_internal.map_piece[])
RETURNS json LANGUAGE sql STABLE PARALLEL SAFE COST 100000
BEGIN ATOMIC
	SELECT pg_catalog.json_agg(pg_catalog.json_build_array(s.n, s.locality, s.locality_kept, s.patch, s.patch_kept) ORDER BY s.ordinality)
	FROM (SELECT p.*, places_internal.st_npoints(CASE WHEN p.kept THEN p.homes
				ELSE places_internal.map_inside(places_internal.map_plane(p.homes, (scene).projection), (scene).ground) END) AS n
			FROM ROWS FROM (pg_catalog.unnest(pieces)) WITH ORDINALITY p) s
	WHERE s.n > 0;
END;

COMMENT ON FUNCTION places_internal.map_runs(places_internal.map_scene, places_internal.map_piece[]) IS
	'of the homes that a scene shows, in its order, how many at a time are in which locality and patch, and whether kept there';

-- Of a plan of patches or of localities, that level alone.
CREATE OR REPLACE FUNCTION places_internal.map_tree(known places_internal.plan_definition, title text, max_dots bigint, background regclass)
RETURNS places_internal.map_scene LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 100000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	srid int := places_internal.system_of_layers(known);
	geodetic boolean := COALESCE(places_internal.is_degrees(srid), false);
	-- the plan whose homes it shows
	base text := (SELECT d.plan FROM places_internal.plan_definition d
		WHERE d.plan_id = CASE known.level WHEN 'locality' THEN known.parent_id ELSE known.plan_id END);
	others places_internal.plan_definition[] := ARRAY(SELECT d FROM places_internal.plan_definition d
		WHERE d.parent_id = known.plan_id AND d.published_run IS NOT NULL ORDER BY d.level);
	child places_internal.plan_definition;
	gathered record;
	scene places_internal.map_scene;
	other places_internal.map_scene;
BEGIN
	gathered := places_internal.map_pieces(base, (SELECT o.plan FROM unnest(others) o WHERE o.level = 'patch'),
		CASE known.level WHEN 'locality' THEN known.plan ELSE (SELECT o.plan FROM unnest(others) o WHERE o.level = 'locality') END, srid, max_dots);
	scene := places_internal.map_of_level(known, CASE known.level WHEN 'locality' THEN 'locality' ELSE 'place' END, title, gathered.located, gathered.pieces, geodetic, background);
	FOREACH child IN ARRAY others LOOP
		other := places_internal.map_of_level(child, child.level, title, gathered.located, gathered.pieces, geodetic, NULL);
		scene.levels := scene.levels || (other.level, other.caption, other.summary, other.authorities, other.totals,
			ARRAY(SELECT (p.authority, p.place, p.name, p.homes, p.beside, p.kept, p.reason, p.rank, p.density, p.radius,
					NULL, NULL, p.outline, p.colour, p.gap)::places_internal.map_place
				FROM ROWS FROM (unnest(other.places)) WITH ORDINALITY p ORDER BY p.ordinality))::places_internal.map_level;
		scene.runs := places_internal.map_runs(scene, gathered.pieces);
	END LOOP;
	RETURN scene;
END
$$;

COMMENT ON FUNCTION places_internal.map_tree(places_internal.plan_definition, text, bigint, regclass) IS
	'the scene of the published run of a plan, with those of its localities and patches as other levels';
