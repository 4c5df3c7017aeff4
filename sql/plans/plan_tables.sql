-- what plans store
--
-- A plan is a stock and its rules; a run is one execution of it.  The homes of
-- all runs of a plan share one table, in which a row says where a home was from
-- one run until another: a run adds rows only for what it changed.  Which run
-- the views show is one column of the plan, so publishing is one update.
--
-- The homes of plans are in eight partitions, so that a small plan is not slow
-- beside a large one.  They are made here and not with each plan: a dump has the
-- rows of an extension's tables, and whoever may restore it need not be able to
-- make tables.
--
-- No foreign key leads out of the homes: every one of every run would pay for it.  None leads out of the small ones either:
-- pg_restore --jobs fills tables side by side, and a row that comes before the
-- one it refers to would be lost.  places.drop_plan() removes what is a plan's.
--
-- Nobody but the functions of this extension writes here, see plan_rights.sql.

DO $$
DECLARE
	role text;
BEGIN
	FOREACH role IN ARRAY ARRAY['places_reader', 'places_editor', 'places_admin'] LOOP
		IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = role) THEN
			EXECUTE pg_catalog.format('CREATE ROLE %I NOLOGIN', role);
		END IF;
	END LOOP;
	GRANT places_reader TO places_editor;
	GRANT places_editor TO places_admin;
END
$$;

CREATE TABLE places_internal.plan_definition (
	plan_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	plan text NOT NULL UNIQUE CHECK (plan <> ''),
	owner name NOT NULL,
	stock_schema name,
	stock_name name,
	id_column name,
	authority_column name,
	geom_column name,
	weight_column name,
	label_column name,
	rules places.ruleset NOT NULL,
	tolerance float8 NOT NULL CHECK (tolerance >= 0 AND tolerance < 'Infinity'),
	max_drop float8 NOT NULL CHECK (max_drop >= 0),
	max_shrink float8 NOT NULL CHECK (max_shrink >= 0),
	keep_runs int NOT NULL CHECK (keep_runs >= 1),
	boundary_within float8,
	together_column name,
	balance_columns name[],
	balance_tolerance float8[],
	grace float8 NOT NULL,
	srid int,
	geodetic boolean NOT NULL,
	published_run bigint,
	created_at timestamptz NOT NULL,
	job_id bigint,
	job_database oid,
	level text NOT NULL DEFAULT 'place' CHECK (level IN ('locality', 'place', 'patch')),
	parent_id int,
	dispersed boolean,
	region_column name,
	UNIQUE (parent_id, level),
	CHECK (CASE WHEN level OPERATOR(pg_catalog.=) 'place' THEN parent_id IS NULL ELSE parent_id IS NOT NULL END),
	CHECK (pg_catalog.num_nonnulls(stock_schema, stock_name, id_column, authority_column, geom_column)
		OPERATOR(pg_catalog.=) CASE WHEN level OPERATOR(pg_catalog.=) 'place' THEN 5 ELSE 0 END)
);

