/*
 * past.c
 *	  Where the homes of authorities were, as plans have stored it, and what
 *	  people decided.
 *
 * The tables are read as whoever the caller acts as, their owner.
 */
#include "postgres.h"

#include "pg/plans/past.h"

#include "catalog/pg_type.h"
#include "executor/tuptable.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "pg/growing.h"
#include "pg/input/incumbent.h"
#include "pg/input/reading.h"
#include "pg/plans/outside.h"
#include "pg/versions.h"

/* Authorities that a query compares those of rows with, one after the other. */
#define MOST_COMPARED	8

/* Ids of places, in order. */
typedef struct PlacesIdSet
{
	int64	   *id;
	int			n;
	Size		capacity;
} PlacesIdSet;

/* Of a place, as a multiple of that of the others. */
typedef struct PlacesTarget
{
	int64		place;			/* first: compared as an id */
	double		share;
} PlacesTarget;

typedef struct PlacesPastEntry
{
	PlacesName	name;
	PlacesPastAuthority authority;
} PlacesPastEntry;

struct PlacesPast
{
	MemoryContext context;
	HTAB	   *authorities;
	PlacesPastEntry *last;		/* of the row before: rows of an authority are stored together */
	PlacesPointReader *reader;
	PlacesIdSet locked;			/* places */
	PlacesIdSet kept;			/* by the rules, in the base run */
	PlacesTarget *target;		/* by place */
	int			ntargets;
	Size		target_capacity;
};

/* Receives rows of one of the queries. */
typedef struct PlacesPastReceiver
{
	DestReceiver pub;
	PlacesPast *past;
} PlacesPastReceiver;

/* Columns of the query of homes. */
enum
{
	PAST_AUTHORITY = 1,
	PAST_NOBODY,
	PAST_HOME,
	PAST_COPY,
	PAST_PLACE,
	PAST_OUTSIDE,
	PAST_WEIGHT,
	PAST_LOCATION,
	PAST_ROW,
	PAST_IN_BASE,
	PAST_NEWEST,
	PAST_LOADS
};

/* An authority that is asked for; NULL for another. */
static PlacesPastAuthority *
FindAuthority(PlacesPast *past, PlacesName name)
{
	if (past->last == NULL || !SameName(past->last->name, name))
		past->last = hash_search(past->authorities, &name, HASH_FIND, NULL);
	return past->last == NULL ? NULL : &past->last->authority;
}

static NullableDatum
Attribute(TupleTableSlot *slot, int column)
{
	NullableDatum value;

	value.value = slot_getattr(slot, column, &value.isnull);
	return value;
}

static void
HashIdOf(TupleTableSlot *slot, int column, uint64 *hash)
{
	struct varlena *id = PG_DETOAST_DATUM_PACKED(Attribute(slot, column).value);

	HashId(VARDATA_ANY(id), VARSIZE_ANY_EXHDR(id), hash);
}

/* Of an array of measures, or null. */
static uint64
HashStoredLoads(NullableDatum loads)
{
	double		load[MOST_LOADS];
	Datum	   *value;
	int			n;

	if (loads.isnull)
		return 0;
	deconstruct_array(DatumGetArrayTypeP(loads.value), FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE, &value, NULL, &n);
	for (int l = 0; l < Min(n, MOST_LOADS); l++)
		load[l] = DatumGetFloat8(value[l]);
	pfree(value);
	return HashLoads(load, Min(n, MOST_LOADS));
}

static bool
ReceiveHome(TupleTableSlot *slot, DestReceiver *self)
{
	PlacesPast *past = ((PlacesPastReceiver *) self)->past;
	char	   *name = TextDatumGetCString(Attribute(slot, PAST_AUTHORITY).value);
	PlacesPastAuthority *authority = FindAuthority(past, (PlacesName) {name, DatumGetBool(Attribute(slot, PAST_NOBODY).value)});
	NullableDatum place = Attribute(slot, PAST_PLACE);
	NullableDatum outside = Attribute(slot, PAST_OUTSIDE);
	NullableDatum weight = Attribute(slot, PAST_WEIGHT);
	NullableDatum location = Attribute(slot, PAST_LOCATION);
	PlacesPastHome *home;

	pfree(name);
	if (authority == NULL)
		return true;
	authority->home = GrowArray(past->context, authority->home, authority->n, &authority->capacity, sizeof(PlacesPastHome));
	home = &authority->home[authority->n++];
	HashIdOf(slot, PAST_HOME, home->key.id);
	home->key.location = HashLocation(past->reader, &location);
	home->key.weight = HashWeight(&weight);
	home->key.loads = HashStoredLoads(Attribute(slot, PAST_LOADS));
	home->place = place.isnull ? 0 : DatumGetInt64(place.value);
	home->row = *(ItemPointer) DatumGetPointer(Attribute(slot, PAST_ROW).value);
	home->outside = OUTSIDE_NOT;
	if (!outside.isnull)
	{
		struct varlena *word = PG_DETOAST_DATUM_PACKED(outside.value);

		home->outside = OutsideOfWord(VARDATA_ANY(word), VARSIZE_ANY_EXHDR(word));
	}
	home->in_base = DatumGetBool(Attribute(slot, PAST_IN_BASE).value);
	home->newest = DatumGetBool(Attribute(slot, PAST_NEWEST).value);
	home->followed = false;
	home->copy = DatumGetInt32(Attribute(slot, PAST_COPY).value);
	return true;
}

