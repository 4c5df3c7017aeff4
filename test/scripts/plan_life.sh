#!/usr/bin/env bash
# plan_life.sh - runs beside other work on a server: nothing stays locked, nobody
# waits for what may never end, and a failed run says why
set -euo pipefail

Sql()
{
	psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"
}

# Says STATEMENT...: what one session answers to several, errors by their message
Says()
{
	local -a statements=()
	local statement

	for statement in "$@"; do
		statements+=(-c "$statement")
	done
	PGOPTIONS='-c client_min_messages=error' psql -X -q -A -t -v SHOW_CONTEXT=never "${statements[@]}" 2>&1 || true
}

Fail()
{
	printf 'plan_life: %s\n' "$1" >&2
	exit 1
}

# Expect WHAT IT IS: fails unless both are the same
Expect()
{
	[ "$2" = "$3" ] || Fail "$1: $2, not $3"
}

# WaitFor QUERY: until it says t
WaitFor()
{
	local tries

	for ((tries = 0; tries < 400; tries++)); do
		[ "$(Sql -c "$1")" != t ] || return 0
		sleep 0.05
	done
	Fail "waited in vain for: $1"
}

Last()
{
	Sql -c "SELECT $1 FROM places.run_history ORDER BY run DESC LIMIT 1"
}

work=$(mktemp -d)
trap 'rm -rf "$work"; kill $(jobs -p) 2>/dev/null || true' EXIT

# A stock that somebody may get in the way of: the table "mood" says how
Sql <<-'EOF'
	CREATE TABLE mood (word text);
	CREATE TABLE stock AS SELECT i AS id, 'E1' AS la, 'Stowe' AS ward, ST_SetSRID(ST_MakePoint(400000 + i % 20 + i / 20 * 1000, 300000), 27700) AS geom
	FROM generate_series(0, 79) i;
	CREATE FUNCTION moody(home int) RETURNS int LANGUAGE plpgsql VOLATILE AS $$
	DECLARE
		word text := (SELECT m.word FROM mood m);
	BEGIN
		ASSERT word <> 'assert', 'of home ' || home;
		IF word = 'sleep' THEN
			PERFORM pg_sleep(0.02);
		END IF;
		RETURN home;
	END $$;
	CREATE VIEW homes AS SELECT moody(id) AS id, la, ward, geom FROM stock;
	INSERT INTO mood VALUES ('');
	SELECT places.create_plan('n', 'homes', 'id', 'la', 'geom', places.rules('coverage', 15, max_radius => 200), label_column => 'ward');
	SELECT status FROM places.run('n');
EOF
locks="SELECT count(*) FROM pg_locks WHERE locktype = 'object' AND pid = pg_backend_pid()"

# Whatever ends a job, its session keeps no lock, and the next run is not in its way
Sql -c "UPDATE mood SET word = 'assert'"
Expect 'after an assertion' "$(Says "CALL places.run_job('n')" "$locks")" \
	$'ERROR:  run 2 of plan "n" failed\nHINT:  What was published before still is. Why is in the view places.run_history.\n0'
Expect 'its record' "$(Last 'status, error')" 'failed|of home 0'
Sql -c "UPDATE mood SET word = ''"
for timeout in 1 2 3 5 8 13 21; do
	answer=$(Says "SET statement_timeout = $timeout" "CALL places.run_job('n')" 'RESET statement_timeout' "$locks")
	Expect "locks after a timeout of $timeout ms" "$(tail -n 1 <<<"$answer")" 0
	Expect "a run after a timeout of $timeout ms" "$(Says "SELECT status FROM places.run('n')")" 'done'
done
Expect 'records that never ended' "$(Sql -c "SELECT count(*) FROM places_internal.run_record WHERE status NOT IN ('done', 'failed', 'cancelled', 'crashed') OR finished_at IS NULL")" 0

