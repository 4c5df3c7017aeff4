-- complain if script is sourced in psql, rather than via ALTER EXTENSION
\echo Use "ALTER EXTENSION places UPDATE" to load this file. \quit

-- 0.2.0 to 0.3.0, before the parts that are written anew: the schema, tables,
-- types, and functions that become others

CREATE SCHEMA places_internal;
COMMENT ON SCHEMA places_internal IS 'parts of the extension places that only it calls: use what is in the schema places';
GRANT USAGE ON SCHEMA places_internal TO public;

-- what is not for people moves; it keeps its identity, so that views and indexes
-- made upon it stay what they are

DO $$
DECLARE
	part record;
	public_names CONSTANT text[] := '{agreement,alter_plan,assign,boundary,boundary_wkt,cluster,cluster_places,compactness,
		compare,coverage_bound,coverage_limit,create_layers,create_plan,discard,draw_boundaries,drop_plan,explain,forget,
		frontier,geojson,headline,lock,map,map_svg,match_groups,members,moves,name_place,pin,place_tiles,publish,recluster,
		rules,run,run_job,schedule,summary,territories,unlock,unpin,unschedule,vary,
		agreement_score,clustering,compactness_score,place_list,reclustering,ruleset}';
BEGIN
	FOR part IN
		SELECT 'ROUTINE' AS kind, p.oid::pg_catalog.regprocedure::text AS name
		FROM pg_catalog.pg_proc p
		WHERE p.pronamespace = 'places'::pg_catalog.regnamespace AND p.proname <> ALL (public_names)
		UNION ALL
		SELECT CASE c.relkind WHEN 'r' THEN 'TABLE' ELSE 'TYPE' END, c.oid::pg_catalog.regclass::text
		FROM pg_catalog.pg_class c
		WHERE c.relnamespace = 'places'::pg_catalog.regnamespace AND c.relkind IN ('r', 'c')
			AND c.relname <> ALL (public_names)
	LOOP
		EXECUTE pg_catalog.format('ALTER %s %s SET SCHEMA places_internal', part.kind, part.name);
	END LOOP;
END
$$;

-- types

ALTER TYPE places.ruleset ADD ATTRIBUTE max_gap float8, ADD ATTRIBUTE k int;
ALTER TYPE places.place_list ADD ATTRIBUTE gap float8[], ADD ATTRIBUTE loads float8[], ADD ATTRIBUTE load_targets float8[],
	ADD ATTRIBUTE tree float8[];
ALTER TYPE places_internal.map_place ADD ATTRIBUTE gap float8;
CREATE TYPE places_internal.map_level AS (
	level text,
	caption text,
	summary text,
	authorities text[],
	totals text[],
	places places_internal.map_place[]
);

COMMENT ON TYPE places_internal.map_level IS 'what a map shows of the same homes on another level';
COMMENT ON COLUMN places_internal.map_level.level IS 'locality, place or patch';
COMMENT ON COLUMN places_internal.map_level.caption IS 'date, run, method and rules of that level';
COMMENT ON COLUMN places_internal.map_level.summary IS 'its result in a sentence';
COMMENT ON COLUMN places_internal.map_level.authorities IS 'the authorities';
COMMENT ON COLUMN places_internal.map_level.totals IS 'its result in each authority in a sentence';
COMMENT ON COLUMN places_internal.map_level.places IS 'its localities or patches, as places';

CREATE TYPE places_internal.map_piece AS (
	authority text,
	place bigint,
	kept boolean,
	patch bigint,
	patch_kept boolean,
	locality bigint,
	locality_kept boolean,
	region text,
	homes geometry,
	weight float8
);

COMMENT ON TYPE places_internal.map_piece IS 'homes on a map that are together on every level: in one place, patch and locality, and kept or not';
COMMENT ON COLUMN places_internal.map_piece.authority IS 'their authority';
COMMENT ON COLUMN places_internal.map_piece.place IS 'their place';
COMMENT ON COLUMN places_internal.map_piece.kept IS 'whether they are kept there';
COMMENT ON COLUMN places_internal.map_piece.patch IS 'their patch; null: none';
COMMENT ON COLUMN places_internal.map_piece.patch_kept IS 'whether they are kept there';
COMMENT ON COLUMN places_internal.map_piece.locality IS 'their locality; null: none';
COMMENT ON COLUMN places_internal.map_piece.locality_kept IS 'whether they are kept there';
COMMENT ON COLUMN places_internal.map_piece.region IS 'the region of that locality';
COMMENT ON COLUMN places_internal.map_piece.homes IS 'those that the map shows, as a multipoint';
COMMENT ON COLUMN places_internal.map_piece.weight IS 'homes (sum of weights)';

