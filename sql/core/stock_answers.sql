-- the answers about a table or view of homes
--
-- Bodies are parsed here and now, so that no search path changes them, and hold
-- nothing of PostGIS but its type, so that they outlive its upgrades.

CREATE OR REPLACE FUNCTION places.assign(
	stock regclass, id_column name DEFAULT NULL, authority_column name DEFAULT NULL, geom_column name DEFAULT NULL,
	rules places.ruleset DEFAULT places.rules(), weight_column name DEFAULT NULL,
	together_column name DEFAULT NULL, balance_columns name[] DEFAULT NULL, balance_tolerance float8[] DEFAULT NULL)
RETURNS TABLE (home_id text, authority text, place int, distance float8, kept boolean, reason text)
LANGUAGE sql STABLE PARALLEL RESTRICTED COST 10000 ROWS 10000
BEGIN ATOMIC
	SELECT a.home_id, a.authority, a.place, a.distance, a.kept, a.reason
	FROM places_internal.solve_homes(stock, id_column, authority_column, geom_column, weight_column, rules, false, together_column, balance_columns, balance_tolerance) a;
END;

COMMENT ON FUNCTION places.assign(regclass, name, name, name, places.ruleset, name, name, name[], float8[]) IS
	'a row for each home of a table or view: its place within its authority, the distance to the centre in metres, and why it is not kept';

CREATE OR REPLACE FUNCTION places.summary(
	stock regclass, id_column name DEFAULT NULL, authority_column name DEFAULT NULL, geom_column name DEFAULT NULL,
	rules places.ruleset DEFAULT places.rules(), weight_column name DEFAULT NULL,
	together_column name DEFAULT NULL, balance_columns name[] DEFAULT NULL, balance_tolerance float8[] DEFAULT NULL)
RETURNS TABLE (authority text, place int, homes float8, kept boolean, reason text,
	radius float8, gap float8, mean_distance float8, rms_distance float8,
	density float8, rank int, outlying float8, attached float8, centre geometry)
LANGUAGE sql STABLE PARALLEL RESTRICTED COST 10000 ROWS 100
BEGIN ATOMIC
	SELECT p.authority, p.place, p.homes, p.kept, p.reason,
		places_internal.shown_metres(p.radius, p.reason ~ 'too_spread', (rules).max_radius),
		places_internal.shown_metres(p.gap, p.reason ~ 'in_parts', (rules).max_gap),
		pg_catalog.round(p.mean_distance), pg_catalog.round(p.rms_distance), places_internal.shown_density(p.density),
		CASE WHEN p.kept THEN
			(pg_catalog.rank() OVER (PARTITION BY p.kept ORDER BY p.density DESC NULLS FIRST))::int
		END,
		p.outlying, p.attached, p.centre
	FROM places_internal.solve_summary(stock, id_column, authority_column, geom_column, weight_column, rules, together_column, balance_columns, balance_tolerance) p
	ORDER BY 1, 2;
END;

COMMENT ON FUNCTION places.summary(regclass, name, name, name, places.ruleset, name, name, name[], float8[]) IS
	'a row for each place of a table or view: homes, centre, compactness (whole metres, homes per km2; places.cluster_places() has all digits), the gap between its parts, rank by density among the kept, why it is not kept, and the homes outside every place that are nearest to it or attached';

CREATE OR REPLACE FUNCTION places.headline(
	stock regclass, id_column name DEFAULT NULL, authority_column name DEFAULT NULL, geom_column name DEFAULT NULL,
	rules places.ruleset DEFAULT places.rules(), weight_column name DEFAULT NULL,
	together_column name DEFAULT NULL,
	OUT homes float8, OUT places bigint, OUT kept_places bigint, OUT kept_homes float8,
	OUT kept_share float8, OUT mean_kept_homes float8,
	OUT median_kept_density float8, OUT median_kept_radius float8,
	OUT authorities bigint, OUT authorities_with_kept bigint, OUT trimmed_homes float8,
	OUT outlying_homes float8, OUT attached_homes float8,
	OUT dispersed_places bigint, OUT dispersed_homes float8,
	OUT unplaced_homes float8, OUT no_location bigint, OUT no_authority bigint, OUT bad_weight bigint)
