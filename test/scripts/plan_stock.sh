#!/usr/bin/env bash
# plan_stock - a plan over a stock shaped like a real one, through a year of
# change: nobody moves without need, and as many homes stay in places as if
# each run began afresh
set -euo pipefail

file=../shared/data/stock45k.csv.gz
if [ ! -r "$file" ]; then
	echo "$file is not here"
	exit 77
fi

Sql()
{
	psql -X -q -At -v ON_ERROR_STOP=1 "$@"
}

# Holds VALUE CONDITION WORDS: fails unless the value satisfies the condition
Holds()
{
	if [ "$(Sql -c "SELECT ($1)::float8 $2")" != t ]; then
		echo "$3: $1, which is not $2"
		exit 1
	fi
	echo "$3: $1"
}

Sql <<-'EOF'
	CREATE TABLE stock (uprn bigint, la_code text, postcode text, easting float8, northing float8, lon float8, lat float8);
EOF
gzip -dc "$file" | Sql -c 'COPY stock FROM STDIN (FORMAT csv, HEADER)'
Sql <<-'EOF'
	ALTER TABLE stock ADD geom geometry(Point, 27700);
	UPDATE stock SET geom = ST_SetSRID(ST_MakePoint(easting, northing), 27700);
	SELECT places.create_plan('n', 'stock', 'uprn', 'la_code', 'geom', places.rules(max_radius => 3000), label_column => 'la_code');
EOF

# Run: the share of homes that it moved
Run()
{
	Sql -c "SELECT moved_share FROM places.run('n') WHERE published"
}

# Replace PERCENT ROUND: removes homes at random, and adds as many at other
# homes' postcodes of the same authority
Replace()
{
	Sql -v percent="$1" -v round="$2" <<-'EOF'
		CREATE TEMP TABLE gone AS
		SELECT uprn, la_code FROM stock WHERE abs(hashint8(uprn + 7919 * :round)) % 1000 < 10 * :percent;
		DELETE FROM stock s USING gone g WHERE s.uprn = g.uprn;
		INSERT INTO stock (uprn, la_code, postcode, geom)
		SELECT 1000000000000 * :round + g.uprn, g.la_code, p.postcode, ST_Translate(p.geom, 11, 7)
		FROM (SELECT g.*, row_number() OVER (PARTITION BY la_code ORDER BY hashint8(uprn), uprn) AS n FROM gone g) g
		JOIN (SELECT s.*, row_number() OVER (PARTITION BY la_code ORDER BY hashint8(uprn + 1), uprn) AS n FROM stock s) p
			ON p.la_code = g.la_code AND p.n = g.n;
	EOF
}

# Below: how many points of kept homes the published run is below one from scratch
Below()
{
	Sql <<-'EOF'
		SELECT 100 * (h.kept_share - r.kept_share)
		FROM places.headline('stock', 'uprn', 'la_code', 'geom', places.rules(max_radius => 3000)) h,
			places.run_history r WHERE r.published
	EOF
}

Run >/dev/null
Holds "$(Below)" '= 0' 'first run, points below one from scratch'
Holds "$(Run)" '= 0' 'the same homes again, share moved'
Holds "$(Sql -c 'SELECT count(*) FROM places_internal.membership WHERE since_run > 1')" '= 0' 'rows stored for that'
for round in 1 2 3; do
	Replace 1 "$round"
	Holds "$(Run)" '<= 0.02' '1 % of homes replaced, share of the others moved'
	Holds "$(Below)" '<= 0.5' 'points below a run from scratch'
done
Replace 5 4
Holds "$(Run)" '<= 0.04' '5 % of homes replaced, share of the others moved'
Holds "$(Below)" '<= 0.5' 'points below a run from scratch'
Holds "$(Sql -c "SELECT count(*) FROM places.home h JOIN places.place p USING (plan, place)
	WHERE h.kept AND (NOT p.kept OR p.homes < 0.95 * 450)")" '= 0' 'kept homes in places that are not'
Holds "$(Sql -c "SELECT max(ST_MinimumBoundingRadius) FROM (SELECT (ST_MinimumBoundingRadius(ST_Collect(location))).radius AS ST_MinimumBoundingRadius
	FROM places.home WHERE kept GROUP BY place) r")" '<= 3000.001' 'widest kept place, metres'
