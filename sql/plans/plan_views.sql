-- what people and reports read: the published runs

CREATE OR REPLACE VIEW places.place AS
SELECT d.plan, g.place, i.name, g.authority, g.homes, g.reason IS NULL AS kept, g.reason, g.rank,
	places_internal.shown_density(g.density) AS density,
	places_internal.shown_metres(g.radius, g.reason ~ 'too_spread', (u.rules).max_radius) AS radius,
	places_internal.shown_metres(g.gap, g.reason ~ 'in_parts', (u.rules).max_gap) AS gap,
	pg_catalog.round(g.mean_distance) AS mean_distance, pg_catalog.round(g.rms_distance) AS rms_distance,
	g.outlying, g.attached, l.place IS NOT NULL AS locked, i.named_by, i.born_run, g.run,
	pg_catalog.round(g.longitude::numeric, 6)::float8 AS longitude, pg_catalog.round(g.latitude::numeric, 6)::float8 AS latitude,
	places_internal.point_at(g.longitude, g.latitude, 4326)::geometry(Point, 4326) AS centre
FROM places_internal.plan_definition d
JOIN places_internal.run_record u ON u.run = d.published_run
JOIN places_internal.place_result g ON g.run = u.run
JOIN places_internal.place_identity i ON i.place = g.place
LEFT JOIN places_internal.locked_place l ON l.plan_id = d.plan_id AND l.place = g.place;

COMMENT ON VIEW places.place IS 'the places of the published run of each plan, a row a place';
COMMENT ON COLUMN places.place.plan IS 'the plan';
COMMENT ON COLUMN places.place.place IS 'number of the place, unique among all plans and never used again: a key for maps';
COMMENT ON COLUMN places.place.name IS 'its name';
COMMENT ON COLUMN places.place.authority IS 'its local authority';
COMMENT ON COLUMN places.place.homes IS 'its homes (sum of weights)';
COMMENT ON COLUMN places.place.kept IS 'whether it keeps the rules or, having been kept, misses them by no more than the grace of the plan';
COMMENT ON COLUMN places.place.reason IS 'why not: too_small, too_spread, in_parts, several of these joined by commas, or dispersed';
COMMENT ON COLUMN places.place.rank IS '1 for the densest kept place of the plan';
COMMENT ON COLUMN places.place.density IS 'the score, homes per km2: of the uniform disc with the same rms_distance; rounded, places are ranked by more digits';
COMMENT ON COLUMN places.place.radius IS 'radius of the smallest circle around its homes, in whole metres: rounded up if it is too_spread';
COMMENT ON COLUMN places.place.mean_distance IS 'mean distance of its homes to the centre, in whole metres';
COMMENT ON COLUMN places.place.rms_distance IS 'root mean square distance of its homes to the centre, in whole metres';
COMMENT ON COLUMN places.place.outlying IS 'homes outside every place that are nearest to this one';
COMMENT ON COLUMN places.place.attached IS 'homes outside every place that joined this one';
COMMENT ON COLUMN places.place.centre IS 'centroid of its homes (WGS 84)';
COMMENT ON COLUMN places.place.longitude IS 'of the centre, degrees east';
COMMENT ON COLUMN places.place.latitude IS 'of the centre, degrees north';
COMMENT ON COLUMN places.place.locked IS 'whether people locked its homes in';
COMMENT ON COLUMN places.place.named_by IS 'who named it; null: it was named after its homes';
COMMENT ON COLUMN places.place.born_run IS 'the run that made it';
COMMENT ON COLUMN places.place.run IS 'the published run';
COMMENT ON COLUMN places.place.gap IS 'whole metres between the parts of the place: the longest edge of the minimum spanning tree of its homes that leaves at least a tenth of them on each side; 0 when there is none; null: of a run before version 0.3.0';

CREATE OR REPLACE VIEW places.place_balance AS
SELECT d.plan, g.place, u.balance_columns[v.l]::text AS variable, places_internal.shown_amount(v.amount) AS amount,
	places_internal.shown_amount(v.target) AS target, places_internal.shown_ratio(v.amount / NULLIF(v.target, 0)) AS ratio,
	places_internal.is_within(v.amount, v.target, COALESCE(u.balance_tolerance[v.l], u.balance_tolerance[1], 0.1)) AS within
