/*
 * pack.h
 *	  Gathered homes and their ids as bytes.
 */
#ifndef PLACES_PACK_H
#define PLACES_PACK_H

#include "postgres.h"

#include "gather.h"

/* Ids read one after the other. */
typedef struct PlacesIdReader
{
	const char *at;
	const char *end;
} PlacesIdReader;

extern void DescribePacked(const bytea *packed, int *rows, double *weight);
extern PlacesGather *UnpackGather(const bytea *packed);
extern bool NextId(PlacesIdReader *reader, const char **id, uint32 *length);

#endif							/* PLACES_PACK_H */
