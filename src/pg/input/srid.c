/*
 * srid.c
 *	  Whether coordinates are metres on the ground.
 *
 * Distances are plane geometry on the coordinates, so degrees or feet read as
 * metres, or the metres of a map of the world, would give a wrong answer that
 * looks right.  PostGIS's own catalogue, spatial_ref_sys, says what a system is.
 * Looking there is the one exception to the rule that the aggregates read no
 * table; the last systems that a session met are remembered, like PostGIS's own look-ups
 * for ST_Transform.  The row is read as the server reads its own catalogs, by no
 * query: so no setting, search path, right or row-security policy of a session
 * changes what is known of a system, which is no secret.
 *
 * SRID 0 means "no system": the coordinates are taken for metres.  So are those
 * of a system that is right but is not theirs.  Where they look like longitude
 * and latitude all the same they are refused: homes of a few authorities do not
 * stand within 360 m, and off whole decimetres.
 */
#include "postgres.h"

#include "pg/input/srid.h"

#include <math.h>

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/relcache.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "pg/input/postgis.h"
#include "pg/refuse.h"

#define REMEMBERED	16			/* systems, by turns, that a session has looked up */
#define MANY_HOMES	6			/* fewer do not tell what their coordinates are */

/* What is known of a system, in the current memory context; a text may be NULL. */
typedef struct PlacesSystem
{
	char	   *proj;			/* its PROJ definition */
	char	   *wkt;
} PlacesSystem;

/* Why the coordinates of a system are not metres. */
typedef struct PlacesSystemFault
{
	const char *problem;		/* in a few words, as check_stock has them; NULL: nothing is wrong */
	const char *message;
	const char *detail;
	const char *hint;
} PlacesSystemFault;

/* ---- the catalogue ---- */

/* The number of a column of the catalogue; 0 when it is not what PostGIS makes. */
static AttrNumber
CatalogueColumn(Relation catalogue, const char *name, bool is_text)
{
	AttrNumber	column = get_attnum(RelationGetRelid(catalogue), name);
	Oid			type;

	if (column <= 0)
		return 0;
	type = TupleDescAttr(RelationGetDescr(catalogue), column - 1)->atttypid;
	if (is_text ? type != VARCHAROID && type != TEXTOID : type != INT4OID)
		return 0;
	return column;
}

/* Its primary key, if that is srid. */
static Oid
CatalogueIndex(Relation catalogue, AttrNumber srid)
{
	HeapTuple	tuple;
	Oid			index;

	list_free(RelationGetIndexList(catalogue));
	index = catalogue->rd_pkindex;
	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
	if (!HeapTupleIsValid(tuple))
		return InvalidOid;
	if (((Form_pg_index) GETSTRUCT(tuple))->indnatts != 1 ||
		((Form_pg_index) GETSTRUCT(tuple))->indkey.values[0] != srid)
		index = InvalidOid;
	ReleaseSysCache(tuple);
	return index;
}

static char *
TextOrNull(HeapTuple tuple, AttrNumber column, TupleDesc desc)
{
	bool		isnull;
	Datum		value = heap_getattr(tuple, column, desc, &isnull);

	return isnull ? NULL : TextDatumGetCString(value);
}

static void
RefuseCatalogue(int32 srid)
{
	Refuse((errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			errmsg("cannot tell the unit of geom"),
			errdetail("PostGIS's table spatial_ref_sys, which would know SRID %d, is missing, or is not as PostGIS makes it.", srid),
			errhint("Restore it, or use geom::geography, or ST_SetSRID(geom, 0), which stands for plain metres.")));
}

