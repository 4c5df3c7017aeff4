/*
 * group.c
 *	  The homes of one group, as aggregates gather them.
 *
 * One reader of rows serves the transition functions of cluster, recluster, pack
 * and pack_run: what a row brings besides a location is told by the types of the
 * arguments.  A home that
 * cannot be placed is gathered too, for its row in the result.
 */
#include "postgres.h"

#include "pg/input/group.h"

#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "utils/array.h"
#include "utils/memutils.h"

#include "pg/bytes.h"
#include "pg/input/geometry.h"
#include "pg/input/incumbent.h"
#include "pg/input/ruleset.h"
#include "pg/refuse.h"
#include "pg/versions.h"

#define FIRST_CAPACITY	16

/* How a transition function reads its arguments; positions, 0 for what there is not. */
typedef struct PlacesRowReader
{
	PlacesPointReader *point;
	int			weight;
	int			id;
	int			label;
	int			srid;			/* only locations of this system count; the others are kept as they are */
	int			together;
	int			within;
	int			loads;
	int			previous;		/* behind it hold and tolerance */
	int			rules;			/* not there: the group is to be packed */
} PlacesRowReader;

#define COLUMN(name)	{offsetof(PlacesGroup, name), sizeof(*((PlacesGroup *) NULL)->name)}

const PlacesColumnLayout group_columns[COLUMNS] = {
	[COLUMN_X] = COLUMN(x),
	[COLUMN_Y] = COLUMN(y),
	[COLUMN_W] = COLUMN(w),
	[COLUMN_PREVIOUS] = COLUMN(previous),
	[COLUMN_TOGETHER] = COLUMN(together),
	[COLUMN_WITHIN] = COLUMN(within),
	[COLUMN_SHARE] = COLUMN(share),
	[COLUMN_LOAD] = COLUMN(load[0]),
	[COLUMN_LOAD + 1] = COLUMN(load[1]),
	[COLUMN_LOAD + 2] = COLUMN(load[2]),
	[COLUMN_LOAD + 3] = COLUMN(load[3]),
	[COLUMN_LOAD + 4] = COLUMN(load[4]),
	[COLUMN_LOAD + 5] = COLUMN(load[5]),
	[COLUMN_LOAD + 6] = COLUMN(load[6]),
	[COLUMN_LOAD + 7] = COLUMN(load[7]),
	[COLUMN_ROW] = COLUMN(row),
	[COLUMN_WAS_PLACED] = COLUMN(was_placed),
	[COLUMN_WAS_KEPT] = COLUMN(was_kept),
	[COLUMN_FIXED] = COLUMN(fixed),
};

/* On entry to and exit from what changes a group. */
static void
AssertCheckGroup(const PlacesGroup *group)
{
	Assert(group->n >= 0 && group->n <= group->capacity);
	Assert(group->capacity <= Max(group->most, FIRST_CAPACITY) && group->most <= MOST_ROWS);
	Assert(group->homes >= 0 && group->homes <= MOST_HOMES);
	Assert(group->x != NULL && group->y != NULL && group->row != NULL);
	Assert((group->previous != NULL) == (group->was_placed != NULL));
	Assert((group->previous != NULL) == (group->fixed != NULL));
	for (int t = 0; t < TEXTS; t++)
		Assert(group->text[t].used <= group->text[t].capacity &&
			   (group->text[t].data == NULL || group->text[t].used >= (Size) group->n));
	Assert(IsTolerance(group->tolerance));
	(void) group;
}

static void
RefuseRows(const PlacesGroup *group)
{
	Refuse((errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			errmsg("too many homes in one group"),
			errdetail("A group may have up to %d rows here.", group->most),
			errhint("Group by local authority, or by parts of one.")));
}

/* As many rows as a value can hold of the columns that there are. */
static void
LimitRows(PlacesGroup *group)
{
	Size		bytes = 0;

	for (int c = 0; c < COLUMNS; c++)
		if (*ColumnOf(group, c) != NULL)
			bytes += group_columns[c].width;
	group->most = MOST_PACKED(bytes);
	if (group->n > group->most)
		RefuseRows(group);
	group->capacity = Min(group->capacity, Max(group->most, FIRST_CAPACITY));
}

