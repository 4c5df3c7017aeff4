-- people and signals: what is stored of them
--
-- Names of staff, contacts with households and the assets of a community stay in
-- tables of the landlord.  Of those a plan knows which they are, and reads them with
-- the rights of whoever asks (sources.sql); stored is what comes out: who serves which
-- place, and figures of each published run.  Sources of contacts and assets are those of
-- the plan of places, which a tree is named by; staff may serve any level.

CREATE TABLE places_internal.staff_source (
	plan_id int PRIMARY KEY,
	table_schema name NOT NULL,
	table_name name NOT NULL,
	id_column name NOT NULL,
	role_column name,
	fte_column name,
	base_column name,
	skills_column name
);

COMMENT ON TABLE places_internal.staff_source IS 'where the staff of plans are listed';
COMMENT ON COLUMN places_internal.staff_source.plan_id IS 'the plan';
COMMENT ON COLUMN places_internal.staff_source.table_schema IS 'the schema of the table or view of workers';
COMMENT ON COLUMN places_internal.staff_source.table_name IS 'its name in there; a name, so that it may be dropped and made again';
COMMENT ON COLUMN places_internal.staff_source.id_column IS 'its column of ids';
COMMENT ON COLUMN places_internal.staff_source.role_column IS 'its column of roles; null: all have the same';
COMMENT ON COLUMN places_internal.staff_source.fte_column IS 'its column of full-time equivalents; null: all work full time';
COMMENT ON COLUMN places_internal.staff_source.base_column IS 'its column of locations that people start from; null: travel counts for nothing';
COMMENT ON COLUMN places_internal.staff_source.skills_column IS 'its column of skills; null: nobody has any';

CREATE TABLE places_internal.allocation (
	allocation bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	plan_id int NOT NULL,
	role text NOT NULL,
	place bigint NOT NULL,
	worker text,
	fte float8,
	travel float8,
	travel_seen float8,
	why text NOT NULL,
	since_run bigint NOT NULL,
	as_of_run bigint NOT NULL,
	until_run bigint,
	since timestamptz NOT NULL,
	until timestamptz,
	CHECK ((until_run IS NULL) OPERATOR(pg_catalog.=) (until IS NULL))
);
CREATE UNIQUE INDEX ON places_internal.allocation (plan_id, role, place) WHERE until IS NULL;

COMMENT ON TABLE places_internal.allocation IS 'who served which place, or that nobody did, from one run until another';
COMMENT ON COLUMN places_internal.allocation.allocation IS 'number of the allocation';
COMMENT ON COLUMN places_internal.allocation.plan_id IS 'the plan of the place';
COMMENT ON COLUMN places_internal.allocation.role IS 'the role in which; empty: that of everybody';
COMMENT ON COLUMN places_internal.allocation.place IS 'the place';
COMMENT ON COLUMN places_internal.allocation.worker IS 'id of the worker as text; null: nobody';
COMMENT ON COLUMN places_internal.allocation.fte IS 'full-time equivalents of the worker';
COMMENT ON COLUMN places_internal.allocation.travel IS 'metres from the base of the worker to the centre of the place; null: unknown';
COMMENT ON COLUMN places_internal.allocation.travel_seen IS 'the same from where readers may know the base to be; null: unknown';
COMMENT ON COLUMN places_internal.allocation.why IS 'why this worker, or nobody';
COMMENT ON COLUMN places_internal.allocation.since_run IS 'the run that was published when it began';
COMMENT ON COLUMN places_internal.allocation.as_of_run IS 'the run whose homes were allocated last, by which it is known which households are the worker''s';
COMMENT ON COLUMN places_internal.allocation.until_run IS 'the run that was published when it ended; null: it has not';
COMMENT ON COLUMN places_internal.allocation.since IS 'when it began';
COMMENT ON COLUMN places_internal.allocation.until IS 'when it ended; null: it has not';

CREATE TYPE places_internal.worker AS (
	worker text,
	role text,
	fte float8,
	base geometry,
	skills text
);

