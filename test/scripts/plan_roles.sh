#!/usr/bin/env bash
# plan_roles.sh - what readers, editors and admins may do, each really logged in
set -euo pipefail

Sql()
{
	psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"
}

Fail()
{
	printf 'plan_roles: %s\n' "$1" >&2
	exit 1
}

# As ROLE STATEMENT: what the server answers, on one line; errors by their message alone
As()
{
	{ PGOPTIONS='-c client_min_messages=error' psql -X -q -A -t -U "places_test_$1" -v SHOW_CONTEXT=never -c "$2" 2>&1 || true; } |
		grep -v '^\(DETAIL\|HINT\|$\)' | paste -sd' ' || true
}

# May ROLE STATEMENT [ANSWER]: fails unless it works (with that answer)
May()
{
	local answer

	answer=$(As "$1" "$2")
	case $answer in
		*ERROR:*) Fail "$1 may not: $2: $answer" ;;
	esac
	if [ $# -gt 2 ] && [ "$answer" != "$3" ]; then
		Fail "$1: $2: $answer, not $3"
	fi
}

# MayNot ROLE STATEMENT MESSAGE: fails unless PostgreSQL's own error says why
MayNot()
{
	local answer

	answer=$(As "$1" "$2")
	[ "$answer" = "ERROR:  $3" ] || Fail "$1: $2: $answer, not $3"
}

roles="places_test_nobody places_test_reader places_test_editor places_test_admin places_test_blind"
CleanUp()
{
	local role

	for role in $roles; do
		Sql -c "DROP OWNED BY $role CASCADE" -c "DROP ROLE $role" >/dev/null 2>&1 || true
	done
}
CleanUp
trap CleanUp EXIT

Sql <<-'EOF'
	CREATE ROLE places_test_nobody LOGIN;
	CREATE ROLE places_test_reader LOGIN IN ROLE places_reader;
	CREATE ROLE places_test_editor LOGIN IN ROLE places_editor;
	CREATE ROLE places_test_admin LOGIN IN ROLE places_admin;
	CREATE ROLE places_test_blind LOGIN IN ROLE places_editor;
	CREATE TABLE stock AS SELECT i AS id, 'E' || i % 2 AS la, 'Stowe' AS ward, 'secret' AS tenant, 1 AS w,
		ST_SetSRID(ST_MakePoint(400000 + i % 2 * 1000 + i, 300000), 27700) AS geom FROM generate_series(1, 80) i;
	GRANT SELECT (id, la, ward, geom) ON stock TO places_test_editor, places_test_admin;
	SET client_min_messages = error;
EOF

# admins define plans, over what they may read
May admin "SELECT places.create_plan('n', 'stock', 'id', 'la', 'geom', places.rules('balanced', 20), label_column => 'ward')" ''
MayNot admin "SELECT places.create_plan('m', 'stock', 'tenant', 'la', 'geom', weight_column => 'w')" 'permission denied for table stock'
Sql -c "CREATE TABLE other_stock AS TABLE stock"
MayNot admin "SELECT places.create_plan('m', 'other_stock', 'id', 'la', 'geom')" 'permission denied for table other_stock'
May admin "SELECT owner FROM places_internal.plan_definition" places_test_admin
May admin "SELECT places.create_plan('m', 'stock', 'id', 'la', 'geom')" ''
May admin "SELECT places.alter_plan('m', keep_runs => 2)" ''
MayNot admin "SELECT places.alter_plan('m', owner => 'postgres')" 'must be a member of role "postgres" to give it a plan'
May admin "SELECT places.drop_plan('m')" ''
MayNot editor "SELECT places.create_plan('m', 'stock', 'id', 'la', 'geom')" 'permission denied for function create_plan'
MayNot editor "SELECT places.alter_plan('n', keep_runs => 2)" 'permission denied for function alter_plan'
MayNot editor "SELECT places.drop_plan('n')" 'permission denied for function drop_plan'
MayNot editor "SELECT places.schedule('n', '* * * * *')" 'permission denied for function schedule'
MayNot editor "SELECT places.forget('1')" 'permission denied for function forget'
MayNot editor "UPDATE places_internal.plan_definition SET owner = 'postgres'" 'permission denied for table plan_definition'
MayNot editor "UPDATE places_internal.plan_definition SET stock_name = 'pg_authid'" 'permission denied for table plan_definition'
MayNot editor "DELETE FROM places_internal.plan_definition" 'permission denied for table plan_definition'

# editors run and correct
May editor "SELECT status, published FROM places.run('n')" 'done|t'
May editor "CALL places.run_job('n')" ''
May editor "SELECT count(*), count(*) FILTER (WHERE kept) FROM places.home" '80|80'
May editor "SELECT count(*) FROM places.remainder" 0
May editor "SELECT places.pin('n', '1', place, 'asked') FROM places.home WHERE home_id = '3'" ''
May editor "SELECT places.lock('n', min(place)), places.name_place('n', min(place), 'Lanes') FROM places.place" '|'
May editor "SELECT status FROM places.run('n', publish => false)" 'done'
May editor "SELECT moved_homes FROM places.compare(1, 2)" 0
May editor "SELECT count(*) FROM places.moves(1, 2)" 0
May editor "SELECT places.publish('n', 1), places.discard(3)" '|'
May editor "SELECT places.unpin('n', '1'), places.unlock('n', place) FROM places.place WHERE name = 'Lanes'" '|'
May editor "SELECT DISTINCT who FROM places.audit_log WHERE action NOT LIKE '%_plan'" places_test_editor
May editor "SELECT DISTINCT who FROM places.run_history" places_test_editor