FROM places_internal.plan_definition d
JOIN places_internal.run_record u ON u.run = d.published_run
JOIN places_internal.place_result g ON g.run = u.run
CROSS JOIN LATERAL unnest(g.loads, g.load_targets) WITH ORDINALITY v(amount, target, l);

COMMENT ON VIEW places.place_balance IS 'what the places of the published run of each plan have of the measures that it balances, a row for each place and measure';
COMMENT ON COLUMN places.place_balance.plan IS 'the plan';
COMMENT ON COLUMN places.place_balance.place IS 'the place';
COMMENT ON COLUMN places.place_balance.variable IS 'the measure: a column of the stock';
COMMENT ON COLUMN places.place_balance.amount IS 'what its homes have of it';
COMMENT ON COLUMN places.place_balance.target IS 'what they should have: the mean of the places of its local authority, dispersed ones apart; of patches the mean of those of their place, or of those outside every kept place of their authority; times the share that people set';
COMMENT ON COLUMN places.place_balance.ratio IS 'amount / target; null where nobody has any';
COMMENT ON COLUMN places.place_balance.within IS 'whether it is no further from 1 than the tolerance of the measure';

CREATE OR REPLACE VIEW places.home AS
SELECT d.plan, m.home_id, CASE WHEN m.outside IS DISTINCT FROM 'no_authority' THEN m.authority END AS authority,
	m.place, i.name AS place_name, places_internal.is_member(m.outside) AND g.reason IS NULL AS kept,
	places_internal.reason_of_home(m.outside, g.reason) AS reason,
	pg_catalog.round(places_internal.metres_between(m.location, g.centre)) AS distance,
	places_internal.homes_of_weight(m.weight) AS weight, n.home_id IS NOT NULL AS pinned, m.since_run, m.location
FROM places_internal.plan_definition d
JOIN places_internal.membership m ON m.plan_id = d.plan_id
	AND m.since_run <= d.published_run AND (m.until_run IS NULL OR m.until_run > d.published_run)
	AND d.level <> 'locality'
LEFT JOIN places_internal.place_result g ON g.run = d.published_run AND g.place = m.place AND g.authority = m.authority
LEFT JOIN places_internal.place_identity i ON i.place = m.place
LEFT JOIN places_internal.pinned_home n ON n.plan_id = d.plan_id AND n.home_id = m.home_id;

COMMENT ON VIEW places.home IS 'the homes of the published run of each plan of places or patches, a row for every row of the stock';
COMMENT ON COLUMN places.home.plan IS 'the plan';
COMMENT ON COLUMN places.home.home_id IS 'id of the home as text; empty for null';
COMMENT ON COLUMN places.home.authority IS 'its local authority';
COMMENT ON COLUMN places.home.place IS 'its place, or the nearest one if it is in none; null if it could not be placed';
COMMENT ON COLUMN places.home.place_name IS 'the name of that place';
COMMENT ON COLUMN places.home.kept IS 'whether it is in a place that keeps the rules';
COMMENT ON COLUMN places.home.reason IS
	'why not: that of its place, or outlying, attached, dispersed, pinned (from outside the circle of its place), no_location, not_a_point, other_srid, no_authority, bad_weight; divided, which a kept home may be too: what it should stay together with breaks max_homes or max_radius by itself';
COMMENT ON COLUMN places.home.distance IS 'whole metres to the centre of the place';
COMMENT ON COLUMN places.home.weight IS 'homes that the row stands for';
COMMENT ON COLUMN places.home.pinned IS 'whether people put it where it is, or will be after the next run';
COMMENT ON COLUMN places.home.location IS 'where it is, as the stock had it';
COMMENT ON COLUMN places.home.since_run IS 'the run since which nothing of this has changed';

CREATE OR REPLACE VIEW places.remainder AS
SELECT h.plan, h.home_id, h.authority, h.reason, h.place AS nearest_place, h.place_name AS nearest_name,
	h.distance, h.weight, h.location
FROM places.home h
WHERE NOT h.kept;

