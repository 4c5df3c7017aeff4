/*
 * stock.h
 *	  A relation of homes and its columns, checked, and as parts of a query.
 */
#ifndef PLACES_STOCK_H
#define PLACES_STOCK_H

#include "fmgr.h"

#include "engine/engine.h"

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
	const char *geom;
	const char *weight;			/* float8; NULL: every row is a home */
	const char *label;			/* NULL: none */
	const char *together;		/* text; NULL: homes are on their own */
	const char *loads;			/* float8[]; NULL: none */
	const char *within;			/* bigint: a larger place that it is in; NULL: none */
} PlacesStock;

/* Is there nothing that aggregates for everybody do not take? */
static inline bool
IsPlain(const PlacesStock *stock)
{
	return stock->loads == NULL;
}

extern PlacesStock OpenStock(FunctionCallInfo fcinfo, int arguments);
extern char *TextColumn(const PlacesStock *stock, const char *argument, const NullableDatum *column);
extern void AddTogether(PlacesStock *stock, const NullableDatum *together);
extern Datum *ReadLoads(const NullableDatum *columns, const NullableDatum *tolerances, PlacesRules *rules);
extern void AddLoads(PlacesStock *stock, const NullableDatum *columns, const NullableDatum *tolerances,
					 PlacesRules *rules);
extern void AddLabel(PlacesStock *stock, const NullableDatum *label);
extern const char *OrNull(const char *expression, const char *type);
extern char *GroupedHomesQuery(const PlacesStock *stock, bool located);
extern char *GroupedPlacesQuery(const PlacesStock *stock, bool bounded);
extern char *PackedQuery(const PlacesStock *stock, bool named, bool located);
extern char *RunQuery(const PlacesStock *stock, const NullableDatum *srid);

#endif							/* PLACES_STOCK_H */
