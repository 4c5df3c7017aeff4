-- what people decide: pins, locks and names

CREATE OR REPLACE FUNCTION places_internal.find_place(p places_internal.plan_definition, place bigint)
RETURNS places_internal.place_identity LANGUAGE plpgsql STABLE PARALLEL SAFE COST 10
AS $$
DECLARE
	known places_internal.place_identity;
BEGIN
	SELECT i.* INTO known FROM places_internal.place_identity i
	WHERE i.plan_id = p.plan_id AND i.place = find_place.place;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'plan "%" has no place %', p.plan, COALESCE(place::text, 'null')
			USING ERRCODE = 'undefined_object', HINT = 'Its places are in the view places.place.';
	END IF;
	IF NOT EXISTS (SELECT FROM places_internal.place_result g WHERE g.run = p.published_run AND g.place = known.place) THEN
		RAISE WARNING 'place % of plan "%" is not in the published run', place, p.plan
			USING HINT = 'Its places are in the view places.place.';
	END IF;
	RETURN known;
END
$$;

COMMENT ON FUNCTION places_internal.find_place(places_internal.plan_definition, bigint) IS 'a place of a plan by its number, or a clear error';

CREATE OR REPLACE FUNCTION places.pin(plan text, home text, place bigint, note text DEFAULT NULL)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 100
AS $$
DECLARE
	p places_internal.plan_definition := places_internal.find_plan(plan);
	i places_internal.place_identity := places_internal.find_place(p, place);
	was places_internal.pinned_home;
	elsewhere text;
BEGIN
	IF home IS NULL THEN
		RAISE EXCEPTION 'home must not be null'
			USING ERRCODE = 'null_value_not_allowed', HINT = 'Give its id as text, as the view places.home shows it.';
	END IF;
	IF NOT EXISTS (SELECT FROM places_internal.homes_at(p.plan_id, p.published_run) h WHERE h.home_id = home) THEN
		RAISE WARNING 'home "%" is not in the published run of plan "%"', home, plan
			USING HINT = 'The pin counts from the first run that has the home.';
	ELSE
		SELECT h.authority INTO elsewhere
		FROM places_internal.homes_at(p.plan_id, p.published_run) h WHERE h.home_id = home AND h.authority <> i.authority;
		IF FOUND THEN
			RAISE WARNING 'home "%" is in %, and place % in %', home, elsewhere, place, i.authority
				USING HINT = 'A pin into another local authority cannot be honoured.';
		END IF;
	END IF;
	SELECT h.* INTO was FROM places_internal.pinned_home h WHERE h.plan_id = p.plan_id AND h.home_id = home;
	INSERT INTO places_internal.pinned_home AS h (plan_id, home_id, place, note, who, at)
	VALUES (p.plan_id, home, pin.place, pin.note, SESSION_USER, pg_catalog.clock_timestamp())
	ON CONFLICT (plan_id, home_id) DO UPDATE
	SET place = EXCLUDED.place, note = EXCLUDED.note, who = EXCLUDED.who, at = EXCLUDED.at, problem = NULL;
	PERFORM places_internal.record_act(plan, 'pin', home_id => home, place => place, note => note,
		before => CASE WHEN was.place IS NOT NULL THEN pg_catalog.jsonb_build_object('place', was.place, 'note', was.note) END,
		after => pg_catalog.jsonb_build_object('place', place, 'note', note));
END
$$;

COMMENT ON FUNCTION places.pin(text, text, bigint, text) IS
	'from the next run on a home is in a place, whatever speaks against it; a later pin replaces an earlier one';

CREATE OR REPLACE FUNCTION places.unpin(plan text, home text, note text DEFAULT NULL)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 100
AS $$
DECLARE
	p places_internal.plan_definition := places_internal.find_plan(plan);
	was places_internal.pinned_home;
BEGIN
	DELETE FROM places_internal.pinned_home h WHERE h.plan_id = p.plan_id AND h.home_id = home RETURNING h.* INTO was;
	IF was.home_id IS NULL THEN
		RAISE EXCEPTION 'home % is not pinned in plan "%"', COALESCE('"' || home || '"', 'null'), plan
			USING ERRCODE = 'undefined_object', HINT = 'The pins are in the view places.correction.';
	END IF;
	PERFORM places_internal.record_act(plan, 'unpin', home_id => home, place => was.place, note => note,
		before => pg_catalog.jsonb_build_object('place', was.place, 'note', was.note));
END
$$;

COMMENT ON FUNCTION places.unpin(text, text, text) IS 'takes a pin back, from the next run on';

CREATE OR REPLACE FUNCTION places.lock(plan text, place bigint, note text DEFAULT NULL)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 100
AS $$
DECLARE
	p places_internal.plan_definition := places_internal.find_plan(plan);
	i places_internal.place_identity := places_internal.find_place(p, place);
