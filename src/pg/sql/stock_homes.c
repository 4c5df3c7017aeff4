/*
 * stock_homes.c
 *	  The homes of a stock one by one, with what is wrong with each by itself:
 *	  places_internal.stock_homes(), which places.check_stock() reads.
 *
 * The stock is read once, with the rights and the search path of whoever calls.
 * Nothing in a row is an error: where the functions that solve would raise one,
 * or leave the home out, the row has a flaw.  What is wrong with homes only
 * beside others is for SQL to find.
 */
#include "postgres.h"

#include <ctype.h>
#include <math.h>

#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"
#include "utils/tuplestore.h"

#include "pg/input/geometry.h"
#include "pg/input/reading.h"
#include "pg/input/ruleset.h"
#include "pg/input/srid.h"
#include "pg/input/stock.h"
#include "pg/versions.h"

#define MOST_FLAWS		5		/* of one home: of its id, authority, location, its system, weight */

/* The British National Grid, metres east and north of its origin. */
#define NATIONAL_GRID	27700
#define GRID_WIDTH		700000
#define GRID_HEIGHT		1300000

/* Columns of the result, in order. */
enum
{
	HOME_ID,
	HOME_DIGITS,
	HOME_AUTHORITY,
	HOME_SRID,
	HOME_X,
	HOME_Y,
	HOME_DEGREES,
	HOME_SOUND,
	HOME_GRAIN,
	HOME_WEIGHT,
	HOME_FLAWS,
	HOME_COLUMNS
};

/* Columns of the query. */
enum
{
	READ_ID = 1,
	READ_AUTHORITY,
	READ_LOCATION,
	READ_WEIGHT
};

/* What keeps the coordinates of a system from being metres; an entry of a table by SRID. */
typedef struct KnownSystem
{
	int32		srid;
	const char *problem;		/* NULL: nothing does */
	bool		degrees;
} KnownSystem;

typedef struct HomeWriter
{
	DestReceiver pub;
	PlacesPointReader *reader;
	HTAB	   *systems;
	Tuplestorestate *store;
	TupleDesc	desc;
	MemoryContext scratch;		/* emptied after each home */
} HomeWriter;

/* The flaws of a home. */
typedef struct Flaws
{
	int			n;
	Datum		flaw[MOST_FLAWS];
} Flaws;

static void
AddFlaw(Flaws *flaws, const char *flaw)
{
	Assert(flaws->n < MOST_FLAWS);
	flaws->flaw[flaws->n++] = CStringGetTextDatum(flaw);
}

/* What a spreadsheet or a program of statistics makes of a number: 9.99E+11, 100012345678.0. */
static const char *
IdFlaw(const char *id, int length)
{
	int			digits = 0;
	int			at;

	for (; length > 0 && *id == ' '; id++)
		length--;
	while (digits < length && (isdigit((unsigned char) id[digits]) || id[digits] == '.' || id[digits] == ','))
		digits++;
	at = digits;
	if (digits > 0 && at < length - 2 && (id[at] == 'E' || id[at] == 'e') && id[at + 1] == '+')
	{
		for (at += 2; at < length && isdigit((unsigned char) id[at]); at++)
			;
		return at == length ? "id in powers of ten" : NULL;
	}
	while (at > 1 && id[at - 1] == '0')
		at--;
	return digits == length && at < length && at > 1 && id[at - 1] == '.' && memchr(id, '.', at - 1) == NULL &&
		memchr(id, ',', at) == NULL ? "id with .0" : NULL;
}

/* How many digits an id is that is nothing else, less than 0 if it begins with a zero; 0 for others. */
static int
CountDigits(const char *id, int length)
{
	for (int i = 0; i < length; i++)
		if (!isdigit((unsigned char) id[i]))
			return 0;
	return length > 0 && id[0] == '0' ? -length : length;
}

static bool
IsBlank(const char *id, int length)
{
	return strspn(pnstrdup(id, length), " \t\r\n\f\v") == (size_t) length;
}

static void
WriteId(Flaws *flaws, bool isnull, Datum *values, bool *nulls)
{
	text	   *id = isnull ? NULL : DatumGetTextPP(values[HOME_ID]);
	const char *at = isnull ? "" : VARDATA_ANY(id);
	int			length = isnull ? 0 : VARSIZE_ANY_EXHDR(id);
	const char *flaw = IdFlaw(at, length);

	nulls[HOME_ID] = IsBlank(at, length);
	values[HOME_DIGITS] = Int32GetDatum(CountDigits(at, length));
	if (nulls[HOME_ID])
		flaw = "no id";
	if (flaw)
		AddFlaw(flaws, flaw);
}

static const KnownSystem *
FindSystem(HomeWriter *writer, int32 srid)
{
	bool		found;
	KnownSystem *system = hash_search(writer->systems, &srid, HASH_ENTER, &found);

	if (!found)
	{
		system->problem = writer->reader->geodetic ? NULL : SystemProblem(srid);
		system->degrees = writer->reader->geodetic ||
			(system->problem && strcmp(system->problem, "SRID in degrees") == 0);
	}
	return system;
}

static bool
IsOnGrid(double x, double y)
{
	return x >= 0 && x <= GRID_WIDTH && y >= 0 && y <= GRID_HEIGHT;
}

/*
 * What is wrong with a point by itself; NULL for nothing.  In degrees: Great Britain
 * and Ireland with latitude and longitude exchanged lie in the Indian Ocean.
 */