/* Look a system up; false for one that is not in the catalogue. */
static bool
ReadSystem(int32 srid, PlacesSystem *system)
{
	Oid			table = get_relname_relid("spatial_ref_sys", PostgisSchema());
	Relation	catalogue = OidIsValid(table) ? try_table_open(table, AccessShareLock) : NULL;
	AttrNumber	key,
				proj,
				wkt;
	Oid			index;
	ScanKeyData scankey[1];
	SysScanDesc scan;
	HeapTuple	tuple;
	bool		found;

	if (catalogue == NULL)
		RefuseCatalogue(srid);
	key = CatalogueColumn(catalogue, "srid", false);
	proj = CatalogueColumn(catalogue, "proj4text", true);
	wkt = CatalogueColumn(catalogue, "srtext", true);
	if (catalogue->rd_rel->relkind != RELKIND_RELATION || key == 0 || proj == 0 || wkt == 0)
		RefuseCatalogue(srid);

	index = CatalogueIndex(catalogue, key);
	ScanKeyInit(&scankey[0], key, BTEqualStrategyNumber, F_INT4EQ, Int32GetDatum(srid));
	scan = systable_beginscan(catalogue, index, OidIsValid(index),
							  ActiveSnapshotSet() ? GetActiveSnapshot() : NULL, 1, scankey);
	tuple = systable_getnext(scan);
	found = HeapTupleIsValid(tuple);
	if (found)
	{
		system->proj = TextOrNull(tuple, proj, RelationGetDescr(catalogue));
		system->wkt = TextOrNull(tuple, wkt, RelationGetDescr(catalogue));
	}
	systable_endscan(scan);
	table_close(catalogue, AccessShareLock);
	return found;
}

/* ---- what the definitions say ---- */

/* A parameter of a PROJ definition, "" for none; "+units=m" has units m. */
static char *
ProjParameter(const char *proj, const char *name)
{
	size_t		length = strlen(name);

	for (const char *at = proj; at && (at = strchr(at, '+')) != NULL; at++)
		if (strncmp(at + 1, name, length) == 0 && at[1 + length] == '=')
			return pnstrdup(at + length + 2, strcspn(at + length + 2, " \t\n+"));
	return "";
}

static bool
IsOneOf(const char *word, const char *const *words, int nwords)
{
	for (int i = 0; i < nwords; i++)
		if (strcmp(word, words[i]) == 0)
			return true;
	return false;
}

static bool
Mentions(const char *wkt, const char *word)
{
	return wkt != NULL && strstr(wkt, word) != NULL;
}

/*
 * The unit by the WKT: that of the last UNIT, or LENGTHUNIT, before a vertical
 * part.  "metre" for any unit of that length; NULL when there is none.
 */
static char *
UnitOfWkt(const char *wkt)
{
	const char *end;
	const char *last = NULL;
	bool		last_is_length = false;
	const char *name;
	size_t		length;

	if (wkt == NULL)
		return NULL;
	end = strstr(wkt, "VERT_CS") ? strstr(wkt, "VERT_CS") : strstr(wkt, "VERTCRS");
	for (const char *at = wkt; (at = strstr(at, "UNIT[\"")) != NULL && (end == NULL || at < end); at++)
	{
		bool		is_length = at - wkt >= 6 && strncmp(at - 6, "LENGTH", 6) == 0;

		if (is_length < last_is_length)
			continue;
		last = at;
		last_is_length = is_length;
	}
	if (last == NULL)
		return NULL;
	name = last + strlen("UNIT[\"");
	length = strcspn(name, "\"");
	if (name[length] != '"')
		return NULL;
	if (name[length + 1] == ',' && strtod(name + length + 2, NULL) == 1)
		return "metre";
	return pnstrdup(name, length);
}

/* The name of a system's unit; NULL when nothing says it. */
static char *
UnitOf(const PlacesSystem *system)
{
	static const char *const geographic[] = {"longlat", "latlong", "lonlat", "latlon"};
	char	   *projection = ProjParameter(system->proj, "proj");
	char	   *units = ProjParameter(system->proj, "units");
	char	   *to_meter = ProjParameter(system->proj, "to_meter");
	bool		projected = Mentions(system->wkt, "PROJC");
	char	   *unit;

	if (IsOneOf(projection, geographic, lengthof(geographic)) ||
		(!projected && (Mentions(system->wkt, "GEOGC") || Mentions(system->wkt, "GEODC"))))
		return "degree";
	if (strcmp(projection, "geocent") == 0 || (!projected && Mentions(system->wkt, "GEOCCS")))
		return "geocentric metre";
	if (strcmp(units, "m") == 0)
		return "metre";
	if (*units)
		return units;
	if (*to_meter)
		return strtod(to_meter, NULL) == 1 ? "metre" : to_meter;
	unit = UnitOfWkt(system->wkt);
	return unit == NULL && *projection ? "metre" : unit;	/* PROJ's default */
}

/*
 * The projection of a system that shows the whole world, so that its metres are
 * those of the ground in few places; NULL for others.  Mercator's are right along
 * a parallel, which a local system chooses.
 */
