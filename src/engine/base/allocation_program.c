/*
 * allocation_program.c
 *	  The linear program of an allocation: workers with a place or with two.
 *
 * A column is a worker with one place, or with two that he can have together; it is
 * worth what its places are worth to him.  Each worker and each place is in one column
 * at most, so many places are in any, and what all columns are worth shall be most.  Without the demand for whole
 * numbers that is a linear program, whose optimum is whole nearly always; an assignment
 * problem with two chairs for each worker, which does not see whether the two places
 * are too large together, is much weaker.
 *
 * There are too many columns to write down.  Which one of a worker is worth most under
 * given prices of the places is found in one pass over the places, sorted by need; so a
 * column is made when it is wanted (Gilmore and Gomory, "A linear programming approach to
 * the cutting-stock problem", Operations Research 9, 1961).  The simplex method keeps the
 * inverse of its basis, most of which is 0, 1, -1 and halves.  Most of its steps would
 * move nothing; so each right-hand side is a little more than 1, by an amount of its own
 * (Charnes, "Optimality and degeneracy in linear programming", Econometrica 20, 1952).
 *
 * Whether the answer is right does not hang on the simplex method's arithmetic: any prices
 * of the places bound what any allocation is worth, and the bound of prices that are whole
 * multiples of some power of 2 is computed exactly (ProgramGap).
 */
#include "engine/base/allocation_program.h"

#include "engine/base/sort.h"

#define POOL_SHARE		0.25	/* of the best new column, how good one must be to come in before new ones are looked for */
#define BLOCK			8
#define LEAST_PIVOT		1e-6
#define WHOLE			1e-6	/* how far from a whole number a level may be */
#define EXTRA			1e-6	/* of right-hand sides, at most */
#define FRACTION_BITS	10		/* of prices by which a bound is computed */
#define EXACT_BITS		50		/* of all numbers in it */

struct PlacesProgram
{
	PlacesColumns of;
	int			most;			/* places that are served */
	int			rows,			/* workers, then places, then all places together */
				width;			/* of the inverse: rows, and what fills the last block */
	double		tolerance;		/* reduced values that count as 0 */
	double	   *inverse;		/* of the basis, by row */
	PlacesColumn *basis;
	double	   *level;			/* of each column of the basis, with the extra */
	double	   *price;			/* of each row, */
	double	   *place_price;	/* and of each place, with its share in all */
	double	   *whole_price,	/* of each place, for bounds, */
			   *first_price;	/* and after the first solution; behind the last that of all */
	bool		solved;			/* there is one */
	double	   *entering;		/* the column that comes in, in terms of the basis */
	PlacesColumn *pool;			/* columns to come in, */
	int			pooled;
	double		least;			/* if they are better than that */
};

/* ---- the simplex method ---- */

/* Add so many times one row to another: nearly all of the time goes by here, so in blocks that a compiler turns into vectors. */
static void
AddTimes(double *restrict row, const double *restrict other, double times, int width)
{
	for (int i = 0; i < width; i += BLOCK)
		for (int k = 0; k < BLOCK; k++)
			row[i + k] += times * other[i + k];
}

static inline double *
InverseRow(const PlacesProgram *p, int r)
{
	return &p->inverse[(size_t) r * (size_t) p->width];
}

/* By how much a column makes the answer better per unit. */
static double
Reduced(const PlacesProgram *p, PlacesColumn c)
{
	if (c.worker < 0)
		return -p->price[c.first];
	return ColumnWorth(&p->of, c) - p->price[c.worker] - p->price[p->of.task->workers + c.first] - p->price[p->rows - 1] -
		(c.second >= 0 ? p->price[p->of.task->workers + c.second] + p->price[p->rows - 1] : 0);
}

/*
 * Prices at which no column of the basis makes the answer better.  What the errors of the
 * inverse leave the first time, the second time removes.
 */
static void
SetPrices(PlacesProgram *p)
{
	memset(p->price, 0, sizeof(double) * (size_t) p->width);
	for (int turn = 0; turn < 2; turn++)
	{
		for (int r = 0; r < p->rows; r++)
			p->entering[r] = Reduced(p, p->basis[r]);
		for (int r = 0; r < p->rows; r++)
		{
			HostCheckCancel();
			if (p->entering[r] != 0)
				AddTimes(p->price, InverseRow(p, r), p->entering[r], p->width);
		}
	}
}

