/*
 * regather.h
 *	  The homes of one group and their past, as aggregates gather them.
 */
#ifndef PLACES_REGATHER_H
#define PLACES_REGATHER_H

#include "pg/input/gather.h"

/* What a row brings, in the order of the arguments. */
enum
{
	PAST_GEOM,
	PAST_WEIGHT,
	PAST_PREVIOUS,
	PAST_HOLD,
	PAST_TOLERANCE
};

/* A transition state, in the aggregate's memory context. */
typedef struct PlacesRegather
{
	PlacesGather *homes;
	double		tolerance;		/* of the first row */
	int			capacity;		/* of the arrays below: */
	int64	   *previous;		/* id of the place, if was_placed */
	bool	   *was_placed;
	uint8	   *hold;			/* PlacesFixed */
} PlacesRegather;

extern PlacesRegather *NewRegather(PlacesGather *homes);
extern void RegatherHome(PlacesRegather *state, PlacesPointReader *reader, const NullableDatum *row);
extern PlacesIncumbent NumberPast(const PlacesRegather *state);

#endif							/* PLACES_REGATHER_H */