LANGUAGE sql STABLE PARALLEL RESTRICTED COST 10000
BEGIN ATOMIC
	WITH g AS MATERIALIZED (
		SELECT s.authority, s.stock_rows, s.homes, s.list
		FROM places_internal.solve_places(stock, id_column, authority_column, geom_column, weight_column, rules, false, together_column) s),
	p AS (
		SELECT g.authority, p.homes, p.density, p.radius, p.outlying, p.attached,
			p.reason IS NULL AS kept, p.reason IS NOT DISTINCT FROM 'dispersed' AS dispersed
		FROM g CROSS JOIN LATERAL unnest(
			(g.list).homes, (g.list).reason, (g.list).density, (g.list).radius, (g.list).outlying, (g.list).attached)
			p(homes, reason, density, radius, outlying, attached)),
	placed AS (
		SELECT pg_catalog.count(*) FILTER (WHERE NOT p.dispersed) AS places,
			pg_catalog.count(*) FILTER (WHERE p.kept) AS kept_places,
			pg_catalog.count(*) FILTER (WHERE p.dispersed) AS dispersed_places,
			COALESCE(pg_catalog.sum(p.homes + p.outlying + p.attached), 0) AS homes,
			COALESCE(pg_catalog.sum(p.homes) FILTER (WHERE p.kept), 0) AS kept_homes,
			COALESCE(pg_catalog.sum(p.outlying), 0) AS outlying,
			COALESCE(pg_catalog.sum(p.attached), 0) AS attached,
			COALESCE(pg_catalog.sum(p.homes) FILTER (WHERE p.dispersed), 0) AS dispersed_homes,
			pg_catalog.avg(p.homes) FILTER (WHERE p.kept) AS mean_kept_homes,
			pg_catalog.percentile_cont(0.5) WITHIN GROUP (ORDER BY p.density) FILTER (WHERE p.kept) AS median_density,
			pg_catalog.percentile_cont(0.5) WITHIN GROUP (ORDER BY p.radius) FILTER (WHERE p.kept) AS median_radius,
			pg_catalog.count(DISTINCT p.authority) FILTER (WHERE p.kept) AS authorities_with_kept
		FROM p),
	whole AS (
		SELECT COALESCE(pg_catalog.sum(g.homes), 0) AS homes,
			pg_catalog.count(g.authority) AS authorities,
			COALESCE(pg_catalog.sum((g.list).no_location), 0)::bigint AS no_location,
			COALESCE(pg_catalog.sum(g.stock_rows) FILTER (WHERE g.authority IS NULL), 0)::bigint AS no_authority,
			COALESCE(pg_catalog.sum((g.list).bad_weight), 0)::bigint AS bad_weight
		FROM g)
	SELECT w.homes, p.places, p.kept_places, p.kept_homes,
		places_internal.shown_share(p.kept_homes / NULLIF(w.homes, 0)), pg_catalog.round(p.mean_kept_homes::numeric, 1)::float8,
		places_internal.shown_density(p.median_density), places_internal.shown_metres(p.median_radius, false, (rules).max_radius),
		w.authorities, p.authorities_with_kept, p.homes - p.kept_homes,
		p.outlying, p.attached, p.dispersed_places, p.dispersed_homes,
		w.homes - p.homes, w.no_location, w.no_authority, w.bad_weight
	FROM placed p CROSS JOIN whole w;
END;

COMMENT ON FUNCTION places.headline(regclass, name, name, name, places.ruleset, name, name) IS
	'one row about a whole table or view: homes, places, kept places, kept homes and their share (0 to 1), what became of the rest, and the rows that could not be placed';

CREATE OR REPLACE FUNCTION places.coverage_bound(
	stock regclass, id_column name DEFAULT NULL, authority_column name DEFAULT NULL, geom_column name DEFAULT NULL,
	rules places.ruleset DEFAULT places.rules(), weight_column name DEFAULT NULL,
	together_column name DEFAULT NULL)
