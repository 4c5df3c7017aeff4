-- every trace of a home erased
--
-- A home is written down by its id, and with that in places where people write
-- what they like: notes, names, errors.  The id may be spelled with blanks around
-- it and in capitals or small letters; all such spellings are one home here.

CREATE OR REPLACE FUNCTION places_internal.spelling(home text)
RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 5
RETURN pg_catalog.lower(pg_catalog.btrim(home, E' \t\n\r\x0b\f'));

COMMENT ON FUNCTION places_internal.spelling(text) IS 'the id of a home without what spellings of it differ by: blanks around it, and case';

CREATE OR REPLACE FUNCTION places_internal.mentions(said text, home text)
RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 100
RETURN COALESCE(said ~* ('(^|[^[:alnum:]])'
	|| pg_catalog.regexp_replace(places_internal.spelling(home), '([^[:alnum:]])', E'\\\\\\1', 'g')
	|| '($|[^[:alnum:]])'), false);

COMMENT ON FUNCTION places_internal.mentions(text, text) IS 'whether the id of a home, in any spelling, is in a text as a whole';

/* What names objects of the database, or a moment, names no home. */
CREATE OR REPLACE FUNCTION places_internal.without_home(said jsonb, home text)
RETURNS jsonb LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 1000
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN CASE jsonb_typeof(said)
		WHEN 'object' THEN (
			SELECT COALESCE(jsonb_object_agg(e.key, CASE WHEN e.about THEN e.value
				ELSE places_internal.without_home(e.value, home) END), '{}')
			FROM (SELECT o.key, o.value, o.key IN ('owner', 'stock', 'stock_schema', 'stock_name', 'id_column',
					'authority_column', 'geom_column', 'weight_column', 'label_column', 'rules', 'cron', 'job', 'place',
					'published_run', 'plan', 'level', 'region_column') AS about
				FROM jsonb_each(said) o) e
			WHERE NOT places_internal.mentions(e.key, home)
				AND NOT (NOT e.about AND (jsonb_typeof(e.value) = 'string' OR e.key ILIKE '%home%')
					AND places_internal.mentions(e.value #>> '{}', home)))
		WHEN 'array' THEN (
			SELECT COALESCE(jsonb_agg(places_internal.without_home(e.value, home) ORDER BY e.nr), '[]')
			FROM jsonb_array_elements(said) WITH ORDINALITY e(value, nr))
		WHEN 'string' THEN CASE WHEN places_internal.mentions(said #>> '{}', home) THEN 'null' ELSE said END
		ELSE said
	END;
END
$$;

COMMENT ON FUNCTION places_internal.without_home(jsonb, text) IS
	'what was written down of an act, without the keys and values that mention a home';

CREATE OR REPLACE FUNCTION places_internal.await_runs()
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	locked int[] := '{}';
	more int[];
BEGIN
	IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
		PERFORM places_internal.refuse('invalid_transaction_state', 'homes can be forgotten under READ COMMITTED only',
			detail => format('This transaction is %s, and would not see what a run writes that it waits for.',
					upper(current_setting('transaction_isolation'))),
			hint => 'Use BEGIN ISOLATION LEVEL READ COMMITTED.');
	END IF;
	/* in order, so that two who forget do not wait for each other; plans made while it waited come after */
	LOOP
		more := ARRAY(SELECT d.plan_id FROM places_internal.plan_definition d WHERE d.plan_id <> ALL (locked) ORDER BY d.plan_id);
		EXIT WHEN more = '{}';
		PERFORM places_internal.await_plan('places_internal.plan_definition'::regclass, u.plan_id) FROM unnest(more) u(plan_id);
		locked := locked || more;
	END LOOP;
END
$$;

COMMENT ON FUNCTION places_internal.await_runs() IS 'waits until no plan is being run, and lets none begin until the transaction ends';

/*
 * The centre of a place of one home is where that stands, and to a locality such a
 * place is what a home is to a place.
 */
CREATE OR REPLACE FUNCTION places_internal.forget_emptied(gone places_internal.membership[])
RETURNS places_internal.membership[] LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 10000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	emptied bigint[];
	members places_internal.membership[];
BEGIN
	WITH e AS (
		DELETE FROM places_internal.place_result r USING unnest(gone) g
		WHERE r.plan_id = g.plan_id AND r.place = g.place AND r.run >= g.since_run AND (g.until_run IS NULL OR r.run < g.until_run)
			AND NOT EXISTS (SELECT FROM places_internal.membership m
				WHERE m.plan_id = r.plan_id AND m.place = r.place AND m.since_run <= r.run AND (m.until_run IS NULL OR m.until_run > r.run)
					AND places_internal.is_in(m.outside))
		RETURNING r.place)
	SELECT array_agg(DISTINCT e.place) INTO emptied FROM e;
	IF emptied IS NULL THEN
		RETURN '{}';
	END IF;
	WITH d AS (
		DELETE FROM places_internal.membership m
		WHERE m.home_id = ANY (emptied::text[]) AND places_internal.is_of_localities(m.plan_id)
			AND EXISTS (SELECT FROM places_internal.run_record u
				WHERE u.plan_id = m.plan_id AND u.run >= m.since_run AND (m.until_run IS NULL OR u.run < m.until_run)
					AND NOT EXISTS (SELECT FROM places_internal.place_result g WHERE g.run = u.parent_run AND g.place::text = m.home_id))
		RETURNING m AS one)
	SELECT COALESCE(array_agg(d.one), '{}') INTO members FROM d;
	RETURN members || places_internal.forget_emptied(members);
END
$$;

COMMENT ON FUNCTION places_internal.forget_emptied(places_internal.membership[]) IS
	'removes the places that have no home any more, now that some are gone, and what localities have stored of them, which is the result';

CREATE OR REPLACE FUNCTION places_internal.forget_membership(home text)
RETURNS bigint LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 10000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	gone places_internal.membership[];
	forgotten bigint;
	shown places_internal.run_record;
BEGIN
	WITH d AS (
		DELETE FROM places_internal.membership m
		WHERE places_internal.spelling(m.home_id) = places_internal.spelling(home) AND NOT places_internal.is_of_localities(m.plan_id)
		RETURNING m AS one)
	SELECT array_agg(d.one) INTO gone FROM d;
	PERFORM places_internal.forget_drawings(gone);
	PERFORM places_internal.forget_unions(d.plan_id) FROM places_internal.plan_definition d
	WHERE d.level = 'locality' AND d.parent_id IN (SELECT g.plan_id FROM unnest(gone) g);
	forgotten := COALESCE(cardinality(gone), 0);
	gone := gone || places_internal.forget_emptied(gone);
	/* if the stock still has it, the next run finds it, though nothing has changed there */
	UPDATE places_internal.authority_result a SET digest = NULL FROM unnest(gone) g
	WHERE a.plan_id = g.plan_id AND a.authority = g.authority;
	FOR shown IN
		SELECT u.* FROM places_internal.run_record u
		JOIN places_internal.plan_definition d ON d.published_run = u.run
		WHERE d.plan_id IN (SELECT t.plan_id FROM unnest(gone) g CROSS JOIN LATERAL places_internal.plans_of_tree(g.plan_id) t)
		ORDER BY u.run
	LOOP
		PERFORM places_internal.draw_missing(shown);
	END LOOP;
	RETURN forgotten;
END
$$;

COMMENT ON FUNCTION places_internal.forget_membership(text) IS
	'erases a home from all runs, with the places that had no other and the boundaries that it had a part in, of which those of published runs are drawn again';

CREATE OR REPLACE FUNCTION places_internal.forget_words(home text)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 10000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	named places_internal.place_identity;
BEGIN
	DELETE FROM places_internal.pinned_home h
	WHERE places_internal.spelling(h.home_id) = places_internal.spelling(home) AND NOT places_internal.is_of_localities(h.plan_id);
	UPDATE places_internal.pinned_home h SET note = NULL WHERE places_internal.mentions(h.note, home);
	UPDATE places_internal.locked_place l SET note = NULL WHERE places_internal.mentions(l.note, home);
	UPDATE places_internal.place_target t SET note = NULL WHERE places_internal.mentions(t.note, home);
	UPDATE places_internal.placed_worker w SET note = NULL WHERE places_internal.mentions(w.note, home);
	UPDATE places_internal.required_skill k SET note = NULL WHERE places_internal.mentions(k.note, home);
	/* the number behind a label that others have too is no home's */
	FOR named IN
		SELECT i.* FROM places_internal.place_identity i
		WHERE places_internal.mentions(i.name, home)
			AND NOT (i.named_by IS NULL AND NOT places_internal.mentions(regexp_replace(i.name, ' [0-9]+$', ''), home)
				AND EXISTS (SELECT FROM places_internal.place_identity t
					WHERE t.plan_id = i.plan_id AND t.name = regexp_replace(i.name, ' [0-9]+$', '')))
	LOOP
		UPDATE places_internal.place_identity i
		SET named_by = NULL, name = (
			SELECT places_internal.numbered(named.authority, min(n))
			FROM generate_series(1, 1 + (SELECT count(*) FROM places_internal.place_identity t WHERE t.plan_id = named.plan_id)::int) n
			WHERE NOT EXISTS (SELECT FROM places_internal.place_identity t
				WHERE t.plan_id = named.plan_id AND t.name = places_internal.numbered(named.authority, n)))
		WHERE i.place = named.place;
	END LOOP;
	UPDATE places_internal.act a
	SET home_id = CASE WHEN f.own OR places_internal.mentions(a.home_id, home) THEN NULL ELSE a.home_id END,
		note = CASE WHEN f.own OR places_internal.mentions(a.note, home) THEN NULL ELSE a.note END,
		before = CASE WHEN f.own THEN f.before - 'note' ELSE f.before END,
		after = CASE WHEN f.own THEN f.after - 'note' ELSE f.after END
	FROM (
		SELECT c.act, COALESCE(places_internal.spelling(c.home_id) = places_internal.spelling(home), false) AS own,
			places_internal.without_home(c.before, home) AS before, places_internal.without_home(c.after, home) AS after
		FROM places_internal.act c) f
	WHERE f.act = a.act
		AND (f.own OR places_internal.mentions(a.home_id, home) OR places_internal.mentions(a.note, home)
			OR f.before IS DISTINCT FROM a.before OR f.after IS DISTINCT FROM a.after);
	UPDATE places_internal.run_record u
	SET error = CASE WHEN places_internal.mentions(u.error, home) THEN 'erased: it named a home that was forgotten' ELSE u.error END,
		held_back = CASE WHEN places_internal.mentions(u.held_back, home) THEN 'erased: it named a home that was forgotten' ELSE u.held_back END
	WHERE places_internal.mentions(u.error, home) OR places_internal.mentions(u.held_back, home);
END
$$;

COMMENT ON FUNCTION places_internal.forget_words(text) IS
	'erases a home from pins, notes, names of places, the record of what people did and the errors of runs';

CREATE OR REPLACE FUNCTION places_internal.do_forget(home text)
RETURNS bigint LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 10000
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	forgotten bigint;
	stored text := places_internal.short_key(home);
BEGIN
	IF COALESCE(places_internal.spelling(home), '') = '' THEN
		PERFORM places_internal.refuse('null_value_not_allowed', 'home must not be empty',
			hint => 'Give its id as text, as the view places.home shows it. Rows without an id cannot be told apart: delete them from the stock, and run the plan keep_runs times.');
	END IF;
	PERFORM places_internal.await_runs();
	forgotten := places_internal.forget_membership(stored);
	PERFORM places_internal.forget_words(stored);
	IF stored <> home THEN
		PERFORM places_internal.forget_words(home);
	END IF;
	PERFORM places_internal.record_act('', 'forget');
	RETURN forgotten;
END
$$;

CREATE OR REPLACE FUNCTION places.forget(home text)
RETURNS bigint AS 'MODULE_PATHNAME', 'door' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 10000;

COMMENT ON FUNCTION places_internal.do_forget(text) IS 'behind the door of places.forget()';
COMMENT ON FUNCTION places.forget(text) IS
	'erases every trace of a home, however its id is spelled (blanks around it, case), in all plans and their records, with the notes, names and errors that mention it and the boundaries that it had a part in, which are drawn again without it, and says in how many rows of runs it was; counts stay as they are. Waits for running runs. A home that is still in the stock comes back with the next run';
