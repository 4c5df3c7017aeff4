-- what people ask of assets: what is there, what is far, what is nearest

CREATE OR REPLACE FUNCTION places_internal.insist_category(p places_internal.plan_definition, category text)
RETURNS void LANGUAGE plpgsql STABLE PARALLEL UNSAFE COST 100000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	known CONSTANT text[] := ARRAY(SELECT DISTINCT l.category FROM places_internal.assets_listed(p) l WHERE l.problem IS NULL ORDER BY 1);
BEGIN
	IF NOT COALESCE(category = ANY (known), false) THEN
		PERFORM places_internal.refuse('undefined_object', format('plan "%s" has no assets of category %s', p.plan, COALESCE('"' || category || '"', 'null')),
			hint => CASE WHEN known = '{}' THEN format('None of its assets can be used: SELECT * FROM places.check_assets(%L);', p.plan)
				ELSE format('Its categories are %s.', (SELECT string_agg(quote_literal(k), ', ') FROM unnest(known[1:20]) k)) END);
	END IF;
END
$$;

COMMENT ON FUNCTION places_internal.insist_category(places_internal.plan_definition, text) IS 'a clear error unless a plan has assets of a category';

CREATE OR REPLACE FUNCTION places_internal.do_check_assets(plan text)
RETURNS TABLE (source text, assets bigint, used bigint, no_category bigint, no_location bigint, unknown_position bigint, unknown_shape bigint)
LANGUAGE plpgsql STABLE PARALLEL UNSAFE COST 1000000 ROWS 10
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	p places_internal.plan_definition := places_internal.find_plan(plan);
BEGIN
	PERFORM places_internal.insist_assets(p);
	RETURN QUERY
	SELECT s.source, count(l.source), count(l.source) FILTER (WHERE l.problem IS NULL), count(*) FILTER (WHERE l.problem = 'no_category'),
		count(*) FILTER (WHERE l.problem = 'no_location'), count(*) FILTER (WHERE l.problem = 'unknown_position'), count(*) FILTER (WHERE l.problem = 'unknown_shape')
	FROM places_internal.asset_source s LEFT JOIN places_internal.assets_listed(p) l ON l.source = s.source
	WHERE s.plan_id = COALESCE(p.parent_id, p.plan_id)
	GROUP BY s.source ORDER BY s.source COLLATE "C";
END
$$;

CREATE OR REPLACE FUNCTION places.check_assets(plan text)
RETURNS TABLE (source text, assets bigint, used bigint, no_category bigint, no_location bigint, unknown_position bigint, unknown_shape bigint)
AS 'MODULE_PATHNAME', 'door' LANGUAGE C STABLE PARALLEL UNSAFE COST 1000000 ROWS 10;

COMMENT ON FUNCTION places_internal.do_check_assets(text) IS 'behind the door of places.check_assets()';
COMMENT ON FUNCTION places.check_assets(text) IS
	'how many rows of each source of assets of a plan are used, and how many are not: without a category, without a location, with one that has no position in the reference system of the homes, or of a kind that has no straight edges';

CREATE OR REPLACE FUNCTION places_internal.do_assets_of(plan text, within float8)
RETURNS TABLE (place bigint, name text, category text, inside bigint, nearby bigint, nearest float8, per_1000 float8)
LANGUAGE plpgsql STABLE PARALLEL UNSAFE COST 1000000 ROWS 1000
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET enable_mergejoin = off SET jit = off
AS $$
DECLARE
	p places_internal.plan_definition := places_internal.seen_plan(plan);
BEGIN
	PERFORM places_internal.insist_assets(p);
	PERFORM places_internal.insist_amount('within', within, 0, 1e6, 'It is how far from a home, in metres, an asset is nearby: 800 is ten minutes on foot.');
	RETURN QUERY
	WITH n AS MATERIALIZED (SELECT * FROM places_internal.nearness(p, NULL, NULL, within, 0)),
	counted AS (
		SELECT n.place, n.category, count(*) FILTER (WHERE n.kind = 2 AND n.metres <= COALESCE(p.boundary_within, 250)) AS inside,
			min(n.nearby)::bigint AS nearby, min(n.metres) FILTER (WHERE n.kind = 1 AND n.homes > 0) AS nearest
		FROM n GROUP BY n.place, n.category)
	SELECT g.place, i.name, k.category, c.inside, c.nearby, pg_catalog.round(c.nearest), places_internal.shown_amount(1000 * c.inside / NULLIF(g.homes, 0))
	FROM places_internal.place_result g
	JOIN places_internal.place_identity i ON i.place = g.place
	CROSS JOIN (SELECT DISTINCT n.category FROM n) k
	LEFT JOIN counted c ON c.place = g.place AND c.category = k.category
	WHERE g.run = p.published_run
	ORDER BY g.place, c.inside DESC, c.nearby DESC, c.nearest, k.category COLLATE "C";
END
$$;

CREATE OR REPLACE FUNCTION places.assets_of(plan text, within float8 DEFAULT 800)
RETURNS TABLE (place bigint, name text, category text, inside bigint, nearby bigint, nearest float8, per_1000 float8)
AS 'MODULE_PATHNAME', 'door' LANGUAGE C STABLE PARALLEL UNSAFE COST 1000000 ROWS 1000;

