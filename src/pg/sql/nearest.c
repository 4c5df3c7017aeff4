/*
 * nearest.c
 *	  The nearest of many points, for many positions at once: places_internal.nearest().
 *
 * PostGIS answers this through an index on a table, which a function that
 * writes nothing does not have.  The result gives positions in the array of
 * points, from 1; of equally near points it is one of them.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/array.h"
#include "utils/geo_decls.h"
#include "utils/memutils.h"

#include "engine/engine.h"
#include "pg/versions.h"

static void
CheckFinite(const char *argument, ArrayType *array)
{
	const Point *point = (const Point *) ARR_DATA_PTR(array);
	int			n = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	bool		finite = !array_contains_nulls(array);

	for (int i = 0; finite && i < n; i++)
		finite = isfinite(point[i].x) && isfinite(point[i].y);
	if (!finite)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must not contain nulls or infinite coordinates", argument),
				 errhint("Leave such points out, for instance by WHERE NOT ST_IsEmpty(geom).")));
}

/* The tree keeps arrays of its own. */
static PlacesKdTree *
BuildTree(ArrayType *points)
{
	const Point *point = (const Point *) ARR_DATA_PTR(points);
	int			n = ArrayGetNItems(ARR_NDIM(points), ARR_DIMS(points));
	double	   *x = HostNew(double, n);
	double	   *y = HostNew(double, n);

	for (int i = 0; i < n; i++)
	{
		HostCheckCancelAt(i);
		x[i] = point[i].x;
		y[i] = point[i].y;
	}
	return BuildPlainTree(n, x, y);
}

PG_FUNCTION_INFO_V1(nearest);

/* nearest(points point[], positions point[]): for each position the nearest point */
Datum
nearest(PG_FUNCTION_ARGS)
{
	ArrayType  *points = PG_GETARG_ARRAYTYPE_P(0);
	ArrayType  *positions = PG_GETARG_ARRAYTYPE_P(1);
	int			n = ArrayGetNItems(ARR_NDIM(positions), ARR_DIMS(positions));
	const Point *position = (const Point *) ARR_DATA_PTR(positions);
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext scratch;
	PlacesKdTree *tree;
	Datum	   *element;

	CheckFinite("points", points);
	CheckFinite("positions", positions);
	if (ARR_NDIM(points) == 0)
		PG_RETURN_NULL();

	scratch = AllocSetContextCreate(caller, "places scratch", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(scratch);
	tree = BuildTree(points);
	element = HostNew(Datum, n);
	for (int i = 0; i < n; i++)
	{
		int			found = 0;

		HostCheckCancel();
		NearestPoints(tree, position[i].x, position[i].y, 1, &found);
		element[i] = Int32GetDatum(found + 1);
	}
	MemoryContextSwitchTo(caller);
	points = construct_array(element, n, INT4OID, sizeof(int32), true, TYPALIGN_INT);
	MemoryContextDelete(scratch);
	PG_RETURN_ARRAYTYPE_P(points);
}