/* A column in terms of the basis. */
static void
SetEntering(PlacesProgram *p, PlacesColumn c)
{
	int			all = p->rows - 1;
	int			place = p->of.task->workers;

	for (int r = 0; r < p->rows; r++)
	{
		const double *row = InverseRow(p, r);

		if (c.worker < 0)
			p->entering[r] = row[c.first];
		else
			p->entering[r] = row[c.worker] + row[place + c.first] + row[all] + (c.second >= 0 ? row[place + c.second] + row[all] : 0);
	}
}

/* Where the entering column pushes the basis to its limit first. */
static int
LeavingRow(const PlacesProgram *p)
{
	int			leaving = -1;
	double		step = INFINITY;

	for (int r = 0; r < p->rows; r++)
		if (p->entering[r] > LEAST_PIVOT && p->level[r] / p->entering[r] < step)
		{
			leaving = r;
			step = p->level[r] / p->entering[r];
		}
	return leaving;
}

/* Bring in a column with a reduced value; returns how much work it was, INFINITY if errors have eaten up the inverse. */
static double
Pivot(PlacesProgram *p, PlacesColumn c, double reduced)
{
	double	   *pivot;
	double		step;
	int			leaving;
	double		work = 0;

	SetEntering(p, c);
	leaving = LeavingRow(p);
	if (leaving < 0)
		return INFINITY;
	pivot = InverseRow(p, leaving);
	step = p->level[leaving] / p->entering[leaving];
	for (int i = 0; i < p->rows; i++)
		pivot[i] /= p->entering[leaving];
	AddTimes(p->price, pivot, reduced, p->width);
	for (int r = 0; r < p->rows; r++)
	{
		if (p->entering[r] == 0 || r == leaving)
			continue;
		AddTimes(InverseRow(p, r), pivot, -p->entering[r], p->width);
		p->level[r] = Max(p->level[r] - p->entering[r] * step, 0);
		work += p->rows;
	}
	p->level[leaving] = step;
	p->basis[leaving] = c;
	return work;
}

/* Put the best column of each worker into the pool, and the best slack, if they make the answer better; returns by how much one does. */
static double
FillPool(PlacesProgram *p)
{
	double		most = p->tolerance;
	PlacesColumn slack = {-1, -1, -1};

	p->pooled = 0;
	for (int j = 0; j < p->of.task->places; j++)
		p->place_price[j] = p->price[p->of.task->workers + j] + p->price[p->rows - 1];
	for (int i = 0; i < p->rows; i++)
		Improve(&slack, &most, (PlacesColumn) {-1, i, -1}, -p->price[i]);
	if (slack.first >= 0)
		p->pool[p->pooled++] = slack;
	for (int w = 0; w < p->of.task->workers; w++)
	{
		double		value = p->price[w] + p->tolerance;
		PlacesColumn c = BestColumn(&p->of, p->place_price, w, &value);

		if (c.worker < 0)
			continue;
		p->pool[p->pooled++] = c;
		most = Max(most, value - p->price[w]);
	}
	p->least = Max(most * POOL_SHARE, p->tolerance);
	return most;
}

/* A column that makes the answer better, and by how much per unit; false: there is none. */
static bool
FindEntering(PlacesProgram *p, PlacesColumn *enter, double *reduced, double *work)
{
	for (int filled = 0; filled <= 1; filled++)
	{
		*reduced = p->least;
		for (int i = 0; i < p->pooled; i++)
			Improve(enter, reduced, p->pool[i], Reduced(p, p->pool[i]));
		if (*reduced > p->least)
			return true;
		if (filled == 0)
		{
			*work -= 4.0 * p->of.task->places * p->of.task->workers;
			(void) FillPool(p);
		}
	}
	return false;
}

/* The steps that whole prices have. */
static double
Granule(const PlacesProgram *p)
{
	int			bits;

	(void) frexp(p->of.served, &bits);
	return ldexp(1, Max(bits - EXACT_BITS, -FRACTION_BITS));
}

