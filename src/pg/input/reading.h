/*
 * reading.h
 *	  Queries that this extension makes, planned and run.
 */
#ifndef PLACES_READING_H
#define PLACES_READING_H

#include "nodes/execnodes.h"
#include "nodes/params.h"
#include "nodes/plannodes.h"
#include "tcop/dest.h"

typedef struct PlacesQuery
{
	const char *text;
	ParamListInfo params;		/* NULL: none */
	PlannedStmt *plan;
	bool		unsafe;			/* it must not run in parallel mode, as far as functions are marked */
} PlacesQuery;

/* Receives rows as a function's result. */
typedef struct PlacesKeeper
{
	DestReceiver pub;
	ReturnSetInfo *rsinfo;
} PlacesKeeper;

/* Runs a query, and does what is to be done with its rows. */
typedef void (*PlacesReading) (void *argument, const PlacesQuery *query);

extern ParamListInfo MakeParameter(Oid type, NullableDatum value);
extern PlacesQuery PlanReading(const char *text, ParamListInfo params);
extern DestReceiver RowReceiver(bool (*receive) (TupleTableSlot *slot, DestReceiver *self));
extern PlacesKeeper RowKeeper(ReturnSetInfo *rsinfo);
extern void RunReading(const PlacesQuery *query, DestReceiver *dest);
extern void ReadQuery(const char *text, ParamListInfo params, DestReceiver *dest);
extern void ReadWithWorkers(PlacesReading read, void *argument, const PlacesQuery *query, const bool *received);
extern void SetForNow(const char *name, const char *value);

#endif							/* PLACES_READING_H */
