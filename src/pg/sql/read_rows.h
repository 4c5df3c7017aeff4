/*
 * read_rows.h
 *	  Columns of somebody's table, as whoever calls reads them.
 */
#ifndef PLACES_READ_ROWS_H
#define PLACES_READ_ROWS_H

#include "access/tupdesc.h"
#include "tcop/dest.h"
#include "utils/array.h"

extern void ReadRows(Oid relation, ArrayType *columns, TupleDesc expected, const NullableDatum *search_path, DestReceiver *dest);

#endif							/* PLACES_READ_ROWS_H */