static void
SetWholePrices(const PlacesProgram *p, double *price)
{
	double		granule = Granule(p);

	for (int j = 0; j <= p->of.task->places; j++)
		price[j] = Max(rint(p->price[p->of.task->workers + j] / granule), 0) * granule;
}

/*
 * Solve under the demands of now, from the basis of before.  Returns false if the work ran
 * out.  Step by step prices gather errors; so they are made anew before it is believed
 * that no column makes the answer better.
 */
bool
SolveProgram(PlacesProgram *p, double *work)
{
	PlacesColumn enter;
	double		reduced;
	bool		fresh;

	do
	{
		SetPrices(p);
		p->pooled = 0;
		*work -= (double) p->rows * p->rows;
		for (fresh = true; *work >= 0 && FindEntering(p, &enter, &reduced, work); fresh = false)
		{
			HostCheckCancel();
			*work -= p->rows + Pivot(p, enter, reduced);
		}
	} while (!fresh && *work >= 0);
	if (!p->solved)
		SetWholePrices(p, p->first_price);
	p->solved = true;
	return *work >= 0;
}

/* The column of each worker in an allocation. */
static PlacesColumn *
ColumnsOf(const PlacesProgram *p, const int *server)
{
	PlacesColumn *column = HostNew(PlacesColumn, p->of.task->workers);

	for (int w = 0; w < p->of.task->workers; w++)
		column[w] = (PlacesColumn) {w, -1, -1};
	for (int j = 0; j < p->of.task->places; j++)
		if (server[j] >= 0 && column[server[j]].first < 0)
			column[server[j]].first = j;
		else if (server[j] >= 0)
			column[server[j]].second = j;
	return column;
}

/* Begin with an allocation as the basis. */
void
EnterAllocation(PlacesProgram *p, const int *server)
{
	PlacesColumn *column = ColumnsOf(p, server);

	for (int w = 0; w < p->of.task->workers; w++)
		if (column[w].first >= 0)
			Pivot(p, column[w], 0);
	HostFree(column);
}

/* ---- what the answer says ---- */

/*
 * At prices of the places every worker's best column is worth some more than the one that
 * he has; so much, and the prices of places that nobody serves, is the bound.
 */
static double
GapAt(PlacesProgram *p, const double *price, const int *server)
{
	PlacesColumn *column = ColumnsOf(p, server);
	double		all = price[p->of.task->places];
	double		gap = p->most * all;

	for (int j = 0; j < p->of.task->places; j++)
	{
		p->place_price[j] = price[j] + all;
		gap += server[j] < 0 ? price[j] : -all;
	}
	for (int w = 0; w < p->of.task->workers; w++)
	{
		PlacesColumn c = column[w];
		double		value = 0;

		HostCheckCancel();
		(void) BestColumn(&p->of, p->place_price, w, &value);
		if (c.first >= 0)
			value -= FirstWorth(&p->of, w) + WorthOf(&p->of, w, c.first) - p->place_price[c.first];
		if (c.second >= 0)
			value -= WorthOf(&p->of, w, c.second) - p->place_price[c.second];
		gap += value;
	}
	HostFree(column);
	return gap;
}

/* By how much any allocation within the demands may be worth more than a given one, at most. */
double
ProgramGap(PlacesProgram *p, const int *server)
{
	SetWholePrices(p, p->whole_price);
	return GapAt(p, p->whole_price, server);
}

/* The same at the prices of the first solution, which is good where there are no demands. */
double
FirstGap(PlacesProgram *p, const int *server)
{
	return GapAt(p, p->first_price, server);
}

/* The level of a column of the basis, without the extra. */
static double
Level(const PlacesProgram *p, int r)
{
	const double *row = InverseRow(p, r);
	double		level = row[p->rows - 1] * p->most;

	for (int i = 0; i < p->rows - 1; i++)
		level += row[i];
	return level;
}