/* What rows have in a column that the group did not need until now. */
static void
FillColumn(PlacesGroup *group, int column, int first, int end)
{
	if (column == COLUMN_W || column == COLUMN_SHARE)
		for (int i = first; i < end; i++)
			((double *) *ColumnOf(group, column))[i] = 1;
	else
		memset((char *) *ColumnOf(group, column) + group_columns[column].width * first, 0,
			   group_columns[column].width * (end - first));
}

static void
AddColumn(PlacesGroup *group, int column)
{
	void	  **array = ColumnOf(group, column);

	if (*array != NULL)
		return;
	*array = MemoryContextAllocHuge(group->context, group_columns[column].width * group->capacity);
	FillColumn(group, column, 0, group->n);
	if (group->packable)
		LimitRows(group);
}

/* An empty group. */
PlacesGroup *
NewGroup(MemoryContext context, bool geodetic, bool packable)
{
	PlacesGroup *group = MemoryContextAllocZero(context, sizeof(PlacesGroup));

	group->context = context;
	group->geodetic = geodetic;
	group->packable = packable;
	group->capacity = FIRST_CAPACITY;
	group->most = MOST_ROWS;
	AddColumn(group, COLUMN_X);
	AddColumn(group, COLUMN_Y);
	AddColumn(group, COLUMN_ROW);
	return group;
}

/* Room for more rows, by doubling. */
static void
ReserveRows(PlacesGroup *group, int more)
{
	int64		capacity = group->capacity;

	if (more > group->most - group->n)
		RefuseRows(group);
	if (group->n + (int64) more <= capacity)
		return;
	while (capacity < group->n + (int64) more)
		capacity *= 2;
	group->capacity = Min(capacity, Max(group->most, FIRST_CAPACITY));
	for (int c = 0; c < COLUMNS; c++)
	{
		void	  **array = ColumnOf(group, c);

		if (*array != NULL)
			*array = repalloc_huge(*array, group_columns[c].width * group->capacity);
	}
}

/*
 * Take the rules from the first row, and insist on the same for the rest.  As a
 * rule they come in the same bytes; only others are read.
 */
static void
GatherRules(PlacesGroup *group, const NullableDatum *ruleset)
{
	struct varlena *bytes = ruleset->isnull ? NULL : PG_DETOAST_DATUM_PACKED(ruleset->value);
	PlacesRules rules;

	if (bytes != NULL && group->ruleset != NULL &&
		VARSIZE_ANY(bytes) == VARSIZE_ANY(group->ruleset) &&
		memcmp(bytes, group->ruleset, VARSIZE_ANY(bytes)) == 0)
		return;

	rules = ReadRules(ruleset);
	if (group->ruleset == NULL)
	{
		group->rules = rules;
		group->ruleset = MemoryContextAlloc(group->context, VARSIZE_ANY(bytes));
		memcpy(group->ruleset, bytes, VARSIZE_ANY(bytes));
	}
	else if (!EqualRules(&rules, &group->rules))
		Refuse((errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("rules must be the same for all homes of a group"),
				errhint("Group by whatever the rules depend on.")));
}

static void
GatherTolerance(PlacesGroup *group, const NullableDatum *tolerance)
{
	double		value = ReadTolerance(tolerance);

	if (group->n == 0)
		group->tolerance = value;
	else if (value != group->tolerance)
		Refuse((errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("tolerance must be the same for all homes of a group"),
				errdetail("It is %g and %g.", group->tolerance, value),
				errhint("Group by whatever the tolerance depends on.")));
}

/* The first system met is that of the group. */
static void
GatherSrid(PlacesGroup *group, int32 srid)
{
	if (group->has_srid)
		CheckSameSrid(group->srid, srid);
	group->srid = srid;
	group->has_srid = true;
}

/* Whether a home has a usable location, and which; without one its SRID does not matter. */
static bool
GatherPoint(PlacesGroup *group, PlacesPointReader *reader, Datum point, double *x, double *y)
{
	int32		srid;

	if (!ReadPoint(reader, point, x, y, &srid))
		return false;
	if (!group->has_srid)
		CheckSrid(reader, srid);
	GatherSrid(group, srid);
	return true;
}