COMMENT ON VIEW places.remainder IS 'the homes of the published run of each plan that are in no kept place, and why';
COMMENT ON COLUMN places.remainder.plan IS 'the plan';
COMMENT ON COLUMN places.remainder.home_id IS 'id of the home as text';
COMMENT ON COLUMN places.remainder.authority IS 'its local authority';
COMMENT ON COLUMN places.remainder.reason IS 'why it is in no kept place';
COMMENT ON COLUMN places.remainder.nearest_place IS 'the place it belongs to, is nearest to or joined; null if it could not be placed';
COMMENT ON COLUMN places.remainder.nearest_name IS 'the name of that place';
COMMENT ON COLUMN places.remainder.distance IS 'whole metres to the centre of that place';
COMMENT ON COLUMN places.remainder.weight IS 'homes that the row stands for';
COMMENT ON COLUMN places.remainder.location IS 'where it is, as the stock had it';

CREATE OR REPLACE VIEW places.run_history AS
SELECT d.plan, u.run, u.run IS NOT DISTINCT FROM d.published_run AS published,
	CASE WHEN u.status = 'running' AND NOT places_internal.is_running(u.plan_id) THEN 'crashed' ELSE u.status END AS status,
	CASE WHEN pg_catalog.pg_has_role('places_editor', 'USAGE') THEN u.error END AS error,
	CASE WHEN pg_catalog.pg_has_role('places_editor', 'USAGE') THEN u.held_back END AS held_back, u.who, u.started_at, u.finished_at,
	pg_catalog.round(EXTRACT(EPOCH FROM u.finished_at - u.started_at), 2)::float8 AS seconds, u.published_at, u.base_run,
	u.stock_rows, u.homes, u.places, u.kept_places, u.kept_homes,
	places_internal.shown_share(u.kept_share) AS kept_share, u.moved_homes, places_internal.shown_share(u.moved_share) AS moved_share,
	u.no_location, u.no_authority, u.bad_weight, u.duplicate_ids, u.unhonoured,
	(u.rules).method, (u.rules).target_homes, (u.rules).min_homes, (u.rules).max_homes, (u.rules).max_radius,
	(u.rules).remainder, (u.rules).attach_within, u.tolerance, u.versions, u.fingerprint, u.stored, u.found_rows, u.remark,
	(u.rules).max_gap, (u.rules).k, u.boundary_within, u.problems, d.level, u.parent_run
FROM places_internal.run_record u JOIN places_internal.plan_definition d ON d.plan_id = u.plan_id;