COMMENT ON TYPE places_internal.worker IS 'a row of the staff of a plan';
COMMENT ON COLUMN places_internal.worker.worker IS 'id of the worker as it is stored';
COMMENT ON COLUMN places_internal.worker.role IS 'the role, as it is compared';
COMMENT ON COLUMN places_internal.worker.fte IS 'full-time equivalents; 0: not available';
COMMENT ON COLUMN places_internal.worker.base IS 'where the worker starts from, in the reference system of the plan';
COMMENT ON COLUMN places_internal.worker.skills IS 'skills, with commas';

CREATE TYPE places_internal.service AS (
	place bigint,
	worker text,
	fte float8,
	travel float8,
	travel_seen float8,
	shared float8,
	why text,
	gap float8
);

COMMENT ON TYPE places_internal.service IS 'who is to serve a place';
COMMENT ON COLUMN places_internal.service.place IS 'the place';
COMMENT ON COLUMN places_internal.service.worker IS 'the worker; null: nobody';
COMMENT ON COLUMN places_internal.service.fte IS 'full-time equivalents of the worker';
COMMENT ON COLUMN places_internal.service.travel IS 'metres from the base of the worker to the centre; null: unknown';
COMMENT ON COLUMN places_internal.service.travel_seen IS 'the same from where readers may know the base to be; null: unknown';
COMMENT ON COLUMN places_internal.service.shared IS 'homes in it that were in the place that the worker has, or had last';
COMMENT ON COLUMN places_internal.service.why IS 'why this worker, or nobody';
COMMENT ON COLUMN places_internal.service.gap IS 'metres by which another allocation of all places may be better at most; 0: none is; null: not known';

CREATE TABLE places_internal.placed_worker (
	plan_id int NOT NULL,
	place bigint NOT NULL,
	worker text NOT NULL,
	note text,
	who name NOT NULL,
	at timestamptz NOT NULL,
	problem text,
	PRIMARY KEY (plan_id, place, worker)
);

COMMENT ON TABLE places_internal.placed_worker IS 'workers that people put into a place';
COMMENT ON COLUMN places_internal.placed_worker.plan_id IS 'the plan';
COMMENT ON COLUMN places_internal.placed_worker.place IS 'the place';
COMMENT ON COLUMN places_internal.placed_worker.worker IS 'id of the worker as text';
COMMENT ON COLUMN places_internal.placed_worker.note IS 'why';
COMMENT ON COLUMN places_internal.placed_worker.who IS 'who did it';
COMMENT ON COLUMN places_internal.placed_worker.at IS 'when';
COMMENT ON COLUMN places_internal.placed_worker.problem IS 'why the last allocation could not honour it; null: nothing';

CREATE TABLE places_internal.required_skill (
	plan_id int NOT NULL,
	place bigint NOT NULL,
	skills text[] NOT NULL,
	note text,
	who name NOT NULL,
	at timestamptz NOT NULL,
	PRIMARY KEY (plan_id, place)
);

COMMENT ON TABLE places_internal.required_skill IS 'what whoever serves a place has to be able to';
COMMENT ON COLUMN places_internal.required_skill.plan_id IS 'the plan';
COMMENT ON COLUMN places_internal.required_skill.place IS 'the place';
COMMENT ON COLUMN places_internal.required_skill.skills IS 'the skills, all of them';
COMMENT ON COLUMN places_internal.required_skill.note IS 'why';
COMMENT ON COLUMN places_internal.required_skill.who IS 'who said so';
COMMENT ON COLUMN places_internal.required_skill.at IS 'when';

CREATE TABLE places_internal.contact_source (
	plan_id int NOT NULL,
	source text NOT NULL CHECK (source OPERATOR(pg_catalog.<>) ''),
	table_schema name NOT NULL,
	table_name name NOT NULL,
	home_column name NOT NULL,
	at_column name NOT NULL,
	kind_column name,
	counts_as text[],
	tenancy_column name,
	PRIMARY KEY (plan_id, source)
);

