-- stock45k.sql - reads a landlord's homes from standard input
--
-- The columns are those of ../shared/data/stock45k.csv.gz.

CREATE TEMP TABLE line (uprn bigint, la_code text, postcode text, easting float8, northing float8, lon text, lat text);
\copy line FROM pstdin WITH (FORMAT csv, HEADER true)

CREATE TABLE stock AS
SELECT uprn, la_code, postcode, ST_SetSRID(ST_MakePoint(easting, northing), 27700) AS geom
FROM line
ORDER BY uprn;