COMMENT ON VIEW places.run_history IS 'all runs of all plans';
COMMENT ON COLUMN places.run_history.plan IS 'the plan';
COMMENT ON COLUMN places.run_history.run IS 'number of the run';
COMMENT ON COLUMN places.run_history.published IS 'whether the views show it';
COMMENT ON COLUMN places.run_history.status IS 'running, done, failed, cancelled, crashed or discarded';
COMMENT ON COLUMN places.run_history.error IS 'why it failed; for members of places_editor alone, since it may name homes';
COMMENT ON COLUMN places.run_history.held_back IS 'why it was not published although it was asked to be; for members of places_editor alone';
COMMENT ON COLUMN places.run_history.who IS 'the role that ran it';
COMMENT ON COLUMN places.run_history.started_at IS 'when it began';
COMMENT ON COLUMN places.run_history.finished_at IS 'when it ended';
COMMENT ON COLUMN places.run_history.seconds IS 'how long it took';
COMMENT ON COLUMN places.run_history.published_at IS 'when it was last published; null: it is a draft';
COMMENT ON COLUMN places.run_history.base_run IS 'the run that was published when it began';
COMMENT ON COLUMN places.run_history.stock_rows IS 'rows of the stock';
COMMENT ON COLUMN places.run_history.homes IS 'homes (sum of weights)';
COMMENT ON COLUMN places.run_history.places IS 'places, but for dispersed ones';
COMMENT ON COLUMN places.run_history.kept_places IS 'places that keep the rules';
COMMENT ON COLUMN places.run_history.kept_homes IS 'homes in them';
COMMENT ON COLUMN places.run_history.kept_share IS 'their share of all homes, 0 to 1';
COMMENT ON COLUMN places.run_history.moved_homes IS 'homes that were in the base run too and changed their place, or lost or gained one';
COMMENT ON COLUMN places.run_history.moved_share IS 'their share of the homes that were in the base run too';
COMMENT ON COLUMN places.run_history.no_location IS 'rows without a usable location';
COMMENT ON COLUMN places.run_history.no_authority IS 'rows without an authority';
COMMENT ON COLUMN places.run_history.bad_weight IS 'rows without a valid weight';
COMMENT ON COLUMN places.run_history.duplicate_ids IS 'rows whose id another row has, or is null';
COMMENT ON COLUMN places.run_history.unhonoured IS 'pins, locks and targets that could not be honoured';
COMMENT ON COLUMN places.run_history.method IS 'rules: the method';
COMMENT ON COLUMN places.run_history.target_homes IS 'rules: homes a place should have; null, with k: any number';
COMMENT ON COLUMN places.run_history.min_homes IS 'rules: fewest homes of a kept place; null, with k: any number';
COMMENT ON COLUMN places.run_history.max_homes IS 'rules: most homes of a place; null, with k: any number';
COMMENT ON COLUMN places.run_history.max_radius IS 'rules: largest radius of a kept place, in metres';
COMMENT ON COLUMN places.run_history.remainder IS 'rules: what becomes of homes outside every place';
COMMENT ON COLUMN places.run_history.attach_within IS 'rules: how far a home may be attached, in metres';
COMMENT ON COLUMN places.run_history.tolerance IS 'share by which a new division had to beat the old one';
COMMENT ON COLUMN places.run_history.versions IS 'versions of places, PostgreSQL and PostGIS';
COMMENT ON COLUMN places.run_history.fingerprint IS 'hash of ids, authorities, locations and weights, whatever their order';
COMMENT ON COLUMN places.run_history.stored IS 'whether its homes and places are still there';
COMMENT ON COLUMN places.run_history.found_rows IS 'rows that were in the base run too, by id and authority';
COMMENT ON COLUMN places.run_history.remark IS 'what people should look at, although it did not hold the run back';
COMMENT ON COLUMN places.run_history.problems IS 'kinds of problems that it met in its stock: none, rows without a location, an authority, a valid weight or an id of their own, authorities spelled differently; places.check_stock() lists these and others';
COMMENT ON COLUMN places.run_history.level IS 'what the plan''s places are: locality, place or patch';
COMMENT ON COLUMN places.run_history.parent_run IS 'of patches and localities: the run whose places it divided or grouped';
COMMENT ON COLUMN places.run_history.max_gap IS 'rules: widest gap between the parts of a kept place, in metres; null: no limit';
COMMENT ON COLUMN places.run_history.k IS 'rules: places an authority is divided into; null: as many as target_homes asks for';
COMMENT ON COLUMN places.run_history.boundary_within IS 'how far, in metres, its boundaries reach from the homes; null: it has none, or was made before version 0.3.0';

CREATE OR REPLACE FUNCTION places_internal.insist_published(p places_internal.plan_definition)
RETURNS void LANGUAGE plpgsql STABLE PARALLEL SAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	draft bigint;
BEGIN
	IF p.published_run IS NOT NULL THEN
		RETURN;
	END IF;
	SELECT max(u.run) INTO draft FROM places.run_history u WHERE u.plan = p.plan AND u.status = 'done' AND u.stored;
	PERFORM places_internal.refuse('object_not_in_prerequisite_state', format('plan "%s" has no published run', p.plan),
		detail => CASE WHEN draft IS NULL THEN 'Nor is there a draft.' ELSE format('Run %s is a draft.', draft) END,
		hint => CASE WHEN draft IS NULL THEN format('Run it: SELECT * FROM places.run(%L);', p.plan)
				ELSE format('Look at it, then use places.publish(%L, %s) or places.discard(%s).', p.plan, draft, draft) END);
END
$$;

COMMENT ON FUNCTION places_internal.insist_published(places_internal.plan_definition) IS
	'a clear error if a plan has nothing to show, which says whether a draft could be published';

