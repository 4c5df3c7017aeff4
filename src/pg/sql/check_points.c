/*
 * check_points.c
 *	  The arguments of places.territories(), checked: places_internal.check_points().
 *
 * Points have to pass what homes do, but for degrees whose reference system says
 * that they are: those are projected where boundaries are drawn.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/array.h"

#include "engine/engine.h"
#include "pg/input/geometry.h"
#include "pg/input/srid.h"
#include "pg/versions.h"

static int
CountElements(FunctionCallInfo fcinfo, int argument)
{
	ArrayType  *array = PG_ARGISNULL(argument) ? NULL : PG_GETARG_ARRAYTYPE_P(argument);

	return array == NULL ? 0 : ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
}

static void
CheckPoints(ArrayType *points)
{
	PlacesPointReader *reader = NewPointReader(ARR_ELEMTYPE(points), CurrentMemoryContext);
	ArrayIterator iterator = array_create_iterator(points, 0, NULL);
	PlacesDegrees degrees = {0};
	bool		has_srid = false;
	bool		plane = true;
	int32		first = 0;
	Datum		point;
	bool		isnull;

	for (int i = 0; array_iterate(iterator, &point, &isnull); i++)
	{
		double		x,
					y;
		int32		srid;

		HostCheckCancelAt(i);
		if (isnull || !ReadPoint(reader, point, &x, &y, &srid))
			continue;
		if (!has_srid)
		{
			first = srid;
			has_srid = true;
			plane = !IsDegrees(srid);
			if (plane)
				CheckSrid(reader, srid);
		}
		CheckSameSrid(first, srid);
		if (plane)
			WatchDegrees(&degrees, x, y);
	}
	array_free_iterator(iterator);
	RefuseDegrees(&degrees);
}

PG_FUNCTION_INFO_V1(check_points);

/* check_points(points geometry[], owners bigint[]): an error unless boundaries can be drawn around them */
Datum
check_points(PG_FUNCTION_ARGS)
{
	int			points = CountElements(fcinfo, 0);
	int			owners = CountElements(fcinfo, 1);

	if (points != owners)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("points and owners must have the same length"),
				 errdetail("points has %d elements, owners %d.", points, owners),
				 errhint("Aggregate both in the same query level: array_agg(geom), array_agg(owner); a point of no owner has a null there.")));
	if (points > 0)
		CheckPoints(PG_GETARG_ARRAYTYPE_P(0));
	PG_RETURN_VOID();
}