# readers see places and counts, and no home
for view in place authority change run_history; do
	May reader "SELECT count(*) > 0 FROM places.$view" t
done
for view in home remainder correction audit_log; do
	MayNot reader "SELECT * FROM places.$view" "permission denied for view $view"
done
for table in membership pinned_home act; do
	MayNot reader "SELECT * FROM places_internal.$table" "permission denied for table $table"
done
for call in "run('n')" "publish('n', 2)" "discard(2)" "pin('n', '1', 1)" "unpin('n', '1')" "lock('n', 1)" "unlock('n', 1)" \
	"name_place('n', 1, 'Mine')" "compare(1, 2)" "moves(1, 2)" "forget('1')" "create_plan('m', 'stock', 'id', 'la', 'geom')"; do
	MayNot reader "SELECT places.$call" "permission denied for function ${call%%(*}"
done
for call in "homes_that_differ(1, 1, 2)" "homes_in_run(1, 2)" "record_act('n', 'pin')" "show_runs('{2}')"; do
	MayNot reader "SELECT places_internal.$call" "permission denied for function ${call%%(*}"
done
MayNot reader "CALL places.run_job('n')" 'permission denied for procedure run_job'
# by the back door: functions that are everybody's have their caller's rights
MayNot reader "SELECT places_internal.home_in(1, 1, NULL, NULL)" 'permission denied for function home_in'
MayNot reader "SELECT places_internal.forget_run(r) FROM places_internal.run_record r" 'permission denied for table run_record'

# strangers see nothing, but may use the functions over what is theirs
for view in place authority change run_history home remainder correction audit_log; do
	MayNot nobody "SELECT * FROM places.$view" "permission denied for view $view"
done
MayNot nobody "SELECT places.run('n')" 'permission denied for function run'
MayNot nobody "SELECT places_internal.find_plan('n')" 'permission denied for table plan_definition'

# an editor who may not read the stock gets PostgreSQL's own error, and no run is recorded
runs=$(Sql -c 'SELECT count(*) FROM places_internal.run_record')
MayNot blind "SELECT * FROM places.run('n')" 'permission denied for table stock'
grep -q 'GRANT SELECT ON public.stock TO places_test_blind;' <<<"$(psql -X -U places_test_blind -c "SELECT * FROM places.run('n')" 2>&1)" ||
	Fail 'no word of the right that is missing'
[ "$(As blind "CALL places.run_job('n')")" != '' ] || Fail 'a job may read what its user may not'
Sql -c "SELECT places.alter_plan('n', weight_column => 'w')"
MayNot editor "SELECT * FROM places.run('n')" 'permission denied for table stock'
Sql -c "SELECT places.alter_plan('n', weight_column => '')"
[ "$(Sql -c "SELECT count(*) FROM places_internal.run_record WHERE who <> 'places_test_blind'")" = "$runs" ] || Fail 'a run without permission is recorded'

# row-level security: a run sees what its user sees, and what is missing is noticed
Sql <<-'EOF'
	ALTER TABLE stock ENABLE ROW LEVEL SECURITY;
	CREATE POLICY half ON stock TO places_test_editor USING (la = 'E1');
	CREATE POLICY whole ON stock TO places_test_admin USING (true);
EOF
May editor "SELECT homes, published, note FROM places.run('n')" '40|f|the stock shrank from 80 to 40 rows, by more than 10 %'
May admin "SELECT homes, published FROM places.run('n')" '80|t'
Sql -c 'ALTER TABLE stock DISABLE ROW LEVEL SECURITY'

# the record of what people did is for nobody to change
for role in reader editor admin; do
	for statement in "UPDATE places_internal.act SET who = 'postgres'" "DELETE FROM places_internal.act" "TRUNCATE places_internal.act" "INSERT INTO places_internal.act (at, who, plan, action) VALUES (now(), 'postgres', 'n', 'pin')"; do
		MayNot "$role" "$statement" 'permission denied for table act'
	done
	for statement in "UPDATE places.audit_log SET who = 'postgres'" "DELETE FROM places.audit_log"; do
		MayNot "$role" "$statement" 'permission denied for view audit_log'
	done
	MayNot "$role" "ALTER TABLE places_internal.act DISABLE TRIGGER ALL" 'must be owner of table act'
done

# whoever acts by SET ROLE is recorded by both names
May admin "SET ROLE places_editor; SELECT places.unlock('n', place) FROM places.correction WHERE kind = 'lock'"
May editor "SELECT places.lock('n', min(place)) FROM places.place"
May admin "SET ROLE places_editor; SELECT places.unlock('n', min(place)) FROM places.correction"
May admin "SELECT who, as_role FROM places.audit_log ORDER BY act DESC LIMIT 1" 'places_test_admin|places_editor'
May admin "SELECT places.forget('80') > 0" t
May admin "SELECT who, as_role FROM places.audit_log ORDER BY act DESC LIMIT 1" 'places_test_admin|'
[ "$(Sql -c "SELECT count(*) FROM places_internal.membership WHERE home_id = '80'")" = 0 ] || Fail 'the home is not forgotten'
