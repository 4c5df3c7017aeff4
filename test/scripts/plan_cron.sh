#!/usr/bin/env bash
# plan_cron.sh - a real pg_cron runs plans: here, and in another database
#
# pg_cron is in database postgres, the plans there and in this one.  The test
# waits for the clock to come to a full minute, once.
set -euo pipefail

Sql()
{
	psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"
}

Fail()
{
	printf 'plan_cron: %s\n' "$1" >&2
	exit 1
}

# Expect WHAT IT IS: fails unless both are the same
Expect()
{
	[ "$2" = "$3" ] || Fail "$1 is: $2"
}

# Complaint DATABASE ROLE STATEMENT: what the server says to it
Complaint()
{
	psql -X -q -A -t -d "$1" -U "$2" -c "$3" 2>&1 || true
}

# A stock of 40 homes, and two plans: one that works, one that fails when run
MakePlans()
{
	Sql -d "$1" -U "$2" <<-'EOF'
		CREATE SCHEMA AUTHORIZATION CURRENT_USER;
		CREATE TABLE stock AS SELECT i AS id, 'E1' AS la, ST_SetSRID(ST_MakePoint(400000 + i, 300000), 27700) AS geom FROM generate_series(1, 40) i;
		SELECT places.create_plan('good', 'stock', 'id', 'la', 'geom', places.rules('balanced', 10));
		CREATE VIEW failing AS SELECT id, la, geom FROM stock;
		SELECT places.create_plan('bad', 'failing', 'id', 'la', 'geom', places.rules('balanced', 10));
		CREATE OR REPLACE VIEW failing AS SELECT id, la, ST_Translate(geom, CASE id WHEN 7 THEN ('home ' || id)::int ELSE 0 END, 0) AS geom FROM stock;
	EOF
}

# Ended DATABASE: how the jobs of its plans ended: "name status", by name
Ended()
{
	Sql -d postgres -c "SELECT DISTINCT j.jobname || ': ' || d.status FROM cron.job_run_details d JOIN cron.job j USING (jobid)
		WHERE j.database = '$1' AND d.end_time IS NOT NULL ORDER BY 1"
}

RunsOf()
{
	Sql -d "$1" -c "SELECT DISTINCT plan, who, status, published_at IS NOT NULL, error FROM places.run_history ORDER BY 1"
}

CleanUp()
{
	Sql -d postgres -c 'DROP EXTENSION IF EXISTS pg_cron CASCADE' -c 'DROP SCHEMA IF EXISTS places_cron_owner CASCADE' \
		-c 'DROP EXTENSION IF EXISTS places' -c 'DROP EXTENSION IF EXISTS postgis' >/dev/null 2>&1 || true
	Sql -d postgres -c "ALTER DATABASE \"${PGDATABASE}_moved\" RENAME TO \"$PGDATABASE\"" >/dev/null 2>&1 || true
	dropdb --if-exists "${PGDATABASE}_copy" >/dev/null 2>&1 || true
	for role in owner heir other; do
		Sql -c "DROP OWNED BY places_cron_$role CASCADE" -c "DROP ROLE places_cron_$role" >/dev/null 2>&1 || true
	done
}
trap CleanUp EXIT

Sql -c 'CREATE ROLE places_cron_owner LOGIN' -c 'GRANT places_admin TO places_cron_owner' \
	-c "GRANT CREATE ON DATABASE $PGDATABASE TO places_cron_owner"
MakePlans "$PGDATABASE" places_cron_owner

case $(Sql -c 'SHOW shared_preload_libraries') in
	*pg_cron*) ;;
	*)
		grep -qE 'ERROR:  pg_cron is not (installed on this server|loaded)' <<<"$(Complaint "$PGDATABASE" postgres "SELECT places.schedule('good', '* * * * *')")" ||
			Fail "without pg_cron: $(Complaint "$PGDATABASE" postgres "SELECT places.schedule('good', '* * * * *')")"
		echo "this server has no pg_cron"
		exit 77
		;;
esac

# Before there is a way to it
grep -q 'pg_cron belongs in database "postgres", not in this one' <<<"$(Complaint "$PGDATABASE" postgres "SELECT places.schedule('good', '* * * * *')")" ||
	Fail "without dblink: $(Complaint "$PGDATABASE" postgres "SELECT places.schedule('good', '* * * * *')")"
grep -q "pg_cron is not in database \"$PGDATABASE\"" <<<"$(Complaint "$PGDATABASE" places_cron_owner "SELECT places.schedule('good', '* * * * *')")" ||
	Fail "without a superuser: $(Complaint "$PGDATABASE" places_cron_owner "SELECT places.schedule('good', '* * * * *')")"

Sql -c 'CREATE EXTENSION dblink'
grep -q 'Extension pg_cron is missing in database "postgres"' <<<"$(Complaint "$PGDATABASE" postgres "SELECT places.schedule('good', '* * * * *')")" ||
	Fail "preloaded only: $(Complaint "$PGDATABASE" postgres "SELECT places.schedule('good', '* * * * *')")"
