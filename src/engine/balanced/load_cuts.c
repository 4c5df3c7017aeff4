/*
 * load_cuts.c
 *	  Places of equal homes and loads by cuts along lines.
 *
 * The points are cut in two along a line, with half of the places and of the homes on
 * either side, and the halves again.  Of the directions of the line the one with the most
 * compact sides is taken that leaves both loads which their places can share; if none does, the
 * one with the least outside.  For two measures and halves there is a line that divides
 * both exactly (the ham sandwich theorem).  Nothing is local about this: loads far
 * apart, which no exchange between neighbours brings together, meet in long places.
 */
#include "engine/balanced/load_cuts.h"

#include "engine/base/sort.h"

#define DIRECTIONS		24
#define CLOSER			0.7		/* of the distance from the middle to a bound: whole points need some play */

typedef struct PlacesLoadCut
{
	const PlacesLoadProblem *p;
	int		   *label;
	PlacesRanked *ranked;		/* points of the part, along a direction */
	PlacesRanked *best;
} PlacesLoadCut;

/* How a part is cut. */
typedef struct PlacesLoadSides
{
	int			n;				/* points of the first side */
	double		excess;			/* of either, in mean places */
	double		squares;		/* the less, the more compact they are */
} PlacesLoadSides;

/* How many of the points, in order along a direction, are the first places' share of homes; no fewer than there are places. */
static int
PointsOfFirst(const PlacesLoadCut *c, const PlacesRanked *ranked, int n, int first, int places)
{
	const PlacesLoadProblem *p = c->p;
	double		homes = 0;
	double		sum = 0;
	int			count = 0;

	HostCheckCancel();
	for (int i = 0; i < n; i++)
		homes += p->amount[(size_t) ranked[i].item * p->measures];
	for (; count < n - (places - first); count++)
	{
		double		amount = p->amount[(size_t) ranked[count].item * p->measures];

		if (count >= first && (sum + amount / 2) * places > homes * first)
			break;
		sum += amount;
	}
	return count;
}

/* Cut points, in order along a direction, between the first places of some and the others. */
static PlacesLoadSides
SidesOf(const PlacesLoadCut *c, const PlacesRanked *ranked, int n, int first, int places)
{
	const PlacesLoadProblem *p = c->p;
	double		sum[2][MOST_MEASURES] = {0};
	double		x[2] = {0};
	double		y[2] = {0};
	PlacesLoadSides sides = {.n = PointsOfFirst(c, ranked, n, first, places)};

	HostCheckCancel();
	for (int i = 0; i < n; i++)
	{
		int			point = ranked[i].item;
		const double *amount = p->amount + (size_t) point * p->measures;
		int			side = i >= sides.n;

		for (int v = 0; v < p->measures; v++)
			sum[side][v] += amount[v];
		x[side] += amount[0] * (p->points->x[point] - p->x);
		y[side] += amount[0] * (p->points->y[point] - p->y);
	}
	for (int side = 0; side < 2; side++)
	{
		int			k = side == 0 ? first : places - first;

		for (int v = 1; v < p->measures; v++)
		{
			double		middle = (p->low[v] + p->high[v]) / 2;
			double		reach = CLOSER * (p->high[v] - middle);

			sides.excess += k * Excess(middle - reach, middle + reach, sum[side][v] / k);
		}
		if (sum[side][0] > 0)
			sides.squares -= (x[side] * x[side] + y[side] * y[side]) / sum[side][0];
	}
	return sides;
}

/* Share out the first n ranked points among places from label on. */
static void
CutPart(PlacesLoadCut *c, int from, int n, int label, int places)
{
	PlacesRanked *part = c->ranked + from;
	PlacesLoadSides best = {.excess = INFINITY};

	if (places == 1)
	{
		for (int i = 0; i < n; i++)
			c->label[part[i].item] = label;
		return;
	}
	for (int d = 0; d < DIRECTIONS; d++)
	{
		PlacesLoadSides sides;

		HostCheckCancel();
		for (int i = 0; i < n; i++)
			part[i].key = cos(M_PI * d / DIRECTIONS) * (c->p->points->x[part[i].item] - c->p->x) +
				sin(M_PI * d / DIRECTIONS) * (c->p->points->y[part[i].item] - c->p->y);
		SortRanked(part, n);
		sides = SidesOf(c, part, n, places / 2, places);
		if (sides.excess < best.excess || (sides.excess == best.excess && sides.squares < best.squares))
		{
			best = sides;
			memcpy(c->best + from, part, sizeof(PlacesRanked) * n);
		}
	}
	memcpy(part, c->best + from, sizeof(PlacesRanked) * n);
	CutPart(c, from, best.n, label, places / 2);
	CutPart(c, from + best.n, n - best.n, label + places / 2, places - places / 2);
}

/* Label all points, none of which stays and as many as places at least, by cuts. */
void
CutLoads(const PlacesLoadProblem *problem, int *label)
{
	int			n = problem->points->n;
	PlacesLoadCut c = {problem, label, HostNew(PlacesRanked, n), HostNew(PlacesRanked, n)};

	for (int i = 0; i < n; i++)
		c.ranked[i].item = i;
	CutPart(&c, 0, n, 0, problem->k);
	HostFree(c.ranked);
	HostFree(c.best);
}
