-- what a run reads: the homes of the stock, with where they were and what people decided
--
-- read_stock reads and clusters, and puts what comes out into tables of the
-- session: places_run_home, places_run_place and places_run_authority.

-- ids

CREATE OR REPLACE FUNCTION places_internal.short_key(key text)
RETURNS text AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;

COMMENT ON FUNCTION places_internal.short_key(text) IS
	'an id or authority as plans store it: of more than 1000 bytes the first 200 characters and a hash';

-- the homes of a run

CREATE OR REPLACE FUNCTION places_internal.homes_of_weight(weight float8)
RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1
RETURN CASE WHEN weight IS NULL THEN 1 WHEN weight BETWEEN 1e-9 AND 1e9 THEN weight ELSE 0 END;

COMMENT ON FUNCTION places_internal.homes_of_weight(float8) IS
	'the homes that a row of a weight stands for: one without a weight column, none by a weight that is not valid';

CREATE OR REPLACE FUNCTION places_internal.is_in(outside text)
RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1
RETURN outside IS NULL OR outside IN ('dispersed', 'pinned');

COMMENT ON FUNCTION places_internal.is_in(text) IS 'whether a home is in the place that it has, be it by a pin, and not only near it';

CREATE OR REPLACE FUNCTION places_internal.homes_at(plan_id int, run bigint)
RETURNS SETOF places_internal.membership LANGUAGE sql STABLE PARALLEL SAFE COST 10000 ROWS 10000
BEGIN ATOMIC
	SELECT m.* FROM places_internal.membership m
	WHERE m.plan_id = homes_at.plan_id AND m.since_run <= run AND (m.until_run IS NULL OR m.until_run > run);
END;

COMMENT ON FUNCTION places_internal.homes_at(int, bigint) IS 'where each home was in a run of a plan';

-- reading

CREATE OR REPLACE FUNCTION places_internal.run_groups(
	stock regclass, id_column name, authority_column name, geom_column name, weight_column name, label_column name,
	plan_id int, base_run bigint, srid int, tolerance float8, rules places.ruleset, search_path text,
	OUT authority text, OUT ids text[], OUT locations geometry[], OUT weights float8[], OUT labels text[],
	OUT existed boolean[], OUT was_in bigint[], OUT asked bigint[], OUT hold text[], OUT result places.reclustering)
RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL RESTRICTED COST 100000 ROWS 300;

COMMENT ON FUNCTION places_internal.run_groups(regclass, name, name, name, name, name, int, bigint, int, float8, places.ruleset, text) IS
	'what a run needs of each authority: its homes, where they were in a run, what people decided, and the places found for them; read as the caller under a search path';

/*
 * The tables are made when all is read: whatever functions a view of homes
 * calls, none of them finds the tables, or puts others in their place.
 */
CREATE OR REPLACE FUNCTION places_internal.read_stock(r places_internal.run_record, p places_internal.plan_definition)
RETURNS places_internal.plan_definition LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 100000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	groups refcursor;
	g record;
	more boolean;
	authority text;
	made_before int := 0;
