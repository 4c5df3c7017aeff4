/*
 * coverage_chain.c
 *	  Exchange homes along chains of places, where pairs are at their bounds.
 *
 * Places near the minimum cannot give homes to a neighbour, though a ring or
 * a chain of exchanges would make all of them more compact.  With centroids
 * and circles held, dividing the homes is a minimum cost flow on the graph of
 * places: an arc costs what the cheapest homes cost to move to the neighbour,
 * and one more node, the pool, stands for the room that a place has above the
 * minimum and below the maximum.  Negative cycles are cancelled (Bellman-Ford
 * on the graph of places, which is small), a batch of points for each arc at
 * first, single points at last; then centroids and circles follow, and all is
 * repeated.  Each arc knows the points that are cheapest to move along it, so
 * that a place is only searched again when these have been used up.
 *
 * Points are not cut, so the amounts along a cycle differ a little; a cycle
 * is carried out when bounds and cost still hold, otherwise its arcs rest
 * until one of their ends changes.
 */
#include "coverage_divide.h"

#define BATCH 16
#define ROUNDS 4

/* Arcs looked at in one exchange, after which it is left as it stands. */
#define MAX_RELAXED 5e7

/* The points that are cheapest to move along an arc. */
typedef struct CoverageArc
{
	int			known;
	int			point[BATCH];
	double		key[BATCH];		/* their costs per home, ascending */
	double		limit;			/* no point that is not known costs less */
	int			count;			/* the first of them, that it brings now */
	double		homes;
} CoverageArc;

/* What the search for cycles sees of it, close together. */
typedef struct CoverageLink
{
	int			to;
	double		cost;			/* per home, of all points; INFINITY: at rest */
} CoverageLink;

/* The points of one place that have homes, in the order of its list. */
typedef struct CoverageLoad
{
	int			count;
	int		   *point;
	double	   *x;
	double	   *y;
	double	   *square;			/* of the distance to the place's centroid */
} CoverageLoad;

typedef struct CoverageChains
{
	CoverageDivision *division;
	int			pool;			/* number of the node after the places */
	int		   *first_arc;		/* of each place; places + 1 values */
	CoverageArc *arc;
	CoverageLink *link;			/* of each arc */
	CoverageLoad load;			/* scratch */
	int			batch;			/* points to an arc in this pass */
	double		penalty;		/* per squared deviation from the target */
	double		misfit_price;	/* per home outside the bounds, above all else */
	double	   *distance;		/* per node */
	int		   *parent;			/* node before, and the arc from it */
	int		   *by;
	int		   *mark;
	double		relaxed;		/* arcs looked at so far */
	int		   *cycle;			/* nodes of the cycle, in order of the flow */
	int			length;
	int		   *moved;			/* points that have moved along it */
	int			moves;
} CoverageChains;

/* Homes outside the bounds in a place of that size. */
static double
Misfit(const CoverageDivision *division, double homes)
{
	return fmax(0, fmax(division->min_homes - homes, homes - division->max_homes));
}

/* What one home less (sign -1) or more costs the place for its size. */
static double
SizePrice(const CoverageChains *c, int place, double sign)
{
	double		homes = c->division->place[place].homes;
	double		price = 2 * sign * c->penalty * (homes - c->division->target_homes) + c->penalty;

	if (sign > 0 ? homes < c->division->min_homes : homes > c->division->max_homes)
		price -= c->misfit_price;
	return price;
}

static inline double
SquareTo(double x, double y, double to_x, double to_y)
{
	double		dx = x - to_x;
	double		dy = y - to_y;

	return dx * dx + dy * dy;
}

/* Collects the points of the place that may move. */
static void
GatherLoad(CoverageChains *c, int from)
{
	const CoverageDivision *division = c->division;
	const CoverageGrid *grid = division->grid;
	const CoveragePlace *place = &division->place[from];
	CoverageLoad *load = &c->load;
	int			p;

	load->count = 0;
	for (p = place->first; p >= 0; p = division->next[p])
	{
		if (grid->w[p] <= 0)
			continue;
		load->point[load->count] = p;
		load->x[load->count] = grid->x[p];
		load->y[load->count] = grid->y[p];
		load->square[load->count++] = SquareTo(grid->x[p], grid->y[p], place->x, place->y);
	}
}