/* The same where only points of one system count, and nothing else is an error. */
static bool
GatherUsable(PlacesGroup *group, PlacesPointReader *reader, Datum location, const NullableDatum *srid,
			 double *x, double *y)
{
	int32		found;

	if (srid->isnull || ReadGeometry(reader, location, x, y, &found) != GEOMETRY_POINT ||
		found != DatumGetInt32(srid->value))
		return false;
	if (!group->has_srid)
		CheckSrid(reader, found);
	GatherSrid(group, found);
	return true;
}

/* Count the homes of rows, whose number must stay exact. */
static void
CountHomes(PlacesGroup *group, double homes)
{
	if (group->homes + homes > MOST_HOMES)
		Refuse((errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				errmsg("too many homes in one group"),
				errdetail("Its weights add up to more than %g.", MOST_HOMES),
				errhint("Give weights in a larger unit, or group by parts of a local authority.")));
	group->homes += homes;
}

/* Add a row; weight is NULL where every row is a home, srid where any system will do. */
static void
AddRow(PlacesGroup *group, PlacesPointReader *reader, const NullableDatum *point, const NullableDatum *weight,
	   const NullableDatum *srid)
{
	PlacesRow	row = ROW_LOCATED;
	double		x = NAN;
	double		y = NAN;
	double		w = 1;

	if (weight)
	{
		w = weight->isnull ? NAN : DatumGetFloat8(weight->value);
		if (!IsWeight(w))
			row = ROW_BAD_WEIGHT;
	}
	if (point->isnull || !(srid ? GatherUsable(group, reader, point->value, srid, &x, &y) :
						   GatherPoint(group, reader, point->value, &x, &y)))
		row = ROW_NO_LOCATION;
	if (row != ROW_LOCATED)
		x = y = NAN;
	else if (!group->geodetic)
		WatchDegrees(&group->degrees, x, y);

	if (w != 1)
		AddColumn(group, COLUMN_W);
	if (group->n == group->capacity || group->n == group->most)
		ReserveRows(group, 1);
	CountHomes(group, IsWeight(w) ? w : 0);
	group->row[group->n] = row;
	group->x[group->n] = x;
	group->y[group->n] = y;
	if (group->w)
		group->w[group->n] = w;
	group->n++;
}

/* Note of the last row in which place it was, and whether somebody decided that it stays. */
static void
SetIncumbent(PlacesGroup *group, const NullableDatum *previous, PlacesFixed fixed)
{
	int			i = group->n - 1;

	if (!previous->isnull)
	{
		AddColumn(group, COLUMN_PREVIOUS);
		AddColumn(group, COLUMN_WAS_PLACED);
		AddColumn(group, COLUMN_FIXED);
	}
	if (group->previous == NULL)
		return;
	group->was_placed[i] = !previous->isnull;
	group->previous[i] = previous->isnull ? 0 : DatumGetInt64(previous->value);
	group->fixed[i] = fixed;
}

/* A hash of what a row has in common with others; 0: nothing. */
static void
SetTogether(PlacesGroup *group, const NullableDatum *together)
{
	int64		hash = 0;

	if (!together->isnull)
	{
		struct varlena *text = PG_DETOAST_DATUM_PACKED(together->value);

		hash = (int64) hash_bytes_extended((const unsigned char *) VARDATA_ANY(text), VARSIZE_ANY_EXHDR(text), 3);
		hash = hash == 0 ? 1 : hash;
		AddColumn(group, COLUMN_TOGETHER);
	}
	if (group->together != NULL)
		group->together[group->n - 1] = hash;
}

static void
SetWithin(PlacesGroup *group, const NullableDatum *within)
{
	if (!within->isnull)
		AddColumn(group, COLUMN_WITHIN);
	if (group->within != NULL)
		group->within[group->n - 1] = within->isnull ? 0 : DatumGetInt64(within->value);
}

/* Measures of a row that are no amounts make it one that cannot be placed. */
static void
RefuseLoad(PlacesGroup *group, int row)
{
	if (group->row[row] != ROW_LOCATED)
		return;
	group->row[row] = ROW_BAD_WEIGHT;
	group->x[row] = group->y[row] = NAN;
}

