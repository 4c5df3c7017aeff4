-- stock.sql - an invented landlord: some 45,000 homes in 41 authorities
--
--   psql -f demo/stock.sql                        the stock of the demo
--   psql -v seed=2 -v scale=10 -f demo/stock.sql  another one, ten times as large
--
-- Makes the table stock in the current schema; fails where there is one.
--
-- Every choice is a hash of what it is about and the seed, and lengths are
-- whole decimetres reached by arithmetic that IEEE 754 defines exactly: the same
-- seed gives the same bits on every machine.
--
-- An authority is a square of 21 km with settlements in it, of sizes falling
-- with their rank: in a city the first holds most homes, a rural district has
-- dozens of villages.  A settlement is made of estates, an estate of streets and
-- of blocks of flats, whose homes share a point.  A few rows are wrong in the
-- ways that such tables are.

\if :{?seed}
\else
\set seed 1
\endif
\if :{?scale}
\else
\set scale 1
\endif

SET client_min_messages = warning;
BEGIN;
SET LOCAL jit = off;				-- it would take longer than the work

-- a whole number from 0 to n - 1; what says which of its choices a thing makes
CREATE FUNCTION pg_temp.pick(thing bigint, what int, n int) RETURNS int
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
	RETURN (hashint8extended(thing, :seed * 1000 + what) & 9223372036854775807) % n;

CREATE TEMP TABLE authority AS
SELECT nr, code, name, kind,
	   greatest(1, round(:scale * homes * CASE WHEN :seed = 1 THEN 100 ELSE 70 + pg_temp.pick(nr, 1, 61) END / 100))::int AS homes,
	   3000000 + 260000 * ((nr - 1) % 7) AS x,		-- decimetres
	   2200000 + 260000 * ((nr - 1) / 7) AS y
FROM (VALUES
	('X01', 'Harrowmere', 'towns', 8500),
	('X02', 'Estmarsh', 'rural', 5000),
	('X03', 'Wolderness', 'rural', 4300),
	('X04', 'Kingsborne', 'city', 3900),
	('X05', 'Thornmouth', 'city', 3200),
	('X06', 'Vale of Ister', 'towns', 2600),
	('X07', 'Carrowdale', 'towns', 2000),
	('X08', 'Pellminster', 'city', 1750),
	('X09', 'North Fenwold', 'rural', 1500),
	('X10', 'Saltreach', 'towns', 1250),
	('X11', 'Dunmarrow', 'city', 1050),
	('X12', 'Ravensholt', 'towns', 930),
	('X13', 'Upper Yarrel', 'rural', 820),
	('X14', 'Brackenmoor', 'towns', 760),
	('X15', 'Ostrevale', 'rural', 690),
	('X16', 'Lynchester', 'city', 620),
	('X17', 'Mardlewick', 'towns', 560),
	('X18', 'East Sorrel', 'rural', 520),
	('X19', 'Hollowfield', 'towns', 480),
	('X20', 'Quenmouth', 'city', 455),
	('X21', 'Tamberley', 'towns', 440),
	('X22', 'Wrenbourne', 'rural', 420),
	('X23', 'Stourhaven', 'city', 400),
	('X24', 'Ferncombe', 'towns', 370),
	('X25', 'Alderscar', 'rural', 340),
	('X26', 'Netherwick', 'towns', 310),
	('X27', 'Corvedean', 'rural', 290),
	('X28', 'Bellmarch', 'city', 265),
	('X29', 'Pinfold Hundred', 'rural', 240),
	('X30', 'Glaisford', 'towns', 215),
	('X31', 'Merrowside', 'city', 180),
	('X32', 'Thessel Heath', 'rural', 150),
	('X33', 'Cindermoor', 'towns', 120),
	('X34', 'Ormsreach', 'rural', 98),
	('X35', 'Whitlow Sands', 'towns', 80),
	('X36', 'Fallowmere', 'rural', 70),
	('X37', 'Grimshaven', 'city', 60),
	('X38', 'Eskerby', 'rural', 48),
	('X39', 'Hurnbeck', 'towns', 40),
	('X40', 'Tolverside', 'rural', 31),
	('X41', 'Isle of Wenn', 'rural', 12)
) AS a (code, name, kind, homes), LATERAL (SELECT right(code, -1)::int) AS n (nr);

