/*
 * past.h
 *	  Where the homes of authorities were, as plans have stored it, and what
 *	  people decided.
 */
#ifndef PLACES_PAST_H
#define PLACES_PAST_H

#include "storage/itemptr.h"

#include "engine/engine.h"
#include "pg/plans/keys.h"
#include "pg/plans/names.h"

/* A stored row of a home: true in the base run, or of the newest run, or both. */
typedef struct PlacesPastHome
{
	PlacesHomeKey key;
	int64		place;			/* 0: none */
	ItemPointerData row;
	uint8		outside;		/* PlacesOutside */
	bool		in_base;
	bool		newest;
	bool		followed;		/* by a row of the stock, from the base run */
	int32		copy;
} PlacesPastHome;

/* A home that people put into a place of its authority. */
typedef struct PlacesPin
{
	PlacesHomeKey home;			/* id alone */
	int64		place;
} PlacesPin;

/* An authority, or the homes without one. */
typedef struct PlacesPastAuthority
{
	int			n;
	Size		capacity;
	PlacesPastHome *home;		/* by id, location, weight, copy */
	int			npins;
	Size		pin_capacity;
	PlacesPin  *pin;
} PlacesPastAuthority;

/* Of a plan, and which of its runs. */
typedef struct PlacesPastOf
{
	int32		plan;
	int64		base;			/* run that its homes come from; 0: none */
	Oid			geometry;		/* type of stored locations */
	bool		grace;			/* is it asked which places were kept? */
} PlacesPastOf;

typedef struct PlacesPast PlacesPast;

extern PlacesPast *ReadPast(const PlacesPastOf *of, const PlacesName *names, int n);
extern PlacesPastAuthority *PastOfAuthority(PlacesPast *past, PlacesName name);
extern int64 PinOf(const PlacesPastAuthority *authority, const PlacesHomeKey *home);
extern bool IsLocked(const PlacesPast *past, int64 place);
extern bool HasTargets(const PlacesPast *past);
extern double TargetOf(const PlacesPast *past, int64 place);
extern bool WasKept(const PlacesPast *past, int64 place);
extern void FreePast(PlacesPast *past);

#endif							/* PLACES_PAST_H */