/* The measures of a row, of which each has as many; null is none of it, and what is no amount is NaN. */
static void
SetLoads(PlacesGroup *group, const NullableDatum *loads)
{
	Datum	   *value;
	bool	   *missing;
	int			n;

	if (loads->isnull)
		return;
	deconstruct_array(DatumGetArrayTypeP(loads->value), FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE, &value, &missing, &n);
	if (n > MOST_LOADS)
		Refuse((errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				errmsg("a row must not have more than %d measures", MOST_LOADS),
				errdetail("It has %d.", n),
				errhint("Name no more balance_columns than that.")));
	for (int l = 0; l < n; l++)
	{
		double		load = missing[l] ? 0 : DatumGetFloat8(value[l]);

		AddColumn(group, COLUMN_LOAD + l);
		group->load[l][group->n - 1] = IsLoad(load) ? load : NAN;
		if (!IsLoad(load))
			RefuseLoad(group, group->n - 1);
	}
	pfree(value);
	pfree(missing);
}

/* The reader of a call site, made at its first call. */
static PlacesRowReader *
GetRowReader(FunctionCallInfo fcinfo)
{
	FmgrInfo   *site = fcinfo->flinfo;
	PlacesRowReader *reader = site->fn_extra;
	int			text[3] = {0};
	int			texts = 0;

	if (reader != NULL)
		return reader;
	reader = MemoryContextAllocZero(site->fn_mcxt, sizeof(PlacesRowReader));
	reader->point = NewPointReader(get_fn_expr_argtype(site, 1), site->fn_mcxt);
	for (int i = 2; i < PG_NARGS(); i++)
		switch (get_fn_expr_argtype(site, i))
		{
			case FLOAT8OID:
				reader->weight = i;
				break;
			case TEXTOID:
				if (texts < 3)
					text[texts++] = i;
				break;
			case FLOAT8ARRAYOID:
				reader->loads = i;
				break;
			case INT4OID:
				reader->srid = i;
				break;
			case INT8OID:
				if (i == PG_NARGS() - 1)
					reader->within = i;
				else
				{
					reader->previous = i;
					i += 2;
				}
				break;
			default:
				reader->rules = i;
		}
	reader->id = reader->rules ? 0 : text[0];
	reader->label = reader->srid ? text[1] : 0;
	reader->together = reader->rules ? text[0] : reader->srid ? text[2] : text[1];
	site->fn_extra = reader;
	return reader;
}

/* The bytes of an argument for the last row; NULL for none. */
static void
AddText(PlacesGroup *group, int text, const NullableDatum *value)
{
	AddId(&group->text[text], group->context, group->n - 1,
		  value == NULL || value->isnull ? NULL : PG_DETOAST_DATUM_PACKED(value->value));
}

/*
 * A transition function, (state, geom, [weight float8, [together text,]] [previous
 * bigint, hold text, tolerance float8,] rules places.ruleset) or (state, geom, weight
 * float8, id text, [label text, srid int,] together text, loads float8[] [, within
 * bigint]): adds a row to the state and returns it.  A state without rules is one to
 * be packed.
 */
PlacesGroup *
GatherRow(FunctionCallInfo fcinfo)
{
	PlacesRowReader *reader = GetRowReader(fcinfo);
	const NullableDatum *args = fcinfo->args;
	MemoryContext context;
	PlacesGroup *group;
	PlacesFixed	fixed = FIXED_NOT;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "transition function called in non-aggregate context");
	group = PG_ARGISNULL(0) ? NewGroup(context, reader->point->geodetic, reader->rules == 0) :
		(PlacesGroup *) PG_GETARG_POINTER(0);
	AssertCheckGroup(group);
	if (reader->rules)
		GatherRules(group, &args[reader->rules]);
	if (reader->previous)
	{
		fixed = ReadFixed(&args[reader->previous + 1], !args[reader->previous].isnull);
		GatherTolerance(group, &args[reader->previous + 2]);
	}
	AddRow(group, reader->point, &args[1], reader->weight ? &args[reader->weight] : NULL,
		   reader->srid ? &args[reader->srid] : NULL);
	if (reader->previous)
		SetIncumbent(group, &args[reader->previous], fixed);
	if (reader->together)
		SetTogether(group, &args[reader->together]);
	if (reader->within)
		SetWithin(group, &args[reader->within]);
	if (reader->loads)
		SetLoads(group, &args[reader->loads]);
	if (reader->id)
		AddText(group, TEXT_ID, &args[reader->id]);
	if (reader->label)
		AddText(group, TEXT_LABEL, &args[reader->label]);
	if (reader->srid)
		AddText(group, TEXT_LOCATION, group->row[group->n - 1] == ROW_LOCATED ? NULL : &args[1]);
	AssertCheckGroup(group);
	return group;
}

