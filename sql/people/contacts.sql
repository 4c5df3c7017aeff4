-- contacts with households: where they are listed, and what counts
--
-- Several tables of the landlord, each a source, make the single view: when was each home
-- last heard from.  Days are those of UTC, the same for whoever asks.

CREATE OR REPLACE FUNCTION places_internal.is_automated(kind text)
RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10
RETURN COALESCE(kind ~* '(^|[^[:alpha:]])(auto|automat[[:alpha:]]*|auto.?reply|system|bulk|batch|broadcast|newsletter|mail.?shot|robot|bot|robo.?call|no.?reply)($|[^[:alpha:]])', false);

COMMENT ON FUNCTION places_internal.is_automated(text) IS
	'whether a kind of contact is a message that no person sent, by its words: auto, automated and the like, system, bulk, batch, broadcast, newsletter, mailshot, robot, bot, robocall, no-reply';

CREATE OR REPLACE FUNCTION places_internal.contacts_as_json(plan_id int, source text)
RETURNS jsonb LANGUAGE sql STABLE PARALLEL SAFE COST 100
BEGIN ATOMIC
	SELECT pg_catalog.to_jsonb(s) - 'plan_id' FROM places_internal.contact_source s
	WHERE s.plan_id = contacts_as_json.plan_id AND s.source = contacts_as_json.source;
END;

COMMENT ON FUNCTION places_internal.contacts_as_json(int, text) IS 'a source of contacts, for the record; null: there is none';

