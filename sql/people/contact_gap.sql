-- whom nobody has heard from
--
-- A reader sees counts of homes, and is to find out nothing of a few of them.  A count is
-- safe if it and what it leaves of the homes are both at least suppress, in homes and in rows.
-- Others are withheld; and as a sum less its other parts is the last part, so are some
-- that are safe (secondary suppression: Willenborg and de Waal, "Elements of Statistical
-- Disclosure Control", 2001).  Which ones must not depend on the counts: partners that
-- change from day to day, or with days, would give each other away.  So the parts of
-- anything are put into pairs, the pairs into pairs, and so on, by their numbers.
-- A part is shown if at every step it and what it is paired with are safe.
--
-- Then nothing that is withheld follows from what is shown.  Take the largest pair, or pair
-- of pairs, of which the halves are not shown but the sum is known: that is safe, so it
-- leaves each part beneath it at least two values.  Figures for several numbers of days help
-- nobody either: a count falls as days grow, so those for which both halves are safe lie side
-- by side, and what is withheld has such figures on one side of it at most; they bound both
-- halves from that side by amounts whose sum is not theirs, unless nothing has changed, and
-- then they would be shown.  The same holds between two days on which a count only rose or
-- only fell.  What nobody can prevent: whoever knows from elsewhere that one half has not
-- changed knows the other once he has seen the first.
--
-- Above localities, and places without one, no sum is known.  Patches of homes outside every
-- kept place of an authority have the places that are not kept, and the homes in no
-- place, beside them as another division of the same homes: these patches are shown if
-- all of that is.

CREATE OR REPLACE FUNCTION places_internal.is_safe(homes float8, rows float8, of_homes float8, of_rows float8, suppress int)
RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1
RETURN LEAST(homes, rows, of_homes - homes, of_rows - rows) >= suppress - 1e-6;

COMMENT ON FUNCTION places_internal.is_safe(float8, float8, float8, float8, int) IS
	'whether a count of homes and of rows, and what it leaves of so many, may be shown';

/* Not by WHERE: the planner would expect few rows, and sort them. */
CREATE OR REPLACE FUNCTION places_internal.heard_homes(p places_internal.plan_definition)
RETURNS TABLE (home text, last date)
LANGUAGE sql STABLE PARALLEL RESTRICTED COST 1000000 ROWS 10000
BEGIN ATOMIC
	SELECT places_internal.short_key(h.home), pg_catalog.max(h.day) FILTER (
		WHERE h.counts AND h.day > '-infinity' AND h.day <= CURRENT_DATE AND (h.tenancy IS NULL OR h.day >= h.tenancy))
	FROM places_internal.contacts_of(p) h
	GROUP BY h.home;
END;

COMMENT ON FUNCTION places_internal.heard_homes(places_internal.plan_definition) IS
	'when each home with contacts was last heard from, null where none of them counts. Contacts are read as the caller, in the time zone of the session: UTC';

/* Homes that are together on every level, and were last heard from on one day, are one row. */
CREATE OR REPLACE FUNCTION places_internal.heard_pieces(p places_internal.plan_definition)
RETURNS TABLE (authority text, locality bigint, place bigint, kept boolean, patch bigint, last date, homes float8, rows bigint)
LANGUAGE sql STABLE PARALLEL RESTRICTED COST 1000000 ROWS 10000
BEGIN ATOMIC
	SELECT h.authority, h.locality, h.place, h.kept, h.patch, c.last, pg_catalog.sum(h.weight), pg_catalog.count(*)
	FROM places.home_path h
	LEFT JOIN places_internal.heard_homes(p) c ON c.home = h.home_id
	WHERE h.plan = (p).plan
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
RETURN pg_catalog.array_remove(ARRAY['l' || locality, 'p' || place, 'c' || patch, CASE WHEN NOT kept THEN 'r' || authority END,
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

CREATE OR REPLACE FUNCTION places_internal.gap_cells(p places_internal.plan_definition, days int, suppress int)
RETURNS TABLE (level text, place bigint, homes float8, unheard float8, median float8, shown boolean)
LANGUAGE sql STABLE PARALLEL RESTRICTED COST 1000000 ROWS 1000
BEGIN ATOMIC
	WITH piece AS MATERIALIZED (
		SELECT n.node, h.last, COALESCE(CURRENT_DATE - h.last > days, true) AS unheard, pg_catalog.sum(h.homes) AS homes, pg_catalog.sum(h.rows) AS rows
		FROM places_internal.heard_pieces(p) h
		CROSS JOIN LATERAL unnest(places_internal.nodes_of_piece(h.authority, h.locality, h.place, h.kept, h.patch)) n(node)
		GROUP BY n.node, h.last),
	cell AS MATERIALIZED (
		SELECT m.node, pg_catalog.sum(m.homes) AS of_homes, pg_catalog.sum(m.rows)::float8 AS of_rows,
			COALESCE(pg_catalog.sum(m.homes) FILTER (WHERE m.unheard), 0) AS homes,
			COALESCE(pg_catalog.sum(m.rows) FILTER (WHERE m.unheard), 0)::float8 AS rows
		FROM piece m GROUP BY m.node),
	tree AS MATERIALIZED (
		SELECT t.*, COALESCE(c.homes, 0) AS unheard, c.rows, c.of_homes, c.of_rows,
			COALESCE(places_internal.is_safe(c.homes, c.rows, c.of_homes, c.of_rows, suppress), false) AS safe
		FROM places_internal.gap_tree(p) t LEFT JOIN cell c ON c.node = t.node),
	pairs AS MATERIALIZED (
		SELECT DISTINCT b.parent, b.step, b.pair
		FROM (
			SELECT t.parent, l.step, t.i >> (l.step + 1) AS pair,
				places_internal.is_safe(pg_catalog.sum(t.unheard), pg_catalog.sum(t.rows), pg_catalog.sum(t.of_homes), pg_catalog.sum(t.of_rows), suppress) AS safe
			FROM tree t CROSS JOIN pg_catalog.generate_series(0, 30) l(step)
			WHERE t.parent IS NOT NULL AND 1::bigint << l.step < t.n
			GROUP BY t.parent, l.step, t.i >> l.step, t.i >> (l.step + 1)) b
		WHERE NOT COALESCE(b.safe, false)),
	open AS MATERIALIZED (
		SELECT t.*, t.safe AND NOT EXISTS (SELECT FROM pairs b WHERE b.parent = t.parent AND b.pair = t.i >> (b.step + 1)) AS fair
		FROM tree t),
	above AS MATERIALIZED (
		SELECT o.*, o.fair AND (o.parent IS NULL OR COALESCE((SELECT u.fair FROM open u WHERE u.node = o.parent), o.level = 'patch')) AS lit
		FROM open o),
	dark AS MATERIALIZED (
		SELECT 'r' || o.authority AS node FROM above o WHERE o.level = 'place' AND NOT o.kept AND NOT o.lit
		UNION ALL
		SELECT 'r' || pg_catalog.substr(c.node, 2) FROM cell c
		WHERE c.node ~ '^[rn]' AND NOT places_internal.is_safe(c.homes, c.rows, c.of_homes, c.of_rows, suppress)
		UNION ALL
		SELECT o.node FROM above o WHERE o.level = 'place' AND NOT o.lit),
	ordered AS (
		SELECT m.node, COALESCE((CURRENT_DATE - m.last)::float8, 'Infinity') AS days, 2 * pg_catalog.sum(m.rows) OVER w AS twice,
			pg_catalog.sum(m.rows) OVER (PARTITION BY m.node) AS n
		FROM piece m WHERE m.node ~ '^[lpc]'
		WINDOW w AS (PARTITION BY m.node ORDER BY m.last DESC NULLS LAST)),
	median AS (
		SELECT o.node, (pg_catalog.min(o.days) FILTER (WHERE o.twice >= o.n) + pg_catalog.min(o.days) FILTER (WHERE o.twice > o.n)) / 2 AS days
		FROM ordered o GROUP BY o.node)
	SELECT a.level, a.place, a.homes, a.unheard, CASE WHEN m.days < 'Infinity' THEN m.days END,
		a.lit AND NOT (a.level = 'patch' AND EXISTS (SELECT FROM dark x WHERE x.node = a.parent))
	FROM above a
	LEFT JOIN median m ON m.node = a.node;
END;

COMMENT ON FUNCTION places_internal.gap_cells(places_internal.plan_definition, int, int) IS
	'of each place of all levels of a published tree how many homes have not been heard from, the median of the days since, and whether that may be shown';

CREATE OR REPLACE FUNCTION places_internal.do_contact_gap(plan text, days int, suppress int)
RETURNS TABLE (level text, place bigint, homes float8, not_heard_from float8, share float8, median_days float8)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 1000000 ROWS 1000
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET TimeZone = 'UTC' SET enable_nestloop = off SET enable_mergejoin = off SET jit = off
AS $$
DECLARE
	p places_internal.plan_definition := places_internal.tree_of(plan);
BEGIN
	PERFORM places_internal.insist_published(p);
	PERFORM places_internal.insist_contacts(p);
	PERFORM places_internal.insist_amount('days', days, 1, 36500, 'It is for how many days a home must not have been heard from: 180.');
	PERFORM places_internal.insist_suppress(suppress);
	RETURN QUERY
		SELECT c.level, c.place, c.homes, CASE WHEN c.shown THEN c.unheard END,
			CASE WHEN c.shown THEN places_internal.shown_share(c.unheard / NULLIF(c.homes, 0)) END, CASE WHEN c.shown THEN c.median END
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
COMMENT ON FUNCTION places_internal.do_contact_gap(text, int, int) IS 'behind the door of places.contact_gap()';
COMMENT ON FUNCTION places.contact_gap(text, int, int) IS
	'how many homes of each locality, place and patch of a published tree have not been heard from for more than so many days, or ever; their share; and the median of the days since the last contact, null too where half of the homes have never had one. Counts below suppress, and those that leave fewer homes than that, are withheld (null), with as many others as it takes that none follows from what is shown, also of other days; suppress below 10 is for members of places_editor. Contacts are read with the rights of whoever asks';
