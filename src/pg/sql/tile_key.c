/*
 * tile_key.c
 *	  A point of the plane as one number, along the Z curve.
 *
 * The bits of both coordinates take turns, so every square whose side is a
 * power of two, 2^n, and whose corner is a multiple of it holds one range of
 * 4^n numbers: an index on them answers "the first home in this square" with
 * one descent, at any scale.
 *
 * And one of a grid whose squares are as large as somebody likes, where one adds
 * up to the numbers of the squares around another.
 */
#include "postgres.h"

#include <math.h>

#include "fmgr.h"

#include "pg/input/location.h"
#include "pg/versions.h"

#define KEY_BITS	31
#define KEY_ORIGIN	1073741824.0	/* 2^30: coordinates from -2^30 to 2^30 - 1 */

/* A bit between each two. */
static uint64
SpreadBits(uint64 bits)
{
	bits = (bits | bits << 16) & UINT64CONST(0x0000FFFF0000FFFF);
	bits = (bits | bits << 8) & UINT64CONST(0x00FF00FF00FF00FF);
	bits = (bits | bits << 4) & UINT64CONST(0x0F0F0F0F0F0F0F0F);
	bits = (bits | bits << 2) & UINT64CONST(0x3333333333333333);
	return (bits | bits << 1) & UINT64CONST(0x5555555555555555);
}

/* What lies beyond the plane goes to its edge; so does NaN. */
static uint64
Step(double coordinate)
{
	double		step = coordinate + KEY_ORIGIN;

	if (!(step > 0))
		return 0;
	return (uint64) Min(step, (double) ((UINT64CONST(1) << KEY_BITS) - 1));
}

static Datum
Key(double x, double y)
{
	return Int64GetDatum((int64) (SpreadBits(Step(x)) | SpreadBits(Step(y)) << 1));
}

/*
 * The side of the smallest square that keys tell apart: a quarter of a metre,
 * or, by longitude and latitude, what fits 360 degrees.
 */
static double
Unit(int32 srid)
{
	return srid == 4326 ? ldexp(1, -22) : 0.25;
}

PG_FUNCTION_INFO_V1(square_of);
PG_FUNCTION_INFO_V1(tile_key);
PG_FUNCTION_INFO_V1(tile_key_of_location);
PG_FUNCTION_INFO_V1(tile_unit);

/* tile_key(x float8, y float8) */
Datum
tile_key(PG_FUNCTION_ARGS)
{
	PG_RETURN_DATUM(Key(PG_GETARG_FLOAT8(0), PG_GETARG_FLOAT8(1)));
}

/* tile_key(location geometry): null for what is no point */
Datum
tile_key_of_location(PG_FUNCTION_ARGS)
{
	double		x,
				y;
	int32		srid;

	if (!GetPoint(fcinfo, &x, &y, &srid))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(Key(x / Unit(srid), y / Unit(srid)));
}

/*
 * square_of(location geometry, side float8): 2^20 for each square to the east, one
 * for each to the north; null for what is no point.  More than the squares of a
 * kilometre within reach of any location; and not 2^32, since PostgreSQL hashes
 * the two halves of a number by what they differ in, and most squares would share
 * their hash with hundreds of others.
 */
Datum
square_of(PG_FUNCTION_ARGS)
{
	double		side = PG_GETARG_FLOAT8(1);
	double		x,
				y;
	int32		srid;

	if (!GetPoint(fcinfo, &x, &y, &srid))
		PG_RETURN_NULL();
	x = Max(-KEY_ORIGIN, Min(floor(x / side), KEY_ORIGIN));
	y = Max(-KEY_ORIGIN, Min(floor(y / side), KEY_ORIGIN));
	PG_RETURN_INT64((int64) x * (INT64CONST(1) << 20) + (int64) y);
}

/* tile_unit(srid int) */
Datum
tile_unit(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(Unit(PG_GETARG_INT32(0)));
}