CREATE OR REPLACE FUNCTION places_internal.check_kinds(kind_column name, counts_as text[])
RETURNS text[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	kinds CONSTANT text[] := ARRAY(SELECT DISTINCT lower(btrim(c.kind)) FROM unnest(counts_as) c(kind) WHERE btrim(c.kind) <> '' ORDER BY 1);
BEGIN
	IF counts_as IS NULL THEN
		RETURN NULL;
	ELSIF kind_column IS NULL THEN
		PERFORM places_internal.refuse('invalid_parameter_value', 'counts_as needs a kind_column',
			detail => format('It names kinds: %s.', counts_as),
			hint => 'Name the column that says of what kind each contact is, or leave counts_as out.');
	ELSIF kinds = '{}' THEN
		PERFORM places_internal.refuse('invalid_parameter_value', 'counts_as must name a kind',
			hint => 'Name those that count, as in ''{visit,call}'', or leave it out: then all count but automated ones.');
	END IF;
	RETURN kinds;
END
$$;

COMMENT ON FUNCTION places_internal.check_kinds(name, text[]) IS 'the kinds of contact that count, as they are compared, or a clear error; null: all but automated ones';

CREATE OR REPLACE FUNCTION places_internal.do_add_contacts(
	plan text, source text, contacts regclass, home_column name, at_column name, kind_column name, counts_as text[], tenancy_column name)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	p places_internal.plan_definition := places_internal.hold_plan((places_internal.tree_of(plan)).plan, true);
	was CONSTANT jsonb := places_internal.contacts_as_json(p.plan_id, source);
	named CONSTANT name[] := ARRAY[home_column, at_column, kind_column, tenancy_column];
	kinds CONSTANT text[] := places_internal.check_kinds(kind_column, counts_as);
	found record;
BEGIN
	PERFORM places_internal.insist_owner(p, 'say where contacts are listed');
	PERFORM places_internal.insist_name('source', source);
	found := places_internal.check_source('contacts', contacts, '{home_column,at_column,kind_column,tenancy_column}', named,
		'{needed: text,needed: a date or a time with one,text,a date or a time with one}');
	PERFORM places_internal.open_source(p, 'contacts', found.table_schema, found.table_name, named);
	DELETE FROM places_internal.contact_source s WHERE s.plan_id = p.plan_id AND s.source = do_add_contacts.source;
	INSERT INTO places_internal.contact_source (plan_id, source, table_schema, table_name, home_column, at_column, kind_column, counts_as, tenancy_column)
	VALUES (p.plan_id, source, found.table_schema, found.table_name, home_column, at_column, kind_column, kinds, tenancy_column);
	PERFORM places_internal.record_act(p.plan, 'add_contacts', before => was, after => places_internal.contacts_as_json(p.plan_id, source));
END
$$;

CREATE OR REPLACE FUNCTION places.add_contacts(
	plan text, source text, contacts regclass, home_column name, at_column name, kind_column name DEFAULT NULL,
	counts_as text[] DEFAULT NULL, tenancy_column name DEFAULT NULL)
RETURNS void AS 'MODULE_PATHNAME', 'door' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1000;

COMMENT ON FUNCTION places_internal.do_add_contacts(text, text, regclass, name, name, name, text[], name) IS 'behind the door of places.add_contacts()';
COMMENT ON FUNCTION places.add_contacts(text, text, regclass, name, name, name, text[], name) IS
	'names a table of contacts with the households of a plan, a row a contact: ids of homes, when, of what kind, and when the present tenancy of the home began: contacts before that were the last tenant''s. counts_as: the kinds that count; null: all but automated messages. Of a source that there is already it replaces what was said. Nothing of it is stored but which columns';

CREATE OR REPLACE FUNCTION places_internal.do_remove_contacts(plan text, source text, note text)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	p places_internal.plan_definition := places_internal.hold_plan((places_internal.tree_of(plan)).plan, true);
	was CONSTANT jsonb := places_internal.contacts_as_json(p.plan_id, source);
BEGIN
	PERFORM places_internal.insist_owner(p, 'say where contacts are listed');
	IF was IS NULL THEN
		PERFORM places_internal.refuse('undefined_object', format('plan "%s" has no contacts %s', p.plan, COALESCE('"' || source || '"', 'null')),
			hint => 'Those that it has are in the view places.contact_source.');
	END IF;
	DELETE FROM places_internal.contact_source s WHERE s.plan_id = p.plan_id AND s.source = do_remove_contacts.source;
	PERFORM places_internal.record_act(p.plan, 'remove_contacts', note => note, before => was);
END
$$;

CREATE OR REPLACE FUNCTION places.remove_contacts(plan text, source text, note text DEFAULT NULL)
RETURNS void AS 'MODULE_PATHNAME', 'door' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1000;

COMMENT ON FUNCTION places_internal.do_remove_contacts(text, text, text) IS 'behind the door of places.remove_contacts()';
COMMENT ON FUNCTION places.remove_contacts(text, text, text) IS 'has a plan take no notice of a source of contacts any more';

CREATE OR REPLACE VIEW places.contact_source AS
SELECT d.plan, s.source, s.table_schema, s.table_name, s.home_column, s.at_column, s.kind_column,
	pg_catalog.array_to_string(s.counts_as, ', ') AS counts_as, s.tenancy_column
FROM places_internal.contact_source s JOIN places_internal.plan_definition d ON d.plan_id = s.plan_id;

COMMENT ON VIEW places.contact_source IS 'where the contacts with the households of each plan are listed';
COMMENT ON COLUMN places.contact_source.plan IS 'the plan of places';
COMMENT ON COLUMN places.contact_source.source IS 'name of the source';
COMMENT ON COLUMN places.contact_source.table_schema IS 'schema of the table or view';
COMMENT ON COLUMN places.contact_source.table_name IS 'its name';
COMMENT ON COLUMN places.contact_source.home_column IS 'its column of ids of homes';
COMMENT ON COLUMN places.contact_source.at_column IS 'its column of when';
COMMENT ON COLUMN places.contact_source.kind_column IS 'its column of kinds; null: there are none';
COMMENT ON COLUMN places.contact_source.counts_as IS 'the kinds that count; null: all but automated ones';
COMMENT ON COLUMN places.contact_source.tenancy_column IS 'its column of when the present tenancy began; null: all contacts are the present tenant''s';

GRANT SELECT ON places.contact_source TO places_editor;

-- read

CREATE OR REPLACE FUNCTION places_internal.insist_contacts(p places_internal.plan_definition)
RETURNS void LANGUAGE plpgsql STABLE PARALLEL SAFE COST 100
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM places_internal.contact_source s WHERE s.plan_id = p.plan_id) THEN
		PERFORM places_internal.refuse('object_not_in_prerequisite_state', format('plan "%s" has no contacts', p.plan),
			hint => format('Say where they are listed: SELECT places.add_contacts(%L, source => ..., contacts => ..., home_column => ..., at_column => ...);', p.plan));
	END IF;
END
$$;

COMMENT ON FUNCTION places_internal.insist_contacts(places_internal.plan_definition) IS 'a clear error unless a plan knows of contacts';

/* Asked in the middle of reading a table as the caller, who may call no function of ours. */
CREATE OR REPLACE FUNCTION places_internal.kind_counts(kind text, counts_as text[])
RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 20
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN CASE WHEN counts_as <> '{}' THEN COALESCE(pg_catalog.lower(pg_catalog.btrim(kind)) = ANY (counts_as), false)
	ELSE NOT places_internal.is_automated(kind) END;

COMMENT ON FUNCTION places_internal.kind_counts(text, text[]) IS
	'whether a contact of a kind, or of none, counts: if it is one of those that do, or, of null or an empty array, if it is not automated';

CREATE OR REPLACE FUNCTION places_internal.last_days(relation regclass, columns name[], search_path text, counts_as text[], today date)
RETURNS TABLE (home text, day date) AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 100000 ROWS 50000;

COMMENT ON FUNCTION places_internal.last_days(regclass, name[], text, text[], date) IS
	'homes that a table of contacts has a contact with that counts, and the last day until today with one: columns of ids, times, kinds and when the tenancy began, as contacts_of() reads them. A home comes several times if there are more than fit into the memory of a hash table. Read as the caller';

/*
 * Called with the time zone UTC: times with a zone are cast to those without.  There are
 * few kinds: each is looked at once.
 */