ALTER TYPE places_internal.map_scene ADD ATTRIBUTE caption text, ADD ATTRIBUTE totals text[],
	ADD ATTRIBUTE background geometry[], ADD ATTRIBUTE background_names text[],
	ADD ATTRIBUTE ground geometry, ADD ATTRIBUTE projection text,
	ADD ATTRIBUTE level text, ADD ATTRIBUTE levels places_internal.map_level[], ADD ATTRIBUTE runs json;

COMMENT ON COLUMN places.ruleset.target_homes IS 'homes a place should have; null where k says how many places there are';
COMMENT ON COLUMN places.ruleset.min_homes IS 'fewest homes of a kept place; null, with k: any number';
COMMENT ON COLUMN places.ruleset.max_homes IS 'most homes of a place; kmeans does not heed it; null, with k: any number';
COMMENT ON COLUMN places.ruleset.max_gap IS
	'widest gap between the parts of a kept place, in metres; null: no limit';
COMMENT ON COLUMN places.ruleset.k IS
	'places an authority is divided into (balanced and kmeans); null: as many as target_homes asks for';
COMMENT ON COLUMN places.clustering.reason IS
	'null when kept, or too_small, too_spread, in_parts, several of these joined by commas, outlying, attached, dispersed, no_location, bad_weight';
COMMENT ON COLUMN places.place_list.reason IS
	'null when kept, or too_small, too_spread, in_parts, several of these joined by commas, or dispersed';
COMMENT ON COLUMN places.place_list.gap IS
	'metres between the parts of the place: the longest edge of the minimum spanning tree of its homes that leaves at least a tenth of them on each side; 0 when there is none';
COMMENT ON COLUMN places.place_list.loads IS
	'what the homes of each place have of each measure that is balanced: an array of places by measures; null: none is';
COMMENT ON COLUMN places.place_list.load_targets IS
	'what they should have: the mean of the places of the group, dispersed ones apart';
COMMENT ON COLUMN places.place_list.tree IS 'length of the minimum spanning tree of the homes, in metres';
COMMENT ON COLUMN places_internal.map_scene.caption IS 'date, run, method and rules';
COMMENT ON COLUMN places_internal.map_scene.totals IS 'the result of each authority in a sentence';
COMMENT ON COLUMN places_internal.map_scene.background IS 'polygons behind all';
COMMENT ON COLUMN places_internal.map_scene.background_names IS 'their names; null: none, or that of an authority';
COMMENT ON COLUMN places_internal.map_scene.ground IS 'the part of the plane that is drawn';
COMMENT ON COLUMN places_internal.map_scene.projection IS 'the projection of that plane, in the words of PROJ; null: the homes are in metres';
COMMENT ON COLUMN places_internal.map_scene.level IS 'the level: locality, place or patch';
COMMENT ON COLUMN places_internal.map_scene.levels IS 'the other levels';
COMMENT ON COLUMN places_internal.map_scene.runs IS 'of the homes, in the order of places and those kept before others, how many at a time are in which locality and which patch, and whether kept there';
COMMENT ON COLUMN places_internal.map_place.gap IS 'metres between its parts, each of at least a tenth of its homes; null: unknown';

-- maps take a background now, and outlines instead of centres; views keep the earlier ones,
-- whose bodies are written anew with the rest (map_of_0_2.sql)
ALTER FUNCTION places.map(regclass, name, name, name, places.ruleset, name, text, int) SET SCHEMA places_internal;
ALTER FUNCTION places_internal.map(regclass, name, name, name, places.ruleset, name, text, int) RENAME TO map_of_0_2;
ALTER FUNCTION places.map(text, text, int) SET SCHEMA places_internal;
ALTER FUNCTION places_internal.map(text, text, int) RENAME TO map_of_0_2;
CREATE OR REPLACE FUNCTION places_internal.map_of_0_2(
	stock regclass, id_column name, authority_column name, geom_column name,
	rules places.ruleset DEFAULT places.rules(), weight_column name DEFAULT NULL,
	title text DEFAULT NULL, max_dots int DEFAULT 100000)
