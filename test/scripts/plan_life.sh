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
	SELECT places.create_plan('n', 'homes', 'id', 'la', 'geom', places.rules('coverage', 10, max_radius => 200), label_column => 'ward');
	SELECT status FROM places.run('n');
