-- maps as they were called before version 0.3.0, without a background: what views made then call

CREATE OR REPLACE FUNCTION places_internal.map_of_0_2(
	stock regclass, id_column name, authority_column name, geom_column name,
	rules places.ruleset DEFAULT places.rules(), weight_column name DEFAULT NULL,
	title text DEFAULT NULL, max_dots int DEFAULT 100000)
RETURNS text LANGUAGE sql STABLE PARALLEL RESTRICTED COST 100000
RETURN places.map(stock, id_column, authority_column, geom_column, rules, weight_column, title, max_dots, NULL);

CREATE OR REPLACE FUNCTION places_internal.map_of_0_2(plan text, title text DEFAULT NULL, max_dots int DEFAULT 100000)
RETURNS text LANGUAGE sql STABLE PARALLEL UNSAFE COST 100000
RETURN places.map(plan, title, max_dots, NULL);

COMMENT ON FUNCTION places_internal.map_of_0_2(regclass, name, name, name, places.ruleset, name, text, int) IS
	'places.map() of a table or view without a background, for views made before version 0.3.0';
COMMENT ON FUNCTION places_internal.map_of_0_2(text, text, int) IS
	'places.map() of a plan without a background, for views made before version 0.3.0';

CREATE OR REPLACE FUNCTION places_internal.map_svg_of_0_2(
	stock regclass, id_column name, authority_column name, geom_column name,
	rules places.ruleset DEFAULT places.rules(), weight_column name DEFAULT NULL,
	title text DEFAULT NULL, max_dots int DEFAULT 100000)
RETURNS text LANGUAGE sql STABLE PARALLEL RESTRICTED COST 100000
RETURN places.map_svg(stock, id_column, authority_column, geom_column, rules, weight_column, title, max_dots, NULL);

CREATE OR REPLACE FUNCTION places_internal.map_svg_of_0_2(plan text, title text DEFAULT NULL, max_dots int DEFAULT 100000)
RETURNS text LANGUAGE sql STABLE PARALLEL RESTRICTED COST 100000
RETURN places.map_svg(plan, title, max_dots, NULL);

COMMENT ON FUNCTION places_internal.map_svg_of_0_2(regclass, name, name, name, places.ruleset, name, text, int) IS
	'places.map_svg() of a table or view without a background, for views made before version 0.3.0';
COMMENT ON FUNCTION places_internal.map_svg_of_0_2(text, text, int) IS
	'places.map_svg() of a plan without a background, for views made before version 0.3.0';