/* Adds a point that costs less than the arc's limit. */
static void
AddPoint(CoverageArc *arc, int point, double key)
{
	int			i = arc->known < BATCH ? arc->known++ : BATCH - 1;

	for (; i > 0 && arc->key[i - 1] > key; i--)
	{
		arc->key[i] = arc->key[i - 1];
		arc->point[i] = arc->point[i - 1];
	}
	arc->key[i] = key;
	arc->point[i] = point;
	if (arc->known == BATCH)
		arc->limit = arc->key[BATCH - 1];
}

/* Finds the points of the load that are cheapest to move along the arc. */
static void
ChoosePoints(const CoverageChains *c, CoverageArc *arc, int to)
{
	const CoverageLoad *load = &c->load;
	const CoveragePlace *place = &c->division->place[to];
	double		square = c->division->radius * c->division->radius;
	int			i;

	arc->known = 0;
	arc->limit = INFINITY;
	for (i = 0; i < load->count; i++)
	{
		double		key = SquareTo(load->x[i], load->y[i], place->x, place->y) - load->square[i];

		if (key < arc->limit &&
			SquareTo(load->x[i], load->y[i], place->circle_x, place->circle_y) <= square)
			AddPoint(arc, load->point[i], key);
	}
}

/*
 * Brings the arc up to date after points have moved; false when too few are
 * left of those known.
 */
static bool
MendArc(const CoverageChains *c, int from, CoverageArc *arc, int to)
{
	const CoverageDivision *division = c->division;
	const CoveragePlace *a = &division->place[from];
	const CoveragePlace *b = &division->place[to];
	int			known = arc->known;
	int			i;

	arc->known = 0;
	for (i = 0; i < known; i++)
	{
		if (division->owner[arc->point[i]] != from)
			continue;
		arc->point[arc->known] = arc->point[i];
		arc->key[arc->known++] = arc->key[i];
	}
	for (i = 0; i < c->moves; i++)
	{
		int			p = c->moved[i];
		double		x = division->grid->x[p];
		double		y = division->grid->y[p];
		double		key = SquareTo(x, y, b->x, b->y) - SquareTo(x, y, a->x, a->y);

		if (division->owner[p] == from && key < arc->limit &&
			SquareTo(x, y, b->circle_x, b->circle_y) <= division->radius * division->radius)
			AddPoint(arc, p, key);
	}
	return arc->known >= c->batch || isinf(arc->limit);
}

/* Sums up at most a batch of what the arc has. */
static void
PriceArc(CoverageChains *c, int which)
{
	CoverageArc *arc = &c->arc[which];
	double		cost = 0;
	int			i;

	arc->count = Min(arc->known, c->batch);
	arc->homes = 0;
	for (i = 0; i < arc->count; i++)
	{
		double		w = c->division->grid->w[arc->point[i]];

		arc->homes += w;
		cost += w * arc->key[i];
	}
	c->link[which].cost = arc->count > 0 ? cost / arc->homes : INFINITY;
}

static void
LoadPlace(CoverageChains *c, int place)
{
	int			i;

	HostCheckCancel();
	GatherLoad(c, place);
	for (i = c->first_arc[place]; i < c->first_arc[place + 1]; i++)
		ChoosePoints(c, &c->arc[i], c->link[i].to);
}

/* The same for a place of the cycle along which points have moved. */
static void
MendPlace(CoverageChains *c, int place)
{
	bool		gathered = false;
	int			i;

	for (i = c->first_arc[place]; i < c->first_arc[place + 1]; i++)
	{
		if (!MendArc(c, place, &c->arc[i], c->link[i].to))
		{
			if (!gathered)
				GatherLoad(c, place);
			gathered = true;
			ChoosePoints(c, &c->arc[i], c->link[i].to);
		}
		PriceArc(c, i);
	}
}

static bool
Relax(CoverageChains *c, int from, int to, double cost, int by)
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
RelaxAll(CoverageChains *c)
{
	CoverageDivision *division = c->division;
	bool		changed = false;
	int			a;
	int			i;

	c->relaxed += c->first_arc[c->pool];
	for (a = 0; a < c->pool; a++)
	{
		for (i = c->first_arc[a]; i < c->first_arc[a + 1]; i++)
			changed |= Relax(c, a, c->link[i].to, c->link[i].cost, i);
		if (division->place[a].homes < division->max_homes)
			changed |= Relax(c, a, c->pool, SizePrice(c, a, 1), -1);
	}
	for (a = 0; a < c->pool; a++)
	{
		if (division->place[a].homes > division->min_homes)
			changed |= Relax(c, c->pool, a, SizePrice(c, a, -1), -1);
	}
	return changed;
}