RETURNS TABLE (authority text, homes float8, kept_homes float8, bound_homes float8,
	kept_share float8, bound_share float8)
LANGUAGE sql STABLE PARALLEL RESTRICTED COST 100000 ROWS 100
BEGIN ATOMIC
	SELECT g.authority, COALESCE(pg_catalog.sum(g.homes), 0), COALESCE(pg_catalog.sum(k.kept), 0),
		COALESCE(pg_catalog.sum(GREATEST(g.coverage_limit, k.kept)), 0),
		places_internal.shown_share(pg_catalog.sum(k.kept) / NULLIF(pg_catalog.sum(g.homes), 0)),
		places_internal.shown_share(pg_catalog.sum(GREATEST(g.coverage_limit, k.kept)) / NULLIF(pg_catalog.sum(g.homes), 0))
	FROM places_internal.solve_places(stock, id_column, authority_column, geom_column, weight_column, rules, true, together_column) g
	CROSS JOIN LATERAL (
		SELECT COALESCE(pg_catalog.sum(p.homes) FILTER (WHERE p.reason IS NULL), 0) AS kept
		FROM unnest((g.list).homes, (g.list).reason) p(homes, reason)) k
	GROUP BY GROUPING SETS ((g.authority), ())
	HAVING g.authority IS NOT NULL OR GROUPING(g.authority) = 1
	ORDER BY 1 NULLS LAST;
END;

COMMENT ON FUNCTION places.coverage_bound(regclass, name, name, name, places.ruleset, name, name) IS
	'for each authority, and in a last row without one for the whole stock: the homes kept, and a proven upper bound of what any places under these rules could keep';

CREATE OR REPLACE FUNCTION places.frontier(
	stock regclass, id_column name DEFAULT NULL, authority_column name DEFAULT NULL, geom_column name DEFAULT NULL,
	rules places.ruleset DEFAULT places.rules(), weight_column name DEFAULT NULL,
	min_homes float8[] DEFAULT '{300,450,600}', max_radius float8[] DEFAULT '{1500,3000,5000}',
	together_column name DEFAULT NULL)
RETURNS TABLE (at_min_homes float8, at_max_radius float8, kept_share float8, kept_homes float8,
	kept_places bigint, mean_kept_homes float8, median_kept_density float8)
LANGUAGE sql STABLE PARALLEL RESTRICTED COST 100000 ROWS 25
BEGIN ATOMIC
	WITH r AS MATERIALIZED (
		SELECT pg_catalog.row_number() OVER (ORDER BY c.min_homes, c.max_radius) AS nr, c.min_homes, c.max_radius
		FROM (SELECT DISTINCT m.min_homes, d.max_radius
			FROM unnest(frontier.min_homes) m(min_homes) CROSS JOIN unnest(frontier.max_radius) d(max_radius)) c),
	g AS MATERIALIZED (
		SELECT s.nr, s.authority, s.homes, s.list
		FROM places_internal.solve_frontier(stock, id_column, authority_column, geom_column, weight_column,
			(SELECT pg_catalog.array_agg(CASE WHEN rules IS NOT NULL OR (rules).method IS NOT NULL
					THEN places.vary(rules, r.min_homes, r.max_radius) END ORDER BY r.nr) FROM r), together_column) s)
	SELECT r.min_homes, r.max_radius,
		places_internal.shown_share(COALESCE(pg_catalog.sum(p.homes) FILTER (WHERE p.reason IS NULL), 0) / s.homes),
		COALESCE(pg_catalog.sum(p.homes) FILTER (WHERE p.reason IS NULL), 0),
		pg_catalog.count(*) FILTER (WHERE p.homes IS NOT NULL AND p.reason IS NULL),
		pg_catalog.round((pg_catalog.avg(p.homes) FILTER (WHERE p.reason IS NULL))::numeric, 1)::float8,
		places_internal.shown_density(pg_catalog.percentile_cont(0.5) WITHIN GROUP (ORDER BY p.density) FILTER (WHERE p.reason IS NULL))
	FROM r
	CROSS JOIN (SELECT NULLIF(pg_catalog.sum(g.homes), 0) FROM g WHERE g.nr = 1) s(homes)
	LEFT JOIN g ON g.nr = r.nr AND g.authority IS NOT NULL
	LEFT JOIN LATERAL unnest((g.list).homes, (g.list).reason, (g.list).density) p(homes, reason, density) ON true
	GROUP BY r.min_homes, r.max_radius, s.homes
	ORDER BY 1, 2;
