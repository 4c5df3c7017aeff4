/*
 * stock.c
 *	  A relation of homes and its columns, checked, and as parts of a query.
 *
 * What a user names is looked up in the catalogs and nowhere else, before
 * anything runs.  Queries are made of quoted names, and in them every function,
 * operator and type has its schema: what others have created in a schema of the
 * search path is never found.
 */
#include "postgres.h"

#include "pg/input/stock.h"

#include "access/htup_details.h"
#include "access/nbtree.h"
#include "access/relation.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "parser/parse_coerce.h"
#include "storage/lmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

#include "engine/engine.h"
#include "pg/input/columns.h"
#include "pg/input/postgis.h"
#include "pg/refuse.h"
#include "pg/versions.h"

#define DEFAULT_LOAD_TOLERANCE	0.1

/* Arguments of every function that reads a stock. */
enum
{
	ARG_STOCK,
	ARG_ID,
	ARG_AUTHORITY,
	ARG_GEOM,
	ARG_WEIGHT
};

/* Lock the relation for reading until the transaction ends, as a query does. */
static Relation
OpenRelation(const NullableDatum *stock)
{
	Relation	rel = stock->isnull ? NULL : try_relation_open(DatumGetObjectId(stock->value), AccessShareLock);

	if (rel == NULL)
		Refuse((errcode(ERRCODE_UNDEFINED_TABLE),
				errmsg("stock does not exist"),
				stock->isnull ? errdetail("stock is null.") :
				errdetail("stock is %u.", DatumGetObjectId(stock->value)),
				errhint("Name a table or view with a row for each home.")));
	switch (rel->rd_rel->relkind)
	{
		case RELKIND_RELATION:
		case RELKIND_PARTITIONED_TABLE:
		case RELKIND_VIEW:
		case RELKIND_MATVIEW:
		case RELKIND_FOREIGN_TABLE:
			break;
		default:
			Refuse((errcode(ERRCODE_WRONG_OBJECT_TYPE),
					errmsg("stock must be a table or view"),
					errdetail("%s is of another kind.", StockName(RelationGetRelid(rel))),
					errhint("Name a table or view with a row for each home.")));
	}
	return rel;
}

/* The columns of a relation, for a hint, as they have to be typed. */
static char *
ListColumns(Relation rel)
{
	StringInfoData list;

	initStringInfo(&list);
	for (int i = 0; i < rel->rd_att->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(rel->rd_att, i);

		if (!column->attisdropped)
			appendStringInfo(&list, "%s%s", list.len > 0 ? ", " : "", quote_literal_cstr(NameStr(column->attname)));
	}
	return list.data;
}

/* A column that an argument names, quoted, and its base type. */
static char *
FindColumn(Relation rel, const char *argument, const NullableDatum *name, Oid *type)
{
	char	   *stock = StockName(RelationGetRelid(rel));
	HeapTuple	tuple;
	const char *column;

	column = NameStr(*DatumGetName(name->value));
	tuple = SearchSysCacheAttName(RelationGetRelid(rel), column);
	if (!HeapTupleIsValid(tuple))
		Refuse((errcode(ERRCODE_UNDEFINED_COLUMN),
				errmsg("column \"%s\" of %s does not exist", column, stock),
				errdetail("It was named by %s.", argument),
				errhint("Its columns are %s.", ListColumns(rel))));
	*type = getBaseType(((Form_pg_attribute) GETSTRUCT(tuple))->atttypid);
	ReleaseSysCache(tuple);
	return psprintf("s.%s", quote_identifier(column));
}

static void
RefuseType(Relation rel, const NullableDatum *column, Oid type, const char *complaint, const char *hint)
{
	Refuse((errcode(ERRCODE_DATATYPE_MISMATCH),
			errmsg("%s", complaint),
			errdetail("Column %s of %s is of type %s.", quote_identifier(NameStr(*DatumGetName(column->value))),
					   StockName(RelationGetRelid(rel)), format_type_be(type)),
			errhint("%s", hint)));
}

