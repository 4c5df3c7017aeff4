/*
 * partitions.h
 *	  Two groupings of the same homes, held against each other.
 */
#ifndef PLACES_PARTITIONS_H
#define PLACES_PARTITIONS_H

#include "engine/base/host.h"

/* Homes that are in group a of the one and group b of the other grouping. */
typedef struct PlacesPair
{
	int			a,				/* groups, numbered from 0 */
				b;
	int64_t		homes;			/* > 0 */
} PlacesPair;

typedef struct PlacesAgreement
{
	int64_t		homes;
	int64_t		groups_a;
	int64_t		groups_b;
	/* only where there are homes: */
	double		moved_share;
	double		adjusted_rand_index;
	double		variation_of_information;	/* nats */
} PlacesAgreement;

extern PlacesAgreement ComparePartitions(int n, PlacesPair *pairs, int groups);

#endif							/* PLACES_PARTITIONS_H */
