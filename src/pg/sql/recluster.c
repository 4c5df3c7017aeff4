/*
 * recluster.c
 *	  The aggregate places.recluster(): cluster() that knows its last answer.
 *
 * recluster_finalfn() solves a group where it was gathered; what pack_past()
 * gathered is solved by way of SolvePacked(), perhaps in another process.
 */
#include "postgres.h"

#include "pg/sql/recluster.h"

#include "access/htup_details.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/typcache.h"

#include "pg/bytes.h"
#include "pg/output/answer.h"
#include "pg/parallel/progress.h"

/* Attributes of places.reclustering behind those of places.clustering. */
enum
{
	RECLUSTERING_CHOICE = ANSWER_ATTRIBUTES,
	RECLUSTERING_LIST,
	RECLUSTERING_ATTRIBUTES
};

static const char *const choices[] = {"new", "kept", "mended"};

PG_FUNCTION_INFO_V1(recluster_transfn);

/*
 * (state, geom, weight, previous, hold, tolerance, rules), or without rules to
 * be packed
 */
Datum
recluster_transfn(PG_FUNCTION_ARGS)
{
	MemoryContext context;
	PlacesPointReader *reader = GetPointReader(fcinfo, 1);
	PlacesRegather *state;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "recluster_transfn called in non-aggregate context");
	state = PG_ARGISNULL(0) ?
		NewRegather(NewGather(context, reader->geodetic, true)) : (PlacesRegather *) PG_GETARG_POINTER(0);
	if (PG_NARGS() == 7)
		GatherRules(state->homes, &fcinfo->args[6]);
	else
		state->homes->most = MOST_WITH_PAST;
	RegatherHome(state, reader, &fcinfo->args[1]);
	PG_RETURN_POINTER(state);
}

/* The places.reclustering of a group, made of and by what is in a scratch context of the caller. */
HeapTuple
SolveRegather(const PlacesRegather *state, TupleDesc desc)
{
	const PlacesGather *homes = state->homes;
	PlacesIncumbent	past;
	PlacesSolution *solution;
	Oid			list = TupleDescAttr(desc, RECLUSTERING_LIST)->atttypid;
	Datum		values[RECLUSTERING_ATTRIBUTES];
	bool		nulls[RECLUSTERING_ATTRIBUTES] = {false};

	CheckAnswerable(homes->n);
	RefuseDegrees(&homes->degrees);
	past = NumberPast(state);
	solution = RestartPlaces(homes->n, homes->x, homes->y, homes->w, homes->geodetic,
							 &homes->rules, &past);
	AnswerByHome(homes, solution, values);
	values[RECLUSTERING_CHOICE] = CStringGetTextDatum(choices[solution->choice]);
	values[RECLUSTERING_LIST] = AnswerByPlace(homes, solution, lookup_rowtype_tupdesc_copy(list, -1));
	CheckAnswer(values, RECLUSTERING_ATTRIBUTES);
	return heap_form_tuple(desc, values, nulls);
}

PG_FUNCTION_INFO_V1(recluster_finalfn);

/* The group's places.reclustering. */
Datum
recluster_finalfn(PG_FUNCTION_ARGS)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext scratch;
	const PlacesRegather *state;
	TupleDesc	desc;
	HeapTuple	tuple;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = (PlacesRegather *) PG_GETARG_POINTER(0);
	desc = ResultDesc(fcinfo);

	StartGroup(fcinfo);
	scratch = AllocSetContextCreate(caller, "places scratch", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(scratch);
	tuple = SolveRegather(state, desc);
	MemoryContextSwitchTo(caller);
	tuple = heap_copytuple(tuple);
	MemoryContextDelete(scratch);
	EndGroup(fcinfo, state->homes->n);
	PG_RETURN_DATUM(HeapTupleGetDatum(tuple));
}
