#!/usr/bin/env bash
# progress - another connection sees how far a statement has come
#
# A statement clusters and then sleeps, so that there is something to look at:
# while it sleeps, every group must be counted, once.  Then the same with
# parallel workers, which are gone by then, with functions, with a cursor, and
# with statements that are over: nothing must be seen of them.
# Alone: it counts what is seen of all sessions.
set -euo pipefail

Sql()
{
	psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"
}

Fail()
{
	printf 'progress: %s\n' "$1" >&2
	exit 1
}

user=places_progress_user
work=$(mktemp -d)
Cleanup()
{
	rm -rf "$work"
	Sql -c "DROP ROLE IF EXISTS $user"
}
trap Cleanup EXIT

# 30 authorities of 700 homes; partitioned, so that parallel workers can share them
Sql <<-EOF
	CREATE ROLE $user LOGIN;
	CREATE TABLE stock (id int, la int, geom geometry) PARTITION BY LIST (la);
	CREATE TABLE stock_low PARTITION OF stock FOR VALUES IN (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14);
	CREATE TABLE stock_high PARTITION OF stock DEFAULT;
	INSERT INTO stock SELECT i, i % 30, ST_SetSRID(ST_MakePoint(
		400000 + i * 7919::bigint % 4001, 300000 + i * 104729::bigint % 3989), 27700)
	FROM generate_series(1, 21000) i;
	ANALYZE stock;
EOF

