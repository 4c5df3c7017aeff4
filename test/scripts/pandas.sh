#!/usr/bin/env bash
# pandas - what Python makes of the views: ranks stay whole where some places have
# none, figures compute, and nothing is an object that has to be converted first
set -euo pipefail

python=
for candidate in python3 /usr/bin/python3; do
	if "$candidate" -c 'import pandas, psycopg2' 2>/dev/null; then
		python=$candidate
		break
	fi
done
if [ -z "$python" ]; then
	echo 'no pandas with psycopg2 here (Debian: apt-get install python3-pandas python3-psycopg2)'
	exit 77
fi

psql -X -q -v ON_ERROR_STOP=1 <<-'SQL' >/dev/null
	CREATE TABLE stock AS
	SELECT i AS id, 'E' || i % 3 AS la,
		ST_SetSRID(ST_MakePoint(400000 + i % 3 * 20000 + i * 7919 % 4001 * (1 + i % 3), 300000 + i * 104729 % 3989), 27700) AS geom
	FROM generate_series(1, 3000) i;
	SELECT places.create_plan('n', 'stock', 'id', 'la', 'geom', places.rules('kmeans', 100, min_homes => 95, max_radius => 1500));
	SELECT places.run('n');
SQL

"$python" -W ignore - <<'PYTHON'
import pandas, psycopg2

connection = psycopg2.connect("")

def read(query):
	return pandas.read_sql(query, connection)

place = read("SELECT * FROM places.place ORDER BY place")
plain = {str(t) for t in place[["homes", "rank", "density", "radius", "gap", "outlying", "longitude"]].dtypes}
assert plain <= {"float64", "int64"}, place.dtypes
assert 0 < place["rank"].count() < len(place), "some places have a rank, some have none"
assert list(place.columns)[-1] == "centre"

# the line that the documentation gives
place = place.convert_dtypes()
types = place.dtypes.astype(str)
assert (types[["place", "homes", "rank", "radius", "gap", "mean_distance", "outlying", "run"]] == "Int64").all(), types
assert types["kept"] == "boolean" and types["reason"] == "string", types
assert types["density"] in ("Float64", "Int64") and types["longitude"] == "Float64", types
assert (place["rank"].isna() == ~place["kept"]).all() and (place["reason"].isna() == place["kept"]).all()
assert "1.0" not in place.loc[place["rank"] == 1, ["rank", "homes"]].to_csv(index=False)
assert int(place["homes"].sum()) == 3000

# what people compute
kept = place[place["kept"]].sort_values("rank")
assert kept["density"].is_monotonic_decreasing
authority = read("SELECT * FROM places.authority").convert_dtypes()
assert str(authority["homes"].dtype) == "Int64" and str(authority["kept_share"].dtype) == "Float64"
assert abs(float(authority["kept_share"].mean()) - float((authority["kept_homes"] / authority["homes"]).mean())) < 1e-4
assert (place["homes"] / place["radius"] * 1.5).notna().all()
assert str(read("SELECT * FROM places.home").convert_dtypes()["distance"].dtype) == "Int64"
summary = read("SELECT * FROM places.summary('stock', 'id', 'la', 'geom')").convert_dtypes()
assert (summary.dtypes.astype(str)[["place", "homes", "radius", "rank"]] == "Int64").all(), summary.dtypes

# from pandas 2.0 on reading can do the same
if int(pandas.__version__.split(".")[0]) >= 2:
	whole = pandas.read_sql("SELECT rank, homes FROM places.place", connection, dtype_backend="numpy_nullable")
	assert str(whole["rank"].dtype) == "Int64", whole.dtypes
print("pandas", pandas.__version__, "psycopg2", psycopg2.__version__.split()[0])
PYTHON
