-- who works where: what is said of staff

CREATE OR REPLACE FUNCTION places_internal.staff_as_json(plan_id int)
RETURNS jsonb LANGUAGE sql STABLE PARALLEL SAFE COST 100
BEGIN ATOMIC
	SELECT pg_catalog.to_jsonb(s) - 'plan_id' FROM places_internal.staff_source s WHERE s.plan_id = staff_as_json.plan_id;
END;

COMMENT ON FUNCTION places_internal.staff_as_json(int) IS 'where the staff of a plan are listed, for the record; null: nowhere';

CREATE OR REPLACE FUNCTION places_internal.do_set_staff(
	plan text, workers regclass, id_column name, role_column name, fte_column name, base_column name, skills_column name)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	p places_internal.plan_definition := places_internal.hold_plan(plan, true);
	was CONSTANT jsonb := places_internal.staff_as_json(p.plan_id);
	source record;
BEGIN
	PERFORM places_internal.insist_owner(p, 'say who its staff are');
	DELETE FROM places_internal.staff_source s WHERE s.plan_id = p.plan_id;
	IF workers IS NOT NULL THEN
		source := places_internal.check_source('workers', workers, '{id_column,role_column,fte_column,base_column,skills_column}',
			ARRAY[id_column, role_column, fte_column, base_column, skills_column],
			'{needed: text,text,a number,geometry or geography,text or an array of texts}');
		PERFORM places_internal.open_source(p, 'workers', source.table_schema, source.table_name,
			ARRAY[id_column, role_column, fte_column, base_column, skills_column]);
		INSERT INTO places_internal.staff_source (plan_id, table_schema, table_name, id_column, role_column, fte_column, base_column, skills_column)
		VALUES (p.plan_id, source.table_schema, source.table_name, id_column, role_column, fte_column, base_column, skills_column);
	END IF;
	PERFORM places_internal.record_act(plan, 'set_staff', before => was, after => places_internal.staff_as_json(p.plan_id));
END
$$;

CREATE OR REPLACE FUNCTION places.set_staff(
	plan text, workers regclass, id_column name, role_column name DEFAULT NULL, fte_column name DEFAULT NULL,
	base_column name DEFAULT NULL, skills_column name DEFAULT NULL)
RETURNS void AS 'MODULE_PATHNAME', 'door' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1000;

COMMENT ON FUNCTION places_internal.do_set_staff(text, regclass, name, name, name, name, name) IS 'behind the door of places.set_staff()';
COMMENT ON FUNCTION places.set_staff(text, regclass, name, name, name, name, name) IS
	'says where the staff of a plan are listed, a row a worker: ids, roles, full-time equivalents (from 0.01 to 100; null, 0 or anything else: on leave), locations that they start from, and skills, an array or a list with commas. Those of a plan of places are its patches'' and localities'' too unless these have staff of their own. Nothing of it is stored but which columns; workers null takes it back';

/* Of a plan of patches or localities, else of the plan of their places. */
CREATE OR REPLACE FUNCTION places_internal.find_staff(p places_internal.plan_definition)
RETURNS places_internal.staff_source LANGUAGE plpgsql STABLE PARALLEL SAFE COST 100
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	source places_internal.staff_source;
BEGIN
	SELECT s.* INTO source FROM places_internal.staff_source s WHERE s.plan_id IN (p.plan_id, p.parent_id)
	ORDER BY s.plan_id = p.plan_id DESC LIMIT 1;
	IF NOT FOUND THEN
		PERFORM places_internal.refuse('object_not_in_prerequisite_state', format('plan "%s" has no staff', p.plan),
			hint => format('Say where they are listed: SELECT places.set_staff(%L, workers => ..., id_column => ...);', p.plan));
	END IF;
	RETURN source;
END
$$;

COMMENT ON FUNCTION places_internal.find_staff(places_internal.plan_definition) IS 'where the staff of a plan are listed, or a clear error';

