
-- what maps are of: a stock, or the published run of a plan

CREATE OR REPLACE FUNCTION places_internal.checked_max_dots(max_dots int)
RETURNS bigint LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF max_dots BETWEEN 1 AND 10000000 THEN
		RETURN max_dots;
	END IF;
	PERFORM places_internal.refuse('invalid_parameter_value', 'max_dots must be between 1 and 10000000',
		detail => pg_catalog.format('max_dots is %s.', COALESCE(max_dots::text, 'null')),
		hint => 'It is how many homes the map may draw: 100000, for instance.');
END
$$;

COMMENT ON FUNCTION places_internal.checked_max_dots(int) IS 'the number of dots, or a clear error';

CREATE OR REPLACE FUNCTION places_internal.map_gathered_transfn(internal, geometry)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.map_gathered_finalfn(internal)
RETURNS bytea AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;

COMMENT ON FUNCTION places_internal.map_gathered_transfn(internal, geometry) IS 'gathers one home for map_gathered';
COMMENT ON FUNCTION places_internal.map_gathered_finalfn(internal) IS 'what map_gathered has gathered';

CREATE OR REPLACE AGGREGATE places_internal.map_gathered(location geometry) (
	SFUNC = places_internal.map_gathered_transfn, STYPE = internal, SSPACE = 4096,
	FINALFUNC = places_internal.map_gathered_finalfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);

COMMENT ON AGGREGATE places_internal.map_gathered(geometry) IS
	'the locations of homes as bytes, 16 for each and 4, for map_thinned: in the order of a curve that fills the plane, so that every nth is a fair sample';

CREATE OR REPLACE FUNCTION places_internal.map_thinned(dots bytea, max_dots bigint, located bigint)
RETURNS geometry AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;

COMMENT ON FUNCTION places_internal.map_thinned(bytea, bigint, bigint) IS
	'of gathered homes as many as leave max_dots of all that are located, evenly and at least one, as a multipoint';

-- One reading and one clustering of the stock: the figures of a place are those
-- of its own homes clustered into a single place.
CREATE OR REPLACE FUNCTION places_internal.map_stock(
	stock regclass, id_column name, authority_column name, geom_column name,
	rules places.ruleset, weight_column name, title text, max_dots int, background regclass,
	together_column name)
RETURNS places_internal.map_scene LANGUAGE sql STABLE PARALLEL RESTRICTED COST 100000
SET work_mem = '256MB'	-- what is gathered of a million homes: 50 MB
BEGIN ATOMIC
	SELECT places_internal.checked_max_dots(max_dots);
	WITH system AS MATERIALIZED (
		SELECT places_internal.is_geography(stock, c.geom_column) AS geodetic
		FROM places_internal.stock_columns(stock, id_column, authority_column, geom_column) c),
	home AS NOT MATERIALIZED (
		SELECT h.authority, h.place, h.weight, h.location, h.reason, s.geodetic,
			h.kept,
			h.place IS NOT NULL AND COALESCE(h.reason NOT IN ('outlying', 'attached'), true) AS inside
		FROM places_internal.solve_homes(stock, id_column, authority_column, geom_column, weight_column, rules, true, together_column, NULL, NULL) h
		CROSS JOIN system s),
	grouped AS (
		SELECT h.authority, h.place, pg_catalog.bool_or(h.kept) AS kept, pg_catalog.min(NULLIF(pg_catalog.regexp_replace(h.reason, ',?divided$', ''), '')) FILTER (WHERE h.inside) AS reason,
			places.cluster_places(h.location, h.weight, places.rules('kmeans', 1e9)) FILTER (WHERE h.inside AND NOT h.geodetic) AS flat,
			places.cluster_places(places_internal.geography(h.location), h.weight, places.rules('kmeans', 1e9))
				FILTER (WHERE h.inside AND h.geodetic) AS round,
			CASE WHEN h.place IS NOT NULL THEN COALESCE(pg_catalog.sum(h.weight) FILTER (WHERE NOT h.inside), 0) END AS beside,
			places_internal.map_gathered(h.location) FILTER (WHERE h.kept) AS kept_homes,
			places_internal.map_gathered(h.location) FILTER (WHERE NOT h.kept) AS other_homes,
			pg_catalog.count(*) AS stock_rows,
			COALESCE(pg_catalog.sum(places_internal.homes_of_weight(h.weight)) FILTER (WHERE h.weight IS NOT NULL), 0) AS homes
		FROM home h
		GROUP BY h.authority, h.place),
	figure AS MATERIALIZED (
		SELECT g.*, COALESCE(g.flat, g.round) AS list FROM grouped g),
	total AS MATERIALIZED (
		SELECT pg_catalog.sum(f.stock_rows)::bigint AS stock_rows,
			pg_catalog.sum(COALESCE(pg_catalog.octet_length(f.kept_homes) / 16, 0) + COALESCE(pg_catalog.octet_length(f.other_homes) / 16, 0))::bigint AS located
		FROM figure f),
	listed AS (
		SELECT pg_catalog.array_agg((f.authority, f.place, NULL, CASE WHEN f.place IS NULL THEN f.homes ELSE (f.list).homes[1] END,
				f.beside, f.kept, f.reason, f.rank,
				places_internal.shown_density((f.list).density[1]),
				places_internal.shown_metres((f.list).radius[1], f.reason ~ 'too_spread', (rules).max_radius),
				places_internal.map_thinned(f.kept_homes, max_dots, t.located), places_internal.map_thinned(f.other_homes, max_dots, t.located),
				NULL, NULL, places_internal.shown_metres((f.list).gap[1], f.reason ~ 'in_parts', (rules).max_gap))::places_internal.map_place
			ORDER BY f.authority COLLATE "C", f.place) AS places
		FROM (SELECT f.*, CASE WHEN f.kept THEN (pg_catalog.rank() OVER (PARTITION BY f.kept
				ORDER BY (f.list).density[1] DESC NULLS FIRST))::int END AS rank FROM figure f) f
		CROSS JOIN total t)
	SELECT places_internal.map_scene(
		COALESCE(title, pg_catalog.concat('Places of ', stock::text)),
		places_internal.map_caption(CURRENT_DATE, NULL, rules),
		COALESCE(t.stock_rows, 0), COALESCE(t.located, 0),
		places_internal.map_bounded(l.places, s.geodetic), s.geodetic, background)
	FROM listed l
	CROSS JOIN total t
	CROSS JOIN system s;