static bool
ReceivePin(TupleTableSlot *slot, DestReceiver *self)
{
	PlacesPast *past = ((PlacesPastReceiver *) self)->past;
	PlacesPastAuthority *authority = FindAuthority(past, (PlacesName) {TextDatumGetCString(Attribute(slot, 1).value), false});
	PlacesPin  *pin;

	if (authority == NULL)
		return true;
	authority->pin = GrowArray(past->context, authority->pin, authority->npins, &authority->pin_capacity, sizeof(PlacesPin));
	pin = memset(&authority->pin[authority->npins++], 0, sizeof(PlacesPin));
	HashIdOf(slot, 2, pin->home.id);
	pin->place = DatumGetInt64(Attribute(slot, 3).value);
	return true;
}

static void
AddToSet(PlacesPast *past, PlacesIdSet *set, TupleTableSlot *slot)
{
	set->id = GrowArray(past->context, set->id, set->n, &set->capacity, sizeof(int64));
	set->id[set->n++] = DatumGetInt64(Attribute(slot, 1).value);
}

static bool
ReceiveLock(TupleTableSlot *slot, DestReceiver *self)
{
	PlacesPast *past = ((PlacesPastReceiver *) self)->past;

	AddToSet(past, &past->locked, slot);
	return true;
}

static bool
ReceiveKept(TupleTableSlot *slot, DestReceiver *self)
{
	PlacesPast *past = ((PlacesPastReceiver *) self)->past;

	AddToSet(past, &past->kept, slot);
	return true;
}

static bool
ReceiveTarget(TupleTableSlot *slot, DestReceiver *self)
{
	PlacesPast *past = ((PlacesPastReceiver *) self)->past;

	past->target = GrowArray(past->context, past->target, past->ntargets, &past->target_capacity, sizeof(PlacesTarget));
	past->target[past->ntargets++] = (PlacesTarget) {DatumGetInt64(Attribute(slot, 1).value),
	DatumGetFloat8(Attribute(slot, 2).value)};
	return true;
}

/* What is asked for; for queries an array, null if it is so much that they should not look through it for each row. */
static NullableDatum
AskFor(PlacesPast *past, const PlacesName *names, int n)
{
	Datum	   *texts = palloc(sizeof(Datum) * n);

	for (int i = 0; i < n; i++)
	{
		bool		found;
		PlacesPastEntry *entry = EnterName(past->authorities, names[i], past->context, &found);

		memset(&entry->authority, 0, sizeof(entry->authority));
		if (n <= MOST_COMPARED)
			texts[i] = CStringGetTextDatum(names[i].name);
	}
	if (n > MOST_COMPARED)
		return (NullableDatum) {.isnull = true};
	return (NullableDatum) {.value = PointerGetDatum(construct_array(texts, n, TEXTOID, -1, false, TYPALIGN_INT))};
}

static void
ReadRows(PlacesPast *past, const char *text, bool (*receive) (TupleTableSlot *, DestReceiver *), NullableDatum authorities)
{
	PlacesPastReceiver receiver = {RowReceiver(receive), past};

	ReadQuery(text, MakeParameter(TEXTARRAYOID, authorities), &receiver.pub);
}

static int
CompareHomes(const void *a, const void *b)
{
	const PlacesPastHome *x = a;
	const PlacesPastHome *y = b;
	int			order = CompareKeys(&x->key, &y->key);

	return order != 0 ? order : x->copy - y->copy;
}

static int
ComparePins(const void *a, const void *b)
{
	return CompareKeys(&((const PlacesPin *) a)->home, &((const PlacesPin *) b)->home);
}