COMMENT ON FUNCTION places_internal.do_assets_of(text, float8) IS 'behind the door of places.assets_of()';
COMMENT ON FUNCTION places.assets_of(text, float8) IS
	'what community assets each place of the published run of a plan has, a row a place and category, what it has most of first: inside, those to which a home of the place is nearer than all others, and no farther than the boundaries of the plan reach (250 m); nearby, those within so many metres of one of its homes; nearest, the mean metres from its homes to the nearest one; per_1000, inside for 1,000 homes. Of homes it counts for members of places_editor; for others of groups of at least ten, at their middle to 100 m, and a place of fewer homes or rows than ten has nulls. Assets are read with the rights of whoever asks';

CREATE OR REPLACE FUNCTION places_internal.do_asset_gaps(plan text, category text, farther_than float8)
RETURNS TABLE (place bigint, name text, homes float8, homes_farther float8, share float8, nearest float8)
LANGUAGE plpgsql STABLE PARALLEL UNSAFE COST 1000000 ROWS 100
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET enable_mergejoin = off SET jit = off
AS $$
DECLARE
	p places_internal.plan_definition := places_internal.seen_plan(plan);
BEGIN
	PERFORM places_internal.insist_assets(p);
	PERFORM places_internal.insist_amount('farther_than', farther_than, 0, 1e8, 'It is in metres: 1200 is a quarter of an hour on foot.');
	IF category IS NULL THEN
		PERFORM places_internal.insist_category(p, category);
	END IF;
	RETURN QUERY
	WITH n AS MATERIALIZED (SELECT * FROM places_internal.nearness(p, category, NULL, 'NaN', farther_than))
	SELECT g.place, i.name, g.homes, n.farther, places_internal.shown_share(n.farther / NULLIF(n.homes, 0)), pg_catalog.round(CASE WHEN n.homes > 0 THEN n.metres END)
	FROM places_internal.place_result g
	JOIN places_internal.place_identity i ON i.place = g.place
	LEFT JOIN n ON n.place = g.place
	WHERE g.run = p.published_run AND EXISTS (SELECT FROM n) AND COALESCE(n.farther > 0, true)
	ORDER BY n.farther DESC NULLS LAST, 6 DESC, 1;
	IF NOT FOUND THEN
		/* all are near, or there is no such category */
		PERFORM places_internal.insist_category(p, category);
	END IF;
END
$$;

CREATE OR REPLACE FUNCTION places.asset_gaps(plan text, category text, farther_than float8 DEFAULT 1200)
RETURNS TABLE (place bigint, name text, homes float8, homes_farther float8, share float8, nearest float8)
AS 'MODULE_PATHNAME', 'door' LANGUAGE C STABLE PARALLEL UNSAFE COST 1000000 ROWS 100;

COMMENT ON FUNCTION places_internal.do_asset_gaps(text, text, float8) IS 'behind the door of places.asset_gaps()';
COMMENT ON FUNCTION places.asset_gaps(text, text, float8) IS
	'the places of the published run of a plan of whose homes some are farther than so many metres from every asset of a category, those with most such homes first: how many these are, their share, and the mean metres of all its homes to the nearest one. Of homes it counts for members of places_editor; for others of groups of at least ten, at their middle to 100 m, and places of fewer homes or rows than ten come last, with nulls, whatever is true of them. Assets are read with the rights of whoever asks';

CREATE OR REPLACE FUNCTION places_internal.do_nearest_assets(plan text, home text)
RETURNS TABLE (category text, name text, metres float8)
LANGUAGE plpgsql STABLE PARALLEL UNSAFE COST 1000000 ROWS 10
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET jit = off
AS $$
DECLARE
	p places_internal.plan_definition := places_internal.seen_plan(plan);
	asked CONSTANT text := places_internal.short_key(home);
BEGIN
	PERFORM places_internal.insist_assets(p);
	IF NOT EXISTS (SELECT FROM places_internal.homes_of_level(p, COALESCE(asked, ''))) THEN
		PERFORM places_internal.refuse('undefined_object', format('home %s is in no place of the published run of plan "%s"', COALESCE('"' || home || '"', 'null'), p.plan),
			hint => 'The homes are in the view places.home, those in no place with the reason.');
	END IF;
	RETURN QUERY
	SELECT DISTINCT ON (n.category COLLATE "C") n.category, n.name, pg_catalog.round(n.metres)
	FROM places_internal.nearness(p, NULL, asked, 'NaN', 0) n
	ORDER BY n.category COLLATE "C", n.metres, n.name COLLATE "C";
END
$$;

CREATE OR REPLACE FUNCTION places.nearest_assets(plan text, home text)
RETURNS TABLE (category text, name text, metres float8)
AS 'MODULE_PATHNAME', 'door' LANGUAGE C STABLE PARALLEL UNSAFE COST 1000000 ROWS 10;

COMMENT ON FUNCTION places_internal.do_nearest_assets(text, text) IS 'behind the door of places.nearest_assets()';
COMMENT ON FUNCTION places.nearest_assets(text, text) IS
	'of each category the community asset nearest to a home of the published run of a plan, and its whole metres, 0 inside; of several rows of its id, of the nearest. For members of places_editor';