RETURNS text LANGUAGE sql STABLE PARALLEL RESTRICTED COST 100000
RETURN '';
CREATE OR REPLACE FUNCTION places_internal.map_of_0_2(plan text, title text DEFAULT NULL, max_dots int DEFAULT 100000)
RETURNS text LANGUAGE sql STABLE PARALLEL RESTRICTED COST 100000
RETURN '';
ALTER FUNCTION places.map_svg(regclass, name, name, name, places.ruleset, name, text, int) SET SCHEMA places_internal;
ALTER FUNCTION places_internal.map_svg(regclass, name, name, name, places.ruleset, name, text, int) RENAME TO map_svg_of_0_2;
ALTER FUNCTION places.map_svg(text, text, int) SET SCHEMA places_internal;
ALTER FUNCTION places_internal.map_svg(text, text, int) RENAME TO map_svg_of_0_2;
CREATE OR REPLACE FUNCTION places_internal.map_svg_of_0_2(
	stock regclass, id_column name, authority_column name, geom_column name,
	rules places.ruleset DEFAULT places.rules(), weight_column name DEFAULT NULL,
	title text DEFAULT NULL, max_dots int DEFAULT 100000)
RETURNS text LANGUAGE sql STABLE PARALLEL RESTRICTED COST 100000
RETURN '';
CREATE OR REPLACE FUNCTION places_internal.map_svg_of_0_2(plan text, title text DEFAULT NULL, max_dots int DEFAULT 100000)
RETURNS text LANGUAGE sql STABLE PARALLEL RESTRICTED COST 100000
RETURN '';
DROP FUNCTION places_internal.map_stock(regclass, name, name, name, places.ruleset, name, text, int);
DROP FUNCTION places_internal.map_plan(text, text, int);
DROP FUNCTION places_internal.map_scene(text, text, text[], places_internal.map_place[], boolean);
DROP FUNCTION places_internal.map_notes(bigint, bigint, bigint);
DROP FUNCTION places_internal.map_summary(places_internal.map_place[], float8, places.ruleset);
DROP FUNCTION places_internal.map_bulk(geometry);
-- the picture is written anew with the rest, and asks for these two with a level
CREATE OR REPLACE FUNCTION places_internal.map_picture(scene places_internal.map_scene) RETURNS text LANGUAGE sql IMMUTABLE RETURN NULL::text;
DROP FUNCTION places_internal.picture_legend(places_internal.map_place[]);
DROP FUNCTION places_internal.picture_heading(float8);
DROP FUNCTION places_internal.map_colours(geometry[], int);
DROP FUNCTION places_internal.map_neighbours(geometry[]);

-- functions of people's that take or give more now: views made with them keep the earlier ones

