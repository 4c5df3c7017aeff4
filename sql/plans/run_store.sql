-- what a run writes: the identity of places, homes where they changed, and its record

-- identity

CREATE OR REPLACE FUNCTION places_internal.name_places(r places_internal.run_record)
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
	born bigint;
BEGIN
	CREATE TEMP TABLE places_run_overlap ON COMMIT DROP AS
	SELECT h.was_in AS was, h.made, pg_catalog.count(*) AS homes
	FROM pg_temp.places_run_home h
	WHERE h.was_in IS NOT NULL AND h.made IS NOT NULL AND places_internal.is_in(h.outside)
	GROUP BY h.was_in, h.made;

	SELECT COALESCE(pg_catalog.array_agg(o.was), '{}'), COALESCE(pg_catalog.array_agg(o.made), '{}'),
		COALESCE(pg_catalog.array_agg(o.homes), '{}'), COALESCE(pg_catalog.array_agg(o.required), '{}')
	INTO olds, news, shares, musts
	FROM (
		SELECT u.was, u.made, pg_catalog.sum(u.homes)::float8 AS homes, pg_catalog.bool_or(u.required) AS required
		FROM (
			SELECT o.was, o.made, o.homes, false AS required FROM pg_temp.places_run_overlap o
			UNION ALL
			SELECT DISTINCT h.asked, h.made, 0, true FROM pg_temp.places_run_home h
			WHERE h.hold IS NOT NULL AND h.made IS NOT NULL) u
		GROUP BY u.was, u.made) o;
	UPDATE pg_temp.places_run_place g SET place = m.old
	FROM places.match_groups(olds, news, shares, musts) m
	JOIN unnest(olds, news, musts) o(was, made, required) ON o.was = m.old AND o.made = m.new
	JOIN places_internal.homes_of_run(r.plan_id, r.base_run) b ON b.place = m.old
	WHERE g.made = m.new AND (o.required OR 2 * m.homes >= b.homes);

	CREATE INDEX ON pg_temp.places_run_place (made);
	FOR fresh IN
		SELECT n.made, n.authority,
			COALESCE(l.label, CASE WHEN pg_catalog.btrim(n.authority) <> '' THEN n.authority ELSE 'Place' END) AS label
		FROM pg_temp.places_run_place n
		LEFT JOIN (
			SELECT h.made, pg_catalog.mode() WITHIN GROUP (ORDER BY h.label) AS label
			FROM pg_temp.places_run_home h JOIN pg_temp.places_run_place n ON n.made = h.made
			WHERE n.place IS NULL AND NULLIF(pg_catalog.btrim(h.label), '') IS NOT NULL
				AND places_internal.is_in(h.outside)
			GROUP BY h.made) l ON l.made = n.made
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
			CONTINUE WHEN places_internal.name_taken('places_internal.place_identity_plan_id_name_key', r.plan_id,
				places_internal.numbered(label, number));
			INSERT INTO places_internal.place_identity AS i (plan_id, authority, name, born_run)
			VALUES (r.plan_id, fresh.authority, places_internal.numbered(label, number), r.run)
			ON CONFLICT (plan_id, name) DO NOTHING
			RETURNING i.place INTO born;
			EXIT WHEN FOUND;
		END LOOP;
		UPDATE pg_temp.places_run_place n SET place = born WHERE n.made = fresh.made;
	END LOOP;
END
$$;

COMMENT ON FUNCTION places_internal.name_places(places_internal.run_record) IS
	'gives places of a run the numbers of those of its base run that they are matched to and share at least half of the homes with, or have held homes of; the others get new numbers and names';

CREATE OR REPLACE FUNCTION places_internal.homes_of_run(plan_id int, run bigint)
RETURNS TABLE (place bigint, homes bigint)
LANGUAGE sql STABLE PARALLEL SAFE COST 10000 ROWS 100
BEGIN ATOMIC
	SELECT m.place, pg_catalog.count(*)
	FROM places_internal.homes_at(plan_id, run) m
	WHERE m.place IS NOT NULL AND places_internal.is_in(m.outside)
	GROUP BY m.place;
END;

