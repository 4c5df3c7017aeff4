-- who may do what: readers see places and counts, editors run and correct,
-- admins define plans; what is done to the stock is up to the rights on it

-- tables: nobody writes them but the functions behind the doors.  People read
-- through views; a run joins the homes of the last one to the stock with the
-- rights of whoever runs it, hence what editors may read; layers and maps are
-- drawn with the rights of whoever asks for them.

REVOKE ALL ON ALL TABLES IN SCHEMA places_internal FROM PUBLIC, places_reader, places_editor, places_admin;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA places_internal FROM PUBLIC, places_reader, places_editor, places_admin;
GRANT SELECT ON places_internal.plan_definition, places_internal.place_identity, places_internal.place_result,
	places_internal.authority_result, places_internal.lineage, places_internal.place_boundary, places_internal.place_history TO places_reader;
GRANT SELECT ON places_internal.membership, places_internal.pinned_home, places_internal.locked_place,
	places_internal.place_target, places_internal.placed_worker, places_internal.required_skill TO places_editor;
GRANT SELECT ON places_internal.place_of_0_2, places_internal.territory_of_0_2 TO places_reader;
GRANT SELECT ON places_internal.home_of_0_2 TO places_editor;

-- A dump reads all there is.  Restoring it, which need not be a superuser's
-- work, writes into tables that are empty: the owner of the database may, see
-- guard_rows() below.  It could put invented plans there, but nobody else's.
GRANT SELECT ON ALL TABLES IN SCHEMA places_internal TO places_admin;
GRANT SELECT ON ALL SEQUENCES IN SCHEMA places_internal TO places_admin;
GRANT INSERT ON ALL TABLES IN SCHEMA places_internal TO pg_database_owner;
GRANT UPDATE ON ALL SEQUENCES IN SCHEMA places_internal TO pg_database_owner;

CREATE OR REPLACE FUNCTION places_internal.guard_rows()
RETURNS trigger LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 100
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	empty boolean;
BEGIN
	IF pg_has_role((SELECT c.relowner FROM pg_catalog.pg_class c WHERE c.oid = TG_RELID), 'USAGE') THEN
		RETURN NULL;
	END IF;
	EXECUTE format('SELECT NOT EXISTS (SELECT FROM %I.%I)', TG_TABLE_SCHEMA, TG_TABLE_NAME) INTO empty;
	IF NOT empty THEN
		PERFORM places_internal.refuse('insufficient_privilege', pg_catalog.format('table %s is written by functions of the extension places only', TG_TABLE_NAME),
			detail => 'The owner of a database may restore a dump into it, while it is empty.',
			hint => 'Use the functions of the schema places.');
	END IF;
	RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION places_internal.guard_owner()
RETURNS trigger LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 100
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF NOT pg_has_role((SELECT c.relowner FROM pg_catalog.pg_class c WHERE c.oid = TG_RELID), 'USAGE')
		AND NOT EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.rolname = NEW.owner AND pg_has_role(r.oid, 'MEMBER')) THEN
		RAISE WARNING 'plan "%" is yours now, not %''s', NEW.plan, quote_ident(NEW.owner)
			USING DETAIL = 'A plan runs as its owner, and you are no member of that role.',
				HINT = format('Have a superuser use places.alter_plan(%L, owner => %L).', NEW.plan, NEW.owner);
		NEW.owner := CURRENT_USER;
	END IF;
	RETURN NEW;
END
$$;

COMMENT ON FUNCTION places_internal.guard_rows() IS 'keeps all but the owner of the extension from adding rows to a table that has some';
COMMENT ON FUNCTION places_internal.guard_owner() IS 'makes a plan that is restored the restorer''s, unless its owner is a role that the restorer is a member of';

DO $$
DECLARE
	guarded regclass;
BEGIN
	FOR guarded IN
		SELECT c.oid FROM pg_catalog.pg_class c
		WHERE c.relnamespace = 'places_internal'::pg_catalog.regnamespace AND c.relkind = 'r'
	LOOP
		EXECUTE pg_catalog.format('CREATE OR REPLACE TRIGGER guard_rows BEFORE INSERT ON %s FOR EACH STATEMENT EXECUTE FUNCTION places_internal.guard_rows()', guarded);
	END LOOP;
END
$$;
CREATE OR REPLACE TRIGGER guard_owner BEFORE INSERT ON places_internal.plan_definition
FOR EACH ROW EXECUTE FUNCTION places_internal.guard_owner();

-- functions: of those of places, some are not everybody's; of the parts, only
-- what runs with the rights of whoever calls a function or reads a view of places

DO $$
DECLARE
	signature regprocedure;
	role text;
