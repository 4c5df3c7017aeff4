-- the composite types that functions take and give

CREATE TYPE places.ruleset AS (
	method text,
	target_homes float8,
	min_homes float8,
	max_homes float8,
	max_radius float8,
	remainder text,
	attach_within float8,
	max_gap float8,
	k int
);

COMMENT ON TYPE places.ruleset IS
	'the rules of a clustering, every value in force shown; made by places.rules()';
COMMENT ON COLUMN places.ruleset.method IS 'coverage, balanced or kmeans';
COMMENT ON COLUMN places.ruleset.target_homes IS 'homes a place should have; null where k says how many places there are';
COMMENT ON COLUMN places.ruleset.min_homes IS 'fewest homes of a kept place; null, with k: any number';
COMMENT ON COLUMN places.ruleset.max_homes IS 'most homes of a place; kmeans does not heed it; null, with k: any number';
COMMENT ON COLUMN places.ruleset.max_radius IS
	'largest radius of the minimum bounding circle of a kept place, in metres; null: no limit';
COMMENT ON COLUMN places.ruleset.remainder IS
	'what becomes of homes outside every place (coverage only): flag, attach or group';
COMMENT ON COLUMN places.ruleset.attach_within IS
	'largest distance in metres to the centre of the place that a home is attached to; null: no limit';
COMMENT ON COLUMN places.ruleset.max_gap IS
	'widest gap between the parts of a kept place, in metres; null: no limit';
COMMENT ON COLUMN places.ruleset.k IS
	'places an authority is divided into (balanced and kmeans); null: as many as target_homes asks for';

CREATE TYPE places.clustering AS (
	place int[],
	distance float8[],
	reason text[]
);

COMMENT ON TYPE places.clustering IS
	'the places of one group: arrays with an element for each home, in the order of the input rows';
COMMENT ON COLUMN places.clustering.place IS
	'number of the place, from 1; null when the home could not be placed';
COMMENT ON COLUMN places.clustering.distance IS 'metres to the centroid of the place';
COMMENT ON COLUMN places.clustering.reason IS
	'null when kept, or too_small, too_spread, in_parts, several of these joined by commas, outlying, attached, dispersed, no_location, bad_weight';

CREATE TYPE places.place_list AS (
	homes float8[],
	reason text[],
	x float8[],
	y float8[],
	radius float8[],
	mean_distance float8[],
	rms_distance float8[],
	density float8[],
	outlying float8[],
	attached float8[],
	srid int,
	no_location bigint,
	bad_weight bigint,
	unlocated_homes float8,
	gap float8[],
	loads float8[],
	load_targets float8[],
	tree float8[]
);

COMMENT ON TYPE places.place_list IS
	'the places of one group: arrays with an element for each place, in the order of their numbers';
COMMENT ON COLUMN places.place_list.homes IS 'homes (sum of weights)';
COMMENT ON COLUMN places.place_list.reason IS
	'null when kept, or too_small, too_spread, in_parts, several of these joined by commas, or dispersed';
COMMENT ON COLUMN places.place_list.x IS 'x, or longitude, of the centroid';
COMMENT ON COLUMN places.place_list.y IS 'y, or latitude, of the centroid';
COMMENT ON COLUMN places.place_list.radius IS 'radius of the minimum bounding circle, in metres';
COMMENT ON COLUMN places.place_list.mean_distance IS 'mean distance of the homes to the centroid, in metres';
COMMENT ON COLUMN places.place_list.rms_distance IS 'root mean square distance of the homes to the centroid, in metres';
COMMENT ON COLUMN places.place_list.density IS
	'homes per km2 of the uniform disc with the same rms_distance; null when all stand on one point';
COMMENT ON COLUMN places.place_list.outlying IS
	'homes outside every place that are nearest to this one; in no other column';
COMMENT ON COLUMN places.place_list.attached IS
	'homes outside every place that joined this one; in no other column';
