#!/usr/bin/env bash
# all_cores - assign, summary, headline and run are read and solved in parallel, as auto_explain and a message of the worker pool tell
# Alone: all workers are wanted.
set -euo pipefail

Sql()
{
	psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"
}

if ! Sql -c "LOAD 'auto_explain'" 2>/dev/null; then
	echo "this server has no auto_explain"
	exit 77
fi

Sql <<-EOSQL
	CREATE UNLOGGED TABLE spread AS
	SELECT i AS id, 'A' || i % 40 AS la,
		ST_SetSRID(ST_MakePoint((400000 + i * 7919::bigint % 20011)::float8, (300000 + i * 104729::bigint % 20021)::float8), 27700) AS geom
	FROM generate_series(1, 200000) i;
	CREATE VIEW spread_view AS SELECT * FROM spread WHERE id > 0;
	VACUUM ANALYZE spread;
EOSQL

# Shape SETTINGS QUERY: the nodes that tell, of all the plans that a query runs
Shape()
{
	Sql 2>&1 <<-EOSQL | grep -oE '(Finalize|Partial)? *(Group|Hash)?Aggregate|Gather( Merge)?|Parallel Seq Scan|Workers Launched: [0-9]|[0-9] of [0-9] workers solved [0-9]*|[0-9]+ subproblems were shared' |
		LOAD 'auto_explain';
		SET auto_explain.log_nested_statements = on;
		SET auto_explain.log_analyze = on;
		SET auto_explain.log_timing = off;
		SET auto_explain.log_min_duration = 0;
		SET client_min_messages = debug1;
		$1;
		$2 \\g /dev/null
	EOSQL
		sed 's/^ *//' | uniq | paste -sd' '
}

status=0
# Expect PATTERN SETTINGS QUERY
Expect()
{
	local shape
	shape=$(Shape "$2" "$3")
	printf '%s\n\t%s\n' "$3" "$shape"
	if [[ ! $shape =~ $1 ]]; then
		printf 'all_cores: expected %s\n' "$1" >&2
		status=1
	fi
}

read_in_parallel='Finalize [A-Za-z]*Aggregate (Gather|Gather Merge) Workers Launched: [12] Partial [A-Za-z]*Aggregate.* Parallel Seq Scan'
solved_in_parallel='[12] of 2 workers solved'
for function in assign summary headline; do
	Expect "$read_in_parallel.*$solved_in_parallel" \
		"SET max_parallel_workers_per_gather = 2" \
		"SELECT count(*) FROM places.$function('spread', 'id', 'la', 'geom', places.rules('balanced'))"
	# it takes far longer than the start of a worker
	Expect "$read_in_parallel.*$solved_in_parallel [1-9]" \
		"SET max_parallel_workers_per_gather = 2" \
		"SELECT count(*) FROM places.$function('spread_view', 'id', 'la', 'geom', places.rules('coverage'))"
done

# one authority in parts keeps workers busy
Sql <<-EOSQL
	CREATE TABLE towns AS
	SELECT i AS id, 'one' AS la, ST_SetSRID(ST_MakePoint(60000 * (i % 10) + i * 7919::bigint % 3001, i * 104729::bigint % 3011), 27700) AS geom
	FROM generate_series(1, 50000) i;
	ANALYZE towns;
EOSQL
for function in assign summary coverage_bound; do
	Expect '[12] of 2 workers solved .* [1-9][0-9]* subproblems were shared' "SET max_parallel_workers_per_gather = 2" \
		"SELECT count(*) FROM places.$function('towns', 'id', 'la', 'geom', places.rules('coverage', max_radius => 1500))"
done
# and so do the cells of a frontier
Expect '[12] of 2 workers solved [1-9]' "SET max_parallel_workers_per_gather = 2" \
	"SELECT count(*) FROM places.frontier('towns', 'id', 'la', 'geom')"

# a run of a plan is solved so; what it stores is written by one process
Sql -o /dev/null -c "SELECT places.create_plan('spread', 'spread', 'id', 'la', 'geom', places.rules('balanced'))"
Expect "$solved_in_parallel" "SET max_parallel_workers_per_gather = 2" "SELECT status FROM places.run('spread')"
Expect '^([^Gw]|Gr)*HashAggregate([^Gw]|Gr)*$' "SET max_parallel_workers_per_gather = 0" "SELECT status FROM places.run('spread')"
Sql -o /dev/null -c "SELECT places.drop_plan('spread')"

# a table made of it, too
Expect "$solved_in_parallel" "SET max_parallel_workers_per_gather = 2" \
	"CREATE TABLE spread_places AS SELECT * FROM places.assign('spread', 'id', 'la', 'geom', places.rules('balanced'))"

# not where it is forbidden, nor where it is not worth the start of a worker
Expect '^[^Gw]*HashAggregate[^Gw]*$' "SET max_parallel_workers_per_gather = 0" \
	"SELECT count(*) FROM places.assign('spread', 'id', 'la', 'geom', places.rules('balanced'))"
Expect '^[^Gw]*HashAggregate[^Gw]*$' "CREATE TABLE few AS SELECT * FROM spread WHERE id <= 1000" \
	"SELECT count(*) FROM places.assign('few', 'id', 'la', 'geom', places.rules('balanced'))"

Sql -c 'DROP TABLE few, spread_places, towns' -c 'DROP TABLE spread CASCADE' 2>/dev/null
exit $status
