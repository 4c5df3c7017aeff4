/*
 * negative_cycles.c
 *	  Exchange homes along cycles of places until that makes none of them more
 *	  compact.
 *
 * A place near the minimum cannot give homes to a neighbour, though several
 * moves together would make all of the places more compact.  With centroids and
 * circles held, dividing the homes is a minimum cost flow on the graph of places:
 * a residual arc costs what the cheapest homes cost to move to the neighbour, and
 * one more node, the slack, stands for the room that a place has above the
 * minimum and below the maximum.  Negative cycles are cancelled (Klein, 1967;
 * found by Bellman-Ford, as the graph is small), a batch of points for each arc at
 * first (residual_arcs.c), single points at last; then centroids and circles
 * follow, and all is repeated.
 *
 * Points are not cut, so the amounts along a cycle differ a little; a cycle is
 * cancelled when bounds and cost still hold, otherwise its arcs are shut until one
 * of their ends changes.  Places outside their bounds are brought nearer to them,
 * whatever that costs; those within stay within.
 */
#include "engine/coverage/negative_cycles.h"

#include "engine/coverage/residual_arcs.h"

#define ROUNDS 4

/* Arcs looked at in one exchange, after which it is left as it stands. */
#define MAX_RELAXED 5e7

typedef struct PlacesCycleSearch
{
	PlacesDivision *division;
	int			slack;			/* number of the node after the places */
	PlacesResidualArcs arcs;
	double		penalty;		/* per squared deviation from the target */
	double		violation_price;	/* per home outside the bounds, above all else */
	double	   *distance;		/* per node */
	int		   *parent;			/* node before, and the arc from it */
	int		   *by;
	int		   *mark;
	double		relaxed;		/* arcs looked at so far */
	int		   *cycle;			/* nodes of the cycle, in order of the flow */
	int			length;
} PlacesCycleSearch;

/* Homes outside the bounds in a place of that size. */
static double
BoundViolation(const PlacesDivision *division, double homes)
{
	return fmax(0, fmax(division->rules.min_homes - homes, homes - division->rules.max_homes));
}

/* What one home less (sign -1) or more costs the place for its size. */
static double
SizePrice(const PlacesCycleSearch *c, int place, double sign)
{
	double		homes = c->division->place[place].homes;
	double		price = 2 * sign * c->penalty * (homes - c->division->rules.target_homes) + c->penalty;

	if (sign > 0 ? homes < c->division->rules.min_homes : homes > c->division->rules.max_homes)
		price -= c->violation_price;
	return price;
}

static bool
Relax(PlacesCycleSearch *c, int from, int to, double cost, int by)
{
	if (c->distance[from] + cost >= c->distance[to] - 1e-7 * fabs(cost) - 1e-9)
		return false;
	c->distance[to] = c->distance[from] + cost;
	c->parent[to] = from;
	c->by[to] = by;
	return true;
}

/* One pass of Bellman-Ford over all arcs; false when nothing got cheaper. */
static bool
RelaxAll(PlacesCycleSearch *c)
{
	PlacesDivision *division = c->division;
	bool		changed = false;

	c->relaxed += c->arcs.first[c->slack];
	for (int a = 0; a < c->slack; a++)
	{
		for (int i = c->arcs.first[a]; i < c->arcs.first[a + 1]; i++)
			changed |= Relax(c, a, c->arcs.link[i].to, c->arcs.link[i].cost, i);
		if (division->place[a].homes < division->rules.max_homes)
			changed |= Relax(c, a, c->slack, SizePrice(c, a, 1), -1);
	}
	for (int a = 0; a < c->slack; a++)
	{
		if (division->place[a].homes > division->rules.min_homes)
			changed |= Relax(c, c->slack, a, SizePrice(c, a, -1), -1);
	}
	return changed;
}

/* A cycle among the parents, into cycle in the order of the flow. */
static bool
CycleOfParents(PlacesCycleSearch *c)
{
	int			node;

	for (int i = 0; i <= c->slack; i++)
		c->mark[i] = -1;
	for (int i = 0; i <= c->slack; i++)
	{
		for (node = i; node >= 0 && c->mark[node] < 0; node = c->parent[node])
			c->mark[node] = i;
		if (node >= 0 && c->mark[node] == i)
		{
			int			start = node;
			int			low = 0;

			c->length = 0;
			do
			{
				c->cycle[c->length++] = node;
				node = c->parent[node];
			} while (node != start);
			for (int high = c->length - 1; low < high; low++, high--)
			{
				int			t = c->cycle[low];

				c->cycle[low] = c->cycle[high];
				c->cycle[high] = t;
			}
			return true;
		}
	}
	return false;
}

static bool
FindCycle(PlacesCycleSearch *c)
{
	for (int i = 0; i <= c->slack; i++)
	{
		c->distance[i] = 0;
		c->parent[i] = -1;
		c->by[i] = -1;
	}
	for (int pass = 0; pass <= c->slack + 1; pass++)
	{
		HostCheckCancel();
		if (!RelaxAll(c))
			return false;
		if (CycleOfParents(c))
			return true;
	}
	return false;
}