/*
 * Add the rows of another group behind those of the first.  Its columns are
 * copied and then checked, so they may be anybody's bytes at any address.
 */
void
AppendGroup(PlacesGroup *group, const PlacesGroup *other)
{
	int			first = group->n;

	AssertCheckGroup(group);
	if (other->has_srid)
		GatherSrid(group, other->srid);
	if (first == 0)
	{
		group->tolerance = other->tolerance;
		group->grace = other->grace;
	}
	for (int c = 0; c < COLUMNS; c++)
		if (*ColumnOf(other, c) != NULL)
			AddColumn(group, c);
	ReserveRows(group, other->n);
	for (int c = 0; c < COLUMNS; c++)
	{
		char	   *to = *ColumnOf(group, c);
		const void *from = *ColumnOf(other, c);

		if (from != NULL)
			memcpy(to + group_columns[c].width * first, from, group_columns[c].width * other->n);
		else if (to != NULL)
			FillColumn(group, c, first, first + other->n);
	}
	for (int t = 0; t < TEXTS; t++)
		AppendIds(&group->text[t], group->context, first, &other->text[t], other->n);
	group->n += other->n;
	CheckRows(group, first);
	AssertCheckGroup(group);
}

/* Whether a row is one that GatherRow could have made. */
static bool
IsSound(const PlacesGroup *group, int i)
{
	double		w = group->w ? group->w[i] : 1;

	if (group->previous &&
		(*(const uint8 *) &group->was_placed[i] > 1 || group->fixed[i] > FIXED_LOCK ||
		 (group->fixed[i] != FIXED_NOT && !group->was_placed[i])))
		return false;
	if ((group->was_kept && *(const uint8 *) &group->was_kept[i] > 1) || (group->share && !IsShare(group->share[i])))
		return false;
	for (int l = 0; l < MOST_LOADS; l++)
		if (group->load[l] && !isnan(group->load[l][i]) && !IsLoad(group->load[l][i]))
			return false;
	if (group->row[i] == ROW_LOCATED)
		return IsLocation(group->x[i], group->y[i]) && IsWeight(w);
	return group->row[i] < ROW_KINDS && isnan(group->x[i]);
}

/* Refuse rows that GatherRow could not have made, from the first on, and count their homes. */
void
CheckRows(PlacesGroup *group, int first)
{
	for (int i = first; i < group->n; i++)
	{
		double		w = group->w ? group->w[i] : 1;

		HostCheckCancelAt(i);
		if (!IsSound(group, i))
			Refuse((errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
					errmsg("packed homes are damaged"),
					errdetail("Home %d is none that could have been packed.", i + 1),
					errhint("Have the same version of places on all servers.")));
		CountHomes(group, IsWeight(w) ? w : 0);
		if (group->row[i] == ROW_LOCATED && !group->geodetic)
			WatchDegrees(&group->degrees, group->x[i], group->y[i]);
	}
}

/* The rows of a group as the engine takes them; they last as long as the group. */
PlacesRows
RowsOfGroup(const PlacesGroup *group)
{
	PlacesRows	rows = {.n = group->n,.x = group->x,.y = group->y,.w = group->w,.geodetic = group->geodetic,
	.together = group->together,.within = group->within,.share = group->share,.was_kept = group->was_kept,
	.nloads = CountLoads(group)};

	for (int l = 0; l < rows.nloads; l++)
		rows.load[l] = group->load[l];
	return rows;
}

/* The places of a group under its rules, the incumbent in mind if it has one; in the current memory context. */
PlacesSolution *
FindPlaces(const PlacesGroup *group)
{
	PlacesRows	rows = RowsOfGroup(group);
	PlacesIncumbent incumbent = {0};

	AssertCheckGroup(group);
	RefuseDegrees(&group->degrees);
	if (group->previous)
	{
		incumbent = NumberPlaces(group->n, group->previous, group->was_placed);
		incumbent.fixed = group->fixed;
		incumbent.tolerance = group->tolerance;
		incumbent.grace = group->grace;
	}
	return RestartPlaces(&rows, &group->rules, &incumbent, group->helpers);
}
