-- who may do what: readers see places and counts, editors run and correct,
-- admins define plans; what is done to the stock is up to the rights on it

DO $$
DECLARE
	signature regprocedure;
	role text;
BEGIN
	FOR signature, role IN
		SELECT p.oid::regprocedure, r.role
		FROM (VALUES
			('create_plan', 'admin'), ('alter_plan', 'admin'), ('drop_plan', 'admin'),
			('schedule', 'admin'), ('unschedule', 'admin'), ('call_cron', 'admin'), ('forget', 'admin'),
			('run', 'editor'), ('run_job', 'editor'), ('run_plan', 'editor'), ('publish', 'editor'), ('discard', 'editor'),
			('pin', 'editor'), ('unpin', 'editor'), ('lock', 'editor'), ('unlock', 'editor'),
			('name_place', 'editor'), ('record_act', 'editor'), ('moves', 'editor'), ('homes_of_both', 'editor'),
			('compare', 'editor'), ('homes_at', 'editor'), ('draw_boundaries', 'editor')) r(name, role)
		JOIN pg_catalog.pg_proc p ON p.proname = r.name AND p.pronamespace IN ('places'::pg_catalog.regnamespace, 'places_internal'::pg_catalog.regnamespace)
	LOOP
		EXECUTE pg_catalog.format('REVOKE ALL ON ROUTINE %s FROM PUBLIC', signature);
		EXECUTE pg_catalog.format('GRANT EXECUTE ON ROUTINE %s TO %I', signature, 'places_' || role);
	END LOOP;
END
$$;
