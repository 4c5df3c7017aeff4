#!/usr/bin/env bash
# attacker.sh - plans under attack by those who may use them, each really logged in
#
# mallory is an administrator of plans, with a schema, functions and a view of
# her own; victim is another one, whose plan she would like to have read what she
# likes, or run as somebody else.  Her functions write down as whom they ran.
set -euo pipefail

Sql()
{
	psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"
}

Fail()
{
	printf 'attacker: %s\n' "$1" >&2
	exit 1
}

# As ROLE STATEMENT: what the server answers, on one line; errors by their message alone
As()
{
	{ PGOPTIONS="-c client_min_messages=error ${options:-}" psql -X -q -A -t -U "places_attack_$1" -v SHOW_CONTEXT=never -c "$2" 2>&1 || true; } |
		grep -v '^\(DETAIL\|HINT\|LINE [0-9]\| *^\|$\)' | paste -sd' ' || true
}

# Refused ROLE STATEMENT MESSAGE: fails unless the statement does, with a message that begins like this
Refused()
{
	local answer

	answer=$(As "$1" "$2")
	case $answer in
		"ERROR:  $3"*) ;;
		*) Fail "$1: $2: $answer, not $3" ;;
	esac
}

# Allowed ROLE STATEMENT
Allowed()
{
	local answer

	answer=$(As "$1" "$2")
	case $answer in
		*ERROR:*) Fail "$1 may not: $2: $answer" ;;
	esac
}

# Caught WHEN: fails if one of mallory's functions ran as somebody else
Caught()
{
	local caught

	caught=$(Sql -c "SELECT DISTINCT who, what FROM mallory.caught WHERE who <> 'places_attack_mallory' ORDER BY 1, 2")
	[ "$caught" = '' ] || Fail "$1: ran as another role: $caught"
	Sql -c 'TRUNCATE mallory.caught'
}

CleanUp()
{
	local role

	kill "${running:-}" 2>/dev/null || true
	for role in reader editor mallory victim keeper; do
		Sql -c "DROP OWNED BY places_attack_$role CASCADE" -c "DROP ROLE places_attack_$role" >/dev/null 2>&1 || true
	done
}
CleanUp
trap CleanUp EXIT

Sql <<-EOF
	SET client_min_messages = error;
	CREATE ROLE places_attack_reader LOGIN IN ROLE places_reader;
	CREATE ROLE places_attack_editor LOGIN IN ROLE places_editor;
	CREATE ROLE places_attack_mallory LOGIN IN ROLE places_admin;
	CREATE ROLE places_attack_victim LOGIN IN ROLE places_admin;
	CREATE ROLE places_attack_keeper LOGIN IN ROLE places_admin;
	CREATE SCHEMA mallory AUTHORIZATION places_attack_mallory;
	CREATE SCHEMA planted AUTHORIZATION places_attack_mallory;
	CREATE SCHEMA victim AUTHORIZATION places_attack_victim;
	GRANT CREATE, USAGE ON SCHEMA public TO places_attack_mallory;
	CREATE TABLE mallory.caught (who name, what text);
	GRANT INSERT ON mallory.caught TO PUBLIC;
	GRANT USAGE ON SCHEMA mallory TO PUBLIC;
	CREATE TABLE victim.stock AS SELECT i AS id, 'E' || i % 2 AS la, 'Stowe' AS ward,
		ST_SetSRID(ST_MakePoint(400000 + i % 2 * 1000 + i, 300000), 27700) AS geom FROM generate_series(1, 80) i;
	GRANT USAGE ON SCHEMA victim TO PUBLIC;
	GRANT SELECT ON victim.stock TO PUBLIC;
EOF
Sql -U places_attack_mallory <<-'EOF'
	CREATE FUNCTION mallory.spy(g geometry) RETURNS geometry LANGUAGE plpgsql AS $$
	BEGIN INSERT INTO mallory.caught VALUES (CURRENT_USER, 'spy'); RETURN g; END $$;
	CREATE VIEW mallory.bait AS SELECT id, la, ward, mallory.spy(geom) AS geom FROM victim.stock;
	GRANT SELECT ON mallory.bait TO PUBLIC;
	SELECT places.create_plan('bait', 'mallory.bait', 'id', 'la', 'geom', places.rules('balanced', 20));
