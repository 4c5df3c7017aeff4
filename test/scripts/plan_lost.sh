#!/usr/bin/env bash
# plan_lost.sh - a job that loses a server it reads from says so in its record
#
# One server plays two: this database reads the homes of another one through
# postgres_fdw.  The connection ends while the homes are read, and when all is
# done but the commit.
set -euo pipefail

remote=${PGDATABASE}_remote

Sql()
{
	psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"
}

Fail()
{
	printf 'plan_lost: %s\n' "$1" >&2
	exit 1
}

# Expect WHAT IT IS: fails unless both are the same
Expect()
{
	[ "$2" = "$3" ] || Fail "$1: $2, not $3"
}

if [ "$(Sql -c "SELECT count(*) FROM pg_available_extensions WHERE name = 'postgres_fdw'")" = 0 ]; then
	echo "postgres_fdw is not installed"
	exit 77
fi
trap 'dropdb --force --if-exists "$remote"' EXIT

createdb "$remote"
PGOPTIONS='-c client_min_messages=warning' Sql -d "$remote" -c 'CREATE EXTENSION postgis' \
	-c "CREATE TABLE stock AS SELECT i AS id, 'E1' AS la, ST_SetSRID(ST_MakePoint(400000 + i, 300000), 27700) AS geom FROM generate_series(1, 400) i"
Sql <<-EOF
	CREATE EXTENSION postgres_fdw;
	CREATE SERVER remote FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '$PGHOST', port '$PGPORT', dbname '$remote');
	CREATE USER MAPPING FOR CURRENT_USER SERVER remote OPTIONS (user '$PGUSER', password_required 'false');
	CREATE FOREIGN TABLE homes (id int, la text, geom geometry) SERVER remote OPTIONS (table_name 'stock');
	CREATE FUNCTION lose_remote() RETURNS boolean LANGUAGE plpgsql VOLATILE AS \$\$
	BEGIN
		PERFORM pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '$remote' AND application_name = 'postgres_fdw';
		RETURN true;
	END \$\$;
	CREATE VIEW stock AS SELECT id, la, geom FROM homes;
	SELECT places.create_plan('n', 'stock', 'id', 'la', 'geom', places.rules('balanced', 50));
EOF
Last()
{
	Sql -c "SELECT $1 FROM places.run_history ORDER BY run DESC LIMIT 1"
}
Job()
{
	psql -X -q -A -t -v SHOW_CONTEXT=never -c "CALL places.run_job('n')" 2>&1 || true
}
# Lost WHEN RUN: the job fails, its record says why, and what is published stays
Lost()
{
	local answer

	answer=$(Job)
	grep -q "ERROR:  run $2 of plan \"n\" failed" <<<"$answer" || Fail "$1 a job says $answer"
	Expect "the record of a server lost $1" "$(Last 'run, status, finished_at IS NOT NULL, published')" "$2|failed|t|f"
	grep -qE 'terminating connection|connection to server "remote" was lost|server closed the connection' <<<"$(Last error)" ||
		Fail "$1 the record says $(Last error)"
	Expect "the homes after a server was lost $1" "$(Sql -c 'SELECT count(DISTINCT since_run) FROM places_internal.membership')" 1
}

Job
Expect 'the first run' "$(Last 'status, published, stock_rows')" 'done|t|400'

Sql -c 'CREATE OR REPLACE VIEW stock AS SELECT id, la, geom FROM homes UNION ALL SELECT h.id + 1000, h.la, h.geom FROM homes h WHERE lose_remote()'
Lost 'while it was read' 2
Sql -c 'CREATE OR REPLACE VIEW stock AS SELECT id, la, geom FROM homes'
Sql <<-'EOF'
	CREATE FUNCTION lose_at_the_end() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM public.lose_remote(); RETURN NEW; END $$;
	CREATE TRIGGER lose BEFORE UPDATE ON places_internal.run_record FOR EACH ROW WHEN (NEW.status = 'done' AND NEW.finished_at IS NOT NULL) EXECUTE FUNCTION lose_at_the_end();
EOF
Lost 'at the commit' 3
Sql -c 'DROP TRIGGER lose ON places_internal.run_record'

Job
Expect 'the next run' "$(Last 'run, status, published, moved_homes')" '4|done|t|0'