BEGIN
	FOR signature IN
		SELECT p.oid::regprocedure FROM pg_catalog.pg_proc p
		WHERE p.pronamespace = 'places_internal'::pg_catalog.regnamespace
	LOOP
		EXECUTE pg_catalog.format('REVOKE ALL ON ROUTINE %s FROM PUBLIC, places_reader, places_editor, places_admin', signature);
	END LOOP;

	FOR signature IN
		SELECT p.oid::regprocedure FROM pg_catalog.pg_proc p
		WHERE p.pronamespace = 'places_internal'::pg_catalog.regnamespace
			/* PostGIS under our names, drawings, and the aggregates and what they consist of */
			AND p.proname <> 'st_asmvt'	/* crashes in some versions of PostGIS, for a row that is null */
			AND (p.proname ~ '^(st_|map_|picture_|pack)|_of_0_2$' OR p.proname ~ '^(?!pgis_).*_(trans|final|combine|serial|deserial)fn$'
				OR p.proname = ANY (ARRAY[
				'box2d', 'box3d', 'geography', 'geometry', 'postgis_transform_geometry',
				/* locations */
				'is_degrees', 'is_geography', 'metres_between', 'plain_location', 'point_at',
				'point_of', 'short_key', 'srid_of', 'transformed_if_known', 'usable_location',
				/* figures */
				'is_within', 'loads_of_place', 'shown_amount', 'shown_density', 'shown_metres', 'shown_ratio', 'shown_share',
				/* stocks */
				'columns_known_as', 'explain_home', 'explain_sentence', 'find_problems', 'home_words', 'homes_were', 'plain_name', 'problem_words',
				'reason_in_words', 'solve_balance', 'solve_frontier', 'solve_homes', 'solve_places', 'solve_summary',
				'stock_columns', 'stock_homes',
				/* boundaries and layers */
				'checked_max_dots', 'checked_within', 'draw_territories', 'inside', 'sketch_of', 'text_inside',
				'check_layers_free', 'check_on_earth', 'check_tile', 'layer_definitions', 'plan_of_query', 'system_of_layers',
				'tile_box', 'tile_ground', 'tile_key', 'tile_places', 'tile_squares', 'tile_unit',
				/* plans, and the views of them */
				'find_plan', 'is_plan', 'relation_called', 'homes_of_weight', 'insist_published', 'is_in', 'is_member', 'reason_of_home', 'is_running', 'levels_of', 'minutes_of', 'progress_entries',
				/* errors */
				'refuse']))
	LOOP
		EXECUTE pg_catalog.format('GRANT EXECUTE ON ROUTINE %s TO PUBLIC', signature);
	END LOOP;

	FOR signature, role IN
		SELECT p.oid::regprocedure, r.role
		FROM (VALUES
			('create_patches', 'admin'), ('create_localities', 'admin'),
			('set_staff', 'admin'), ('add_contacts', 'admin'), ('remove_contacts', 'admin'), ('add_assets', 'admin'), ('remove_assets', 'admin'),
			('create_plan', 'admin'), ('alter_plan', 'admin'), ('drop_plan', 'admin'),
			('schedule', 'admin'), ('unschedule', 'admin'), ('forget', 'admin'),
			('run', 'editor'), ('run_job', 'editor'), ('publish', 'editor'), ('discard', 'editor'), ('plan_name', 'editor'),
			('pin', 'editor'), ('unpin', 'editor'), ('lock', 'editor'), ('unlock', 'editor'), ('name_place', 'editor'), ('set_target', 'editor'),
			('allocate', 'editor'), ('place_worker', 'editor'), ('release_worker', 'editor'), ('require_skills', 'editor'),
			('call_list', 'editor'), ('check_contacts', 'editor'), ('nearest_assets', 'editor'), ('contact_gap', 'reader'),
			('check_assets', 'editor'), ('assets_of', 'reader'), ('asset_gaps', 'reader'), ('round', 'reader'), ('fairness', 'reader'),
			('moves', 'editor'), ('compare', 'editor'), ('homes_in_run', 'editor'), ('draw_boundaries', 'editor'),
			('tile_homes', 'editor'), ('tile_boundaries', 'reader'), ('st_asmvt', 'reader')) r(name, role)
		JOIN pg_catalog.pg_proc p ON p.proname = r.name AND p.pronamespace IN ('places'::pg_catalog.regnamespace, 'places_internal'::pg_catalog.regnamespace)
	LOOP
		EXECUTE pg_catalog.format('REVOKE ALL ON ROUTINE %s FROM PUBLIC, places_reader, places_editor, places_admin', signature);
		EXECUTE pg_catalog.format('GRANT EXECUTE ON ROUTINE %s TO %I', signature, 'places_' || role);
	END LOOP;
END
$$;