static const char *
WorldProjection(const PlacesSystem *system)
{
	static const char *const world[] = {
		"webmerc", "eqc", "cea", "geos", "gnom", "nsper", "ortho", "tpers", "mill", "gall", "comill", "patterson", "times", "eqearth", "natearth", "natearth2",
		"robin", "moll", "sinu", "gn_sinu", "hammer", "aitoff", "wintri", "wink1", "wink2", "boggs", "collg", "crast",
		"eck1", "eck2", "eck3", "eck4", "eck5", "eck6", "fahey", "fouc", "fouc_s", "goode", "igh", "igh_o", "kav5", "kav7",
		"lagrng", "larr", "lask", "loxim", "mbtfps", "nell", "nell_h", "ortel", "putp1", "putp2", "putp3", "putp4p", "putp5", "putp6",
		"qua_aut", "vandg", "vandg2", "vandg3", "vandg4", "wag1", "wag2", "wag3", "wag4", "wag5", "wag6", "wag7", "weren"
	};
	static const char *const in_wkt[] = {
		"Mercator", "Popular", "Equirectangular", "Plate", "Equidistant_Cyl", "Equidistant Cyl", "Cylindrical", "Miller",
		"Gall", "Robinson", "Mollweide", "Sinusoidal", "Winkel", "Eckert", "Van", "Equal_Earth", "Equal Earth",
		"Natural", "Goode", "Hammer", "Aitoff"
	};
	char	   *projection = ProjParameter(system->proj, "proj");
	const char *named;

	if (strcmp(projection, "merc") == 0)
	{
		char	   *scale = ProjParameter(system->proj, "k");

		if (*scale == '\0')
			scale = ProjParameter(system->proj, "k_0");
		return strtod(ProjParameter(system->proj, "lat_ts"), NULL) != 0 ||
			(*scale && strtod(scale, NULL) != 1) ? NULL : projection;
	}
	if (*projection)
		return IsOneOf(projection, world, lengthof(world)) ? projection : NULL;

	/* without a PROJ definition, by the name of the method in the WKT */
	named = system->wkt ? strstr(system->wkt, "PROJECTION[\"") : NULL;
	if (named == NULL && system->wkt)
		named = strstr(system->wkt, "METHOD[\"");
	if (named == NULL)
		return NULL;
	named = strchr(named, '"') + 1;
	for (size_t i = 0; i < lengthof(in_wkt); i++)
		if (strncmp(named, in_wkt[i], strlen(in_wkt[i])) == 0)
			return pnstrdup(named, strcspn(named, "\""));
	return NULL;
}

/* What is wrong with a system whose unit is this; problem stays NULL for nothing. */
static void
FindUnitFault(int32 srid, const char *unit, PlacesSystemFault *fault)
{
	if (unit == NULL)
		*fault = (PlacesSystemFault) {"SRID not in metres", "cannot tell the unit of geom",
			psprintf("The definition of SRID %d in spatial_ref_sys names none.", srid),
			"Complete the definition, or use ST_Transform(geom, ...) to a projected system in metres."};
	else if (strcmp(unit, "degree") == 0)
		*fault = (PlacesSystemFault) {"SRID in degrees", "coordinates of geom are degrees, not metres",
			psprintf("SRID %d is a geographic system.", srid),
			"Use geom::geography, or ST_Transform(geom, ...) to a projected system in metres."};
	else if (strcmp(unit, "metre") != 0)
		*fault = (PlacesSystemFault) {"SRID not in metres", "coordinates of geom are not metres",
			psprintf("The unit of SRID %d is \"%s\".", srid, unit),
			"Use ST_Transform(geom, ...) to a projected system in metres."};
}