END;

COMMENT ON FUNCTION places_internal.map_stock(regclass, name, name, name, places.ruleset, name, text, int, regclass, name) IS
	'the scene of a table or view, which it clusters';

CREATE OR REPLACE FUNCTION places_internal.map_plan(plan text, title text, max_dots int, background regclass)
RETURNS places_internal.map_scene LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 100000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	known places_internal.plan_definition := places_internal.find_plan(plan);
	most bigint := places_internal.checked_max_dots(max_dots);
BEGIN
	IF NOT has_table_privilege('places.home', 'SELECT') THEN
		PERFORM places_internal.refuse('insufficient_privilege', pg_catalog.format('must be a member of places_editor to draw the homes of plan "%s"', plan),
			detail => 'Its map shows where homes are.',
			hint => pg_catalog.format('Have somebody GRANT places_editor TO %I, or draw the map and give it to you.', CURRENT_USER));
	END IF;
	PERFORM places_internal.insist_published(known);
	RETURN places_internal.map_tree(known, COALESCE(title, plan), most, background);
END
$$;

COMMENT ON FUNCTION places_internal.map_plan(text, text, int, regclass) IS 'the scene of the published run of a plan';

-- A name alone, as in places.map('homes'), is text to PostgreSQL, and so means a
-- plan; where there is none, the table or view of that name.
CREATE OR REPLACE FUNCTION places_internal.map_named(called text, title text, max_dots int, background regclass)
RETURNS places_internal.map_scene LANGUAGE sql STABLE PARALLEL RESTRICTED COST 100000
BEGIN ATOMIC
	SELECT CASE WHEN stock IS NULL OR places_internal.is_plan(called)
		THEN places_internal.map_plan(called, title, max_dots, background)
		ELSE places_internal.map_stock(stock, NULL, NULL, NULL, places.rules(), NULL, title, max_dots, background, NULL) END
	FROM (SELECT places_internal.relation_called(called)) r(stock);
END;

COMMENT ON FUNCTION places_internal.map_named(text, text, int, regclass) IS
	'the scene of the published run of a plan, or of a table or view where no plan has the name';

-- what there is behind the door is in sql/people/map_assets.sql
CREATE OR REPLACE FUNCTION places_internal.map_assets(plan text, projection text, ground geometry, frame geometry)
RETURNS json AS 'MODULE_PATHNAME', 'door' LANGUAGE C STABLE PARALLEL UNSAFE COST 1000000;

COMMENT ON FUNCTION places_internal.map_assets(text, text, geometry, geometry) IS
	'the community assets on the map of a plan, as its page reads them; null: the plan has none. They are read with the rights of whoever asks';

-- the maps themselves

