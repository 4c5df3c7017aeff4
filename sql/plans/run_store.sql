-- what a run writes: the identity of places, homes where they changed, and its record

-- identity

CREATE OR REPLACE FUNCTION places_internal.name_places(r places_internal.run_record, p places_internal.plan_definition)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 10000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	olds bigint[];
	news int[];
	shares float8[];
	musts boolean[];
	fresh record;
	label text;
	number int;
	called text;
	born bigint;
BEGIN
	SELECT COALESCE(pg_catalog.array_agg(o.was), '{}'), COALESCE(pg_catalog.array_agg(o.made), '{}'),
		COALESCE(pg_catalog.array_agg(o.homes), '{}'), COALESCE(pg_catalog.array_agg(o.required), '{}')
	INTO olds, news, shares, musts
	FROM (
		SELECT u.was, u.made, pg_catalog.sum(u.homes) AS homes, pg_catalog.bool_or(u.required) AS required
		FROM pg_temp.places_run_overlap u
		WHERE u.was IS NOT NULL AND u.made IS NOT NULL
		GROUP BY u.was, u.made) o;
	UPDATE pg_temp.places_run_place g SET place = m.old
	FROM places.match_groups(olds, news, shares, musts) m
	JOIN unnest(olds, news, musts) o(was, made, required) ON o.was = m.old AND o.made = m.new
	JOIN (SELECT b.was, pg_catalog.sum(b.homes) AS homes FROM pg_temp.places_run_overlap b GROUP BY b.was) b ON b.was = m.old
	WHERE g.made = m.new AND (o.required OR 2 * m.homes >= b.homes);

	CREATE INDEX ON pg_temp.places_run_place (made);
	FOR fresh IN
		SELECT n.made, n.authority,
			COALESCE(l.label, CASE WHEN pg_catalog.btrim(n.authority) <> '' THEN n.authority ELSE 'Place' END) AS label
		FROM pg_temp.places_run_place n
		LEFT JOIN (
			SELECT DISTINCT ON (n.made) n.made, pg_catalog.left(h.label, 200) AS label
			FROM places_internal.run_labels() h JOIN pg_temp.places_run_place n ON n.made = h.made
			WHERE n.place IS NULL AND NULLIF(pg_catalog.btrim(h.label), '') IS NOT NULL
			GROUP BY n.made, pg_catalog.left(h.label, 200)
			/* of homes each counts, of the places of a locality their homes do */
			ORDER BY n.made, CASE WHEN p.level = 'locality' THEN pg_catalog.sum(h.homes) ELSE pg_catalog.count(*) END DESC, 2) l
			ON l.made = n.made
		WHERE n.place IS NULL
		ORDER BY 3, 2, 1
	LOOP
		IF fresh.label IS DISTINCT FROM label THEN
			label := fresh.label;
			number := 0;
		END IF;
		/* the first that is free: a name that somebody is just giving is not waited for */
		LOOP
			number := number + 1;
			called := CASE WHEN p.level = 'patch' THEN pg_catalog.format('%s %s', label, number) ELSE places_internal.numbered(label, number) END;
			CONTINUE WHEN places_internal.name_taken('places_internal.place_identity_plan_id_name_key', r.plan_id, called);
			INSERT INTO places_internal.place_identity AS i (plan_id, authority, name, born_run)
			VALUES (r.plan_id, fresh.authority, called, r.run)
			ON CONFLICT (plan_id, name) DO NOTHING
			RETURNING i.place INTO born;
			EXIT WHEN FOUND;
		END LOOP;
		UPDATE pg_temp.places_run_place n SET place = born WHERE n.made = fresh.made;
	END LOOP;
END
$$;

COMMENT ON FUNCTION places_internal.name_places(places_internal.run_record, places_internal.plan_definition) IS
	'gives places of a run the numbers of those of its base run that they are matched to and share at least half of the homes with, or have held homes of; the others get new numbers and names: after their homes, patches after the place that they are in, with a number';

