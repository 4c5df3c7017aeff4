-- what a run reads: the homes of the stock, with where they were and what people decided
--
-- read_stock reads and clusters, and puts what comes out into tables of the
-- session: places_run_authority, places_run_place and places_run_overlap.

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
RETURN outside IS NULL OR outside IN ('divided', 'dispersed', 'pinned');

COMMENT ON FUNCTION places_internal.is_in(text) IS 'whether a home is in the place that it has, be it by a pin, and not only near it';

-- a home of a group that is divided is a member like any other
CREATE OR REPLACE FUNCTION places_internal.is_member(outside text)
RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1
RETURN outside IS NULL OR outside = 'divided';

COMMENT ON FUNCTION places_internal.is_member(text) IS 'whether a home is one of those that its place is made of';

CREATE OR REPLACE FUNCTION places_internal.reason_of_home(outside text, of_place text)
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1
RETURN CASE WHEN outside = 'divided' THEN pg_catalog.concat_ws(',', of_place, outside) ELSE COALESCE(outside, of_place) END;

COMMENT ON FUNCTION places_internal.reason_of_home(text, text) IS
	'why a home is not kept, from what it is instead of a member of its place, and why that is not kept; and that its group is divided';

CREATE OR REPLACE FUNCTION places_internal.homes_in_run(plan_id int, run bigint)
RETURNS SETOF places_internal.membership LANGUAGE sql STABLE PARALLEL SAFE COST 10000 ROWS 10000
BEGIN ATOMIC
	SELECT m.* FROM places_internal.membership m
	WHERE m.plan_id = homes_in_run.plan_id AND m.since_run <= run AND (m.until_run IS NULL OR m.until_run > run);
END;

COMMENT ON FUNCTION places_internal.homes_in_run(int, bigint) IS 'where each home was in a run of a plan';

CREATE OR REPLACE FUNCTION places_internal.home_in(plan_id int, run bigint, home text, authority text)
RETURNS SETOF places_internal.membership LANGUAGE sql STABLE PARALLEL SAFE COST 100 ROWS 1
BEGIN ATOMIC
	SELECT m.* FROM places_internal.membership m
	WHERE m.plan_id = home_in.plan_id AND m.home_id = home AND m.since_run <= run AND (m.until_run IS NULL OR m.until_run > run)
	ORDER BY m.authority IS DISTINCT FROM home_in.authority, m.authority, m.copy
	LIMIT 1;
END;

COMMENT ON FUNCTION places_internal.home_in(int, bigint, text, text) IS
	'where a home was in a run of a plan; of several rows of its id one in an authority, if there is one';

-- reading

CREATE OR REPLACE FUNCTION places_internal.pack_transfn(internal, geometry, float8, text, text, int, text, float8[], bigint)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.pack_transfn(internal, geography, float8, text, text, int, text, float8[], bigint)
RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL SAFE COST 1;

COMMENT ON FUNCTION places_internal.pack_transfn(internal, geometry, float8, text, text, int, text, float8[], bigint) IS 'gathers one home for pack_run';
COMMENT ON FUNCTION places_internal.pack_transfn(internal, geography, float8, text, text, int, text, float8[], bigint) IS 'gathers one home for pack_run';

CREATE OR REPLACE AGGREGATE places_internal.pack_run(geom geometry, weight float8, id text, label text, srid int, together text, loads float8[], within bigint) (
	SFUNC = places_internal.pack_transfn, STYPE = internal, SSPACE = 16384,
	COMBINEFUNC = places_internal.pack_combinefn,
	SERIALFUNC = places_internal.pack_serialfn, DESERIALFUNC = places_internal.pack_deserialfn,
	FINALFUNC = places_internal.pack_serialfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);
CREATE OR REPLACE AGGREGATE places_internal.pack_run(geog geography, weight float8, id text, label text, srid int, together text, loads float8[], within bigint) (
	SFUNC = places_internal.pack_transfn, STYPE = internal, SSPACE = 16384,
	COMBINEFUNC = places_internal.pack_combinefn,
	SERIALFUNC = places_internal.pack_serialfn, DESERIALFUNC = places_internal.pack_deserialfn,
	FINALFUNC = places_internal.pack_serialfn, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);