CREATE OR REPLACE FUNCTION places_internal.skills_in(said text)
RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 100
RETURN ARRAY(SELECT DISTINCT pg_catalog.lower(pg_catalog.btrim(w.word, ' "')) FROM pg_catalog.regexp_split_to_table(
	pg_catalog.btrim(said, '{} '), '[,;|]') w(word) WHERE pg_catalog.btrim(w.word, ' "') <> '' ORDER BY 1);

COMMENT ON FUNCTION places_internal.skills_in(text) IS
	'skills as they are compared, in small letters, of an array as text or a list with commas, semicolons or bars; of null none';

/*
 * A base without a reference system is taken to be in the plan's, but degrees are never
 * taken for metres, nor metres for degrees.
 */
CREATE OR REPLACE FUNCTION places_internal.base_of(location geometry, srid int)
RETURNS geometry LANGUAGE sql STABLE PARALLEL RESTRICTED COST 100
BEGIN ATOMIC
	SELECT CASE WHEN places_internal.srid_of(p.point) NOT IN (0, srid) THEN places_internal.transformed_if_known(p.point, srid)
		WHEN srid = 0 OR NOT places_internal.is_degrees(srid) AND places_internal.srid_of(p.point) = srid THEN p.point
		WHEN places_internal.is_degrees(srid) = (places_internal.st_x(p.point) BETWEEN -180 AND 180 AND places_internal.st_y(p.point) BETWEEN -90 AND 90)
			THEN places_internal.st_setsrid(p.point, srid) END
	FROM (SELECT places_internal.point_of(location) AS point) p;
END;

COMMENT ON FUNCTION places_internal.base_of(geometry, int) IS
	'the point that a worker starts from, in the reference system of a plan; null: none that is known';

CREATE OR REPLACE FUNCTION places_internal.read_staff(p places_internal.plan_definition)
RETURNS SETOF places_internal.worker LANGUAGE sql STABLE PARALLEL RESTRICTED COST 100000 ROWS 100
BEGIN ATOMIC
	SELECT CASE WHEN pg_catalog.btrim(r.id) <> '' THEN places_internal.short_key(r.id) END, pg_catalog.lower(pg_catalog.btrim(r.role)),
		CASE WHEN s.fte_column IS NULL THEN 1 WHEN r.fte BETWEEN 0.01 AND 100 THEN r.fte ELSE 0 END,
		places_internal.base_of(r.base, (p).srid), pg_catalog.btrim(r.skills, '{}')
	FROM places_internal.find_staff(p) s
	CROSS JOIN LATERAL places_internal.open_source(p, 'workers', s.table_schema, s.table_name,
		ARRAY[s.id_column, s.role_column, s.fte_column, s.base_column, s.skills_column]) o(relation)
	CROSS JOIN LATERAL places_internal.read_rows(o.relation, ARRAY[s.id_column, s.role_column, s.fte_column, s.base_column, s.skills_column],
		places_internal.caller_path()) r(id text, role text, fte float8, base geometry, skills text);
END;

COMMENT ON FUNCTION places_internal.read_staff(places_internal.plan_definition) IS 'the rows of the staff of a plan. Read as the caller';

/* Rows of one id are one worker, who has the most of what they say; who has no base has none in any of them. */
CREATE OR REPLACE FUNCTION places_internal.staff_in(staff places_internal.worker[], role text)
RETURNS TABLE (worker text, fte float8, base geometry, skills text[], rows bigint)
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000 ROWS 100
BEGIN ATOMIC
	SELECT w.worker, pg_catalog.max(w.fte),
		(pg_catalog.array_agg(w.base ORDER BY places_internal.st_x(w.base), places_internal.st_y(w.base)) FILTER (WHERE w.base IS NOT NULL))[1],
		places_internal.skills_in(pg_catalog.string_agg(w.skills, ',')), pg_catalog.count(*)
	FROM unnest(staff) w
	WHERE staff_in.role IS NULL OR w.role = staff_in.role
	GROUP BY w.worker;
END;

COMMENT ON FUNCTION places_internal.staff_in(places_internal.worker[], text) IS
	'of the staff of a plan those in a role, or all, a row for each id, and one for rows without';