CREATE OR REPLACE FUNCTION places_internal.run_labels()
RETURNS TABLE (made int, label text, homes float8) AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL UNSAFE COST 10000 ROWS 1000;

COMMENT ON FUNCTION places_internal.run_labels() IS
	'the labels and weights of homes in places, of the authorities of a run that have a place without a name';

CREATE OR REPLACE FUNCTION places_internal.numbered(label text, number int)
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1
RETURN CASE WHEN number > 1 THEN pg_catalog.format('%s %s', label, number) ELSE label END;

COMMENT ON FUNCTION places_internal.numbered(text, int) IS 'the name of a place after a label: "Stowe", then "Stowe 2"';

CREATE OR REPLACE FUNCTION places_internal.name_taken(names regclass, plan_id int, name text)
RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE COST 10;

COMMENT ON FUNCTION places_internal.name_taken(regclass, int, text) IS
	'whether a place of a plan has a name, be it given in a transaction that is not over; names is the unique index';

CREATE OR REPLACE FUNCTION places_internal.note_lineage(r places_internal.run_record)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 10000
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	WITH born AS (
		SELECT g.made, g.place, g.authority
		FROM pg_temp.places_run_place g JOIN places_internal.place_identity i ON i.place = g.place
		WHERE i.born_run = r.run),
	origin AS (
		SELECT DISTINCT ON (o.made) o.made, o.was, o.homes,
			pg_catalog.sum(o.homes) OVER (PARTITION BY o.made) AS older
		FROM pg_temp.places_run_overlap o
		WHERE o.was IS NOT NULL AND o.made IS NOT NULL AND NOT o.required
		ORDER BY o.made, o.homes DESC, o.was),
	birth AS (
		SELECT b.place, b.authority, o.was, COALESCE(o.homes, n.homes) AS homes, 2 * o.homes >= o.older AS split
		FROM born b
		LEFT JOIN origin o ON o.made = b.made
		LEFT JOIN (SELECT h.made, pg_catalog.sum(h.homes) AS homes FROM pg_temp.places_run_overlap h GROUP BY h.made) n
			ON n.made = b.made),
	destination AS (
		SELECT DISTINCT ON (o.was) o.was, g.place, o.homes,
			pg_catalog.sum(o.homes) OVER (PARTITION BY o.was) AS still
		FROM pg_temp.places_run_overlap o JOIN pg_temp.places_run_place g ON g.made = o.made
		WHERE o.was IS NOT NULL AND NOT o.required
		ORDER BY o.was, o.homes DESC, g.place),
	ending AS (
		SELECT e.place, e.authority, d.place AS other, COALESCE(d.homes, b.homes, 0) AS homes,
			2 * d.homes >= d.still AND c.place IS NULL AS merger
		FROM places_internal.place_result e
		LEFT JOIN destination d ON d.was = e.place
		LEFT JOIN birth c ON c.place = d.place AND c.was = e.place
		LEFT JOIN (SELECT t.was, pg_catalog.sum(t.homes) AS homes FROM pg_temp.places_run_overlap t GROUP BY t.was) b
			ON b.was = e.place
		WHERE e.run = r.base_run
			AND e.authority IN (SELECT a.authority FROM pg_temp.places_run_authority a WHERE a.status NOT IN ('same', 'none'))
			AND NOT EXISTS (SELECT FROM pg_temp.places_run_place g WHERE g.place = e.place))
	INSERT INTO places_internal.lineage (plan_id, run, authority, event, place, other, homes)
	SELECT r.plan_id, r.run, l.authority, l.event, l.place, l.other, l.homes
	FROM (
		SELECT 'birth' AS event, authority, place, was AS other, homes FROM birth
		UNION ALL SELECT 'split', authority, place, was, homes FROM birth WHERE split
		UNION ALL SELECT 'end', authority, place, other, homes FROM ending
		UNION ALL SELECT 'merger', authority, place, other, homes FROM ending WHERE merger) l
	ORDER BY l.place, l.event;