COMMENT ON COLUMN places.place_list.srid IS 'spatial reference system of the input';
COMMENT ON COLUMN places.place_list.no_location IS 'rows without a location';
COMMENT ON COLUMN places.place_list.bad_weight IS 'rows with a location, but without a valid weight';
COMMENT ON COLUMN places.place_list.unlocated_homes IS 'homes (sum of valid weights) of the rows without a location';
COMMENT ON COLUMN places.place_list.gap IS
	'metres between the parts of the place: the longest edge of the minimum spanning tree of its homes that leaves at least a tenth of them on each side; 0 when there is none';

COMMENT ON COLUMN places.place_list.loads IS
	'what the homes of each place have of each measure that is balanced: an array of places by measures; null: none is';
COMMENT ON COLUMN places.place_list.load_targets IS
	'what they should have: the mean of the places of the group, dispersed ones apart';
COMMENT ON COLUMN places.place_list.tree IS 'length of the minimum spanning tree of the homes, in metres';

CREATE TYPE places.compactness_score AS (
	homes float8,
	centre geometry,
	rms_distance float8,
	density float8,
	elongation float8
);

COMMENT ON TYPE places.compactness_score IS 'how tightly a group of homes stands together';
COMMENT ON COLUMN places.compactness_score.homes IS 'homes (sum of weights) with a location';
COMMENT ON COLUMN places.compactness_score.centre IS 'their centroid, in the reference system of the input';
COMMENT ON COLUMN places.compactness_score.rms_distance IS
	'root mean square distance to the centroid, in metres';
COMMENT ON COLUMN places.compactness_score.density IS
	'homes per km2 of the uniform disc with the same rms_distance: homes / (2 pi rms_distance^2); null when all stand on one point';
COMMENT ON COLUMN places.compactness_score.elongation IS
	'ratio of the axes of the ellipse with the same covariance, from 1 (round) to infinity (a line)';

CREATE TYPE places.agreement_score AS (
	homes bigint,
	groups_a bigint,
	groups_b bigint,
	moved_share float8,
	adjusted_rand_index float8,
	variation_of_information float8
);

COMMENT ON TYPE places.agreement_score IS 'how far two groupings of the same homes agree';
COMMENT ON COLUMN places.agreement_score.homes IS 'rows in which neither group is null; the others do not count';
COMMENT ON COLUMN places.agreement_score.groups_a IS 'groups of the first grouping';
COMMENT ON COLUMN places.agreement_score.groups_b IS 'groups of the second grouping';
COMMENT ON COLUMN places.agreement_score.moved_share IS
	'share of the homes outside the one-to-one matching of groups that keeps the most together: 0 when only the names differ';
COMMENT ON COLUMN places.agreement_score.adjusted_rand_index IS
	'pairs of homes that are together in both groupings, 0 when as many as by chance, 1 when the groupings are the same (Hubert and Arabie 1985)';
COMMENT ON COLUMN places.agreement_score.variation_of_information IS
	'what the groupings do not tell of each other, in nats: 0 when they are the same, at most ln(homes) (Meila 2007)';

CREATE TYPE places.reclustering AS (
	place int[],
	distance float8[],
	reason text[],
	choice text,
	list places.place_list
);

COMMENT ON TYPE places.reclustering IS
	'the places of one group, found with the last ones in mind: by home as places.clustering, by place as places.place_list';
COMMENT ON COLUMN places.reclustering.place IS
	'number of the place, from 1; null when the home could not be placed';
COMMENT ON COLUMN places.reclustering.distance IS 'metres to the centroid of the place';
COMMENT ON COLUMN places.reclustering.reason IS
	'as in places.clustering, or pinned: held in a place whose circle cannot take it, and in none of its figures';
COMMENT ON COLUMN places.reclustering.choice IS
	'kept: nobody moved out of a place; mended: a few moves from the last places; new: from scratch';
COMMENT ON COLUMN places.reclustering.list IS 'the places';