static void
SetGeom(PlacesStock *stock, Relation rel, const NullableDatum *column)
{
	stock->geom = FindColumn(rel, "geom_column", column, &stock->geom_type);
	stock->geodetic = stock->geom_type == PostgisType("geography");
	if (!stock->geodetic && stock->geom_type != PostgisType("geometry"))
		RefuseType(rel, column, stock->geom_type, "geom_column must be of type geometry or geography",
				   "Make a view with ST_SetSRID(ST_MakePoint(easting, northing), srid).");
}

/* Ids are texts in the end; but cast outside of an aggregate, since postgres_fdw could not send it else. */
static void
SetId(PlacesStock *stock, Relation rel, const NullableDatum *column)
{
	Oid			type;

	stock->id = FindColumn(rel, "id_column", column, &type);
	/* of arrays, array_agg() would make one array; and some types have none */
	stock->array_id = OidIsValid(get_element_type(type)) || !OidIsValid(get_array_type(type)) ?
		psprintf("(%s)::pg_catalog.text", stock->id) : stock->id;
}

/*
 * Are equal values of a column the same to the last bit, and so in their texts?
 * Numbers with zeros behind them are not, nor texts whose collation overlooks case.
 * B-trees ask for the same.
 */
static bool
HasEqualImages(Relation rel, const char *column)
{
	TypeCacheEntry *cache;
	Oid			type,
				collation,
				function;
	int32		typmod;

	get_atttypetypmodcoll(RelationGetRelid(rel), get_attnum(RelationGetRelid(rel), column), &type, &typmod, &collation);
	cache = lookup_type_cache(type, TYPECACHE_BTREE_OPFAMILY);
	function = !OidIsValid(cache->btree_opf) ? InvalidOid :
		get_opfamily_proc(cache->btree_opf, cache->btree_opintype, cache->btree_opintype, BTEQUALIMAGE_PROC);
	return OidIsValid(function) &&
		DatumGetBool(OidFunctionCall1Coll(function, collation, ObjectIdGetDatum(cache->btree_opintype)));
}

/*
 * Authorities are known by their texts: those that are equal but look different,
 * as 1.0 and 1.00, or words to a collation that overlooks case, are two, whichever
 * comes first.
 */
static void
SetAuthority(PlacesStock *stock, Relation rel, const NullableDatum *column)
{
	Oid			type;

	stock->authority = FindColumn(rel, "authority_column", column, &type);
	if (!HasEqualImages(rel, NameStr(*DatumGetName(column->value))))
		stock->authority = psprintf("(%s)::pg_catalog.text COLLATE pg_catalog.\"C\"", stock->authority);
}

/* A column of numbers as float8, NaN where that cannot hold them. */
static char *
NumberColumn(Relation rel, const char *argument, const NullableDatum *column)
{
	const char *number;
	Oid			type,
				cast;
	CoercionPathType path;
	char		category;
	bool		preferred;

	number = FindColumn(rel, argument, column, &type);
	get_type_category_preferred(type, &category, &preferred);
	if (type == CASHOID)
	{
		number = psprintf("(%s)::pg_catalog.numeric", number);
		type = NUMERICOID;
	}
	path = type == FLOAT8OID ? COERCION_PATH_RELABELTYPE :
		find_coercion_pathway(FLOAT8OID, type, COERCION_EXPLICIT, &cast);
	if (category != TYPCATEGORY_NUMERIC || path == COERCION_PATH_NONE || path == COERCION_PATH_COERCEVIAIO)
		RefuseType(rel, column, type, psprintf("%s must be numeric", argument),
				   "Make a view with the column cast to double precision.");
	if (type == NUMERICOID)
		/* which holds numbers that float8 does not */
		return psprintf("(CASE WHEN pg_catalog.abs(%s) OPERATOR(pg_catalog.>=) 1e300"
						" OR pg_catalog.abs(%s) OPERATOR(pg_catalog.<=) 1e-300 AND (%s) OPERATOR(pg_catalog.<>) 0"
						" THEN 'NaN' ELSE %s END)::pg_catalog.float8", number, number, number, number);
	return psprintf("(%s)::pg_catalog.float8", number);
}

/*
 * The arguments (stock regclass, id_column, authority_column, geom_column,
 * weight_column name, ...) of a function that has so many.  The columns of ids,
 * authorities and locations may be null, and are recognised then.
 */