END
$$;

COMMENT ON FUNCTION places_internal.note_lineage(places_internal.run_record) IS 'writes down the births, splits, mergers and ends of places from the base run of a run to it';

-- writing down

CREATE OR REPLACE FUNCTION places_internal.store_places(r places_internal.run_record, p places_internal.plan_definition)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 10000
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	INSERT INTO places_internal.place_result (plan_id, run, place, authority, homes, reason, rank, density, radius, gap,
		mean_distance, rms_distance, outlying, attached, centre, longitude, latitude, loads, load_targets, tour)
	SELECT r.plan_id, r.run, g.place, g.authority, g.homes, g.reason,
		CASE WHEN g.reason IS NULL THEN
			(pg_catalog.rank() OVER (PARTITION BY g.reason IS NULL ORDER BY g.density DESC NULLS FIRST))::int
		END,
		g.density, g.radius, g.gap, g.mean_distance, g.rms_distance, g.outlying, g.attached,
		g.centre, g.longitude, g.latitude, g.loads, g.load_targets, g.tour
	FROM (
		SELECT n.place, n.authority, n.homes, n.reason, n.density, n.radius, n.gap, n.mean_distance, n.rms_distance,
			n.outlying, n.attached, c.centre, c.longitude, c.latitude, n.loads, n.load_targets, places_internal.tour_of(n.tree) AS tour
		FROM pg_temp.places_run_place n
		CROSS JOIN LATERAL places_internal.centre_of(n.x, n.y, p.srid) c
		UNION ALL
		SELECT b.place, b.authority, b.homes, b.reason, b.density, b.radius, b.gap, b.mean_distance, b.rms_distance,
			b.outlying, b.attached, b.centre, b.longitude, b.latitude, b.loads, b.load_targets, b.tour
		FROM places_internal.place_result b
		JOIN pg_temp.places_run_authority a ON a.authority = b.authority AND a.status = 'same' AND NOT a.nobody
		WHERE b.run = r.base_run) g
	ORDER BY g.place;
END
$$;

COMMENT ON FUNCTION places_internal.store_places(places_internal.run_record, places_internal.plan_definition) IS
	'writes down the places of a run; those of authorities that did not change are those of its base run';

CREATE OR REPLACE FUNCTION places_internal.store_authorities(r places_internal.run_record, p places_internal.plan_definition)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 10000
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	INSERT INTO places_internal.authority_result (plan_id, run, authority, status, stock_rows, homes, places, kept_places,
		kept_homes, moved_homes, unplaced, bad_weight, found_rows, as_of, digest, terms)
	WITH terms AS MATERIALIZED (SELECT * FROM places_internal.terms_of(p))
	SELECT r.plan_id, r.run, a.authority, a.status, a.stock_rows, a.homes, COALESCE(g.places, 0),
		COALESCE(g.kept_places, 0), COALESCE(g.kept_homes, 0), a.found_rows - a.stayed_out - COALESCE(o.stayed, 0),
		CASE WHEN a.status = 'none' THEN a.stock_rows ELSE a.no_location + a.bad_weight END, a.bad_weight,
		a.found_rows, r.run, a.digest, COALESCE(t.terms, c.terms)
	FROM pg_temp.places_run_authority a
	LEFT JOIN (
		SELECT g.authority, pg_catalog.count(*) FILTER (WHERE g.reason IS DISTINCT FROM 'dispersed') AS places,
			pg_catalog.count(*) FILTER (WHERE g.reason IS NULL) AS kept_places,
			pg_catalog.sum(g.homes) FILTER (WHERE g.reason IS NULL) AS kept_homes
		FROM pg_temp.places_run_place g GROUP BY g.authority) g ON g.authority = a.authority AND a.status <> 'none'
	LEFT JOIN (
		SELECT n.authority, pg_catalog.sum(s.homes) AS stayed
		FROM pg_temp.places_run_overlap s JOIN pg_temp.places_run_place n ON n.made = s.made AND n.place = s.was
		GROUP BY n.authority) o ON o.authority = a.authority AND a.status <> 'none'
	LEFT JOIN terms t ON t.authority = a.authority AND a.status <> 'none'
	JOIN terms c ON c.authority IS NULL
	WHERE a.status NOT IN ('same', 'gone')
	UNION ALL
	SELECT r.plan_id, r.run, b.authority, CASE WHEN b.status = 'none' THEN b.status ELSE 'kept' END, b.stock_rows, b.homes,
		b.places, b.kept_places, b.kept_homes, 0, b.unplaced, b.bad_weight, b.stock_rows, b.as_of, b.digest, b.terms
	FROM places_internal.authority_result b
	JOIN pg_temp.places_run_authority a ON a.authority = b.authority AND a.status = 'same' AND a.nobody = (b.status = 'none')
	WHERE b.run = r.base_run
	ORDER BY 3, 4;