grep -q 'plan "good" is not scheduled' <<<"$(Complaint "$PGDATABASE" postgres "SELECT places.unschedule('good')")" || Fail 'without pg_cron a plan seems scheduled'

Sql -d postgres >/dev/null <<-'EOF'
	SET client_min_messages = warning;
	CREATE EXTENSION places CASCADE;
	CREATE TABLE empty (id int, la text, geom geometry);
	SELECT places.create_plan('early', 'empty', 'id', 'la', 'geom');
EOF
grep -q 'extension pg_cron is missing in database "postgres"' <<<"$(Complaint postgres postgres "SELECT places.schedule('early', '* * * * *')")" ||
	Fail "loaded for this database: $(Complaint postgres postgres "SELECT places.schedule('early', '* * * * *')")"
Sql -d postgres >/dev/null <<-'EOF'
	SELECT places.drop_plan('early');
	DROP TABLE empty;
	SET client_min_messages = warning;
	CREATE EXTENSION pg_cron;
	GRANT USAGE ON SCHEMA cron TO places_cron_owner;
	GRANT CREATE ON DATABASE postgres TO places_cron_owner;
EOF
MakePlans postgres places_cron_owner

# From the database of pg_cron its owner schedules a plan; from another one a superuser, through dblink
for plan in good bad; do
	Sql -d postgres -U places_cron_owner -c "SELECT places.schedule('$plan', '* * * * *')" >/dev/null
	Sql -c "SELECT places.schedule('$plan', '* * * * *')" >/dev/null
done
Expect 'the owner of the jobs' "$(Sql -d postgres -c 'SELECT DISTINCT username FROM cron.job')" places_cron_owner
# a second schedule replaces the first, in the same job; a renamed plan keeps its job
Sql -c "SELECT places.schedule('good', '*/1 * * * *')" >/dev/null
Sql -d postgres -U places_cron_owner -c "SELECT places.alter_plan('good', new_name => 'renamed')" >/dev/null
Expect 'the number of jobs' "$(Sql -d postgres -c 'SELECT count(*) FROM cron.job')" 4
Expect 'the schedule in the record' "$(Sql -c "SELECT DISTINCT who, after->>'cron' FROM places.audit_log WHERE action = 'schedule' AND plan = 'good' ORDER BY 2")" \
	$'postgres|* * * * *\npostgres|*/1 * * * *'

# complaints
grep -q 'must be owner of plan "good"' <<<"$(Sql -c "CREATE ROLE places_cron_other LOGIN IN ROLE places_admin"; Complaint "$PGDATABASE" places_cron_other "SELECT places.schedule('good', '* * * * *')")" ||
	Fail "another one may schedule a plan"
Sql -c 'DROP ROLE places_cron_other'
grep -q 'cron must not be null' <<<"$(Complaint "$PGDATABASE" postgres "SELECT places.schedule('good', NULL)")" || Fail 'cron may be null'
grep -q 'invalid schedule: every now and then' <<<"$(Complaint "$PGDATABASE" postgres "SELECT places.schedule('good', 'every now and then')")" ||
	Fail "pg_cron's own complaint about a schedule is lost"

# the clock
for ((waited = 0; waited < 150; waited++)); do
	if [ "$(Ended "$PGDATABASE" | wc -l)" -ge 2 ] && [ "$(Ended postgres | wc -l)" -ge 2 ]; then
		break
	fi
	sleep 0.5
done
for database in "$PGDATABASE" postgres; do
	good=$(Sql -d "$database" -c "SELECT plan_id FROM places_internal.plan_definition WHERE plan <> 'bad'")
	bad=$(Sql -d "$database" -c "SELECT plan_id FROM places_internal.plan_definition WHERE plan = 'bad'")
	Expect "the end of the jobs in $database" "$(Ended "$database")" \
		$"places plan $good in $database: succeeded"$'\n'"places plan $bad in $database: failed"
	Expect "what the runs in $database say" "$(RunsOf "$database" | sed 's/renamed/good/')" \
		$'bad|places_cron_owner|failed|f|invalid input syntax for type integer: "home 7"\ngood|places_cron_owner|done|t|'
done
# what pg_cron keeps says that it failed, and names no home
message=$(Sql -d postgres -c "SELECT return_message FROM cron.job_run_details WHERE status = 'failed'")
grep -q 'run [0-9]* of plan "bad" failed' <<<"$message" || Fail "the failed job does not say so: $message"
if grep -q 'home 7' <<<"$message"; then
	Fail "pg_cron keeps the id of a home: $message"
fi
Expect 'the homes that the job placed' "$(Sql -c "SELECT count(*) FROM places.home WHERE plan = 'good'")" 40

# the job goes where the plan goes: to another owner, under another name of the database
Job()
{
	Sql -d postgres -c "SELECT jobid, username, database, schedule FROM cron.job WHERE jobid = $job"
}
job=$(Sql -c "SELECT job_id FROM places_internal.plan_definition WHERE plan = 'good'")
Expect 'the job before' "$(Job)" "$job|places_cron_owner|$PGDATABASE|*/1 * * * *"
Sql -c 'CREATE ROLE places_cron_heir LOGIN IN ROLE places_admin'
Sql -c "SELECT places.alter_plan('good', owner => 'places_cron_heir')" >/dev/null
Expect 'the job of the new owner' "$(Job)" "$job|places_cron_heir|$PGDATABASE|*/1 * * * *"
grep -q "is not the job of role \"places_cron_owner\"" <<<"$(Complaint "$PGDATABASE" places_cron_owner "$(Sql -d postgres -c "SELECT command FROM cron.job WHERE jobid = $job")")" ||
	Fail 'the job of the old owner still runs the plan'
