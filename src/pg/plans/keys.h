/*
 * keys.h
 *	  Rows of a stock by hashes: which home it is, where it stands, its weight
 *	  and loads.
 */
#ifndef PLACES_KEYS_H
#define PLACES_KEYS_H

#include "pg/input/geometry.h"

/* A home.  Two ids with one key are not to be met: of a billion in an authority one pair in 10^20. */
typedef struct PlacesHomeKey
{
	uint64		id[2];			/* 0: it is missing */
	uint64		location;
	uint64		weight;
	uint64		loads;			/* 0: there are none */
} PlacesHomeKey;

/* The sum of hashes of rows, whatever their order. */
typedef struct PlacesDigest
{
	int			rows;
	uint64		sum[2];
} PlacesDigest;

extern void HashId(const char *id, Size length, uint64 *hash);
extern uint64 HashLocation(PlacesPointReader *reader, const NullableDatum *location);
extern uint64 HashPoint(double x, double y, int32 srid);
extern uint64 HashWeight(const NullableDatum *weight);
extern uint64 HashLoads(const double *load, int n);
extern PlacesHomeKey *KeysOfPacked(const bytea *packed, PlacesPointReader *reader, bool weighted);
extern void AddToDigest(PlacesDigest *digest, const PlacesHomeKey *key, int64 within, int64 together);
extern char *DigestText(const PlacesDigest *digest);

static inline bool
IsMissing(const PlacesHomeKey *key)
{
	return key->id[0] == 0 && key->id[1] == 0;
}

static inline int
CompareIds(const PlacesHomeKey *a, const PlacesHomeKey *b)
{
	for (int i = 0; i < 2; i++)
		if (a->id[i] != b->id[i])
			return a->id[i] < b->id[i] ? -1 : 1;
	return 0;
}

/* By id, location, weight, loads. */
static inline int
CompareKeys(const PlacesHomeKey *a, const PlacesHomeKey *b)
{
	int			order = CompareIds(a, b);

	if (order != 0)
		return order;
	if (a->location != b->location)
		return a->location < b->location ? -1 : 1;
	if (a->weight != b->weight)
		return a->weight < b->weight ? -1 : 1;
	return a->loads < b->loads ? -1 : a->loads > b->loads;
}

static inline bool
SameId(const PlacesHomeKey *a, const PlacesHomeKey *b)
{
	return CompareIds(a, b) == 0;
}

#endif							/* PLACES_KEYS_H */