END
$$;

COMMENT ON FUNCTION places_internal.store_authorities(places_internal.run_record, places_internal.plan_definition) IS
	'writes down the authorities of a run';

CREATE OR REPLACE FUNCTION places_internal.write_homes(homes regclass, plan_id int, run bigint, weighted boolean, geodetic boolean, rows float8)
RETURNS tid[] AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE COST 100000;

COMMENT ON FUNCTION places_internal.write_homes(regclass, int, bigint, boolean, boolean, float8) IS
	'adds to a partition what a run changed about homes, some so many rows, and gives those that are true no more';

CREATE OR REPLACE FUNCTION places_internal.store_homes(r places_internal.run_record, p places_internal.plan_definition)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 100000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	homes regclass := places_internal.homes_of_plan(r.plan_id);
	ended tid[];
BEGIN
	ended := places_internal.write_homes(homes, r.plan_id, r.run, p.weight_column IS NOT NULL, p.geodetic,
		(SELECT COALESCE(pg_catalog.sum(a.stock_rows - a.found_rows), 0) FROM pg_temp.places_run_authority a WHERE a.status <> 'same'));
	IF pg_catalog.cardinality(ended) > 0 THEN
		EXECUTE pg_catalog.format('UPDATE %s m SET until_run = $1 WHERE m.ctid = ANY ($2)', homes) USING r.run, ended;
	END IF;
END
$$;

COMMENT ON FUNCTION places_internal.store_homes(places_internal.run_record, places_internal.plan_definition) IS
	'writes down what a run changed about homes';

/* Where homes were pinned into a patch of another place, that is not theirs. */
CREATE OR REPLACE FUNCTION places_internal.note_parents(r places_internal.run_record, p places_internal.plan_definition)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 100000
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF p.level <> 'patch' THEN
		RETURN;
	END IF;
	UPDATE places_internal.place_result g SET parent = t.parent
	FROM (
		SELECT DISTINCT ON (c.place) c.place, k.place AS parent
		FROM places_internal.homes_in_run(r.plan_id, r.run) c
		JOIN places_internal.homes_in_run(p.parent_id, r.parent_run) h USING (home_id, authority, copy)
		LEFT JOIN places_internal.place_result k ON k.run = r.parent_run AND k.place = h.place AND k.reason IS NULL
			AND places_internal.is_in(h.outside)
		WHERE places_internal.is_in(c.outside)
		GROUP BY c.place, k.place
		ORDER BY c.place, pg_catalog.count(*) DESC, k.place) t
	WHERE g.run = r.run AND g.place = t.place;
END
$$;

COMMENT ON FUNCTION places_internal.note_parents(places_internal.run_record, places_internal.plan_definition) IS
	'writes down which place each patch of a run is a part of';