CREATE TYPE places_internal.map_place AS (
	authority text,
	place bigint,
	name text,
	homes float8,
	beside float8,
	kept boolean,
	reason text,
	rank int,
	density float8,
	radius float8,
	kept_homes geometry,
	other_homes geometry,
	outline geometry,
	colour int,
	gap float8
);

COMMENT ON TYPE places_internal.map_place IS
	'a place on a map: its figures, and its homes as points; a row without a place holds the homes that have none';
COMMENT ON COLUMN places_internal.map_place.authority IS 'authority; null: that of homes without one';
COMMENT ON COLUMN places_internal.map_place.place IS 'number of the place within its authority; null: homes without a place';
COMMENT ON COLUMN places_internal.map_place.name IS 'what people call it; null: the authority and the number';
COMMENT ON COLUMN places_internal.map_place.beside IS 'homes outside every place that are nearest to this one, or joined it';
COMMENT ON COLUMN places_internal.map_place.kept IS 'whether it passes the rules';
COMMENT ON COLUMN places_internal.map_place.reason IS 'why it is not kept';
COMMENT ON COLUMN places_internal.map_place.rank IS 'rank by density among the kept places';
COMMENT ON COLUMN places_internal.map_place.density IS 'homes per km2; null when all stand on one point';
COMMENT ON COLUMN places_internal.map_place.radius IS 'radius of the minimum bounding circle, in metres';
COMMENT ON COLUMN places_internal.map_place.kept_homes IS 'its kept homes that the map shows, as a multipoint';
COMMENT ON COLUMN places_internal.map_place.other_homes IS 'its other homes that the map shows, as a multipoint';
COMMENT ON COLUMN places_internal.map_place.outline IS 'a line around it';
COMMENT ON COLUMN places_internal.map_place.gap IS 'metres between its parts, each of at least a tenth of its homes; null: unknown';

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

CREATE TYPE places_internal.map_scene AS (
	title text,
	summary text,
	notes text[],
	authorities text[],
	borders geometry[],
	places places_internal.map_place[],
	frame geometry,
	caption text,
	totals text[],
	background geometry[],
	background_names text[],
	ground geometry,
	projection text,
	level text,
	levels places_internal.map_level[],
	runs json
);

COMMENT ON TYPE places_internal.map_scene IS
	'all that a map shows, on a plane in metres; drawn by map_page() and map_picture()';
COMMENT ON COLUMN places_internal.map_scene.title IS 'what the map is of';
COMMENT ON COLUMN places_internal.map_scene.summary IS 'the result in a sentence';
COMMENT ON COLUMN places_internal.map_scene.notes IS 'what a reader must know: homes that are not shown, and why';
COMMENT ON COLUMN places_internal.map_scene.caption IS 'date, run, method and rules';
COMMENT ON COLUMN places_internal.map_scene.background IS 'polygons behind all';
COMMENT ON COLUMN places_internal.map_scene.background_names IS 'their names; null: none, or that of an authority';
COMMENT ON COLUMN places_internal.map_scene.ground IS 'the part of the plane that is drawn';
COMMENT ON COLUMN places_internal.map_scene.projection IS 'the projection of that plane, in the words of PROJ; null: the homes are in metres';
COMMENT ON COLUMN places_internal.map_scene.level IS 'the level: locality, place or patch';
COMMENT ON COLUMN places_internal.map_scene.levels IS 'the other levels';
COMMENT ON COLUMN places_internal.map_scene.runs IS 'of the homes, in the order of places and those kept before others, how many at a time are in which locality and which patch, and whether kept there';
COMMENT ON COLUMN places_internal.map_scene.totals IS 'the result of each authority in a sentence';
COMMENT ON COLUMN places_internal.map_scene.authorities IS 'the authorities';
COMMENT ON COLUMN places_internal.map_scene.borders IS 'a line around the homes of each authority';
COMMENT ON COLUMN places_internal.map_scene.places IS 'the places, in order of authority and number';
COMMENT ON COLUMN places_internal.map_scene.frame IS 'the part of the plane to show first';
