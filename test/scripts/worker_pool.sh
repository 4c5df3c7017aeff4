#!/usr/bin/env bash
# worker_pool - workers that solve end with their statement, however it ends, and are not needed
#
# A statement has authorities solved for many seconds and is cancelled, by hand
# or by the clock, or loses its session or one of its workers.  It must end
# within a second, with PostgreSQL's own error; no worker and no shared memory
# is left, and the session works on.  Then another session takes all workers
# that there are.
# Alone: how long the end of a statement takes is measured, and all workers are wanted.
set -euo pipefail

limit_ms=1000

Sql()
{
	psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"
}

Fail()
{
	printf 'pool: %s\n' "$1" >&2
	exit 1
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# An authority of dense towns in a thin country, many times: what takes long is
# to solve it again and again.
Sql <<-'EOF'
	CREATE TABLE homes AS
	SELECT i AS id, ST_SetSRID(ST_MakePoint(
		400000 + i % 45 * 1321 % 20000 + i * 7919::bigint % 4001 / 2.0,
		300000 + i % 45 * 5519 % 20000 + i * 104729::bigint % 3989 / 2.0), 27700) AS geom
	FROM generate_series(1, 15000) i;
	ANALYZE homes;
	-- copies of it, or one of as many parts
	CREATE FUNCTION solve(copies int, parts boolean) RETURNS bigint LANGUAGE plpgsql AS $$
	BEGIN
		EXECUTE format('CREATE OR REPLACE TEMP VIEW copies AS SELECT h.id, ST_Translate(h.geom, %s * c, 0) AS geom, CASE WHEN %L THEN 0 ELSE c END AS la
			FROM homes h, generate_series(1, %s) c', CASE WHEN parts THEN 100000 ELSE 0 END, parts, copies);
		RETURN (SELECT count(DISTINCT l.list::text) FROM places_internal.solve_places('copies', 'id', 'la', 'geom', NULL,
			places.rules('coverage', 450, max_radius => 3000), false) l);
	END $$;
EOF

# WaitFor SQL: until the count is so
WaitFor()
{
	local tries

	for ((tries = 0; tries < 400; tries++)); do
		if [ "$(Sql -c "SELECT count(*) $1")" = t ]; then
			return
		fi
		sleep 0.05
	done
	Fail "waited in vain for count(*) $1"
}

# Victim NAME PARTS [TIMEOUT]: the statement, and how it ended, after how many ms,
# how many workers were left, and another answer
Victim()
{
	PGAPPNAME=$1 Sql 2>"$work/errors" <<-EOF >"$work/$1" || true
		\\set ON_ERROR_STOP off
		\\set VERBOSITY verbose
		SET max_parallel_workers_per_gather = 2;
		SET statement_timeout = ${3:-0};
		SELECT clock_timestamp() AS started \\gset
		SELECT solve(60, $2) \\g /dev/null
		\\set state :SQLSTATE
		RESET statement_timeout;
		SELECT :'state', round(extract(epoch FROM clock_timestamp() - :'started') * 1000),
			(SELECT count(*) FROM pg_stat_activity WHERE leader_pid = pg_backend_pid() AND pid <> leader_pid);
		SELECT solve(3, $2);
	EOF
}

# Ended NAME STATE MS: how the statement did, in a session that lives on
Ended()
{
	local state ms left answer=

	IFS='|' read -r state ms left < <(head -n 1 "$work/$1") || true
	answer=$(tail -n +2 "$work/$1")
	[ "$state" = "$2" ] || Fail "$1: ended with '$state' and not $2: $(cat "$work/errors")"
	[ "$left" = 0 ] || Fail "$1: $left workers were left"
	[ "$answer" = 1 ] || Fail "$1: the session did not work on: $(cat "$work/errors")"
}

InTime()
{
	echo "$1: ended within $2 ms"
	[ "$2" -le "$limit_ms" ] || Fail "$1: that is more than $limit_ms ms"
}

# EndBy NAME PARTS FUNCTION BACKEND: call it on the statement's own backend or on one
# of its two workers while they solve, and see how long the statement goes on
EndBy()
{
	local client began

	Victim "$1" "$2" &
	client=$!
	WaitFor "= 2 FROM pg_stat_activity WHERE application_name = '$1' AND backend_type = 'parallel worker'"
	began=$(date +%s%3N)
	Sql -o /dev/null -c "SELECT $3(min(pid)) FROM pg_stat_activity WHERE application_name = '$1' AND backend_type = '$4'"
	WaitFor "= 0 FROM pg_stat_activity WHERE application_name = '$1' AND state = 'active' AND query LIKE '%solve(60,%'"
	InTime "$1" $(($(date +%s%3N) - began))
	wait "$client"
}

# Large segments of shared memory that are files, of all servers of this machine
Segments()
{
	find /dev/shm -name 'PostgreSQL.*' -size +3M 2>/dev/null | wc -l
}

before=$(Segments)
Victim timeout false 1000
Ended timeout 57014
InTime timeout $(($(head -n 1 "$work/timeout" | cut -d'|' -f2) - 1000))
for parts in false true; do
	EndBy "cancelled_$parts" $parts pg_cancel_backend 'client backend'
	Ended "cancelled_$parts" 57014
	EndBy "worker_terminated_$parts" $parts pg_terminate_backend 'parallel worker'
	Ended "worker_terminated_$parts" 57P01
	EndBy "terminated_$parts" $parts pg_terminate_backend 'client backend'
	grep -q 57P01 "$work/errors" || Fail "terminated: $(cat "$work/errors")"
	WaitFor "= 0 FROM pg_stat_activity WHERE application_name = 'terminated_$parts'"
done
# a heap of groups that is not given back has two of them
left=$(($(Segments) - before))
echo "$left large segments of shared memory more than before"
[ "$left" -lt 7 ] || Fail "shared memory was left behind by 7 statements"

# another session has taken all workers
Sql <<-'EOF'
	CREATE TABLE sleepers AS SELECT generate_series(1, 100000) AS i;
	ALTER TABLE sleepers SET (parallel_workers = 1000);
EOF
PGAPPNAME=sleepers Sql -o /dev/null 2>"$work/sleepers" <<-'EOF' &
	SET max_parallel_workers = 1000;
	SET max_parallel_workers_per_gather = 1000;
	SET parallel_setup_cost = 0;
	SET parallel_tuple_cost = 0;
	SELECT count(*) FROM sleepers WHERE pg_sleep(60)::text = '';
EOF
WaitFor "= 1 FROM pg_stat_activity WHERE application_name = 'sleepers' AND backend_type = 'client backend' AND wait_event = 'PgSleep'"
pool=$(Sql 2>&1 <<-'EOF'
	SET max_parallel_workers_per_gather = 2;
	SET client_min_messages = debug1;
	SELECT solve(3, false);
EOF
)
echo "$pool"
Sql -o /dev/null -c "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'sleepers' AND backend_type = 'client backend'"
[[ $pool = *'0 of 2 workers solved 0 of 3 groups'*$'\n'1 ]] || Fail "without a worker"
wait
