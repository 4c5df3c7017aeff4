
-- errors: raised by this, and not by RAISE, they do not say where in which
-- function of ours that was

CREATE OR REPLACE FUNCTION places_internal.refuse(condition text, message text, hint text, detail text DEFAULT NULL)
RETURNS void AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL SAFE COST 1;

COMMENT ON FUNCTION places_internal.refuse(text, text, text, text) IS
	'raises an error of a condition, as PL/pgSQL names it, without saying where: psql shows no CONTEXT';
