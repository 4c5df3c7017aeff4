-- growth.sql - stocks of growing size, from a table postcode of all postcodes
--
-- n homes to every m-th postcode, each up to ten metres from its postcode's
-- point: centimetres from a home's number, the same on every machine.  One
-- process makes them, in the order of the postcodes.

CREATE PROCEDURE make_stock(n int, m int) LANGUAGE plpgsql
SET max_parallel_workers_per_gather = 0 AS $$
BEGIN
	DROP TABLE IF EXISTS stock;
	CREATE UNLOGGED TABLE stock AS
	SELECT h.id, h.la_code, a.k,
		   ST_SetSRID(ST_MakePoint(easting + ((id * 7919) % 2003 - 1001) / 100.0,
								   northing + ((id * 104729) % 1999 - 999) / 100.0), 27700) AS geom
	FROM (SELECT (nr - 1) * n + i AS id, la_code, easting, northing
		  FROM postcode, generate_series(1, n) AS i
		  WHERE nr % m = 0) h
	JOIN (SELECT la_code, greatest(1, round(n * count(*) / 450.0))::int AS k
		  FROM postcode WHERE nr % m = 0 GROUP BY la_code) a USING (la_code);
END
$$;