COMMENT ON AGGREGATE places_internal.pack_run(geometry, float8, text, text, int, text, float8[], bigint) IS
	'the homes of an authority as bytes, with all that a run of a plan has to know of them; only points of the reference system are located';
COMMENT ON AGGREGATE places_internal.pack_run(geography, float8, text, text, int, text, float8[], bigint) IS
	'the homes of an authority as bytes, with all that a run of a plan has to know of them; only points of the reference system are located';

CREATE OR REPLACE FUNCTION places_internal.run_groups(
	stock regclass, id_column name, authority_column name, geom_column name, weight_column name, label_column name,
	plan_id int, base_run bigint, srid int, tolerance float8, rules places.ruleset, known text[], digests text[], search_path text,
	together_column name DEFAULT NULL, balance_columns name[] DEFAULT NULL, balance_tolerance float8[] DEFAULT NULL,
	grace float8 DEFAULT 0, parent_id int DEFAULT NULL, parent_run bigint DEFAULT NULL, dispersed boolean DEFAULT NULL,
	region_column name DEFAULT NULL, geodetic boolean DEFAULT NULL,
	OUT authority text, OUT status text, OUT digest text, OUT stock_rows bigint, OUT homes float8, OUT found_rows bigint,
	OUT stayed_out bigint, OUT no_location bigint, OUT bad_weight bigint, OUT duplicate_ids bigint, OUT list places.place_list,
	OUT was bigint[], OUT made int[], OUT shared float8[], OUT required boolean[], OUT rows bytea, OUT fates bytea)
RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL RESTRICTED COST 100000 ROWS 300;

COMMENT ON FUNCTION places_internal.run_groups(regclass, name, name, name, name, name, int, bigint, int, float8, places.ruleset, text[], text[], text, name, name[], float8[], float8, int, bigint, boolean, name, boolean) IS
	'the authorities of a run: those that are known with the digest of their rows have the status same and nothing else, the others their places, what these have in common with those of the base run, and packed rows; one row more has the number of duplicate ids. Read as the caller under a search path; or, with a parent, a run of that as it is stored';

-- what need not be read again

CREATE OR REPLACE FUNCTION places_internal.terms_of(p places_internal.plan_definition)
RETURNS TABLE (authority text, terms text) LANGUAGE sql STABLE PARALLEL SAFE COST 1000 ROWS 100
BEGIN ATOMIC
	SELECT d.authority, pg_catalog.md5(pg_catalog.concat_ws('|', (p).rules::text, (p).tolerance, (p).grace, (p).srid,
		pg_catalog.format('%L %L %L', (p).together_column, (p).balance_columns, (p).balance_tolerance),
		(SELECT e.extversion FROM pg_catalog.pg_extension e WHERE e.extname = 'places'), d.decided))
	FROM (
		SELECT i.authority, pg_catalog.string_agg(c.decision, '|' ORDER BY c.decision COLLATE "C") AS decided
		FROM (
			SELECT h.place, pg_catalog.format('%s %L', h.place, h.home_id) AS decision
			FROM places_internal.pinned_home h WHERE h.plan_id = (p).plan_id
			UNION ALL
			SELECT l.place, l.place::text FROM places_internal.locked_place l WHERE l.plan_id = (p).plan_id
			UNION ALL
			SELECT t.place, pg_catalog.format('%s has %s', t.place, t.share)
			FROM places_internal.place_target t WHERE t.plan_id = (p).plan_id) c
		JOIN places_internal.place_identity i ON i.place = c.place
		GROUP BY i.authority
		UNION ALL
		SELECT NULL, '') d;
END;

COMMENT ON FUNCTION places_internal.terms_of(places_internal.plan_definition) IS
	'a hash of the rules of a plan, and of the pins, locks and targets in each authority; of those without any in the row without an authority';