ALTER FUNCTION places.rules(text, float8, float8, float8, float8, text, float8) SET SCHEMA places_internal;
ALTER FUNCTION places_internal.rules(text, float8, float8, float8, float8, text, float8) RENAME TO rules_of_0_2;
ALTER FUNCTION places.summary(regclass, name, name, name, places.ruleset, name) SET SCHEMA places_internal;
ALTER FUNCTION places_internal.summary(regclass, name, name, name, places.ruleset, name) RENAME TO summary_of_0_2;
ALTER FUNCTION places.assign(regclass, name, name, name, places.ruleset, name) SET SCHEMA places_internal;
ALTER FUNCTION places_internal.assign(regclass, name, name, name, places.ruleset, name) RENAME TO assign_of_0_2;
ALTER FUNCTION places.headline(regclass, name, name, name, places.ruleset, name) SET SCHEMA places_internal;
ALTER FUNCTION places_internal.headline(regclass, name, name, name, places.ruleset, name) RENAME TO headline_of_0_2;
ALTER FUNCTION places.coverage_bound(regclass, name, name, name, places.ruleset, name) SET SCHEMA places_internal;
ALTER FUNCTION places_internal.coverage_bound(regclass, name, name, name, places.ruleset, name) RENAME TO coverage_bound_of_0_2;
ALTER FUNCTION places.frontier(regclass, name, name, name, places.ruleset, name, float8[], float8[]) SET SCHEMA places_internal;
ALTER FUNCTION places_internal.frontier(regclass, name, name, name, places.ruleset, name, float8[], float8[]) RENAME TO frontier_of_0_2;
ALTER FUNCTION places.explain(regclass, name, name, name, places.ruleset, name, text) SET SCHEMA places_internal;
ALTER FUNCTION places_internal.explain(regclass, name, name, name, places.ruleset, name, text) RENAME TO explain_of_0_2;
ALTER FUNCTION places.boundary(regclass, name, name, name, places.ruleset, name, float8) SET SCHEMA places_internal;
ALTER FUNCTION places_internal.boundary(regclass, name, name, name, places.ruleset, name, float8) RENAME TO boundary_of_0_2;

-- views whose columns change places: views made upon them keep the earlier ones

ALTER VIEW places.place SET SCHEMA places_internal;
ALTER VIEW places_internal.place RENAME TO place_of_0_2;
ALTER VIEW places.home SET SCHEMA places_internal;
ALTER VIEW places_internal.home RENAME TO home_of_0_2;
ALTER VIEW places.territory SET SCHEMA places_internal;
ALTER VIEW places_internal.territory RENAME TO territory_of_0_2;

-- tables

DO $$
DECLARE
	reference record;
BEGIN
	FOR reference IN
		SELECT c.conname, c.conrelid::pg_catalog.regclass AS relation
		FROM pg_catalog.pg_constraint c
		WHERE c.connamespace = 'places_internal'::pg_catalog.regnamespace AND c.contype = 'f'
	LOOP
		EXECUTE pg_catalog.format('ALTER TABLE %s DROP CONSTRAINT %I', reference.relation, reference.conname);
	END LOOP;
END
$$;

ALTER TABLE places_internal.plan_definition
	ADD stock_schema name, ADD stock_name name, ADD job_id bigint, ADD job_database oid, ADD boundary_within float8,
	ADD together_column name, ADD balance_columns name[], ADD balance_tolerance float8[], ADD grace float8;
UPDATE places_internal.plan_definition
SET stock_schema = (pg_catalog.parse_ident(stock))[1], stock_name = (pg_catalog.parse_ident(stock))[2], boundary_within = 250, grace = 0;
ALTER TABLE places_internal.plan_definition
	DROP stock, ALTER grace SET NOT NULL, ALTER id_column DROP NOT NULL, ALTER authority_column DROP NOT NULL, ALTER geom_column DROP NOT NULL,
	ADD level text, ADD parent_id int, ADD dispersed boolean, ADD region_column name, ADD UNIQUE (parent_id, level);
UPDATE places_internal.plan_definition SET level = 'place';
ALTER TABLE places_internal.plan_definition
	ALTER level SET DEFAULT 'place', ALTER level SET NOT NULL, ADD CHECK (level IN ('locality', 'place', 'patch')),
	ADD CHECK (CASE WHEN level OPERATOR(pg_catalog.=) 'place' THEN parent_id IS NULL ELSE parent_id IS NOT NULL END),
	ADD CHECK (pg_catalog.num_nonnulls(stock_schema, stock_name, id_column, authority_column, geom_column)
		OPERATOR(pg_catalog.=) CASE WHEN level OPERATOR(pg_catalog.=) 'place' THEN 5 ELSE 0 END);

ALTER TABLE places_internal.run_record
	ADD found_rows bigint, ADD remark text, ADD boundary_within float8, ADD problems int,
	ADD balance_columns name[], ADD balance_tolerance float8[];

ALTER TABLE places_internal.place_result
	ADD gap float8, ADD drawing bigint, ADD loads float8[], ADD load_targets float8[];
ALTER TABLE places_internal.run_record ADD parent_run bigint;
ALTER TABLE places_internal.place_result ADD parent bigint, ADD tour float8;