COMMENT ON TABLE places_internal.plan_definition IS 'plans: what to divide into places, by which rules; or what the places of another plan are divided into or grouped to';
COMMENT ON COLUMN places_internal.plan_definition.plan_id IS 'number of the plan';
COMMENT ON COLUMN places_internal.plan_definition.plan IS 'its name';
COMMENT ON COLUMN places_internal.plan_definition.owner IS 'the role that it belongs to, as which its scheduled runs run';
COMMENT ON COLUMN places_internal.plan_definition.stock_schema IS 'the schema of the table or view of homes; null, as all about the stock: it reads a run of its parent';
COMMENT ON COLUMN places_internal.plan_definition.stock_name IS 'its name in there; a name, so that it may be dropped and made again';
COMMENT ON COLUMN places_internal.plan_definition.id_column IS 'its column of ids';
COMMENT ON COLUMN places_internal.plan_definition.authority_column IS 'its column of local authorities';
COMMENT ON COLUMN places_internal.plan_definition.geom_column IS 'its column of locations, geometry or geography';
COMMENT ON COLUMN places_internal.plan_definition.weight_column IS 'its column of weights; null: a row is a home';
COMMENT ON COLUMN places_internal.plan_definition.label_column IS 'its column after which new places are named; null: after their authority';
COMMENT ON COLUMN places_internal.plan_definition.rules IS 'the rules of its places';
COMMENT ON COLUMN places_internal.plan_definition.tolerance IS 'share by which a new division must beat the old one to replace it';
COMMENT ON COLUMN places_internal.plan_definition.max_drop IS 'percentage points of kept homes that a run may lose and still be published by itself';
COMMENT ON COLUMN places_internal.plan_definition.max_shrink IS 'per cent of its homes that the stock may lose and a run still be published by itself';
COMMENT ON COLUMN places_internal.plan_definition.keep_runs IS 'how many runs keep their homes and places; the records of all stay';
COMMENT ON COLUMN places_internal.plan_definition.boundary_within IS 'how far, in metres, the boundaries that its runs draw reach from the homes; null: they draw none';
COMMENT ON COLUMN places_internal.plan_definition.together_column IS 'its column whose values say which homes stay together; null: none do';
COMMENT ON COLUMN places_internal.plan_definition.balance_columns IS 'its columns of measures that are balanced beside homes; null: none';
COMMENT ON COLUMN places_internal.plan_definition.balance_tolerance IS 'how far each of them may be from its mean in a place, as a share of that, or one for all; null: a tenth';
COMMENT ON COLUMN places_internal.plan_definition.grace IS 'share of min_homes and max_radius by which a place that was kept may break them and stay so';
COMMENT ON COLUMN places_internal.plan_definition.srid IS 'spatial reference system of the locations; null until a home has one';
COMMENT ON COLUMN places_internal.plan_definition.geodetic IS 'whether locations are longitude and latitude (geography)';
COMMENT ON COLUMN places_internal.plan_definition.published_run IS 'the run that the views show';
COMMENT ON COLUMN places_internal.plan_definition.created_at IS 'when it was made';
COMMENT ON COLUMN places_internal.plan_definition.job_id IS 'the job of pg_cron that runs it; null: none does';
COMMENT ON COLUMN places_internal.plan_definition.job_database IS 'the database for which the job was made: in a copy of it the job is another plan''s';
COMMENT ON COLUMN places_internal.plan_definition.level IS 'what its places are: place; patch, a part of a place; or locality, a group of places';
COMMENT ON COLUMN places_internal.plan_definition.parent_id IS 'the plan whose places it divides or groups; null for a plan of places';
COMMENT ON COLUMN places_internal.plan_definition.dispersed IS 'of a plan of patches: whether homes outside every kept place get patches too, by authority; else null';
COMMENT ON COLUMN places_internal.plan_definition.region_column IS 'of a plan of localities: the column of the parent''s stock that says in which region a home is, which localities do not cross; null: they may cross all';

CREATE TABLE places_internal.run_record (
	run bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	plan_id int NOT NULL,
	base_run bigint,
	who name NOT NULL,
	started_at timestamptz NOT NULL,
	finished_at timestamptz,
	status text NOT NULL CHECK (status IN ('running', 'done', 'failed', 'cancelled', 'crashed', 'discarded')),
	error text,
	held_back text,
	published_at timestamptz,
	stored boolean NOT NULL DEFAULT false,
	rules places.ruleset NOT NULL,
	tolerance float8 NOT NULL,
	versions text NOT NULL,
	fingerprint text,
	stock_rows bigint,
	homes float8,
	places bigint,
	kept_places bigint,
	kept_homes float8,
	kept_share float8,
	moved_homes bigint,
	moved_share float8,
	no_location bigint,
	no_authority bigint,
	bad_weight bigint,
	duplicate_ids bigint,
	unhonoured bigint,
	found_rows bigint,
	remark text,
	boundary_within float8,
	problems int,
	balance_columns name[],
	balance_tolerance float8[],
	parent_run bigint
);
CREATE INDEX ON places_internal.run_record (plan_id, run);

