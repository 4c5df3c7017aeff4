#!/usr/bin/env bash
# plan_alter.sh - changes of one plan at the same time: none is lost
set -euo pipefail

Sql()
{
	psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"
}

Fail()
{
	printf 'plan_alter: %s\n' "$1" >&2
	exit 1
}

CleanUp()
{
	Sql -c 'DROP OWNED BY places_alter_heir CASCADE' -c 'DROP ROLE places_alter_heir' >/dev/null 2>&1 || true
}
CleanUp
trap CleanUp EXIT

Sql >/dev/null <<-'EOF'
	CREATE ROLE places_alter_heir LOGIN IN ROLE places_admin;
	CREATE TABLE stock AS SELECT i AS id, 'E' || i % 2 AS la, ST_SetSRID(ST_MakePoint(400000 + i % 2 * 1000 + i, 300000), 27700) AS geom FROM generate_series(1, 80) i;
	GRANT SELECT ON stock TO places_alter_heir;
	SELECT places.create_plan('n', 'stock', 'id', 'la', 'geom', places.rules('balanced', 20));
	SELECT * FROM places.run('n');
EOF

# Meanwhile FIRST SECOND...: begins with FIRST, lets the others wait for it, and commits
Meanwhile()
{
	local first=$1 statement
	local -a waiting=()

	shift
	coproc one { psql -X -q -A -t 2>&1; }
	printf 'BEGIN;\n%s;\n\\echo begun\n' "$first" >&"${one[1]}"
	while read -r said <&"${one[0]}" && [ "$said" != begun ]; do :; done
	for statement in "$@"; do
		psql -X -q -A -t -c "$statement" >/dev/null 2>>"$PLACES_WORK/plan_alter.said" &
		waiting+=($!)
	done
	for ((waited = 0; waited < 200; waited++)); do
		[ "$(Sql -c "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")" -lt $# ] || break
		sleep 0.05
	done
	[ "$waited" -lt 200 ] || Fail "what should wait does not: $*"
	printf 'COMMIT;\n\\q\n' >&"${one[1]}"
	wait "${waiting[@]}" "$one_PID" || true
}

: >"$PLACES_WORK/plan_alter.said"
Meanwhile "SELECT places.alter_plan('n', owner => 'places_alter_heir')" "SELECT places.alter_plan('n', keep_runs => 3)" "SELECT places.alter_plan('n', max_drop => 7)"
[ "$(Sql -c 'SELECT owner, keep_runs, max_drop FROM places_internal.plan_definition')" = 'places_alter_heir|3|7' ] || Fail 'a change is lost'
# what the record says was there before is what the change before left
[ "$(Sql -c "SELECT count(*) FROM places.audit_log a JOIN places.audit_log b ON a.after = b.before AND b.act > a.act WHERE b.action = 'alter_plan'")" = 3 ] ||
	Fail 'the record says what was not so'

# two pins of one home, two names of one place: the record says what each replaced
Sql -c "SELECT places.pin('n', '1', 1)" >/dev/null 2>&1
Meanwhile "SELECT places.pin('n', '1', 2), places.name_place('n', 1, 'Alma')" "SELECT places.pin('n', '1', 3)" "SELECT places.name_place('n', 1, 'Bank')"
[ "$(Sql -c "SELECT before ->> 'place' FROM places.audit_log WHERE action = 'pin' AND place = 3")" = 2 ] || Fail 'a pin is recorded as replacing another one'
[ "$(Sql -c "SELECT before ->> 'name' FROM places.audit_log WHERE action = 'name_place' AND after ->> 'name' = 'Bank'")" = Alma ] || Fail 'a name is recorded as replacing another one'

# a plan dropped or renamed under whoever pins: a clear error, and nothing left behind
[ ! -s "$PLACES_WORK/plan_alter.said" ] || grep -q WARNING "$PLACES_WORK/plan_alter.said" || Fail "$(cat "$PLACES_WORK/plan_alter.said")"
Meanwhile "SELECT places.alter_plan('n', new_name => 'm')" "SELECT places.pin('n', '5', 1)"
grep -q 'plan "n" does not exist' "$PLACES_WORK/plan_alter.said" || Fail "renamed meanwhile: $(cat "$PLACES_WORK/plan_alter.said")"
Meanwhile "SELECT places.drop_plan('m')" "SELECT places.pin('m', '5', 1)" "SELECT places.lock('m', 1)"
grep -q 'plan "m" does not exist' "$PLACES_WORK/plan_alter.said" || Fail "dropped meanwhile: $(cat "$PLACES_WORK/plan_alter.said")"
left=$(Sql -c 'SELECT (SELECT count(*) FROM places_internal.pinned_home) + (SELECT count(*) FROM places_internal.locked_place)
	+ (SELECT count(*) FROM places_internal.run_record) + (SELECT count(*) FROM places_internal.place_identity)')
[ "$left" = 0 ] || Fail "a dropped plan leaves $left rows"
