#!/usr/bin/env bash
# pg_upgrade.sh - a cluster with a plan, its layers, boundaries and views that
# depend on them goes through pg_upgrade; the next run moves nobody
#
# From one version to the same: pg_upgrade dumps and makes again each object of
# an extension, as between any two.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tools/common.sh

data=$(psql -X -A -t -c 'SHOW data_directory')
programs=${data%/data}/root$(Pg bindir)
if [ ! -x "$programs/initdb" ] || [ ! -x "$(Pg bindir)/pg_upgrade" ]; then
	echo 'no installation of its own to make clusters from, or no pg_upgrade'
	exit 77
fi

work=$(mktemp -d /tmp/places-upgrade.XXXXXX)
chown "$(ServerUser)" "$work"

Stop()
{
	local name

	for name in old new; do
		AsServerUser "$programs/pg_ctl" -D "$work/$name" -m immediate stop >/dev/null 2>&1 || true
	done
	rm -rf "$work"
}
trap Stop EXIT

ForgetOtherServers
export PGHOST=$work PGUSER=postgres PGDATABASE=upgraded PGOPTIONS='-c client_min_messages=warning'

Sql()
{
	psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"
}

# Quiet COMMAND...: its output only if it fails
Quiet()
{
	"$@" >"$work/log" 2>&1 || { cat "$work/log" >&2; find "$work/new" -name '*.log' -exec tail -n 20 {} + >&2; exit 1; }
}

Start()
{
	Quiet AsServerUser "$programs/pg_ctl" -D "$work/$1" -l "$work/$1.log" -w -o "-k $work -c listen_addresses= -c fsync=off" start
}

# What the upgrade must not change
Answers()
{
	Sql <<-'END'
		SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM mine.towns t;
		SELECT md5(string_agg(h::text, ',' ORDER BY h::text)) FROM layers.homes_4326 h;
		SELECT md5(string_agg(b::text, ',' ORDER BY key)) FROM layers.boundaries b;
		SELECT count(*), md5(string_agg(g::text, ',' ORDER BY place)) FROM mine.ground() g;
		SELECT md5(places.map('upgraded')), md5(places.geojson('upgraded')::text), md5(places.place_tiles(9, 252, 168));
		SELECT (SELECT count(*) FROM places_internal.membership), (SELECT count(*) FROM places.run_history), (SELECT count(*) FROM places.audit_log);
	END
}

for name in pg_upgrade pg_controldata pg_resetwal pg_dump pg_dumpall pg_restore psql vacuumdb; do
	[ -e "$programs/$name" ] || cp -L "$(Pg bindir)/$name" "$programs/$name"
done
for name in old new; do
	Quiet AsServerUser env LC_ALL=C "$programs/initdb" -D "$work/$name" -U postgres -A trust -E UTF8 --locale=C --no-sync
done

Start old
createdb --maintenance-db postgres upgraded
Sql >/dev/null <<-'END'
	CREATE EXTENSION places CASCADE;
	CREATE TABLE stock AS
	SELECT i AS id, 'A' || i % 2 AS la,
		ST_SetSRID(ST_MakePoint(400000 + i % 2 * 3000 + i % 5 * 700 + i * 7919 % 401, 300000 + i % 3 * 900 + i * 104729 % 397), 27700) AS geom
	FROM generate_series(1, 300) i
	UNION ALL VALUES (1001, 'A0', 'SRID=27700;POINT(300000 600000)'::geometry), (1002, 'A0', NULL);
	CREATE ROLE planner;
	GRANT places_admin TO planner;
	CREATE SCHEMA mine;
	CREATE SCHEMA layers;
	SELECT places.create_plan('upgraded', 'stock', 'id', 'la', 'geom', places.rules(target_homes => 15, max_radius => 600));
	SELECT places.run('upgraded'), places.draw_boundaries('upgraded'), places.create_layers('upgraded', 'layers');
	SELECT places.pin('upgraded', '7', (SELECT min(place) FROM places.place WHERE authority = 'A1'));
	CREATE VIEW mine.towns AS SELECT p.place, p.name, p.centre, t.boundary, count(h.home_id) AS homes
		FROM places.place p LEFT JOIN places.territory t USING (place) LEFT JOIN places.home h USING (place) GROUP BY 1, 2, 3, 4;
	CREATE FUNCTION mine.ground() RETURNS TABLE (place int, boundary geometry) LANGUAGE sql
	BEGIN ATOMIC SELECT b.place, b.boundary FROM places.boundary('stock', 'id', 'la', 'geom', places.rules(target_homes => 15, max_radius => 600)) b WHERE b.authority = 'A1'; END;
END
Answers >"$work/before"
Quiet AsServerUser "$programs/pg_ctl" -D "$work/old" -m fast stop

Quiet AsServerUser env -C "$work" PGOPTIONS= "$programs/pg_upgrade" -b "$programs" -B "$programs" -d "$work/old" -D "$work/new" -U postgres -s "$work"
Start new
Answers >"$work/after"
diff "$work/before" "$work/after" || { echo 'pg_upgrade: other answers afterwards' >&2; exit 1; }

Sql -c "SELECT places.unpin('upgraded', '7')"
moved=$(Sql -c "SELECT status, moved_share FROM places.run('upgraded')")
[ "$moved" = 'done|0' ] || { echo "pg_upgrade: the next run: $moved" >&2; exit 1; }
Sql -c "SET ROLE planner" -c "SELECT count(*) > 5 FROM places.home" | grep -qx t || { echo 'pg_upgrade: rights are lost' >&2; exit 1; }
