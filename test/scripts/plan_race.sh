#!/usr/bin/env bash
# plan_race.sh - runs of one plan at a time, and readers who see one run or another
#
# A run that somebody else's is in the way of fails at once.  Readers go on
# reading while runs are published one after another: what they see at a time is
# all of one run.
set -euo pipefail

Sql()
{
	psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"
}

Fail()
{
	printf 'plan_race: %s\n' "$1" >&2
	exit 1
}

work=$(mktemp -d)
trap 'rm -rf "$work"; kill $(jobs -p) 2>/dev/null || true' EXIT

# One authority, and a view that makes a run last until the gate is opened
Sql <<-'EOF'
	CREATE TABLE stock AS SELECT i AS id, 'E1' AS la, ST_SetSRID(ST_MakePoint(400000 + i, 300000), 27700) AS geom FROM generate_series(1, 400) i;
	CREATE FUNCTION gate() RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
	BEGIN
		PERFORM pg_advisory_xact_lock_shared(4711);
		RETURN true;
	END $$;
	CREATE VIEW gated AS SELECT s.* FROM stock s, (SELECT gate() AS open OFFSET 0) g WHERE g.open;
	SELECT places.create_plan('slow', 'gated', 'id', 'la', 'geom', places.rules('balanced', 100), max_shrink => 100);
	SELECT places.create_plan('quick', 'stock', 'id', 'la', 'geom', places.rules('balanced', 100), max_shrink => 100);
EOF

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

here="locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"

# Meet COMMAND: starts it, lets others run into it at a closed gate, opens the gate
Meet()
{
	local client keeper others=0 statement refused start

	psql -X -q -c 'SELECT pg_advisory_lock(4711)' -c 'SELECT pg_sleep(60)' >/dev/null 2>&1 &
	keeper=$!
	WaitFor "SELECT count(*) = 1 FROM pg_locks WHERE $here AND objid = 4711 AND granted"
	Sql -c "$1" >"$work/first" 2>&1 &
	client=$!
	WaitFor "SELECT count(*) = 1 FROM pg_locks WHERE $here AND objid = 4711 AND NOT granted"
	for statement in "SELECT * FROM places.run('slow')" "CALL places.run_job('slow')" "SELECT places.drop_plan('slow')"; do
		start=$(date +%s%3N)
		refused=$(psql -X -q -A -t -c "$statement" 2>&1 || true)
		[ $(($(date +%s%3N) - start)) -lt 5000 ] || Fail "$statement waited"
		grep -q 'ERROR:  plan "slow" is being run' <<<"$refused" || Fail "$statement beside $1 says $refused"
		grep -q "DETAIL:  Process [0-9]* has been at it since 20" <<<"$refused" || Fail "$refused"
		grep -q 'HINT:  Wait for it to end' <<<"$refused" || Fail "$refused"
		others=$((others + 1))
	done
	# another plan is not concerned, nor what people decide about this one
	[ "$(Sql -c "SELECT status FROM places.run('quick')")" = 'done' ] || Fail 'another plan did not run'
	Sql -c "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE $here AND objid = 4711 AND granted" >/dev/null
	wait "$keeper" || true
	wait "$client" || Fail "$1: $(cat "$work/first")"
	[ "$others" = 3 ] || Fail 'not all were refused'
	[ "$(Sql -c "SELECT status, published FROM places.run_history WHERE plan = 'slow' ORDER BY run DESC LIMIT 1")" = 'done|t' ] || Fail "$1 came to nothing"
}

Meet "SELECT * FROM places.run('slow')"
Meet "CALL places.run_job('slow')"
[ "$(Sql -c "SELECT count(*) FROM places.run_history WHERE plan = 'slow'")" = 2 ] || Fail 'those that were refused left runs'
# afterwards nothing is in the way
[ "$(Sql -c "SELECT status FROM places.run('slow')")" = 'done' ] || Fail 'a run after them failed'

# Readers: in one statement, the places, homes and authorities of one run
cat >"$work/reader.sql" <<-'EOF'
	SELECT CASE WHEN p.runs = 1 AND a.runs = 1 AND p.run = a.run AND p.homes = h.homes AND a.homes = h.homes
		THEN p.run || ' whole' ELSE format('mixed: %s %s %s', p, a, h) END
	FROM (SELECT count(DISTINCT run) AS runs, min(run) AS run, sum(homes) AS homes FROM places.place WHERE plan = 'quick') p,
		(SELECT count(DISTINCT run) AS runs, min(run) AS run, sum(homes) AS homes FROM places.authority WHERE plan = 'quick') a,
		(SELECT count(*) AS homes, count(DISTINCT place) AS places FROM places.home WHERE plan = 'quick') h;
EOF
# and one in a snapshot of its own sees one run however long it looks
cat >"$work/steady.sql" <<-'EOF'
	BEGIN ISOLATION LEVEL REPEATABLE READ;
	SELECT min(run) AS run FROM places.place WHERE plan = 'quick' \gset
	SELECT pg_sleep(0.02);
	SELECT CASE WHEN count(*) FILTER (WHERE run <> :run) = 0 THEN 'steady' ELSE 'shaken' END FROM places.place WHERE plan = 'quick';
	COMMIT;
EOF
Reader()
{
	while [ ! -e "$work/over" ]; do
		for ((i = 0; i < 40; i++)); do
			cat "$work/reader.sql" "$work/steady.sql"
		done | Sql >>"$work/$1" 2>&1
	done
}
Reader a &
Reader b &
for ((round = 0; round < 10; round++)); do
	Sql <<-'EOF' >/dev/null
		DELETE FROM stock WHERE id = (SELECT min(id) FROM stock);
		SELECT * FROM places.run('quick');
		SELECT places.publish('quick', min(run)) FROM places.run_history WHERE plan = 'quick' AND stored;
		SELECT places.publish('quick', max(run)) FROM places.run_history WHERE plan = 'quick' AND stored;
	EOF
done
touch "$work/over"
wait
cat "$work/a" "$work/b" >"$work/seen"
seen=$(grep -c whole "$work/seen")
runs=$(sort -u "$work/seen" | grep -c whole)
echo "readers looked $seen times and saw $runs runs"
if grep -qvE '^([0-9]+ whole|steady|)$' "$work/seen"; then
	Fail "$(grep -vE '^([0-9]+ whole|steady|)$' "$work/seen" | head -n 3)"
fi
[ "$seen" -ge 20 ] && [ "$runs" -ge 5 ] || Fail 'readers saw too little to say anything'
