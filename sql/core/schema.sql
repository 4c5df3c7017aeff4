-- complain if script is sourced in psql, rather than via CREATE EXTENSION
\echo Use "CREATE EXTENSION places CASCADE" to load this file. \quit

-- places: what people use.  Everyone may; what they may read is up to their
-- rights on the stock.
GRANT USAGE ON SCHEMA places TO public;

-- places_internal: what only the former calls, and the tables of plans
CREATE SCHEMA places_internal;
COMMENT ON SCHEMA places_internal IS 'parts of the extension places that only it calls: use what is in the schema places';
GRANT USAGE ON SCHEMA places_internal TO public;

