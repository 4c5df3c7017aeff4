/*
 * read_rows.c
 *	  Columns of somebody's table, as whoever calls reads them:
 *	  places_internal.read_rows().
 *
 * Names of staff, contacts and whatever else a plan makes use of stay in tables of
 * the landlord.  The functions of plans run as their owner, and read those tables
 * with the rights and the search path of whoever calls them.
 */
#include "postgres.h"

#include "pg/sql/read_rows.h"

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "parser/parse_coerce.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "pg/input/reading.h"
#include "pg/refuse.h"
#include "pg/sql/plan_session.h"
#include "pg/versions.h"

/* Arguments, in order. */
enum
{
	ARG_RELATION,
	ARG_COLUMNS,
	ARG_SEARCH_PATH
};

/* A column, or null for a name that is, as the type that the caller's query has for it. */
static void
AddColumnOfQuery(StringInfo query, Datum name, bool missing, Form_pg_attribute expected)
{
	appendStringInfo(query, "%s(%s%s)::%s", query->len > 0 ? ", " : "SELECT ", missing ? "" : "s.",
					 missing ? "NULL" : quote_identifier(NameStr(*DatumGetName(name))),
					 format_type_extended(expected->atttypid, expected->atttypmod,
										  FORMAT_TYPE_TYPEMOD_GIVEN | FORMAT_TYPE_FORCE_QUALIFY));
}

/*
 * What a query calls a relation.  It was looked up with the snapshot of a statement
 * that may have read for long since, and somebody may have dropped it: PostgreSQL
 * has no name for it then.
 */
static const char *
NameOf(Oid relation)
{
	const char *table = get_rel_name(relation);
	const char *schema = table != NULL ? get_namespace_name(get_rel_namespace(relation)) : NULL;

	if (schema == NULL)
		Refuse((errcode(ERRCODE_UNDEFINED_TABLE),
				errmsg("a table or view that is read was dropped meanwhile"),
				errdetail("There is no relation of number %u any more.", relation),
				errhint("Call the function again; if it is not made anew, name another one.")));
	return quote_qualified_identifier(schema, table);
}

/* A table may be made again with other columns after a plan was told of it. */
static void
InsistOnColumn(Oid relation, const char *name, Form_pg_attribute expected)
{
	AttrNumber	attribute = get_attnum(relation, name);
	Oid			type = attribute > 0 ? get_atttype(relation, attribute) : InvalidOid;
	const char *called = NameOf(relation);

	if (!OidIsValid(type))
		Refuse((errcode(ERRCODE_UNDEFINED_COLUMN),
				errmsg("column \"%s\" of %s does not exist", name, called),
				errhint("Name a column that it has.")));
	if (TypeCategory(getBaseType(type)) == TYPCATEGORY_STRING && TypeCategory(expected->atttypid) != TYPCATEGORY_STRING)
		Refuse((errcode(ERRCODE_DATATYPE_MISMATCH),
				errmsg("column \"%s\" of %s must be %s", name, called, format_type_be(expected->atttypid)),
				errdetail("It is of type %s.", format_type_be(type)),
				errhint("Make a view with the column cast to what it should be.")));
}

static char *
QueryOf(Oid relation, ArrayType *columns, TupleDesc expected)
{
	StringInfoData query;
	Datum	   *name;
	bool	   *missing;
	int			n;

	deconstruct_array(columns, NAMEOID, NAMEDATALEN, false, TYPALIGN_CHAR, &name, &missing, &n);
	if (n != expected->natts)
		elog(ERROR, "%d columns are read as %d", n, expected->natts);
	initStringInfo(&query);
	for (int i = 0; i < n; i++)
	{
		if (!missing[i])
			InsistOnColumn(relation, NameStr(*DatumGetName(name[i])), TupleDescAttr(expected, i));
		AddColumnOfQuery(&query, name[i], missing[i], TupleDescAttr(expected, i));
	}
	appendStringInfo(&query, " FROM %s s", NameOf(relation));
	return query.data;
}

/*
 * Have a receiver have the rows of a relation, with a column for each name, cast to
 * the types of a descriptor, as the role behind the call reads them.
 */
void
ReadRows(Oid relation, ArrayType *columns, TupleDesc expected, const NullableDatum *search_path, DestReceiver *dest)
{
	PlacesReader before = ReadAsCaller(search_path);

	ReadQuery(QueryOf(relation, columns, expected), NULL, dest);
	EndReading(&before);
}

PG_FUNCTION_INFO_V1(read_rows);

/*
 * read_rows(relation regclass, columns name[], search_path text): its rows, with a
 * column for each name, cast to the type that the query has for it; a null name
 * makes a column of nulls
 */
Datum
read_rows(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	PlacesKeeper keeper = RowKeeper(rsinfo);

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	ReadRows(PG_GETARG_OID(ARG_RELATION), PG_GETARG_ARRAYTYPE_P(ARG_COLUMNS), rsinfo->setDesc,
			 &fcinfo->args[ARG_SEARCH_PATH], &keeper.pub);
	return (Datum) 0;
}