/* What is wrong with a system, in the current memory context. */
static PlacesSystemFault
FindFault(int32 srid)
{
	PlacesSystem system = {NULL, NULL};
	PlacesSystemFault fault = {0};
	const char *world;

	if (!ReadSystem(srid, &system))
		return (PlacesSystemFault) {"unknown SRID", "unknown spatial reference system of geom",
			psprintf("SRID %d is not in spatial_ref_sys, so its unit is unknown.", srid),
			"Correct it with ST_SetSRID; SRID 0 stands for plain metres."};
	FindUnitFault(srid, UnitOf(&system), &fault);
	if (fault.problem != NULL)
		return fault;
	world = WorldProjection(&system);
	if (world)
		fault = (PlacesSystemFault) {"SRID of a world map", "coordinates of geom are not metres on the ground",
			psprintf("SRID %d is a projection of the whole world (%s), whose scale is not the same everywhere: in England, 1.6 for Web Mercator.", srid, world),
			"Use ST_Transform(geom, 4326)::geography, or ST_Transform(geom, ...) to a local projected system: 27700 for Great Britain, for instance, or that of the UTM zone, 32600 + zone north of the equator and 32700 + zone south of it."};
	return fault;
}

/* What keeps the coordinates of a system from being metres, in a few words; NULL for nothing. */
const char *
SystemProblem(int32 srid)
{
	return srid == 0 ? NULL : FindFault(srid).problem;
}

static void
CheckSystem(int32 srid)
{
	PlacesSystemFault fault = FindFault(srid);

	if (fault.problem != NULL)
		Refuse((errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("%s", fault.message),
				errdetail("%s", fault.detail),
				errhint("%s", fault.hint)));
}

/* Refuse a geometry whose coordinates are not metres. */
void
CheckSrid(const PlacesPointReader *reader, int32 srid)
{
	static int32 metric[REMEMBERED];
	static int	nmetric = 0;
	MemoryContext caller;
	MemoryContext scratch;

	if (srid == 0 || reader->geodetic)
		return;
	for (int i = 0; i < Min(nmetric, REMEMBERED); i++)
		if (metric[i] == srid)
			return;

	scratch = AllocSetContextCreate(CurrentMemoryContext, "places system", ALLOCSET_SMALL_SIZES);
	caller = MemoryContextSwitchTo(scratch);
	CheckSystem(srid);
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(scratch);
	metric[nmetric % REMEMBERED] = srid;
	nmetric = nmetric == 2 * REMEMBERED - 1 ? REMEMBERED : nmetric + 1;
}

/* Whether the coordinates of a system are longitude and latitude; false for an unknown one. */
bool
IsDegrees(int32 srid)
{
	static struct
	{
		int32		srid;
		bool		degrees;
	}			known[REMEMBERED];
	static int	nknown = 0;
	PlacesSystem system = {NULL, NULL};
	char	   *unit;
	bool		degrees;

	if (srid == 0)
		return false;
	for (int i = 0; i < Min(nknown, REMEMBERED); i++)
		if (known[i].srid == srid)
			return known[i].degrees;
	unit = ReadSystem(srid, &system) ? UnitOf(&system) : NULL;
	degrees = unit != NULL && strcmp(unit, "degree") == 0;
	known[nknown % REMEMBERED].srid = srid;
	known[nknown % REMEMBERED].degrees = degrees;
	nknown = nknown == 2 * REMEMBERED - 1 ? REMEMBERED : nknown + 1;
	return degrees;
}

/* Refuse a second reference system within a group. */
void
CheckSameSrid(int32 first, int32 srid)
{
	if (srid != first)
		Refuse((errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("geom must have one SRID within a group"),
				errdetail("Homes have SRID %d and SRID %d.", first, srid),
				errhint("Use ST_Transform(geom, ...) to bring them into one system. To find those of the second: WHERE ST_SRID(geom::geometry) = %d.", srid)));
}

/* ---- degrees in disguise ---- */

/* Add up the counts of two parts of a group. */
void
AddDegrees(PlacesDegrees *to, const PlacesDegrees *from)
{
	to->beyond = to->beyond || from->beyond;
	to->homes += from->homes;
	to->fine += from->fine;
}

/* Refuse homes whose coordinates look like longitude and latitude. */
void
RefuseDegrees(const PlacesDegrees *degrees)
{
	if (degrees->beyond || degrees->homes < MANY_HOMES || 2 * degrees->fine < degrees->homes)
		return;
	Refuse((errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			errmsg("coordinates of geom look like degrees, not metres"),
			errdetail("All of %lld homes lie within 180 of the origin, and most of them not on whole decimetres.",
					   (long long) degrees->homes),
			errhint("If x is longitude and y latitude, use ST_SetSRID(geom, 4326)::geography, or ST_Transform(ST_SetSRID(geom, 4326), ...) to a projected system in metres.")));
}
