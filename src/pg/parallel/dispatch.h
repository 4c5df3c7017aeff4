/*
 * dispatch.h
 *	  The authorities of a stock, read and solved on all cores.
 */
#ifndef PLACES_DISPATCH_H
#define PLACES_DISPATCH_H

#include "fmgr.h"
#include "nodes/execnodes.h"
#include "tcop/dest.h"

#include "pg/input/reading.h"
#include "pg/input/stock.h"

/* Columns of a packed query at most that are kept beside the homes. */
#define KEPT_COLUMNS	8

/* An authority and its packed homes. */
typedef struct PlacesGroup
{
	bool		has_authority;
	Datum		authority;		/* text */
	int			stock_rows;
	double		weight;			/* homes, also those without a location */
	struct varlena *kept[KEPT_COLUMNS]; /* what the query has between the authority and the homes; NULL: null */
} PlacesGroup;

/* What to do with a group and the solver's answer; one without an authority has none. */
typedef void (*PlacesGroupTaker) (void *taker, const PlacesGroup *group, bytea *answer);

/* A stock to be read and solved. */
typedef struct PlacesJob
{
	const PlacesTask *task;
	NullableDatum rules;		/* parameter of the query that groups and solves at once, */
	Oid			ruleset;		/* of this type, */
	PlacesQuery grouped;		/* and the query */
	double		authorities;	/* about how many it has, and rows */
	double		rows;
} PlacesJob;

extern bool SolvedElsewhere(PlacesJob *job, const char *grouped);
extern void RunGrouped(const PlacesJob *job, DestReceiver *dest);
extern void KeepGroups(const PlacesJob *job, ReturnSetInfo *rsinfo);
extern void SolveGroups(const PlacesJob *job, const char *packed, PlacesGroupTaker take, void *taker);

#endif							/* PLACES_DISPATCH_H */
