#!/usr/bin/env bash
# plan_tree.sh - the plans of a tree: who may do what, one run at a time, and nothing
# left of one that is killed in the middle
set -euo pipefail

Sql()
{
	psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"
}

Fail()
{
	printf 'plan_tree: %s\n' "$1" >&2
	exit 1
}

# Expect WHAT IT IS: fails unless both are the same
Expect()
{
	[ "$2" = "$3" ] || Fail "$1 is: $2, not: $3"
}

# As ROLE STATEMENT: what the server answers, errors and warnings by their messages alone
As()
{
	PGOPTIONS='-c client_min_messages=warning' psql -X -q -A -t -U "places_tree_$1" -v SHOW_CONTEXT=never -c "$2" 2>&1 |
		grep -v '^\(DETAIL\|HINT\|LINE [0-9]\| *^\|$\)' || true
}

# MayNot ROLE STATEMENT MESSAGE: fails unless the statement does, with this message
MayNot()
{
	local answer

	answer=$(As "$1" "$2")
	case $answer in
		"ERROR:  $3"*) ;;
		*) Fail "$1: $2: $answer, not $3" ;;
	esac
}

# WaitFor QUERY: until it says t
WaitFor()
{
	local tries

	for ((tries = 0; tries < 200; tries++)); do
		[ "$(Sql -c "$1")" != t ] || return 0
		sleep 0.05
	done
	Fail "waited in vain for: $1"
}

CleanUp()
{
	local role

	kill $(jobs -p) 2>/dev/null || true
	for role in reader editor owner mallory report; do
		Sql -c "DROP OWNED BY places_tree_$role CASCADE" -c "DROP ROLE places_tree_$role" >/dev/null 2>&1 || true
	done
}
CleanUp
trap CleanUp EXIT

# A stock whose regions take long to read while there is a table "slowly"
Sql <<-'EOF'
	SET client_min_messages = error;
	CREATE ROLE places_tree_reader LOGIN IN ROLE places_reader;
	CREATE ROLE places_tree_editor LOGIN IN ROLE places_editor;
	CREATE ROLE places_tree_owner LOGIN IN ROLE places_admin;
	CREATE ROLE places_tree_mallory LOGIN IN ROLE places_admin;
	CREATE ROLE places_tree_report LOGIN;
	CREATE SCHEMA estate AUTHORIZATION places_tree_owner;
	GRANT USAGE ON SCHEMA estate TO PUBLIC;
	CREATE TABLE estate.stock AS SELECT i AS id, 'E' || i / 100 AS la, CASE WHEN i < 200 THEN 'north' ELSE 'south' END AS region,
		ST_SetSRID(ST_MakePoint(400000 + i / 100 * 1500 + i % 10 * 10, 300000 + i / 10 % 10 * 10), 27700) AS geom FROM generate_series(0, 399) i;
	CREATE FUNCTION estate.slow(region text) RETURNS text LANGUAGE plpgsql STABLE AS $$
	BEGIN
		IF to_regclass('estate.slowly') IS NOT NULL THEN
			PERFORM pg_sleep(0.05);
		END IF;
		RETURN region;
	END $$;
	CREATE VIEW estate.homes AS SELECT id, la, estate.slow(region) AS region, geom FROM estate.stock;
	ALTER TABLE estate.stock OWNER TO places_tree_owner;
	ALTER VIEW estate.homes OWNER TO places_tree_owner;
	GRANT SELECT (id, la, geom) ON estate.homes TO places_tree_editor;
EOF
As owner "SELECT places.create_plan('n', 'estate.homes', 'id', 'la', 'geom', places.rules('balanced', 50));
	SELECT places.create_patches('p', 'n', places.rules('balanced', 20)); SELECT places.create_localities('l', 'n', places.rules('balanced', 100))"
Expect 'a run' "$(As owner "SELECT published, status, note FROM places.run('n')")" 't|done|'

# who may do what
MayNot editor "SELECT places.create_patches('q', 'n')" 'permission denied for function create_patches'
MayNot editor "SELECT places.create_localities('q', 'n')" 'permission denied for function create_localities'
MayNot mallory "SELECT places.create_patches('q', 'n')" 'must be owner of plan "n" to make patches of its places'
MayNot mallory "SELECT places.create_localities('q', 'n')" 'must be owner of plan "n" to make localities of its places'
MayNot mallory "SELECT places.drop_plan('p')" 'must be owner of plan "p" to drop it'
MayNot mallory "SELECT places.alter_plan('p', rules => places.rules('balanced', 1))" 'must be owner of plan "p" to change what it reads'
for call in "do_create_patches('q', 'n', NULL, true, NULL, NULL)" "do_create_localities('q', 'n', NULL, NULL)" "show_runs('{1}')" "runs_of_tree(1)" \
	"homes_to_divide(1, 1, true, NULL)" "places_to_group(1, 1, NULL)" "regions_of_places(NULL, 1, 'region')"; do
	for role in reader editor mallory; do
		MayNot $role "SELECT places_internal.$call" "permission denied for function ${call%%(*}"
	done
