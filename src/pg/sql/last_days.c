/*
 * last_days.c
 *	  When homes were last heard from, by one table of contacts:
 *	  places_internal.last_days().
 *
 * There are ten contacts with a home and more, and one of them counts, so they are
 * not kept: a table in memory has a day for each home, and whether each kind of
 * contact counts, which SQL is asked once.  When it has grown to what a hash table may
 * take (work_mem and hash_mem_multiplier) its days go out and it begins anew.  So a
 * home may come out several times, if rarely, and whoever asks takes the last day.
 */
#include "postgres.h"

#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "parser/parse_func.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "pg/input/reading.h"
#include "pg/sql/read_rows.h"
#include "pg/sql/short_key.h"
#include "pg/versions.h"

#define FIRST_SIZE	256			/* of both tables */

/* Arguments, in order. */
enum
{
	ARG_RELATION,
	ARG_COLUMNS,
	ARG_SEARCH_PATH,
	ARG_COUNTS_AS,
	ARG_TODAY
};

/* Columns of the rows, in order. */
enum
{
	COLUMN_HOME,
	COLUMN_AT,
	COLUMN_KIND,
	COLUMN_TENANCY,
	COLUMNS
};

typedef struct PlacesText
{
	const char *bytes;
	uint32		length;
} PlacesText;

/* A home and its last day, or a kind and whether it counts. */
typedef struct PlacesNoted
{
	PlacesText	text;			/* in the memory of the tables */
	int32		value;
	uint32		hash;
	char		status;
} PlacesNoted;

#define SH_PREFIX		noted
#define SH_ELEMENT_TYPE	PlacesNoted
#define SH_KEY_TYPE		PlacesText
#define SH_KEY			text
#define SH_HASH_KEY(table, key)		hash_bytes((const unsigned char *) (key).bytes, (int) (key).length)
#define SH_EQUAL(table, a, b)		((a).length == (b).length && memcmp((a).bytes, (b).bytes, (a).length) == 0)
#define SH_STORE_HASH
#define SH_GET_HASH(table, entry)	((entry)->hash)
#define SH_SCOPE		static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

typedef struct PlacesLastDays
{
	DestReceiver pub;
	ReturnSetInfo *rsinfo;
	MemoryContext memory;		/* of the tables and their texts */
	MemoryContext row;			/* of one contact */
	Size		limit;			/* to it */
	noted_hash *homes;
	noted_hash *kinds;
	DateADT		today;
	Datum		counts_as;
	FmgrInfo	rule;			/* kind_counts(kind, counts_as) */
	bool		null_counts;	/* a contact of no kind */
} PlacesLastDays;

/* The day of a time; PostgreSQL has the function for SQL alone. */
static inline DateADT
DayOf(Timestamp at)
{
	int64		days = at / USECS_PER_DAY;

	if (TIMESTAMP_NOT_FINITE(at))
		return TIMESTAMP_IS_NOBEGIN(at) ? DATEVAL_NOBEGIN : DATEVAL_NOEND;
	return (DateADT) (at % USECS_PER_DAY < 0 ? days - 1 : days);
}

static void
BeginTables(PlacesLastDays *it)
{
	MemoryContextReset(it->memory);
	it->homes = noted_create(it->memory, FIRST_SIZE, NULL);
	it->kinds = noted_create(it->memory, FIRST_SIZE, NULL);
}

static void
PutDays(PlacesLastDays *it)
{
	noted_iterator iterator;
	PlacesNoted *home;

	noted_start_iterate(it->homes, &iterator);
	while ((home = noted_iterate(it->homes, &iterator)) != NULL)
	{
		Datum		values[2] = {PointerGetDatum(cstring_to_text_with_len(home->text.bytes, (int) home->text.length)),
		DateADTGetDatum(home->value)};
		bool		nulls[2] = {false, false};

		CHECK_FOR_INTERRUPTS();
		tuplestore_putvalues(it->rsinfo->setResult, it->rsinfo->setDesc, values, nulls);
		pfree(DatumGetPointer(values[0]));
	}
}

/* Tables that have become too large go out before an entry is added. */
static void
MakeRoom(PlacesLastDays *it)
{
	if (MemoryContextMemAllocated(it->memory, true) <= it->limit)
		return;
	PutDays(it);
	BeginTables(it);
}

/* The entry of a text, which is copied if it is new. */
static PlacesNoted *
Note(PlacesLastDays *it, noted_hash *table, PlacesText text, bool *found)
{
	PlacesNoted *entry = noted_insert(table, text, found);
	char	   *bytes;

	if (!*found)
	{
		bytes = MemoryContextAlloc(it->memory, text.length + 1);
		memcpy(bytes, text.bytes, text.length);
		entry->text.bytes = bytes;
	}
	return entry;
}

static PlacesText
TextOf(const struct varlena *value)
{
	return (PlacesText) {VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)};
}