# The last statement fails, and so does the one that would say so, as on a full disk
Sql <<-'EOF'
	CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE disk_full USING MESSAGE = 'no space left'; END $$;
	CREATE TRIGGER full_disk BEFORE UPDATE ON places_internal.run_record FOR EACH ROW WHEN (NEW.finished_at IS NOT NULL) EXECUTE FUNCTION full_disk();
EOF
Expect 'after a full disk' "$(Says "CALL places.run_job('n')" "$locks")" $'ERROR:  no space left\n0'
Expect 'the record of a run that could not say how it ended' "$(Last status)" crashed
Sql -c 'DROP TRIGGER full_disk ON places_internal.run_record'
Expect 'a run after it' "$(Says "SELECT status FROM places.run('n')")" 'done'
Expect 'what that says of it' "$(Sql -c "SELECT status, error FROM places.run_history ORDER BY run DESC LIMIT 1 OFFSET 1")" \
	'crashed|its session ended, or the server did, before it could say how'

# REINDEX beside a run: one waits for the other, and neither fails
Sql -c "UPDATE mood SET word = 'sleep'" -c 'DELETE FROM stock WHERE id = 79'
Says "SELECT status, published FROM places.run('n')" >"$work/run" &
run=$!
WaitFor "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep' AND query LIKE '%places.run%'"
Says "REINDEX TABLE places_internal.membership" >"$work/reindex" &
reindex=$!
wait "$run" "$reindex"
Expect 'a run beside REINDEX' "$(cat "$work/run")" 'done|t'
Expect 'REINDEX beside a run' "$(cat "$work/reindex")" ''
Sql -c "UPDATE mood SET word = ''"

# Keep STATEMENT: a transaction that has executed it and does not end, until Release
Keep()
{
	local tries

	{
		printf 'BEGIN;\n%s;\n\\echo kept\n' "$1"
		while [ ! -e "$work/release" ]; do
			sleep 0.05
		done
		printf 'ROLLBACK;\n'
	} | Sql >"$work/keeper" 2>&1 &
	keeper=$!
	for ((tries = 0; tries < 200; tries++)); do
		! grep -q kept "$work/keeper" || return 0
		sleep 0.05
	done
	Fail "$1: $(cat "$work/keeper")"
}
Release()
{
	touch "$work/release"
	wait "$keeper"
	rm "$work/release"
}

# RunsSoon WHAT ANSWER: a run that must not wait for the kept transaction
RunsSoon()
{
	Expect "a run beside $1" "$(Says "SET statement_timeout = '30s'" "SELECT status, published FROM places.run('n')")" "$2"
}

# A name that somebody is just giving is taken; nobody waits for new pins, locks and plans
place=$(Sql -c "SELECT min(place) FROM places.place")
Keep "SELECT places.name_place('n', $place, 'Stowe 5')"
Sql -c "INSERT INTO stock SELECT i, 'E1', 'Stowe', ST_SetSRID(ST_MakePoint(500000 + i % 20, 300000), 27700) FROM generate_series(100, 119) i"
RunsSoon 'a new name' 'done|t'
Release
Expect 'the name of the new place' "$(Sql -c "SELECT name FROM places.place ORDER BY place DESC LIMIT 1")" 'Stowe 6'
Sql -c "SELECT places.pin('n', '3', $place), places.lock('n', $place)" >/dev/null
Sql -c 'UPDATE stock SET geom = NULL WHERE id = 3'
Keep "SELECT places.pin('n', '3', $place, 'again'), places.unlock('n', $place)"
RunsSoon 'new corrections' 'done|t'
Release
RunsSoon 'none' 'done|t'
Expect 'what a run says of the pin' "$(Sql -c "SELECT kind, problem FROM places.correction ORDER BY 1")" $'lock|\npin|no_location'
Keep "SELECT places.alter_plan('n', keep_runs => 5)"
RunsSoon 'a changed plan' 'done|f'
Expect 'why it is held back' "$(Last held_back)" 'another transaction has changed the plan, and is not over yet'
Release