/* So that nobody who misspells a role ends what everybody does in it. */
CREATE OR REPLACE FUNCTION places_internal.insist_role(p places_internal.plan_definition, staff places_internal.worker[], role text)
RETURNS void LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1000
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF role IS NULL OR EXISTS (SELECT FROM unnest(staff) w WHERE w.role = insist_role.role)
		OR EXISTS (SELECT FROM places_internal.allocation a WHERE a.plan_id = p.plan_id AND a.role = insist_role.role AND a.until IS NULL) THEN
		RETURN;
	ELSIF (places_internal.find_staff(p)).role_column IS NULL THEN
		PERFORM places_internal.refuse('invalid_parameter_value', format('the staff of plan "%s" have no roles', p.plan),
			detail => format('role is %L.', role),
			hint => format('Name the column: places.set_staff(%L, ..., role_column => ...); or leave role out.', p.plan));
	END IF;
	PERFORM places_internal.refuse('undefined_object', format('nobody of the staff of plan "%s" has the role "%s"', p.plan, role),
		hint => COALESCE('There are: ' || (SELECT string_agg(r.role, ', ' ORDER BY r.role) FROM (
			SELECT DISTINCT quote_literal(w.role) FROM unnest(staff) w WHERE w.role <> '' ORDER BY 1 LIMIT 20) r(role)) || '.',
			'Fill the column of roles first.'));
END
$$;

COMMENT ON FUNCTION places_internal.insist_role(places_internal.plan_definition, places_internal.worker[], text) IS
	'a clear error for a role that nobody of the staff has, and nobody had in the last allocation';

/*
 * Who knows how far a base is from three centres knows where it is, and many work from
 * home.  So what readers see is taken from the middle of a square of 2 km, or of a fiftieth of
 * a degree, that the base is in: all of it together, of all places and runs, tells no more than that.
 */
CREATE OR REPLACE FUNCTION places_internal.base_seen(base geometry)
RETURNS geometry LANGUAGE sql STABLE PARALLEL SAFE COST 100
BEGIN ATOMIC
	SELECT places_internal.point_at((pg_catalog.floor(places_internal.st_x(base) / g.side) + 0.5) * g.side,
		(pg_catalog.floor(places_internal.st_y(base) / g.side) + 0.5) * g.side, s.srid)
	FROM (SELECT places_internal.srid_of(base) AS srid) s
	CROSS JOIN LATERAL (SELECT CASE WHEN places_internal.is_degrees(s.srid) THEN 0.02 ELSE 2000 END::float8 AS side) g;
END;

COMMENT ON FUNCTION places_internal.base_seen(geometry) IS 'where those who may not see homes may know the base of a worker to be: the middle of a square of 2 km that it is in';

-- what people decide

CREATE OR REPLACE FUNCTION places_internal.insist_worker(worker text)
RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF COALESCE(btrim(worker), '') = '' THEN
		PERFORM places_internal.refuse('null_value_not_allowed', 'worker must not be empty',
			hint => 'Give the id of the worker as text, as the staff of the plan are listed.');
	END IF;
	RETURN places_internal.short_key(worker);
END
$$;

COMMENT ON FUNCTION places_internal.insist_worker(text) IS 'the id of a worker as it is stored, or a clear error';

/* Whether there is such a worker the next allocation finds out: only that reads the staff. */
CREATE OR REPLACE FUNCTION places_internal.do_place_worker(plan text, place bigint, worker text, note text)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 100
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	p places_internal.plan_definition := places_internal.hold_plan(plan, false);
	stored CONSTANT text := places_internal.insist_worker(worker);
	i CONSTANT places_internal.place_identity := places_internal.find_place(p, place);
BEGIN
	INSERT INTO places_internal.placed_worker AS w (plan_id, place, worker, note, who, at)
	VALUES (p.plan_id, i.place, stored, note, SESSION_USER, clock_timestamp())
	ON CONFLICT ON CONSTRAINT placed_worker_pkey DO UPDATE
	SET note = EXCLUDED.note, who = EXCLUDED.who, at = EXCLUDED.at, problem = NULL;
	PERFORM places_internal.record_act(plan, 'place_worker', place => place, note => note,
		after => jsonb_build_object('worker', stored, 'note', note));