COMMENT ON TABLE places_internal.run_record IS 'every run of every plan: what went in, what came out, and how it ended';
COMMENT ON COLUMN places_internal.run_record.run IS 'number of the run';
COMMENT ON COLUMN places_internal.run_record.plan_id IS 'its plan';
COMMENT ON COLUMN places_internal.run_record.base_run IS 'the run that was published when it began, which it started from';
COMMENT ON COLUMN places_internal.run_record.who IS 'the role that ran it';
COMMENT ON COLUMN places_internal.run_record.started_at IS 'when it began';
COMMENT ON COLUMN places_internal.run_record.finished_at IS 'when it ended';
COMMENT ON COLUMN places_internal.run_record.status IS 'running, done, failed, cancelled, crashed or discarded';
COMMENT ON COLUMN places_internal.run_record.error IS 'why it failed';
COMMENT ON COLUMN places_internal.run_record.held_back IS 'why it was not published although it was asked to be';
COMMENT ON COLUMN places_internal.run_record.published_at IS 'when it was last published';
COMMENT ON COLUMN places_internal.run_record.stored IS 'whether its homes and places are still there';
COMMENT ON COLUMN places_internal.run_record.rules IS 'the rules in force';
COMMENT ON COLUMN places_internal.run_record.tolerance IS 'the tolerance in force';
COMMENT ON COLUMN places_internal.run_record.versions IS 'versions of places, PostgreSQL and PostGIS';
COMMENT ON COLUMN places_internal.run_record.fingerprint IS 'hash of ids, authorities, locations and weights, whatever their order';
COMMENT ON COLUMN places_internal.run_record.stock_rows IS 'rows of the stock';
COMMENT ON COLUMN places_internal.run_record.homes IS 'homes (sum of weights)';
COMMENT ON COLUMN places_internal.run_record.places IS 'places, but for dispersed ones';
COMMENT ON COLUMN places_internal.run_record.kept_places IS 'places that keep the rules';
COMMENT ON COLUMN places_internal.run_record.kept_homes IS 'homes in them';
COMMENT ON COLUMN places_internal.run_record.kept_share IS 'their share of all homes, 0 to 1';
COMMENT ON COLUMN places_internal.run_record.moved_homes IS 'rows that were in the base run too and changed their place, or lost or gained one';
COMMENT ON COLUMN places_internal.run_record.moved_share IS 'their share of the rows that were in the base run too';
COMMENT ON COLUMN places_internal.run_record.no_location IS 'rows without a usable location';
COMMENT ON COLUMN places_internal.run_record.no_authority IS 'rows without an authority';
COMMENT ON COLUMN places_internal.run_record.bad_weight IS 'rows without a valid weight';
COMMENT ON COLUMN places_internal.run_record.duplicate_ids IS 'rows whose id another row has, or is null';
COMMENT ON COLUMN places_internal.run_record.unhonoured IS 'pins, locks and targets that could not be honoured';
COMMENT ON COLUMN places_internal.run_record.found_rows IS 'rows that were in the base run too, by id and authority';
COMMENT ON COLUMN places_internal.run_record.remark IS 'what people should look at, although it did not hold the run back';
COMMENT ON COLUMN places_internal.run_record.boundary_within IS 'how far, in metres, its boundaries reach from the homes; null: it has none, or was made before version 0.3.0';
COMMENT ON COLUMN places_internal.run_record.problems IS 'kinds of problems that it met in its stock, of those that places.check_stock() lists; null: of a run before version 0.3.0';
COMMENT ON COLUMN places_internal.run_record.balance_columns IS 'the columns of measures that were balanced beside homes; null: none';
COMMENT ON COLUMN places_internal.run_record.balance_tolerance IS 'how far each of them might be from its mean in a place, as a share of that, or one for all; null: a tenth';
COMMENT ON COLUMN places_internal.run_record.parent_run IS 'the run whose places it divided or grouped; null: of a plan of places';

CREATE TABLE places_internal.place_identity (
	place bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	plan_id int NOT NULL,
	authority text NOT NULL,
	name text NOT NULL,
	named_by name,
	born_run bigint NOT NULL,
	UNIQUE (plan_id, name)
);

