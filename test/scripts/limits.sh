#!/usr/bin/env bash
# limits - groups that are too large say so, and the largest that are not do not
#
# PostgreSQL's limit of 1 GB for a value takes groups of millions of homes to
# meet.  Here the files that keep it are built for values of 20,000 bytes
# (MOST_BYTES) into a library of its own, whose functions are called beside the
# extension's: in sessions that load no other function of places.
set -euo pipefail
cd "$(dirname "$0")/../.."

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"

if [ ! -f libplaces.a ] || ! command -v "${CC:-gcc}" >/dev/null; then
	echo "no objects of a build, or no compiler"
	exit 77
fi
objects=()
while read -r file; do
	object=${file%.c}.o
	if grep -q 'pg/bytes\.h' "$file"; then
		object=$dir/$(basename "$file" .c).o
		"${CC:-gcc}" -fPIC -O1 -ffp-contract=off -DMOST_BYTES=20000 -Isrc \
			-isystem "$("$PG_CONFIG" --includedir-server)" -c -o "$object" "$file"
	fi
	objects+=("$object")
done < <(find src/pg -name '*.c')
"${CC:-gcc}" -shared -o "$dir/small.so" "${objects[@]}" libplaces.a -lm
chmod 644 "$dir/small.so"

psql -X -q -v ON_ERROR_STOP=1 <<-EOSQL
	CREATE SCHEMA small;
	DO \$\$
	DECLARE
		f text[];
	BEGIN
		FOREACH f SLICE 1 IN ARRAY '{
			{"cluster_transfn(internal, geometry, places.ruleset)", internal},
			{"cluster_finalfn(internal)", places.clustering},
			{"cluster_places_finalfn(internal)", places.place_list},
			{"pack_transfn(internal, geometry, float8, text)", internal},
			{"pack_transfn(internal, geometry, float8, text, text, int)", internal},
			{"pack_serialfn(internal)", bytea}}'::text[]
		LOOP
			EXECUTE format('CREATE FUNCTION small.%s RETURNS %s AS %L, %L LANGUAGE C',
				f[1], f[2], '$dir/small.so', split_part(f[1], '(', 1));
		END LOOP;
	END
	\$\$;
	CREATE AGGREGATE small.cluster(geometry, places.ruleset) (SFUNC = small.cluster_transfn, STYPE = internal, FINALFUNC = small.cluster_finalfn);
	CREATE AGGREGATE small.cluster_places(geometry, places.ruleset) (SFUNC = small.cluster_transfn, STYPE = internal, FINALFUNC = small.cluster_places_finalfn);
	CREATE AGGREGATE small.pack(geometry, float8, text) (SFUNC = small.pack_transfn, STYPE = internal, FINALFUNC = small.pack_serialfn);
	CREATE AGGREGATE small.pack_run(geometry, float8, text, text, int) (SFUNC = small.pack_transfn, STYPE = internal, FINALFUNC = small.pack_serialfn);
EOSQL

status=0

# Expect WHAT ROWS CALL ANSWER: the bytes of the answer are so many at most, or the error
Expect()
{
	local what=$1 rows=$2 call=$3 answer=$4 got

	got=$(psql -X -A -t -v VERBOSITY=terse 2>&1 <<-EOSQL
		SELECT CASE WHEN $call IS DISTINCT FROM NULL THEN 'fits' END
		FROM generate_series(1, $rows) i, LATERAL (SELECT ST_MakePoint(i % 40, i / 40) AS g,
			ROW('kmeans', 40, 1, 'Infinity', NULL, 'flag', NULL, NULL, NULL)::places.ruleset AS kept,
			ROW('kmeans', 40, 40, 'Infinity', 1, 'flag', NULL, NULL, NULL)::places.ruleset AS spread) s;
	EOSQL
	)
	if [ "$got" != "$answer" ]; then
		printf '%s of %s: expected "%s", got "%s"\n' "$what" "$rows" "$answer" "$got"
		status=1
	fi
}

large='ERROR:  too many homes in one group'
Expect 'answer for homes' 1620 'small.cluster(g, kept)' fits
Expect 'answer for homes' 1640 'small.cluster(g, kept)' "$large"
Expect 'answer for homes' 800 'small.cluster(g, spread)' "$large"
Expect 'answer for places' 5000 'small.cluster_places(g, kept)' fits
Expect 'packed homes' 1116 'small.pack(g, 1, NULL)' fits
Expect 'packed homes' 1117 'small.pack(g, 1, NULL)' "$large"
Expect 'weighted homes' 759 'small.pack(g, 1.5, NULL)' fits
Expect 'weighted homes' 760 'small.pack(g, 1.5, NULL)' "$large"
Expect 'labelled homes of a run' 654 "small.pack_run(g, 1.5, '123', NULL, 0)" fits
Expect 'labelled homes of a run' 900 "small.pack_run(g, 1.5, '123', 'label', 0)" "$large"
Expect 'homes of a run that cannot be placed' 300 "small.pack_run(g, 1.5, '123', NULL, 4326)" fits
Expect 'homes of a run that cannot be placed' 654 "small.pack_run(g, 1.5, '123', NULL, 4326)" "$large"
Expect 'homes with ids of nine letters' 737 "small.pack(g, 1, '123456789')" fits
Expect 'homes with ids of nine letters' 738 "small.pack(g, 1, '123456789')" "$large"
Expect 'long ids' 1 "small.pack(g, 1, repeat('x', 19898))" fits
Expect 'long ids' 1 "small.pack(g, 1, repeat('x', 19899))" "$large"
exit $status
