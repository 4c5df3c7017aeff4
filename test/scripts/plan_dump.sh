#!/usr/bin/env bash
# plan_dump.sh - plans go through pg_dump and pg_restore whole, and go on from there
set -euo pipefail

Sql()
{
	psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"
}

Fail()
{
	printf 'plan_dump: %s\n' "$1" >&2
	exit 1
}

work=$(mktemp -d)
trap 'rm -rf "$work"; dropdb --if-exists "${PGDATABASE}_plain"; dropdb --if-exists "${PGDATABASE}_custom"
	dropdb --if-exists "${PGDATABASE}_kept"; dropdb --if-exists "${PGDATABASE}_empty"; Sql -c "ALTER DATABASE $PGDATABASE OWNER TO postgres" -c "DROP OWNED BY places_dump_keeper" -c "DROP ROLE places_dump_keeper" >/dev/null 2>&1 || true' EXIT

# Three runs, the second published; a draft; a failed run; pins, locks, names; a tree
Sql >/dev/null <<-'EOF'
	CREATE TABLE stock AS SELECT i AS id, 'E' || i % 2 AS la, CASE WHEN i % 4 < 2 THEN 'Stowe' ELSE 'Oldfield' END AS ward,
		ST_SetSRID(ST_MakePoint(400000 + i % 4 * 1000 + i % 7 * 10, 300000 + i), 27700) AS geom FROM generate_series(1, 120) i;
	SELECT places.create_plan('my "plan"', 'stock', 'id', 'la', 'geom', places.rules('coverage', 20, max_radius => 100), label_column => 'ward', max_shrink => 100, max_drop => 100);
	SELECT * FROM places.run('my "plan"');
	SELECT places.pin('my "plan"', '4', place, 'it''s so'), places.lock('my "plan"', place), places.name_place('my "plan"', place, 'The Lanes')
	FROM places.home WHERE home_id = '4';
	DELETE FROM stock WHERE id % 10 = 9;
	SELECT * FROM places.run('my "plan"');
	DELETE FROM stock WHERE id % 4 = 3;
	SELECT * FROM places.run('my "plan"', publish => false);
	ALTER TABLE stock RENAME la TO authority;
EOF
Sql -c "SELECT * FROM places.run('my \"plan\"')" >/dev/null 2>&1
Sql -c 'ALTER TABLE stock RENAME authority TO la'
Sql >/dev/null <<-'EOF'
	SELECT places.create_plan('tree', 'stock', 'id', 'la', 'geom', places.rules('balanced', 20), max_shrink => 100, max_drop => 100);
	SELECT places.create_patches('patches', 'tree', places.rules('balanced', 7));
	SELECT places.create_localities('localities', 'tree', places.rules('balanced', 40), region_column => 'la');
	SELECT * FROM places.run('tree');
EOF

# Everything of every table and sequence, and what the views say
Describe()
{
	local relation

	Sql -d "$1" -c "SELECT c.oid::regclass FROM pg_class c WHERE c.relnamespace IN ('places'::regnamespace, 'places_internal'::regnamespace) AND c.relkind IN ('r', 'v') AND c.relname <> 'progress' ORDER BY c.relname, c.relnamespace::regnamespace::text" >"$work/relations"
	while read -r relation; do
		printf '%s\n' "$relation"
		Sql -d "$1" -c "SELECT t FROM $relation t ORDER BY t::text"
	done <"$work/relations"
	Sql -d "$1" -c "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'places_internal' ORDER BY 1"
}

# The next run, with what it makes of a new estate, and a correction after it
GoOn()
{
	Sql -d "$1" <<-'EOF'
		INSERT INTO stock SELECT 1000 + i, 'E1', 'Newtown', ST_SetSRID(ST_MakePoint(450000 + i, 300000), 27700) FROM generate_series(1, 25) i;
		SELECT run, homes, places, kept_homes, moved_share, published, status, note FROM places.run('my "plan"');
		SELECT place, name, homes, locked, born_run, run FROM places.place ORDER BY place;
		SELECT * FROM places.moves(2, 8);
		SELECT places.unpin('my "plan"', '4');
		SELECT max(act) FROM places.audit_log;
		SELECT event, place, name FROM places.change ORDER BY run, place, event;
		SELECT run, homes, places, published, status, note FROM places.run('tree');
		SELECT place, name, parent, homes FROM places.tree WHERE tree = 'tree' ORDER BY place;
	EOF
}