BEGIN
	INSERT INTO places_internal.locked_place (plan_id, place, note, who, at)
	VALUES (p.plan_id, i.place, note, SESSION_USER, pg_catalog.clock_timestamp());
	PERFORM places_internal.record_act(plan, 'lock', place => place, note => note,
		after => pg_catalog.jsonb_build_object('locked', true));
EXCEPTION WHEN unique_violation THEN
	RAISE EXCEPTION 'place % of plan "%" is locked already', place, plan
		USING ERRCODE = 'duplicate_object', HINT = 'The locks are in the view places.correction.';
END
$$;

COMMENT ON FUNCTION places.lock(text, bigint, text) IS
	'from the next run on a place keeps its homes: others may join them, none leaves';

CREATE OR REPLACE FUNCTION places.unlock(plan text, place bigint, note text DEFAULT NULL)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 100
AS $$
DECLARE
	p places_internal.plan_definition := places_internal.find_plan(plan);
	was places_internal.locked_place;
BEGIN
	DELETE FROM places_internal.locked_place l WHERE l.plan_id = p.plan_id AND l.place = unlock.place RETURNING l.* INTO was;
	IF was.place IS NULL THEN
		RAISE EXCEPTION 'place % of plan "%" is not locked', COALESCE(place::text, 'null'), plan
			USING ERRCODE = 'undefined_object', HINT = 'The locks are in the view places.correction.';
	END IF;
	PERFORM places_internal.record_act(plan, 'unlock', place => place, note => note,
		before => pg_catalog.jsonb_build_object('locked', true, 'note', was.note));
END
$$;

COMMENT ON FUNCTION places.unlock(text, bigint, text) IS 'takes a lock back, from the next run on';

CREATE OR REPLACE FUNCTION places.name_place(plan text, place bigint, name text, note text DEFAULT NULL)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 100
AS $$
DECLARE
	p places_internal.plan_definition := places_internal.find_plan(plan);
	i places_internal.place_identity := places_internal.find_place(p, place);
BEGIN
	IF name IS NULL OR pg_catalog.btrim(name) = '' THEN
		RAISE EXCEPTION 'name must not be empty'
			USING ERRCODE = 'invalid_parameter_value', HINT = 'Give the name that people use for the place.';
	END IF;
	UPDATE places_internal.place_identity u SET name = name_place.name, named_by = SESSION_USER WHERE u.place = i.place;
	PERFORM places_internal.record_act(plan, 'name_place', place => place, note => note,
		before => pg_catalog.jsonb_build_object('name', i.name), after => pg_catalog.jsonb_build_object('name', name));
EXCEPTION WHEN unique_violation THEN
	RAISE EXCEPTION 'plan "%" has a place "%" already', plan, name
		USING ERRCODE = 'duplicate_object', HINT = 'Add what tells the two apart.';
END
$$;

COMMENT ON FUNCTION places.name_place(text, bigint, text, text) IS 'names a place; the name stays with it, in every run';

CREATE OR REPLACE FUNCTION places_internal.mentions(said text, word text)
RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10
RETURN COALESCE(said ~ ('(^|[^[:alnum:]])' || pg_catalog.regexp_replace(word, '([^[:alnum:]])', '\\\1', 'g')
	|| '($|[^[:alnum:]])'), false);

COMMENT ON FUNCTION places_internal.mentions(text, text) IS 'whether a word, such as the id of a home, is in a text as a whole';

CREATE OR REPLACE FUNCTION places.forget(home text)
RETURNS bigint LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 10000
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	forgotten bigint;
BEGIN
	IF home IS NULL OR home = '' THEN
		RAISE EXCEPTION 'home must not be empty'
			USING ERRCODE = 'null_value_not_allowed', HINT = 'Give its id as text, as the view places.home shows it.';
	END IF;
	DELETE FROM places_internal.membership m WHERE m.home_id = home;
	GET DIAGNOSTICS forgotten = ROW_COUNT;
	DELETE FROM places_internal.pinned_home h WHERE h.home_id = home;
	UPDATE places_internal.pinned_home h SET note = NULL WHERE places_internal.mentions(h.note, home);
	UPDATE places_internal.locked_place l SET note = NULL WHERE places_internal.mentions(l.note, home);
	UPDATE places_internal.act a SET home_id = NULLIF(a.home_id, home), note = NULL, before = a.before - 'note', after = a.after - 'note'
	WHERE a.home_id = home
		OR places_internal.mentions(pg_catalog.concat_ws(' ', a.note, a.before ->> 'note', a.after ->> 'note'), home);
	UPDATE places_internal.run_record u SET error = NULL WHERE places_internal.mentions(u.error, home);
	PERFORM places_internal.record_act('', 'forget');
	RETURN forgotten;
END
$$;

COMMENT ON FUNCTION places.forget(text) IS
	'erases every trace of a home in all plans and their records, with the notes and errors that mention it, and says in how many rows of runs it was; counts stay as they are. A home that is still in the stock comes back with the next run';