END;

COMMENT ON FUNCTION places.frontier(regclass, name, name, name, places.ruleset, name, float8[], float8[], name) IS
	'what every combination of min_homes and max_radius would keep, from one read of the stock; where min_homes exceeds the target, target and max_homes grow with it';

-- what it costs to share out measures evenly

CREATE OR REPLACE FUNCTION places.balance_frontier(
	stock regclass, id_column name DEFAULT NULL, authority_column name DEFAULT NULL, geom_column name DEFAULT NULL,
	rules places.ruleset DEFAULT places.rules('balanced'), weight_column name DEFAULT NULL,
	balance_columns name[] DEFAULT NULL, tolerance float8[] DEFAULT '{0.05,0.1,0.2,0.3}',
	together_column name DEFAULT NULL)
RETURNS TABLE (at_tolerance float8, mean_distance float8, rms_distance float8, price float8,
	places bigint, within bigint, worst float8)
LANGUAGE sql STABLE PARALLEL RESTRICTED COST 100000 ROWS 10
BEGIN ATOMIC
	/* without any limit comes last: what the others are held against */
	WITH r AS MATERIALIZED (
		SELECT pg_catalog.row_number() OVER (ORDER BY t.t) AS nr, t.t AS tolerance
		FROM (SELECT DISTINCT w.t FROM unnest(balance_frontier.tolerance) w(t) UNION SELECT 'Infinity') t),
	g AS MATERIALIZED (
		SELECT s.nr, s.authority, s.list
		FROM places_internal.solve_balance(stock, id_column, authority_column, geom_column, weight_column, rules,
			CASE WHEN balance_frontier.tolerance IS NOT NULL THEN (SELECT pg_catalog.array_agg(r.tolerance ORDER BY r.nr) FROM r) END,
			together_column, balance_columns) s
		WHERE s.authority IS NOT NULL),
	l AS MATERIALIZED (
		SELECT g.nr, g.authority, l.homes, l.mean_distance, l.rms_distance,
			places_internal.loads_of_place((g.list).loads, l.number) AS amounts,
			places_internal.loads_of_place((g.list).load_targets, l.number) AS targets
		FROM g
		CROSS JOIN LATERAL unnest((g.list).homes, (g.list).reason, (g.list).mean_distance, (g.list).rms_distance)
			WITH ORDINALITY l(homes, reason, mean_distance, rms_distance, number)
		WHERE l.reason IS DISTINCT FROM 'dispersed'),
	/* places that were found for one tolerance are held against each that is no tighter */
	p AS MATERIALIZED (
		SELECT r.nr, l.nr AS found_for, l.authority, l.homes, l.mean_distance, l.rms_distance, w.off, w.excess, w.within
		FROM l
		JOIN r ON r.nr >= l.nr
		CROSS JOIN LATERAL (
			SELECT pg_catalog.max(pg_catalog.abs(v.amount / NULLIF(v.target, 0) - 1)) AS off,
				pg_catalog.sum(GREATEST(pg_catalog.abs(v.amount / NULLIF(v.target, 0) - 1) - r.tolerance, 0)) AS excess,
				COALESCE(pg_catalog.bool_and(places_internal.is_within(v.amount, v.target, r.tolerance)), true) AS within
			FROM unnest(l.amounts, l.targets) v(amount, target)) w),
	/* and the best of them are its places: the fewest outside, then by the least, then the closest */
	b AS MATERIALIZED (
		SELECT DISTINCT ON (p.nr, p.authority) p.nr, p.authority, p.found_for
		FROM p
		GROUP BY p.nr, p.authority, p.found_for
		ORDER BY p.nr, p.authority, pg_catalog.count(*) FILTER (WHERE NOT p.within),
			COALESCE(pg_catalog.sum(p.excess) FILTER (WHERE NOT p.within), 0),
			pg_catalog.sum(p.homes * p.rms_distance ^ 2) / NULLIF(pg_catalog.sum(p.homes), 0), p.found_for DESC),
	f AS (
		SELECT r.tolerance,
			pg_catalog.sum(p.homes * p.mean_distance) / NULLIF(pg_catalog.sum(p.homes), 0) AS mean_distance,
			pg_catalog.sqrt(pg_catalog.sum(p.homes * p.rms_distance ^ 2) / NULLIF(pg_catalog.sum(p.homes), 0)) AS rms_distance,
			pg_catalog.count(p.nr) AS places, pg_catalog.count(*) FILTER (WHERE p.within) AS within,
			pg_catalog.max(p.off) AS worst
		FROM r LEFT JOIN (b JOIN p USING (nr, authority, found_for)) ON p.nr = r.nr
		GROUP BY r.tolerance)
	SELECT f.tolerance, pg_catalog.round(f.mean_distance), pg_catalog.round(f.rms_distance),
		CASE WHEN f.within > 0 THEN places_internal.shown_ratio(f.rms_distance / NULLIF(free.rms_distance, 0) - 1) END,
		f.places, f.within, places_internal.shown_ratio(f.worst)
	FROM f JOIN f free ON free.tolerance = 'Infinity'
	WHERE f.tolerance = ANY (balance_frontier.tolerance)
	ORDER BY 1;
