-- what people decide: pins, locks and names

CREATE OR REPLACE FUNCTION places_internal.find_place(p places_internal.plan_definition, place bigint)
RETURNS places_internal.place_identity LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	known places_internal.place_identity;
BEGIN
	/* until the transaction ends no discarded run takes it away, and nobody else names it */
	SELECT i.* INTO known FROM places_internal.place_identity i
	WHERE i.plan_id = p.plan_id AND i.place = find_place.place FOR UPDATE;
	IF NOT FOUND THEN
		PERFORM places_internal.refuse('undefined_object', pg_catalog.format('plan "%s" has no place %s', p.plan, COALESCE(place::text, 'null')),
			hint => 'Its places are in the view places.place.');
	END IF;
	IF NOT EXISTS (SELECT FROM places_internal.place_result g WHERE g.run = p.published_run AND g.place = known.place) THEN
		RAISE WARNING 'place % of plan "%" is not in the published run', place, p.plan
			USING HINT = 'Its places are in the view places.place.';
	END IF;
	RETURN known;
END
$$;

COMMENT ON FUNCTION places_internal.find_place(places_internal.plan_definition, bigint) IS
	'a place of a plan by its number, or a clear error; it stays until the transaction ends';

CREATE OR REPLACE FUNCTION places_internal.insist_home(p places_internal.plan_definition, home text)
RETURNS text LANGUAGE plpgsql STABLE PARALLEL SAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF p.level = 'locality' THEN
		IF NOT EXISTS (SELECT FROM places_internal.place_identity i WHERE i.plan_id = p.parent_id AND i.place::text = home) THEN
			PERFORM places_internal.refuse('undefined_object', pg_catalog.format('there is no place %s for a locality of plan "%s"', COALESCE(home, 'null'), p.plan),
				hint => 'What is pinned into a locality is a place: give its number, as the view places.tree shows it, as text.');
		END IF;
	ELSIF home IS NULL THEN
		PERFORM places_internal.refuse('null_value_not_allowed', 'home must not be null',
			hint => 'Give its id as text, as the view places.home shows it.');
	END IF;
	RETURN places_internal.short_key(home);
END
$$;

COMMENT ON FUNCTION places_internal.insist_home(places_internal.plan_definition, text) IS
	'an id of a home, in a plan of localities of a place, as it is stored, or a clear error for what can be none';

/* What is recorded as a home is erased when one of its id is forgotten. */
CREATE OR REPLACE FUNCTION places_internal.member_as_json(p places_internal.plan_definition, home text)
RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1
RETURN CASE WHEN (p).level = 'locality' THEN pg_catalog.jsonb_build_object('member', home::bigint) ELSE '{}' END;

COMMENT ON FUNCTION places_internal.member_as_json(places_internal.plan_definition, text) IS
	'for the record, which place somebody pinned into a locality; of other plans nothing: there it is a home';

CREATE OR REPLACE FUNCTION places_internal.seen_run(p places_internal.plan_definition)
RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE COST 10
BEGIN ATOMIC
	SELECT COALESCE((p).published_run, (
		SELECT pg_catalog.max(u.run) FROM places_internal.run_record u WHERE u.plan_id = (p).plan_id AND u.stored));
END;

COMMENT ON FUNCTION places_internal.seen_run(places_internal.plan_definition) IS
	'the run in which people have seen the places of a plan: the published one, or before there is one the last draft';

/* In the words of note_corrections(), which finds out again in each run. */
CREATE OR REPLACE FUNCTION places_internal.foresee_pin(p places_internal.plan_definition, home text, i places_internal.place_identity)
RETURNS text LANGUAGE plpgsql STABLE PARALLEL SAFE COST 100
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	what CONSTANT text := CASE p.level WHEN 'locality' THEN 'place' ELSE 'home' END;
	known places_internal.membership;
BEGIN
	SELECT h.* INTO known FROM places_internal.home_in(p.plan_id, places_internal.seen_run(p), home, i.authority) h;
	IF NOT FOUND THEN
		RAISE WARNING '% "%" is not in the published run of plan "%"', what, home, p.plan
			USING HINT = format('The pin counts from the first run that has the %s.', what);
		RETURN CASE WHEN places_internal.seen_run(p) IS NOT NULL THEN 'home gone' END;
	ELSIF known.authority <> i.authority THEN
		RAISE WARNING '% "%" is in %, and place % in %', what, home,
				COALESCE(NULLIF(known.authority, ''), 'no authority'), i.place, i.authority
			USING HINT = CASE p.level WHEN 'locality' THEN 'A pin into another region cannot be honoured.'
				ELSE 'A pin into another local authority cannot be honoured.' END;
		RETURN 'other authority';
	ELSIF known.place IS NULL THEN
		RAISE WARNING '% "%" cannot be placed: %', what, home, known.outside
			USING HINT = format('The pin counts from the first run for which the stock has a point and a weight of the %s that can be used.', what);
		RETURN known.outside;
	END IF;
	RETURN places_internal.foresee_lock(p, i.place);
