/*
 * location.c
 *	  The locations of a stock as a run reads and stores them.
 *
 * What is stored of a home is a point in the plane of its reference system,
 * whatever the stock has: geography, heights, measures, a multipoint of one.
 * These functions are in C so that the queries of a run hold on to no function
 * of PostGIS, which its upgrade would replace.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "geometry.h"

PG_FUNCTION_INFO_V1(plain_location);

/* plain_location(location geometry or geography): a geometry, of points with x and y alone */
Datum
plain_location(PG_FUNCTION_ARGS)
{
	PlacesPointReader *reader = GetPointReader(fcinfo, 0);
	Oid			geometry = get_fn_expr_rettype(fcinfo->flinfo);
	double		x,
				y;
	int32		srid;

	if (ReadGeometry(reader, PG_GETARG_DATUM(0), &x, &y, &srid) == GEOMETRY_POINT)
		PG_RETURN_DATUM(MakePoint(geometry, x, y, srid));
	if (reader->geodetic)
		PG_RETURN_DATUM(AsGeometry(reader, PG_GETARG_DATUM(0), geometry));
	PG_RETURN_DATUM(PG_GETARG_DATUM(0));
}

PG_FUNCTION_INFO_V1(usable_location);

/* usable_location(location geometry or geography, srid int): the location, or null */
Datum
usable_location(PG_FUNCTION_ARGS)
{
	double		x,
				y;
	int32		srid;

	if (ReadGeometry(GetPointReader(fcinfo, 0), PG_GETARG_DATUM(0), &x, &y, &srid) == GEOMETRY_NOT_A_POINT ||
		srid != PG_GETARG_INT32(1))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(PG_GETARG_DATUM(0));
}

PG_FUNCTION_INFO_V1(location_problem);

/* location_problem(location geometry, srid int): a word for why it cannot be used */
Datum
location_problem(PG_FUNCTION_ARGS)
{
	const char *problem = "no_location";
	double		x,
				y;
	int32		srid;

	if (!PG_ARGISNULL(0))
	{
		if (ReadGeometry(GetPointReader(fcinfo, 0), PG_GETARG_DATUM(0), &x, &y, &srid) == GEOMETRY_NOT_A_POINT)
			problem = "not_a_point";
		else if (!PG_ARGISNULL(1) && srid != PG_GETARG_INT32(1))
			problem = "other_srid";
	}
	PG_RETURN_TEXT_P(cstring_to_text(problem));
}

/* Longest id or authority that is stored as it is, in bytes, and what is kept of a longer one, in characters. */
#define LONGEST_KEY		1000
#define KEPT_OF_KEY		200

PG_FUNCTION_INFO_V1(short_key);

/*
 * short_key(key text): the text, or of a long one its beginning and a hash.  Ids
 * and authorities are keys of indexes, which take 2.7 kB.  A short form is the
 * short form of itself.
 */
Datum
short_key(PG_FUNCTION_ARGS)
{
	text	   *key = PG_GETARG_TEXT_PP(0);
	Datum		start,
				hash;

	if (VARSIZE_ANY_EXHDR(key) <= LONGEST_KEY)
		PG_RETURN_TEXT_P(key);
	start = DirectFunctionCall2(text_left, PointerGetDatum(key), Int32GetDatum(KEPT_OF_KEY));
	hash = DirectFunctionCall1(md5_text, PointerGetDatum(key));
	PG_RETURN_TEXT_P(cstring_to_text(psprintf("%s...%s", TextDatumGetCString(start), TextDatumGetCString(hash))));
}