END;

COMMENT ON FUNCTION places.balance_frontier(regclass, name, name, name, places.ruleset, name, name[], float8[], name) IS
	'what each tolerance, the same for all of balance_columns, costs in metres, from one read of the stock: the distance of homes to their centres, its price, the share by which rms_distance exceeds that of places that balance homes alone (null where none is within), how many places are within it, and the worst: the share by which a measure of some place is off its mean';

-- why a home is not in a place

CREATE OR REPLACE FUNCTION places_internal.homes_were(homes float8)
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1
RETURN pg_catalog.concat(homes, CASE homes WHEN 1 THEN ' home were' ELSE ' homes were' END);

COMMENT ON FUNCTION places_internal.homes_were(float8) IS 'a number of homes as a subject';

-- several are joined by commas
CREATE OR REPLACE FUNCTION places_internal.reason_in_words(reason text)
RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10
RETURN pg_catalog.regexp_replace(pg_catalog.regexp_replace(
	pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(reason,
		'too_small', 'too small'), 'too_spread', 'too spread out'), 'in_parts', 'in parts too far apart'),
	',([^,]*)$', ' and \1'), ',', ', ');

COMMENT ON FUNCTION places_internal.reason_in_words(text) IS 'why a place is not kept, to read out';

CREATE OR REPLACE FUNCTION places_internal.explain_sentence(
	home text, authority text, place int, reason text, distance float8, rules places.ruleset,
	gap float8, homes_within float8, missing_homes float8, total float8,
	smallest_max_radius float8, largest_min_homes float8)
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 100
RETURN CASE
	WHEN authority IS NULL THEN
		pg_catalog.format('Home %s names no authority, so it cannot be in a place.', home)
	WHEN place IS NULL THEN
		pg_catalog.format('Home %s has no usable %s, so it cannot be in a place.', home,
			CASE reason WHEN 'bad_weight' THEN 'weight' ELSE 'location' END)
	WHEN reason IS NULL OR reason = 'divided' THEN
		pg_catalog.format('Home %s is in place %s of %s, %s m from its centre.',
			home, place, authority, pg_catalog.round(distance::numeric))
	ELSE CASE reason
		WHEN 'outlying' THEN pg_catalog.format(
			'Home %s is outside every place of %s; the nearest is place %s, whose centre is %s m away.',
			home, authority, place, pg_catalog.round(distance::numeric))
		WHEN 'attached' THEN pg_catalog.format(
			'Home %s is outside every place of %s and attached to place %s, whose centre is %s m away.',
			home, authority, place, pg_catalog.round(distance::numeric))
		WHEN 'dispersed' THEN pg_catalog.format(
			'Home %s is outside every compact place of %s; it belongs to dispersed place %s, whose centre is %s m away.',
			home, authority, place, pg_catalog.round(distance::numeric))
		ELSE pg_catalog.format('Home %s belongs to place %s of %s, which is %s.',
			home, place, authority, places_internal.reason_in_words(pg_catalog.replace(reason, ',divided', ''))
				|| CASE WHEN reason ~ 'in_parts'
					THEN pg_catalog.format(': %s m, with at least a tenth of its homes on each side', pg_catalog.round(gap::numeric)) ELSE '' END)
		END
		|| CASE WHEN (rules).max_radius IS NULL THEN '' ELSE pg_catalog.format(' Homes within %s m of it: %s, %s.',
			(rules).max_radius, homes_within,
			CASE WHEN missing_homes > 0
				THEN pg_catalog.format('%s fewer than the %s that a place needs', missing_homes, (rules).min_homes)
				WHEN (rules).k IS NOT NULL AND (rules).min_homes IS NULL THEN 'and a place may have any number'
				ELSE pg_catalog.format('enough for the %s that a place needs, but other places need them or no circle holds them all%s', (rules).min_homes,
					CASE WHEN (rules).max_gap IS NULL THEN ''
						ELSE pg_catalog.format(' without a gap of more than %s m', (rules).max_gap) END)
			END) END
		|| CASE WHEN total < (rules).min_homes
			THEN pg_catalog.format(' Homes in its whole authority: %s.', total) ELSE '' END
		|| CASE
			WHEN smallest_max_radius IS NULL AND largest_min_homes IS NULL THEN ''
			WHEN smallest_max_radius IS NULL THEN pg_catalog.format(
				' It would be in a place if %s enough.', places_internal.homes_were(largest_min_homes))
			WHEN largest_min_homes IS NULL THEN pg_catalog.format(
				' It would be in a place if the radius were %s m.', smallest_max_radius)
			ELSE pg_catalog.format(
				' It would be in a place if the radius were %s m, or if %s enough.',
				smallest_max_radius, places_internal.homes_were(largest_min_homes))
		END