/* Is the answer an allocation?  Then server receives it. */
bool
ProgramIsWhole(const PlacesProgram *p, int *server)
{
	for (int j = 0; j < p->of.task->places; j++)
		server[j] = -1;
	for (int r = 0; r < p->rows; r++)
	{
		PlacesColumn c = p->basis[r];
		double		level = c.worker < 0 ? 0 : Level(p, r);

		HostCheckCancel();
		if (level < WHOLE)
			continue;
		if (level < 1 - WHOLE || ColumnWorth(&p->of, c) < 0)
			return false;
		server[c.first] = c.worker;
		if (c.second >= 0)
			server[c.second] = c.worker;
	}
	return true;
}

/* How many places are served, in parts. */
double
ProgramServes(const PlacesProgram *p)
{
	double		served = 0;

	for (int r = 0; r < p->rows; r++)
		if (p->basis[r].worker >= 0)
			served += Level(p, r) * (p->basis[r].second >= 0 ? 2 : 1);
	return served;
}

/* The two places that have the same worker most, but not altogether, and need not have; false: there are none such. */
bool
LargestFraction(const PlacesProgram *p, int *a, int *b)
{
	size_t		places = (size_t) p->of.task->places;
	double	   *share = HostNewZero(double, places * places);
	double		largest = WHOLE;

	for (int r = 0; r < p->rows; r++)
	{
		PlacesColumn c = p->basis[r];

		HostCheckCancel();
		if (c.worker >= 0 && c.second >= 0 && p->of.demands.partner[c.first] < 0)
			share[(size_t) Min(c.first, c.second) * places + (size_t) Max(c.first, c.second)] += Level(p, r);
	}
	for (size_t cell = 0; cell < places * places; cell++)
		if (share[cell] < 1 - WHOLE && share[cell] > largest)
		{
			*a = (int) (cell / places);
			*b = (int) (cell % places);
			largest = share[cell];
		}
	HostFree(share);
	return largest > WHOLE;
}

/* ---- the program ---- */

/* The basis of nobody with anything. */
static void
SetSlackBasis(PlacesProgram *p)
{
	for (int r = 0; r < p->rows; r++)
	{
		InverseRow(p, r)[r] = 1;
		p->basis[r] = (PlacesColumn) {-1, r, -1};
		p->level[r] = (r < p->rows - 1 ? 1 : p->most) + EXTRA * ldexp((double) (MixBits((uint64_t) r + 1) >> 11), -53);
	}
}

/* Are numbers small enough for exact sums? */
bool
ProgramIsExact(double served)
{
	int			bits;

	(void) frexp(served, &bits);
	return bits <= EXACT_BITS;
}

/*
 * The program of a task in which no more places than most are served: served is what a
 * place is worth, less its cost, and employed what it is worth besides that somebody has
 * one; both more than all costs together.
 * Keeps task and demands.  O((workers + places)^2) memory.
 */
PlacesProgram *
NewProgram(const PlacesAllocation *task, int most, double served, double employed, PlacesDemands demands)
{
	PlacesProgram *p = HostNewZero(PlacesProgram, 1);

	p->of = (PlacesColumns) {.task = task,.demands = demands,.served = served,.employed = employed};
	MakeColumns(&p->of);
	p->most = most;
	p->rows = task->workers + task->places + 1;
	p->width = (p->rows + BLOCK - 1) / BLOCK * BLOCK;
	p->tolerance = Max(ldexp(1, -9), ldexp(served, -50));
	p->inverse = HostNewZero(double, (size_t) p->rows * (size_t) p->width);
	p->basis = HostNew(PlacesColumn, p->rows);
	p->level = HostNew(double, p->rows);
	p->price = HostNewZero(double, p->width);
	p->place_price = HostNew(double, task->places);
	p->whole_price = HostNew(double, task->places + 1);
	p->first_price = HostNew(double, task->places + 1);
	p->entering = HostNew(double, p->rows);
	p->pool = HostNew(PlacesColumn, task->workers + 1);
	SetSlackBasis(p);
	return p;
}

void
FreeProgram(PlacesProgram *p)
{
	FreeColumns(&p->of);
	HostFree(p->inverse);
	HostFree(p->basis);
	HostFree(p->level);
	HostFree(p->price);
	HostFree(p->place_price);
	HostFree(p->whole_price);
	HostFree(p->first_price);
	HostFree(p->entering);
	HostFree(p->pool);
	HostFree(p);
}