-- Settlements by falling size: homes are dealt out in proportion to share, by
-- the running total, so that they add up.
CREATE TEMP TABLE settlement AS
WITH shares AS (
	SELECT a.*, rank, a.nr * 10000::bigint + rank AS id,
		   CASE kind WHEN 'city' THEN 1000000 / (rank * rank)
					 WHEN 'towns' THEN 1000000 / (rank + 2)
					 ELSE 1000000 / (rank + 6) END AS share,
		   CASE WHEN rank = 1 THEN 20000			-- half the side of the square it may lie in
				WHEN kind = 'city' THEN 70000
				ELSE 105000 END AS reach
	FROM authority a,
		 generate_series(1, CASE kind WHEN 'city' THEN 3 + homes / 800
									  WHEN 'towns' THEN 6 + homes / 250
									  ELSE 10 + homes / 60 END) AS rank
), totals AS (
	SELECT *,
		   sum(share) OVER (PARTITION BY nr ORDER BY rank) AS upto,
		   sum(share) OVER (PARTITION BY nr) AS total
	FROM shares
)
SELECT id, nr, code, name, kind, rank,
	   (homes * upto / total - homes * (upto - share) / total)::int AS homes,
	   x - reach + pg_temp.pick(id, 2, 2 * reach) AS x,
	   y - reach + pg_temp.pick(id, 3, 2 * reach) AS y,
	   (ARRAY['Aster', 'Bram', 'Corva', 'Dunnel', 'Ember', 'Fenna', 'Garro', 'Hesper',
			  'Ister', 'Jorvel', 'Kelda', 'Lorne', 'Marro', 'Nethel', 'Orrin', 'Pellan',
			  'Quarro', 'Roske', 'Sorrel', 'Thessa', 'Ulver', 'Venna', 'Wyster', 'Yarrel']
	   )[1 + pg_temp.pick(id, 4, 24)]
	   || CASE WHEN rank <= 3
			   THEN (ARRAY['bury', 'minster', 'mouth', 'bridge', 'haven'])[1 + pg_temp.pick(id, 5, 5)]
			   ELSE (ARRAY['thorpe', 'wick', 'combe', 'by', 'stead', 'holt', 'green', 'den']
			   )[1 + pg_temp.pick(id, 5, 8)] END AS settlement
FROM totals;

CREATE TABLE stock (
	uprn		bigint PRIMARY KEY,
	la_code		text,
	la_name		text NOT NULL,
	settlement	text NOT NULL,
	kind		text NOT NULL CHECK (kind IN ('house', 'flat')),
	geom		geometry(Point, 27700)
);

-- From the settlement down to the home: the home's number in the settlement
-- says which estate it is on, the number on the estate which street, and the
-- number on the street where it stands.
WITH home AS (
	SELECT s.*, h,
		   round(350 * sqrt(s.homes::float8))::int AS spread,
		   50 + pg_temp.pick(s.id, 6, 80) AS estate_homes
	FROM settlement s, generate_series(0, s.homes - 1) AS h
), on_estate AS (
	SELECT *, id * 1000 + h / estate_homes AS estate, h % estate_homes AS e
	FROM home
), on_street AS (
	SELECT *,
		   CASE WHEN kind = 'rural' THEN 6 + pg_temp.pick(estate, 7, 14)
				WHEN pg_temp.pick(estate, 8, 8) = 0 THEN 30 + pg_temp.pick(estate, 7, 31)
				ELSE 4 + pg_temp.pick(estate, 7, 24) END AS street_homes,
		   x + (pg_temp.pick(estate, 9, spread) + pg_temp.pick(estate, 10, spread)
				+ pg_temp.pick(estate, 11, spread) - spread * 3 / 2) AS estate_x,
		   y + (pg_temp.pick(estate, 12, spread) + pg_temp.pick(estate, 13, spread)
				+ pg_temp.pick(estate, 14, spread) - spread * 3 / 2) AS estate_y
	FROM on_estate
), at_door AS (
	SELECT *, estate * 100 + e / street_homes AS street, e % street_homes AS door
	FROM on_street
), drawn AS (
	SELECT code, name, settlement, h, id, street, door,
		   -- the tower: 180 flats in the first town of the largest authority
		   nr = 1 AND rank = 1 AND h < 180 AS in_tower,
		   street_homes >= 30
		   OR pg_temp.pick(street, 15, 100) < CASE kind WHEN 'rural' THEN 10 ELSE 28 END AS is_flat,
		   estate_x - 1500 + pg_temp.pick(street, 16, 3001) AS street_x,
		   estate_y - 1500 + pg_temp.pick(street, 17, 3001) AS street_y,
		   pg_temp.pick(street, 18, 201) - 100.5::float8 AS dx,
		   pg_temp.pick(street, 19, 201) - 100.5::float8 AS dy,
		   80 + pg_temp.pick(street, 20, 121) AS plot,
		   x, y
	FROM at_door
), located AS (
	SELECT code, name, settlement, id, h,
		   CASE WHEN in_tower OR is_flat THEN 'flat' ELSE 'house' END AS kind,
		   CASE WHEN in_tower THEN x
				WHEN is_flat THEN street_x
				ELSE street_x + round((door / 2 * plot * dx + (door % 2 * 2 - 1) * 120 * dy)
									  / sqrt(dx * dx + dy * dy)) END / 10::float8 AS easting,
		   CASE WHEN in_tower THEN y
				WHEN is_flat THEN street_y
				ELSE street_y + round((door / 2 * plot * dy - (door % 2 * 2 - 1) * 120 * dx)
									  / sqrt(dx * dx + dy * dy)) END / 10::float8 AS northing
	FROM drawn
), numbered AS (
	SELECT *, row_number() OVER (ORDER BY pg_temp.pick(id * 100000 + h, 21, 1000000000), id, h) AS n
	FROM located
)
INSERT INTO stock
SELECT 900000000000 + n,
	   CASE WHEN n % 3000 <> 13 THEN code END,
	   name, settlement, kind,
	   CASE WHEN n % 1100 = 7 THEN NULL
			WHEN n % 9000 = 11 THEN ST_GeomFromText('POINT EMPTY', 27700)
			WHEN n % 9000 = 19 THEN ST_SetSRID(ST_MakePoint(northing, easting), 27700)
			ELSE ST_SetSRID(ST_MakePoint(easting, northing), 27700) END
FROM numbered
ORDER BY n;

DROP TABLE authority, settlement;
COMMIT;

ANALYZE stock;
RESET client_min_messages;