done
Expect 'what readers see of the tree' "$(As reader 'SELECT level, count(*) FROM places.tree GROUP BY 1 ORDER BY 1' | paste -sd' ')" 'locality|4 patch|24 place|8'
MayNot reader 'SELECT * FROM places.home_path' 'permission denied for view home_path'
Expect 'what editors see of homes' "$(As editor "SELECT count(*), count(locality), count(patch) FROM places.home_path WHERE plan = 'n'")" '400|400|400'
# a view is what its owner lets others see, down to each function in it
Sql -c 'GRANT SELECT ON places.home_path, places.tree TO places_tree_report; GRANT USAGE ON SCHEMA places TO places_tree_report'
Expect 'what a report sees of homes' "$(As report "SELECT count(*), count(DISTINCT patch) FROM places.home_path")" '400|24'
Expect 'what a report sees of places' "$(As report "SELECT count(*), count(centre) FROM places.tree")" '36|36'
# the region is read as whoever runs the plan
As owner "SELECT places.drop_plan('l'); SELECT places.create_localities('l', 'n', places.rules('balanced', 100), region_column => 'region')"
MayNot editor "SELECT * FROM places.run('l')" 'permission denied for view homes'
MayNot editor "SELECT * FROM places.run('n')" 'permission denied for view homes'
Expect "an editor's run of patches" "$(As editor "SELECT published, status FROM places.run('p')")" 't|done'
Expect 'a run by region' "$(As owner "SELECT published, status, note FROM places.run('n')")" 't|done|'
Expect 'regions' "$(As owner "SELECT string_agg(DISTINCT authority, ' ' ORDER BY authority) FROM places.tree WHERE level = 'locality'")" 'north south'

# what reads a stock cannot change the tree under the run
Sql <<-'EOF'
	CREATE FUNCTION estate.meddle(region text) RETURNS text LANGUAGE plpgsql STABLE AS $$
	BEGIN
		PERFORM places.drop_plan('p');
		RETURN region;
	END $$;
	CREATE OR REPLACE VIEW estate.homes AS SELECT id, la, estate.meddle(region) AS region, geom FROM estate.stock;
EOF
As owner "SELECT published FROM places.run('n')" >/dev/null
Expect 'a run that meddles' "$(Sql -c "SELECT split_part(error, E'\n', 1) FROM places.run_history WHERE status = 'failed'")" 'drop_plan() cannot be called while the homes of a plan are read'
Sql -c 'CREATE OR REPLACE VIEW estate.homes AS SELECT id, la, estate.slow(region) AS region, geom FROM estate.stock'
Sql -c "SELECT places.discard(max(run)) FROM places.run_history WHERE plan = 'n'" >/dev/null

# one at a time: whoever is at work on one plan of a tree is at work on all
Shown()
{
	Sql -c "SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM places.tree t" -c "SELECT md5(string_agg(h::text, ',' ORDER BY h::text)) FROM places.home_path h" \
		-c 'SELECT count(*) FROM places_internal.membership' -c 'SELECT count(*) FROM places_internal.place_result' -c 'SELECT count(*) FROM places_internal.place_identity'
}
before=$(Shown)
Sql -c 'CREATE TABLE estate.slowly ()'
Sql -U places_tree_owner -c "SELECT status FROM places.run('n')" >/dev/null 2>&1 &
WaitFor "SELECT count(*) = 3 FROM pg_locks l WHERE l.classid = 'places_internal.plan_definition'::regclass AND l.locktype = 'object'"
for call in "run('p')" "run('l')" "run('n')" "publish('n', 1)" "publish('p', 2)" "discard(2)" "drop_plan('p')" "draw_boundaries('l')"; do
	MayNot owner "SELECT places.$call" 'plan "n" is being run'
done
# killed in the middle of it, when its patches are done
WaitFor "SELECT count(*) = 1 FROM pg_stat_activity WHERE usename = 'places_tree_owner' AND wait_event = 'PgSleep'"
Sql -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'places_tree_owner'" >/dev/null
wait
Expect 'what a killed run left' "$(Shown)" "$before"
# the job of a tree: the record of the plan of places is there from the beginning
Sql -U places_tree_owner -c "CALL places.run_job('n')" >/dev/null 2>&1 &
WaitFor "SELECT count(*) = 1 FROM pg_stat_activity WHERE usename = 'places_tree_owner' AND wait_event = 'PgSleep'"
Expect 'a job at work' "$(Sql -c "SELECT plan, status FROM places.run_history ORDER BY run DESC LIMIT 1")" 'n|running'
Sql -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'places_tree_owner'" >/dev/null
wait
Expect 'a killed job' "$(Sql -c "SELECT plan, status FROM places.run_history ORDER BY run DESC LIMIT 1")" 'n|crashed'
Expect 'what a killed job left' "$(Shown)" "$before"
# cancelled
PGOPTIONS='-c statement_timeout=3s' Sql -U places_tree_owner -c "CALL places.run_job('n')" >/dev/null 2>&1 || true
Expect 'a cancelled job' "$(Sql -c "SELECT plan, status FROM places.run_history ORDER BY run DESC LIMIT 1")" 'n|cancelled'
Expect 'what a cancelled job left' "$(Shown)" "$before"
Sql -c 'DROP TABLE estate.slowly'
Sql -U places_tree_owner -c "CALL places.run_job('n')"
Expect 'a job' "$(Sql -c "SELECT string_agg(plan || ' ' || status || ' ' || published, ', ' ORDER BY run) FROM places.run_history
	WHERE run > (SELECT max(run) FROM places.run_history WHERE status = 'cancelled')")" 'n done true, p done true, l done true'
Sql -c 'REINDEX SCHEMA places_internal' 2>/dev/null
Expect 'the tree' "$(Sql -c "SELECT count(*), count(parent) FROM places.tree")" '36|32'
