/*
 * load_state.c
 *	  Places that share out loads: what they are to carry, and what they do.
 */
#include "engine/balanced/load_state.h"

#include "engine/base/place_count.h"

#define DUST	1e-3			/* of the homes of a mean point */
#define LEAST_SQUARES	1e-9	/* that places have, of what all have around their middle */

/* What the points that are in a place have together. */
static double
TotalOf(int n, const double *of_point, const int *label)
{
	double		sum = 0;

	HostCheckCancel();
	for (int i = 0; i < n; i++)
		sum += label[i] >= 0 ? of_point[i] : 0;
	return sum;
}

/* One more measure, of which a mean place has so much. */
static int
AddMeasure(PlacesLoadProblem *p, const double *of_point, double mean)
{
	HostCheckCancel();
	for (int i = 0; i < p->points->n; i++)
		p->amount[(size_t) i * MOST_MEASURES + p->measures] = of_point[i] / mean;
	return p->measures++;
}

static void
SetBounds(PlacesLoadProblem *p, int place, int measure, double low, double high)
{
	p->low[(size_t) place * MOST_MEASURES + measure] = low;
	p->high[(size_t) place * MOST_MEASURES + measure] = high;
}

/* Homes are the first measure. */
static void
AddHomes(PlacesLoadProblem *p, const PlacesLoadTask *task, double homes)
{
	const PlacesPoints *points = p->points;
	const PlacesRules *rules = task->rules;
	PlacesLoadPlace usual = {LowBound(rules, points->homes, points->whole, rules->k),
	HighBound(rules, points->homes, points->whole, rules->k), 1};
	int			v = AddMeasure(p, points->w, homes / p->k);

	for (int j = 0; j < p->k; j++)
	{
		const PlacesLoadPlace *place = task->own ? &task->own[j] : &usual;

		SetBounds(p, j, v, place->low * p->k / homes, place->high * p->k / homes);
	}
	p->oversized = usual.high * p->k / homes;
}

/* A load is one if somebody carries it, and it has a limit. */
static void
AddLoad(PlacesLoadProblem *p, const PlacesLoadTask *task, const double *load, double tolerance, const int *label)
{
	double		all = TotalOf(p->points->n, load, label);
	double		shares = 0;
	int			v;

	if (all <= 0 || isinf(tolerance))
		return;
	v = AddMeasure(p, load, all / p->k);
	for (int j = 0; j < p->k; j++)
		shares += task->own ? task->own[j].share : 1;
	for (int j = 0; j < p->k; j++)
	{
		double		target = (task->own ? task->own[j].share : 1) * p->k / shares;

		SetBounds(p, j, v, Max(0, 1 - tolerance) * target, (1 + tolerance) * target);
	}
}

/* Let the measures of each point and place follow one another without gaps. */
static void
PackMeasures(double *values, int n, int measures)
{
	HostCheckCancel();
	for (size_t i = 0; i < (size_t) n; i++)
		for (int v = 0; v < measures; v++)
			values[i * measures + v] = values[i * MOST_MEASURES + v];
}

/* Which points nobody moves: blocks of more homes than a place may have, and those given. */
static bool *
WhoStays(const PlacesLoadProblem *p, const bool *stays)
{
	bool	   *all = HostNew(bool, p->points->n);

	for (int i = 0; i < p->points->n; i++)
	{
		HostCheckCancelAt(i);
		all[i] = (stays != NULL && stays[i]) || p->amount[(size_t) i * p->measures] > p->oversized;
	}
	return all;
}

/*
 * The loads of a task to be shared out, given labels, of which those of the points that
 * stay count as they are.  What is in no place does not count.  NULL if there is nothing
 * to balance.
 */
PlacesLoadProblem *
NewLoadProblem(const PlacesLoadTask *task, const int *label)
{
	const PlacesPoints *points = task->points;
	PlacesLoadProblem *p = HostNewZero(PlacesLoadProblem, 1);
	double		homes = TotalOf(points->n, points->w, label);
	int			k = task->k;

	Assert(homes > 0 && k > 0);
	*p = (PlacesLoadProblem) {.points = points, .k = k};
	p->amount = HostNew(double, (size_t) points->n * MOST_MEASURES);
	p->low = HostNew(double, (size_t) k * MOST_MEASURES);
	p->high = HostNew(double, (size_t) k * MOST_MEASURES);
	AddHomes(p, task, homes);
	for (int l = 0; l < points->nloads; l++)
		AddLoad(p, task, points->load[l], task->rules->load_tolerance[l], label);
	if (p->measures == 1 || k == 1)
	{
		FreeLoadProblem(p);
		return NULL;
	}
	PackMeasures(p->amount, points->n, p->measures);
	PackMeasures(p->low, k, p->measures);
	PackMeasures(p->high, k, p->measures);
	p->stays = WhoStays(p, task->stays);
	for (int i = 0; i < points->n; i++)
	{
		p->x += points->w[i] / points->homes * points->x[i];
		p->y += points->w[i] / points->homes * points->y[i];
	}
	for (int i = 0; i < points->n; i++)
	{
		double		dx = points->x[i] - p->x;
		double		dy = points->y[i] - p->y;

		HostCheckCancelAt(i);
		p->squares += points->w[i] * (dx * dx + dy * dy);
	}
	p->dust = DUST * homes / points->n;
	return p;
}