/* The past of n authorities, each named once; it is to be freed. */
PlacesPast *
ReadPast(const PlacesPastOf *of, const PlacesName *names, int n)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "places past", ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	PlacesPast *past = palloc0(sizeof(PlacesPast));
	NullableDatum authorities;
	HASH_SEQ_STATUS sequence;
	PlacesPastEntry *entry;

	past->context = context;
	past->authorities = NewNameTable(sizeof(PlacesPastEntry), context);
	past->reader = NewPointReader(of->geometry, context);
	authorities = AskFor(past, names, n);
	ReadRows(past,
			 psprintf("SELECT m.authority, COALESCE(m.outside = 'no_authority', false), m.home_id, m.copy, m.place,"
					  " m.outside, m.weight, m.location, m.ctid,"
					  " m.since_run <= " INT64_FORMAT " AND (m.until_run IS NULL OR m.until_run > " INT64_FORMAT "),"
					  " m.until_run IS NULL, m.loads"
					  " FROM places_internal.membership m"
					  " WHERE m.plan_id = %d AND ($1 IS NULL OR m.authority = ANY ($1))"
					  " AND (m.until_run IS NULL OR m.since_run <= " INT64_FORMAT " AND m.until_run > " INT64_FORMAT ")",
					  of->base, of->base, of->plan, of->base, of->base), ReceiveHome, authorities);
	ReadRows(past,
			 psprintf("SELECT r.authority, p.home_id, p.place FROM places_internal.pinned_home p"
					  " JOIN places_internal.place_result r ON r.place = p.place"
					  " WHERE p.plan_id = %d AND r.run = " INT64_FORMAT " AND COALESCE(r.reason <> 'dispersed', true)"
					  " AND ($1 IS NULL OR r.authority = ANY ($1))", of->plan, of->base), ReceivePin, authorities);
	ReadRows(past,
			 psprintf("SELECT l.place FROM places_internal.locked_place l WHERE l.plan_id = %d ORDER BY l.place", of->plan),
			 ReceiveLock, authorities);
	if (of->grace)
		ReadRows(past,
				 psprintf("SELECT r.place FROM places_internal.place_result r"
						  " WHERE r.run = " INT64_FORMAT " AND r.reason IS NULL AND ($1 IS NULL OR r.authority = ANY ($1))"
						  " ORDER BY r.place", of->base), ReceiveKept, authorities);
	ReadRows(past,
			 psprintf("SELECT t.place, t.share FROM places_internal.place_target t WHERE t.plan_id = %d ORDER BY t.place",
					  of->plan), ReceiveTarget, authorities);
	hash_seq_init(&sequence, past->authorities);
	while ((entry = hash_seq_search(&sequence)) != NULL)
	{
		SortItems(entry->authority.home, entry->authority.n, sizeof(PlacesPastHome), CompareHomes);
		SortItems(entry->authority.pin, entry->authority.npins, sizeof(PlacesPin), ComparePins);
	}
	MemoryContextSwitchTo(caller);
	return past;
}

/* The past of one of them. */
PlacesPastAuthority *
PastOfAuthority(PlacesPast *past, PlacesName name)
{
	PlacesPastAuthority *authority = FindAuthority(past, name);

	Assert(authority != NULL);
	return authority;
}

/* The place that a home is pinned to in its authority; 0: none. */
int64
PinOf(const PlacesPastAuthority *authority, const PlacesHomeKey *home)
{
	PlacesPin	wanted = {.home = {.id = {home->id[0], home->id[1]}}};
	const PlacesPin *found = authority->npins == 0 ? NULL :
		bsearch(&wanted, authority->pin, authority->npins, sizeof(PlacesPin), ComparePins);

	return found == NULL ? 0 : found->place;
}

static bool
IsInSet(const PlacesIdSet *set, int64 place)
{
	return set->n > 0 && bsearch(&place, set->id, set->n, sizeof(int64), ComparePlaces) != NULL;
}

bool
IsLocked(const PlacesPast *past, int64 place)
{
	return IsInSet(&past->locked, place);
}

/* Have people set targets for places of the plan? */
bool
HasTargets(const PlacesPast *past)
{
	return past->ntargets > 0;
}

/* The target of a place, as a multiple of that of the others. */
double
TargetOf(const PlacesPast *past, int64 place)
{
	const PlacesTarget *found = past->ntargets == 0 ? NULL :
		bsearch(&place, past->target, past->ntargets, sizeof(PlacesTarget), ComparePlaces);

	return found == NULL ? 1 : found->share;
}

/* In the base run, by the rules, so that it has the plan's grace; not 0.  Of a past that was asked for it. */
bool
WasKept(const PlacesPast *past, int64 place)
{
	return IsInSet(&past->kept, place);
}

void
FreePast(PlacesPast *past)
{
	MemoryContextDelete(past->context);
}