/* A cycle among the parents, into cycle in the order of the flow. */
static bool
CycleOfParents(CoverageChains *c)
{
	int			node;
	int			i;

	for (i = 0; i <= c->pool; i++)
		c->mark[i] = -1;
	for (i = 0; i <= c->pool; i++)
	{
		for (node = i; node >= 0 && c->mark[node] < 0; node = c->parent[node])
			c->mark[node] = i;
		if (node >= 0 && c->mark[node] == i)
		{
			int			start = node;
			int			low = 0;
			int			high;

			c->length = 0;
			do
			{
				c->cycle[c->length++] = node;
				node = c->parent[node];
			} while (node != start);
			for (high = c->length - 1; low < high; low++, high--)
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
FindCycle(CoverageChains *c)
{
	int			pass;
	int			i;

	for (i = 0; i <= c->pool; i++)
	{
		c->distance[i] = 0;
		c->parent[i] = -1;
		c->by[i] = -1;
	}
	for (pass = 0; pass <= c->pool + 1; pass++)
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
ArcInto(const CoverageChains *c, int i)
{
	return c->by[c->cycle[i]];
}

/* The node before the cycle's i-th. */
static int
NodeBefore(const CoverageChains *c, int i)
{
	return c->cycle[i > 0 ? i - 1 : c->length - 1];
}

/* How many of the arc's points make up at most "homes", but at least one. */
static int
PointsFor(const CoverageChains *c, const CoverageArc *arc, double homes, double *sum)
{
	int			i;

	*sum = c->division->grid->w[arc->point[0]];
	for (i = 1; i < arc->count && *sum + c->division->grid->w[arc->point[i]] <= homes; i++)
		*sum += c->division->grid->w[arc->point[i]];
	return i;
}

/* The homes that every arc of the cycle can bring. */
static double
LeastHomes(const CoverageChains *c)
{
	double		least = INFINITY;
	int			i;

	for (i = 0; i < c->length; i++)
	{
		if (ArcInto(c, i) >= 0)
			least = fmin(least, c->arc[ArcInto(c, i)].homes);
	}
	return least;
}

/*
 * What the cycle costs with that many homes, sizes included; INFINITY when a
 * place would break its bounds.
 */
static double
CycleCost(const CoverageChains *c, double homes)
{
	const CoverageDivision *division = c->division;
	double		cost = 0;
	int			i;

	for (i = 0; i < c->length; i++)
	{
		int			node = c->cycle[i];
		int			into = ArcInto(c, i);
		int			from = ArcInto(c, (i + 1) % c->length);
		double		gain = 0;
		double		loss = 0;
		double		was;
		double		is;
		int			count;

		if (node == c->pool)
			continue;
		if (into >= 0)
		{
			int			j;

			count = PointsFor(c, &c->arc[into], homes, &gain);
			for (j = 0; j < count; j++)
				cost += division->grid->w[c->arc[into].point[j]] * c->arc[into].key[j];
		}
		if (from >= 0)
			(void) PointsFor(c, &c->arc[from], homes, &loss);
		was = division->place[node].homes;
		is = was + gain - loss;
		if (Misfit(division, is) > Misfit(division, was))
			return INFINITY;
		cost += c->misfit_price * (Misfit(division, is) - Misfit(division, was));
		was -= division->target_homes;
		is -= division->target_homes;
		cost += c->penalty * (is * is - was * was);
	}
	return cost;
}

/* Takes out of the place's list the points that have got another owner. */
static void
Unlink(CoverageDivision *division, int place)
{
	int		   *link = &division->place[place].first;

	while (*link >= 0)
	{
		if (division->owner[*link] == place)
			link = &division->next[*link];
		else
			*link = division->next[*link];
	}
}

/* Moves the points of the arc that make up the homes. */
static void
CarryOut(CoverageChains *c, int from, int which, double homes)
{
	CoverageDivision *division = c->division;
	const CoverageArc *arc = &c->arc[which];
	int			to = c->link[which].to;
	double		sum;
	int			count = PointsFor(c, arc, homes, &sum);
	int			i;

	for (i = 0; i < count; i++)
	{
		division->owner[arc->point[i]] = to;
		c->moved[c->moves++] = arc->point[i];
	}
	Unlink(division, from);
	for (i = 0; i < count; i++)
	{
		division->next[arc->point[i]] = division->place[to].first;
		division->place[to].first = arc->point[i];
	}
	division->place[from].homes -= sum;
	division->place[to].homes += sum;
}

/* Carries the cycle out if it helps; otherwise its arcs rest. */
static bool
CancelCycle(CoverageChains *c)
{
	double		homes = LeastHomes(c);
	int			i;

	while (homes > 0 && !(CycleCost(c, homes) < -1e-6))
	{
		if (homes <= 1)
			homes = 0;
		else
			homes = floor(homes / 2);
	}
	c->moves = 0;
	for (i = 0; i < c->length; i++)
	{
		int			arc = ArcInto(c, i);

		if (arc < 0)
			continue;
		if (homes > 0)
			CarryOut(c, NodeBefore(c, i), arc, homes);
		else
			c->link[arc].cost = INFINITY;
	}
	for (i = 0; i < c->length && homes > 0; i++)
	{
		if (c->cycle[i] != c->pool)
			MendPlace(c, c->cycle[i]);
	}
	return homes > 0;
}

/* Arcs to the neighbours; returns how many. */
static void
BuildArcs(CoverageChains *c)
{
	CoverageDivision *division = c->division;
	CoverageGrid *centres = CoverageGridOfCentres(division);
	int		   *found = HostNew(int, division->places);
	int			neighbour[COVERAGE_NEIGHBOURS];
	int			a;
	int			i;

	c->first_arc[0] = 0;
	for (a = 0; a < c->pool; a++)
	{
		int			count = CoverageNeighbours(centres, division->place[a].x,
											   division->place[a].y, a, found, neighbour);

		c->first_arc[a + 1] = c->first_arc[a] + count;
		for (i = 0; i < count; i++)
			c->link[c->first_arc[a] + i].to = neighbour[i];
	}
	HostFree(found);
	CoverageGridFree(centres);
}

static bool
ChainRound(CoverageChains *c)
{
	CoverageDivision *division = c->division;
	static const int batches[] = {BATCH, 4, 1};
	double		spread = 0;
	double		homes = 0;
	bool		changed = false;
	int			b;
	int			i;

	for (i = 0; i < c->pool; i++)
	{
		spread += division->place[i].spread;
		homes += division->place[i].homes;
	}
	c->penalty = COVERAGE_SIZE_PENALTY * spread / homes / division->target_homes;
	c->misfit_price = 64 * division->radius * division->radius;
	BuildArcs(c);
	for (i = 0; i < c->pool; i++)
		LoadPlace(c, i);
	for (b = 0; b < 3; b++)
	{
		int			cycles = 0;

		c->batch = batches[b];
		for (i = 0; i < c->first_arc[c->pool]; i++)
			PriceArc(c, i);
		while (cycles++ < 40 * c->pool && c->relaxed < MAX_RELAXED && FindCycle(c))
		{
			HostCheckCancel();
			changed |= CancelCycle(c);
		}
	}
	for (i = 0; i < c->pool; i++)
		CoverageMeasure(division, i);
	return changed;
}

/* Exchanges homes along chains until that helps no more. */
void
CoverageExchange(CoverageDivision *division)
{
	CoverageChains c;
	int			n = division->places;
	int			points = 0;
	int			round;
	int			i;

	if (n < 2)
		return;
	memset(&c, 0, sizeof(c));
	c.division = division;
	c.pool = n;
	c.first_arc = HostNew(int, n + 1);
	c.arc = HostNew(CoverageArc, (size_t) n * COVERAGE_NEIGHBOURS);
	c.link = HostNew(CoverageLink, (size_t) n * COVERAGE_NEIGHBOURS);
	for (i = 0; i < n; i++)
		points += division->place[i].points;
	c.load.point = HostNew(int, points);
	c.load.x = HostNew(double, points);
	c.load.y = HostNew(double, points);
	c.load.square = HostNew(double, points);
	c.distance = HostNew(double, n + 1);
	c.parent = HostNew(int, n + 1);
	c.by = HostNew(int, n + 1);
	c.mark = HostNew(int, n + 1);
	c.cycle = HostNew(int, n + 1);
	c.moved = HostNew(int, (size_t) n * BATCH);
	for (round = 0; round < ROUNDS; round++)
	{
		if (!ChainRound(&c))
			break;
	}
	HostFree(c.first_arc);
	HostFree(c.arc);
	HostFree(c.link);
	HostFree(c.load.point);
	HostFree(c.load.x);
	HostFree(c.load.y);
	HostFree(c.load.square);
	HostFree(c.distance);
	HostFree(c.parent);
	HostFree(c.by);
	HostFree(c.mark);
	HostFree(c.cycle);
	HostFree(c.moved);
}