# Watch FILE.SQL: runs it, prints what is seen of it while it sleeps
Watch()
{
	local client seen=

	PGAPPNAME=watched Sql -f "$1" >"$work/log" 2>&1 &
	client=$!
	for ((i = 0; i < 300; i++)); do
		if [ "$(Sql -c "SELECT count(*) FROM pg_stat_activity
				WHERE application_name = 'watched' AND wait_event = 'PgSleep'")" = 1 ]; then
			seen=$(Sql -c "SELECT computing, authorities, expected_authorities, homes, expected_homes,
					homes_per_second > 0, p.started < clock_timestamp(), expected_end < clock_timestamp(), datname
				FROM places.progress p JOIN pg_stat_activity a USING (pid, datname) WHERE application_name = 'watched'")
			Sql -U "$user" -c 'SELECT (SELECT count(*) FROM places.progress) + (SELECT count(*) FROM places_internal.progress_entries())' >"$work/seen_by_others"
			break
		fi
		sleep 0.1
	done
	Sql -c "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'watched'" >"$work/ended"
	wait "$client" 2>/dev/null || true
	printf '%s\n' "$seen"
}

# Expect WHAT SEEN EXPECTED
Expect()
{
	echo "$1: $2"
	[ "$2" = "$3" ] || Fail "$1 shows $2 instead of $3
$(cat "$work/log")"
}

Cluster()
{
	echo "SELECT la, places.$1(geom, places.rules('kmeans', 100)) FROM stock GROUP BY la"
}

all="30|30|21000|21000|t|t|t|$PGDATABASE"

echo "WITH g AS MATERIALIZED ($(Cluster cluster)) SELECT count(*), pg_sleep(60) FROM g;" >"$work/serial.sql"
Expect "a statement" "$(Watch "$work/serial.sql")" "cluster|$all"
Expect "to another user, it" "$(cat "$work/seen_by_others")" 0

cat >"$work/parallel.sql" <<-EOF
	SET enable_partitionwise_aggregate = on;
	SET parallel_setup_cost = 0;
	SET parallel_tuple_cost = 0;
	SET min_parallel_table_scan_size = 0;
	SET parallel_leader_participation = off;
	EXPLAIN (COSTS OFF) $(Cluster cluster_places);
	WITH g AS MATERIALIZED ($(Cluster cluster_places)) SELECT count(*), pg_sleep(60) FROM g;
EOF
Expect "a statement of workers alone" "$(Watch "$work/parallel.sql")" "cluster_places|$all"
grep -q 'Parallel Append' "$work/log" || Fail "the statement was not parallel: $(cat "$work/log")"

# two aggregates over the same groups count them once
cat >"$work/two.sql" <<-EOF
	SET max_parallel_workers_per_gather = 0;
	WITH g AS MATERIALIZED (
		SELECT la, places.cluster_places(geom, places.rules()), places.coverage_limit(geom, places.rules()) FROM stock GROUP BY la)
	SELECT count(*), pg_sleep(60) FROM g;
EOF
Expect "two aggregates" "$(Watch "$work/two.sql")" "cluster_places|$all"

# functions do as their query
cat >"$work/function.sql" <<-EOF
	SET max_parallel_workers_per_gather = 0;
	SELECT count(*), pg_sleep(60) FROM places.coverage_bound('stock', 'id', 'la', 'geom') s;
EOF
Expect "coverage_bound" "$(Watch "$work/function.sql")" "solve_bounded|$all"

# assign has its groups solved, here or by workers
for workers in 0 2; do
	cat >"$work/assign.sql" <<-EOF
		SET max_parallel_workers_per_gather = $workers;
		SET parallel_setup_cost = 0;
		SELECT count(*), pg_sleep(60) FROM places.assign('stock', 'id', 'la', 'geom') s;
	EOF
	Expect "assign with $workers workers" "$(Watch "$work/assign.sql")" "solve_homes|$all"
done

# frontier goes through the homes once for each combination
for workers in 0 2; do
	cat >"$work/frontier.sql" <<-EOF
		SET max_parallel_workers_per_gather = $workers;
		SET parallel_setup_cost = 0;
		SELECT count(*), pg_sleep(60) FROM places.frontier('stock', 'id', 'la', 'geom', min_homes => '{100,200}', max_radius => '{500,700,900}') s;
	EOF
	Expect "frontier with $workers workers" "$(Watch "$work/frontier.sql")" "solve_frontier|30|30|126000|126000|t|t|t|$PGDATABASE"
done

# and so has a run
Sql -o /dev/null -c "SELECT places.create_plan('watched', 'stock', 'id', 'la', 'geom')"
for workers in 0 2; do
	cat >"$work/run.sql" <<-EOF
		SET max_parallel_workers_per_gather = $workers;
		SET parallel_setup_cost = 0;
		SELECT status, pg_sleep(60) FROM places.run('watched');
	EOF
	Expect "run with $workers workers" "$(Watch "$work/run.sql" | cut -d '|' -f 1-4,6-)" "solve_recluster|30|30|21000|t|t|t|$PGDATABASE"
done
Sql -o /dev/null -c "SELECT places.drop_plan('watched')"

# each FETCH is a statement of its own
cat >"$work/cursor.sql" <<-EOF
	SET enable_hashagg = off;
	BEGIN;
	DECLARE c CURSOR FOR SELECT la, places.cluster(geom, places.rules('kmeans', 100)),
		CASE WHEN la = 20 THEN pg_sleep(60) END FROM stock GROUP BY la;
	FETCH 10 FROM c;
	FETCH 20 FROM c;
EOF
Expect "a cursor" "$(Watch "$work/cursor.sql" | cut -d '|' -f 2,4)" "21|14700"

# over, whether it ended well, waits in a transaction, or failed
Sql >"$work/log" <<-EOF
	BEGIN;
	$(Cluster cluster) \\g /dev/null
	\\! psql -X -q -A -t -c "SELECT 'idle', count(*) FROM places.progress"
	SAVEPOINT s;
	\\set ON_ERROR_STOP off
	SELECT 1 / (la - 20), places.cluster(geom, places.rules('kmeans', 100)) FROM stock GROUP BY la \\g /dev/null
	\\! psql -X -q -A -t -c "SELECT 'failed', count(*) FROM places.progress"
	ROLLBACK TO s;
	SELECT 'itself', count(*) FROM places.progress;
EOF
Expect "what is over" "$(tr '\n' ' ' <"$work/log")" "idle|0 failed|0 itself|0 "