# where only a superuser reaches pg_cron, others are told what to do
grep -q "Have a superuser execute there: SELECT cron.alter_job($job, username => 'places_cron_owner')" <<<"$(Sql -c 'GRANT places_cron_owner TO places_cron_heir'
	Complaint "$PGDATABASE" places_cron_heir "SELECT places.alter_plan('good', owner => 'places_cron_owner')")" || Fail 'no word of the job that stays'
Sql -d postgres -c "SELECT cron.alter_job($job, username => 'places_cron_owner')" >/dev/null
# a copy of the database has the plan, but not its job
createdb -T "$PGDATABASE" "${PGDATABASE}_copy"
Sql -d "${PGDATABASE}_copy" -c "SELECT places.drop_plan('good')" >/dev/null 2>&1
grep -q 'plan "bad" is not scheduled' <<<"$(Complaint "${PGDATABASE}_copy" postgres "SELECT places.unschedule('bad')")" || Fail 'a copy unschedules what is not its own'
dropdb "${PGDATABASE}_copy"
Expect 'the job after its copy' "$(Job)" "$job|places_cron_owner|$PGDATABASE|*/1 * * * *"
Sql -d postgres -c "ALTER DATABASE \"$PGDATABASE\" RENAME TO \"${PGDATABASE}_moved\""
Sql -d "${PGDATABASE}_moved" -c "SELECT places.schedule('good', '0 3 * * *')" >/dev/null
Expect 'the job in the renamed database' "$(Job)" "$job|places_cron_owner|${PGDATABASE}_moved|0 3 * * *"
Sql -d postgres -c "ALTER DATABASE \"${PGDATABASE}_moved\" RENAME TO \"$PGDATABASE\""

# no more
Sql -c "SELECT places.unschedule('good')" -c "SELECT places.drop_plan('bad')" >/dev/null
Sql -d postgres -U places_cron_owner -c "SELECT places.unschedule('renamed')" -c "SELECT places.drop_plan('bad')" >/dev/null
Expect 'the number of jobs left' "$(Sql -d postgres -c 'SELECT count(*) FROM cron.job')" 0
grep -q 'plan "good" is not scheduled' <<<"$(Complaint "$PGDATABASE" postgres "SELECT places.unschedule('good')")" || Fail 'unscheduled twice'
# a job that is left over says so
grep -q 'plan number 99 does not exist' <<<"$(Complaint postgres places_cron_owner 'CALL places.run_job(places_internal.plan_name(99))')" || Fail 'the job of a dropped plan does not say so'
# pg_cron gone from its database, with its jobs: plans that had one live on, end and change hands
for plan in first second third; do
	Sql -c "SELECT places.create_plan('$plan', 'places_cron_owner.stock', 'id', 'la', 'geom', places.rules('balanced', 10))" \
		-c "SELECT places.schedule('$plan', '0 2 * * 0')" >/dev/null
done
Sql -d postgres -c 'DROP EXTENSION pg_cron'
grep -q 'the job of plan "first" could not be looked for' <<<"$(Complaint "$PGDATABASE" postgres "SELECT places.drop_plan('first')")" || Fail 'no word of a job that is gone'
Sql -c "SELECT places.alter_plan('second', owner => 'places_cron_owner')" >/dev/null 2>&1 || Fail 'a plan with a lost job cannot be given away'
Expect 'the end of a lost job' "$(Sql -c "SELECT places.unschedule('second')" 2>/dev/null)" f
grep -q 'pg_cron is not in database "postgres"' <<<"$(Complaint "$PGDATABASE" postgres "SELECT places.schedule('third', '* * * * *')")" || Fail 'a plan is scheduled with nobody'
Expect 'the plans left' "$(Sql -c "SELECT plan, job_id IS NULL FROM places_internal.plan_definition WHERE plan <> 'good' ORDER BY 1")" $'second|t\nthird|f'
Sql -d postgres -c 'SET client_min_messages = warning' -c 'CREATE EXTENSION pg_cron' -c 'GRANT USAGE ON SCHEMA cron TO places_cron_owner'
# a schedule that is none says what one is
grep -q "as in '0 2 \* \* 0' for Sundays at two" <<<"$(Complaint "$PGDATABASE" postgres "SELECT places.schedule('third', 'every sunday')")" || Fail 'no example of a schedule'
# whoever may not use pg_cron cannot schedule either
Sql -d postgres -c 'REVOKE USAGE ON SCHEMA cron FROM places_cron_owner'
grep -q 'permission denied for schema cron' <<<"$(Complaint postgres places_cron_owner "SELECT places.schedule('renamed', '* * * * *')")" || Fail 'a plan is scheduled without a right to pg_cron'