CREATE OR REPLACE FUNCTION places.map(
	stock regclass, id_column name DEFAULT NULL, authority_column name DEFAULT NULL, geom_column name DEFAULT NULL,
	rules places.ruleset DEFAULT places.rules(), weight_column name DEFAULT NULL,
	title text DEFAULT NULL, max_dots int DEFAULT 100000, background regclass DEFAULT NULL,
	together_column name DEFAULT NULL)
RETURNS text LANGUAGE sql STABLE PARALLEL RESTRICTED COST 100000
RETURN places_internal.map_page(places_internal.map_stock(stock, id_column, authority_column, geom_column, rules, weight_column, title, max_dots, background, together_column), NULL);

-- 'homes', 'id', 'authority' would be a stock or a plan and its title to PostgreSQL, and an error
CREATE OR REPLACE FUNCTION places.map(
	stock text, id_column text, authority_column text, geom_column text DEFAULT NULL,
	rules places.ruleset DEFAULT places.rules(), weight_column text DEFAULT NULL,
	title text DEFAULT NULL, max_dots int DEFAULT 100000, background regclass DEFAULT NULL,
	together_column text DEFAULT NULL)
RETURNS text LANGUAGE sql STABLE PARALLEL RESTRICTED COST 100000
RETURN places.map(stock::regclass, id_column::name, authority_column::name, geom_column::name, rules, weight_column::name, title, max_dots, background, together_column::name);

CREATE OR REPLACE FUNCTION places.map(plan text, title text DEFAULT NULL, max_dots int DEFAULT 100000, background regclass DEFAULT NULL)
RETURNS text LANGUAGE sql STABLE PARALLEL UNSAFE COST 100000
BEGIN ATOMIC
	SELECT places_internal.map_page(m.scene, places_internal.map_assets(plan, (m.scene).projection, (m.scene).ground, (m.scene).frame))
	FROM (SELECT places_internal.map_named(plan, title, max_dots, background) OFFSET 0) m(scene);
END;

COMMENT ON FUNCTION places.map(regclass, name, name, name, places.ruleset, name, text, int, regclass, name) IS
	'the places of a table or view as a self-contained HTML page: a map to zoom and search, without ids of homes; it draws some max_dots homes, at least one of each place';
COMMENT ON FUNCTION places.map(text, text, text, text, places.ruleset, text, text, int, regclass, text) IS
	'the same, of a table or view that is named by text';
COMMENT ON FUNCTION places.map(text, text, int, regclass) IS
	'the published places of a plan as a self-contained HTML page: a map to zoom and search, without ids of homes, and with its community assets to switch on, as far as you may read them; it draws some max_dots homes, at least one of each place';

CREATE OR REPLACE FUNCTION places.map_svg(
	stock regclass, id_column name DEFAULT NULL, authority_column name DEFAULT NULL, geom_column name DEFAULT NULL,
	rules places.ruleset DEFAULT places.rules(), weight_column name DEFAULT NULL,
	title text DEFAULT NULL, max_dots int DEFAULT 100000, background regclass DEFAULT NULL,
	together_column name DEFAULT NULL)
RETURNS text LANGUAGE sql STABLE PARALLEL RESTRICTED COST 100000
RETURN places_internal.map_picture(places_internal.map_stock(stock, id_column, authority_column, geom_column, rules, weight_column, title, max_dots, background, together_column));

CREATE OR REPLACE FUNCTION places.map_svg(
	stock text, id_column text, authority_column text, geom_column text DEFAULT NULL,
	rules places.ruleset DEFAULT places.rules(), weight_column text DEFAULT NULL,
	title text DEFAULT NULL, max_dots int DEFAULT 100000, background regclass DEFAULT NULL,
	together_column text DEFAULT NULL)
RETURNS text LANGUAGE sql STABLE PARALLEL RESTRICTED COST 100000
RETURN places.map_svg(stock::regclass, id_column::name, authority_column::name, geom_column::name, rules, weight_column::name, title, max_dots, background, together_column::name);

CREATE OR REPLACE FUNCTION places.map_svg(plan text, title text DEFAULT NULL, max_dots int DEFAULT 100000, background regclass DEFAULT NULL)
RETURNS text LANGUAGE sql STABLE PARALLEL RESTRICTED COST 100000
RETURN places_internal.map_picture(places_internal.map_named(plan, title, max_dots, background));

COMMENT ON FUNCTION places.map_svg(regclass, name, name, name, places.ruleset, name, text, int, regclass, name) IS
	'the kept places of a table or view as a still picture for a report, in SVG';
COMMENT ON FUNCTION places.map_svg(text, text, text, text, places.ruleset, text, text, int, regclass, text) IS
	'the same, of a table or view that is named by text';
COMMENT ON FUNCTION places.map_svg(text, text, int, regclass) IS
	'the published kept places of a plan as a still picture for a report, in SVG';