CREATE OR REPLACE VIEW places.authority AS
SELECT d.plan, CASE WHEN a.status <> 'none' THEN a.authority END AS authority, a.status, a.stock_rows, a.homes, a.places, a.kept_places,
	a.kept_homes, places_internal.shown_share(a.kept_homes / NULLIF(a.homes, 0)) AS kept_share, a.moved_homes, a.unplaced, a.run
FROM places_internal.plan_definition d JOIN places_internal.authority_result a ON a.run = d.published_run;

COMMENT ON VIEW places.authority IS 'the local authorities of the published run of each plan';
COMMENT ON COLUMN places.authority.plan IS 'the plan';
COMMENT ON COLUMN places.authority.authority IS 'the local authority; null for rows without one';
COMMENT ON COLUMN places.authority.status IS 'new: divided afresh; kept: the old division was good enough; mended: the old one with few changes; none: rows without an authority';
COMMENT ON COLUMN places.authority.stock_rows IS 'its rows of the stock';
COMMENT ON COLUMN places.authority.homes IS 'its homes (sum of weights)';
COMMENT ON COLUMN places.authority.places IS 'its places, but for dispersed ones';
COMMENT ON COLUMN places.authority.kept_places IS 'those that keep the rules';
COMMENT ON COLUMN places.authority.kept_homes IS 'homes in them';
COMMENT ON COLUMN places.authority.kept_share IS 'their share of its homes, 0 to 1';
COMMENT ON COLUMN places.authority.moved_homes IS 'homes that were in the base run too and changed their place';
COMMENT ON COLUMN places.authority.unplaced IS 'rows that could not be placed';
COMMENT ON COLUMN places.authority.run IS 'the published run';

CREATE OR REPLACE VIEW places.change AS
SELECT d.plan, l.run, u.started_at AS at, u.published_at IS NOT NULL AS published, l.authority, l.event,
	l.place, i.name, l.other, o.name AS other_name, l.homes
FROM places_internal.lineage l
JOIN places_internal.plan_definition d ON d.plan_id = l.plan_id
JOIN places_internal.run_record u ON u.run = l.run
LEFT JOIN places_internal.place_identity i ON i.place = l.place
LEFT JOIN places_internal.place_identity o ON o.place = l.other;

COMMENT ON VIEW places.change IS 'births, splits, mergers and ends of places in all runs of all plans; of a discarded run the births and splits of places that are in other runs, or were published';
COMMENT ON COLUMN places.change.plan IS 'the plan';
COMMENT ON COLUMN places.change.run IS 'the run that brought it about, against its base run';
COMMENT ON COLUMN places.change.at IS 'when that run began';
COMMENT ON COLUMN places.change.published IS 'whether it was ever published';
COMMENT ON COLUMN places.change.authority IS 'the local authority';
COMMENT ON COLUMN places.change.event IS 'birth or end of a place; split: at least half of the older homes of a born place come from one other; merger: at least half of the homes that an ended place left are in one other, which did not come from it';
COMMENT ON COLUMN places.change.place IS 'the place that was born or ended';
COMMENT ON COLUMN places.change.name IS 'its name';
COMMENT ON COLUMN places.change.other IS 'where most of its homes come from or went; null if from or into no place';
COMMENT ON COLUMN places.change.other_name IS 'the name of that place';
COMMENT ON COLUMN places.change.homes IS 'homes that came from or went there; without another place all homes of the place';

CREATE OR REPLACE VIEW places.correction AS
SELECT d.plan, 'pin' AS kind, h.home_id, h.place, i.name, h.note, h.who, h.at, h.problem, NULL::float8 AS share,
	NULL::text AS worker, NULL::text AS skills
