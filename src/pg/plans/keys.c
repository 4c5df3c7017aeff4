/*
 * keys.c
 *	  Rows of a stock by hashes: which home it is, where it stands, its weight
 *	  and loads.
 *
 * What a run compares of a home with what is stored is compared by hashes, of
 * 64 bits, and ids by 128: so all that has to be kept of a past that may be
 * millions of rows is a few numbers each.
 */
#include "postgres.h"

#include "pg/plans/keys.h"

#include <math.h>

#include "common/hashfn.h"

#include "engine/engine.h"
#include "pg/parallel/pack.h"
#include "pg/versions.h"

/* Two hashes of an id; the empty text stands for one that is missing. */
void
HashId(const char *id, Size length, uint64 *hash)
{
	for (int i = 0; i < 2; i++)
		hash[i] = length == 0 ? 0 : hash_bytes_extended((const unsigned char *) id, length, i + 1);
}

/* Of a point in a system. */
uint64
HashPoint(double x, double y, int32 srid)
{
	struct
	{
		double		x,
					y;
		int64		srid;
	}			point = {x, y, srid};

	return hash_bytes_extended((const unsigned char *) &point, sizeof(point), 1);
}

/* Of a location of whatever kind, in its EWKB; of a point x and y alone. */
uint64
HashLocation(PlacesPointReader *reader, const NullableDatum *location)
{
	double		x,
				y;
	int32		srid;
	bytea	   *ewkb;
	uint64		hash;

	if (location->isnull)
		return 0;
	if (ReadGeometry(reader, location->value, &x, &y, &srid) == GEOMETRY_POINT)
		return HashPoint(x, y, srid);
	ewkb = DatumGetByteaPP(FunctionCall1(&reader->send, location->value));
	hash = hash_bytes_extended((const unsigned char *) VARDATA_ANY(ewkb), VARSIZE_ANY_EXHDR(ewkb), 2);
	pfree(ewkb);
	return hash;
}

/* Its bits; null is none of them. */
uint64
HashWeight(const NullableDatum *weight)
{
	double		value = weight->isnull ? 0 : DatumGetFloat8(weight->value);
	uint64		bits;

	if (weight->isnull)
		return PG_UINT64_MAX;
	value = isnan(value) ? NAN : value + 0.0;	/* one zero, one NaN */
	memcpy(&bits, &value, sizeof(bits));
	return bits;
}

/* The bits of measures, of which there may be none. */
uint64
HashLoads(const double *load, int n)
{
	double		values[MOST_LOADS];

	Assert(n <= MOST_LOADS);
	for (int l = 0; l < n; l++)
		values[l] = isnan(load[l]) ? NAN : load[l] + 0.0;
	return n == 0 ? 0 : hash_bytes_extended((const unsigned char *) values, sizeof(double) * n, 4);
}

/* The same of a row of a group. */
static uint64
HashLoadsOf(const PlacesGroup *group, int row)
{
	double		load[MOST_LOADS];
	int			n = CountLoads(group);

	for (int l = 0; l < n; l++)
		load[l] = group->load[l][row];
	return HashLoads(load, n);
}

/* The next value that is in bytes, as a datum of memory of its own. */
static NullableDatum
TakeValue(PlacesIdReader *reader)
{
	const char *bytes;
	uint32		length;
	struct varlena *value;

	if (!NextBytes(reader, &bytes, &length))
		return (NullableDatum) {.isnull = true};
	value = palloc(VARHDRSZ + length);
	SET_VARSIZE(value, VARHDRSZ + length);
	memcpy(VARDATA(value), bytes, length);
	return (NullableDatum) {.value = PointerGetDatum(value)};
}

/* A key for each row of packed bytes of pack_run(); rows without a weight column have null ones. */
PlacesHomeKey *
KeysOfPacked(const bytea *packed, PlacesPointReader *reader, bool weighted)
{
	PlacesGroup *group = ViewPacked(packed);
	PlacesIdReader ids = TextsOfPacked(packed, TEXT_ID);
	PlacesIdReader locations = TextsOfPacked(packed, TEXT_LOCATION);
	PlacesHomeKey *keys = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(PlacesHomeKey) * group->n);

	for (int i = 0; i < group->n; i++)
	{
		const char *id = "";
		uint32		length = 0;
		NullableDatum location = TakeValue(&locations);
		NullableDatum weight = {.value = Float8GetDatum(group->w ? group->w[i] : 1), .isnull = !weighted};

		HostCheckCancelAt(i);
		NextId(&ids, &id, &length);
		HashId(id, length, keys[i].id);
		keys[i].location = group->row[i] == ROW_LOCATED ? HashPoint(group->x[i], group->y[i], group->srid) :
			HashLocation(reader, &location);
		keys[i].weight = HashWeight(&weight);
		keys[i].loads = HashLoadsOf(group, i);
		if (!location.isnull)
			pfree(DatumGetPointer(location.value));
	}
	pfree(group);
	return keys;
}

/* A home, the larger place that it is in, and the hash of what it stays together with; 0: none. */
void
AddToDigest(PlacesDigest *digest, const PlacesHomeKey *key, int64 within, int64 together)
{
	digest->rows++;
	for (int i = 0; i < 2; i++)
	{
		uint64		bits = MixBits(MixBits(key->id[i]) + key->location) + key->weight + (within == 0 ? 0 : MixBits(within));

		bits = together == 0 ? bits : MixBits(bits) ^ MixBits(MixBits(together));
		digest->sum[i] += MixBits(key->loads == 0 ? bits : MixBits(bits) + key->loads);
	}
}

char *
DigestText(const PlacesDigest *digest)
{
	return psprintf("%016llx%016llx.%d", (unsigned long long) digest->sum[0],
					(unsigned long long) digest->sum[1], digest->rows);
}