BEGIN
	IF p.srid IS NULL THEN
		p := places_internal.with_stock(p, places_internal.plan_stock(p));
		UPDATE places_internal.plan_definition d SET srid = p.srid WHERE d.plan_id = p.plan_id AND p.srid IS NOT NULL;
	END IF;

	OPEN groups FOR
		SELECT * FROM places_internal.run_groups(places_internal.plan_stock(p), p.id_column, p.authority_column,
			p.geom_column, p.weight_column, p.label_column, p.plan_id, r.base_run, p.srid, p.tolerance, p.rules,
			places_internal.caller_path());
	FETCH groups INTO g;
	more := FOUND;
	CREATE TEMP TABLE places_run_home (LIKE places_internal.membership, made int, label text,
		existed boolean, was_in bigint, asked bigint, hold text) ON COMMIT DROP;
	CREATE TEMP TABLE places_run_place (made int, authority text, place bigint, homes float8, reason text, x float8,
		y float8, radius float8, gap float8, mean_distance float8, rms_distance float8, density float8,
		outlying float8, attached float8) ON COMMIT DROP;
	CREATE TEMP TABLE places_run_authority (authority text, status text) ON COMMIT DROP;
	WHILE more LOOP
		authority := COALESCE(g.authority, '');
		INSERT INTO pg_temp.places_run_authority VALUES (authority, COALESCE((g.result).choice, 'none'));
		INSERT INTO pg_temp.places_run_place
		SELECT made_before + l.number, authority, NULL, l.homes, l.reason, l.x, l.y, l.radius, l.gap, l.mean_distance,
			l.rms_distance, l.density, l.outlying, l.attached
		FROM unnest(((g.result).list).homes, ((g.result).list).reason, ((g.result).list).x,
			((g.result).list).y, ((g.result).list).radius, ((g.result).list).gap, ((g.result).list).mean_distance,
			((g.result).list).rms_distance, ((g.result).list).density, ((g.result).list).outlying,
			((g.result).list).attached)
			WITH ORDINALITY l(homes, reason, x, y, radius, gap, mean_distance, rms_distance, density,
				outlying, attached, number);
		INSERT INTO pg_temp.places_run_home
		SELECT h.home_id, p.plan_id, authority, 1, r.run, NULL, NULL,
			CASE
				WHEN g.authority IS NULL THEN 'no_authority'
				WHEN h.reason = 'no_location' THEN places_internal.location_problem(h.location, p.srid)
				WHEN h.reason IN ('outlying', 'attached', 'dispersed', 'pinned', 'bad_weight') THEN h.reason
			END,
			h.weight, h.location, made_before + h.place, pg_catalog.left(h.label, 200), h.existed, h.was_in, h.asked, h.hold
		FROM unnest(g.ids, g.locations, g.weights, g.labels, g.existed, g.was_in, g.asked, g.hold,
			(g.result).place, (g.result).reason)
			h(home_id, location, weight, label, existed, was_in, asked, hold, place, reason);
		made_before := made_before + COALESCE(pg_catalog.cardinality(((g.result).list).homes), 0);
		FETCH groups INTO g;
		more := FOUND;
	END LOOP;
	CLOSE groups;
	ANALYZE pg_temp.places_run_home;
	ANALYZE pg_temp.places_run_place;
	PERFORM places_internal.number_copies();
	RETURN p;
END
$$;

COMMENT ON FUNCTION places_internal.read_stock(places_internal.run_record, places_internal.plan_definition) IS
	'clusters the stock of a plan into tables of the session: places_run_home, places_run_place and places_run_authority; the plan with what the stock says of its locations';

CREATE OR REPLACE FUNCTION places_internal.number_copies()
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 10000
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	/* as a rule there are none, which hashes show sooner */
	IF (SELECT pg_catalog.count(*) = pg_catalog.count(DISTINCT pg_catalog.hashtextextended(h.home_id, 0))
		FROM pg_temp.places_run_home h) THEN
		RETURN;
	END IF;
	UPDATE pg_temp.places_run_home h SET copy = n.copy
	FROM (
		SELECT c.ctid, pg_catalog.row_number() OVER (PARTITION BY c.home_id
				ORDER BY c.authority, c.outside IS NOT DISTINCT FROM 'no_authority', c.location, c.weight, c.hold) AS copy
		FROM pg_temp.places_run_home c
		WHERE c.home_id IN (SELECT d.home_id FROM pg_temp.places_run_home d
			GROUP BY d.home_id HAVING pg_catalog.count(*) > 1)) n
	WHERE h.ctid = n.ctid AND n.copy > 1;
END
$$;

COMMENT ON FUNCTION places_internal.number_copies() IS 'tells rows of one id apart';
