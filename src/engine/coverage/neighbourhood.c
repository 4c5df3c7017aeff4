/*
 * neighbourhood.c
 *	  Divide neighbouring places anew under the size bounds, whatever the radius.
 *
 * The exact assignment under the bounds alternates with the centroids
 * (balanced.c), first on a coarse picture of the points, some cells a place,
 * which is kept from trial to trial.  Only where the cells' sum of squares has
 * fallen do the points themselves follow: most trials end here, cheaply.  The
 * radius can only make a division dearer, so nothing good is lost but for the
 * coarseness.
 */
#include "engine/coverage/neighbourhood.h"

#include "engine/balanced/balanced.h"
#include "engine/balanced/rounding.h"
#include "engine/base/random.h"

#define CELLS_A_PLACE 40
#define ALTERNATIONS 10
#define FINE_ALTERNATIONS 3
#define ALTERNATION_GAIN 2e-3

/* What so many places cost: the sum of squares and the price of sizes off the target. */
double
CostOf(const PlacesNeighbourhood *r, const PlacesDraft *place, int count)
{
	double		cost = 0;

	for (int i = 0; i < count; i++)
	{
		double		off = place[i].homes - r->division->rules.target_homes;

		cost += place[i].spread + r->penalty * off * off;
	}
	return cost;
}

/* The neighbourhood's points from begin to end, for the assignment. */
static PlacesPoints
PointsBetween(const PlacesNeighbourhood *r, int begin, int end)
{
	const PlacesGrid *grid = r->division->grid;
	PlacesPoints points = {0};

	points.n = end - begin;
	points.x = HostNew(double, points.n);
	points.y = HostNew(double, points.n);
	points.w = HostNew(double, points.n);
	for (int i = 0; i < points.n; i++)
	{
		points.x[i] = grid->x[r->point[begin + i]];
		points.y[i] = grid->y[r->point[begin + i]];
		points.w[i] = grid->w[r->point[begin + i]];
		points.homes += points.w[i];
	}
	return points;
}

/* A coarse picture of a place of the neighbourhood, made when first needed and kept. */
static const PlacesKdTree *
CellsOfPlace(PlacesNeighbourhood *r, int which)
{
	PlacesKdTree **cells = &r->cells[r->chosen[which]];

	if (*cells == NULL)
	{
		PlacesPoints points = PointsBetween(r, r->start[which], r->start[which + 1]);
		PlacesKdTree *tree = BuildKdTree(&points);

		*cells = CoarsenKdTree(tree, points.homes / CELLS_A_PLACE);
		FreeKdTree(tree);
		HostFree(points.x);
		HostFree(points.y);
		HostFree(points.w);
	}
	return *cells;
}

void
ForgetCells(PlacesNeighbourhood *r, int place)
{
	if (r->cells[place] != NULL)
		FreeKdTree(r->cells[place]);
	r->cells[place] = NULL;
}

/* A point, drawn by its share in the sum of squares around the centres. */
static int
DrawPoint(PlacesNeighbourhood *r, const PlacesPoints *points, const PlacesCentres *centres,
		  int except)
{
	double		sum = 0;
	double		wanted;
	int			drawn = 0;

	for (int i = 0; i < points->n; i++)
	{
		double		best = INFINITY;

		HostCheckCancelAt(i);
		for (int j = 0; j < centres->k; j++)
		{
			double		dx = points->x[i] - centres->x[j];
			double		dy = points->y[i] - centres->y[j];

			if (j != except)
				best = Min(best, dx * dx + dy * dy);
		}
		r->x[i] = sum += points->w[i] * best;
	}
	wanted = DrawUniform(&r->draw) * sum;
	while (drawn < points->n - 1 && r->x[drawn] <= wanted)
		drawn++;
	return drawn;
}

/* The places' centroids, one of them (if swap) set down elsewhere. */
static PlacesCentres *
TrialCentres(PlacesNeighbourhood *r, const PlacesPoints *points, bool swap)
{
	PlacesCentres *centres = NewCentres(r->part.places);

	for (int i = 0; i < centres->k; i++)
	{
		centres->x[i] = r->before[i].x;
		centres->y[i] = r->before[i].y;
	}
	r->swapped = -1;
	if (swap)
	{
		int			gone = (int) (DrawUniform(&r->draw) * centres->k);
		int			to = DrawPoint(r, points, centres, gone);

		centres->x[gone] = points->x[to];
		centres->y[gone] = points->y[to];
		r->swapped = gone;
	}
	return centres;
}

/* The cells of all places, in the order of the places. */
static PlacesPoints
AllCells(PlacesNeighbourhood *r)
{
	PlacesPoints all = {0};

	for (int i = 0; i < r->part.places; i++)
		all.n += CellsOfPlace(r, i)->n;
	all.x = HostNew(double, all.n);
	all.y = HostNew(double, all.n);
	all.w = HostNew(double, all.n);
	all.n = 0;
	for (int i = 0; i < r->part.places; i++)
	{
		const PlacesKdTree *cells = CellsOfPlace(r, i);

		for (int c = 0; c < cells->n; c++)
		{
			all.x[all.n] = cells->x[c];
			all.y[all.n] = cells->y[c];
			all.w[all.n++] = cells->w[c];
			all.homes += cells->w[c];
		}
	}
	return all;
}