END
$$;

CREATE OR REPLACE FUNCTION places.place_worker(plan text, place bigint, worker text, note text DEFAULT NULL)
RETURNS void AS 'MODULE_PATHNAME', 'door' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 100;

COMMENT ON FUNCTION places_internal.do_place_worker(text, bigint, text, text) IS 'behind the door of places.place_worker()';
COMMENT ON FUNCTION places.place_worker(text, bigint, text, text) IS
	'from the next allocation on a worker serves a place, whatever speaks against it: travel, skills, homes. Of several in one role the one who was placed first does';

CREATE OR REPLACE FUNCTION places_internal.do_release_worker(plan text, place bigint, worker text, note text)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 100
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	p places_internal.plan_definition := places_internal.hold_plan(plan, false);
	was jsonb;
BEGIN
	WITH released AS (
		DELETE FROM places_internal.placed_worker w
		WHERE w.plan_id = p.plan_id AND w.place = do_release_worker.place
			AND (do_release_worker.worker IS NULL OR w.worker = places_internal.short_key(do_release_worker.worker))
		RETURNING w.worker, w.note)
	SELECT jsonb_agg(jsonb_build_object('worker', r.worker, 'note', r.note) ORDER BY r.worker) INTO was FROM released r;
	IF was IS NULL THEN
		PERFORM places_internal.refuse('undefined_object', format('no worker%s is placed in place %s of plan "%s"',
				' "' || worker || '"', COALESCE(place::text, 'null'), plan),
			hint => 'Those that are, are in the view places.correction.');
	END IF;
	PERFORM places_internal.record_act(plan, 'release_worker', place => place, note => note, before => was);
END
$$;

CREATE OR REPLACE FUNCTION places.release_worker(plan text, place bigint, worker text DEFAULT NULL, note text DEFAULT NULL)
RETURNS void AS 'MODULE_PATHNAME', 'door' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 100;

COMMENT ON FUNCTION places_internal.do_release_worker(text, bigint, text, text) IS 'behind the door of places.release_worker()';
COMMENT ON FUNCTION places.release_worker(text, bigint, text, text) IS
	'takes back that a worker serves a place whatever speaks against it, from the next allocation on; worker null: of all that are placed there';

CREATE OR REPLACE FUNCTION places_internal.do_require_skills(plan text, place bigint, skills text[], note text)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 100
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	p places_internal.plan_definition := places_internal.hold_plan(plan, false);
	i CONSTANT places_internal.place_identity := places_internal.find_place(p, place);
	asked CONSTANT text[] := places_internal.skills_in(array_to_string(skills, ','));
	was text[];
BEGIN
	DELETE FROM places_internal.required_skill k WHERE k.plan_id = p.plan_id AND k.place = i.place RETURNING k.skills INTO was;
	IF asked <> '{}' THEN
		INSERT INTO places_internal.required_skill (plan_id, place, skills, note, who, at)
		VALUES (p.plan_id, i.place, asked, note, SESSION_USER, clock_timestamp());
	END IF;
	PERFORM places_internal.record_act(plan, 'require_skills', place => place, note => note,
		before => jsonb_build_object('skills', COALESCE(was, '{}')), after => jsonb_build_object('skills', asked));
END
$$;

CREATE OR REPLACE FUNCTION places.require_skills(plan text, place bigint, skills text[], note text DEFAULT NULL)
RETURNS void AS 'MODULE_PATHNAME', 'door' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 100;

COMMENT ON FUNCTION places_internal.do_require_skills(text, bigint, text[], text) IS 'behind the door of places.require_skills()';
COMMENT ON FUNCTION places.require_skills(text, bigint, text[], text) IS
	'from the next allocation on whoever serves a place has all of some skills, or is placed there; an empty array takes it back';