/*
 * Between the base run and the newest one an authority may have changed, and
 * changed back only in the stock: then it is not as the newest run stored it.
 */
CREATE OR REPLACE FUNCTION places_internal.known_authorities(p places_internal.plan_definition, base_run bigint,
	OUT names text[], OUT digests text[])
LANGUAGE sql STABLE PARALLEL SAFE COST 1000
BEGIN ATOMIC
	WITH newest AS (
		SELECT pg_catalog.max(u.run) AS run FROM places_internal.run_record u WHERE u.plan_id = (p).plan_id AND u.stored),
	stored AS (
		SELECT a.*, a.run = newest.run AS is_newest, a.status = 'none' AS nobody
		FROM places_internal.authority_result a, newest
		WHERE a.plan_id = (p).plan_id AND a.run IN (base_run, newest.run)),
	terms AS (SELECT * FROM places_internal.terms_of(p))
	SELECT pg_catalog.array_agg(CASE WHEN NOT k.nobody THEN k.authority END),
		pg_catalog.array_agg(CASE WHEN k.unchanged AND k.has_newest THEN k.digest END)
	FROM (
		SELECT s.authority, s.nobody, pg_catalog.min(s.as_of) IS NOT DISTINCT FROM pg_catalog.max(s.as_of) AS unchanged,
			pg_catalog.bool_or(s.is_newest) AS has_newest,
			pg_catalog.min(s.digest) FILTER (WHERE s.run = base_run AND s.terms = COALESCE(t.terms, c.terms)) AS digest
		FROM stored s
		LEFT JOIN terms t ON t.authority = s.authority AND NOT s.nobody
		JOIN terms c ON c.authority IS NULL
		GROUP BY s.authority, s.nobody) k;
END;

COMMENT ON FUNCTION places_internal.known_authorities(places_internal.plan_definition, bigint) IS
	'the authorities with stored rows, null being the rows without one, and of those that a run need not solve if their rows are the same the digest of these';

CREATE OR REPLACE FUNCTION places_internal.with_parent(p places_internal.plan_definition, parent_run bigint)
RETURNS places_internal.plan_definition LANGUAGE plpgsql STABLE PARALLEL SAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	missing name;
	parent text;
BEGIN
	SELECT c.name, d.plan INTO missing, parent
	FROM places_internal.run_record u JOIN places_internal.plan_definition d ON d.plan_id = u.plan_id
	CROSS JOIN unnest(p.balance_columns) c(name)
	WHERE u.run = with_parent.parent_run AND c.name <> ALL (COALESCE(u.balance_columns, '{}')) LIMIT 1;
	IF FOUND THEN
		PERFORM places_internal.refuse('object_not_in_prerequisite_state', pg_catalog.format('run %s of plan "%s" has not read column "%s"', parent_run, parent, missing),
			detail => pg_catalog.format('Plan "%s" balances it.', p.plan),
			hint => pg_catalog.format('Run the tree: SELECT * FROM places.run(%L);', parent));
	END IF;
	SELECT d.srid, d.geodetic, CASE WHEN p.level = 'patch' THEN d.weight_column ELSE 'homes' END
	INTO p.srid, p.geodetic, p.weight_column
	FROM places_internal.plan_definition d WHERE d.plan_id = p.parent_id;
	RETURN p;
END
$$;

COMMENT ON FUNCTION places_internal.with_parent(places_internal.plan_definition, bigint) IS
	'a plan of patches or localities with what its parent says of locations and weights, of a place the weight is its homes; or a clear error, if a run of that lacks what is to be balanced';

/*
 * The tables are made when all is read: whatever functions a view of homes
 * calls, none of them finds the tables, or puts others in their place.
 */
CREATE OR REPLACE FUNCTION places_internal.read_stock(r places_internal.run_record, p places_internal.plan_definition)
RETURNS places_internal.plan_definition LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 100000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	known record;
	groups refcursor;
	g record;
	more boolean;
	made_before int := 0;