FROM places_internal.pinned_home h
JOIN places_internal.plan_definition d ON d.plan_id = h.plan_id
LEFT JOIN places_internal.place_identity i ON i.place = h.place
UNION ALL
SELECT d.plan, 'lock', NULL, l.place, i.name, l.note, l.who, l.at, l.problem, NULL, NULL, NULL
FROM places_internal.locked_place l
JOIN places_internal.plan_definition d ON d.plan_id = l.plan_id
LEFT JOIN places_internal.place_identity i ON i.place = l.place
UNION ALL
SELECT d.plan, 'target', NULL, t.place, i.name, t.note, t.who, t.at, t.problem, t.share, NULL, NULL
FROM places_internal.place_target t
JOIN places_internal.plan_definition d ON d.plan_id = t.plan_id
LEFT JOIN places_internal.place_identity i ON i.place = t.place
UNION ALL
SELECT d.plan, 'worker', NULL, w.place, i.name, w.note, w.who, w.at, w.problem, NULL, w.worker, NULL
FROM places_internal.placed_worker w
JOIN places_internal.plan_definition d ON d.plan_id = w.plan_id
LEFT JOIN places_internal.place_identity i ON i.place = w.place
UNION ALL
SELECT d.plan, 'skills', NULL, k.place, i.name, k.note, k.who, k.at, NULL, NULL, NULL, pg_catalog.array_to_string(k.skills, ', ')
FROM places_internal.required_skill k
JOIN places_internal.plan_definition d ON d.plan_id = k.plan_id
LEFT JOIN places_internal.place_identity i ON i.place = k.place;

COMMENT ON VIEW places.correction IS 'the pins, locks and targets in force, workers that people placed, and skills that places require';
COMMENT ON COLUMN places.correction.worker IS 'the worker who serves the place whatever speaks against it; null unless it is one';
COMMENT ON COLUMN places.correction.skills IS 'what whoever serves the place has to be able to; null unless it is that';
COMMENT ON COLUMN places.correction.plan IS 'the plan';
COMMENT ON COLUMN places.correction.kind IS 'pin, lock, target, worker or skills';
COMMENT ON COLUMN places.correction.home_id IS 'the pinned home; in a plan of localities the pinned place, by its number';
COMMENT ON COLUMN places.correction.place IS 'the place it has to be in, or that is locked or has a target of its own';
COMMENT ON COLUMN places.correction.name IS 'its name';
COMMENT ON COLUMN places.correction.note IS 'why';
COMMENT ON COLUMN places.correction.who IS 'who did it';
COMMENT ON COLUMN places.correction.at IS 'when';
COMMENT ON COLUMN places.correction.problem IS 'why the last run could not honour it or, of a later one, what is known from the published run to keep the next run from it: home gone, other authority, place ended, other method (a target counts under balanced alone), locked (with more homes than its target allows), or what keeps the home from being placed; of a worker, why the last allocation could not leave him there: worker gone, not available, place taken, place ended; null: nothing';
COMMENT ON COLUMN places.correction.share IS 'target of the place, as a multiple of that of the others; null unless it is one';

CREATE OR REPLACE VIEW places.audit_log AS
SELECT a.act, a.at, a.who, NULLIF(a.plan, '') AS plan, a.action, a.home_id, a.place, a.run, a.note, a.before, a.after, a.as_role
FROM places_internal.act a;

COMMENT ON VIEW places.audit_log IS 'what people did to plans, in order';
COMMENT ON COLUMN places.audit_log.act IS 'number of the act';
COMMENT ON COLUMN places.audit_log.at IS 'when';
COMMENT ON COLUMN places.audit_log.who IS 'the role that logged in';
COMMENT ON COLUMN places.audit_log.plan IS 'the plan by the name it had';
COMMENT ON COLUMN places.audit_log.action IS 'what was done: the name of the function';
COMMENT ON COLUMN places.audit_log.home_id IS 'the home it concerned; null if none, or forgotten';
COMMENT ON COLUMN places.audit_log.place IS 'the place it concerned';
COMMENT ON COLUMN places.audit_log.run IS 'the run it concerned';
COMMENT ON COLUMN places.audit_log.note IS 'why';
COMMENT ON COLUMN places.audit_log.before IS 'what was there before';
COMMENT ON COLUMN places.audit_log.after IS 'what was there after';
COMMENT ON COLUMN places.audit_log.as_role IS 'the role in effect, by SET ROLE for instance; null: the one that logged in';

GRANT SELECT ON places.place, places.place_balance, places.authority, places.change, places.run_history TO places_reader;
GRANT SELECT ON places.home, places.remainder, places.correction, places.audit_log TO places_editor;
