-- whom to call: homes by their ids, for editors

CREATE OR REPLACE FUNCTION places_internal.find_place_in_tree(p places_internal.plan_definition, place bigint)
RETURNS text LANGUAGE plpgsql STABLE PARALLEL SAFE COST 100
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	known text := (SELECT t.level FROM places_internal.plans_of_tree(p.plan_id) t
		JOIN places_internal.place_result g ON g.run = t.published_run AND g.place = find_place_in_tree.place LIMIT 1);
BEGIN
	IF known IS NULL THEN
		PERFORM places_internal.refuse('undefined_object', format('there is no place %s in the published runs of plan "%s"', COALESCE(place::text, 'null'), p.plan),
			hint => format('Its places, patches and localities are in the view places.tree: SELECT level, place, name FROM places.tree WHERE tree = %L;', p.plan));
	END IF;
	RETURN known;
END
$$;

COMMENT ON FUNCTION places_internal.find_place_in_tree(places_internal.plan_definition, bigint) IS
	'the level of a place of the published runs of a tree, by its number, or a clear error';

CREATE OR REPLACE FUNCTION places_internal.check_call_columns(p places_internal.plan_definition, priority_column name, do_not_call_column name)
RETURNS regclass LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 1000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	stock CONSTANT regclass := places_internal.plan_stock(p);
BEGIN
	PERFORM places_internal.check_source('stock', stock, '{id_column,priority_column,do_not_call_column}', ARRAY[p.id_column, priority_column, do_not_call_column],
		'{needed: text,a number,true or false}');
	RETURN places_internal.open_source(p, 'homes', p.stock_schema, p.stock_name, ARRAY[p.id_column, priority_column, do_not_call_column]);
END
$$;

COMMENT ON FUNCTION places_internal.check_call_columns(places_internal.plan_definition, name, name) IS
	'the stock of a plan, or a clear error: unless it has columns by which homes are called, or not, and the caller may read them';

CREATE OR REPLACE FUNCTION places_internal.calls(
	p places_internal.plan_definition, level text, place bigint, days int, priority_column name, do_not_call_column name)
RETURNS TABLE (home_id text, last date, priority float8, patch bigint)
LANGUAGE sql STABLE PARALLEL RESTRICTED COST 1000000 ROWS 100
BEGIN ATOMIC
	WITH stock AS MATERIALIZED (
		SELECT places_internal.short_key(r.id) AS home_id, pg_catalog.max(NULLIF(r.priority, 'NaN')) AS priority, pg_catalog.bool_or(r.never) AS never
		FROM places_internal.read_rows(places_internal.check_call_columns(p, priority_column, do_not_call_column),
			ARRAY[(p).id_column, priority_column, do_not_call_column], places_internal.caller_path()) r(id text, priority float8, never boolean)
		WHERE priority_column IS NOT NULL OR do_not_call_column IS NOT NULL
		GROUP BY 1)
	SELECT h.home_id, c.last, s.priority, h.patch
	FROM (SELECT DISTINCT t.home_id, t.patch FROM places.home_path t
		WHERE t.plan = (p).plan AND calls.place = CASE calls.level WHEN 'locality' THEN t.locality WHEN 'place' THEN t.place ELSE t.patch END) h
	LEFT JOIN places_internal.heard_homes(p) c ON c.home = h.home_id
	LEFT JOIN stock s ON s.home_id = h.home_id
	WHERE COALESCE(CURRENT_DATE - c.last > days, true) AND NOT COALESCE(s.never, false);
END;

COMMENT ON FUNCTION places_internal.calls(places_internal.plan_definition, text, bigint, int, name, name) IS
	'the homes of a place that have not been heard from for more than so many days, when they were last, and how urgent the stock says they are; without those that it says not to call. Contacts and stock are read as the caller';

CREATE OR REPLACE FUNCTION places_internal.do_call_list(plan text, place bigint, days int, priority_column name, do_not_call_column name, most int)
RETURNS TABLE (home_id text, last_contact date, days_since int, priority float8, patch bigint, patch_name text)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 1000000 ROWS 50
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET TimeZone = 'UTC' SET enable_nestloop = off SET enable_mergejoin = off SET jit = off
AS $$
DECLARE
	p places_internal.plan_definition := places_internal.tree_of(plan);
	level text;
BEGIN
	PERFORM places_internal.insist_published(p);
	PERFORM places_internal.insist_contacts(p);
	PERFORM places_internal.insist_amount('days', days, 1, 36500, 'It is for how many days a home must not have been heard from: 180.');
	PERFORM places_internal.insist_amount('most', most, 1, 1e9, 'It is how many homes the list has at most: 50.');
	level := places_internal.find_place_in_tree(p, place);
	RETURN QUERY
		SELECT c.home_id, c.last, CURRENT_DATE - c.last, c.priority, c.patch, i.name
		FROM places_internal.calls(p, level, do_call_list.place, days, priority_column, do_not_call_column) c
		LEFT JOIN places_internal.place_identity i ON i.place = c.patch
		ORDER BY c.priority DESC NULLS LAST, c.last NULLS FIRST, c.home_id COLLATE "C"
		LIMIT most;
END
$$;

CREATE OR REPLACE FUNCTION places.call_list(
	plan text, place bigint, days int DEFAULT 180, priority_column name DEFAULT NULL, do_not_call_column name DEFAULT NULL, most int DEFAULT 50)
RETURNS TABLE (home_id text, last_contact date, days_since int, priority float8, patch bigint, patch_name text)
AS 'MODULE_PATHNAME', 'door' LANGUAGE C STABLE PARALLEL UNSAFE COST 1000000 ROWS 50;

COMMENT ON FUNCTION places_internal.do_call_list(text, bigint, int, name, name, int) IS 'behind the door of places.call_list()';
COMMENT ON FUNCTION places.call_list(text, bigint, int, name, name, int) IS
	'the homes of a place, patch or locality of a published tree that have not been heard from for more than so many days, or ever: the greatest priority first, a column of the stock, then who has been silent longest; without those whose do_not_call_column in the stock is true. For members of places_editor; contacts and stock are read with the rights of whoever asks';
