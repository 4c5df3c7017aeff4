-- growth.sql - stocks of growing size, from a table postcode of all postcodes
--
-- n homes to every m-th postcode, each up to ten metres from its postcode's
-- point: centimetres from a home's number, the same on every machine.

CREATE PROCEDURE make_stock(n int, m int) LANGUAGE plpgsql AS $$
BEGIN
	DROP TABLE IF EXISTS stock;
	CREATE UNLOGGED TABLE stock AS
	SELECT id, la_code, greatest(1, round(count(*) OVER (PARTITION BY la_code) / 450.0))::int AS k,
		   ST_SetSRID(ST_MakePoint(easting + ((id * 7919) % 2003 - 1001) / 100.0,
								   northing + ((id * 104729) % 1999 - 999) / 100.0), 27700) AS geom
	FROM (SELECT (nr - 1) * n + i AS id, la_code, easting, northing
		  FROM postcode, generate_series(1, n) AS i
		  WHERE nr % m = 0) h
	ORDER BY id;
END
$$;
