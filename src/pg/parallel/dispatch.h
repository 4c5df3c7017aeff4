/*
 * dispatch.h
 *	  The authorities of a stock, read and solved on all cores.
 */
#ifndef PLACES_DISPATCH_H
#define PLACES_DISPATCH_H

#include "fmgr.h"
#include "nodes/execnodes.h"
#include "tcop/dest.h"

#include "pg/input/ids.h"
#include "pg/input/reading.h"
#include "pg/input/stock.h"
#include "pg/parallel/solver.h"

/* Columns of a packed query at most that are kept beside the homes. */
#define KEPT_COLUMNS	8

/* An authority, or the rows without one, and what is known of it besides its packed homes. */
typedef struct PlacesAuthority
{
	bool		has_name;
	Datum		name;			/* text */
	int			stock_rows;
	double		homes;			/* also those without a location */
	PlacesIdReader ids;			/* of the rows; in memory of its own */
	struct varlena *kept[KEPT_COLUMNS]; /* what the query has between the authority and the homes; NULL: null */
	int			solved;			/* units so far, and the answers of a task that has several */
	bytea	  **answer;
	void	   *state;			/* of whoever brought it to Dispatch() */
} PlacesAuthority;

/*
 * What to do with an authority and the solver's answer, the first if there are several;
 * the rows without one have none.  All last as long as the call.
 */
typedef void (*PlacesTaker) (void *taker, const PlacesAuthority *authority, bytea *answer);

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

/* Groups that are solved as they come. */
typedef struct PlacesDispatch PlacesDispatch;

extern PlacesDispatch *BeginDispatch(const PlacesJob *job, PlacesTaker take, void *taker);
extern PlacesAuthority *NewAuthority(PlacesDispatch *dispatch, bool has_name, Datum name);
extern void Dispatch(PlacesDispatch *dispatch, PlacesAuthority *authority, bytea *packed);
extern void SkipRows(PlacesDispatch *dispatch, int rows);
extern void EndDispatch(PlacesDispatch *dispatch);

extern bool SolvedElsewhere(PlacesJob *job, const char *grouped);
extern void RunGrouped(const PlacesJob *job, DestReceiver *dest);
extern void KeepGroups(const PlacesJob *job, ReturnSetInfo *rsinfo);
extern void SolveStock(const PlacesJob *job, const char *packed, PlacesTaker take, void *taker);

#endif							/* PLACES_DISPATCH_H */
