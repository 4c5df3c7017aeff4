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
		CREATE OR REPLACE VIEW failing AS SELECT id, la, ST_Translate(geom, 1 / (id - 7), 0) AS geom FROM stock;
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
	Sql -d "$1" -c "SELECT DISTINCT plan, who, status, published, error FROM places.run_history ORDER BY 1"
}

CleanUp()
{
	Sql -d postgres -c 'DROP EXTENSION IF EXISTS pg_cron CASCADE' -c 'DROP SCHEMA IF EXISTS places_cron_owner CASCADE' \
		-c 'DROP EXTENSION IF EXISTS places' -c 'DROP EXTENSION IF EXISTS postgis' >/dev/null 2>&1 || true
	Sql -c 'DROP OWNED BY places_cron_owner CASCADE' -c 'DROP ROLE places_cron_owner' >/dev/null 2>&1 || true
}
trap CleanUp EXIT

Sql -c 'CREATE ROLE places_cron_owner LOGIN' -c 'GRANT places_admin TO places_cron_owner' \
	-c "GRANT CREATE ON DATABASE $PGDATABASE TO places_cron_owner"
MakePlans "$PGDATABASE" places_cron_owner

case $(Sql -c 'SHOW shared_preload_libraries') in
	*pg_cron*) ;;
	*)
		grep -q 'ERROR:  pg_cron is not installed' <<<"$(Complaint "$PGDATABASE" postgres "SELECT places.schedule('good', '* * * * *')")" ||
			Fail "without pg_cron: $(Complaint "$PGDATABASE" postgres "SELECT places.schedule('good', '* * * * *')")"
		echo "this server has no pg_cron"
		exit 77
		;;
esac

# Before there is a way to it
grep -q 'pg_cron is in database "postgres", not in this one' <<<"$(Complaint "$PGDATABASE" postgres "SELECT places.schedule('good', '* * * * *')")" ||
	Fail "without dblink: $(Complaint "$PGDATABASE" postgres "SELECT places.schedule('good', '* * * * *')")"
grep -q "pg_cron is not in database \"$PGDATABASE\"" <<<"$(Complaint "$PGDATABASE" places_cron_owner "SELECT places.schedule('good', '* * * * *')")" ||
	Fail "without a superuser: $(Complaint "$PGDATABASE" places_cron_owner "SELECT places.schedule('good', '* * * * *')")"

Sql -d postgres >/dev/null <<-'EOF'
	SET client_min_messages = warning;
	CREATE EXTENSION pg_cron;
	CREATE EXTENSION places CASCADE;
	GRANT USAGE ON SCHEMA cron TO places_cron_owner;
	GRANT CREATE ON DATABASE postgres TO places_cron_owner;
EOF
MakePlans postgres places_cron_owner
Sql -c 'CREATE EXTENSION dblink'

# From the database of pg_cron its owner schedules a plan; from another one a superuser, through dblink
for plan in good bad; do
	Sql -d postgres -U places_cron_owner -c "SELECT places.schedule('$plan', '* * * * *')" >/dev/null
	Sql -c "SELECT places.schedule('$plan', '* * * * *')" >/dev/null
done
Expect 'the owner of the jobs' "$(Sql -d postgres -c 'SELECT DISTINCT username FROM cron.job')" places_cron_owner
# a second schedule replaces the first; a renamed plan keeps its job
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
		$'bad|places_cron_owner|failed|f|division by zero\ngood|places_cron_owner|done|t|'
done
grep -q 'division by zero' <<<"$(Sql -d postgres -c "SELECT return_message FROM cron.job_run_details WHERE status = 'failed'")" ||
	Fail "the failed job does not say why"
Expect 'the homes that the job placed' "$(Sql -c "SELECT count(*) FROM places.home WHERE plan = 'good'")" 40

# no more
Sql -c "SELECT places.unschedule('good'), places.unschedule('bad')" >/dev/null
Sql -d postgres -U places_cron_owner -c "SELECT places.unschedule('renamed')" >/dev/null
Expect 'the number of jobs left' "$(Sql -d postgres -c 'SELECT count(*) FROM cron.job')" 1
grep -q 'plan "good" is not scheduled' <<<"$(Complaint "$PGDATABASE" postgres "SELECT places.unschedule('good')")" || Fail 'unscheduled twice'
# the job of a plan that was dropped says so
Sql -d postgres -U places_cron_owner -c "SELECT places.drop_plan('bad')" >/dev/null
command=$(Sql -d postgres -c 'SELECT command FROM cron.job')
grep -q 'plan number [0-9]* does not exist' <<<"$(Complaint postgres places_cron_owner "$command")" || Fail "the job of a dropped plan says $(Complaint postgres places_cron_owner "$command")"
