-- the tree as people and reports read it: a row a place of any level, a row a home

CREATE OR REPLACE VIEW places.tree AS
SELECT d.plan, d.level, g.place, i.name, p.place AS parent, p.name AS parent_name, g.homes, g.reason IS NULL AS kept, g.reason,
	g.authority, g.rank, places_internal.shown_density(g.density) AS density,
	places_internal.shown_metres(g.radius, g.reason ~ 'too_spread', (u.rules).max_radius) AS radius,
	pg_catalog.round(g.mean_distance) AS mean_distance,
	COALESCE(r.plan, d.plan) AS tree, u.run,
	pg_catalog.round(g.longitude::numeric, 6)::float8 AS longitude, pg_catalog.round(g.latitude::numeric, 6)::float8 AS latitude,
	places_internal.point_at(g.longitude, g.latitude, 4326)::geometry(Point, 4326) AS centre
FROM places_internal.plan_definition d
JOIN places_internal.run_record u ON u.run = d.published_run
JOIN places_internal.place_result g ON g.run = u.run
JOIN places_internal.place_identity i ON i.place = g.place
LEFT JOIN places_internal.plan_definition r ON r.plan_id = d.parent_id
LEFT JOIN places_internal.place_identity p ON p.place = g.parent;

COMMENT ON VIEW places.tree IS 'the places of the published runs on all levels, localities, places and patches, a row for each';
COMMENT ON COLUMN places.tree.plan IS 'the plan, its level''s own';
COMMENT ON COLUMN places.tree.level IS 'locality, place or patch';
COMMENT ON COLUMN places.tree.place IS 'number of the place, unique among all plans and levels and never used again';
COMMENT ON COLUMN places.tree.name IS 'its name';
COMMENT ON COLUMN places.tree.parent IS 'the place one level up: of a patch the place that it is a part of, of a place its locality; null where there is none, as above patches of homes outside every kept place';
COMMENT ON COLUMN places.tree.parent_name IS 'the name of that place';
COMMENT ON COLUMN places.tree.homes IS 'its homes (sum of weights)';
COMMENT ON COLUMN places.tree.kept IS 'whether it keeps the rules of its plan; a patch, whether it is as large as what it is a part of allows';
COMMENT ON COLUMN places.tree.reason IS 'why not: too_small, too_spread, in_parts, several of these joined by commas, or dispersed';
COMMENT ON COLUMN places.tree.authority IS 'its local authority; of a locality its region';
COMMENT ON COLUMN places.tree.rank IS '1 for the densest kept place of its plan';
COMMENT ON COLUMN places.tree.density IS 'the score, homes per km2, rounded';
COMMENT ON COLUMN places.tree.radius IS 'radius of the smallest circle around its homes, of a locality around the centres of its places, in whole metres';
COMMENT ON COLUMN places.tree.mean_distance IS 'mean distance of its homes to the centre, of a locality of its homes as if they stood at the centres of their places, in whole metres';
COMMENT ON COLUMN places.tree.tree IS 'the plan of places that the tree is named by';
COMMENT ON COLUMN places.tree.run IS 'the published run';
COMMENT ON COLUMN places.tree.longitude IS 'of the centre, degrees east';
COMMENT ON COLUMN places.tree.latitude IS 'of the centre, degrees north';
COMMENT ON COLUMN places.tree.centre IS 'centroid of its homes (WGS 84)';

/*
 * The levels are grouped by home and not joined: that takes no longer where there are no
 * statistics yet, and a look-up of one home is one by an index on each level.  Rows of an
 * id are numbered in one order on all levels, of those that patches do not leave out.
 */
CREATE OR REPLACE VIEW places.home_path AS
SELECT a.plan, a.home_id, l.place AS locality, l.name AS locality_name, i.place, i.name AS place_name,
	c.place AS patch, c.name AS patch_name, CASE WHEN NOT a.nobody THEN a.authority END AS authority, a.weight, a.kept
