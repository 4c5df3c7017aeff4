-- cores.sql - a table measured, and a procedure that fills it: medians of a
-- query's milliseconds with no, one and two workers, taking turns

CREATE TABLE measured (work text, workers int, ms float8);

CREATE PROCEDURE measure(work text, query text, rounds int) LANGUAGE plpgsql AS $$
DECLARE
	since timestamptz;
BEGIN
	FOR round IN 0..rounds LOOP
		FOR workers IN 0..2 LOOP
			PERFORM set_config('max_parallel_workers_per_gather', workers::text, false);
			since := clock_timestamp();
			EXECUTE 'SELECT count(*) FROM ' || query;
			/* one round warms up, if there are others */
			IF round > 0 OR rounds = 0 THEN
				INSERT INTO measured
				VALUES (work, workers, 1000 * extract(epoch FROM clock_timestamp() - since));
			END IF;
		END LOOP;
	END LOOP;
END
$$;

CREATE VIEW report AS
SELECT work, round(none::numeric) AS "one process, ms", round(one::numeric) AS "one worker",
	   round((none / one)::numeric, 2) AS "times as fast", round(two::numeric) AS "two workers",
	   round((none / two)::numeric, 2) AS "times as fast "
FROM (SELECT work, percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) FILTER (WHERE workers = 0) AS none,
			 percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) FILTER (WHERE workers = 1) AS one,
			 percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) FILTER (WHERE workers = 2) AS two
	  FROM measured GROUP BY work) m
ORDER BY work;
