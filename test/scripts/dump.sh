#!/usr/bin/env bash
# dump.sh - a database that uses places can be dumped and restored
set -euo pipefail

copy=${PGDATABASE}_copy

Sql()
{
	psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"
}

Sql <<-'EOF'
	CREATE TABLE stock AS
	SELECT i AS id, 'A' || i % 2 AS la, ST_SetSRID(ST_MakePoint(i * 7919 % 1009, i * 104729 % 997), 27700) AS geom FROM generate_series(1, 200) i;
	CREATE TABLE kept_rules (name text, rules places.ruleset DEFAULT places.rules('kmeans', 20), CHECK ((rules).target_homes >= 1));
	INSERT INTO kept_rules DEFAULT VALUES;
	INSERT INTO kept_rules VALUES ('own', places.rules('balanced', target_homes => 25, max_radius => 400));
	CREATE VIEW placed AS
		SELECT s.la, m.* FROM (SELECT la, array_agg(id) AS ids, places.cluster(geom, places.rules('balanced', target_homes => 20)) AS c FROM stock GROUP BY la) s,
			places.members(s.ids, s.c) m;
	CREATE MATERIALIZED VIEW scored AS SELECT la, (places.compactness(geom)).* FROM stock GROUP BY la;
	CREATE MATERIALIZED VIEW summed AS SELECT * FROM places.summary('stock', 'id', 'la', 'geom', places.rules('balanced', target_homes => 20));
EOF

Fingerprint()
{
	Sql -d "$1" -c "SELECT md5(string_agg(t, ';' ORDER BY t)) FROM (
		SELECT r::text AS t FROM kept_rules r UNION ALL SELECT p::text FROM placed p UNION ALL SELECT s::text FROM scored s
		UNION ALL SELECT s::text FROM summed s) u"
}

createdb --template template0 "$copy"
pg_dump "$PGDATABASE" | psql -X -q -v ON_ERROR_STOP=1 -d "$copy" >/dev/null
before=$(Fingerprint "$PGDATABASE")
after=$(Fingerprint "$copy")
dropdb "$copy"
if [ -z "$before" ] || [ "$before" != "$after" ]; then
	echo "dump: the restored database answers otherwise" >&2
	exit 1
fi