COMMENT ON TABLE places_internal.place_identity IS 'every place there ever was: its number is never used again';
COMMENT ON COLUMN places_internal.place_identity.place IS 'number of the place, one of its own among all plans';
COMMENT ON COLUMN places_internal.place_identity.plan_id IS 'its plan';
COMMENT ON COLUMN places_internal.place_identity.authority IS 'its local authority';
COMMENT ON COLUMN places_internal.place_identity.name IS 'its name';
COMMENT ON COLUMN places_internal.place_identity.named_by IS 'who named it; null: it was named after its homes';
COMMENT ON COLUMN places_internal.place_identity.born_run IS 'the run that made it';

CREATE TABLE places_internal.place_result (
	plan_id int NOT NULL,
	run bigint NOT NULL,
	place bigint NOT NULL,
	authority text NOT NULL,
	homes float8 NOT NULL,
	reason text,
	rank int,
	density float8,
	radius float8 NOT NULL,
	gap float8,
	mean_distance float8 NOT NULL,
	rms_distance float8 NOT NULL,
	outlying float8 NOT NULL,
	attached float8 NOT NULL,
	centre geometry NOT NULL,
	longitude float8,
	latitude float8,
	drawing bigint,
	loads float8[],
	load_targets float8[],
	parent bigint,
	tour float8,
	PRIMARY KEY (run, place, authority)
);

COMMENT ON TABLE places_internal.place_result IS 'the places of each run';
COMMENT ON COLUMN places_internal.place_result.plan_id IS 'the plan';
COMMENT ON COLUMN places_internal.place_result.run IS 'the run';
COMMENT ON COLUMN places_internal.place_result.place IS 'the place';
COMMENT ON COLUMN places_internal.place_result.authority IS 'its local authority';
COMMENT ON COLUMN places_internal.place_result.homes IS 'its homes (sum of weights)';
COMMENT ON COLUMN places_internal.place_result.reason IS 'null when kept, otherwise why not';
COMMENT ON COLUMN places_internal.place_result.rank IS '1 for the densest of the kept places; null for others';
COMMENT ON COLUMN places_internal.place_result.density IS 'homes per km2 of the uniform disc with the same rms_distance';
COMMENT ON COLUMN places_internal.place_result.radius IS 'radius of the minimum bounding circle, in metres';
COMMENT ON COLUMN places_internal.place_result.tour IS 'metres of a tour through its homes, estimated; null: of a run before version 0.3.0';
COMMENT ON COLUMN places_internal.place_result.gap IS 'metres between its parts, each of at least a tenth of its homes; null: of a run before version 0.3.0';
COMMENT ON COLUMN places_internal.place_result.mean_distance IS 'mean distance of the homes to the centre, in metres';
COMMENT ON COLUMN places_internal.place_result.rms_distance IS 'root mean square distance of the homes to the centre, in metres';
COMMENT ON COLUMN places_internal.place_result.outlying IS 'homes outside every place that are nearest to this one';
COMMENT ON COLUMN places_internal.place_result.attached IS 'homes outside every place that joined this one';
COMMENT ON COLUMN places_internal.place_result.centre IS 'its centroid, in the reference system of the stock';
COMMENT ON COLUMN places_internal.place_result.longitude IS 'of the centre, degrees east (WGS 84)';
COMMENT ON COLUMN places_internal.place_result.latitude IS 'of the centre, degrees north (WGS 84)';
COMMENT ON COLUMN places_internal.place_result.drawing IS 'its boundary; 0: it has no ground, since all its homes are on points of others; null: not drawn';
COMMENT ON COLUMN places_internal.place_result.loads IS 'what its homes have of each measure that is balanced; null: none is';
COMMENT ON COLUMN places_internal.place_result.load_targets IS 'what they should have';
COMMENT ON COLUMN places_internal.place_result.parent IS 'one level up: of a patch the kept place that most of its homes are in, of a place its locality by the run of localities that was last published over this run; null: none';

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

CREATE TABLE places_internal.authority_result (
	plan_id int NOT NULL,
	run bigint NOT NULL,
	authority text NOT NULL,
	status text NOT NULL,
	stock_rows bigint NOT NULL,
	homes float8 NOT NULL,
	places bigint NOT NULL,
	kept_places bigint NOT NULL,
	kept_homes float8 NOT NULL,
	moved_homes bigint NOT NULL,
	unplaced bigint NOT NULL,
	bad_weight bigint,
	found_rows bigint,
	as_of bigint,
	digest text,
	terms text,
	PRIMARY KEY (run, authority, status)
);

