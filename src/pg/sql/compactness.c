/*
 * compactness.c
 *	  The aggregate places.compactness(): how tightly homes stand together.
 *
 * The state is the weight, the mean and the sums of squared deviations, merged
 * by the formulas of Chan, Golub and LeVeque ("Updating formulae and a
 * pairwise algorithm for computing sample variances", COMPSTAT 1982), which do
 * not lose digits to the size of the coordinates.  It has constant size and
 * combines, so the aggregate runs in parallel parts.
 *
 * Geography is summed as earth-centred coordinates in three dimensions, which
 * need no local plane to be agreed beforehand, and projected on the plane that
 * touches the earth at the centre in the end.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "fmgr.h"
#include "funcapi.h"
#include "libpq/pqformat.h"

#include "engine/engine.h"
#include "pg/input/geometry.h"
#include "pg/input/srid.h"
#include "pg/versions.h"

#define GEOGRAPHY_SRID	4326

/* Transition state, in the aggregate's memory context. */
typedef struct PlacesMoments
{
	bool		geodetic;
	bool		has_srid;		/* some row had a location, with */
	int32		srid;			/* this system */
	PlacesDegrees degrees;		/* unless geodetic */
	double		homes;			/* weight of those with a location */
	double		mean[3];		/* x, y, 0; or earth-centred metres */
	double		s[6];			/* sums of w dx dx, dy dy, dz dz, dx dy, dx dz,
								 * dy dz about the mean */
} PlacesMoments;

static PlacesMoments *
NewMoments(FunctionCallInfo fcinfo)
{
	MemoryContext context;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "compactness called in non-aggregate context");
	return MemoryContextAllocZero(context, sizeof(PlacesMoments));
}

/* Add the moments of b to a; b may be a single point of some weight. */
static void
AddMoments(PlacesMoments *a, const PlacesMoments *b)
{
	double		homes = a->homes + b->homes;
	double		factor;
	double		d[3];

	if (b->homes == 0)
		return;
	factor = a->homes * b->homes / homes;
	for (int i = 0; i < 3; i++)
	{
		d[i] = b->mean[i] - a->mean[i];
		a->mean[i] += d[i] * (b->homes / homes);
		a->s[i] += b->s[i] + factor * d[i] * d[i];
	}
	a->s[3] += b->s[3] + factor * d[0] * d[1];
	a->s[4] += b->s[4] + factor * d[0] * d[2];
	a->s[5] += b->s[5] + factor * d[1] * d[2];
	a->homes = homes;
}

static void
TakeSrid(PlacesMoments *a, int32 srid)
{
	if (a->has_srid)
		CheckSameSrid(a->srid, srid);
	a->srid = srid;
	a->has_srid = true;
}

PG_FUNCTION_INFO_V1(compactness_transfn);

/* (state, geom) or (state, geom, weight); rows without a location or a valid weight do not count */
Datum
compactness_transfn(PG_FUNCTION_ARGS)
{
	PlacesMoments *moments = PG_ARGISNULL(0) ? NewMoments(fcinfo) : (PlacesMoments *) PG_GETARG_POINTER(0);
	PlacesPointReader *reader = GetPointReader(fcinfo, 1);
	PlacesMoments home = {0};
	double		x,
				y;
	int32		srid;

	if (PG_ARGISNULL(1) || !ReadPoint(reader, PG_GETARG_DATUM(1), &x, &y, &srid))
		PG_RETURN_POINTER(moments);
	if (!moments->has_srid)
		CheckSrid(reader, srid);
	TakeSrid(moments, srid);
	moments->geodetic = reader->geodetic;

	home.homes = 1;
	if (PG_NARGS() == 3)
		home.homes = PG_ARGISNULL(2) ? NAN : PG_GETARG_FLOAT8(2);
	if (!IsWeight(home.homes))
		PG_RETURN_POINTER(moments);

	if (reader->geodetic)
		LonLatToEarth(x, y, home.mean);
	else
	{
		WatchDegrees(&moments->degrees, x, y);
		home.mean[0] = x;
		home.mean[1] = y;
	}
	AddMoments(moments, &home);
	PG_RETURN_POINTER(moments);
}

PG_FUNCTION_INFO_V1(compactness_combinefn);

