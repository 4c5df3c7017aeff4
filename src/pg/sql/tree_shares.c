/*
 * tree_shares.c
 *	  What each of some points has of their minimum spanning tree:
 *	  places_internal.tree_shares().
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/array.h"

#include "engine/engine.h"
#include "pg/input/arrays.h"
#include "pg/versions.h"

PG_FUNCTION_INFO_V1(tree_shares);

/* tree_shares(x float8[], y float8[]): half of the lengths of the edges of each point */
Datum
tree_shares(PG_FUNCTION_ARGS)
{
	int			n,
				m,
				edges;
	double	   *x = ReadCoordinates(PG_GETARG_DATUM(0), &n);
	double	   *y = ReadCoordinates(PG_GETARG_DATUM(1), &m);
	double	   *share = HostNewZero(double, n);
	PlacesTreeEdge *edge = HostNew(PlacesTreeEdge, n);
	Datum	   *value = HostNew(Datum, n);

	if (n != m)
		elog(ERROR, "%d and %d coordinates", n, m);
	edges = n > 1 ? SpanningTree(n, x, y, edge) : 0;
	for (int e = 0; e < edges; e++)
	{
		double		half = sqrt(edge[e].square) / 2;

		share[edge[e].a] += half;
		share[edge[e].b] += half;
	}
	for (int i = 0; i < n; i++)
		value[i] = Float8GetDatum(share[i]);
	PG_RETURN_ARRAYTYPE_P(construct_array(value, n, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}
