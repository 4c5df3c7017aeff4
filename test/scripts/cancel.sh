#!/usr/bin/env bash
# cancel.sh - a long clustering answers pg_cancel_backend and statement_timeout
#
# 450,000 homes in one group, cancelled at several moments of the work: while
# gathering, building the tree, assigning.  The aim is an answer within 100 ms;
# the test allows a second, since machines are noisy, and prints what it saw.
set -euo pipefail

homes=450000
limit_ms=1000

Sql()
{
	psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"
}

Fail()
{
	printf 'cancel: %s\n' "$1" >&2
	exit 1
}

# Dense towns in a thin country, the same on every run
Sql <<-EOF
	CREATE UNLOGGED TABLE many AS
	SELECT ST_SetSRID(ST_MakePoint(
		400000 + i % 45 * 1321 % 20000 + i * 7919::bigint % 4001 / 2.0 + (i * 15485863::bigint % 9973) / 100.0,
		300000 + i % 45 * 5519 % 20000 + i * 104729::bigint % 3989 / 2.0 + (i * 32452843::bigint % 9967) / 100.0), 27700) AS geom
	FROM generate_series(1, $homes) i;
EOF

Query()
{
	printf "SELECT array_length((places.cluster(geom, places.rules('%s', 450))).place, 1) FROM many" "$1"
}

Now()
{
	date +%s%3N
}

# The whole work, for a measure of the moments: ms
Duration()
{
	local start
	start=$(Now)
	[ "$(Sql -c "$(Query "$1")")" = "$homes" ] || Fail "$1: not every home came back"
	echo $(($(Now) - start))
}

# CancelAfter METHOD MS: prints how long the answer took, or that the work was done before
CancelAfter()
{
	local method=$1 delay=$2 pid cancelled ended status=0 client log

	log=$(mktemp)

	PGAPPNAME=victim_$method Sql -c "$(Query "$method")" >"$log" 2>&1 &
	client=$!
	sleep "$(printf '%d.%03d' $((delay / 1000)) $((delay % 1000)))"
	pid=$(Sql -c "SELECT pid FROM pg_stat_activity WHERE application_name = 'victim_$method' AND state = 'active'")
	cancelled=$(Now)
	if [ -n "$pid" ]; then
		Sql -c "SELECT pg_cancel_backend($pid)" >/dev/null
	fi
	wait "$client" || status=$?
	ended=$(Now)
	if [ "$status" -eq 0 ]; then
		echo "$method: done before it was cancelled after $delay ms"
	else
		grep -q 'canceling statement due to user request' "$log" || Fail "$(cat "$log")"
		echo "$method: cancelled after $delay ms, answered in $((ended - cancelled)) ms (client and shell included)"
		[ $((ended - cancelled)) -le "$limit_ms" ] || Fail "an answer took longer than $limit_ms ms"
		answers=$((answers + 1))
	fi
	rm -f "$log"
}

answers=0
for method in kmeans balanced; do
	duration=$(Duration "$method")
	echo "$method: $homes homes take $duration ms"
	for percent in 15 35 50 65 80; do
		CancelAfter "$method" $((duration * percent / 100))
	done
done
[ "$answers" -ge 5 ] || Fail "only $answers of 10 attempts came before the end"

# A backend says by itself how late it was, and goes on working
out=$(mktemp)
trap 'rm -f "$out"' EXIT
for allowed in 100 300 600 900; do
	for method in kmeans balanced; do
		Sql 2>/dev/null <<-EOF >"$out" || true
			\\set ON_ERROR_STOP off
			SELECT clock_timestamp() AS started \\gset
			SET statement_timeout = $allowed;
			$(Query "$method") \\g /dev/null
			\\set state :SQLSTATE
			RESET statement_timeout;
			SELECT :'state', round(extract(epoch FROM clock_timestamp() - :'started')::numeric * 1000) - $allowed;
			SELECT array_length((places.cluster(geom, places.rules('kmeans', 45))).place, 1) FROM (SELECT geom FROM many LIMIT 1000) s;
		EOF
		IFS='|' read -r state late <"$out" || true
		after=$(tail -n 1 "$out")
		[ "$after" = 1000 ] || Fail "the connection did not work after a timeout: $after"
		case $state in
			57014)
				echo "$method: statement_timeout of $allowed ms answered $late ms late"
				[ "$late" -le "$limit_ms" ] || Fail "an answer was more than $limit_ms ms late"
				;;
			00000) echo "$method: done within $allowed ms" ;;
			*) Fail "SQLSTATE $state" ;;
		esac
	done
done
