/*
 * pack.h
 *	  Gathered homes and their ids as bytes.
 */
#ifndef PLACES_PACK_H
#define PLACES_PACK_H

#include "pg/input/gather.h"

/* Ids read one after the other. */
typedef struct PlacesIdReader
{
	const char *at;
	const char *end;
} PlacesIdReader;

static inline char *
PutBytes(char *at, const void *bytes, Size size)
{
	memcpy(at, bytes, size);
	return at + size;
}

static inline const char *
TakeBytes(const char *at, void *bytes, Size size)
{
	memcpy(bytes, at, size);
	return at + size;
}

extern bytea *PackGather(const PlacesGather *gather, Size behind, char **room);
extern const char *BehindHomes(const bytea *packed, Size *size);
extern void DescribePacked(const bytea *packed, int *rows, double *weight);
extern PlacesDegrees DegreesOfPacked(const bytea *packed);
extern PlacesGather *UnpackGather(const bytea *packed);
extern bool NextId(PlacesIdReader *reader, const char **id, uint32 *length);

#endif							/* PLACES_PACK_H */
