/*
 * arrays.c
 *	  Arrays of numbers, from SQL.
 *
 * They come from functions of this extension, which put no nulls into them, and no
 * coordinates that are out of range: what is wrong is a mistake of ours.
 */
#include "postgres.h"

#include "pg/input/arrays.h"

#include "catalog/pg_type.h"
#include "utils/array.h"

#include "engine/engine.h"

static Datum *
ReadElements(Datum array, Oid type, int16 size, bool by_value, char alignment, int *n)
{
	Datum	   *element;
	bool	   *missing;

	deconstruct_array(DatumGetArrayTypeP(array), type, size, by_value, alignment, &element, &missing, n);
	for (int i = 0; i < *n; i++)
		if (missing[i])
			elog(ERROR, "element %d is null", i + 1);
	pfree(missing);
	return element;
}

int *
ReadInts(Datum array, int *n)
{
	Datum	   *element = ReadElements(array, INT4OID, sizeof(int32), true, TYPALIGN_INT, n);
	int		   *value = HostNew(int, *n);

	HostCheckCancel();
	for (int i = 0; i < *n; i++)
		value[i] = DatumGetInt32(element[i]);
	pfree(element);
	return value;
}

double *
ReadFloats(Datum array, int *n)
{
	Datum	   *element = ReadElements(array, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE, n);
	double	   *value = HostNew(double, *n);

	HostCheckCancel();
	for (int i = 0; i < *n; i++)
		value[i] = DatumGetFloat8(element[i]);
	pfree(element);
	return value;
}

/* Of points on a plane, in metres. */
double *
ReadCoordinates(Datum array, int *n)
{
	double	   *value = ReadFloats(array, n);

	for (int i = 0; i < *n; i++)
		if (!(fabs(value[i]) <= 4 * FARTHEST))
			elog(ERROR, "coordinate %d is %g", i + 1, value[i]);
	return value;
}
