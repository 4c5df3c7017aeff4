/*
 * group_homes.c
 *	  Groups in the place of homes, for who may not know where homes are: places_internal.group_homes().
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "utils/tuplestore.h"

#include "engine/engine.h"
#include "pg/input/arrays.h"
#include "pg/versions.h"

/* Arguments, in order. */
enum
{
	ARG_X,
	ARG_Y,
	ARG_PLACE,
	ARG_WEIGHT,
	ARG_FEWEST,
	ARG_GRAIN
};

/* The mean of a group, to the nearest multiple of grain: of its homes, not of what they weigh. */
static double
MiddleOf(const double *at, const int *item, int n, double grain)
{
	double		sum = 0;

	for (int i = 0; i < n; i++)
		sum += at[item[i]] - at[item[0]];
	return rint((at[item[0]] + sum / n) / grain) * grain;
}

PG_FUNCTION_INFO_V1(group_homes);

/*
 * group_homes(x, y float8[], place int[], weight float8[], fewest int, grain float8):
 * rows place, weight, x, y.  Homes come by place.
 */
Datum
group_homes(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	int			n[4];
	double	   *x = ReadCoordinates(PG_GETARG_DATUM(ARG_X), &n[0]);
	double	   *y = ReadCoordinates(PG_GETARG_DATUM(ARG_Y), &n[1]);
	int		   *place = ReadInts(PG_GETARG_DATUM(ARG_PLACE), &n[2]);
	double	   *weight = ReadFloats(PG_GETARG_DATUM(ARG_WEIGHT), &n[3]);
	int			least = PG_GETARG_INT32(ARG_FEWEST);
	double		grain = PG_GETARG_FLOAT8(ARG_GRAIN);
	int		   *item = HostNew(int, n[0]);
	int		   *start = HostNew(int, n[0] + 1);

	if (n[1] != n[0] || n[2] != n[0] || n[3] != n[0])
		elog(ERROR, "arrays of homes are of different lengths");
	InitMaterializedSRF(fcinfo, 0);
	for (int begin = 0, end; begin < n[0]; begin = end)
	{
		int			groups;

		for (end = begin + 1; end < n[0] && place[end] == place[begin]; end++)
			;
		groups = GroupPoints(end - begin, x + begin, y + begin, weight + begin, least, item, start);
		for (int g = 0; g < groups; g++)
		{
			int			size = start[g + 1] - start[g];
			double		sum = 0;
			Datum		values[4] = {Int32GetDatum(place[begin])};
			bool		nulls[4] = {false, false, false, false};

			for (int i = start[g]; i < start[g + 1]; i++)
				sum += weight[begin + item[i]];
			values[1] = Float8GetDatum(sum);
			values[2] = Float8GetDatum(MiddleOf(x + begin, item + start[g], size, grain));
			values[3] = Float8GetDatum(MiddleOf(y + begin, item + start[g], size, grain));
			tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
		}
	}
	return (Datum) 0;
}