/* Ask SQL whether a kind counts. */
static bool
AskKind(PlacesLastDays *it, NullableDatum kind)
{
	LOCAL_FCINFO(call, 2);
	bool		counts;

	InitFunctionCallInfoData(*call, &it->rule, 2, DEFAULT_COLLATION_OID, NULL, NULL);
	call->args[0] = kind;
	call->args[1] = (NullableDatum) {.value = it->counts_as};
	counts = DatumGetBool(FunctionCallInvoke(call));
	return counts && !call->isnull;
}

static bool
KindCounts(PlacesLastDays *it, NullableDatum kind)
{
	PlacesText	text;
	PlacesNoted *entry;
	bool		found,
				counts;

	if (kind.isnull)
		return it->null_counts;
	text = TextOf(PG_DETOAST_DATUM_PACKED(kind.value));
	entry = noted_lookup(it->kinds, text);
	if (entry)
		return entry->value;
	counts = AskKind(it, kind);
	MakeRoom(it);
	Note(it, it->kinds, text, &found)->value = counts;
	return counts;
}

static void
NoteDay(PlacesLastDays *it, Datum home, DateADT day)
{
	PlacesText	text = TextOf((struct varlena *) DatumGetPointer(DirectFunctionCall1(short_key, home)));
	PlacesNoted *entry = noted_lookup(it->homes, text);
	bool		found;

	if (entry)
	{
		entry->value = Max(entry->value, day);
		return;
	}
	MakeRoom(it);
	Note(it, it->homes, text, &found)->value = day;
}

/* Of a contact the day is noted if it counts: some day until today, not before the tenancy. */
static void
NoteContact(PlacesLastDays *it, const TupleTableSlot *slot)
{
	DateADT		day;

	if (slot->tts_isnull[COLUMN_HOME] || slot->tts_isnull[COLUMN_AT])
		return;
	day = DayOf(DatumGetTimestamp(slot->tts_values[COLUMN_AT]));
	if (DATE_IS_NOBEGIN(day) || day > it->today)
		return;
	if (!slot->tts_isnull[COLUMN_TENANCY] && day < DayOf(DatumGetTimestamp(slot->tts_values[COLUMN_TENANCY])))
		return;
	if (KindCounts(it, (NullableDatum) {slot->tts_values[COLUMN_KIND], slot->tts_isnull[COLUMN_KIND]}))
		NoteDay(it, slot->tts_values[COLUMN_HOME], day);
}

static bool
ReceiveContact(TupleTableSlot *slot, DestReceiver *self)
{
	PlacesLastDays *it = (PlacesLastDays *) self;
	MemoryContext before = MemoryContextSwitchTo(it->row);

	slot_getallattrs(slot);
	Assert(slot->tts_nvalid == COLUMNS);
	NoteContact(it, slot);
	MemoryContextSwitchTo(before);
	MemoryContextReset(it->row);
	return true;
}

/* As contacts_of() reads them: in SQL days are those of times without a zone. */
static TupleDesc
ContactColumns(void)
{
	TupleDesc	desc = CreateTemplateTupleDesc(COLUMNS);

	TupleDescInitEntry(desc, COLUMN_HOME + 1, "home", TEXTOID, -1, 0);
	TupleDescInitEntry(desc, COLUMN_AT + 1, "at", TIMESTAMPOID, -1, 0);
	TupleDescInitEntry(desc, COLUMN_KIND + 1, "kind", TEXTOID, -1, 0);
	TupleDescInitEntry(desc, COLUMN_TENANCY + 1, "tenancy", TIMESTAMPOID, -1, 0);
	return desc;
}

PG_FUNCTION_INFO_V1(last_days);

/*
 * last_days(relation regclass, columns name[], search_path text, counts_as text[],
 * today date): homes with a contact that counts, and the last day with one
 */
Datum
last_days(PG_FUNCTION_ARGS)
{
	List	   *rule = list_make2(makeString("places_internal"), makeString("kind_counts"));
	PlacesLastDays it = {.pub = RowReceiver(ReceiveContact), .rsinfo = (ReturnSetInfo *) fcinfo->resultinfo};

	InitMaterializedSRF(fcinfo, 0);
	it.memory = AllocSetContextCreate(CurrentMemoryContext, "places last days", ALLOCSET_DEFAULT_SIZES);
	it.row = AllocSetContextCreate(CurrentMemoryContext, "places contact", ALLOCSET_DEFAULT_SIZES);
	it.limit = get_hash_memory_limit();
	it.today = PG_GETARG_DATEADT(ARG_TODAY);
	it.counts_as = PG_GETARG_DATUM(ARG_COUNTS_AS);
	fmgr_info(LookupFuncName(rule, 2, (Oid[]) {TEXTOID, TEXTARRAYOID}, false), &it.rule);
	it.null_counts = AskKind(&it, (NullableDatum) {.isnull = true});
	BeginTables(&it);
	ReadRows(PG_GETARG_OID(ARG_RELATION), PG_GETARG_ARRAYTYPE_P(ARG_COLUMNS), ContactColumns(),
			 &fcinfo->args[ARG_SEARCH_PATH], &it.pub);
	PutDays(&it);
	MemoryContextDelete(it.memory);
	MemoryContextDelete(it.row);
	return (Datum) 0;
}