COMMENT ON TABLE places_internal.contact_source IS 'where contacts with the households of plans are listed';
COMMENT ON COLUMN places_internal.contact_source.plan_id IS 'the plan of places';
COMMENT ON COLUMN places_internal.contact_source.source IS 'name of the source';
COMMENT ON COLUMN places_internal.contact_source.table_schema IS 'the schema of the table or view of contacts';
COMMENT ON COLUMN places_internal.contact_source.table_name IS 'its name in there; a name, so that it may be dropped and made again';
COMMENT ON COLUMN places_internal.contact_source.home_column IS 'its column of ids of homes';
COMMENT ON COLUMN places_internal.contact_source.at_column IS 'its column of when';
COMMENT ON COLUMN places_internal.contact_source.kind_column IS 'its column of kinds; null: there are none';
COMMENT ON COLUMN places_internal.contact_source.counts_as IS 'the kinds that count; null: all but automated ones';
COMMENT ON COLUMN places_internal.contact_source.tenancy_column IS 'its column of when the present tenancy of the home began; null: all contacts are the present tenant''s';

CREATE TABLE places_internal.asset_source (
	plan_id int NOT NULL,
	source text NOT NULL CHECK (source OPERATOR(pg_catalog.<>) ''),
	table_schema name NOT NULL,
	table_name name NOT NULL,
	category_column name NOT NULL,
	name_column name NOT NULL,
	geom_column name NOT NULL,
	PRIMARY KEY (plan_id, source)
);

COMMENT ON TABLE places_internal.asset_source IS 'where assets of the communities that plans are about are listed';
COMMENT ON COLUMN places_internal.asset_source.plan_id IS 'the plan of places';
COMMENT ON COLUMN places_internal.asset_source.source IS 'name of the source';
COMMENT ON COLUMN places_internal.asset_source.table_schema IS 'the schema of the table or view of assets';
COMMENT ON COLUMN places_internal.asset_source.table_name IS 'its name in there; a name, so that it may be dropped and made again';
COMMENT ON COLUMN places_internal.asset_source.category_column IS 'its column of categories';
COMMENT ON COLUMN places_internal.asset_source.name_column IS 'its column of names';
COMMENT ON COLUMN places_internal.asset_source.geom_column IS 'its column of locations: points, lines or polygons';

CREATE TABLE places_internal.place_history (
	plan_id int NOT NULL,
	run bigint NOT NULL,
	place bigint NOT NULL,
	measure text NOT NULL,
	amount float8,
	published_at timestamptz NOT NULL,
	PRIMARY KEY (plan_id, run, place, measure)
);

COMMENT ON TABLE places_internal.place_history IS 'figures of the places of published runs, which stay when the runs'' homes and places go';
COMMENT ON COLUMN places_internal.place_history.plan_id IS 'the plan';
COMMENT ON COLUMN places_internal.place_history.run IS 'the run';
COMMENT ON COLUMN places_internal.place_history.place IS 'the place';
COMMENT ON COLUMN places_internal.place_history.measure IS 'what the figure is';
COMMENT ON COLUMN places_internal.place_history.amount IS 'the figure; null: withheld, or there is none';
COMMENT ON COLUMN places_internal.place_history.published_at IS 'when the run was first published';

-- a dump carries them
DO $$
DECLARE
	carried regclass;
BEGIN
	FOR carried IN
		SELECT c.oid FROM pg_catalog.pg_class c
		WHERE c.oid = ANY (ARRAY['places_internal.staff_source', 'places_internal.allocation', 'places_internal.placed_worker',
			'places_internal.required_skill', 'places_internal.contact_source', 'places_internal.asset_source',
			'places_internal.place_history', 'places_internal.allocation_allocation_seq']::pg_catalog.regclass[])
	LOOP
		PERFORM pg_catalog.pg_extension_config_dump(carried, '');
	END LOOP;
END
$$;