Datum
compactness_combinefn(PG_FUNCTION_ARGS)
{
	PlacesMoments *a = PG_ARGISNULL(0) ? NULL : (PlacesMoments *) PG_GETARG_POINTER(0);
	PlacesMoments *b = PG_ARGISNULL(1) ? NULL : (PlacesMoments *) PG_GETARG_POINTER(1);

	if (b == NULL)
	{
		if (a == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(a);
	}
	if (a == NULL)
		a = NewMoments(fcinfo);
	if (b->has_srid)
		TakeSrid(a, b->srid);
	a->geodetic = a->geodetic || b->geodetic;
	AddDegrees(&a->degrees, &b->degrees);
	AddMoments(a, b);
	PG_RETURN_POINTER(a);
}

PG_FUNCTION_INFO_V1(compactness_serialfn);

Datum
compactness_serialfn(PG_FUNCTION_ARGS)
{
	PlacesMoments *moments = (PlacesMoments *) PG_GETARG_POINTER(0);
	StringInfoData buf;

	pq_begintypsend(&buf);
	pq_sendbyte(&buf, moments->geodetic);
	pq_sendbyte(&buf, moments->has_srid);
	pq_sendint32(&buf, moments->srid);
	pq_sendbyte(&buf, moments->degrees.beyond);
	pq_sendint64(&buf, moments->degrees.homes);
	pq_sendint64(&buf, moments->degrees.fine);
	pq_sendfloat8(&buf, moments->homes);
	for (int i = 0; i < 3; i++)
		pq_sendfloat8(&buf, moments->mean[i]);
	for (int i = 0; i < 6; i++)
		pq_sendfloat8(&buf, moments->s[i]);
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

PG_FUNCTION_INFO_V1(compactness_deserialfn);

Datum
compactness_deserialfn(PG_FUNCTION_ARGS)
{
	bytea	   *bytes = PG_GETARG_BYTEA_PP(0);
	PlacesMoments *moments = palloc0(sizeof(PlacesMoments));
	StringInfoData buf;

	initStringInfo(&buf);
	appendBinaryStringInfo(&buf, VARDATA_ANY(bytes), VARSIZE_ANY_EXHDR(bytes));
	moments->geodetic = pq_getmsgbyte(&buf);
	moments->has_srid = pq_getmsgbyte(&buf);
	moments->srid = pq_getmsgint(&buf, 4);
	moments->degrees.beyond = pq_getmsgbyte(&buf);
	moments->degrees.homes = pq_getmsgint64(&buf);
	moments->degrees.fine = pq_getmsgint64(&buf);
	moments->homes = pq_getmsgfloat8(&buf);
	for (int i = 0; i < 3; i++)
		moments->mean[i] = pq_getmsgfloat8(&buf);
	for (int i = 0; i < 6; i++)
		moments->s[i] = pq_getmsgfloat8(&buf);
	pq_getmsgend(&buf);
	pfree(buf.data);
	PG_RETURN_POINTER(moments);
}

/* a' S b for the symmetric matrix S of the moments */
static double
Quadratic(const PlacesMoments *m, const double a[3], const double b[3])
{
	return a[0] * b[0] * m->s[0] + a[1] * b[1] * m->s[1] + a[2] * b[2] * m->s[2] +
		(a[0] * b[1] + a[1] * b[0]) * m->s[3] +
		(a[0] * b[2] + a[2] * b[0]) * m->s[4] +
		(a[1] * b[2] + a[2] * b[1]) * m->s[5];
}

/* Ratio of the axes of the ellipse with these moments; infinite on a line, NaN at a point. */
static double
Elongation(double sxx, double syy, double sxy)
{
	double		larger = (sxx + syy) / 2 + hypot((sxx - syy) / 2, sxy);
	double		smaller;

	if (larger <= 0)
		return NAN;
	smaller = (sxx * syy - sxy * sxy) / larger;
	if (smaller <= 1e-12 * larger)	/* nothing but rounding */
		return INFINITY;
	return Max(sqrt(larger / smaller), 1);
}

/* Attributes of places.compactness_score, in order. */
enum
{
	SCORE_HOMES,
	SCORE_CENTRE,
	SCORE_RMS_DISTANCE,
	SCORE_DENSITY,
	SCORE_ELONGATION,
	SCORE_ATTRIBUTES
};

static void
FillScore(const PlacesMoments *m, Oid point_type, Datum *values, bool *nulls)
{
	PlacesFrame plane = {.east = {1, 0, 0}, .north = {0, 1, 0}};
	double		x = m->mean[0];
	double		y = m->mean[1];
	double		rms,
				density,
				elongation;

	if (m->geodetic)
	{
		TangentPlane(m->mean, &plane);
		EarthToLonLat(m->mean, &x, &y);
	}
	rms = sqrt((Quadratic(m, plane.east, plane.east) + Quadratic(m, plane.north, plane.north)) / m->homes);
	density = UniformDensity(m->homes, rms);
	elongation = Elongation(Quadratic(m, plane.east, plane.east), Quadratic(m, plane.north, plane.north),
							Quadratic(m, plane.east, plane.north));

	values[SCORE_CENTRE] = MakePoint(point_type, x, y, m->srid);
	values[SCORE_RMS_DISTANCE] = Float8GetDatum(rms);
	values[SCORE_DENSITY] = Float8GetDatum(density);
	values[SCORE_ELONGATION] = Float8GetDatum(elongation);
	nulls[SCORE_CENTRE] = nulls[SCORE_RMS_DISTANCE] = false;
	nulls[SCORE_DENSITY] = isnan(density);
	nulls[SCORE_ELONGATION] = isnan(elongation);
}

PG_FUNCTION_INFO_V1(compactness_finalfn);

Datum
compactness_finalfn(PG_FUNCTION_ARGS)
{
	const PlacesMoments *moments;
	TupleDesc	desc;
	Datum		values[SCORE_ATTRIBUTES] = {0};
	bool		nulls[SCORE_ATTRIBUTES] = {false, true, true, true, true};

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	moments = (PlacesMoments *) PG_GETARG_POINTER(0);
	RefuseDegrees(&moments->degrees);
	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");

	values[SCORE_HOMES] = Float8GetDatum(moments->homes);
	if (moments->homes > 0)
		FillScore(moments, TupleDescAttr(desc, SCORE_CENTRE)->atttypid, values, nulls);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls)));
}
