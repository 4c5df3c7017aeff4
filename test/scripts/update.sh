#!/usr/bin/env bash
# update - ALTER EXTENSION places UPDATE from each released version gives the same
# objects, with the same definitions, rights and comments, as a new installation;
# plans keep their places, views made upon them still answer, and the next run
# moves nobody
#
# A release is built from its commit (test/releases) and installed beside the
# present version under a library name of its own, so that what it stores is its
# own work.
set -euo pipefail

Sql()
{
	psql -X -q -At -v ON_ERROR_STOP=1 "$@"
}

Fail()
{
	printf 'update: %s\n' "$1" >&2
	exit 1
}

# Every member of the extension as text: what PostgreSQL's own functions say
# that would make it again.
Describe()
{
	Sql -d "$1" <<-'EOF'
		SET search_path = pg_catalog;
		CREATE TEMP VIEW member AS
		SELECT d.classid, d.objid FROM pg_depend d JOIN pg_extension e ON d.refobjid = e.oid
		WHERE d.refclassid = 'pg_extension'::regclass AND e.extname = 'places' AND d.deptype = 'e';
		SELECT pg_describe_object(m.classid, m.objid, 0), obj_description(m.objid, m.classid::regclass::name)
		FROM member m ORDER BY 1;
		SELECT p.oid::regprocedure, p.proacl, p.prokind, p.procost, p.prorows, p.provolatile, p.proparallel,
			p.proisstrict, p.prosecdef, p.proconfig, p.probin, pg_get_function_result(p.oid), pg_get_function_arguments(p.oid),
			CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid) END
		FROM member m JOIN pg_proc p ON m.classid = 'pg_proc'::regclass AND p.oid = m.objid
		ORDER BY p.oid::regprocedure::text;
		SELECT (to_jsonb(a) - 'aggfnoid') || jsonb_build_object('name', a.aggfnoid::regprocedure)
		FROM member m JOIN pg_aggregate a ON m.classid = 'pg_proc'::regclass AND a.aggfnoid = m.objid
		ORDER BY a.aggfnoid::regprocedure::text;
		SELECT c.oid::regclass, c.relkind, c.relacl, c.reloptions, c.relrowsecurity, c.relreplident, a.attname,
			CASE WHEN c.relkind <> 'r' THEN row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum) END,
			format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated, a.attacl,
			pg_get_expr(d.adbin, d.adrelid), col_description(c.oid, a.attnum)
		FROM member m
		LEFT JOIN pg_type t ON m.classid = 'pg_type'::regclass AND t.oid = m.objid
		JOIN pg_class c ON c.oid = CASE m.classid WHEN 'pg_class'::regclass THEN m.objid ELSE t.typrelid END
		JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
		LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
		ORDER BY c.oid::regclass::text, CASE WHEN c.relkind = 'r' THEN a.attname END, a.attnum;
		SELECT c.oid::regclass, pg_get_viewdef(c.oid)
		FROM member m JOIN pg_class c ON m.classid = 'pg_class'::regclass AND c.oid = m.objid
		WHERE c.relkind = 'v' ORDER BY c.oid::regclass::text;
		SELECT c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid)
		FROM member m JOIN pg_constraint c ON m.classid = 'pg_class'::regclass AND c.conrelid = m.objid
		ORDER BY c.conrelid::regclass::text, 2;
		SELECT pg_get_indexdef(i.indexrelid)
		FROM member m JOIN pg_index i ON m.classid = 'pg_class'::regclass AND i.indrelid = m.objid ORDER BY 1;
		SELECT pg_get_triggerdef(t.oid)
		FROM member m JOIN pg_trigger t ON m.classid = 'pg_class'::regclass AND t.tgrelid = m.objid ORDER BY 1;
		SELECT c::regclass, f FROM pg_extension e, unnest(e.extconfig, e.extcondition) AS u(c, f)
		WHERE e.extname = 'places' ORDER BY c::regclass::text;
		SELECT extversion FROM pg_extension WHERE extname = 'places';
		SELECT n.nspname, n.nspacl FROM pg_namespace n WHERE n.nspname IN ('places', 'places_internal') ORDER BY 1;
	EOF
}

# Install VERSION COMMIT: into the tree that the server runs from
Install()
{
	local source=$work/$1 root

	root=$(dirname "$(Sql -c 'SHOW data_directory')")/root
	mkdir "$source"
	git archive "$2" | tar -x -C "$source"
	"${MAKE:-make}" -s -C "$source" PG_CONFIG="$PG_CONFIG" >"$work/make.log" 2>&1 ||
		{ cat "$work/make.log" >&2; Fail "version $1 did not build"; }
	cp "$source/places.so" "$root$("$PG_CONFIG" --pkglibdir)/places-$1.so"
	cp "$source/sql/places--$1.sql" "$root$("$PG_CONFIG" --sharedir)/extension/"
	printf "module_pathname = '\$libdir/places-%s'\n" "$1" \
		>"$root$("$PG_CONFIG" --sharedir)/extension/places--$1.control"
}

# What people see of a plan, in one line
Seen()
{
	Sql -d "$1" -c "SELECT (SELECT md5(string_agg(p::text, '|' ORDER BY p.place))
			FROM (SELECT place, name, authority, homes, kept, reason, rank, locked, named_by FROM places.place) p),
		(SELECT md5(string_agg(h::text, '|' ORDER BY h.home_id))
			FROM (SELECT home_id, authority, place, kept, reason, pinned FROM places.home) h),
		(SELECT count(*) FROM places.audit_log), (SELECT count(*) FROM places.change),
		(SELECT count(*) FROM places.correction), (SELECT count(*) FROM layers.homes_4326), (SELECT count(*) FROM layers.boundaries)"
}

