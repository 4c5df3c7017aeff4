/*
 * allocate_workers.c
 *	  Who serves which place: places_internal.allocate_workers().
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "fmgr.h"
#include "funcapi.h"
#include "catalog/pg_type.h"
#include "utils/array.h"

#include "engine/engine.h"
#include "pg/input/arrays.h"
#include "pg/versions.h"

/* Arguments, in order. */
enum
{
	ARG_WORKER,
	ARG_PLACE,
	ARG_COST,
	ARG_KNOWN_WORKER,
	ARG_KNOWN_PLACE,
	ARG_WORTH,
	ARG_NEED,
	ARG_CAPACITY,
	ARG_HELD,
	ARG_PRESENT
};

/* Ours to call alone: what is wrong is our mistake. */
static void
InsistOnPair(const PlacesAllocation *task, const PlacesService *pair, const PlacesService *before)
{
	if (pair->worker < 0 || pair->worker >= task->workers || pair->place < 0 || pair->place >= task->places || !(fabs(pair->cost) <= 1e15))
		elog(ERROR, "worker %d with place %d at %g", pair->worker + 1, pair->place + 1, pair->cost);
	if (before != NULL && before->worker == pair->worker && before->place == pair->place)
		elog(ERROR, "worker %d with place %d twice", pair->worker + 1, pair->place + 1);
}

static int
ComparePairs(const void *a, const void *b)
{
	const PlacesService *one = a;
	const PlacesService *other = b;

	if (one->worker != other->worker)
		return one->worker < other->worker ? -1 : 1;
	return (one->place > other->place) - (one->place < other->place);
}

/* By worker and place, in whatever order they come. */
static PlacesService *
ReadPairs(FunctionCallInfo fcinfo, PlacesAllocation *task)
{
	int			n[2];
	int		   *worker = ReadInts(PG_GETARG_DATUM(ARG_WORKER), &task->n);
	int		   *place = ReadInts(PG_GETARG_DATUM(ARG_PLACE), &n[0]);
	double	   *cost = ReadFloats(PG_GETARG_DATUM(ARG_COST), &n[1]);
	PlacesService *pair = HostNew(PlacesService, task->n);

	if (n[0] != task->n || n[1] != task->n)
		elog(ERROR, "%d workers, %d places and %d costs", task->n, n[0], n[1]);
	for (int i = 0; i < task->n; i++)
		pair[i] = (PlacesService) {worker[i] - 1, place[i] - 1, rint(cost[i])};
	qsort(pair, (size_t) task->n, sizeof(PlacesService), ComparePairs);
	return pair;
}

/* What it is worth that a worker has a place that he knows is taken from its cost, if he may have it. */
static void
TakeWorth(FunctionCallInfo fcinfo, const PlacesAllocation *task, PlacesService *pair)
{
	int			n[3];
	int		   *worker = ReadInts(PG_GETARG_DATUM(ARG_KNOWN_WORKER), &n[0]);
	int		   *place = ReadInts(PG_GETARG_DATUM(ARG_KNOWN_PLACE), &n[1]);
	double	   *worth = ReadFloats(PG_GETARG_DATUM(ARG_WORTH), &n[2]);

	if (n[1] != n[0] || n[2] != n[0])
		elog(ERROR, "%d workers know %d places, which are worth %d", n[0], n[1], n[2]);
	for (int i = 0; i < n[0]; i++)
	{
		PlacesService known = {worker[i] - 1, place[i] - 1, 0};
		PlacesService *it = bsearch(&known, pair, (size_t) task->n, sizeof(PlacesService), ComparePairs);

		if (it != NULL)
			it->cost -= rint(worth[i]);
	}
}

PG_FUNCTION_INFO_V1(allocate_workers);

/*
 * allocate_workers(worker int[], place int[], cost float8[], known_worker int[],
 * known_place int[], worth float8[], need float8[], capacity float8[], held int[], present int[]): the worker of each place, 0 for none, and how much
 * less another allocation may cost at most
 */
Datum
allocate_workers(PG_FUNCTION_ARGS)
{
	PlacesAllocation task;
	PlacesService *pair;
	TupleDesc	desc;
	Datum	   *server;
	int		   *found;
	int		   *present;
	int			held,
				seen;
	double		gap;
	Datum		values[2];
	bool		nulls[2] = {false, false};

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	task.need = ReadFloats(PG_GETARG_DATUM(ARG_NEED), &task.places);
	task.capacity = ReadFloats(PG_GETARG_DATUM(ARG_CAPACITY), &task.workers);
	task.held = ReadInts(PG_GETARG_DATUM(ARG_HELD), &held);
	if (held != task.workers)
		elog(ERROR, "%d workers hold places of %d", held, task.workers);
	present = ReadInts(PG_GETARG_DATUM(ARG_PRESENT), &seen);
	if (seen != task.places)
		elog(ERROR, "%d places have present workers of %d", seen, task.places);
	for (int j = 0; j < task.places; j++)
		present[j]--;
	task.present = present;
	pair = ReadPairs(fcinfo, &task);
	TakeWorth(fcinfo, &task, pair);
	for (int i = 0; i < task.n; i++)
	{
		HostCheckCancelAt(i);
		InsistOnPair(&task, &pair[i], i > 0 ? &pair[i - 1] : NULL);
	}
	task.pair = pair;
	found = HostNew(int, task.places);
	gap = AllocateWorkers(&task, found);
	values[1] = Float8GetDatum(gap);
	nulls[1] = isinf(gap);
	server = HostNew(Datum, task.places);
	for (int j = 0; j < task.places; j++)
		server[j] = Int32GetDatum(found[j] + 1);
	values[0] = PointerGetDatum(construct_array(server, task.places, INT4OID, sizeof(int32), true, TYPALIGN_INT));
	return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls));
}