Describe "$PGDATABASE" >"$work/before"
[ "$(grep -c 'The Lanes' "$work/before")" -ge 3 ] || Fail 'there is too little to be dumped'
createdb --template template0 "${PGDATABASE}_plain"
createdb --template template0 "${PGDATABASE}_custom"
pg_dump "$PGDATABASE" | Sql -d "${PGDATABASE}_plain" >/dev/null
pg_dump -Fc "$PGDATABASE" >"$work/dump"
createdb --template template0 "${PGDATABASE}_empty"
PGOPTIONS='-c client_min_messages=warning' Sql -d "${PGDATABASE}_empty" -c 'CREATE EXTENSION places CASCADE'
# into a database that has the extension: what comes with it, and what only its owner may say of it
pg_restore -l "$work/dump" | grep -v -e 'EXTENSION' -e 'SCHEMA places' -e 'SCHEMA - places' >"$work/list"
pg_restore --exit-on-error -j 4 -d "${PGDATABASE}_custom" "$work/dump"
tables=$(Sql -c "SELECT string_agg(c.oid::regclass::text, ', ') FROM pg_class c WHERE c.relnamespace = 'places_internal'::regnamespace AND c.relkind = 'r'")
for ((attempt = 1; attempt <= 5; attempt++)); do
	Sql -d "${PGDATABASE}_custom" -c "TRUNCATE $tables" -c 'DROP TABLE stock'
	pg_restore --exit-on-error -j 4 -L "$work/list" -d "${PGDATABASE}_custom" "$work/dump"
	Describe "${PGDATABASE}_custom" >"$work/custom"
	diff "$work/before" "$work/custom" >&2 || Fail "pg_restore -j 4 loses something, at attempt $attempt"
done
for copy in plain custom; do
	Describe "${PGDATABASE}_$copy" >"$work/$copy"
	diff "$work/before" "$work/$copy" >&2 || Fail "the restored database ($copy) holds something else"
done

# there, as here, the next run knows the places, and numbers go on
GoOn "$PGDATABASE" >"$work/next"
[ "$(grep -c 'Newtown' "$work/next")" -ge 1 ] || Fail "the next run made no place of the new estate: $(cat "$work/next")"
grep -q '^8|.*|done|' "$work/next" || Fail "the next run is not the eighth: $(cat "$work/next")"
for copy in plain custom; do
	GoOn "${PGDATABASE}_$copy" >"$work/next_$copy"
	diff "$work/next" "$work/next_$copy" >&2 || Fail "the restored database ($copy) goes on otherwise"
done
cat "$work/next"

# The owner of a database, no superuser but an administrator of plans, does the
# same, into a database with the extension.  What only a superuser may restore is
# not the plans': comments of extensions, their schemas, and PostGIS's table of systems.
Sql <<-EOF
	CREATE ROLE places_dump_keeper LOGIN IN ROLE places_admin;
	ALTER DATABASE $PGDATABASE OWNER TO places_dump_keeper;
	ALTER TABLE stock OWNER TO places_dump_keeper;
	SELECT places.alter_plan('my "plan"', owner => 'places_dump_keeper'), places.alter_plan('tree', owner => 'places_dump_keeper');
EOF
Sql -c "SELECT places.create_plan('the superuser''s', 'stock', 'id', 'la', 'geom')" >/dev/null
pg_dump -Fc -U places_dump_keeper "$PGDATABASE" >"$work/kept_dump"
pg_restore -l "$work/kept_dump" | grep -v -e 'EXTENSION' -e 'SCHEMA places' -e 'SCHEMA - places' -e 'TABLE DATA .* spatial_ref_sys' >"$work/list"
createdb --template "${PGDATABASE}_empty" -O places_dump_keeper "${PGDATABASE}_kept"
Sql -d "${PGDATABASE}_kept" -c 'GRANT CREATE ON SCHEMA public TO places_dump_keeper'
pg_restore -U places_dump_keeper --exit-on-error -j 4 -L "$work/list" -d "${PGDATABASE}_kept" "$work/kept_dump"
Describe "$PGDATABASE" | sed "s/\\(the superuser's\",\\)postgres,/\\1places_dump_keeper,/" >"$work/before"
Describe "${PGDATABASE}_kept" >"$work/kept"
diff "$work/before" "$work/kept" >&2 || Fail 'a dump restored by the owner of the database holds something else'
Sql -U places_dump_keeper -d "${PGDATABASE}_kept" -c "SELECT status FROM places.run('my \"plan\"')" | grep -q done || Fail 'a restored plan does not run'
Sql -U places_dump_keeper -d "${PGDATABASE}_kept" -c "SELECT published FROM places.run('tree')" | grep -q t || Fail 'a restored tree does not run'
# and by psql, which goes on after what a superuser would have to do
dropdb "${PGDATABASE}_kept"
createdb --template "${PGDATABASE}_empty" -O places_dump_keeper "${PGDATABASE}_kept"
Sql -d "${PGDATABASE}_kept" -c 'GRANT CREATE ON SCHEMA public TO places_dump_keeper'
pg_dump -U places_dump_keeper "$PGDATABASE" | psql -X -q -U places_dump_keeper -d "${PGDATABASE}_kept" >/dev/null 2>"$work/said"
if grep ERROR "$work/said" | grep -v -e 'must be owner of extension' -e 'permission denied for table spatial_ref_sys' -e 'schema "places" already exists' -e 'permission denied for schema places' >&2; then
	Fail 'psql restores with errors'
fi
Describe "${PGDATABASE}_kept" >"$work/kept"
diff "$work/before" "$work/kept" >&2 || Fail 'a plain dump restored by the owner of the database holds something else'
