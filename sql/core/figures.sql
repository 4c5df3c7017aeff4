-- figures as people read them
--
-- What is stored, decided and ranked is exact; these are for the columns that
-- people and their reports read.  They stay float8, which every tool computes
-- with, and never change places: what is more is never shown as less, nor a limit as
-- kept that is not.

-- A radius of 3000.2 m that is too wide shows 3001, and one of 3218.6 m within 3218.688 m shows 3218.
CREATE OR REPLACE FUNCTION places_internal.shown_metres(metres float8, beyond boolean, most float8)
RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1
RETURN CASE
	WHEN beyond THEN pg_catalog.ceil(metres)
	WHEN metres <= most AND pg_catalog.round(metres) > most THEN pg_catalog.floor(metres)
	ELSE pg_catalog.round(metres)
END;

COMMENT ON FUNCTION places_internal.shown_metres(float8, boolean, float8) IS
	'metres as a whole number, on the side of a limit, null for none, on which they are: beyond it or not';

CREATE OR REPLACE FUNCTION places_internal.shown_density(density float8)
RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1
RETURN CASE
	WHEN density >= 99.5 OR density <= 0 THEN pg_catalog.round(density)
	ELSE pg_catalog.round(density::numeric, 2 - pg_catalog.floor(pg_catalog.log(density))::int)::float8
END;

COMMENT ON FUNCTION places_internal.shown_density(float8) IS
	'homes per km2 as a whole number, or with three digits that count where it is below 100';

CREATE OR REPLACE FUNCTION places_internal.shown_share(share float8)
RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1
RETURN CASE
	WHEN share > 0 AND share < 1
		THEN LEAST(GREATEST(pg_catalog.round(share::numeric, 4)::float8, 0.0001), 0.9999)
	ELSE share
END;

COMMENT ON FUNCTION places_internal.shown_share(float8) IS
	'a share to a hundredth of a per cent; 0 only if it is none, and 1 only if it is all';

CREATE OR REPLACE FUNCTION places_internal.shown_amount(amount float8)
RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1
RETURN CASE
	WHEN amount = pg_catalog.trunc(amount) OR pg_catalog.abs(amount) > 1e6 THEN pg_catalog.round(amount)
	ELSE pg_catalog.round(amount::numeric, 5 - LEAST(pg_catalog.floor(pg_catalog.log(pg_catalog.abs(amount)))::int, 5))::float8
END;

COMMENT ON FUNCTION places_internal.shown_amount(float8) IS
	'a sum or mean of a measure as a whole number, or with six digits that count';

CREATE OR REPLACE FUNCTION places_internal.shown_ratio(ratio float8)
RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1
RETURN pg_catalog.round(ratio::numeric, 4)::float8;

COMMENT ON FUNCTION places_internal.shown_ratio(float8) IS 'a ratio to a hundredth of a per cent';

-- the rounding of sums is nothing to miss a bound by
CREATE OR REPLACE FUNCTION places_internal.is_within(amount float8, target float8, tolerance float8)
RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1
RETURN pg_catalog.abs(amount - target) <= CASE WHEN tolerance > 1e6 THEN 1e6 ELSE tolerance END * target + 2e-9 * target;

COMMENT ON FUNCTION places_internal.is_within(float8, float8, float8) IS
	'whether an amount differs from its target by no more than a share of that';

CREATE OR REPLACE FUNCTION places_internal.loads_of_place(loads float8[], number bigint)
RETURNS float8[] LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10
RETURN CASE WHEN loads IS NOT NULL THEN
	(SELECT pg_catalog.array_agg(loads[number][l.l] ORDER BY l.l) FROM pg_catalog.generate_series(1, pg_catalog.array_length(loads, 2)) l(l)) END;

COMMENT ON FUNCTION places_internal.loads_of_place(float8[], bigint) IS 'those of one place, of an array of places by measures; null of null';