END
$$;

COMMENT ON FUNCTION places_internal.foresee_pin(places_internal.plan_definition, text, places_internal.place_identity) IS
	'what will keep the next run from honouring a pin, as far as the published run tells, and a warning of it; null: nothing';

CREATE OR REPLACE FUNCTION places_internal.foresee_lock(p places_internal.plan_definition, place bigint)
RETURNS text LANGUAGE sql STABLE PARALLEL SAFE COST 100
BEGIN ATOMIC
	SELECT CASE WHEN s.run IS NOT NULL AND NOT EXISTS (
		SELECT FROM places_internal.place_result g WHERE g.run = s.run AND g.place = foresee_lock.place)
		THEN 'place ended' END
	FROM places_internal.seen_run(p) s(run);
END;

COMMENT ON FUNCTION places_internal.foresee_lock(places_internal.plan_definition, bigint) IS
	'what will keep the next run from honouring a lock, as far as the published run tells; null: nothing';

CREATE OR REPLACE FUNCTION places_internal.do_pin(plan text, home text, place bigint, note text)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 100
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	p places_internal.plan_definition := places_internal.hold_plan(plan, false);
	i places_internal.place_identity := places_internal.find_place(p, place);
	was places_internal.pinned_home;
	foreseen text;
BEGIN
	home := places_internal.insist_home(p, home);
	foreseen := places_internal.foresee_pin(p, home, i);
	/* two at once: the later one sees what the earlier one did */
	LOOP
		SELECT h.* INTO was FROM places_internal.pinned_home h WHERE h.plan_id = p.plan_id AND h.home_id = home FOR UPDATE;
		IF FOUND THEN
			UPDATE places_internal.pinned_home h
			SET place = do_pin.place, note = do_pin.note, who = SESSION_USER, at = clock_timestamp(), problem = foreseen
			WHERE h.plan_id = p.plan_id AND h.home_id = home;
		ELSE
			INSERT INTO places_internal.pinned_home (plan_id, home_id, place, note, who, at, problem)
			VALUES (p.plan_id, home, place, note, SESSION_USER, clock_timestamp(), foreseen)
			ON CONFLICT (plan_id, home_id) DO NOTHING;
		END IF;
		EXIT WHEN FOUND;
	END LOOP;
	PERFORM places_internal.record_act(plan, 'pin', home_id => CASE WHEN p.level <> 'locality' THEN home END, place => place, note => note,
		before => CASE WHEN was.place IS NOT NULL THEN jsonb_build_object('place', was.place, 'note', was.note) END,
		after => jsonb_build_object('place', place, 'note', note) || places_internal.member_as_json(p, home));
END
$$;

CREATE OR REPLACE FUNCTION places.pin(plan text, home text, place bigint, note text DEFAULT NULL)
RETURNS void AS 'MODULE_PATHNAME', 'door' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 100;

COMMENT ON FUNCTION places_internal.do_pin(text, text, bigint, text) IS 'behind the door of places.pin()';
COMMENT ON FUNCTION places.pin(text, text, bigint, text) IS
	'from the next run on a home is in a place, whatever speaks against it; a later pin replaces an earlier one. In a plan of localities it is a place that is pinned, by its number';

CREATE OR REPLACE FUNCTION places_internal.do_unpin(plan text, home text, note text)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 100
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	p places_internal.plan_definition := places_internal.hold_plan(plan, false);
	was places_internal.pinned_home;
BEGIN
	home := places_internal.short_key(home);
	DELETE FROM places_internal.pinned_home h WHERE h.plan_id = p.plan_id AND h.home_id = home RETURNING h.* INTO was;
	IF was.home_id IS NULL THEN
		PERFORM places_internal.refuse('undefined_object', pg_catalog.format('home %s is not pinned in plan "%s"', COALESCE('"' || home || '"', 'null'), plan),
			hint => 'The pins are in the view places.correction.');
	END IF;
	PERFORM places_internal.record_act(plan, 'unpin', home_id => CASE WHEN p.level <> 'locality' THEN home END, place => was.place, note => note,
		before => jsonb_build_object('place', was.place, 'note', was.note) || places_internal.member_as_json(p, home));
