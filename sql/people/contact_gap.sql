-- whom nobody has heard from
--
-- A reader sees counts of homes, and is to find out nothing of a few of them.  A count is
-- safe if it and what it leaves of the homes are both at least suppress, in homes and in rows.
-- Others are withheld; and as a sum less its other parts is the last part, so are some
-- that are safe (secondary suppression: Willenborg and de Waal, "Elements of Statistical
-- Disclosure Control", 2001).  Which ones must not depend on the counts: partners that
-- change from day to day, or with days, would give each other away.  So the parts of
-- anything are put into pairs, the pairs into pairs, and so on, by their numbers.
-- A part is shown if at every step it and what it is paired with are safe, for all numbers of
-- days that readers see (gap_days): otherwise it is withheld for all of them.
--
-- Then nothing that is withheld follows from what is shown.  Take the largest pair, or pair
-- of pairs, of which the halves are not shown but the sum is known: that is safe, so it
-- leaves each part beneath it at least two values, on this day.
--
-- Why for all days or none: unheard counts of homes last heard from before a date only fall, from one
-- calendar day to the next.  If one half became unsafe for 180 days, but both were still shown for 90, two
-- days would show whether the other half had changed for 90, and if not, it had not for 180:
-- the sum less what it was yesterday is the withheld count, to the home.  Where a pair is
-- withheld for all days, nothing says which half has changed.  Who reads of both days learns
-- by how much the sum fell, not of which part; it fell by one or more, or nothing would be withheld that was not.
-- So readers see nothing of more days than gap_days, nor of fewer: the sum would be known there.
-- Of 250 patches of 160 homes, 19 % silent for 180 days and 6 % for 365, 235 are shown for 180 days by themselves, 235
-- for 90 to 180, 172 up to 270 and 43 up to 365: hence 180.
-- The test (test/disclosure) solves what is shown on two calendar days as a linear program.
-- It holds counts that are safe in themselves to no standard: one that was withheld for the sake
-- of another may be known if it is shown a week later, and nothing has changed.  Nor does it know
-- this method: that something is withheld tells that a count is small, here or in what
-- it is paired with.
--
-- A median says that a count is half of the homes or more before a day, and less from it on:
-- it is shown where the counts are, if that day is among those for which they are safe, and half is.
--
-- Above localities, and places without one, no sum is known.  Patches of homes outside every
-- kept place of an authority have the places that are not kept, and the homes in no
-- place, beside them as another division of the same homes: these patches are shown if
-- all of that is.

/* A home comes once out of each source, or several times if that has too many: see last_days.c. */
CREATE OR REPLACE FUNCTION places_internal.heard_homes(p places_internal.plan_definition)
RETURNS TABLE (home text, last date)
LANGUAGE sql STABLE PARALLEL RESTRICTED COST 1000000 ROWS 50000
SET enable_sort = off
BEGIN ATOMIC
	SELECT h.home, pg_catalog.max(h.day)
	FROM places_internal.contact_source s
	CROSS JOIN LATERAL places_internal.open_source(p, 'contacts', s.table_schema, s.table_name,
		ARRAY[s.home_column, s.at_column, s.kind_column, s.tenancy_column]) o(relation)
	CROSS JOIN LATERAL places_internal.last_days(o.relation, ARRAY[s.home_column, s.at_column, s.kind_column, s.tenancy_column],
		places_internal.caller_path(), COALESCE(s.counts_as, '{}'), CURRENT_DATE) h
	WHERE s.plan_id = (p).plan_id
	GROUP BY h.home;
END;

COMMENT ON FUNCTION places_internal.heard_homes(places_internal.plan_definition) IS
	'when each home with a contact that counts was last heard from. Contacts are read as the caller, in the time zone of the session: UTC';

/*
 * The rows of places.home_path of one plan, for who wants all of them.  There the levels are grouped,
 * which sorts them, so that a look-up of one home is one by index; here they are joined, which
 * takes a third of the time if the planner may not loop.  Rows of an id are numbered as there, among
 * those that patches divide and among the others: but where no id comes twice, that takes no sort.
 */
CREATE OR REPLACE FUNCTION places_internal.home_paths(p places_internal.plan_definition)
RETURNS TABLE (home_id text, authority text, locality bigint, place bigint, kept boolean, patch bigint, weight float8)
LANGUAGE sql STABLE PARALLEL SAFE COST 1000000 ROWS 50000
BEGIN ATOMIC
	WITH patches AS MATERIALIZED (
		SELECT c.plan_id, c.published_run, c.dispersed FROM places_internal.plan_definition c
		WHERE c.parent_id = (p).plan_id AND c.level = 'patch'),
	home AS NOT MATERIALIZED (
		SELECT m.home_id, m.authority, COALESCE(m.outside = 'no_authority', false) AS nobody, m.copy,
			COALESCE((SELECT c.dispersed FROM patches c) OR m.place = g.place AND g.reason IS NULL, false) AS divided,
			g.place IS NOT NULL AND g.reason IS NULL AS kept, g.parent AS locality,
			CASE WHEN places_internal.is_in(m.outside) THEN m.place END AS place, places_internal.homes_of_weight(m.weight) AS weight
		FROM places_internal.membership m
		LEFT JOIN places_internal.place_result g ON g.run = (p).published_run AND g.place = m.place AND g.authority = m.authority
			AND places_internal.is_in(m.outside)
		WHERE m.plan_id = (p).plan_id AND m.since_run <= (p).published_run AND (m.until_run IS NULL OR m.until_run > (p).published_run)),
	numbered AS (
		SELECT h.*, 1 AS number FROM home h WHERE h.copy = 1
		UNION ALL
		SELECT h.*, COALESCE(f.divided = h.divided, false)::int + (pg_catalog.row_number() OVER (
			PARTITION BY h.home_id, h.authority, h.nobody, h.divided ORDER BY h.copy))::int
		FROM home h LEFT JOIN home f ON f.home_id = h.home_id AND f.authority = h.authority AND f.nobody = h.nobody AND f.copy = 1
		WHERE h.copy > 1),
	part AS (
		SELECT m.home_id, m.authority, COALESCE(m.outside = 'no_authority', false) AS nobody, m.copy,
			CASE WHEN places_internal.is_in(m.outside) THEN m.place END AS patch
		FROM places_internal.membership m
		WHERE m.plan_id = (SELECT c.plan_id FROM patches c) AND m.since_run <= (SELECT c.published_run FROM patches c)
			AND (m.until_run IS NULL OR m.until_run > (SELECT c.published_run FROM patches c)))
	SELECT COALESCE(h.home_id, c.home_id), CASE WHEN NOT COALESCE(h.nobody, c.nobody) THEN COALESCE(h.authority, c.authority) END,
		h.locality, h.place, COALESCE(h.kept, false), c.patch, h.weight
	FROM numbered h
	FULL JOIN part c ON c.home_id = h.home_id AND c.authority = h.authority AND c.nobody = h.nobody AND c.copy = h.number AND h.divided;
END;

COMMENT ON FUNCTION places_internal.home_paths(places_internal.plan_definition) IS
	'where each home of a published tree is on every level, as places.home_path has it, faster for all homes and slower for one';

/* Homes that are together on every level, and were last heard from on one day, are one row. */
CREATE OR REPLACE FUNCTION places_internal.heard_pieces(p places_internal.plan_definition)
RETURNS TABLE (authority text, locality bigint, place bigint, kept boolean, patch bigint, last date, homes float8, rows bigint)
LANGUAGE sql STABLE PARALLEL RESTRICTED COST 1000000 ROWS 20000
SET enable_sort = off SET enable_nestloop = off SET enable_mergejoin = off
BEGIN ATOMIC
	SELECT h.authority, h.locality, h.place, h.kept, h.patch, c.last, pg_catalog.sum(h.weight), pg_catalog.count(*)
	FROM places_internal.home_paths(p) h
	LEFT JOIN places_internal.heard_homes(p) c ON c.home = h.home_id
	GROUP BY h.authority, h.locality, h.place, h.kept, h.patch, c.last;
END;

COMMENT ON FUNCTION places_internal.heard_pieces(places_internal.plan_definition) IS
	'how many homes of which locality, place and patch of the published tree were last heard from when';

-- the cells

/*
 * Nodes are named: l, p and c with the number of a locality, place or patch; r and an
 * authority for its homes outside every kept place, n for those in no place at all.
 */
CREATE OR REPLACE FUNCTION places_internal.nodes_of_piece(authority text, locality bigint, place bigint, kept boolean, patch bigint)
RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10
RETURN pg_catalog.array_remove(ARRAY['l' || locality::text, 'p' || place::text, 'c' || patch::text, CASE WHEN NOT kept THEN 'r' || authority END,
	CASE WHEN NOT kept AND place IS NULL THEN 'n' || authority END], NULL);

COMMENT ON FUNCTION places_internal.nodes_of_piece(text, bigint, bigint, boolean, bigint) IS 'the cells, shown or not, that homes count for';

/* In a pair of pairs: of an odd one its own pair is itself. */
CREATE OR REPLACE FUNCTION places_internal.gap_tree(p places_internal.plan_definition)
RETURNS TABLE (level text, place bigint, authority text, kept boolean, homes float8, node text, parent text, i int, n int)
LANGUAGE sql STABLE PARALLEL SAFE COST 10000 ROWS 1000
BEGIN ATOMIC
	SELECT t.*, (pg_catalog.row_number() OVER w)::int - 1, (pg_catalog.count(*) OVER (PARTITION BY t.parent))::int
	FROM (
		SELECT d.level, g.place, g.authority, g.reason IS NULL, g.homes,
			CASE d.level WHEN 'locality' THEN 'l' WHEN 'place' THEN 'p' ELSE 'c' END || g.place,
			CASE d.level WHEN 'locality' THEN NULL WHEN 'place' THEN 'l' || g.parent ELSE COALESCE('p' || g.parent, 'r' || g.authority) END
		FROM places_internal.plan_definition d
		JOIN places_internal.place_result g ON g.run = d.published_run
		WHERE COALESCE(d.parent_id, d.plan_id) = (p).plan_id) t(level, place, authority, kept, homes, node, parent)
	WINDOW w AS (PARTITION BY t.parent ORDER BY t.place);
END;

COMMENT ON FUNCTION places_internal.gap_tree(places_internal.plan_definition) IS
	'the places of all levels of a published tree, what each is a part of (null: of nothing of which the sum is known), and its number among the n parts of that, from 0';

CREATE OR REPLACE FUNCTION places_internal.gap_days()
RETURNS int[] LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1
RETURN ARRAY[90, 180];

COMMENT ON FUNCTION places_internal.gap_days() IS 'the least and greatest number of days for which readers see counts of contact_gap()';

/*
 * For which days a count may be shown: from low, and below high.  Groups are the cells, and
 * the blocks of parts of which pairs are made: the parent, the step and the block's number.
 */
CREATE OR REPLACE FUNCTION places_internal.gap_cells(p places_internal.plan_definition, days int, suppress int)
RETURNS TABLE (level text, place bigint, homes float8, unheard float8, median float8, shown boolean)
LANGUAGE sql STABLE PARALLEL RESTRICTED COST 1000000 ROWS 1000
BEGIN ATOMIC
	WITH piece AS MATERIALIZED (
		SELECT n.node, CURRENT_DATE - h.last AS age, pg_catalog.sum(h.homes) AS homes, pg_catalog.sum(h.rows)::float8 AS rows
		FROM places_internal.heard_pieces(p) h
		CROSS JOIN LATERAL unnest(places_internal.nodes_of_piece(h.authority, h.locality, h.place, h.kept, h.patch)) n(node)
		GROUP BY n.node, h.last),
	tree AS MATERIALIZED (SELECT t.* FROM places_internal.gap_tree(p) t),
	block AS MATERIALIZED (
		SELECT t.node, t.parent, l.step, t.i >> l.step AS nr, CASE l.step WHEN 0 THEN t.node ELSE pg_catalog.concat_ws('/', t.parent, l.step, t.i >> l.step) END AS name
		FROM tree t CROSS JOIN pg_catalog.generate_series(0, 30) l(step)
		WHERE t.parent IS NOT NULL AND 1::bigint << l.step < t.n),
	run AS (
		SELECT g.name, g.age, pg_catalog.sum(g.homes) OVER w AS homes, pg_catalog.sum(g.rows) OVER w AS rows,
			pg_catalog.sum(g.homes) OVER (PARTITION BY g.name COLLATE "C") AS of_homes, pg_catalog.sum(g.rows) OVER (PARTITION BY g.name COLLATE "C") AS of_rows
		FROM (
			SELECT m.node AS name, m.age, m.homes, m.rows FROM piece m
			UNION ALL
			SELECT b.name, m.age, pg_catalog.sum(m.homes), pg_catalog.sum(m.rows) FROM block b JOIN piece m ON m.node = b.node WHERE b.step > 0 GROUP BY b.name, m.age) g
		WINDOW w AS (PARTITION BY g.name COLLATE "C" ORDER BY g.age NULLS LAST)),
	safe AS MATERIALIZED (
		SELECT r.name, CASE WHEN suppress > 0 THEN COALESCE(pg_catalog.min(r.age) FILTER (WHERE LEAST(r.homes, r.rows) >= suppress - 1e-6), 1000000000) ELSE 0 END AS low,
			COALESCE(pg_catalog.min(r.age) FILTER (WHERE LEAST(r.of_homes - r.homes, r.of_rows - r.rows) < suppress - 1e-6), 2000000000) AS high,
			pg_catalog.min(r.age) FILTER (WHERE 2 * r.rows >= r.of_rows) AS lower, pg_catalog.min(r.age) FILTER (WHERE 2 * r.rows > r.of_rows) AS upper,
			pg_catalog.min(r.of_rows) AS rows, GREATEST(pg_catalog.min(r.of_homes) - COALESCE(pg_catalog.max(r.homes) FILTER (WHERE r.age <= days), 0), 0) AS unheard
		FROM run r GROUP BY r.name),
	fair AS MATERIALIZED (
		SELECT t.node, COALESCE(GREATEST(s.low, pg_catalog.max(x.low)), 1000000000) AS low, COALESCE(LEAST(s.high, pg_catalog.min(x.high)), 0) AS high
		FROM tree t
		LEFT JOIN safe s ON s.name = t.node
		LEFT JOIN block b ON b.node = t.node
		LEFT JOIN (
			SELECT DISTINCT o.parent, o.step, o.nr, COALESCE(f.low, 1000000000) AS low, COALESCE(f.high, 0) AS high
			FROM block o LEFT JOIN safe f ON f.name = o.name) x ON x.parent = b.parent AND x.step = b.step AND x.nr >> 1 = b.nr >> 1
		GROUP BY t.node, s.low, s.high),
	lit AS MATERIALIZED (
		SELECT t.*, GREATEST(f.low, u.low, CASE WHEN t.level = 'place' AND t.parent IS NOT NULL AND u.node IS NULL THEN 1000000000 END) AS low, LEAST(f.high, u.high) AS high
		FROM tree t JOIN fair f ON f.node = t.node LEFT JOIN fair u ON u.node = t.parent),
	above AS MATERIALIZED (
		SELECT w.node, pg_catalog.max(w.low) AS low, pg_catalog.min(w.high) AS high
		FROM (
			SELECT o.node, o.low, o.high FROM lit o WHERE o.level = 'place'
			UNION ALL
			SELECT 'r' || o.authority, o.low, o.high FROM lit o WHERE o.level = 'place' AND NOT o.kept
			UNION ALL
			SELECT 'r' || pg_catalog.substr(s.name, 2), s.low, s.high FROM safe s WHERE s.name ~ '^[rn]' AND s.name IN (SELECT m.node FROM piece m)) w(node, low, high)
		GROUP BY w.node),
	open AS (
		SELECT o.level, o.place, o.homes, o.node, GREATEST(o.low, a.low) AS low, LEAST(o.high, a.high) AS high
		FROM lit o LEFT JOIN above a ON o.level = 'patch' AND a.node = o.parent)
	SELECT o.level, o.place, o.homes, COALESCE(s.unheard, 0),
		CASE WHEN suppress = 0 OR s.lower >= o.low AND s.upper <= o.high AND s.rows >= 2 * suppress + 2 THEN (s.lower + s.upper) / 2::float8 END,
		COALESCE(s.name IS NOT NULL AND LEAST(days, (places_internal.gap_days())[1]) >= o.low AND GREATEST(days, (places_internal.gap_days())[2]) < o.high, false)
	FROM open o LEFT JOIN safe s ON s.name = o.node;
END;

COMMENT ON FUNCTION places_internal.gap_cells(places_internal.plan_definition, int, int) IS
	'of each place of all levels of a published tree how many homes have not been heard from, the median of the days since, and whether that may be shown';

CREATE OR REPLACE FUNCTION places_internal.do_contact_gap(plan text, days int, suppress int)
RETURNS TABLE (level text, place bigint, homes float8, not_heard_from float8, share float8, median_days float8)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 1000000 ROWS 1000
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET TimeZone = 'UTC' SET enable_nestloop = off SET enable_mergejoin = off SET enable_sort = off SET jit = off
AS $$
DECLARE
	p places_internal.plan_definition := places_internal.tree_of(plan);
	seen boolean;
BEGIN
	PERFORM places_internal.insist_published(p);
	PERFORM places_internal.insist_contacts(p);
	PERFORM places_internal.insist_amount('days', days, 1, 36500, 'It is for how many days a home must not have been heard from: 180.');
	PERFORM places_internal.insist_suppress(suppress);
	seen := places_internal.may_see_days(days);
	RETURN QUERY
		SELECT c.level, c.place, c.homes, CASE WHEN seen AND c.shown THEN c.unheard END,
			CASE WHEN seen AND c.shown THEN places_internal.shown_share(c.unheard / NULLIF(c.homes, 0)) END, CASE WHEN seen AND c.shown THEN c.median END
		FROM places_internal.gap_cells(p, days, suppress) c
		ORDER BY array_position('{locality,place,patch}', c.level), c.place;
END
$$;

CREATE OR REPLACE FUNCTION places.contact_gap(plan text, days int DEFAULT 180, suppress int DEFAULT 10)
RETURNS TABLE (level text, place bigint, homes float8, not_heard_from float8, share float8, median_days float8)
AS 'MODULE_PATHNAME', 'door' LANGUAGE C STABLE PARALLEL UNSAFE COST 1000000 ROWS 1000;

CREATE OR REPLACE FUNCTION places_internal.insist_suppress(suppress int)
RETURNS void LANGUAGE plpgsql STABLE PARALLEL UNSAFE COST 100
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	PERFORM places_internal.insist_amount('suppress', suppress, 0, 1e6, 'Counts below it are withheld: 10.');
	IF suppress < 10 AND NOT pg_has_role(places_internal.caller(), 'places_editor', 'USAGE') THEN
		PERFORM places_internal.refuse('insufficient_privilege', 'suppress must be at least 10',
			detail => format('suppress is %s, and only members of places_editor may see counts of so few homes.', suppress),
			hint => 'Leave it out, or ask as an editor.');
	END IF;
END
$$;

COMMENT ON FUNCTION places_internal.insist_suppress(int) IS 'a clear error unless the caller may see counts down to a number';

/* Whoever may see counts of few homes may see those for any number of days. */
CREATE OR REPLACE FUNCTION places_internal.may_see_days(days int)
RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL UNSAFE COST 100
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	least CONSTANT int := (places_internal.gap_days())[1];
	most CONSTANT int := (places_internal.gap_days())[2];
BEGIN
	IF days NOT BETWEEN least AND most AND NOT pg_has_role(places_internal.caller(), 'places_editor', 'USAGE') THEN
		RAISE NOTICE 'all counts are withheld'
			USING DETAIL = format('days is %s; with those of other calendar days, counts for fewer than %s days or more than %s would tell of withheld ones.', days, least, most),
				HINT = format('Ask for %s to %s days, or as a member of places_editor.', least, most);
		RETURN false;
	END IF;
	RETURN true;
END
$$;

COMMENT ON FUNCTION places_internal.may_see_days(int) IS 'whether the caller may see whom nobody has heard from for so many days; where not, it says so';
COMMENT ON FUNCTION places_internal.do_contact_gap(text, int, int) IS 'behind the door of places.contact_gap()';
COMMENT ON FUNCTION places.contact_gap(text, int, int) IS
	'how many homes of each locality, place and patch of a published tree have not been heard from for more than so many days, or ever; their share; and the median of the days since the last contact, null too where half of the homes have never had one, and where it would tell of counts that are withheld for another number of days. Counts below suppress, and those that leave fewer homes than that, are withheld (null), with as many others as it takes that none follows from what is shown, also on another day; suppress below 10 is for members of places_editor, and so are days below 90 or above 180: for others all is withheld then. Contacts are read with the rights of whoever asks';