PlacesStock
OpenStock(FunctionCallInfo fcinfo, int arguments)
{
	PlacesStock stock = {0};
	NullableDatum column;
	Relation	rel;

	if (PG_NARGS() != arguments)
		Refuse((errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("the extension in this database is of another version than its library"),
				errhint("Use ALTER EXTENSION places UPDATE.")));
	rel = OpenRelation(&fcinfo->args[ARG_STOCK]);
	stock.relation = RelationGetRelid(rel);
	stock.name = quote_qualified_identifier(get_namespace_name(RelationGetNamespace(rel)), RelationGetRelationName(rel));
	column = NamedOrRecognised(rel, ROLE_AUTHORITY, &fcinfo->args[ARG_AUTHORITY]);
	SetAuthority(&stock, rel, &column);
	column = NamedOrRecognised(rel, ROLE_ID, &fcinfo->args[ARG_ID]);
	SetId(&stock, rel, &column);
	column = NamedOrRecognised(rel, ROLE_LOCATION, &fcinfo->args[ARG_GEOM]);
	SetGeom(&stock, rel, &column);
	if (!fcinfo->args[ARG_WEIGHT].isnull)
		stock.weight = NumberColumn(rel, "weight_column", &fcinfo->args[ARG_WEIGHT]);
	relation_close(rel, NoLock);
	return stock;
}

/* A column that an argument names, as text; NULL for none. */
char *
TextColumn(const PlacesStock *stock, const char *argument, const NullableDatum *column)
{
	Relation	rel;
	Oid			type;
	char	   *text;

	if (column->isnull)
		return NULL;
	rel = relation_open(stock->relation, NoLock);
	text = psprintf("(%s)::pg_catalog.text", FindColumn(rel, argument, column, &type));
	relation_close(rel, NoLock);
	return text;
}

/* A column of labels, unless it is null. */
void
AddLabel(PlacesStock *stock, const NullableDatum *label)
{
	stock->label = TextColumn(stock, "label_column", label);
}

/* A column whose values say which homes stay together, unless it is null. */
void
AddTogether(PlacesStock *stock, const NullableDatum *together)
{
	stock->together = TextColumn(stock, "together_column", together);
}

/* The elements of an array argument of so many at most, none of them null; as many as *n says. */
static Datum *
ReadList(const NullableDatum *list, const char *argument, Oid type, int *n)
{
	int16		width;
	bool		by_value;
	char		align;
	Datum	   *value;
	bool	   *missing;

	get_typlenbyvalalign(type, &width, &by_value, &align);
	deconstruct_array(DatumGetArrayTypeP(list->value), type, width, by_value, align, &value, &missing, n);
	for (int i = 0; i < *n; i++)
		if (missing[i])
			Refuse((errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					errmsg("%s must not hold null", argument),
					errhint("Name columns as in balance_columns => '{workload}', balance_tolerance => '{0.1}'.")));
	return value;
}

/* How far each of the measures may be from its mean: one for all of them or one each; by default a tenth. */
static void
SetTolerances(const NullableDatum *tolerances, PlacesRules *rules)
{
	int			n = 0;
	Datum	   *value = tolerances->isnull ? NULL : ReadList(tolerances, "balance_tolerance", FLOAT8OID, &n);

	if (n > 1 && n != rules->nloads)
		Refuse((errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				errmsg("balance_tolerance must have one element, or one for each of balance_columns"),
				errdetail("There are %d tolerances of %d columns.", n, rules->nloads),
				errhint("Give one for all of them, as in balance_tolerance => '{0.1}'.")));
	for (int l = 0; l < rules->nloads; l++)
	{
		double		share = n == 0 ? DEFAULT_LOAD_TOLERANCE : DatumGetFloat8(value[n == 1 ? 0 : l]);

		if (!(share >= 0))
			Refuse((errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("balance_tolerance must not be negative"),
					errdetail("It is %g.", share),
					errhint("0.1 lets a place have 10 %% more or less than the mean; 'Infinity' any amount.")));
		rules->load_tolerance[l] = share;
	}
}

/*
 * Measures that are balanced beside homes, unless they are null or empty: their sum in
 * each place is to be within a tolerance of the mean, which the rules learn.  Returns
 * the names of their columns, rules->nloads of them.
 */
