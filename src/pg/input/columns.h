/*
 * columns.h
 *	  Which column plays which role, told by its name.
 */
#ifndef PLACES_COLUMNS_H
#define PLACES_COLUMNS_H

#include "postgres.h"
#include "nodes/pg_list.h"
#include "utils/relcache.h"

/* The roles of the columns of a table; those of a file are known to SQL by their names. */
typedef enum PlacesRole
{
	ROLE_ID,
	ROLE_AUTHORITY,
	ROLE_LOCATION
} PlacesRole;

extern char *StockName(Oid relation);
extern NullableDatum NamedOrRecognised(Relation rel, PlacesRole role, const NullableDatum *name);

#endif							/* PLACES_COLUMNS_H */