COMMENT ON FUNCTION places_internal.homes_of_run(int, bigint) IS 'the rows in each place of a run';

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
		ORDER BY o.made, o.homes DESC, o.was),
	birth AS (
		SELECT b.place, b.authority, o.was, COALESCE(o.homes, n.homes) AS homes, 2 * o.homes >= o.older AS split
		FROM born b
		LEFT JOIN origin o ON o.made = b.made
		LEFT JOIN (SELECT h.made, pg_catalog.count(*) AS homes FROM pg_temp.places_run_home h
			WHERE places_internal.is_in(h.outside) GROUP BY h.made) n ON n.made = b.made),
	destination AS (
		SELECT DISTINCT ON (o.was) o.was, g.place, o.homes,
			pg_catalog.sum(o.homes) OVER (PARTITION BY o.was) AS still
		FROM pg_temp.places_run_overlap o JOIN pg_temp.places_run_place g ON g.made = o.made
		ORDER BY o.was, o.homes DESC, g.place),
	ending AS (
		SELECT e.place, e.authority, d.place AS other, COALESCE(d.homes, b.homes, 0) AS homes,
			2 * d.homes >= d.still AND c.place IS NULL AS merger
		FROM places_internal.place_result e
		LEFT JOIN destination d ON d.was = e.place
		LEFT JOIN birth c ON c.place = d.place AND c.was = e.place
		LEFT JOIN places_internal.homes_of_run(r.plan_id, r.base_run) b ON b.place = e.place
		WHERE e.run = r.base_run AND NOT EXISTS (SELECT FROM pg_temp.places_run_place g WHERE g.place = e.place))
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
		mean_distance, rms_distance, outlying, attached, centre, longitude, latitude)
	SELECT r.plan_id, r.run, g.place, g.authority, g.homes, g.reason,
		CASE WHEN g.reason IS NULL THEN
			(pg_catalog.rank() OVER (PARTITION BY g.reason IS NULL ORDER BY g.density DESC NULLS FIRST))::int
		END,
		g.density, g.radius, g.gap, g.mean_distance, g.rms_distance, g.outlying, g.attached,
		c.centre, c.longitude, c.latitude
	FROM pg_temp.places_run_place g
	CROSS JOIN LATERAL places_internal.centre_of(g.x, g.y, p.srid) c
	ORDER BY g.place;

	INSERT INTO places_internal.authority_result (plan_id, run, authority, status, stock_rows, homes, places, kept_places,
		kept_homes, moved_homes, unplaced)
	SELECT r.plan_id, r.run, a.authority, a.status, h.stock_rows, h.homes, COALESCE(g.places, 0),
		COALESCE(g.kept_places, 0), COALESCE(g.kept_homes, 0), h.moved_homes, h.unplaced
	FROM pg_temp.places_run_authority a
	JOIN (
		SELECT h.authority, h.outside IS NOT DISTINCT FROM 'no_authority' AS nobody, pg_catalog.count(*) AS stock_rows,
			COALESCE(pg_catalog.sum(places_internal.homes_of_weight(h.weight)), 0) AS homes,
			pg_catalog.count(*) FILTER (WHERE h.made IS NULL) AS unplaced,
			pg_catalog.count(*) FILTER (WHERE h.existed AND h.was_in IS DISTINCT FROM
				CASE WHEN places_internal.is_in(h.outside) THEN n.place END) AS moved_homes
		FROM pg_temp.places_run_home h LEFT JOIN pg_temp.places_run_place n ON n.made = h.made
		GROUP BY h.authority, h.outside IS NOT DISTINCT FROM 'no_authority') h
		ON h.authority = a.authority AND h.nobody = (a.status = 'none')
	LEFT JOIN (
		SELECT g.authority, pg_catalog.count(*) FILTER (WHERE g.reason IS DISTINCT FROM 'dispersed') AS places,
			pg_catalog.count(*) FILTER (WHERE g.reason IS NULL) AS kept_places,
			pg_catalog.sum(g.homes) FILTER (WHERE g.reason IS NULL) AS kept_homes
		FROM pg_temp.places_run_place g GROUP BY g.authority) g ON g.authority = a.authority AND a.status <> 'none'
	ORDER BY a.authority, a.status;
END
$$;

COMMENT ON FUNCTION places_internal.store_places(places_internal.run_record, places_internal.plan_definition) IS 'writes down the places and authorities of a run';

CREATE OR REPLACE FUNCTION places_internal.store_homes(r places_internal.run_record)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 100000
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	/* by home what is new, and at which row that is true no more; either may be missing */
	WITH change AS MATERIALIZED (
		SELECT m.at, h.*
		FROM (SELECT h.home_id, h.authority, h.copy, g.place, h.outside, h.weight, h.location
			FROM pg_temp.places_run_home h LEFT JOIN pg_temp.places_run_place g ON g.made = h.made) h
		FULL JOIN (SELECT m.ctid AS at, m.* FROM places_internal.membership m
			WHERE m.plan_id = r.plan_id AND m.until_run IS NULL) m
			ON m.home_id = h.home_id AND m.authority = h.authority AND m.copy = h.copy
		WHERE h.home_id IS NULL OR m.home_id IS NULL
			OR (h.place, h.outside, h.weight) IS DISTINCT FROM (m.place, m.outside, m.weight)
			OR NOT places_internal.same_location(h.location, m.location)),
	ended AS (
		UPDATE places_internal.membership m SET until_run = r.run FROM change c WHERE m.ctid = c.at)
	INSERT INTO places_internal.membership (home_id, plan_id, authority, copy, since_run, place, outside, weight, location)
	SELECT c.home_id, r.plan_id, c.authority, c.copy, r.run, c.place, c.outside, c.weight, c.location
	FROM change c
	WHERE c.home_id IS NOT NULL
	ORDER BY c.place;
