#!/usr/bin/env bash
# memory.sh - a group of 450,000 homes peaks below 250 MB, and nothing leaks
#
# Reads the high-water mark of the backend's memory from /proc, where the system
# has it: without shared buffers, which are counted as they are touched.
set -euo pipefail

Sql()
{
	psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"
}

Fail()
{
	printf 'memory: %s\n' "$1" >&2
	exit 1
}

if [ ! -r /proc/self/status ] || ! grep -q '^VmHWM' /proc/self/status; then
	echo "no /proc/PID/status with VmHWM on this system"
	exit 77
fi

Sql <<-EOF
	CREATE UNLOGGED TABLE many AS
	SELECT i, i / 450 AS la, ST_SetSRID(ST_MakePoint(
		400000 + i % 45 * 1321 % 20000 + i * 7919::bigint % 4001 / 2.0 + (i * 15485863::bigint % 9973) / 100.0,
		300000 + i % 45 * 5519 % 20000 + i * 104729::bigint % 3989 / 2.0 + (i * 32452843::bigint % 9967) / 100.0), 27700) AS geom
	FROM generate_series(1, 450000) i;
	VACUUM ANALYZE many;
	-- a backend's own figures, in kB: private memory now, and at its highest
	CREATE FUNCTION backend_memory(OUT now int, OUT most int) LANGUAGE plpgsql AS \$\$
	DECLARE
		status text := pg_read_file('/proc/self/status');
	BEGIN
		now := substring(status FROM 'RssAnon:\s+(\d+)')::int;
		most := substring(status FROM 'VmHWM:\s+(\d+)')::int;
	END \$\$;
EOF

# Each in a fresh backend: touch all the pages, note the mark, solve, note it again.
# Two settings keep PostgreSQL's own memory out of it: no parallel query, and a plain scan.
for method in kmeans balanced; do
	for argument in geom 'geom, 1.5'; do
		read -r rows before most < <(Sql -F ' ' <<-EOF | tail -n 1
			SET max_parallel_workers_per_gather = 0;
			SELECT places.compactness(geom) IS NULL FROM many \\g /dev/null
			SELECT places.cluster(geom, places.rules('balanced')) FROM (SELECT geom FROM many LIMIT 10) s \\g /dev/null
			SELECT most AS before FROM backend_memory() \\gset
			SELECT array_length((places.cluster($argument, places.rules('$method', 450))).place, 1) AS rows FROM many \\gset
			SELECT :rows, :before, most FROM backend_memory();
		EOF
		)
		echo "$method ($argument): $(((most - before) / 1024)) MB more than before for $rows homes"
		[ "$rows" = 450000 ] || Fail "not every home came back"
		[ $((most - before)) -lt $((250 * 1024)) ] || Fail "more than 250 MB"
	done
done

# 1,001 groups in one statement peak at about what one group needs, and the same
# statement again and again takes no more than the first time.
read -r first last peak < <(Sql -F ' ' <<-'EOF' | tail -n 1
	SET max_parallel_workers_per_gather = 0;
	SET enable_hashagg = off;
	SET work_mem = '4MB';
	CREATE VIEW every_group AS SELECT la, places.cluster(geom, places.rules('balanced', target_homes => 45)) AS c FROM many GROUP BY la;
	SELECT count(*) FROM every_group WHERE (c).place IS NULL \g /dev/null
	SELECT count(*) FROM every_group WHERE (c).place IS NULL \g /dev/null
	SELECT now AS first FROM backend_memory() \gset
	SELECT count(*) FROM every_group WHERE (c).place IS NULL \g /dev/null
	SELECT count(*) FROM every_group WHERE (c).place IS NULL \g /dev/null
	SELECT count(*) FROM every_group WHERE (c).place IS NULL \g /dev/null
	SELECT :first, now, most FROM backend_memory();
EOF
)
echo "1,001 groups: $((first / 1024)) MB after two calls, $((last / 1024)) MB after five"
[ $((last - first)) -lt 4096 ] || Fail "three more calls left $((last - first)) kB behind"

# Small calls by the thousand, errors and cancelled ones among them
read -r first last < <(Sql -F ' ' <<-'EOF' | tail -n 1
	CREATE FUNCTION small_calls(n int) RETURNS void LANGUAGE plpgsql AS $$
	BEGIN
		FOR i_call IN 1 .. n LOOP
			BEGIN
				PERFORM places.cluster(geom, places.rules('balanced', 10)) FROM many WHERE i <= 60;
				PERFORM count(*) FROM places.members(ARRAY[1, 2], (SELECT places.cluster(geom, places.rules('kmeans', 1)) FROM many WHERE i <= 2)) m;
				PERFORM places.compactness(geom) FROM many WHERE i <= 60;
				PERFORM places.cluster(CASE WHEN i = 60 THEN ST_SetSRID(geom, 4326) ELSE geom END, places.rules('balanced')) FROM many WHERE i <= 60;
			EXCEPTION WHEN invalid_parameter_value THEN
				NULL;
			END;
		END LOOP;
	END $$;
	CREATE INDEX ON many (i);
	SELECT small_calls(300) \g /dev/null
	SELECT now AS first FROM backend_memory() \gset
	SELECT small_calls(3000) \g /dev/null
	SELECT :first, now FROM backend_memory();
EOF
)
echo "small calls with errors: $((first / 1024)) MB after 300, $((last / 1024)) MB after 3,300"
[ $((last - first)) -lt 4096 ] || Fail "3,000 small calls left $((last - first)) kB behind"
