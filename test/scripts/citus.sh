#!/usr/bin/env bash
# citus - a stock distributed by authority is clustered on the workers of Citus
#
# Runs against the coordinator that the usual PG variables name, in a schema of
# its own, and is skipped where Citus is not available, as on a server that does
# not preload it.  Whole queries must reach the workers, and answers be those of
# a table that is not distributed.
set -euo pipefail

schema=places_citus_test
shards=8
export PGOPTIONS="-c client_min_messages=warning -c search_path=$schema,public -c citus.shard_count=$shards"

Sql()
{
	psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"
}

Fail()
{
	printf 'citus: %s\n' "$1" >&2
	exit 1
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if ! Sql -c 'CREATE EXTENSION IF NOT EXISTS citus' 2>"$work/log"; then
	echo "Citus is not available on this server: $(head -n 1 "$work/log")"
	exit 77
fi
Cleanup()
{
	Sql -o /dev/null -c "SELECT places.drop_plan(plan) FROM places_internal.plan_definition WHERE plan LIKE '$schema %'"
	Sql -c "DROP SCHEMA IF EXISTS $schema CASCADE"
	rm -rf "$work"
}
trap Cleanup EXIT

# Citus passes on to its workers what is made after it.
Sql -c 'CREATE EXTENSION IF NOT EXISTS places CASCADE'
Sql >"$work/log" -c "SELECT nodename, nodeport FROM run_command_on_workers(
	\$\$SELECT count(*) FROM pg_extension WHERE extname = 'places'\$\$) WHERE result <> '1'"
[ ! -s "$work/log" ] || Fail "the extension is missing on workers, made before Citus: $(cat "$work/log")"

# Towns of different sizes, some flats; one home without a location, one without a weight
Sql >"$work/log" <<-EOF
	DROP SCHEMA IF EXISTS $schema CASCADE;
	CREATE SCHEMA $schema;
	CREATE TABLE every_home AS
	SELECT i AS uprn, 'E0' || (i * i::bigint % 11) AS la, CASE WHEN i <> 4711 THEN 1 + i % 3 END AS homes,
		CASE WHEN i <> 1234 THEN ST_SetSRID(ST_MakePoint(
			400000 + i % 5 * 9000 + i / 2 * 7919::bigint % 4001, 300000 + i / 2 * 104729::bigint % 3989), 27700) END AS geom
	FROM generate_series(1, 20000) i;
	CREATE TABLE stock (LIKE every_home);
	SELECT create_distributed_table('stock', 'la');
	INSERT INTO stock SELECT * FROM every_home;
	CREATE TABLE home_place (la text, uprn int, place int, distance float8, kept boolean, reason text,
		PRIMARY KEY (la, uprn));
	SELECT create_distributed_table('home_place', 'la', colocate_with => 'stock');
EOF

# CheckPlan STATEMENTS NODE: the plan of the last is nothing but tasks for all
# shards, each with a plan node of that name
CheckPlan()
{
	Sql -c "$1" >"$work/plan"
	if [ "$(head -n 2 "$work/plan" | tr -s ' \n' ' ')" != "Custom Scan (Citus Adaptive) Task Count: $shards " ] ||
		! grep -q "$2" "$work/plan"; then
		Fail "$1 is planned as
$(cat "$work/plan")"
	fi
}

# CheckAnswer QUERY [QUERY]: the same rows from stock as from every_home, or of two queries
CheckAnswer()
{
	Sql -c "SELECT * FROM (${1//STOCK/stock}) q ORDER BY q::text" >"$work/distributed"
	Sql -c "SELECT * FROM (${2-${1//STOCK/every_home}}) q ORDER BY q::text" >"$work/local"
	[ -s "$work/distributed" ] || Fail "$1 has no rows"
	diff "$work/local" "$work/distributed" >"$work/diff" || Fail "$1 differs:
$(head -n 20 "$work/diff")"
	echo "equal: $1"
}

groups="SELECT la, array_agg(uprn) AS ids, places.cluster(geom, places.rules('balanced')) AS c FROM STOCK GROUP BY la"
homes="SELECT g.la, m.* FROM ($groups) g, places.members(g.ids, g.c) m"

CheckPlan "EXPLAIN (COSTS OFF) ${groups//STOCK/stock}" Aggregate
CheckPlan "EXPLAIN (COSTS OFF) ${homes//STOCK/stock}" 'Function Scan on members'
CheckAnswer "$homes"

insert="INSERT INTO home_place ${homes//STOCK/stock}"
CheckPlan "EXPLAIN (COSTS OFF) $insert" 'Insert on home_place'
Sql -c "$insert"
CheckAnswer 'TABLE home_place' "${homes//STOCK/every_home}"

arguments="'STOCK', 'uprn', 'la', 'geom'"
for rules in "places.rules()" "places.rules('balanced', 300), 'homes'"; do
	CheckAnswer "SELECT * FROM places.assign($arguments, $rules)"
	CheckAnswer "SELECT * FROM places.summary($arguments, $rules)"
	CheckAnswer "SELECT * FROM places.headline($arguments, $rules)"
done
CheckAnswer "SELECT * FROM places.coverage_bound($arguments)"
CheckAnswer "SELECT * FROM places.frontier($arguments, min_homes => '{300}', max_radius => '{1500}')"
CheckAnswer "SELECT * FROM places.explain($arguments, home => '77')"

# a plan: the first run divides afresh, the second knows the first
for table in stock every_home; do
	Sql -o /dev/null -c "SELECT places.create_plan('$schema $table', '$table', 'uprn', 'la', 'geom')"
done
Change()
{
	Sql -o /dev/null -c "UPDATE $1 SET geom = ST_Translate(geom, 50, 0) WHERE uprn % 50 = 7" \
		-c "DELETE FROM $1 WHERE uprn % 91 = 3" \
		-c "INSERT INTO $1 SELECT uprn + 100000, la, homes, geom FROM $1 WHERE uprn % 83 = 5" \
		-c "SELECT places.pin('$schema $1', '77', (SELECT min(place) FROM places.place WHERE plan = '$schema $1' AND authority = (SELECT la FROM $1 WHERE uprn = 77)))"
}

for run in first second changed; do
	for table in stock every_home; do
		[ "$run" != changed ] || Change "$table"
		status=$(Sql -c "SELECT status || COALESCE(': ' || note, '') FROM places.run('$schema $table')" 2>&1)
		[ "$status" = 'done' ] || Fail "the $run run over $table: $status"
	done
	CheckAnswer "SELECT home_id, authority, dense_rank() OVER (PARTITION BY authority ORDER BY place), kept, reason, distance, pinned
		FROM places.home WHERE plan = '$schema STOCK'"
	CheckAnswer "SELECT authority, status, stock_rows, homes, places, kept_homes, moved_homes, unplaced
		FROM places.authority WHERE plan = '$schema STOCK'"
	CheckAnswer "SELECT fingerprint, found_rows, moved_homes, no_location, bad_weight, duplicate_ids
		FROM places.run_history WHERE plan = '$schema STOCK' AND published"
done
