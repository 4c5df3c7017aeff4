#!/usr/bin/env bash
# plan_standby.sh - on a hot standby what reads works, and what writes says why it cannot
set -euo pipefail
. tools/common.sh

Sql()
{
	psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"
}

Fail()
{
	printf 'plan_standby: %s\n' "$1" >&2
	exit 1
}

if ! command -v pg_basebackup >/dev/null; then
	echo "there is no pg_basebackup"
	exit 77
fi

# The programs of this server, whose own installation has the extension
postmaster=$(AsServerUser head -n 1 "$(Sql -c 'SHOW data_directory')/postmaster.pid")
program=$(readlink "/proc/$postmaster/exe") || true
if [ ! -x "${program:-}" ]; then
	echo "where this server's programs are is not to be seen"
	exit 77
fi
if [ "$(Sql -c 'SHOW wal_level')" = minimal ] || [ "$(Sql -c 'SHOW max_wal_senders')" = 0 ]; then
	echo "this server cannot have a standby"
	exit 77
fi

data=$(mktemp -d /tmp/places-standby.XXXXXX)
chown "$(ServerUser)" "$data"
chmod 700 "$data"
port=$((PGPORT + 1))
Cleanup()
{
	AsServerUser "$(dirname "$program")/pg_ctl" -D "$data" -m immediate stop >/dev/null 2>&1 || true
	rm -rf "$data"
}
trap Cleanup EXIT

Sql <<-'EOF'
	CREATE TABLE stock AS SELECT i AS id, 'E1' AS la, ST_SetSRID(ST_MakePoint(400000 + i, 300000), 27700) AS geom FROM generate_series(1, 80) i;
	SELECT places.create_plan('n', 'stock', 'id', 'la', 'geom', places.rules('balanced', 10));
	SELECT status FROM places.run('n');
EOF
AsServerUser env PGHOST="$PGHOST" PGPORT="$PGPORT" "$(command -v pg_basebackup)" -U "$PGUSER" -D "$data" -R -c fast -X stream --no-sync
AsServerUser "$(dirname "$program")/pg_ctl" -D "$data" -l "$data/standby.log" -o "-p $port" -w -t 60 start >/dev/null ||
	Fail "the standby did not start: $(AsServerUser cat "$data/standby.log")"

Answer()
{
	psql -X -q -A -t -p "$port" -v SHOW_CONTEXT=never -c "$1" 2>&1 || true
}
# Reads QUERY: answers there what it answers here
Reads()
{
	[ "$(Answer "$1")" = "$(Sql -c "$1")" ] || Fail "$1 says on the standby: $(Answer "$1")"
}
# Refuses STATEMENT WHAT: in one line and a hint
Refuses()
{
	[ "$(Answer "$1")" = "ERROR:  $2 cannot write: this server is a standby, which is read-only
HINT:  Call it on the primary server." ] || Fail "$1 says on the standby: $(Answer "$1")"
}

[ "$(Answer 'SELECT pg_is_in_recovery()')" = t ] || Fail 'the standby is none'
Reads "SELECT count(*), md5(string_agg(a::text, ',' ORDER BY a::text)) FROM places.assign('stock', 'id', 'la', 'geom', places.rules('balanced', 10)) a"
Reads "SELECT * FROM places.summary('stock', 'id', 'la', 'geom', places.rules('balanced', 10)) ORDER BY 1, 2"
Reads "SELECT * FROM places.headline('stock', 'id', 'la', 'geom', places.rules('balanced', 10))"
for view in home place authority run_history change remainder audit_log; do
	Reads "SELECT md5(string_agg(v::text, ',' ORDER BY v::text)) FROM places.$view v"
done
Refuses "SELECT * FROM places.run('n')" 'a run'
Refuses "CALL places.run_job('n')" 'a run'
Refuses "SELECT places.publish('n', 1)" 'places.publish()'
Refuses "SELECT places.discard(1)" 'places.discard()'