/* What the places cost as they were, without what is within the cells. */
static double
CellCostBefore(PlacesNeighbourhood *r)
{
	double		cost = 0;

	for (int i = 0; i < r->part.places; i++)
	{
		const PlacesKdTree *cells = CellsOfPlace(r, i);
		double		off = r->before[i].homes - r->division->rules.target_homes;

		for (int c = 0; c < cells->n; c++)
		{
			double		dx = cells->x[c] - r->before[i].x;
			double		dy = cells->y[c] - r->before[i].y;

			cost += cells->w[c] * (dx * dx + dy * dy);
		}
		cost += r->penalty * off * off;
	}
	return cost;
}

/* Moves the centres to the centroids of what they hold; returns the cost then. */
static double
SettleCentres(const PlacesNeighbourhood *r, const PlacesKdTree *tree, const PlacesFlow *flow,
			  PlacesCentres *centres)
{
	PlacesSums *sums = NewSums(centres->k);
	double		cost = 0;

	for (int i = 0; i < flow->npieces; i++)
	{
		const PlacesPiece *piece = &flow->pieces[i];
		double		dx = tree->x[piece->point] - centres->x[piece->place];
		double		dy = tree->y[piece->point] - centres->y[piece->place];

		cost += piece->amount * (dx * dx + dy * dy);
		sums->w[piece->place] += piece->amount;
		sums->wx[piece->place] += piece->amount * dx;
		sums->wy[piece->place] += piece->amount * dy;
	}
	for (int i = 0; i < centres->k; i++)
	{
		double		off = sums->w[i] - r->division->rules.target_homes;

		cost += r->penalty * off * off;
		if (sums->w[i] <= 0)
			continue;
		cost -= (sums->wx[i] * sums->wx[i] + sums->wy[i] * sums->wy[i]) / sums->w[i];
		centres->x[i] += sums->wx[i] / sums->w[i];
		centres->y[i] += sums->wy[i] / sums->w[i];
	}
	FreeSums(sums);
	return cost;
}

/*
 * Centres that cost less on the coarse picture, by LEAST_GAIN of what the places
 * cost, or NULL.
 */
static PlacesCentres *
PromisingCentres(PlacesNeighbourhood *r, bool swap)
{
	PlacesDivision *part = &r->part;
	PlacesPoints cells = AllCells(r);
	PlacesCentres *centres = TrialCentres(r, &cells, swap);
	PlacesKdTree *tree = BuildKdTree(&cells);
	PlacesFlow *flow = AlternateFlow(tree, centres, part->rules.min_homes, part->rules.max_homes,
									 ALTERNATIONS, ALTERNATION_GAIN, false);
	double		before = CellCostBefore(r);
	bool		better = SettleCentres(r, tree, flow, centres) <
		before - LEAST_GAIN * CostOf(r, r->before, part->places);

	FreeFlow(flow);
	FreeKdTree(tree);
	HostFree(cells.x);
	HostFree(cells.y);
	HostFree(cells.w);
	if (better)
		return centres;
	FreeCentres(centres);
	return NULL;
}

/*
 * Divide the neighbourhood's points by their cheapest assignment to the centres
 * under the size bounds; r->part gets the lists.
 */
static void
AssignPoints(PlacesNeighbourhood *r, PlacesCentres *centres)
{
	PlacesDivision *part = &r->part;
	PlacesPoints points = PointsBetween(r, 0, r->points);
	PlacesKdTree *tree = BuildKdTree(&points);
	int		   *label = HostNew(int, r->points);
	PlacesFlow *flow = AlternateFlow(tree, centres, part->rules.min_homes, part->rules.max_homes,
									 FINE_ALTERNATIONS, ALTERNATION_GAIN, false);

	RepairSizes(tree, centres, flow, part->rules.min_homes, part->rules.max_homes, label);
	memset(part->place, 0, sizeof(PlacesDraft) * part->places);
	for (int i = 0; i < part->places; i++)
	{
		part->place[i].first = -1;
		part->place[i].x = centres->x[i];
		part->place[i].y = centres->y[i];
	}
	for (int i = 0; i < tree->n; i++)
	{
		int			p = r->point[tree->point[i]];

		Assert(label[i] >= 0 && label[i] < part->places);
		part->owner[p] = label[i];
		part->next[p] = part->place[label[i]].first;
		part->place[label[i]].first = p;
	}
	FreeFlow(flow);
	FreeKdTree(tree);
	HostFree(label);
	HostFree(points.x);
	HostFree(points.y);
	HostFree(points.w);
}

/*
 * Divide the neighbourhood anew, one centre set down elsewhere if swap, into places
 * of bounded size; false, with nothing changed, where its coarse picture does not
 * promise to cost less.
 */
bool
DivideNeighbourhood(PlacesNeighbourhood *r, bool swap)
{
	PlacesCentres *centres = PromisingCentres(r, swap);

	if (centres == NULL)
		return false;
	AssignPoints(r, centres);
	FreeCentres(centres);
	return true;
}
