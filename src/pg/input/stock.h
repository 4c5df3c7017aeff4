/*
 * stock.h
 *	  A relation of homes and its columns, checked, and as parts of a query.
 */
#ifndef PLACES_STOCK_H
#define PLACES_STOCK_H

#include "fmgr.h"

#include "pg/parallel/solver.h"

typedef struct PlacesStock
{
	Oid			relation;
	Oid			geom_type;		/* PostGIS's geometry or geography */
	bool		geodetic;

	/* SQL, all names quoted; columns are those of s */
	const char *name;			/* of the relation, with its schema */
	const char *id;
	const char *array_id;		/* the same, as an aggregate of arrays can take it */
	const char *authority;
	const char *group;			/* what the authorities are grouped by */
	const char *geom;
	const char *weight;			/* float8; NULL: every row is a home */
	const char *label;			/* NULL: none */
} PlacesStock;

extern PlacesStock OpenStock(FunctionCallInfo fcinfo, int arguments);
extern void AddLabel(PlacesStock *stock, const NullableDatum *label);
extern char *StockName(Oid relation);
extern PlacesTask *NewTask(PlacesSolver solver, Oid type, const NullableDatum *ruleset);
extern PlacesTask *NewFrontierTask(Oid type, const NullableDatum *rulesets);
extern char *GroupedQuery(const PlacesStock *stock, PlacesSolver solver, bool located);
extern char *PackedQuery(const PlacesStock *stock, PlacesSolver solver, bool located);

#endif							/* PLACES_STOCK_H */