EOF
Sql -U places_attack_victim -c "SELECT places.create_plan('good', 'victim.stock', 'id', 'la', 'geom', places.rules('balanced', 20), label_column => 'ward')" \
	-c "SELECT status FROM places.run('good')" >/dev/null

# Nobody writes a table, or a sequence; not even the owner of the database, once there is something
Sql -c "ALTER DATABASE $PGDATABASE OWNER TO places_attack_keeper"
tables=$(Sql -c "SELECT relname || ' ' || quote_ident(attname) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND attnum = 2
	WHERE relnamespace = 'places_internal'::regnamespace AND relkind = 'r'")
Attempts()
{
	local table column

	while read -r table column; do
		printf '%s;\n' "UPDATE places_internal.$table SET $column = NULL" "DELETE FROM places_internal.$table" "TRUNCATE places_internal.$table" \
			"ALTER TABLE places_internal.$table DISABLE TRIGGER ALL" "SELECT FROM places_internal.$table FOR KEY SHARE" \
			"DO 'BEGIN LOCK TABLE places_internal.$table IN SHARE MODE; END'"
		[ "$1" = keeper ] || printf '%s;\n' "INSERT INTO places_internal.$table DEFAULT VALUES"
	done <<<"$tables"
	if [ "$1" != keeper ]; then
		Sql -c "SELECT format('SELECT setval(''places_internal.%1\$I'', 1); SELECT nextval(''places_internal.%1\$I'');', relname)
			FROM pg_class WHERE relnamespace = 'places_internal'::regnamespace AND relkind = 'S'" | sed 's/; /;\n/'
	fi
}
for role in reader editor mallory keeper; do
	Attempts "$role" >"$PLACES_WORK/attacker.sql"
	psql -X -q -A -t -U "places_attack_$role" -v SHOW_CONTEXT=never -f "$PLACES_WORK/attacker.sql" >"$PLACES_WORK/attacker.said" 2>&1 || true
	refused=$(grep -c 'ERROR:  \(permission denied for \(table\|sequence\)\|must be owner of table\)' "$PLACES_WORK/attacker.said")
	[ "$refused" = "$(wc -l <"$PLACES_WORK/attacker.sql")" ] || Fail "$role writes tables: $(grep -v 'permission denied' "$PLACES_WORK/attacker.said")"
done
Refused keeper "INSERT INTO places_internal.plan_definition OVERRIDING SYSTEM VALUE SELECT * FROM places_internal.plan_definition" \
	'table plan_definition is written by functions of the extension places only'
Refused keeper "INSERT INTO places_internal.act (at, who, plan, action) VALUES (now(), 'places_attack_victim', 'good', 'drop_plan')" \
	'table act is written by functions of the extension places only'
for view in place home remainder run_history authority change correction audit_log; do
	Refused mallory "DELETE FROM places.$view" ''
done

# What runs as the owner of the extension nobody reaches but through a door, which takes no word for who calls;
# but for two functions that only read, for roles that may read it all
behind=$(Sql -c "SELECT DISTINCT p.oid::regprocedure FROM pg_proc p, (VALUES ('places_reader'), ('places_editor'), ('places_admin')) r(role)
	WHERE p.pronamespace = 'places_internal'::regnamespace AND has_function_privilege(r.role, p.oid, 'EXECUTE')
		AND p.proname NOT IN ('tile_homes', 'tile_boundaries')
		AND (p.prosecdef OR p.proname LIKE 'do\_%' OR p.proname IN ('try_lock_plan', 'await_plan', 'record_act', 'describe_stock', 'run_groups'))")
[ "$behind" = '' ] || Fail "open to people: $behind"
Refused mallory "SELECT places_internal.record_act('good', 'drop_plan')" 'permission denied for function record_act'
Refused mallory "SELECT places_internal.do_name_place('good', 1, 'Mine', NULL)" 'permission denied for function do_name_place'
Refused mallory "SELECT places_internal.try_lock_plan('places_internal.plan_definition', 1)" 'permission denied for function try_lock_plan'

# Somebody else's plan: what it reads, its name and owner, its schedule and its end are not mallory's
for change in "stock => 'mallory.bait'" "id_column => 'ward'" "geom_column => 'geom'" "weight_column => ''" "label_column => 'la'" \
	"rules => places.rules('kmeans', 5)" "new_name => 'mine'" "owner => 'places_attack_mallory'"; do
	Refused mallory "SELECT places.alter_plan('good', $change)" 'must be owner of plan "good" to '
done
Refused mallory "SELECT places.drop_plan('good')" 'must be owner of plan "good" to drop it'
Refused mallory "SELECT places.schedule('good', '* * * * *')" 'must be owner of plan "good" to schedule it'
Refused mallory "SELECT places.unschedule('good')" 'must be owner of plan "good" to end its schedule'
Refused mallory "SELECT places.alter_plan('bait', owner => 'places_attack_victim')" 'must be a member of role "places_attack_victim" to give it a plan'
Refused mallory "SELECT places.alter_plan('bait', owner => 'postgres')" 'must be a member of role "postgres" to give it a plan'
Allowed mallory "SELECT places.alter_plan('good', keep_runs => 9)"
Allowed victim "SELECT places.run('good')"
Caught "a run of the victim's plan"
# a job that runs as one role runs no plan of another
bait=$(Sql -c "SELECT plan_id FROM places_internal.plan_definition WHERE plan = 'bait'")
Refused victim "CALL places.run_job(places_internal.plan_name($bait))" "plan number $bait is not the job of role \"places_attack_victim\""
if psql -X -q -c "CALL places.run_job(places_internal.plan_name($bait))" 2>/dev/null; then
	Fail "a superuser's job runs another role's plan"
fi
Caught "a job"
# a stock in place of another's: it is looked up by its exact name, and in no search path
Refused mallory "CREATE OR REPLACE VIEW victim.stock AS TABLE mallory.bait" 'permission denied for schema victim'
Allowed mallory "CREATE VIEW mallory.stock AS TABLE mallory.bait; CREATE VIEW public.stock AS TABLE mallory.bait"
options="-c search_path=mallory,public" Allowed victim "SELECT places.run('good')"
Caught "a stock of the same name"

# Mallory's code, executed by a superuser or by autovacuum as mallory: plans take her for the caller, not them
Sql -U places_attack_mallory <<-'EOF'
	CREATE FUNCTION mallory.strike() RETURNS void LANGUAGE plpgsql AS $$
	BEGIN
		BEGIN PERFORM places.create_plan('strike ' || random(), 'mallory.bait', 'id', 'la', 'geom'); EXCEPTION WHEN OTHERS THEN NULL; END;
		BEGIN PERFORM places.alter_plan('bait', geom_column => 'geom'); EXCEPTION WHEN OTHERS THEN NULL; END;
		BEGIN PERFORM places.alter_plan('good', stock => 'mallory.bait'); EXCEPTION WHEN OTHERS THEN NULL; END;
		BEGIN PERFORM places.alter_plan('bait', owner => 'postgres'); EXCEPTION WHEN OTHERS THEN NULL; END;
		BEGIN PERFORM * FROM places.run('bait'); EXCEPTION WHEN OTHERS THEN NULL; END;
	END $$;
	CREATE FUNCTION mallory.struck(i int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
	BEGIN PERFORM mallory.strike(); RETURN i; END $$;
	CREATE FUNCTION mallory.on_delete() RETURNS trigger LANGUAGE plpgsql AS $$
	BEGIN PERFORM mallory.strike(); RETURN OLD; END $$;
	CREATE FUNCTION mallory.definer() RETURNS void LANGUAGE sql SECURITY DEFINER AS 'SELECT mallory.strike()';
	CREATE TABLE mallory.indexed (i int);
	CREATE INDEX indexed_struck ON mallory.indexed (mallory.struck(i));
	INSERT INTO mallory.indexed VALUES (1), (2);
	CREATE MATERIALIZED VIEW mallory.refreshed AS SELECT mallory.struck(i) FROM mallory.indexed;
EOF
Sql -U places_attack_victim -c 'CREATE TABLE victim.parent (i int PRIMARY KEY)' -c 'INSERT INTO victim.parent VALUES (1), (2)' -c 'GRANT REFERENCES ON victim.parent TO places_attack_mallory'
Sql -U places_attack_mallory -c 'CREATE TABLE mallory.child (i int REFERENCES victim.parent ON DELETE CASCADE)' -c 'INSERT INTO mallory.child VALUES (1)' \
	-c 'CREATE TRIGGER strike BEFORE DELETE ON mallory.child FOR EACH ROW EXECUTE FUNCTION mallory.on_delete()'
Sql -c 'TRUNCATE mallory.caught'
for statement in 'ANALYZE mallory.indexed' 'REINDEX TABLE mallory.indexed' 'VACUUM FULL mallory.indexed' \
	'REFRESH MATERIALIZED VIEW mallory.refreshed' 'DELETE FROM victim.parent WHERE i = 1' 'SELECT mallory.definer()'; do
	Sql -c "$statement" >/dev/null 2>&1 || true
	Caught "$statement by a superuser"
done
[ "$(Sql -c "SELECT count(*) FROM places_internal.plan_definition WHERE owner <> 'places_attack_mallory' AND plan <> 'good'")" = 0 ] || Fail 'a plan of mallory belongs to another role'
[ "$(Sql -c "SELECT stock_schema FROM places_internal.plan_definition WHERE plan = 'good'")" = victim ] || Fail "the victim's plan reads something else"

# What reading a stock sets is over when it is read, however it was set: else the rest of a run, which goes on as the
# owner of the extension, would find mallory's operators
Sql -U places_attack_mallory <<-'EOF'
	GRANT USAGE ON SCHEMA planted TO PUBLIC;
	DO $do$
	DECLARE t text;
	BEGIN
		FOREACH t IN ARRAY '{int,bigint,oid,text,name,boolean,float8}'::text[] LOOP
			EXECUTE format('CREATE FUNCTION planted.eq(a %1$s, b %1$s) RETURNS boolean LANGUAGE plpgsql AS $f$
				BEGIN INSERT INTO mallory.caught VALUES (CURRENT_USER, ''eq''); RETURN a OPERATOR(pg_catalog.=) b; END $f$', t);
			EXECUTE format('CREATE OPERATOR planted.= (LEFTARG = %1$s, RIGHTARG = %1$s, FUNCTION = planted.eq)', t);
		END LOOP;
	END $do$;
	CREATE FUNCTION mallory.turn(g geometry) RETURNS geometry LANGUAGE plpgsql AS $$
	BEGIN
		PERFORM pg_catalog.set_config('search_path', 'planted,pg_catalog,public', false),
			pg_catalog.set_config('DateStyle', 'German', false), pg_catalog.set_config('row_security', 'off', false);
		BEGIN PERFORM pg_catalog.set_config('TimeZone', 'Asia/Tokyo', true), pg_catalog.set_config('transform_null_equals', 'on', true);
		EXCEPTION WHEN OTHERS THEN NULL; END;
		RETURN g;
	END $$;
	CREATE FUNCTION mallory.policy() RETURNS boolean LANGUAGE plpgsql AS
		$$ BEGIN PERFORM mallory.turn(NULL); RETURN true; END $$;
	CREATE FUNCTION mallory.pure(g geometry) RETURNS geometry LANGUAGE plpgsql IMMUTABLE AS
		$$ BEGIN RETURN mallory.turn(g); END $$;
	CREATE VIEW mallory.turning AS SELECT id, la, mallory.turn(geom) AS geom FROM victim.stock;
	CREATE VIEW mallory.planned AS SELECT id, la, geom FROM victim.stock WHERE mallory.pure('SRID=27700;POINT(1 1)') IS NOT NULL;
	CREATE TABLE mallory.guarded AS SELECT id, la, geom FROM victim.stock;
	ALTER TABLE mallory.guarded ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
	CREATE POLICY turn ON mallory.guarded USING (mallory.policy());
	GRANT SELECT ON mallory.turning, mallory.planned, mallory.guarded TO PUBLIC;
EOF
for stock in turning planned guarded; do
	Sql -U places_attack_victim <<-EOF >/dev/null 2>&1 || true
		SELECT places.create_plan('turn $stock', 'mallory.$stock', 'id', 'la', 'geom', places.rules('balanced', 20));
		SELECT places.run('turn $stock');
		SELECT places.run('turn $stock');
		CALL places.run_job('turn $stock');
		SELECT places.alter_plan('turn $stock', geom_column => 'geom');
		SELECT places.alter_plan('turn $stock', tolerance => 0.02);
		SELECT places.drop_plan('turn $stock');
	EOF
done
caught=$(Sql -c "SELECT DISTINCT who FROM mallory.caught WHERE who NOT IN ('places_attack_mallory', 'places_attack_victim')")
[ "$caught" = '' ] || Fail "settings outlive the reading of a stock: planted operators ran as $caught"
Sql -U places_attack_victim -c "SELECT places.create_plan('turned', 'mallory.turning', 'id', 'la', 'geom', places.rules('balanced', 20))" \
	-c "SELECT places.run('turned')" >/dev/null
[ "$(Sql -U places_attack_victim -c 'SHOW search_path' -c "SELECT places.run('turned')" -c 'SHOW search_path' -c 'SHOW "DateStyle"' -c 'SHOW "TimeZone"' |
	grep -v done | paste -sd'|')" = "$(Sql -c 'SHOW search_path' -c 'SHOW search_path' -c 'SHOW "DateStyle"' -c 'SHOW "TimeZone"' | paste -sd'|')" ] ||
	Fail 'a run leaves settings of its stock behind'
Sql -U places_attack_victim -c "SELECT places.drop_plan('turned')" >/dev/null
Sql -c 'TRUNCATE mallory.caught'

# What reading a stock calls changes no plan: not the one that is run, nor any other
Sql -U places_attack_victim <<-'EOF'
	CREATE TABLE victim.errand (act text);
	CREATE FUNCTION victim.go(g geometry) RETURNS geometry LANGUAGE plpgsql AS $$
	DECLARE a text;
	BEGIN
		DELETE FROM victim.errand RETURNING act INTO a;
		IF a IS NOT NULL THEN EXECUTE a; END IF;
		RETURN g;
	END $$;
	CREATE VIEW victim.nesting AS SELECT id, la, ward, victim.go(geom) AS geom FROM victim.stock;
	SELECT places.create_plan('nest', 'victim.nesting', 'id', 'la', 'geom', places.rules('balanced', 20));
	SELECT places.run('nest'), places.run('nest', false);
EOF
for act in "places.drop_plan('nest')" "places.run('nest')" "places.run('good')" "places.alter_plan('nest', new_name => 'other')" \
	"places.publish('nest', (SELECT max(run) FROM places.run_history WHERE plan = 'nest' AND status = 'done'))" \
	"places.discard((SELECT max(run) FROM places.run_history WHERE plan = 'nest' AND NOT published AND status = 'done'))" \
	"places.pin('nest', '1', (SELECT min(place) FROM places.place WHERE plan = 'nest'))" "places.forget('1')" "places.draw_boundaries('nest')" \
	"places.create_plan('sub', 'victim.stock', 'id', 'la', 'geom')"; do
	Sql -U places_attack_victim -v act="SELECT $act" <<<"TRUNCATE victim.errand; INSERT INTO victim.errand VALUES (:'act')"
	answer=$(As victim "SELECT status, note FROM places.run('nest')")
	[ "${answer%%|*}" != failed ] || answer=$(As victim "SELECT error FROM places.run_history WHERE plan = 'nest' ORDER BY run DESC LIMIT 1")
	case $answer in
		*'cannot be called while the homes of a plan are read'*) ;;
		*) Fail "inside a run, $act: $answer" ;;
	esac
done
Sql -c 'TRUNCATE victim.errand'
[ "$(As victim "SELECT status, homes FROM places.run('nest')")" = 'done|80' ] || Fail 'a plan no longer runs after acts inside its runs'
Allowed victim "SELECT places.drop_plan('nest')"
[ "$(Sql -c 'SELECT count(*) FROM places_internal.membership m WHERE NOT EXISTS (SELECT FROM places_internal.plan_definition d WHERE d.plan_id = m.plan_id)')" = 0 ] ||
	Fail 'homes of no plan are left'

# The record says who it was
Allowed mallory "SET ROLE places_editor; SELECT places.name_place('good', min(place), 'Lanes') FROM places.place WHERE plan = 'good'"
[ "$(Sql -c "SELECT who, as_role FROM places.audit_log WHERE action = 'name_place'")" = 'places_attack_mallory|places_editor' ] || Fail 'SET ROLE hides who it was'
[ "$(Sql -c "SELECT count(*) FROM places.audit_log WHERE who = 'places_attack_victim' AND plan IN ('good', 'bait') AND action <> 'create_plan'")" = 0 ] || Fail 'acts are signed by the wrong role'

# Nobody stops the runs of others with a lock that anybody can take
psql -X -q -U places_attack_reader -c 'SELECT pg_advisory_lock(1886151011, n) FROM generate_series(1, 100) n' -c 'SELECT pg_sleep(60)' >/dev/null 2>&1 &
running=$!
for ((waited = 0; waited < 100; waited++)); do
	[ "$(Sql -c "SELECT count(*) > 50 FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())")" = f ] || break
	sleep 0.05
done
[ "$(As victim "SELECT status FROM places.run('good')")" = 'done' ] || Fail 'an advisory lock stops a run'
[ "$(Sql -U places_attack_reader -c "SELECT count(*) FROM places.run_history WHERE status = 'running'")" = 0 ] || Fail 'an advisory lock passes for a run'
kill "$running"

# Readers see no id of a home, wherever a run or a person wrote it
Sql -c "UPDATE places_internal.run_record SET error = 'home 17', held_back = 'home 17' WHERE run = 1" \
	-c "SELECT places.lock('good', min(place), 'home 17') FROM places.place WHERE plan = 'good'" >/dev/null
[ "$(As reader 'SELECT count(*), count(error), count(held_back) FROM places.run_history WHERE run = 1')" = '1|0|0' ] || Fail 'a reader sees why a run failed'
[ "$(As editor 'SELECT error, held_back FROM places.run_history WHERE run = 1')" = 'home 17|home 17' ] || Fail 'an editor does not see why a run failed'
Refused reader "SELECT places.map('good')" 'must be a member of places_editor to draw the homes of plan "good"'
Refused reader "SELECT places.map_svg('good')" 'must be a member of places_editor to draw the homes of plan "good"'
Allowed editor "SELECT places.map('good') LIKE '%Places%', places.map_svg('good') LIKE '%svg%'"
for table in run_record locked_place pinned_home membership act; do
	Refused reader "TABLE places_internal.$table" "permission denied for table $table"
done

# A home that is forgotten while a run reads it stays forgotten: forgetting waits for the run
Sql -U places_attack_victim <<-'EOF' >/dev/null
	CREATE FUNCTION victim.slow(g geometry) RETURNS geometry LANGUAGE plpgsql AS $$
	BEGIN PERFORM pg_advisory_lock_shared(42), pg_advisory_unlock_shared(42); RETURN g; END $$;
	CREATE VIEW victim.slow_stock AS SELECT id, la, ward, victim.slow(geom) AS geom FROM victim.stock;
	SELECT places.create_plan('slow', 'victim.slow_stock', 'id', 'la', 'geom', places.rules('balanced', 20));
EOF
coproc holder { psql -X -q -A -t 2>&1; }
printf 'SELECT pg_advisory_lock(42);\n' >&"${holder[1]}"
read -r _ <&"${holder[0]}"
Waits()
{
	for ((waited = 0; waited < 200; waited++)); do
		[ "$(Sql -c "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%$1%' AND pid <> pg_backend_pid()")" = 0 ] || return 0
		sleep 0.05
	done
	Fail "$1 does not wait"
}
psql -X -q -A -t -U places_attack_victim -c "SELECT status, homes FROM places.run('slow')" >"$PLACES_WORK/attacker.run" 2>&1 &
reading=$!
Waits "places.run(''slow'')"
Sql -c 'DELETE FROM victim.stock WHERE id = 17'
Refused mallory "SET lock_timeout = '100ms'; SELECT places.forget('17')" 'canceling statement due to lock timeout'
psql -X -q -A -t -U places_attack_mallory -c "SELECT places.forget('17')" >"$PLACES_WORK/attacker.forget" 2>&1 &
forgetting=$!
Waits "places.forget"
# nor does a second one go ahead, or a run of another plan begin
Refused victim "SELECT places.drop_plan('slow')" 'plan "slow" is being run'
printf 'SELECT pg_advisory_unlock(42);\n' >&"${holder[1]}"
wait "$reading" "$forgetting" || true
printf '\\q\n' >&"${holder[1]}"
[ "$(cat "$PLACES_WORK/attacker.run")" = 'done|80' ] || Fail "the slow run: $(cat "$PLACES_WORK/attacker.run")"
[ "$(Sql -c "SELECT count(*) FROM places_internal.membership WHERE home_id = '17'")" = 0 ] || Fail 'a run brings a forgotten home back'