END
$$;

CREATE OR REPLACE FUNCTION places.unpin(plan text, home text, note text DEFAULT NULL)
RETURNS void AS 'MODULE_PATHNAME', 'door' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 100;

COMMENT ON FUNCTION places_internal.do_unpin(text, text, text) IS 'behind the door of places.unpin()';
COMMENT ON FUNCTION places.unpin(text, text, text) IS 'takes a pin back, from the next run on';

CREATE OR REPLACE FUNCTION places_internal.do_lock(plan text, place bigint, note text)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 100
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	p places_internal.plan_definition := places_internal.hold_plan(plan, false);
	i places_internal.place_identity := places_internal.find_place(p, place);
BEGIN
	INSERT INTO places_internal.locked_place (plan_id, place, note, who, at, problem)
	VALUES (p.plan_id, i.place, note, SESSION_USER, clock_timestamp(), places_internal.foresee_lock(p, i.place));
	PERFORM places_internal.record_act(plan, 'lock', place => place, note => note,
		after => jsonb_build_object('locked', true));
EXCEPTION WHEN unique_violation THEN
	PERFORM places_internal.refuse('duplicate_object', pg_catalog.format('place %s of plan "%s" is locked already', place, plan),
		hint => 'The locks are in the view places.correction.');
END
$$;

CREATE OR REPLACE FUNCTION places.lock(plan text, place bigint, note text DEFAULT NULL)
RETURNS void AS 'MODULE_PATHNAME', 'door' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 100;

COMMENT ON FUNCTION places_internal.do_lock(text, bigint, text) IS 'behind the door of places.lock()';
COMMENT ON FUNCTION places.lock(text, bigint, text) IS
	'from the next run on a place keeps its homes: others may join them, none leaves';

CREATE OR REPLACE FUNCTION places_internal.do_unlock(plan text, place bigint, note text)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 100
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	p places_internal.plan_definition := places_internal.hold_plan(plan, false);
	was places_internal.locked_place;
BEGIN
	DELETE FROM places_internal.locked_place l WHERE l.plan_id = p.plan_id AND l.place = do_unlock.place RETURNING l.* INTO was;
	IF was.place IS NULL THEN
		PERFORM places_internal.refuse('undefined_object', pg_catalog.format('place %s of plan "%s" is not locked', COALESCE(place::text, 'null'), plan),
			hint => 'The locks are in the view places.correction.');
	END IF;
	PERFORM places_internal.record_act(plan, 'unlock', place => place, note => note,
		before => jsonb_build_object('locked', true, 'note', was.note));
END
$$;

CREATE OR REPLACE FUNCTION places.unlock(plan text, place bigint, note text DEFAULT NULL)
RETURNS void AS 'MODULE_PATHNAME', 'door' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 100;

COMMENT ON FUNCTION places_internal.do_unlock(text, bigint, text) IS 'behind the door of places.unlock()';
COMMENT ON FUNCTION places.unlock(text, bigint, text) IS 'takes a lock back, from the next run on';

CREATE OR REPLACE FUNCTION places_internal.do_name_place(plan text, place bigint, name text, note text)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 100
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	p places_internal.plan_definition := places_internal.hold_plan(plan, false);
	i places_internal.place_identity := places_internal.find_place(p, place);
BEGIN
	PERFORM places_internal.insist_name('name', name);
	UPDATE places_internal.place_identity u SET name = do_name_place.name, named_by = SESSION_USER WHERE u.place = i.place;
	PERFORM places_internal.record_act(plan, 'name_place', place => place, note => note,
		before => jsonb_build_object('name', i.name), after => jsonb_build_object('name', name));
EXCEPTION WHEN unique_violation THEN
	PERFORM places_internal.refuse('duplicate_object', pg_catalog.format('plan "%s" has a place "%s" already', plan, name),
		hint => 'Add what tells the two apart.');
END
$$;

CREATE OR REPLACE FUNCTION places.name_place(plan text, place bigint, name text, note text DEFAULT NULL)
RETURNS void AS 'MODULE_PATHNAME', 'door' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 100;

