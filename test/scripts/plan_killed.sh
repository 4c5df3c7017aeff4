#!/usr/bin/env bash
# plan_killed.sh - a run that is cancelled, times out or loses its server process
# leaves what was published, is recorded, and is in nobody's way
set -euo pipefail

Sql()
{
	psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"
}

Fail()
{
	printf 'plan_killed: %s\n' "$1" >&2
	exit 1
}

# Expect WHAT IT IS: fails unless both are the same
Expect()
{
	[ "$2" = "$3" ] || Fail "$1 is: $2"
}

work=$(mktemp -d)
trap 'rm -rf "$work"; kill $(jobs -p) 2>/dev/null || true' EXIT

# A stock that takes long to read once there is a table "slowly"
Sql <<-'EOF'
	CREATE TABLE stock AS SELECT i AS id, 'E' || i % 2 AS la, ST_SetSRID(ST_MakePoint(400000 + i % 2 * 1000 + i, 300000), 27700) AS geom FROM generate_series(1, 400) i;
	CREATE FUNCTION wait_if_slow(geom geometry) RETURNS geometry LANGUAGE plpgsql AS $$
	BEGIN
		IF to_regclass('slowly') IS NOT NULL THEN
			PERFORM pg_sleep(0.05);
		END IF;
		RETURN geom;
	END $$;
	CREATE VIEW homes AS SELECT id, la, wait_if_slow(geom) AS geom FROM stock;
	SELECT places.create_plan('n', 'homes', 'id', 'la', 'geom', places.rules('balanced', 50), max_shrink => 100);
	SELECT status FROM places.run('n');
	DELETE FROM stock WHERE id <= 20;
EOF
Shown()
{
	Sql -c "SELECT md5(string_agg(h::text, ',' ORDER BY h::text)) FROM places.home h" \
		-c "SELECT md5(string_agg(p::text, ',' ORDER BY p::text)) FROM places.place p"
}
before=$(Shown)

Last()
{
	Sql -c "SELECT $1 FROM places.run_history ORDER BY run DESC LIMIT 1"
}

# WhileRunning COMMAND END: runs it until its run has begun and reads the stock, then ends it
WhileRunning()
{
	local client tries pid= status=0

	Sql -c 'CREATE TABLE slowly ()'
	PGAPPNAME=victim Sql -c "$1" >"$work/victim" 2>&1 &
	client=$!
	for ((tries = 0; tries < 200; tries++)); do
		pid=$(Sql -c "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'victim' AND wait_event = 'PgSleep'")
		[ -z "$pid" ] || break
		sleep 0.05
	done
	[ -n "$pid" ] || Fail "$1 did not begin: $(cat "$work/victim")"
	during=$(Last status)
	Sql -c "SELECT $2($pid)" >/dev/null
	wait "$client" || status=$?
	ended=$status
	Sql -c 'DROP TABLE slowly'
	for ((tries = 0; tries < 200; tries++)); do
		[ -n "$(Sql -c "SELECT 1 FROM pg_stat_activity WHERE pid = $pid")" ] || break
		sleep 0.05
	done
}

Untouched()
{
	Expect "after $1 what is published" "$(Shown)" "$before"
	Expect "after $1 the number of leftovers" "$(Sql -c "SELECT count(*) FROM places_internal.membership WHERE since_run > 1 OR until_run IS NOT NULL")" 0
}

# The process is gone: the record of a job was committed before
WhileRunning "CALL places.run_job('n')" pg_terminate_backend
[ "$ended" -ne 0 ] || Fail 'the victim ended well'
Expect 'the status during a job' "$during" running
Expect 'the status after its process ended' "$(Last status)" crashed
Untouched 'a crash'
crashed=$(Last run)

# A run that is part of a transaction goes with it
WhileRunning "SELECT * FROM places.run('n')" pg_terminate_backend
Expect 'the last run after a transaction went' "$(Last run)" "$crashed"
Untouched 'a lost transaction'

# Cancelled: recorded, and for a job an error
WhileRunning "CALL places.run_job('n')" pg_cancel_backend
[ "$ended" -ne 0 ] || Fail 'the cancelled job ended well'
grep -q 'ERROR:  run [0-9]* of plan "n" cancelled' "$work/victim" || Fail "a cancelled job says $(cat "$work/victim")"
Expect 'the record of a cancelled job' "$(Last "status, error, published, stored")" 'cancelled|canceling statement due to user request|f|f'
Untouched 'cancelling a job'
WhileRunning "SELECT status, published FROM places.run('n')" pg_cancel_backend
Expect 'the answer of a cancelled run' "$(grep -v 'WARNING\|DETAIL\|HINT' "$work/victim")" 'cancelled|f'
Expect 'the record of a cancelled run' "$(Last "status, error")" 'cancelled|canceling statement due to user request'
Untouched 'cancelling a run'
Sql -c 'CREATE TABLE slowly ()'
answer=$(PGOPTIONS='-c statement_timeout=1s -c client_min_messages=error' Sql -c "SELECT status, published FROM places.run('n')")
Sql -c 'DROP TABLE slowly'
Expect 'the answer of a run that took too long' "$answer" 'cancelled|f'
Expect 'its record' "$(Last "status, error")" 'cancelled|canceling statement due to statement timeout'
Untouched 'a timeout'

# By the next run the crash is in the record for good, and nothing is in the way
Sql -c "CALL places.run_job('n')"
Expect 'the next run' "$(Last "status, published, stock_rows, base_run")" 'done|t|380|1'
Expect 'the record of the crash' "$(Sql -c "SELECT status, error, finished_at IS NOT NULL FROM places_internal.run_record WHERE run = $crashed")" \
	'crashed|its session ended, or the server did, before it could say how|t'
Expect 'the homes' "$(Sql -c 'SELECT count(*) FROM places.home')" 380
Expect 'the locks left' "$(Sql -c "SELECT count(*) FROM pg_locks WHERE locktype = 'object' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())")" 0
