/*
 * pack_past.c
 *	  Gathered homes and their past as bytes: the aggregate places_internal.pack_past().
 *
 * The bytes are those of places_internal.pack(), with the tolerance and the arrays of a
 * PlacesRegather behind them.  There is no combine function: its groups are
 * read together with arrays of the same homes, by array_agg, which has none
 * before PostgreSQL 16.
 */
#include "postgres.h"

#include "pg/parallel/pack_past.h"

#include "pg/bytes.h"

#include "fmgr.h"

#include "pg/parallel/pack.h"

/* Bytes of the past of so many homes. */
static Size
PastSize(int n)
{
	return sizeof(double) + (Size) (PAST_BYTES - WEIGHED_BYTES) * n;
}

PG_FUNCTION_INFO_V1(pack_past_finalfn);

Datum
pack_past_finalfn(PG_FUNCTION_ARGS)
{
	const PlacesRegather *state;
	int			n;
	char	   *at;
	bytea	   *packed;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = (PlacesRegather *) PG_GETARG_POINTER(0);
	n = state->homes->n;
	packed = PackGather(state->homes, PastSize(n), &at);
	at = PutBytes(at, &state->tolerance, sizeof(double));
	at = PutBytes(at, state->previous, sizeof(int64) * n);
	at = PutBytes(at, state->was_placed, sizeof(bool) * n);
	PutBytes(at, state->hold, n);
	PG_RETURN_BYTEA_P(packed);
}

/* Refuse what RegatherHome could not have made. */
static void
CheckPast(bool valid)
{
	if (!valid)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("packed homes are damaged"),
				 errdetail("Their past is none that could have been packed."),
				 errhint("Have the same version of places on all servers.")));
}

/* In the current memory context. */
PlacesRegather *
UnpackRegather(const bytea *packed)
{
	PlacesGather *homes = UnpackGather(packed);
	PlacesRegather *state = NewRegather(homes);
	int			n = homes->n;
	Size		size;
	const char *at = BehindHomes(packed, &size);

	CheckPast(homes->w != NULL && size == PastSize(n));
	at = TakeBytes(at, &state->tolerance, sizeof(double));
	at = TakeBytes(at, state->previous, sizeof(int64) * n);
	for (int i = 0; i < n; i++)
	{
		HostCheckCancelAt(i);
		state->was_placed[i] = at[i] != 0;
		state->hold[i] = at[n + i];
		CheckPast(state->hold[i] <= FIXED_LOCK && (state->was_placed[i] || state->hold[i] == FIXED_NOT));
	}
	CheckPast(IsTolerance(state->tolerance));
	return state;
}