CREATE TABLE places_internal.place_target (
	plan_id int NOT NULL,
	place bigint NOT NULL,
	share float8 NOT NULL,
	note text,
	who name NOT NULL,
	at timestamptz NOT NULL,
	problem text,
	PRIMARY KEY (plan_id, place)
);

COMMENT ON TABLE places_internal.place_target IS 'places that are to have more or fewer homes than the others';
COMMENT ON COLUMN places_internal.place_target.plan_id IS 'the plan';
COMMENT ON COLUMN places_internal.place_target.place IS 'the place';
COMMENT ON COLUMN places_internal.place_target.share IS 'its target, as a multiple of that of the others';
COMMENT ON COLUMN places_internal.place_target.note IS 'why';
COMMENT ON COLUMN places_internal.place_target.who IS 'who set it';
COMMENT ON COLUMN places_internal.place_target.at IS 'when';
COMMENT ON COLUMN places_internal.place_target.problem IS 'why the last run could not honour it, or the next one cannot; null: nothing';

ALTER TABLE places_internal.place_boundary
	DROP CONSTRAINT place_boundary_pkey, ADD drawing bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY;
UPDATE places_internal.place_result g SET drawing = b.drawing
FROM places_internal.place_boundary b WHERE b.run = g.run AND b.place = g.place;
DO $$
BEGIN
	PERFORM pg_catalog.pg_extension_config_dump('places_internal.place_boundary_drawing_seq', '');
	PERFORM pg_catalog.pg_extension_config_dump('places_internal.place_target', '');
END
$$;

ALTER TABLE places_internal.authority_result
	DROP CONSTRAINT authority_result_pkey, ADD PRIMARY KEY (run, authority, status),
	ADD bad_weight bigint, ADD found_rows bigint, ADD as_of bigint, ADD digest text, ADD terms text;
-- homes move into partitions; the table that they come from goes when nothing uses it

DROP INDEX places_internal.membership_tile;
ALTER TABLE places_internal.membership RENAME TO membership_of_0_2;
ALTER EXTENSION places DROP TABLE places_internal.membership_of_0_2;

-- Plans that are made one after the other are in different partitions.
CREATE OPERATOR FAMILY places_internal.plan_ops USING hash;
CREATE OPERATOR CLASS places_internal.plan_ops FOR TYPE int4 USING hash FAMILY places_internal.plan_ops AS
	OPERATOR 1 =, FUNCTION 2 pg_catalog.int48pl(int4, int8);

COMMENT ON OPERATOR FAMILY places_internal.plan_ops USING hash IS 'numbers of plans, by which their homes are partitioned';
COMMENT ON OPERATOR CLASS places_internal.plan_ops USING hash IS 'numbers of plans, whose hash is the number itself and a constant';

CREATE TABLE places_internal.membership (
	home_id text NOT NULL,
	plan_id int NOT NULL,
	authority text NOT NULL,
	copy int NOT NULL,
	since_run bigint NOT NULL,
	until_run bigint,
	place bigint,
	outside text,
	weight float8,
	location geometry,
	loads float8[]
) PARTITION BY HASH (plan_id places_internal.plan_ops);
CREATE INDEX ON places_internal.membership (home_id);
CREATE INDEX ON places_internal.membership (until_run) WHERE until_run IS NOT NULL;
CREATE INDEX ON places_internal.membership USING brin (plan_id, place) WITH (pages_per_range = 32);

