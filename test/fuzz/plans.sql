-- Plans to try the functions of plans on; what calls have dropped is made anew.

SET client_min_messages = warning;
SET ROLE fuzz_admin;

DO $$
DECLARE
	made record;
BEGIN
	FOR made IN SELECT * FROM (VALUES
		('p1', 'fuzz.homes', 'geom'), ('p2', 'fuzz.v_plain', 'geog'), ('p3', 'fuzz.v_random', 'geom'), ('p ''"4', 'fuzz.words', 'geom'))
		p(plan, stock, geom)
	LOOP
		BEGIN
			PERFORM places.create_plan(made.plan, made.stock::regclass, 'id', 'la', made.geom,
				places.rules(target_homes => 20, max_radius => 2000), label_column => 'label', keep_runs => 3);
			PERFORM places.run(made.plan);
		EXCEPTION WHEN OTHERS THEN
			IF SQLSTATE LIKE 'XX%' THEN
				RAISE;
			END IF;
		END;
	END LOOP;
END
$$;
