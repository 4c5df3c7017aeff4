-- places.compactness(): values worked out by hand
\set SHOW_CONTEXT never
\set score 's.homes, ST_AsText(s.centre) AS centre, s.rms_distance AS rms, round(s.density::numeric, 4) AS density, s.elongation'

-- one home, and two on one point: no spread, no density, no direction
SELECT :score FROM (SELECT (places.compactness('POINT(3 4)'::geometry)).*) s;
SELECT :score FROM (SELECT (places.compactness(g)).* FROM unnest(ARRAY['POINT(3 4)', 'POINT(3 4)']::geometry[]) g) s;

-- two homes 6 m apart: rms 3, density 2 / (2 pi 9) a square metre, a line
SELECT :score, round((2e6 / (2 * pi() * 9))::numeric, 4) AS by_hand
FROM (SELECT (places.compactness(g)).* FROM unnest(ARRAY['POINT(0 0)', 'POINT(6 0)']::geometry[]) g) s;

-- a square of side 2: rms sqrt(2), round
SELECT s.homes, ST_AsText(s.centre) AS centre, abs(s.rms_distance - sqrt(2)) < 1e-15 AS rms,
	abs(s.density - 4e6 / (4 * pi())) < 1e-6 AS density, s.elongation
FROM (SELECT (places.compactness(ST_MakePoint(i % 2 * 2, i / 2 * 2))).* FROM generate_series(0, 3) i) s;

-- a rectangle of 6 x 2 turned by 45 degrees: the axes are as 3 to 1
SELECT abs(s.elongation - 3) < 1e-12 AS elongation, abs(s.rms_distance - sqrt(10)) < 1e-12 AS rms
FROM (SELECT (places.compactness(ST_Rotate(ST_MakePoint(i % 2 * 6, i / 2 * 2), pi() / 4))).* FROM generate_series(0, 3) i) s;

-- collinear, on a slant: a line for all the rounding
SELECT s.elongation FROM (SELECT (places.compactness(ST_MakePoint(400000 + i * 0.1, 300000 + i * 0.3))).* FROM generate_series(1, 100) i) s;

-- weights: three homes at 0 and one at 4
SELECT :score FROM (SELECT (places.compactness(g, w)).* FROM (VALUES ('POINT(0 0)'::geometry, 3), ('POINT(4 0)', 1)) v(g, w)) s;
SELECT a = b AS same FROM (SELECT places.compactness(ST_MakePoint(i, i * i), 1) AS a, places.compactness(ST_MakePoint(i, i * i)) AS b
	FROM generate_series(1, 9) i) s;

-- a weighted home of no weight, or of none that is valid, and homes of no location do not count
SELECT :score FROM (SELECT (places.compactness(g, w)).* FROM (VALUES
	('POINT(0 0)'::geometry, 1::float8), ('POINT(6 0)', 1), ('POINT(99 0)', 0), ('POINT(99 0)', NULL), ('POINT(99 0)', -1),
	('POINT(99 0)', 'NaN'), ('POINT(99 0)', 'Infinity'), (NULL, 1), ('POINT EMPTY', 1), (ST_MakePoint('NaN', 0), 1), (ST_MakePoint(0, 'Infinity'), 1)) v(g, w)) s;

-- none that counts, and no row at all
SELECT (places.compactness(NULL::geometry)).*;
SELECT (places.compactness('POINT(1 1)'::geometry, 0)).*;
SELECT (places.compactness(g)).* FROM unnest('{}'::geometry[]) g;

-- the centre is in the input's system
SELECT ST_AsEWKT((places.compactness(g)).centre) FROM unnest(ARRAY['SRID=27700;POINT(0 0)', 'SRID=27700;POINT(6 2)']::geometry[]) g;
SELECT ST_SRID((places.compactness('SRID=4326;POINT(1 1)'::geography)).centre);

-- far from the origin no digit is lost
SELECT abs(near.rms_distance / far.rms_distance - 1) < 1e-8 AS rms, abs(near.density / far.density - 1) < 1e-8 AS density,
	abs(near.elongation / far.elongation - 1) < 1e-8 AS elongation
FROM (SELECT (places.compactness(ST_MakePoint(i % 4, i / 4))).* FROM generate_series(0, 15) i) near,
	(SELECT (places.compactness(ST_MakePoint(1e7 + i % 4, 1e7 + i / 4))).* FROM generate_series(0, 15) i) far;

-- geography agrees with the plane: a grid of 200 m in England
SELECT abs(g.rms_distance / p.rms_distance - 1) < 1e-3 AS rms, abs(g.elongation / p.elongation - 1) < 1e-3 AS elongation,
	abs(g.density / p.density - 1) < 2e-3 AS density, ST_Distance(ST_Transform(g.centre, 27700), p.centre) < 0.1 AS centre
FROM (SELECT (places.compactness(geom)).* FROM (SELECT ST_SetSRID(ST_MakePoint(450000 + i % 20 * 10, 250000 + i / 20 * 20), 27700) AS geom FROM generate_series(0, 199) i) s) p,
	(SELECT (places.compactness(ST_Transform(geom, 4326)::geography)).* FROM (SELECT ST_SetSRID(ST_MakePoint(450000 + i % 20 * 10, 250000 + i / 20 * 20), 27700) AS geom FROM generate_series(0, 199) i) s) g;

-- the antimeridian is a line like any other
SELECT abs(a.rms_distance - b.rms_distance) < 1e-6 AS rms, abs(a.elongation - b.elongation) < 1e-6 AS elongation,
	abs(abs(ST_X(a.centre) - ST_X(b.centre)) - 180) < 1e-9 AS lon, abs(ST_Y(a.centre) - ST_Y(b.centre)) < 1e-9 AS lat
FROM (SELECT (places.compactness(ST_MakePoint(CASE WHEN i < 5 THEN 180 - (5 - i) * 0.01 ELSE -180 + (i - 5) * 0.01 END, 52 + i % 3 * 0.01)::geography)).* FROM generate_series(0, 10) i) a,
	(SELECT (places.compactness(ST_MakePoint((i - 5) * 0.01, 52 + i % 3 * 0.01)::geography)).* FROM generate_series(0, 10) i) b;

-- all round the pole: rms is the distance to it, the centre is the pole
SELECT abs(s.rms_distance - ST_Distance('POINT(0 89.99)'::geography, 'POINT(0 90)'::geography)) < 0.01 AS rms,
	abs(s.elongation - 1) < 1e-6 AS elongation, abs(ST_Y(s.centre) - 90) < 1e-9 AS lat
FROM (SELECT (places.compactness(ST_MakePoint(i * 30 - 150, 89.99)::geography)).* FROM generate_series(0, 11) i) s;

-- what the score means: homes spread evenly over a disc have the disc's own density
SELECT round((s.density / (count / (pi() * 0.25)))::numeric, 2) AS ratio
FROM (SELECT (places.compactness(ST_MakePoint(x, y))).*, count(*) FROM generate_series(-500, 500, 10) x, generate_series(-500, 500, 10) y WHERE x * x + y * y <= 250000) s;

-- as a window function, and in groups
SELECT i, (places.compactness(ST_MakePoint(i, 0)) OVER (ORDER BY i ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)).rms_distance FROM generate_series(1, 3) i;
SELECT i % 2 AS parity, (places.compactness(ST_MakePoint(i, 0))).homes FROM generate_series(1, 5) i GROUP BY 1 ORDER BY 1;