CREATE OR REPLACE FUNCTION places_internal.note_corrections(r places_internal.run_record)
RETURNS bigint LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 10000
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	/* those that somebody is changing are not waited for: the next run sees what they become */
	WITH found AS MATERIALIZED (
		SELECT p.home_id, p.problem AS was, CASE
			WHEN i.place IS NULL OR g.place IS NULL AND i.authority = h.authority THEN 'place ended'
			WHEN h.home_id IS NULL THEN 'home gone'
			WHEN i.authority <> h.authority THEN 'other authority'
			WHEN h.place IS NULL THEN h.outside
			/* a pin that is newer than the run is one for the next */
			WHEN g.place <> h.place AND r.status = 'running' THEN 'place ended'
		END AS problem
		FROM places_internal.pinned_home p
		LEFT JOIN places_internal.place_identity i ON i.place = p.place
		LEFT JOIN places_internal.place_result g ON g.run = r.run AND g.place = p.place
		LEFT JOIN LATERAL places_internal.home_in(r.plan_id, r.run, p.home_id, i.authority) h ON true
		WHERE p.plan_id = r.plan_id),
	free AS MATERIALIZED (
		SELECT p.home_id FROM places_internal.pinned_home p
		WHERE p.plan_id = r.plan_id
			AND p.home_id IN (SELECT f.home_id FROM found f WHERE f.problem IS DISTINCT FROM f.was)
		FOR NO KEY UPDATE SKIP LOCKED)
	UPDATE places_internal.pinned_home p SET problem = f.problem
	FROM found f, free
	WHERE p.plan_id = r.plan_id AND p.home_id = f.home_id AND p.home_id = free.home_id;
	WITH free AS MATERIALIZED (
		SELECT l.place, CASE WHEN NOT EXISTS (SELECT FROM places_internal.place_result g WHERE g.run = r.run AND g.place = l.place)
			THEN 'place ended' END AS problem
		FROM places_internal.locked_place l WHERE l.plan_id = r.plan_id
		FOR NO KEY UPDATE SKIP LOCKED)
	UPDATE places_internal.locked_place l SET problem = free.problem
	FROM free
	WHERE l.plan_id = r.plan_id AND l.place = free.place AND l.problem IS DISTINCT FROM free.problem;
	WITH free AS MATERIALIZED (
		SELECT t.place, places_internal.target_problem(r.plan_id, r.run, r.rules, t.place, t.share) AS problem
		FROM places_internal.place_target t WHERE t.plan_id = r.plan_id
		FOR NO KEY UPDATE SKIP LOCKED)
	UPDATE places_internal.place_target t SET problem = free.problem
	FROM free
	WHERE t.plan_id = r.plan_id AND t.place = free.place AND t.problem IS DISTINCT FROM free.problem;
	RETURN (SELECT pg_catalog.count(*) FROM places_internal.pinned_home p WHERE p.plan_id = r.plan_id AND p.problem IS NOT NULL)
		+ (SELECT pg_catalog.count(*) FROM places_internal.locked_place l WHERE l.plan_id = r.plan_id AND l.problem IS NOT NULL)
		+ (SELECT pg_catalog.count(*) FROM places_internal.place_target t WHERE t.plan_id = r.plan_id AND t.problem IS NOT NULL);
END
$$;

COMMENT ON FUNCTION places_internal.note_corrections(places_internal.run_record) IS
	'marks the pins, locks and targets that a run could not honour with the reason, and counts them';