BEGIN
	IF p.level <> 'place' THEN
		p := places_internal.with_parent(p, r.parent_run);
	ELSIF p.srid IS NULL THEN
		p := places_internal.with_stock(p, places_internal.plan_stock(p));
		UPDATE places_internal.plan_definition d SET srid = p.srid WHERE d.plan_id = p.plan_id AND p.srid IS NOT NULL;
	END IF;
	known := places_internal.known_authorities(p, r.base_run);

	OPEN groups FOR
		SELECT * FROM places_internal.run_groups(CASE WHEN p.level = 'place' THEN places_internal.plan_stock(p) END, p.id_column, p.authority_column,
			p.geom_column, p.weight_column, p.label_column, p.plan_id, r.base_run, p.srid, p.tolerance, p.rules,
			known.names, known.digests, places_internal.caller_path(), p.together_column, p.balance_columns, p.balance_tolerance, p.grace,
			p.parent_id, r.parent_run, p.dispersed, p.region_column, p.geodetic);
	FETCH groups INTO g;
	more := FOUND;
	CREATE TEMP TABLE places_run_authority (authority text, nobody boolean, status text, digest text, stock_rows bigint, homes float8,
		found_rows bigint, stayed_out bigint, no_location bigint, bad_weight bigint, made_before int, rows bytea, fates bytea)
		ON COMMIT DROP;
	ALTER TABLE pg_temp.places_run_authority ALTER rows SET STORAGE EXTERNAL, ALTER fates SET STORAGE EXTERNAL;
	CREATE TEMP TABLE places_run_place (made int, authority text, place bigint, homes float8, reason text, x float8,
		y float8, radius float8, gap float8, mean_distance float8, rms_distance float8, density float8,
		outlying float8, attached float8, loads float8[], load_targets float8[], tree float8) ON COMMIT DROP;
	CREATE TEMP TABLE places_run_overlap (was bigint, made int, homes float8, required boolean) ON COMMIT DROP;
	WHILE more LOOP
		IF g.duplicate_ids IS NOT NULL THEN
			UPDATE places_internal.run_record u SET duplicate_ids = g.duplicate_ids WHERE u.run = r.run;
		ELSE
			INSERT INTO pg_temp.places_run_authority
			VALUES (COALESCE(g.authority, ''), g.authority IS NULL, g.status, g.digest, g.stock_rows, g.homes, g.found_rows, g.stayed_out,
				g.no_location, g.bad_weight, made_before, g.rows, g.fates);
			INSERT INTO pg_temp.places_run_place
			SELECT made_before + l.number, g.authority, NULL, l.homes, l.reason, l.x, l.y, l.radius, l.gap, l.mean_distance,
				l.rms_distance, l.density, l.outlying, l.attached,
				places_internal.loads_of_place((g.list).loads, l.number), places_internal.loads_of_place((g.list).load_targets, l.number), l.tree
			FROM unnest((g.list).homes, (g.list).reason, (g.list).x, (g.list).y, (g.list).radius, (g.list).gap,
				(g.list).mean_distance, (g.list).rms_distance, (g.list).density, (g.list).outlying, (g.list).attached, (g.list).tree)
				WITH ORDINALITY l(homes, reason, x, y, radius, gap, mean_distance, rms_distance, density,
					outlying, attached, tree, number);
			INSERT INTO pg_temp.places_run_overlap
			SELECT NULLIF(o.was, 0), CASE WHEN o.made > 0 THEN made_before + o.made END, o.shared, o.required
			FROM unnest(g.was, g.made, g.shared, g.required) o(was, made, shared, required);
			made_before := made_before + COALESCE(pg_catalog.cardinality((g.list).homes), 0);
		END IF;
		FETCH groups INTO g;
		more := FOUND;
	END LOOP;
	CLOSE groups;
	ANALYZE pg_temp.places_run_place;
	ANALYZE pg_temp.places_run_overlap;
	RETURN p;
END
$$;

COMMENT ON FUNCTION places_internal.read_stock(places_internal.run_record, places_internal.plan_definition) IS
	'clusters the stock of a plan into tables of the session: places_run_authority, places_run_place and places_run_overlap; the plan with what the stock says of its locations';
