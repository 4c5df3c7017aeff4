#!/usr/bin/env bash
# little_memory - where the system has little shared memory for workers, the work is done without them
#
# A second server, of the same programs, sees a /dev/shm of a few megabytes, as
# many containers do.  Sessions side by side must all end with the answer of one
# process, whatever they find: room, none, or room for a part.  Nor may it matter
# that there is none left in the server's own memory for the entries of progress:
# then the session can still be cancelled.
set -euo pipefail

Fail()
{
	printf 'little_memory: %s\n' "$1" >&2
	exit 1
}

if [ "$(id -u)" != 0 ] || ! unshare -m mount -t tmpfs -o size=1m tmpfs /dev/shm 2>/dev/null; then
	echo "no right to mount a small /dev/shm"
	exit 77
fi
bin=$(psql -X -A -t -c "SELECT setting FROM pg_config WHERE name = 'BINDIR'")
user=postgres
id -u "$user" >/dev/null 2>&1 || { echo "no user $user"; exit 77; }

work=$(mktemp -d /tmp/places-little.XXXXXX)
chown "$user" "$work"
keeper=
Cleanup()
{
	[ -z "$keeper" ] || kill "$keeper" 2>/dev/null || true
	wait 2>/dev/null || true
	rm -rf "$work"
}
trap Cleanup EXIT

# what runs in the namespace of the small /dev/shm: the server, until a file is gone
cat >"$work/server" <<EOF2
mount -t tmpfs -o mode=1777,size=\$1 tmpfs /dev/shm
cd $work
exec su $user -s /bin/sh -c "exec $bin/postgres -D $work/data"
EOF2
touch "$work/run"
as="su $user -s /bin/sh -c"
$as "$bin/initdb -D $work/data -A trust -U postgres -N --no-instructions >$work/log 2>&1" || Fail "initdb: $(cat "$work/log")"
cat >>"$work/data/postgresql.conf" <<-EOF2
	listen_addresses = ''
	unix_socket_directories = '$work'
	fsync = off
	shared_buffers = 16MB
	max_connections = 20
	max_worker_processes = 16
	max_parallel_workers = 16
EOF2

Sql()
{
	PGHOST=$work PGPORT=5432 PGUSER=postgres PGDATABASE=postgres psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"
}

Start()
{
	local tries

	unshare -m bash "$work/server" "$1" >"$work/log" 2>&1 &
	keeper=$!
	for ((tries = 0; tries < 600; tries++)); do
		if Sql -c 'SELECT 1' >/dev/null 2>&1; then
			return
		fi
		sleep 0.1
	done
	Fail "no server: $(tail -n 5 "$work/log")"
}

Stop()
{
	$as "$bin/pg_ctl -D $work/data -m fast stop >/dev/null"
	wait "$keeper" 2>/dev/null || true
	keeper=
}

# many authorities, and one that falls into parts, for which workers are started late
query="SELECT md5(string_agg(a::text, ' ' ORDER BY a::text)) FROM places.assign('homes', 'id', 'la', 'geom', places.rules('balanced', 50)) a
	UNION ALL SELECT md5(string_agg(a::text, ' ' ORDER BY a::text)) FROM places.assign('towns', 'id', 'la', 'geom', places.rules('coverage', 200, max_radius => 2000)) a"
hurry='SET min_parallel_table_scan_size = 0; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET max_parallel_workers_per_gather = 3'

Start 64m
PGOPTIONS='-c client_min_messages=warning' Sql -c 'CREATE EXTENSION places CASCADE'
Sql <<-'EOF2'
	CREATE TABLE homes AS
	SELECT i AS id, 'A' || i % 30 AS la,
		ST_SetSRID(ST_MakePoint(400000 + i * 7919::bigint % 20011, 300000 + i * 104729::bigint % 30013), 27700) AS geom
	FROM generate_series(1, 30000) i;
	CREATE TABLE towns AS
	SELECT i AS id, 1 AS la, ST_SetSRID(ST_MakePoint(60000 * (i % 10) + i * 7919::bigint % 3001, i * 104729::bigint % 3011), 27700) AS geom
	FROM generate_series(1, 6000) i;
	ANALYZE homes, towns;
EOF2
alone=$(Sql -c 'SET max_parallel_workers_per_gather = 0' -c "$query")
Stop

for size in 1600k 3m 5m; do
	Start "$size"
	for session in 1 2 3; do
		Sql -c "$hurry" -c 'SET client_min_messages = debug1' -c "$query" >"$work/answer.$session" 2>"$work/error.$session" &
	done
	for session in 1 2 3; do
		wait -n || true
	done
	for session in 1 2 3; do
		[ "$(cat "$work/answer.$session")" = "$alone" ] || Fail "$size: $(cat "$work/error.$session")"
	done
	echo "/dev/shm of $size: $(cat "$work"/error.* | grep -o '[0-9] of [0-9] workers.*' | paste -sd';')"
	Stop
done

# no room for the entries of progress: two sessions lock until the server's memory
# is used up.  A session can still be cancelled after it has looked for them.
Start 64m
locks='SELECT count(pg_advisory_lock_shared(i)) FROM generate_series(1, 1000000) i'
Sql -v ON_ERROR_STOP=0 >"$work/log.2" 2>&1 <<-EOF2 &
	SELECT 1;
	\\! touch $work/second; until [ -e $work/held ]; do sleep 0.1; done
	$locks;
	SELECT size || ' bytes of shared memory are left' FROM pg_shmem_allocations WHERE name IS NULL;
	SELECT pg_advisory_unlock_all();
	\\! rm $work/held
EOF2
Sql -v ON_ERROR_STOP=0 >"$work/log.1" 2>&1 <<-EOF2
	\\! until [ -e $work/second ]; do sleep 0.1; done
	$locks;
	\\! touch $work/held; while [ -e $work/held ]; do sleep 0.1; done
	SELECT pg_advisory_unlock_all();
EOF2
grep left "$work/log.2" || true
Sql -v ON_ERROR_STOP=0 -c "$query" -c "SELECT count(*) FROM pg_shmem_allocations WHERE name LIKE 'places%'" \
	-c 'SET statement_timeout = 200' -c 'SELECT pg_sleep(5)' >"$work/answer" 2>"$work/error" || true
[ "$(cat "$work/answer")" = "$alone"$'\n0' ] || Fail "without entries: $(cat "$work/answer" "$work/error")"
grep -q 'canceling statement due to statement timeout' "$work/error" || Fail "a session without entries cannot be cancelled"
Stop
