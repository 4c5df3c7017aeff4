-- functions as they were called before version 0.3.0: what views made then call

CREATE OR REPLACE FUNCTION places_internal.assign_of_0_2(
	stock regclass, id_column name, authority_column name, geom_column name,
	rules places.ruleset DEFAULT places.rules(), weight_column name DEFAULT NULL)
RETURNS TABLE (home_id text, authority text, place int, distance float8, kept boolean, reason text)
LANGUAGE sql STABLE PARALLEL RESTRICTED COST 10000 ROWS 10000
BEGIN ATOMIC
	SELECT o.home_id, o.authority, o.place, o.distance, o.kept, o.reason FROM places.assign(stock, id_column, authority_column, geom_column, rules, weight_column) o;
END;

COMMENT ON FUNCTION places_internal.assign_of_0_2(regclass, name, name, name, places.ruleset, name) IS
	'places.assign() as it was before version 0.3.0, for views made then';

CREATE OR REPLACE FUNCTION places_internal.summary_of_0_2(
	stock regclass, id_column name, authority_column name, geom_column name,
	rules places.ruleset DEFAULT places.rules(), weight_column name DEFAULT NULL)
RETURNS TABLE (authority text, place int, homes float8, kept boolean, reason text,
	centre geometry, radius float8, mean_distance float8, rms_distance float8,
	density float8, rank int, outlying float8, attached float8)
LANGUAGE sql STABLE PARALLEL RESTRICTED COST 10000 ROWS 100
BEGIN ATOMIC
	SELECT s.authority, s.place, s.homes, s.kept, s.reason, s.centre, s.radius, s.mean_distance, s.rms_distance,
		s.density, s.rank, s.outlying, s.attached
	FROM places.summary(stock, id_column, authority_column, geom_column, rules, weight_column) s;
END;

COMMENT ON FUNCTION places_internal.summary_of_0_2(regclass, name, name, name, places.ruleset, name) IS
	'places.summary() as it was before version 0.3.0, for views made then';

CREATE OR REPLACE FUNCTION places_internal.headline_of_0_2(
	stock regclass, id_column name, authority_column name, geom_column name,
	rules places.ruleset DEFAULT places.rules(), weight_column name DEFAULT NULL,
	OUT homes float8, OUT places bigint, OUT kept_places bigint, OUT kept_homes float8,
	OUT kept_share float8, OUT mean_kept_homes float8,
	OUT median_kept_density float8, OUT median_kept_radius float8,
	OUT authorities bigint, OUT authorities_with_kept bigint, OUT trimmed_homes float8,
	OUT outlying_homes float8, OUT attached_homes float8,
	OUT dispersed_places bigint, OUT dispersed_homes float8,
	OUT unplaced_homes float8, OUT no_location bigint, OUT no_authority bigint, OUT bad_weight bigint)
LANGUAGE sql STABLE PARALLEL RESTRICTED COST 10000
BEGIN ATOMIC
	SELECT o.* FROM places.headline(stock, id_column, authority_column, geom_column, rules, weight_column) o;
END;

COMMENT ON FUNCTION places_internal.headline_of_0_2(regclass, name, name, name, places.ruleset, name) IS
	'places.headline() as it was before version 0.3.0, for views made then';

CREATE OR REPLACE FUNCTION places_internal.coverage_bound_of_0_2(
	stock regclass, id_column name, authority_column name, geom_column name,
	rules places.ruleset DEFAULT places.rules(), weight_column name DEFAULT NULL)
RETURNS TABLE (authority text, homes float8, kept_homes float8, bound_homes float8,
	kept_share float8, bound_share float8)
LANGUAGE sql STABLE PARALLEL RESTRICTED COST 100000 ROWS 100
BEGIN ATOMIC
	SELECT o.authority, o.homes, o.kept_homes, o.bound_homes, o.kept_share, o.bound_share FROM places.coverage_bound(stock, id_column, authority_column, geom_column, rules, weight_column) o;
END;

COMMENT ON FUNCTION places_internal.coverage_bound_of_0_2(regclass, name, name, name, places.ruleset, name) IS
	'places.coverage_bound() as it was before version 0.3.0, for views made then';

CREATE OR REPLACE FUNCTION places_internal.frontier_of_0_2(
	stock regclass, id_column name, authority_column name, geom_column name,
	rules places.ruleset DEFAULT places.rules(), weight_column name DEFAULT NULL,
	min_homes float8[] DEFAULT '{300,450,600}', max_radius float8[] DEFAULT '{1500,3000,5000}')
RETURNS TABLE (at_min_homes float8, at_max_radius float8, kept_share float8, kept_homes float8,
	kept_places bigint, mean_kept_homes float8, median_kept_density float8)
LANGUAGE sql STABLE PARALLEL RESTRICTED COST 100000 ROWS 25
BEGIN ATOMIC
	SELECT o.at_min_homes, o.at_max_radius, o.kept_share, o.kept_homes, o.kept_places, o.mean_kept_homes, o.median_kept_density FROM places.frontier(stock, id_column, authority_column, geom_column, rules, weight_column, min_homes, max_radius) o;
END;

COMMENT ON FUNCTION places_internal.frontier_of_0_2(regclass, name, name, name, places.ruleset, name, float8[], float8[]) IS
	'places.frontier() as it was before version 0.3.0, for views made then';

CREATE OR REPLACE FUNCTION places_internal.explain_of_0_2(
	stock regclass, id_column name, authority_column name, geom_column name,
	rules places.ruleset DEFAULT places.rules(), weight_column name DEFAULT NULL, home text DEFAULT NULL)
RETURNS TABLE (home_id text, authority text, place int, kept boolean, reason text, distance float8,
	homes_within float8, missing_homes float8, smallest_max_radius float8, largest_min_homes float8,
	sentence text)
LANGUAGE sql STABLE PARALLEL RESTRICTED COST 1000000 ROWS 1
BEGIN ATOMIC
	SELECT o.home_id, o.authority, o.place, o.kept, o.reason, o.distance, o.homes_within, o.missing_homes,
		o.smallest_max_radius, o.largest_min_homes, o.sentence FROM places.explain(stock, id_column, authority_column, geom_column, rules, weight_column, home) o;
END;

COMMENT ON FUNCTION places_internal.explain_of_0_2(regclass, name, name, name, places.ruleset, name, text) IS
	'places.explain() as it was before version 0.3.0, for views made then';

CREATE OR REPLACE FUNCTION places_internal.boundary_of_0_2(
	stock regclass, id_column name, authority_column name, geom_column name,
	rules places.ruleset DEFAULT places.rules(), weight_column name DEFAULT NULL,
	within float8 DEFAULT 250)
RETURNS TABLE (authority text, place int, boundary geometry)
LANGUAGE sql STABLE PARALLEL RESTRICTED COST 10000 ROWS 100
BEGIN ATOMIC
	SELECT o.authority, o.place, o.boundary FROM places.boundary(stock, id_column, authority_column, geom_column, rules, weight_column, within) o;
END;

COMMENT ON FUNCTION places_internal.boundary_of_0_2(regclass, name, name, name, places.ruleset, name, float8) IS
	'places.boundary() as it was before version 0.3.0, for views made then';