COMMENT ON FUNCTION places_internal.do_name_place(text, bigint, text, text) IS 'behind the door of places.name_place()';
COMMENT ON FUNCTION places.name_place(text, bigint, text, text) IS 'names a place; the name stays with it, in every run';

/* Others may join a locked place, so that a larger target can be met; nobody leaves it. */
CREATE OR REPLACE FUNCTION places_internal.target_problem(plan_id int, run bigint, rules places.ruleset, place bigint, share float8)
RETURNS text LANGUAGE sql STABLE PARALLEL SAFE COST 100
BEGIN ATOMIC
	SELECT CASE WHEN target_problem.run IS NOT NULL AND g.place IS NULL THEN 'place ended'
		WHEN (target_problem.rules).method <> 'balanced' THEN 'other method'
		WHEN l.place IS NOT NULL AND g.homes > 1.05 * target_problem.share * (
			SELECT pg_catalog.sum(o.homes) / pg_catalog.sum(COALESCE(t.share, 1))
			FROM places_internal.place_result o
			LEFT JOIN places_internal.place_target t ON t.plan_id = target_problem.plan_id AND t.place = o.place
			WHERE o.run = g.run AND o.authority = g.authority AND o.place <> g.place) THEN 'locked' END
	FROM (SELECT target_problem.place) s(place)
	LEFT JOIN places_internal.place_result g ON g.run = target_problem.run AND g.place = s.place
	LEFT JOIN places_internal.locked_place l ON l.plan_id = target_problem.plan_id AND l.place = s.place;
END;

COMMENT ON FUNCTION places_internal.target_problem(int, bigint, places.ruleset, bigint, float8) IS
	'what keeps a run from honouring the target of a place, as a run tells: it ended, the method has none, or it is locked with more homes than the target allows; null: nothing';

CREATE OR REPLACE FUNCTION places_internal.insist_share(p places_internal.plan_definition, share float8)
RETURNS void LANGUAGE plpgsql STABLE PARALLEL SAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF NOT COALESCE(share >= 0.1 AND share <= 10, false) THEN
		PERFORM places_internal.refuse('invalid_parameter_value', 'share must be between 0.1 and 10',
			detail => format('share is %s.', COALESCE(share::text, 'null')),
			hint => 'With 0.6 the place gets six tenths of the homes of the others, and with 1 as many.');
	END IF;
	IF share <> 1 AND (p.rules).method <> 'balanced' THEN
		PERFORM places_internal.refuse('feature_not_supported', format('plan "%s" has no targets for single places', p.plan),
			detail => format('Its method is %s.', (p.rules).method),
			hint => format('Only the method balanced has: places.alter_plan(%L, rules => places.rules(''balanced'')).', p.plan));
	END IF;
END
$$;

COMMENT ON FUNCTION places_internal.insist_share(places_internal.plan_definition, float8) IS
	'a clear error unless places of a plan may have such a share of the homes of the others';

CREATE OR REPLACE FUNCTION places_internal.do_set_target(plan text, place bigint, share float8, note text)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 100
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	p places_internal.plan_definition := places_internal.hold_plan(plan, false);
	i places_internal.place_identity;
	was float8;
BEGIN
	PERFORM places_internal.insist_share(p, share);
	/* of two at once the later one waits here */
	i := places_internal.find_place(p, place);
	DELETE FROM places_internal.place_target t WHERE t.plan_id = p.plan_id AND t.place = i.place RETURNING t.share INTO was;
	IF share <> 1 THEN
		INSERT INTO places_internal.place_target (plan_id, place, share, note, who, at, problem)
		VALUES (p.plan_id, i.place, share, note, SESSION_USER, clock_timestamp(),
			places_internal.target_problem(p.plan_id, places_internal.seen_run(p), p.rules, i.place, share));
	END IF;
	PERFORM places_internal.record_act(plan, 'set_target', place => place, note => note,
		before => jsonb_build_object('share', COALESCE(was, 1)), after => jsonb_build_object('share', share));
END
$$;

CREATE OR REPLACE FUNCTION places.set_target(plan text, place bigint, share float8, note text DEFAULT NULL)
RETURNS void AS 'MODULE_PATHNAME', 'door' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 100;

COMMENT ON FUNCTION places_internal.do_set_target(text, bigint, float8, text) IS 'behind the door of places.set_target()';
COMMENT ON FUNCTION places.set_target(text, bigint, float8, text) IS
	'from the next run on a place has so many times the homes of the others, within a twentieth, and so many times their limits: 0.6 for the patch of a part-time coach; 1 takes it back. Method balanced';