END
|| CASE WHEN reason ~ 'divided'
	THEN ' What it should stay together with is divided: it breaks max_homes or max_radius by itself.' ELSE '' END;

COMMENT ON FUNCTION places_internal.explain_sentence(text, text, int, text, float8, places.ruleset, float8, float8, float8, float8, float8, float8) IS
	'the explanation of a home as a sentence to read out';

CREATE OR REPLACE FUNCTION places.explain(
	stock regclass, id_column name DEFAULT NULL, authority_column name DEFAULT NULL, geom_column name DEFAULT NULL,
	rules places.ruleset DEFAULT places.rules(), weight_column name DEFAULT NULL, home text DEFAULT NULL,
	together_column name DEFAULT NULL)
RETURNS TABLE (home_id text, authority text, place int, kept boolean, reason text, distance float8,
	homes_within float8, missing_homes float8, smallest_max_radius float8, largest_min_homes float8,
	sentence text)
LANGUAGE sql STABLE PARALLEL RESTRICTED COST 1000000 ROWS 1
BEGIN ATOMIC
	SELECT e.home_id, e.authority, e.place, e.kept, e.reason, pg_catalog.round(e.distance),
		e.homes_within, e.missing_homes, e.smallest_max_radius, e.largest_min_homes,
		places_internal.explain_sentence(e.home_id, e.authority, e.place, e.reason, e.distance, rules,
			e.gap, e.homes_within, e.missing_homes, e.total, e.smallest_max_radius, e.largest_min_homes)
	FROM places_internal.explain_home(stock, id_column, authority_column, geom_column, weight_column, rules, home, together_column) e;
END;

COMMENT ON FUNCTION places.explain(regclass, name, name, name, places.ruleset, name, text, name) IS
	'why a home is, or is not, in a kept place: its nearest place, the homes around it, and the smallest max_radius and largest min_homes under which it would be in one, each in a column and all in a sentence';