CREATE OR REPLACE FUNCTION places_internal.note_counts(r places_internal.run_record)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 10000
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	UPDATE places_internal.run_record u
	SET status = 'done', stored = true,
		stock_rows = a.stock_rows, found_rows = a.found_rows, homes = a.homes, places = a.places,
		kept_places = a.kept_places, kept_homes = a.kept_homes, kept_share = a.kept_homes / NULLIF(a.homes, 0),
		moved_homes = a.moved_homes, moved_share = a.moved_homes / NULLIF(a.found_rows, 0)::float8,
		no_location = a.no_location, no_authority = a.no_authority, bad_weight = a.bad_weight,
		fingerprint = a.fingerprint, unhonoured = places_internal.note_corrections(r),
		problems = (a.stock_rows = 0)::int + (a.no_location > 0)::int + (a.no_authority > 0)::int + (a.bad_weight > 0)::int
			+ (u.duplicate_ids > 0)::int + (a.similar IS NOT NULL)::int,
		remark = a.similar
	FROM (
		SELECT places_internal.similar_authorities(r.run) AS similar,
			COALESCE(pg_catalog.sum(a.stock_rows), 0) AS stock_rows, COALESCE(pg_catalog.sum(a.found_rows), 0) AS found_rows,
			COALESCE(pg_catalog.sum(a.homes ORDER BY a.authority COLLATE "C", a.status), 0) AS homes,
			COALESCE(pg_catalog.sum(a.places), 0) AS places, COALESCE(pg_catalog.sum(a.kept_places), 0) AS kept_places,
			COALESCE(pg_catalog.sum(a.kept_homes ORDER BY a.authority COLLATE "C", a.status), 0) AS kept_homes,
			COALESCE(pg_catalog.sum(a.moved_homes), 0) AS moved_homes,
			COALESCE(pg_catalog.sum(a.unplaced - a.bad_weight) FILTER (WHERE a.status <> 'none'), 0) AS no_location,
			COALESCE(pg_catalog.sum(a.stock_rows) FILTER (WHERE a.status = 'none'), 0) AS no_authority,
			COALESCE(pg_catalog.sum(a.bad_weight), 0) AS bad_weight,
			pg_catalog.md5(COALESCE(pg_catalog.string_agg(pg_catalog.concat_ws(' ', a.digest, a.status = 'none', a.authority), '|'
				ORDER BY a.authority COLLATE "C", a.status), '')) AS fingerprint
		FROM places_internal.authority_result a WHERE a.run = r.run) a
	WHERE u.run = r.run;
	UPDATE places_internal.run_record u
	SET remark = pg_catalog.concat_ws('; ', u.remark, pg_catalog.format('%s in the stock: SELECT * FROM places.check_stock(%L, %L, %L, %L%s)',
		CASE u.problems WHEN 1 THEN '1 problem' ELSE u.problems || ' problems' END,
		pg_catalog.format('%I.%I', d.stock_schema, d.stock_name), d.id_column, d.authority_column, d.geom_column,
		', weight_column => ' || pg_catalog.quote_literal(d.weight_column)))
	FROM places_internal.plan_definition d
	WHERE u.run = r.run AND d.plan_id = r.plan_id AND u.problems > 0 AND d.level = 'place';
END
$$;

COMMENT ON FUNCTION places_internal.note_counts(places_internal.run_record) IS 'completes the record of a run with its counts';

CREATE OR REPLACE FUNCTION places_internal.similar_authorities(run bigint)
RETURNS text LANGUAGE sql STABLE PARALLEL SAFE COST 1000
BEGIN ATOMIC
	SELECT pg_catalog.format('%s authorities are %s but for case and blanks, such as "%s" and "%s"',
		pg_catalog.sum(s.spellings), pg_catalog.count(*), pg_catalog.min(s.one), pg_catalog.min(s.other))
	FROM (
		SELECT pg_catalog.count(*) AS spellings, pg_catalog.min(a.authority) AS one, pg_catalog.max(a.authority) AS other
		FROM places_internal.authority_result a
		WHERE a.run = similar_authorities.run AND a.status <> 'none'
		GROUP BY places_internal.plain_name(a.authority)
		HAVING pg_catalog.count(*) > 1) s
	HAVING pg_catalog.count(*) > 0;
END;

COMMENT ON FUNCTION places_internal.similar_authorities(bigint) IS
	'how many authorities of a run differ from another one only by case or blanks, with an example; null if none does';