END
$$;

COMMENT ON FUNCTION places_internal.store_homes(places_internal.run_record) IS 'writes down what a run changed about homes';

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
			WHEN h.made IS NULL THEN h.outside
			WHEN g.place <> n.place THEN 'place ended'
		END AS problem
		FROM places_internal.pinned_home p
		LEFT JOIN places_internal.place_identity i ON i.place = p.place
		LEFT JOIN pg_temp.places_run_home h ON h.home_id = p.home_id AND h.copy = 1
		LEFT JOIN pg_temp.places_run_place n ON n.made = h.made
		LEFT JOIN pg_temp.places_run_place g ON g.place = p.place
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
		SELECT l.place, CASE WHEN NOT EXISTS (SELECT FROM pg_temp.places_run_place g WHERE g.place = l.place)
			THEN 'place ended' END AS problem
		FROM places_internal.locked_place l WHERE l.plan_id = r.plan_id
		FOR NO KEY UPDATE SKIP LOCKED)
	UPDATE places_internal.locked_place l SET problem = free.problem
	FROM free
	WHERE l.plan_id = r.plan_id AND l.place = free.place AND l.problem IS DISTINCT FROM free.problem;
	RETURN (SELECT pg_catalog.count(*) FROM places_internal.pinned_home p WHERE p.plan_id = r.plan_id AND p.problem IS NOT NULL)
		+ (SELECT pg_catalog.count(*) FROM places_internal.locked_place l WHERE l.plan_id = r.plan_id AND l.problem IS NOT NULL);
END
$$;

COMMENT ON FUNCTION places_internal.note_corrections(places_internal.run_record) IS
	'marks the pins and locks that a run could not honour with the reason, and counts them';

CREATE OR REPLACE FUNCTION places_internal.note_counts(r places_internal.run_record)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 10000
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	UPDATE places_internal.run_record u
	SET status = 'done', stored = true,
		stock_rows = h.stock_rows, found_rows = h.existed, homes = a.homes, places = a.places,
		kept_places = a.kept_places, kept_homes = a.kept_homes, kept_share = a.kept_homes / NULLIF(a.homes, 0),
		moved_homes = a.moved_homes, moved_share = a.moved_homes / NULLIF(h.existed, 0)::float8,
		no_location = h.no_location, no_authority = h.no_authority, bad_weight = h.bad_weight,
		duplicate_ids = h.duplicate_ids, fingerprint = h.fingerprint, unhonoured = places_internal.note_corrections(r),
		remark = places_internal.similar_authorities(r.run)
	FROM (
		SELECT COALESCE(pg_catalog.sum(a.homes), 0) AS homes, COALESCE(pg_catalog.sum(a.places), 0) AS places,
			COALESCE(pg_catalog.sum(a.kept_places), 0) AS kept_places,
			COALESCE(pg_catalog.sum(a.kept_homes), 0) AS kept_homes,
			COALESCE(pg_catalog.sum(a.moved_homes), 0) AS moved_homes
		FROM places_internal.authority_result a WHERE a.run = r.run) a,
	(
		SELECT pg_catalog.count(*) AS stock_rows, pg_catalog.count(*) FILTER (WHERE h.existed) AS existed,
			pg_catalog.count(*) FILTER (WHERE h.outside IN ('no_location', 'not_a_point', 'other_srid')) AS no_location,
			pg_catalog.count(*) FILTER (WHERE h.outside = 'no_authority') AS no_authority,
			pg_catalog.count(*) FILTER (WHERE h.outside = 'bad_weight') AS bad_weight,
			pg_catalog.count(*) FILTER (WHERE h.copy > 1 OR h.home_id = '') AS duplicate_ids,
			pg_catalog.md5(COALESCE(pg_catalog.sum(pg_catalog.hashtextextended(
				pg_catalog.concat_ws('|', h.home_id, h.authority, h.weight, h.location), 0)::numeric), 0)::text) AS fingerprint
		FROM pg_temp.places_run_home h) h
	WHERE u.run = r.run;
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
		GROUP BY pg_catalog.lower(pg_catalog.regexp_replace(pg_catalog.btrim(a.authority), '[[:space:]]+', ' ', 'g'))
		HAVING pg_catalog.count(*) > 1) s
	HAVING pg_catalog.count(*) > 0;
END;

COMMENT ON FUNCTION places_internal.similar_authorities(bigint) IS
	'how many authorities of a run differ from another one only by case or blanks, with an example; null if none does';