void
FreeLoadProblem(PlacesLoadProblem *problem)
{
	HostFree(problem->amount);
	HostFree(problem->low);
	HostFree(problem->high);
	if (problem->stays != NULL)
		HostFree(problem->stays);
	HostFree(problem);
}

/* Add a point to a place, or with sign -1 take it away. */
static void
CountPoint(PlacesLoadState *s, int place, int point, double sign)
{
	const PlacesLoadProblem *p = s->problem;
	double		w = p->points->w[point];
	const double *amount = p->amount + (size_t) point * p->measures;
	double	   *sum = s->sum + (size_t) place * p->measures;

	s->w[place] += sign * w;
	s->wx[place] += sign * w * (p->points->x[point] - p->x);
	s->wy[place] += sign * w * (p->points->y[point] - p->y);
	s->heavy[place] += w > 0 ? (int) sign : 0;
	for (int v = 0; v < p->measures; v++)
		sum[v] += sign * amount[v];
}

/* The answer of these labels, which it goes on to change: 0 .. k - 1, of a point that stays -1 too. */
PlacesLoadState *
NewLoadState(const PlacesLoadProblem *problem, int *label)
{
	PlacesLoadState *s = HostNew(PlacesLoadState, 1);
	int			k = problem->k;

	*s = (PlacesLoadState) {problem, label, HostNewZero(double, k), HostNewZero(double, k),
		HostNewZero(double, k), HostNewZero(int, k), HostNewZero(double, (size_t) k * problem->measures)};
	for (int i = 0; i < problem->points->n; i++)
	{
		HostCheckCancelAt(i);
		Assert(label[i] < k);
		if (label[i] >= 0)
			CountPoint(s, label[i], i, 1);
	}
	return s;
}

void
FreeLoadState(PlacesLoadState *state)
{
	HostFree(state->w);
	HostFree(state->wx);
	HostFree(state->wy);
	HostFree(state->heavy);
	HostFree(state->sum);
	HostFree(state);
}

void
MoveLoad(PlacesLoadState *state, int point, int to)
{
	CountPoint(state, state->label[point], point, -1);
	CountPoint(state, to, point, 1);
	state->label[point] = to;
}

/* Squared, from the point to the centroid of a place. */
static double
ToCentroid(const PlacesLoadState *s, int point, int place)
{
	const PlacesLoadProblem *p = s->problem;
	double		dx = p->points->x[point] - p->x - s->wx[place] / s->w[place];
	double		dy = p->points->y[point] - p->y - s->wy[place] / s->w[place];

	return dx * dx + dy * dy;
}

/*
 * What it adds to the sum of squares to move a point to another place, centroids
 * following (Hartigan's rule); infinite where the place it leaves needs it.
 */
double
SquaresOfMove(const PlacesLoadState *s, int point, int to)
{
	int			from = s->label[point];
	double		w = s->problem->points->w[point];

	Assert(from >= 0 && s->w[from] > 0 && s->w[to] > 0);
	if (w <= 0)
		return s->problem->dust * (ToCentroid(s, point, to) - ToCentroid(s, point, from));
	if (s->heavy[from] == 1)
		return INFINITY;
	return (w * s->w[to] / (s->w[to] + w) * ToCentroid(s, point, to) -
			w * s->w[from] / (s->w[from] - w) * ToCentroid(s, point, from));
}

/* How good the answer is. */
PlacesLoadScore
ScoreLoads(const PlacesLoadState *s)
{
	const PlacesLoadProblem *p = s->problem;
	PlacesLoadScore score = {0};

	HostCheckCancel();
	for (int j = 0; j < p->k; j++)
	{
		for (int v = 0; v < p->measures; v++)
		{
			size_t		at = (size_t) j * p->measures + v;
			double		excess = Excess(p->low[at], p->high[at], s->sum[at]);

			if (v == 0)
				score.sizes += excess > 0 ? 1 + excess : 0;
			else
				score.loads += excess;
		}
		if (s->w[j] > 0)
			score.squares -= (s->wx[j] * s->wx[j] + s->wy[j] * s->wy[j]) / s->w[j];
	}
	for (int i = 0; i < p->points->n; i++)
	{
		double		dx = p->points->x[i] - p->x;
		double		dy = p->points->y[i] - p->y;

		HostCheckCancelAt(i);
		if (s->label[i] >= 0)
			score.squares += p->points->w[i] * (dx * dx + dy * dy);
	}
	score.squares = Max(0, score.squares);
	return score;
}

/*
 * The sum of squares of a mean place: what other costs are multiples of.  Never nothing,
 * as it is where each point is a place by itself.
 */
double
SquaresOfMeanPlace(const PlacesLoadState *s)
{
	return Max(ScoreLoads(s).squares, Max(LEAST_SQUARES * s->problem->squares, DBL_MIN)) / s->problem->k;
}

bool
IsBalanced(PlacesLoadScore score)
{
	return score.sizes <= 0 && score.loads <= 0;
}

/* Is a better than b by more than rounding? */
bool
IsBetterScore(PlacesLoadScore a, PlacesLoadScore b)
{
	if (fabs(a.sizes - b.sizes) > LOAD_ROUNDING)
		return a.sizes < b.sizes;
	if (fabs(a.loads - b.loads) > LOAD_ROUNDING)
		return a.loads < b.loads;
	return a.squares < b.squares - 1e-12 * fabs(b.squares);
}