DO $$
BEGIN
	FOR remainder IN 0 .. 7 LOOP
		EXECUTE pg_catalog.format('CREATE TABLE places_internal.membership_%s PARTITION OF places_internal.membership
			FOR VALUES WITH (MODULUS 8, REMAINDER %1$s)', remainder);
		EXECUTE pg_catalog.format('ALTER TABLE places_internal.membership_%s REPLICA IDENTITY FULL', remainder);
		EXECUTE pg_catalog.format('COMMENT ON TABLE places_internal.membership_%s IS %L', remainder,
			'the homes of every eighth plan');
	END LOOP;
END
$$;

COMMENT ON TABLE places_internal.membership IS 'where each home was, from one run until another';
COMMENT ON COLUMN places_internal.membership.home_id IS 'id of the home as text, empty for null, shortened if very long';
COMMENT ON COLUMN places_internal.membership.plan_id IS 'the plan';
COMMENT ON COLUMN places_internal.membership.authority IS 'its local authority; empty, with outside no_authority, for null';
COMMENT ON COLUMN places_internal.membership.copy IS '1, or for rows with the same id and authority 1, 2, ...';
COMMENT ON COLUMN places_internal.membership.since_run IS 'the first run of which this is true';
COMMENT ON COLUMN places_internal.membership.until_run IS 'the first run of which it is true no more; null: it still is';
COMMENT ON COLUMN places_internal.membership.place IS 'its place, or the nearest one; null when it could not be placed';
COMMENT ON COLUMN places_internal.membership.outside IS 'null for a member of the place, divided for one whose group is divided, otherwise what it is instead';
COMMENT ON COLUMN places_internal.membership.weight IS 'its weight, NaN for null; null: the plan has no weights';
COMMENT ON COLUMN places_internal.membership.location IS 'its location as the stock had it';
COMMENT ON COLUMN places_internal.membership.loads IS 'what it has of each measure that is balanced, NaN for what is no amount; null: the plan has none';

INSERT INTO places_internal.membership (home_id, plan_id, authority, copy, since_run, until_run, place, outside, weight, location)
SELECT home_id, plan_id, authority, copy, since_run, until_run, place, outside, weight, location
FROM places_internal.membership_of_0_2 ORDER BY plan_id, place;
DO $$
DECLARE
	carried regclass;
BEGIN
	FOR carried IN
		SELECT i.inhrelid FROM pg_catalog.pg_inherits i WHERE i.inhparent = 'places_internal.membership'::pg_catalog.regclass
	LOOP
		PERFORM pg_catalog.pg_extension_config_dump(carried, '');
	END LOOP;
END
$$;

ALTER TABLE places_internal.lineage ADD PRIMARY KEY (run, place, event, authority);
ALTER TABLE places_internal.act ADD as_role name;

COMMENT ON TABLE places_internal.plan_definition IS 'plans: what to divide into places, by which rules; or what the places of another plan are divided into or grouped to';
COMMENT ON COLUMN places_internal.plan_definition.stock_schema IS 'the schema of the table or view of homes; null, as all about the stock: it reads a run of its parent';
COMMENT ON COLUMN places_internal.plan_definition.stock_name IS 'its name in there; a name, so that it may be dropped and made again';
COMMENT ON COLUMN places_internal.plan_definition.job_id IS 'the job of pg_cron that runs it; null: none does';
COMMENT ON COLUMN places_internal.plan_definition.job_database IS 'the database for which the job was made: in a copy of it the job is another plan''s';
COMMENT ON COLUMN places_internal.plan_definition.level IS 'what its places are: place; patch, a part of a place; or locality, a group of places';
COMMENT ON COLUMN places_internal.plan_definition.parent_id IS 'the plan whose places it divides or groups; null for a plan of places';
COMMENT ON COLUMN places_internal.plan_definition.dispersed IS 'of a plan of patches: whether homes outside every kept place get patches too, by authority; else null';
COMMENT ON COLUMN places_internal.plan_definition.region_column IS 'of a plan of localities: the column of the parent''s stock that says in which region a home is, which localities do not cross; null: they may cross all';
COMMENT ON COLUMN places_internal.plan_definition.boundary_within IS 'how far, in metres, the boundaries that its runs draw reach from the homes; null: they draw none';
COMMENT ON COLUMN places_internal.plan_definition.together_column IS 'its column whose values say which homes stay together; null: none do';
COMMENT ON COLUMN places_internal.plan_definition.balance_columns IS 'its columns of measures that are balanced beside homes; null: none';
COMMENT ON COLUMN places_internal.plan_definition.balance_tolerance IS 'how far each of them may be from its mean in a place, as a share of that, or one for all; null: a tenth';
COMMENT ON COLUMN places_internal.plan_definition.grace IS 'share of min_homes and max_radius by which a place that was kept may break them and stay so';
COMMENT ON COLUMN places_internal.run_record.boundary_within IS 'how far, in metres, its boundaries reach from the homes; null: it has none, or was made before version 0.3.0';
COMMENT ON COLUMN places_internal.place_result.drawing IS 'its boundary; 0: it has no ground, since all its homes are on points of others; null: not drawn';
COMMENT ON COLUMN places_internal.place_result.loads IS 'what its homes have of each measure that is balanced; null: none is';
COMMENT ON COLUMN places_internal.place_result.load_targets IS 'what they should have';
COMMENT ON COLUMN places_internal.place_result.parent IS 'one level up: of a patch the kept place that most of its homes are in, of a place its locality by the run of localities that was last published over this run; null: none';
COMMENT ON TABLE places_internal.place_boundary IS 'the ground that kept places hold; runs between which nothing near a place has changed share it';
COMMENT ON COLUMN places_internal.place_boundary.drawing IS 'its number, by which the places of runs name it';
COMMENT ON COLUMN places_internal.place_boundary.run IS 'the run that it was drawn for';
COMMENT ON COLUMN places_internal.run_record.unhonoured IS 'pins, locks and targets that could not be honoured';
COMMENT ON COLUMN places_internal.run_record.found_rows IS 'rows that were in the base run too, by id and authority';
COMMENT ON COLUMN places_internal.run_record.remark IS 'what people should look at, although it did not hold the run back';
COMMENT ON COLUMN places_internal.run_record.problems IS 'kinds of problems that it met in its stock, of those that places.check_stock() lists; null: of a run before version 0.3.0';
COMMENT ON COLUMN places_internal.run_record.balance_columns IS 'the columns of measures that were balanced beside homes; null: none';
COMMENT ON COLUMN places_internal.run_record.balance_tolerance IS 'how far each of them might be from its mean in a place, as a share of that, or one for all; null: a tenth';
COMMENT ON COLUMN places_internal.run_record.parent_run IS 'the run whose places it divided or grouped; null: of a plan of places';
COMMENT ON COLUMN places_internal.act.as_role IS 'the role in effect; null: the same';
COMMENT ON COLUMN places_internal.place_result.tour IS 'metres of a tour through its homes, estimated; null: of a run before version 0.3.0';
COMMENT ON COLUMN places_internal.place_result.gap IS 'metres between its parts, each of at least a tenth of its homes; null: of a run before version 0.3.0';

COMMENT ON COLUMN places_internal.authority_result.authority IS 'the local authority; empty, with status none, for rows without one';
COMMENT ON COLUMN places_internal.authority_result.bad_weight IS 'those of them without a valid weight';
COMMENT ON COLUMN places_internal.authority_result.found_rows IS 'rows that were in the base run too';
COMMENT ON COLUMN places_internal.authority_result.as_of IS 'the run since which its homes are stored as they are';
COMMENT ON COLUMN places_internal.authority_result.digest IS
	'hash of ids, locations and weights, whatever their order; null: it has to be solved again, whatever they are';
COMMENT ON COLUMN places_internal.authority_result.terms IS 'hash of the rules, and of the pins, locks and targets in it';
COMMENT ON COLUMN places_internal.plan_definition.owner IS 'the role that it belongs to, as which its scheduled runs run';
COMMENT ON COLUMN places_internal.pinned_home.problem IS 'why the last run could not honour it, or the next one cannot; null: nothing';
COMMENT ON COLUMN places_internal.locked_place.problem IS 'why the last run could not honour it, or the next one cannot; null: nothing';

-- functions that return or take something else now; nothing of a user's can
-- depend on them but by name

DROP FUNCTION places.create_plan(text, regclass, name, name, name, places.ruleset, name, name, float8, float8, float8, int);
DROP FUNCTION places.alter_plan(text, regclass, name, name, name, places.ruleset, name, name, float8, float8, float8, int, text, name, text);
DROP FUNCTION places_internal.check_plan(places_internal.plan_definition);
DROP FUNCTION places_internal.mentions(text, text);
DROP FUNCTION places_internal.read_stock(places_internal.run_record, places_internal.plan_definition);
DROP FUNCTION places_internal.show_run(int, bigint);

DROP FUNCTION places_internal.name_places(places_internal.run_record);