CREATE OR REPLACE FUNCTION places_internal.contacts_of(p places_internal.plan_definition)
RETURNS TABLE (source text, home text, day date, counts boolean, automated boolean, tenancy date)
LANGUAGE sql STABLE PARALLEL RESTRICTED COST 1000000 ROWS 100000
BEGIN ATOMIC
	WITH said AS MATERIALIZED (
		SELECT s.source, s.counts_as, s.kind_column, r.*
		FROM places_internal.contact_source s
		CROSS JOIN LATERAL places_internal.open_source(p, 'contacts', s.table_schema, s.table_name,
			ARRAY[s.home_column, s.at_column, s.kind_column, s.tenancy_column]) o(relation)
		CROSS JOIN LATERAL places_internal.read_rows(o.relation, ARRAY[s.home_column, s.at_column, s.kind_column, s.tenancy_column],
			places_internal.caller_path()) r(home text, at timestamp, kind text, tenancy timestamp)
		WHERE s.plan_id = (p).plan_id),
	kinds AS MATERIALIZED (
		SELECT k.source, k.kind, places_internal.kind_counts(k.kind, k.counts_as) AS counts,
			places_internal.is_automated(k.kind) AS automated
		FROM (SELECT DISTINCT s.source, s.kind, s.counts_as FROM said s WHERE s.kind IS NOT NULL) k)
	SELECT s.source, s.home, s.at::date, COALESCE(k.counts, s.counts_as IS NULL), COALESCE(k.automated, false), s.tenancy::date
	FROM said s LEFT JOIN kinds k ON k.source = s.source AND k.kind = s.kind;
END;

COMMENT ON FUNCTION places_internal.contacts_of(places_internal.plan_definition) IS
	'all rows of all sources of contacts of a plan, whether their kind counts or is automated, and when the present tenancy began. Read as the caller';

CREATE OR REPLACE FUNCTION places_internal.do_check_contacts(plan text)
RETURNS TABLE (source text, contacts bigint, counted bigint, automated bigint, other_kind bigint, future bigint, last_tenant bigint,
	no_date bigint, unknown_home bigint, first_day date, last_day date)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 1000000 ROWS 10
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET TimeZone = 'UTC' SET enable_nestloop = off SET enable_mergejoin = off SET enable_sort = off SET jit = off
AS $$
DECLARE
	p places_internal.plan_definition := places_internal.tree_of(plan);
BEGIN
	PERFORM places_internal.insist_published(p);
	PERFORM places_internal.insist_contacts(p);
	RETURN QUERY
	WITH homes AS MATERIALIZED (SELECT DISTINCT m.home_id FROM places_internal.homes_in_run(p.plan_id, p.published_run) m),
	said AS (
		SELECT c.source, c.day, CASE WHEN c.day IS NULL OR c.day = '-infinity' THEN 'no_date' WHEN h.home_id IS NULL THEN 'unknown_home'
			WHEN c.day > CURRENT_DATE THEN 'future' WHEN c.day < c.tenancy THEN 'last_tenant'
			WHEN c.counts THEN 'counted' WHEN c.automated THEN 'automated' ELSE 'other_kind' END AS fate
		FROM places_internal.contacts_of(p) c
		LEFT JOIN homes h ON h.home_id = places_internal.short_key(c.home))
	SELECT s.source, count(c.fate), count(*) FILTER (WHERE c.fate = 'counted'), count(*) FILTER (WHERE c.fate = 'automated'),
		count(*) FILTER (WHERE c.fate = 'other_kind'), count(*) FILTER (WHERE c.fate = 'future'), count(*) FILTER (WHERE c.fate = 'last_tenant'),
		count(*) FILTER (WHERE c.fate = 'no_date'), count(*) FILTER (WHERE c.fate = 'unknown_home'),
		min(c.day) FILTER (WHERE c.fate = 'counted'), max(c.day) FILTER (WHERE c.fate = 'counted')
	FROM places_internal.contact_source s LEFT JOIN said c ON c.source = s.source
	WHERE s.plan_id = p.plan_id
	GROUP BY s.source ORDER BY s.source COLLATE "C";
END
$$;

CREATE OR REPLACE FUNCTION places.check_contacts(plan text)
RETURNS TABLE (source text, contacts bigint, counted bigint, automated bigint, other_kind bigint, future bigint, last_tenant bigint,
	no_date bigint, unknown_home bigint, first_day date, last_day date)
AS 'MODULE_PATHNAME', 'door' LANGUAGE C STABLE PARALLEL UNSAFE COST 1000000 ROWS 10;

COMMENT ON FUNCTION places_internal.do_check_contacts(text) IS 'behind the door of places.check_contacts()';
COMMENT ON FUNCTION places.check_contacts(text) IS
	'what becomes of the rows of each source of contacts of a plan: how many count, are automated messages or of another kind that does not, lie in the future or before the present tenancy, have no date, or a home that is not in the published run; and the first and last day of those that count';