Datum *
ReadLoads(const NullableDatum *columns, const NullableDatum *tolerances, PlacesRules *rules)
{
	Datum	   *column;
	int			n = 0;

	column = columns->isnull ? NULL : ReadList(columns, "balance_columns", NAMEOID, &n);
	if (n == 0)
		return NULL;
	if (n > MOST_LOADS)
		Refuse((errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				errmsg("balance_columns must not name more than %d columns", MOST_LOADS),
				errdetail("There are %d.", n),
				errhint("Add measures up in a view, or leave out those that follow others.")));
	rules->nloads = n;
	SetTolerances(tolerances, rules);
	if (rules->method != METHOD_BALANCED && BalancesLoads(rules))
		Refuse((errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("balance_columns need method balanced"),
				errhint("Use places.rules('balanced', ...), or balance_tolerance => '{Infinity}' to have them added up alone.")));
	return column;
}

/* The same, and the columns of a stock. */
void
AddLoads(PlacesStock *stock, const NullableDatum *columns, const NullableDatum *tolerances,
		 PlacesRules *rules)
{
	Datum	   *column = ReadLoads(columns, tolerances, rules);
	Relation	rel;
	StringInfoData list;

	if (column == NULL)
		return;
	rel = relation_open(stock->relation, NoLock);
	initStringInfo(&list);
	for (int l = 0; l < rules->nloads; l++)
	{
		NullableDatum one = {.value = column[l]};

		for (int other = 0; other < l; other++)
			if (strcmp(NameStr(*DatumGetName(column[l])), NameStr(*DatumGetName(column[other]))) == 0)
				Refuse((errcode(ERRCODE_DUPLICATE_COLUMN),
						errmsg("balance_columns must not name a column twice"),
						errdetail("\"%s\" is there twice.", NameStr(*DatumGetName(column[l]))),
						errhint("Name each once.")));
		appendStringInfo(&list, "%s%s", l > 0 ? ", " : "", NumberColumn(rel, "balance_columns", &one));
	}
	stock->loads = psprintf("ARRAY[%s]", list.data);
	relation_close(rel, NoLock);
}

/* An aggregate that takes rules, $1, of the homes of an authority. */
static void
AppendAggregate(StringInfo query, const PlacesStock *stock, const char *aggregate)
{
	appendStringInfo(query, ", places.%s(%s", aggregate, stock->geom);
	if (stock->weight || stock->together)
		appendStringInfo(query, ", %s", stock->weight ? stock->weight : "1::pg_catalog.float8");
	if (stock->together)
		appendStringInfo(query, ", %s", stock->together);
	appendStringInfo(query, ", $1) FILTER (WHERE %s IS DISTINCT FROM NULL)", stock->authority);
}

static void
AppendLocations(StringInfo query, const PlacesStock *stock)
{
	appendStringInfo(query, ", pg_catalog.array_agg(%s) AS locations", stock->geom);
	if (stock->weight)
		appendStringInfo(query, ", pg_catalog.array_agg(%s) AS weights", stock->weight);
	else
		appendStringInfoString(query, ", NULL::pg_catalog.float8[] AS weights");
}

static StringInfoData
StartQuery(const PlacesStock *stock)
{
	StringInfoData query;

	initStringInfo(&query);
	appendStringInfo(&query, "SELECT (%s)::pg_catalog.text AS authority", stock->authority);
	return query;
}

static char *
EndQuery(StringInfo query, const PlacesStock *stock)
{
	appendStringInfo(query, " FROM %s s GROUP BY %s", stock->name, stock->authority);
	return query->data;
}

/*
 * The query that groups and solves at once, rules being $1, for homes: a row for
 * each authority with its ids and the clustering, and if located the locations
 * and weights.
 */
char *
GroupedHomesQuery(const PlacesStock *stock, bool located)
{
	StringInfoData query = StartQuery(stock);

	appendStringInfo(&query, ", pg_catalog.array_agg(%s)::pg_catalog.text[] AS ids", stock->array_id);
	AppendAggregate(&query, stock, "cluster");
	if (located)
		AppendLocations(&query, stock);
	return EndQuery(&query, stock);
}