static const char *
PointFlaw(const KnownSystem *system, double x, double y)
{
	if (x == 0 && y == 0)
		return "null island";
	if (system->degrees)
		return fabs(x) > 180 || fabs(y) > 90 ? "metres under a SRID in degrees" :
			x >= 49 && x <= 61 && y >= -11 && y <= 2 ? "axes exchanged" : NULL;
	if (system->srid != NATIONAL_GRID)
		return NULL;
	if (fabs(x) <= 180 && fabs(y) <= 180 && (IsFine(x) || IsFine(y)))
		return "degrees read as metres";
	return IsOnGrid(x, y) ? NULL : IsOnGrid(y, x) ? "axes exchanged" : "off the National Grid";
}

/* To how many metres coordinates are rounded, 100 or 1000, about that of degrees; else 0. */
static int
Grain(double x, double y, bool degrees)
{
	for (int metres = 1000; metres >= 100; metres /= 10)
	{
		double		a = degrees ? x * 1e5 / metres : x / metres;
		double		b = degrees ? y * 1e5 / metres : y / metres;

		if (fabs(a - rint(a)) < 1e-6 && fabs(b - rint(b)) < 1e-6)
			return metres;
	}
	return 0;
}

static void
WriteLocation(HomeWriter *writer, Flaws *flaws, Datum location, Datum *values, bool *nulls)
{
	double		x,
				y;
	int32		srid;
	PlacesGeometry kind = ReadGeometry(writer->reader, location, &x, &y, &srid);
	const KnownSystem *system;
	const char *flaw;

	if (kind != GEOMETRY_POINT)
	{
		AddFlaw(flaws, kind == GEOMETRY_NOWHERE ? "no location" : "not a point");
		return;
	}
	system = FindSystem(writer, srid);
	flaw = PointFlaw(system, x, y);
	values[HOME_SRID] = Int32GetDatum(srid);
	values[HOME_X] = Float8GetDatum(x);
	values[HOME_Y] = Float8GetDatum(y);
	values[HOME_DEGREES] = BoolGetDatum(system->degrees);
	values[HOME_SOUND] = BoolGetDatum(flaw == NULL);
	values[HOME_GRAIN] = Int32GetDatum(flaw ? 0 : Grain(x, y, system->degrees));
	nulls[HOME_SRID] = nulls[HOME_X] = nulls[HOME_Y] = false;
	if (flaw)
		AddFlaw(flaws, flaw);
	if (system->problem && !(flaw && strcmp(flaw, "metres under a SRID in degrees") == 0))
		AddFlaw(flaws, system->problem);
}

static bool
ReceiveHome(TupleTableSlot *slot, DestReceiver *self)
{
	HomeWriter *writer = (HomeWriter *) self;
	MemoryContext caller = MemoryContextSwitchTo(writer->scratch);
	Flaws		flaws = {0};
	Datum		values[HOME_COLUMNS] = {0};
	bool		nulls[HOME_COLUMNS] = {false};
	bool		isnull;
	Datum		location;

	nulls[HOME_SRID] = nulls[HOME_X] = nulls[HOME_Y] = true;
	values[HOME_ID] = slot_getattr(slot, READ_ID, &isnull);
	WriteId(&flaws, isnull, values, nulls);
	values[HOME_AUTHORITY] = slot_getattr(slot, READ_AUTHORITY, &nulls[HOME_AUTHORITY]);
	if (nulls[HOME_AUTHORITY])
		AddFlaw(&flaws, "no authority");
	location = slot_getattr(slot, READ_LOCATION, &isnull);
	if (isnull)
		AddFlaw(&flaws, "no location");
	else
		WriteLocation(writer, &flaws, location, values, nulls);
	values[HOME_WEIGHT] = slot_getattr(slot, READ_WEIGHT, &nulls[HOME_WEIGHT]);
	if (nulls[HOME_WEIGHT] || !IsWeight(DatumGetFloat8(values[HOME_WEIGHT])))
	{
		AddFlaw(&flaws, "bad weight");
		nulls[HOME_WEIGHT] = true;
	}
	nulls[HOME_FLAWS] = flaws.n == 0;
	if (flaws.n > 0)
		values[HOME_FLAWS] = PointerGetDatum(construct_array(flaws.flaw, flaws.n, TEXTOID, -1, false, TYPALIGN_INT));
	tuplestore_putvalues(writer->store, writer->desc, values, nulls);
	MemoryContextSwitchTo(caller);
	MemoryContextReset(writer->scratch);
	return true;
}

/* The query whose rows are the homes. */
static char *
HomesQuery(const PlacesStock *stock)
{
	return psprintf("SELECT places_internal.short_key((%s)::pg_catalog.text), places_internal.short_key((%s)::pg_catalog.text),"
					" %s, %s FROM %s s",
					stock->id, stock->authority, stock->geom, stock->weight ? stock->weight : "1::pg_catalog.float8", stock->name);
}

PG_FUNCTION_INFO_V1(stock_homes);

/*
 * stock_homes(stock regclass, id_column, authority_column, geom_column,
 * weight_column name, rules places.ruleset)
 */
Datum
stock_homes(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	PlacesStock stock = OpenStock(fcinfo, 6);
	HomeWriter	writer = {.pub = RowReceiver(ReceiveHome)};
	HASHCTL		table = {.keysize = sizeof(int32), .entrysize = sizeof(KnownSystem), .hcxt = CurrentMemoryContext};

	ReadRules(&fcinfo->args[5]);
	InitMaterializedSRF(fcinfo, 0);
	writer.store = rsinfo->setResult;
	writer.desc = rsinfo->setDesc;
	writer.reader = NewPointReader(stock.geom_type, CurrentMemoryContext);
	writer.systems = hash_create("places systems", 16, &table, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	writer.scratch = AllocSetContextCreate(CurrentMemoryContext, "places home", ALLOCSET_DEFAULT_SIZES);
	ReadQuery(HomesQuery(&stock), NULL, &writer.pub);
	return (Datum) 0;
}
