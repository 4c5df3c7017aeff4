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
#define ALTERNATIONS 8

/* A trial whose cost is not so near to what is wanted after a few rounds is given up. */
#define FIRST_ALTERNATIONS 2
#define HOPE 1.02
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

/* List the points of the places that were chosen. */
void
ListPoints(PlacesNeighbourhood *r)
{
	HostCheckCancel();
	r->points = 0;
	for (int i = 0; i < r->places; i++)
	{
		r->start[i] = r->points;
		for (int p = r->before[i].first; p >= 0; p = r->division->next[p])
		{
			r->point[r->points] = p;
			r->owner[r->points] = i;
			r->next[r->points++] = r->division->next[p];
		}
	}
	r->start[r->places] = r->points;
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

/* A place of the neighbourhood becomes the last of those chosen. */
static void
ChooseLast(PlacesNeighbourhood *r, int which)
{
	int			last = r->places - 1;
	int			chosen = r->chosen[which];
	PlacesDraft before = r->before[which];

	r->chosen[which] = r->chosen[last];
	r->before[which] = r->before[last];
	r->chosen[last] = chosen;
	r->before[last] = before;
	ListPoints(r);
}

/* The places' centroids, one of them moved, added or left out. */
static PlacesCentres *
TrialCentres(PlacesNeighbourhood *r, const PlacesPoints *points, PlacesMove move)
{
	PlacesCentres *centres = NewCentres(r->part.places);
	int			kept = Min(r->places, centres->k);
	int			drawn;

	for (int i = 0; i < kept; i++)
	{
		centres->x[i] = r->before[i].x;
		centres->y[i] = r->before[i].y;
	}
	r->swapped = -1;
	if (move != CENTRE_MOVED && move != CENTRE_ADDED)
		return centres;
	if (move == CENTRE_MOVED)
		r->swapped = (int) (DrawUniform(&r->draw) * centres->k);
	else
	{
		r->swapped = kept;
		centres->x[kept] = centres->y[kept] = INFINITY; /* not there yet */
	}
	drawn = DrawPoint(r, points, centres, r->swapped);
	centres->x[r->swapped] = points->x[drawn];
	centres->y[r->swapped] = points->y[drawn];
	return centres;
}

/* The cells of all places, in the order of the places. */
static PlacesPoints
AllCells(PlacesNeighbourhood *r)
{
	PlacesPoints all = {0};

	for (int i = 0; i < r->places; i++)
		all.n += CellsOfPlace(r, i)->n;
	all.x = HostNew(double, all.n);
	all.y = HostNew(double, all.n);
	all.w = HostNew(double, all.n);
	all.n = 0;
	for (int i = 0; i < r->places; i++)
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

	for (int i = 0; i < r->places; i++)
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
 * Centres that cost less than wanted on the coarse picture, what is within its cells
 * being the same before and after, or NULL.
 */
static PlacesCentres *
PromisingCentres(PlacesNeighbourhood *r, PlacesMove move, double wanted)
{
	PlacesDivision *part = &r->part;
	PlacesPoints cells = AllCells(r);
	PlacesCentres *centres = TrialCentres(r, &cells, move);
	PlacesKdTree *tree = BuildKdTree(&cells);
	double		within = CostOf(r, r->before, r->places) - CellCostBefore(r);
	bool		better = true;

	for (int stage = 0; stage <= 1 && better; stage++)
	{
		PlacesFlow *flow = AlternateFlow(tree, centres, part->rules.min_homes, part->rules.max_homes,
										 stage ? ALTERNATIONS : FIRST_ALTERNATIONS,
										 ALTERNATION_GAIN, false);

		better = SettleCentres(r, tree, flow, centres) < (stage ? 1 : HOPE) * (wanted - within);
		FreeFlow(flow);
	}
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
 * Divide the neighbourhood anew into places of bounded size; false, with nothing
 * changed, where its coarse picture does not promise to cost less than wanted.
 */
bool
DivideNeighbourhood(PlacesNeighbourhood *r, PlacesMove move, double wanted)
{
	PlacesCentres *centres;

	r->part.places = r->places + (move == CENTRE_ADDED) - (move == CENTRE_GONE);
	if (move == CENTRE_GONE)
		ChooseLast(r, (int) (DrawUniform(&r->draw) * r->places));
	centres = PromisingCentres(r, move, wanted);
	if (centres == NULL)
		return false;
	AssignPoints(r, centres);
	FreeCentres(centres);
	return true;
}