FROM (
	SELECT r.plan, r.home_id, r.authority, r.nobody, pg_catalog.max(r.locality) AS locality, pg_catalog.max(r.place) AS place,
		pg_catalog.max(r.patch) AS patch, pg_catalog.max(r.weight) AS weight, pg_catalog.bool_or(r.kept) AS kept
	FROM (
		SELECT h.plan, h.home_id, h.authority, h.nobody, h.divided, h.locality, h.place, NULL::bigint AS patch, h.weight, h.kept,
			pg_catalog.row_number() OVER (PARTITION BY h.plan, h.home_id, h.authority, h.nobody, h.divided ORDER BY h.copy) AS number
		FROM (
			SELECT d.plan, m.home_id, m.authority, COALESCE(m.outside = 'no_authority', false) AS nobody, m.copy,
				COALESCE(p.dispersed OR m.place = g.place AND g.reason IS NULL, false) AS divided,
				g.place IS NOT NULL AND g.reason IS NULL AS kept,
				g.parent AS locality, CASE WHEN places_internal.is_in(m.outside) THEN m.place END AS place,
				places_internal.homes_of_weight(m.weight) AS weight
			FROM places_internal.plan_definition d
			JOIN places_internal.membership m ON m.plan_id = d.plan_id AND d.level = 'place'
				AND m.since_run <= d.published_run AND (m.until_run IS NULL OR m.until_run > d.published_run)
			LEFT JOIN places_internal.plan_definition p ON p.parent_id = d.plan_id AND p.level = 'patch'
			LEFT JOIN places_internal.place_result g ON g.run = d.published_run AND g.place = m.place AND g.authority = m.authority
				AND places_internal.is_in(m.outside)) h
		UNION ALL
		SELECT d.plan, m.home_id, m.authority, COALESCE(m.outside = 'no_authority', false), true, NULL, NULL,
			CASE WHEN places_internal.is_in(m.outside) THEN m.place END, NULL, false, m.copy
		FROM places_internal.plan_definition p
		JOIN places_internal.plan_definition d ON d.plan_id = p.parent_id
		JOIN places_internal.membership m ON m.plan_id = p.plan_id AND p.level = 'patch'
			AND m.since_run <= p.published_run AND (m.until_run IS NULL OR m.until_run > p.published_run)) r
	GROUP BY r.plan, r.home_id, r.authority, r.nobody, r.divided, r.number) a
LEFT JOIN places_internal.place_identity l ON l.place = a.locality
LEFT JOIN places_internal.place_identity i ON i.place = a.place
LEFT JOIN places_internal.place_identity c ON c.place = a.patch;

COMMENT ON VIEW places.home_path IS 'where each home of the published run of each plan of places is on every level, a row for every row of the stock';
COMMENT ON COLUMN places.home_path.plan IS 'the plan of places';
COMMENT ON COLUMN places.home_path.home_id IS 'id of the home as text; empty for null';
COMMENT ON COLUMN places.home_path.locality IS 'the locality that its place belongs to; null if there is none';
COMMENT ON COLUMN places.home_path.locality_name IS 'the name of that locality';
COMMENT ON COLUMN places.home_path.place IS 'the place that it is in, kept or not; null outside every place';
COMMENT ON COLUMN places.home_path.place_name IS 'the name of that place';
COMMENT ON COLUMN places.home_path.patch IS 'the patch that it is in; null if there is none';
COMMENT ON COLUMN places.home_path.patch_name IS 'the name of that patch';
COMMENT ON COLUMN places.home_path.authority IS 'its local authority';
COMMENT ON COLUMN places.home_path.weight IS 'homes that the row stands for';
COMMENT ON COLUMN places.home_path.kept IS 'whether the place that it is in keeps the rules; false outside every place. A home for which it is false may have a patch of those outside every kept place of its authority';

GRANT SELECT ON places.tree TO places_reader;
GRANT SELECT ON places.home_path TO places_editor;