/* The same for places: the authority's rows, its homes, the list of places, and if bounded what any could keep. */
char *
GroupedPlacesQuery(const PlacesStock *stock, bool bounded)
{
	StringInfoData query = StartQuery(stock);

	appendStringInfoString(&query, ", pg_catalog.count(*) AS stock_rows");
	if (stock->weight)
		appendStringInfo(&query, ", COALESCE(pg_catalog.sum(%s) FILTER (WHERE %s OPERATOR(pg_catalog.>=) '%.17g'::pg_catalog.float8"
						 " AND %s OPERATOR(pg_catalog.<=) '%.17g'::pg_catalog.float8), 0) AS homes",
						 stock->weight, stock->weight, LEAST_WEIGHT, stock->weight, MOST_WEIGHT);
	else
		appendStringInfoString(&query, ", pg_catalog.count(*)::pg_catalog.float8 AS homes");
	AppendAggregate(&query, stock, "cluster_places");
	if (bounded)
		AppendAggregate(&query, stock, "coverage_limit");
	return EndQuery(&query, stock);
}

/* An expression, or a null of a built-in type where there is none. */
const char *
OrNull(const char *expression, const char *type)
{
	return expression ? expression : psprintf("NULL::pg_catalog.%s", type);
}

/*
 * The query that packs the homes of each authority, with their ids if they are
 * to be named: the authority, if located the locations and weights, and the
 * homes, which of a row without an authority are without a location.
 */
char *
PackedQuery(const PlacesStock *stock, bool named, bool located)
{
	StringInfoData query = StartQuery(stock);

	if (located)
		AppendLocations(&query, stock);
	appendStringInfo(&query, ", places_internal.pack(CASE WHEN %s IS DISTINCT FROM NULL THEN %s END, %s, (%s)::pg_catalog.text, %s, %s) AS packed",
					 stock->authority, stock->geom, stock->weight ? stock->weight : "1::pg_catalog.float8",
					 named ? stock->id : "NULL", OrNull(stock->together, "text"), OrNull(stock->loads, "float8[]"));
	return EndQuery(&query, stock);
}

/*
 * The query that packs what a run has to know of each home by authority.  That is
 * stored by its text, so one group must not have two.
 */
char *
RunQuery(const PlacesStock *stock, const NullableDatum *srid)
{
	StringInfoData query;

	initStringInfo(&query);
	appendStringInfo(&query, "SELECT places_internal.short_key((%s)::pg_catalog.text) AS authority, places_internal.pack_run(%s, %s,"
					 " COALESCE(places_internal.short_key((%s)::pg_catalog.text), ''), %s,"
					 " CASE WHEN %s IS DISTINCT FROM NULL THEN %s END, %s, %s, %s) AS packed FROM %s s GROUP BY %s",
					 stock->authority, stock->geom,
					 stock->weight ? psprintf("COALESCE(%s, 'NaN')", stock->weight) : "1::pg_catalog.float8",
					 stock->id, OrNull(stock->label, "text"), stock->authority,
					 srid->isnull ? "NULL::pg_catalog.int4" : psprintf("(%d)", DatumGetInt32(srid->value)),
					 OrNull(stock->together, "text"), OrNull(stock->loads, "float8[]"), OrNull(stock->within, "int8"), stock->name, stock->authority);
	return query.data;
}

PG_FUNCTION_INFO_V1(stock_columns);

/*
 * stock_columns(stock regclass, id_column, authority_column, geom_column name):
 * these columns, those that are null recognised
 */
Datum
stock_columns(PG_FUNCTION_ARGS)
{
	Relation	rel = OpenRelation(&fcinfo->args[ARG_STOCK]);
	TupleDesc	desc;
	Datum		values[3];
	bool		nulls[3] = {false};

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	values[0] = NamedOrRecognised(rel, ROLE_ID, &fcinfo->args[ARG_ID]).value;
	values[1] = NamedOrRecognised(rel, ROLE_AUTHORITY, &fcinfo->args[ARG_AUTHORITY]).value;
	values[2] = NamedOrRecognised(rel, ROLE_LOCATION, &fcinfo->args[ARG_GEOM]).value;
	relation_close(rel, NoLock);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls)));
}