COMMENT ON TABLE places_internal.authority_result IS 'the local authorities of each run';
COMMENT ON COLUMN places_internal.authority_result.plan_id IS 'the plan';
COMMENT ON COLUMN places_internal.authority_result.run IS 'the run';
COMMENT ON COLUMN places_internal.authority_result.authority IS 'the local authority; empty, with status none, for rows without one';
COMMENT ON COLUMN places_internal.authority_result.status IS
	'new: divided afresh; kept: the old division was good enough; mended: the old one with few changes; none: no authority';
COMMENT ON COLUMN places_internal.authority_result.stock_rows IS 'its rows of the stock';
COMMENT ON COLUMN places_internal.authority_result.homes IS 'its homes (sum of weights)';
COMMENT ON COLUMN places_internal.authority_result.places IS 'its places, but for dispersed ones';
COMMENT ON COLUMN places_internal.authority_result.kept_places IS 'those that keep the rules';
COMMENT ON COLUMN places_internal.authority_result.kept_homes IS 'homes in them';
COMMENT ON COLUMN places_internal.authority_result.moved_homes IS 'rows that were in the base run too and changed their place';
COMMENT ON COLUMN places_internal.authority_result.unplaced IS 'rows that could not be placed';
COMMENT ON COLUMN places_internal.authority_result.bad_weight IS 'those of them without a valid weight';
COMMENT ON COLUMN places_internal.authority_result.found_rows IS 'rows that were in the base run too';
COMMENT ON COLUMN places_internal.authority_result.as_of IS 'the run since which its homes are stored as they are';
COMMENT ON COLUMN places_internal.authority_result.digest IS
	'hash of ids, locations and weights, whatever their order; null: it has to be solved again, whatever they are';
COMMENT ON COLUMN places_internal.authority_result.terms IS 'hash of the rules, and of the pins, locks and targets in it';

CREATE TABLE places_internal.lineage (
	plan_id int NOT NULL,
	run bigint NOT NULL,
	authority text NOT NULL,
	event text NOT NULL CHECK (event IN ('birth', 'split', 'merger', 'end')),
	place bigint NOT NULL,
	other bigint,
	homes bigint NOT NULL,
	PRIMARY KEY (run, place, event, authority)
);
CREATE INDEX ON places_internal.lineage (plan_id, run);

COMMENT ON TABLE places_internal.lineage IS 'what became of places from the base run of a run to it';
COMMENT ON COLUMN places_internal.lineage.plan_id IS 'the plan';
COMMENT ON COLUMN places_internal.lineage.run IS 'the run';
COMMENT ON COLUMN places_internal.lineage.authority IS 'the local authority';
COMMENT ON COLUMN places_internal.lineage.event IS
	'birth and end of a place; split: at least half of the older homes of a born place come from one other; merger: at least half of the homes that an ended place left are in one other, which did not come from it';
COMMENT ON COLUMN places_internal.lineage.place IS 'the place that was born or ended';
COMMENT ON COLUMN places_internal.lineage.other IS 'where most of its homes come from or went; null if from or into no place';
COMMENT ON COLUMN places_internal.lineage.homes IS 'rows that came from or went there; without another place all rows of the place';

CREATE TABLE places_internal.pinned_home (
	plan_id int NOT NULL,
	home_id text NOT NULL,
	place bigint NOT NULL,
	note text,
	who name NOT NULL,
	at timestamptz NOT NULL,
	problem text,
	PRIMARY KEY (plan_id, home_id)
);

COMMENT ON TABLE places_internal.pinned_home IS 'homes that people put into a place';
COMMENT ON COLUMN places_internal.pinned_home.plan_id IS 'the plan';
COMMENT ON COLUMN places_internal.pinned_home.home_id IS 'the home';
COMMENT ON COLUMN places_internal.pinned_home.place IS 'the place it has to be in';
COMMENT ON COLUMN places_internal.pinned_home.note IS 'why';
COMMENT ON COLUMN places_internal.pinned_home.who IS 'who pinned it';
COMMENT ON COLUMN places_internal.pinned_home.at IS 'when';
COMMENT ON COLUMN places_internal.pinned_home.problem IS 'why the last run could not honour it, or the next one cannot; null: nothing';

