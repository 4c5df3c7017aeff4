-- what a run of patches or localities reads: a stored run of its parent
--
-- Such a plan has no stock.  Its homes are those that the parent's run saw, or that
-- run's places; they are read from the tables of plans, as their owner, by the queries
-- of run_groups (pg/sql/run_groups.c).  What a home is there its location, weight,
-- label and authority are here.

CREATE OR REPLACE FUNCTION places_internal.homes_to_divide(parent_id int, parent_run bigint, dispersed boolean, columns name[])
RETURNS TABLE (id text, authority text, location geometry, weight float8, label text, within bigint, loads float8[])
LANGUAGE sql STABLE PARALLEL SAFE COST 10000 ROWS 10000
BEGIN ATOMIC
	SELECT m.home_id, CASE WHEN m.outside IS DISTINCT FROM 'no_authority' THEN m.authority END, m.location, m.weight,
		i.name, COALESCE(g.place, 0),
		CASE WHEN columns IS NOT NULL THEN ARRAY(SELECT m.loads[c.at] FROM unnest(r.at) WITH ORDINALITY c(at, nr) ORDER BY c.nr) END
	FROM places_internal.membership m
	CROSS JOIN (SELECT ARRAY(SELECT pg_catalog.array_position(u.balance_columns, c.name) FROM unnest(columns) WITH ORDINALITY c(name, nr) ORDER BY c.nr) AS at
		FROM places_internal.run_record u WHERE u.run = homes_to_divide.parent_run) r
	LEFT JOIN places_internal.place_result g ON g.run = parent_run AND g.place = m.place AND g.authority = m.authority
		AND g.reason IS NULL AND places_internal.is_in(m.outside)
	LEFT JOIN places_internal.place_identity i ON i.place = g.place
	WHERE m.plan_id = homes_to_divide.parent_id AND m.since_run <= parent_run AND (m.until_run IS NULL OR m.until_run > parent_run)
		AND (dispersed OR g.place IS NOT NULL);
END;

COMMENT ON FUNCTION places_internal.homes_to_divide(int, bigint, boolean, name[]) IS
	'the homes of a run for its patches, each within the kept place that it is in, or 0: dispersed, or left out; labelled by the name of that place, and with the measures that the run read from some columns';

/* Policies may hide rows from who runs localities by themselves: then regions would be guesses. */
CREATE OR REPLACE FUNCTION places_internal.insist_stock_there(parent places_internal.plan_definition, parent_run bigint, met bigint)
RETURNS void LANGUAGE plpgsql STABLE PARALLEL SAFE COST 100
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	rows bigint := (SELECT u.stock_rows FROM places_internal.run_record u WHERE u.run = insist_stock_there.parent_run);
BEGIN
	IF 100 * (rows - met) > parent.max_shrink * rows THEN
		PERFORM places_internal.refuse('object_not_in_prerequisite_state',
			format('the stock of plan "%s" shows %s of the %s rows that run %s saw', parent.plan, met, rows, parent_run),
			detail => 'So the regions of its places are not known.',
			hint => format('Run plan "%s" itself, as a role from which no policy hides rows.', parent.plan));
	END IF;
END
$$;

COMMENT ON FUNCTION places_internal.insist_stock_there(places_internal.plan_definition, bigint, bigint) IS
	'a clear error if the stock has lost more rows since a run, to the eyes of the caller who met so many, than its plan allows';

CREATE OR REPLACE FUNCTION places_internal.regions_of_places(parent places_internal.plan_definition, parent_run bigint, region_column name)
RETURNS TABLE (place bigint, region text) LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 100000 ROWS 1000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	stock CONSTANT regclass := places_internal.plan_stock(parent);
BEGIN
	PERFORM places_internal.insist_columns(stock, ARRAY[region_column]);
	RETURN QUERY
	WITH home AS MATERIALIZED (
		SELECT COALESCE(places_internal.short_key(h.id), '') AS home_id, places_internal.short_key(h.authority) AS authority, h.region
		FROM places_internal.read_rows(stock, ARRAY[parent.id_column, parent.authority_column, region_column],
			places_internal.caller_path()) h(id text, authority text, region text)),
	counted AS (
		SELECT m.place, h.region, sum(places_internal.homes_of_weight(m.weight)) AS homes
		FROM home h
		JOIN places_internal.membership m ON m.home_id = h.home_id AND m.authority = h.authority
		WHERE m.plan_id = parent.plan_id AND m.since_run <= parent_run AND (m.until_run IS NULL OR m.until_run > parent_run)
			AND m.place IS NOT NULL AND places_internal.is_in(m.outside) AND h.region IS NOT NULL
		GROUP BY m.place, h.region)
	SELECT DISTINCT ON (c.place) c.place, c.region
	FROM (SELECT count(*) AS met FROM home) h
	CROSS JOIN LATERAL places_internal.insist_stock_there(parent, parent_run, h.met)
	LEFT JOIN counted c ON true
	ORDER BY c.place, c.homes DESC, c.region COLLATE "C";
END
$$;

COMMENT ON FUNCTION places_internal.regions_of_places(places_internal.plan_definition, bigint, name) IS
	'the region that most homes of each place of a run are in, of those that the stock knows one of; of equals the first. The stock is read once, as the caller, who has to see all of it';

CREATE OR REPLACE FUNCTION places_internal.places_to_group(parent_id int, parent_run bigint, region_column name)
RETURNS TABLE (id text, authority text, location geometry, weight float8, label text, within bigint)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 100000 ROWS 1000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	of_places places_internal.plan_definition;
BEGIN
	IF region_column IS NULL THEN
		RETURN QUERY SELECT g.place::text, 'all', g.centre, g.homes, g.authority, NULL::bigint
			FROM places_internal.place_result g WHERE g.run = parent_run;
	ELSE
		SELECT d.* INTO of_places FROM places_internal.plan_definition d WHERE d.plan_id = places_to_group.parent_id;
		RETURN QUERY SELECT g.place::text, COALESCE(r.region, 'no region'), g.centre, g.homes, g.authority, NULL::bigint
			FROM places_internal.place_result g
			LEFT JOIN places_internal.regions_of_places(of_places, parent_run, region_column) r ON r.place = g.place
			WHERE g.run = parent_run;
	END IF;
END
$$;

COMMENT ON FUNCTION places_internal.places_to_group(int, bigint, name) IS
	'the places of a run for its localities, kept or not, each a point of as many homes; by region if a column of the stock says that, which is read as the caller, and labelled by their authorities';
