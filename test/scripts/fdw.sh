#!/usr/bin/env bash
# fdw - a stock over foreign servers is clustered where its homes are
#
# One server plays three: this database, and two that it reaches through
# postgres_fdw, each with the homes of some authorities.  Every function must
# send the whole aggregate to both at once (asynchronous foreign scans, no homes
# fetched), and answer as it does over a local copy of all homes.
set -euo pipefail

north=${PGDATABASE}_north
south=${PGDATABASE}_south

Sql()
{
	psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"
}

Fail()
{
	printf 'fdw: %s\n' "$1" >&2
	exit 1
}

if [ "$(Sql -c "SELECT count(*) FROM pg_available_extensions WHERE name = 'postgres_fdw'")" = 0 ] ||
	! Sql -c "LOAD 'auto_explain'" 2>/dev/null; then
	echo "postgres_fdw or auto_explain is not installed"
	exit 77
fi

work=$(mktemp -d)
Cleanup()
{
	rm -rf "$work"
	dropdb --force --if-exists "$north"
	dropdb --force --if-exists "$south"
}
trap Cleanup EXIT

# Towns of different sizes, some flats, a home without a location, one without
# a weight, some without an authority; ids of a type that must be cast to text.
Sql <<-'EOF'
	CREATE TABLE every_home AS
	SELECT i AS uprn, CASE WHEN i % 1000 <> 7 THEN 'E0' || (i * i::bigint % 7) END AS la,
		CASE WHEN i <> 4711 THEN 1 + i % 3 END::numeric AS homes,
		CASE WHEN i <> 1234 THEN ST_SetSRID(ST_MakePoint(
			400000 + i % 5 * 9000 + i / 2 * 7919::bigint % 4001, 300000 + i / 2 * 104729::bigint % 3989), 27700) END AS geom
	FROM generate_series(1, 20000) i;
	ANALYZE every_home;
EOF

# MakeShard DATABASE CONDITION: a database with its part of the homes
MakeShard()
{
	createdb "$1"
	PGOPTIONS='-c client_min_messages=warning' Sql -d "$1" -c 'CREATE EXTENSION places CASCADE' \
		-c 'CREATE TABLE stock (uprn int, la text, homes numeric, geom geometry)'
	Sql -c "COPY (SELECT * FROM every_home WHERE $2) TO STDOUT" | Sql -d "$1" -c 'COPY stock FROM STDIN'
	Sql -d "$1" -c 'ANALYZE stock'
}

# Attach DATABASE BOUNDS: a foreign server and its partition of the stock
Attach()
{
	Sql <<-EOF
		CREATE SERVER $1 FOREIGN DATA WRAPPER postgres_fdw
			OPTIONS (host '$PGHOST', port '$PGPORT', dbname '$1',
				extensions 'places, postgis', async_capable 'true', fetch_size '1000');
		CREATE USER MAPPING FOR CURRENT_USER SERVER $1 OPTIONS (user '$PGUSER', password_required 'false');
		CREATE FOREIGN TABLE stock_$1 PARTITION OF stock $2 SERVER $1 OPTIONS (table_name 'stock');
		ANALYZE stock_$1;
	EOF
}

MakeShard "$north" "la IN ('E00', 'E01')"
MakeShard "$south" "la NOT IN ('E00', 'E01') OR la IS NULL"
Sql -c 'CREATE EXTENSION postgres_fdw' \
	-c 'CREATE TABLE stock (uprn int, la text, homes numeric, geom geometry) PARTITION BY LIST (la)'
Attach "$north" "FOR VALUES IN ('E00', 'E01')"
Attach "$south" DEFAULT

# What the statements of a query are planned as, those within functions too
Plans()
{
	PGOPTIONS='-c client_min_messages=log' Sql <<-EOF 2>&1 >/dev/null
		LOAD 'auto_explain';
		SET auto_explain.log_min_duration = 0;
		SET auto_explain.log_nested_statements = on;
		SET auto_explain.log_verbose = on;
		SET enable_partitionwise_aggregate = on;
		$1
	EOF
}

# CheckPlan QUERY AGGREGATE: both servers at once, each with the whole aggregate,
# and no homes on their way
CheckPlan()
{
	local plan=$work/plan

	Plans "$1;" >"$plan"
	if [ "$(grep -c 'Async Foreign Scan' "$plan")" != 2 ] ||
		[ "$(grep -c 'Relations: Aggregate on' "$plan")" != 2 ] ||
		[ "$(grep -c "Remote SQL: SELECT la, .*places\.$2(.* GROUP BY 1" "$plan")" != 2 ] ||
		grep -q 'Foreign Scan on' "$plan"; then
		Fail "$1 is planned as
$(cat "$plan")"
	fi
}

# CheckAnswer QUERY: the same rows from the servers (stock) and from here (every_home)
CheckAnswer()
{
	local table

	for table in stock every_home; do
		Sql -c 'SET enable_partitionwise_aggregate = on' \
			-c "SELECT * FROM (${1//STOCK/$table}) q ORDER BY q::text" >"$work/$table"
	done
	[ -s "$work/stock" ] || Fail "$1 has no rows"
	diff "$work/every_home" "$work/stock" >"$work/diff" || Fail "$1 differs:
$(head -n 20 "$work/diff")"
}

# Check AGGREGATE QUERY: with STOCK for the table
Check()
{
	CheckPlan "${2//STOCK/stock}" "$1"
	CheckAnswer "$2"
	echo "pushed down and equal: $2"
}

Check cluster "SELECT g.la, m.* FROM (SELECT la, array_agg(uprn) AS ids, places.cluster(geom, places.rules('balanced')) AS c
	FROM STOCK GROUP BY la) g, places.members(g.ids, g.c) m"

arguments="'STOCK', 'uprn', 'la', 'geom'"
for rules in "places.rules()" "places.rules('balanced', 300), 'homes'"; do
	Check cluster "SELECT * FROM places.assign($arguments, $rules)"
	Check cluster_places "SELECT * FROM places.summary($arguments, $rules)"
	Check cluster_places "SELECT * FROM places.headline($arguments, $rules)"
done
Check coverage_limit "SELECT * FROM places.coverage_bound($arguments)"

# The plans are seen through: without the setting, the homes do come here.
Plans "SET enable_partitionwise_aggregate = off; SELECT * FROM places.assign('stock', 'uprn', 'la', 'geom');" >"$work/plan"
grep -q 'Foreign Scan on' "$work/plan" || Fail "nothing was seen of a plan that is not pushed down"
