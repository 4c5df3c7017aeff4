/*
 * columns.c
 *	  Which column of a table or file plays which role, told by the names that
 *	  people give them.
 *
 * One list for the functions that take a stock, for the check of a stock and
 * for the loader.  Of a name only its ASCII letters and digits count, in lower
 * case: "Property Ref", property_ref and PROPERTY-REF are one.  The names of a
 * role come in ranks; the best rank that any column has decides, and where
 * several columns have it, nobody guesses.
 */
#include "postgres.h"

#include "pg/input/columns.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "pg/input/postgis.h"
#include "pg/refuse.h"
#include "pg/versions.h"

/* The names of a role: ranks from the best, separated by bars; # is a digit. */
typedef struct PlacesRoleNames
{
	const char *role;
	const char *names;
} PlacesRoleNames;

/* the first of them by PlacesRole */
static const PlacesRoleNames roles[] = {
	{"id", "uprn|homeid propertyid propertyref propertyreference propertyrefno propertyno propertynumber propertycode "
		"placeref placereference dwellingid dwellingref assetid assetref assetreference assetno assetnumber unitid unitref "
		"unitreference addressid uprnid uniqueid uniqueref uniquereference uniquepropertyreferencenumber home|"
		"id ref reference key identifier|unitno unitnumber|gid fid ogcfid objectid rowid"},
	{"authority", "lacode ladcode lad##cd ladcd lacd lacd## lau###cd oslaua laua authoritycode localauthoritycode localauthoritydistrictcode "
		"councilcode districtcode ladistrictcode lagsscode|"
		"authority localauthority la lad council district borough municipality localauthorityname localauthoritydistrict "
		"localauthoritydistrictname laname ladname lad##nm ladnm authorityname councilname districtname localcouncil "
		"localauthorityarea|gsscode gss"},
	{"location", "geom|thegeom wkbgeometry geometry geog geography|location point shape centroid wkt geomwkt position coordinates"},
	{"x", "easting eastings xcoordinate xcoord oseasting gridx easting27700 gridreferenceeasting "
		"gride gridrefe gridrefeasting gridreferencee oseast#m geox|x"},
	{"y", "northing northings ycoordinate ycoord osnorthing gridy northing27700 gridreferencenorthing "
		"gridn gridrefn gridrefnorthing gridreferencen osnrth#m geoy|y"},
	{"longitude", "longitude lon lng long longitudedd longitudewgs84 wgs84longitude geolongitude"},
	{"latitude", "latitude lat latitudedd latitudewgs84 wgs84latitude geolatitude"},
	{"weight", "weight homes|dwellings units households properties numberofhomes noofhomes numberofunits noofunits "
		"numberofdwellings noofdwellings"},
	{"label", "settlement neighbourhood neighborhood estate estatename scheme schemename town|area areaname ward wardname"},
	{"postcode", "postcode pcds pcd postalcode postcodes fullpostcode addresspostcode|zip zipcode"},
};

/* A relation for a person to read. */
char *
StockName(Oid relation)
{
	return DatumGetCString(DirectFunctionCall1(regclassout, ObjectIdGetDatum(relation)));
}

/* What of a name counts. */
static char *
Normalised(const char *name)
{
	StringInfoData word;

	initStringInfo(&word);
	for (; *name; name++)
	{
		char		c = *name >= 'A' && *name <= 'Z' ? *name - 'A' + 'a' : *name;

		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			appendStringInfoChar(&word, c);
	}
	return word.data;
}

/* Is a word the next one of a list, in which # stands for a digit? */
static bool
IsNext(const char *list, const char *word)
{
	for (; *list && *list != ' ' && *list != '|'; list++, word++)
		if (*list == '#' ? *word < '0' || *word > '9' : *list != *word)
			return false;
	return *word == '\0';
}

/* The rank of a name among those of a role, 0 the best; -1: it is none of them. */
static int
NameRank(const PlacesRoleNames *role, const char *name)
{
	char	   *word = Normalised(name);
	int			rank = 0;

	for (const char *list = role->names; *word && list[0]; list++)
	{
		if (IsNext(list, word))
			return rank;
		list += strcspn(list, " |");
		rank += *list == '|';
		if (*list == '\0')
			break;
	}
	return -1;
}

/* The positions, from 0, of the names of the best rank; those that are NULL play no role. */
static List *
BestNames(const PlacesRoleNames *role, const char *const *names, int nnames)
{
	List	   *best = NIL;
	int			best_rank = -1;

	for (int i = 0; i < nnames; i++)
	{
		int			rank = names[i] ? NameRank(role, names[i]) : -1;

		if (rank < 0 || (best != NIL && rank > best_rank))
			continue;
		if (rank != best_rank)
			best = NIL;
		best_rank = rank;
		best = lappend_int(best, i);
	}
	return best;
}

/* The columns that can play a role by their types, NULL for the rest. */
static const char **
FitByType(Relation rel, PlacesRole role)
{
	const char **names = palloc0(Max(rel->rd_att->natts, 1) * sizeof(char *));

	for (int i = 0; i < rel->rd_att->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(rel->rd_att, i);
		Oid			type = column->attisdropped ? InvalidOid : getBaseType(column->atttypid);

		if (OidIsValid(type) &&
			(type == PostgisType("geometry") || type == PostgisType("geography")) == (role == ROLE_LOCATION))
			names[i] = NameStr(column->attname);
	}
	return names;
}