/* The arc by which the flow enters the cycle's i-th node, or -1. */
static int
ArcInto(const PlacesCycleSearch *c, int i)
{
	return c->by[c->cycle[i]];
}

/* The node before the cycle's i-th. */
static int
NodeBefore(const PlacesCycleSearch *c, int i)
{
	return c->cycle[i > 0 ? i - 1 : c->length - 1];
}

/* The homes that every arc of the cycle can bring. */
static double
LeastHomes(const PlacesCycleSearch *c)
{
	double		least = INFINITY;

	for (int i = 0; i < c->length; i++)
	{
		if (ArcInto(c, i) >= 0)
			least = fmin(least, c->arcs.arc[ArcInto(c, i)].homes);
	}
	return least;
}

/*
 * What the cycle costs with that many homes, sizes included; INFINITY when a
 * place would break its bounds.
 */
static double
CycleCost(const PlacesCycleSearch *c, double homes)
{
	const PlacesDivision *division = c->division;
	double		cost = 0;

	for (int i = 0; i < c->length; i++)
	{
		int			node = c->cycle[i];
		int			into = ArcInto(c, i);
		int			from = ArcInto(c, (i + 1) % c->length);
		double		gain = 0;
		double		loss = 0;
		double		was;
		double		is;
		int			count;

		if (node == c->slack)
			continue;
		if (into >= 0)
		{
			count = PointsFor(&c->arcs, &c->arcs.arc[into], homes, &gain);
			for (int j = 0; j < count; j++)
				cost += division->grid->w[c->arcs.arc[into].point[j]] * c->arcs.arc[into].key[j];
		}
		if (from >= 0)
			(void) PointsFor(&c->arcs, &c->arcs.arc[from], homes, &loss);
		was = division->place[node].homes;
		is = was + gain - loss;
		if (BoundViolation(division, is) > BoundViolation(division, was))
			return INFINITY;
		cost += c->violation_price * (BoundViolation(division, is) - BoundViolation(division, was));
		was -= division->rules.target_homes;
		is -= division->rules.target_homes;
		cost += c->penalty * (is * is - was * was);
	}
	return cost;
}

/* Move homes along the cycle if that helps; otherwise shut its arcs. */
static bool
CancelCycle(PlacesCycleSearch *c)
{
	double		homes = LeastHomes(c);

	while (homes > 0 && !(CycleCost(c, homes) < -1e-6))
	{
		if (homes <= 1)
			homes = 0;
		else
			homes = floor(homes / 2);
	}
	c->arcs.moves = 0;
	for (int i = 0; i < c->length; i++)
	{
		int			arc = ArcInto(c, i);

		if (arc < 0)
			continue;
		if (homes > 0)
			MoveAlong(&c->arcs, NodeBefore(c, i), arc, homes);
		else
			c->arcs.link[arc].cost = INFINITY;
	}
	for (int i = 0; i < c->length && homes > 0; i++)
	{
		if (c->cycle[i] != c->slack)
			UpdateArcs(&c->arcs, c->cycle[i]);
	}
	return homes > 0;
}

static bool
CycleRound(PlacesCycleSearch *c)
{
	PlacesDivision *division = c->division;
	static const int batches[] = {MOST_BATCH, 4, 1};
	double		spread = 0;
	double		homes = 0;
	bool		changed = false;

	for (int i = 0; i < c->slack; i++)
	{
		spread += division->place[i].spread;
		homes += division->place[i].homes;
	}
	c->penalty = SizePenalty(spread, homes, division->rules.target_homes);
	c->violation_price = 64 * division->rules.max_radius * division->rules.max_radius;
	LinkDrafts(&c->arcs);
	for (int b = 0; b < 3; b++)
	{
		int			cycles = 0;

		SetBatch(&c->arcs, batches[b]);
		while (cycles++ < 40 * c->slack && c->relaxed < MAX_RELAXED && FindCycle(c))
		{
			HostCheckCancel();
			changed |= CancelCycle(c);
		}
	}
	for (int i = 0; i < c->slack; i++)
		MeasureDraft(division, i);
	return changed;
}

/*
 * Exchange homes along negative cycles until none is left or the limits on rounds, cycles and relaxations are met.
 * Places have been measured, and are again afterwards; none gets farther outside its
 * bounds, every circle holds its points.
 */
void
CancelNegativeCycles(PlacesDivision *division)
{
	PlacesCycleSearch c;
	int			n = division->places;

	if (n < 2)
		return;
	memset(&c, 0, sizeof(c));
	c.division = division;
	c.slack = n;
	c.arcs = NewResidualArcs(division);
	c.distance = HostNew(double, n + 1);
	c.parent = HostNew(int, n + 1);
	c.by = HostNew(int, n + 1);
	c.mark = HostNew(int, n + 1);
	c.cycle = HostNew(int, n + 1);
	for (int round = 0; round < ROUNDS; round++)
	{
		if (!CycleRound(&c))
			break;
	}
	FreeResidualArcs(&c.arcs);
	HostFree(c.distance);
	HostFree(c.parent);
	HostFree(c.by);
	HostFree(c.mark);
	HostFree(c.cycle);
}
