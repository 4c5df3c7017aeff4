/*
 * srid.c
 *	  Whether the coordinates of a spatial reference system are metres.
 *
 * Distances are plane geometry on the coordinates, so degrees or feet read as
 * metres would give a wrong answer that looks right.  PostGIS's own catalogue,
 * spatial_ref_sys, says what a system's unit is.  Looking there is the one
 * exception to the rule that the aggregates read no table; it happens once a
 * session for each system, like PostGIS's own look-ups for ST_Transform.
 *
 * SRID 0 means "no system": the coordinates are taken for metres.
 */
#include "srid.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#define REMEMBERED	16			/* systems found to be in metres */

/*
 * The unit by the PROJ definition, or else by the WKT: that of the last UNIT
 * before a vertical part.
 */
#define UNIT_QUERY \
	"SELECT CASE" \
	"  WHEN proj4text OPERATOR(pg_catalog.~) '[+]proj=(longlat|latlong)'" \
	"    OR srtext OPERATOR(pg_catalog.~) 'GEO(G|D)C'" \
	"    AND srtext OPERATOR(pg_catalog.!~) 'PROJC' THEN 'degree'" \
	"  WHEN proj4text OPERATOR(pg_catalog.~) '[+]proj=geocent' THEN 'geocentric metre'" \
	"  WHEN proj4text OPERATOR(pg_catalog.~) '[+]units=m( |$)' THEN 'metre'" \
	"  WHEN proj4text OPERATOR(pg_catalog.~) '[+](units|to_meter)='" \
	"  THEN pg_catalog.substring(proj4text, '[+](?:units|to_meter)=([^ ]+)')" \
	"  WHEN pg_catalog.substring(pg_catalog.split_part(srtext, 'VERT_CS', 1)," \
	"       '.*UNIT\\[\"[^\"]*\", *([0-9.]+)')::pg_catalog.float8 OPERATOR(pg_catalog.<>) 1" \
	"  THEN pg_catalog.substring(pg_catalog.split_part(srtext, 'VERT_CS', 1)," \
	"       '.*UNIT\\[\"([^\"]*)\"')" \
	"  ELSE 'metre' END" \
	" FROM %s.spatial_ref_sys WHERE srid OPERATOR(pg_catalog.=) $1"

/* PostGIS keeps its catalogue in the schema of its types. */
static char *
TypeSchema(Oid type)
{
	HeapTuple	tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
	char	   *schema;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for type %u", type);
	schema = get_namespace_name(((Form_pg_type) GETSTRUCT(tuple))->typnamespace);
	ReleaseSysCache(tuple);
	return schema;
}

/* The name of a system's unit, in the current memory context; NULL for an unknown system. */
static char *
LookUpUnit(Oid geometry_type, int32 srid)
{
	MemoryContext caller = CurrentMemoryContext;
	const char *schema = quote_identifier(TypeSchema(geometry_type));
	char	   *unit = NULL;
	Oid			argtypes[1] = {INT4OID};
	Datum		args[1] = {Int32GetDatum(srid)};

	SPI_connect();
	if (SPI_execute_with_args(psprintf(UNIT_QUERY, schema), 1, argtypes, args, NULL, true, 1) != SPI_OK_SELECT)
		elog(ERROR, "could not read spatial_ref_sys");
	if (SPI_processed > 0)
		unit = MemoryContextStrdup(caller, SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1));
	SPI_finish();
	return unit;
}

/* Refuse a geometry whose coordinates are not metres. */
void
CheckSrid(const PlacesPointReader *reader, int32 srid)
{
	static int32 metric[REMEMBERED];
	static int	nmetric = 0;
	char	   *unit;

	if (srid == 0 || reader->geodetic)
		return;
	for (int i = 0; i < Min(nmetric, REMEMBERED); i++)
		if (metric[i] == srid)
			return;

	unit = LookUpUnit(reader->type, srid);
	if (unit == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown spatial reference system of geom"),
				 errdetail("SRID %d is not in spatial_ref_sys, so its unit is unknown.", srid),
				 errhint("Correct it with ST_SetSRID; SRID 0 stands for plain metres.")));
	if (strcmp(unit, "degree") == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("coordinates of geom are degrees, not metres"),
				 errdetail("SRID %d is a geographic system.", srid),
				 errhint("Use geom::geography, or ST_Transform(geom, ...) to a projected system in metres.")));
	if (strcmp(unit, "metre") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("coordinates of geom are not metres"),
				 errdetail("The unit of SRID %d is \"%s\".", srid, unit),
				 errhint("Use ST_Transform(geom, ...) to a projected system in metres.")));
	metric[nmetric++ % REMEMBERED] = srid;
}

/* Refuse a second reference system within a group. */
void
CheckSameSrid(int32 first, int32 srid)
{
	if (srid != first)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("geom must have one SRID within a group"),
				 errdetail("Homes have SRID %d and SRID %d.", first, srid),
				 errhint("Use ST_Transform(geom, ...) to bring them into one system.")));
}