commits=$(grep -v '^#' "${0%/*}/../releases")
command -v git >/dev/null || { echo "git is not installed"; exit 77; }
while read -r version commit; do
	git cat-file -e "$commit^{commit}" 2>/dev/null ||
		{ echo "no history with version $version in this checkout"; exit 77; }
done <<<"$commits"

work=$(mktemp -d)
trap 'rm -rf "$work"; dropdb --if-exists places_updated' EXIT
Describe "$PGDATABASE" >"$work/new"
[ "$(wc -l <"$work/new")" -gt 1000 ] || Fail "hardly anything is described"

while read -r version commit; do
	Install "$version" "$commit"
	createdb places_updated
	export PGOPTIONS='-c client_min_messages=error'
	# a session whose library has been replaced is told so by its workers, and not harmed by them
	Sql -d places_updated <<-EOF >/dev/null
		CREATE EXTENSION postgis;
		CREATE EXTENSION places VERSION '$version';
		CREATE TABLE crowd AS SELECT i AS id, i % 40 AS la, ST_SetSRID(ST_MakePoint(i % 500 * 10, i / 500 * 10), 27700) AS geom
		FROM generate_series(1, 100000) i;
		ANALYZE crowd;
	EOF
	said=$(PGOPTIONS='-c min_parallel_table_scan_size=0 -c parallel_setup_cost=0' psql -X -q -At -d places_updated \
		-c "SELECT count(*) FROM places.assign('crowd', 'id', 'la', 'geom', places.rules('balanced'))" 2>&1 || true)
	case $said in
		*'was replaced during this session'* | 100000) ;;
		*) Fail "a session of version $version with workers of the present one: $said" ;;
	esac
	export PGOPTIONS="$PGOPTIONS -c max_parallel_workers_per_gather=0"
	Sql -d places_updated <<-EOF >/dev/null
		CREATE TABLE stock AS
		SELECT 'home ' || i AS id, 'E0' || i % 3 AS la, 'Ward ' || i % 7 AS ward,
			ST_SetSRID(ST_MakePoint(400000 + i % 3 * 20000 + 40 * (i % 50), 300000 + 40 * (i / 150)), 27700) AS geom
		FROM generate_series(1, 6000) i;
		INSERT INTO stock VALUES ('lost', 'E00', 'Ward 1', NULL), ('nobody''s', NULL, 'Ward 1', ST_SetSRID(ST_MakePoint(0, 0), 27700));
		SELECT places.create_plan('n', 'stock', 'id', 'la', 'geom', places.rules(target_homes => 300, max_radius => 800), label_column => 'ward');
		SELECT * FROM places.run('n');
		SELECT places.pin('n', 'home 1', (SELECT max(place) FROM places.place WHERE authority = 'E01'), 'asked'),
			places.lock('n', (SELECT min(place) FROM places.place)),
			places.name_place('n', (SELECT max(place) FROM places.place), 'Lanes');
		DELETE FROM stock WHERE id = 'home 77';
		SELECT * FROM places.run('n');
		SELECT places.draw_boundaries('n');
		CREATE SCHEMA layers;
		SELECT places.create_layers('n', 'layers');
		CREATE VIEW report AS SELECT p.name, h.home_id, h.distance FROM places.home h JOIN places.place p USING (plan, place);
		CREATE VIEW drawn AS SELECT places.map('n') AS plan, places.map_svg('stock', 'id', 'la', 'geom', max_dots => 100) AS picture;
		CREATE VIEW own AS SELECT la, (places.cluster_places(geom, places.rules('balanced', 100))).homes FROM stock GROUP BY la;
		CREATE VIEW listed AS SELECT s.* FROM places.summary('stock', 'id', 'la', 'geom', places.rules(target_homes => 300, max_radius => 800)) s;
		CREATE VIEW written AS SELECT h.kept_places FROM places.headline('stock', 'id', 'la', 'geom', ROW('balanced', 300, NULL, NULL, 800, NULL, NULL)::places.ruleset) h;
	EOF
	Seen places_updated >"$work/before"
	Sql -d places_updated -c 'ALTER EXTENSION places UPDATE'
	Describe places_updated >"$work/updated"
	diff "$work/new" "$work/updated" >"$work/differences" || { head -n 60 "$work/differences" | cut -c1-300; false; } || Fail "updated from $version, the extension is another than a new one"
	Seen places_updated | diff "$work/before" - || Fail "the update from $version changed what people see"
	[ "$(Sql -d places_updated -c 'SELECT count(gap) FROM places.place')" = 0 ] || Fail "places of version $version have a gap that nobody measured"
	[ "$(Sql -d places_updated -c "SELECT status, moved_share, published FROM places.run('n')")" = 'done|0|t' ] ||
		Fail "the first run after the update from $version: $(Sql -d places_updated -c 'SELECT r.* FROM places.run_history r ORDER BY run DESC LIMIT 1')"
	[ "$(Sql -d places_updated -c 'SELECT count(*) > 0 FROM report WHERE distance >= 0' -c 'SELECT count(*) FROM own' \
		-c 'SELECT count(gap) = count(*) FROM places.place' -c 'SELECT count(*) > 3 FROM listed' -c 'SELECT kept_places > 3 FROM written' \
		-c "SELECT plan ~ '</html>' AND picture ~ '</svg>' FROM drawn")" = "$(printf 't\n4\nt\nt\nt\nt')" ] ||
		Fail "views made upon version $version no longer answer"
	dropdb places_updated
done <<<"$commits"