CREATE TABLE places_internal.locked_place (
	plan_id int NOT NULL,
	place bigint NOT NULL,
	note text,
	who name NOT NULL,
	at timestamptz NOT NULL,
	problem text,
	PRIMARY KEY (plan_id, place)
);

COMMENT ON TABLE places_internal.locked_place IS 'places whose homes people locked in';
COMMENT ON COLUMN places_internal.locked_place.plan_id IS 'the plan';
COMMENT ON COLUMN places_internal.locked_place.place IS 'the place';
COMMENT ON COLUMN places_internal.locked_place.note IS 'why';
COMMENT ON COLUMN places_internal.locked_place.who IS 'who locked it';
COMMENT ON COLUMN places_internal.locked_place.at IS 'when';
COMMENT ON COLUMN places_internal.locked_place.problem IS 'why the last run could not honour it, or the next one cannot; null: nothing';

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

CREATE TABLE places_internal.act (
	act bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	at timestamptz NOT NULL,
	who name NOT NULL,
	as_role name,
	plan text NOT NULL,
	action text NOT NULL,
	home_id text,
	place bigint,
	run bigint,
	note text,
	before jsonb,
	after jsonb
);

COMMENT ON TABLE places_internal.act IS 'what people did, in order; rows are only added';
COMMENT ON COLUMN places_internal.act.act IS 'number of the act';
COMMENT ON COLUMN places_internal.act.at IS 'when';
COMMENT ON COLUMN places_internal.act.who IS 'who: the role that logged in';
COMMENT ON COLUMN places_internal.act.as_role IS 'the role in effect; null: the same';
COMMENT ON COLUMN places_internal.act.plan IS 'the plan by its name';
COMMENT ON COLUMN places_internal.act.action IS 'what was done: the name of the function';
COMMENT ON COLUMN places_internal.act.home_id IS 'the home it concerned';
COMMENT ON COLUMN places_internal.act.place IS 'the place it concerned';
COMMENT ON COLUMN places_internal.act.run IS 'the run it concerned';
COMMENT ON COLUMN places_internal.act.note IS 'why';
COMMENT ON COLUMN places_internal.act.before IS 'what was there before';
COMMENT ON COLUMN places_internal.act.after IS 'what was there after';

CREATE TABLE places_internal.place_boundary (
	drawing bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	plan_id int NOT NULL,
	place bigint NOT NULL,
	run bigint NOT NULL,
	boundary geometry NOT NULL,
	outline geometry,
	sketch geometry
);
CREATE INDEX ON places_internal.place_boundary USING gist (outline);

COMMENT ON TABLE places_internal.place_boundary IS 'the ground that kept places hold; runs between which nothing near a place has changed share it';
COMMENT ON COLUMN places_internal.place_boundary.drawing IS 'its number, by which the places of runs name it';
COMMENT ON COLUMN places_internal.place_boundary.plan_id IS 'the plan';
COMMENT ON COLUMN places_internal.place_boundary.place IS 'the place';
COMMENT ON COLUMN places_internal.place_boundary.run IS 'the run that it was drawn for';
COMMENT ON COLUMN places_internal.place_boundary.boundary IS 'MultiPolygon in the reference system of the stock';
COMMENT ON COLUMN places_internal.place_boundary.outline IS 'the same in Web Mercator, for tiles; null where the reference system is unknown';
COMMENT ON COLUMN places_internal.place_boundary.sketch IS 'the outline as tiles show it below zoom 12';

-- a dump carries all of it
DO $$
DECLARE
	carried regclass;
BEGIN
	FOR carried IN
		SELECT c.oid FROM pg_catalog.pg_class c
		WHERE c.relnamespace = 'places_internal'::pg_catalog.regnamespace AND c.relkind IN ('r', 'S')
	LOOP
		PERFORM pg_catalog.pg_extension_config_dump(carried, '');
	END LOOP;
END
$$;