/* Columns as they would be typed: 'a', 'b' or 'c'. */
static char *
ListNames(const char *const *names, List *positions)
{
	StringInfoData list;
	ListCell   *cell;

	initStringInfo(&list);
	foreach(cell, positions)
		appendStringInfo(&list, "%s%s", cell == list_head(positions) ? "" : lnext(positions, cell) ? ", " : " or ",
						 quote_literal_cstr(names[lfirst_int(cell)]));
	return list.data;
}

/* How to make a location of the coordinates that a table has, if it has them. */
static char *
LocationHint(Relation rel)
{
	const char **names = FitByType(rel, ROLE_ID);
	static const char *const pairs[][3] = {{"x", "y", "27700"}, {"longitude", "latitude", "4326"}};

	for (int i = 0; i < (int) lengthof(pairs); i++)
	{
		List	   *found[2] = {NIL, NIL};

		for (int r = 0; r < (int) lengthof(roles); r++)
			for (int c = 0; c < 2; c++)
				if (strcmp(roles[r].role, pairs[i][c]) == 0)
					found[c] = BestNames(&roles[r], names, rel->rd_att->natts);
		if (found[0] != NIL && found[1] != NIL)
			return psprintf("Make a view with ST_SetSRID(ST_MakePoint(%s, %s), %s) AS geom.",
							quote_identifier(names[linitial_int(found[0])]), quote_identifier(names[linitial_int(found[1])]), pairs[i][2]);
	}
	return "Make a view with ST_SetSRID(ST_MakePoint(easting, northing), 27700) AS geom.";
}

static void
RefuseToGuess(Relation rel, PlacesRole role, const char *const *names, List *positions, bool several)
{
	static const char *const arguments[] = {"id_column", "authority_column", "geom_column"};
	static const char *const contents[] = {"id of a home", "local authority of a home", "location of a home"};
	char	   *stock = StockName(RelationGetRelid(rel));

	if (several)
		Refuse((errcode(ERRCODE_AMBIGUOUS_COLUMN),
				errmsg("several columns of %s may be the %s", stock, contents[role]),
				errhint("Name one: %s => %s.", arguments[role], ListNames(names, positions))));
	Refuse((errcode(ERRCODE_UNDEFINED_COLUMN),
			errmsg("no column of %s is known as the %s", stock, contents[role]),
			positions == NIL && role == ROLE_LOCATION ? errdetail("It has no column of type geometry or geography.") : 0,
			positions != NIL ? errhint("Name one: %s => %s.", arguments[role], ListNames(names, positions)) :
			errhint("%s", role == ROLE_LOCATION ? LocationHint(rel) : "Name a table or view with a row for each home.")));
}

/*
 * The name of the column that plays a role: the one given, or for NULL the one
 * that is recognised: the only one of its type, or else by its name.  A clear
 * error where none or several fit.
 */
NullableDatum
NamedOrRecognised(Relation rel, PlacesRole role, const NullableDatum *name)
{
	const char **names;
	List	   *found;
	List	   *all = NIL;
	Name		column;

	if (!name->isnull)
		return *name;
	names = FitByType(rel, role);
	for (int i = 0; i < rel->rd_att->natts; i++)
		if (names[i])
			all = lappend_int(all, i);
	found = role == ROLE_LOCATION && list_length(all) == 1 ? all : BestNames(&roles[role], names, rel->rd_att->natts);
	if (list_length(found) != 1)
		RefuseToGuess(rel, role, names, found != NIL ? found : all, found != NIL || (role == ROLE_LOCATION && all != NIL));
	column = palloc0(sizeof(NameData));
	namestrcpy(column, names[linitial_int(found)]);
	return (NullableDatum) {.value = NameGetDatum(column)};
}

PG_FUNCTION_INFO_V1(columns_known_as);

/* columns_known_as(role text, names text[]) returns int[]: the positions, from 1, of the names that fit best; empty: none */
Datum
columns_known_as(PG_FUNCTION_ARGS)
{
	char	   *role = text_to_cstring(PG_GETARG_TEXT_PP(0));
	Datum	   *values;
	bool	   *nulls;
	int			n,
				r = 0;
	const char **names;
	List	   *best;
	Datum	   *positions;
	int			found = 0;
	ListCell   *cell;

	while (r < (int) lengthof(roles) && strcmp(roles[r].role, role) != 0)
		r++;
	if (r == (int) lengthof(roles))
		Refuse((errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("no column plays the role \"%s\"", role),
				errhint("Use id, authority, location, x, y, longitude, latitude, weight, label or postcode.")));
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(1), TEXTOID, -1, false, TYPALIGN_INT, &values, &nulls, &n);
	names = palloc(Max(n, 1) * sizeof(char *));
	for (int i = 0; i < n; i++)
		names[i] = nulls[i] ? NULL : TextDatumGetCString(values[i]);
	best = BestNames(&roles[r], names, n);
	positions = palloc(Max(list_length(best), 1) * sizeof(Datum));
	foreach(cell, best)
		positions[found++] = Int32GetDatum(lfirst_int(cell) + 1);
	PG_RETURN_ARRAYTYPE_P(construct_array(positions, found, INT4OID, sizeof(int32), true, TYPALIGN_INT));
}
