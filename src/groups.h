/*
 * groups.h
 *	  The authorities of a stock, read and solved on all cores.
 */
#ifndef PLACES_GROUPS_H
#define PLACES_GROUPS_H

#include "postgres.h"

#include "access/htup.h"
#include "fmgr.h"
#include "nodes/execnodes.h"
#include "nodes/params.h"
#include "tcop/dest.h"

/* An authority and its packed homes. */
typedef struct PlacesGroup
{
	bool		has_authority;
	Datum		authority;		/* text */
	int			stock_rows;
	double		weight;			/* homes, also those without a location */
	bytea	   *ids;			/* of places_internal.pack_ids(), if asked for, else NULL */
	HeapTuple	row;			/* if asked for, else NULL */
} PlacesGroup;

/* What to do with a group; one without an authority has no result. */
typedef void (*PlacesGroupTaker) (void *taker, const PlacesGroup *group, Datum result);

/* How to read and solve a stock. */
typedef struct PlacesStock
{
	const char *grouped;		/* query that groups and clusters at once, rules being $1 */
	const char *packed;			/* query with columns authority, packed and perhaps packed_ids */
	bool		with_ids;		/* it must have the last */
	TupleDesc	row;			/* what else it must have, in front of a column for results; or NULL */
	Oid			solver;			/* function (packed bytea, rules) */
	Oid			ruleset;		/* type of the rules, */
	NullableDatum rules;		/* and their value */
	double		authorities;	/* about how many it has, and rows; */
	double		rows;
	bool		unsafe;			/* it must not be read in parallel mode; known after SolvedElsewhere() */
} PlacesStock;

extern PlacesStock OpenStock(FunctionCallInfo fcinfo, const char *solver, bool with_ids);
extern bool SolvedElsewhere(PlacesStock *stock);
extern void KeepGroups(const PlacesStock *stock, ReturnSetInfo *rsinfo);
extern void SolveGroups(const PlacesStock *stock, PlacesGroupTaker take, void *taker);
extern int	FindColumn(TupleDesc desc, const char *name, Oid type, const char *hint);
extern void RunQuery(const char *query, ParamListInfo params, DestReceiver *dest);

#endif							/* PLACES_GROUPS_H */
