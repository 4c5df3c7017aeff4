/*
 * fill.c
 *	  Places that have become too small, or are new, get homes from around them.
 *
 * A short place takes the home that is cheapest to have, by the difference of
 * the squared distances to both centroids: one outside every place, or one of
 * a neighbour that can spare it.  Where no neighbour can, the search for an
 * augmenting path goes on breadth first to the neighbours' neighbours, and one
 * home moves along each step of the path.  A place that cannot be filled gives
 * back what it got, and the lightest of those that cannot is dissolved, which
 * may be what the others need.
 *
 * In the same way new places are opened on homes outside every place that are
 * too few by themselves.
 *
 * Not promised: that a place is filled wherever it could be.  Hulls and circles
 * only grow here, so that a place may be taken for wider than it is, never for
 * smaller; and a block may leave a place on the path short.
 *
 * The other searches for augmenting paths answer other questions: discs that do
 * not move and homes without cost (coverage/disc_set.c), sizes without a radius
 * (balanced/rounding.c), a proven optimum of homes that may be divided
 * (balanced/flow.c).
 */
#include "engine/restart/fill.h"

#include "engine/base/grid.h"

/* augmenting paths tried for one place: each brings a home or more */
#define MOST_PATHS	1000

/* with more short places, and more than that share, repair is not worth the while */
#define FEW_SHORT	4
#define MOST_SHORT	0.5

/* a place is opened on so much of the minimum at least */
#define LEAST_OUTSIDE 0.1

/* How a search reached a place. */
typedef struct PlacesFillVisit
{
	int			search;			/* number of the search */
	int			parent;			/* the place that asks this one */
	int			point;			/* for its cheapest point, */
	double		cost;			/* in homes times square metres; */
	int			spare;			/* or the cheapest that it can spare, -1: none */
	double		spare_cost;
} PlacesFillVisit;

typedef struct PlacesFill
{
	const PlacesRestart *restart;
	PlacesRules bounds;			/* the maximum is not heeded: short places take */
	int			k;
	int		   *label;
	PlacesShape *shapes;		/* of the places */
	PlacesGrid *grid;			/* of all points */
	PlacesFillVisit *visits;		/* by place */
	int			search;			/* number of the last */
	int		   *queue;			/* places reached */
	int		   *found;			/* points near one */
	int		   *moved;			/* journal: points moved for the present place, */
	int		   *from;			/* where they were, */
	int			moves;			/* and how many */
	int			room;
} PlacesFill;

/* Hull and circle stay: a place is never taken for smaller than it is. */
static void
TakeFrom(PlacesFill *f, PlacesShape *shape, int point)
{
	double		w = f->restart->points->w[point];

	shape->points--;
	shape->homes -= w;
	shape->wx -= w * f->restart->points->x[point];
	shape->wy -= w * f->restart->points->y[point];
}

static void
MoveTo(PlacesFill *f, int point, int place)
{
	if (f->label[point] >= 0)
		TakeFrom(f, &f->shapes[f->label[point]], point);
	if (place >= 0)
		AddToShape(&f->shapes[place], f->restart->points, point);
	f->label[point] = place;
}

static void
RecordMove(PlacesFill *f, int point, int place)
{
	if (f->moves == f->room)
	{
		f->room = 2 * f->room + 64;
		f->moved = HostRealloc(f->moved, sizeof(int) * f->room);
		f->from = HostRealloc(f->from, sizeof(int) * f->room);
	}
	f->moved[f->moves] = point;
	f->from[f->moves++] = f->label[point];
	MoveTo(f, point, place);
}

static double
SquareTo(const PlacesFill *f, int point, int place)
{
	double		x,
				y;

	ShapeCentre(&f->shapes[place], &x, &y);
	x -= f->restart->points->x[point];
	y -= f->restart->points->y[point];
	return x * x + y * y;
}

/*
 * Note what a point of another place would cost the place `to`; a place that is
 * new to the search joins the queue.  Returns the queue's new tail.
 */
static int
NotePoint(PlacesFill *f, int point, int to, int tail)
{
	int			from = f->label[point];
	PlacesFillVisit *visit = &f->visits[from];
	double		w = f->restart->points->w[point];
	double		cost = w * (SquareTo(f, point, to) - SquareTo(f, point, from));

	if (visit->search != f->search)
	{
		*visit = (PlacesFillVisit) {f->search, to, point, cost, -1, INFINITY};
		f->queue[tail++] = from;
	}
	if (visit->parent != to)
		return tail;
	if (cost < visit->cost)
	{
		visit->cost = cost;
		visit->point = point;
	}
	if (cost < visit->spare_cost && f->shapes[from].homes - w >= f->bounds.min_homes)
	{
		visit->spare_cost = cost;
		visit->spare = point;
	}
	return tail;
}

/*
 * Look at what the place `to` could take.  Returns the cheapest point that is
 * free to go at once, outside or spare, or -1.
 */
static int
LookAround(PlacesFill *f, int to, int *tail)
{
	const PlacesPoints *points = f->restart->points;
	const PlacesCircle *circle = &f->shapes[to].circle;
	double		diameter = 2 * f->bounds.max_radius;
	double		reach = sqrt(Max(0, diameter * diameter - circle->radius * circle->radius));
	int			count = GridPoints(f->grid, circle->x, circle->y, reach, f->found);
	int			first = *tail;
	int			best = -1;
	double		least = INFINITY;

	for (int c = 0; c < count; c++)
	{
		int			i = f->grid->origin[f->found[c]];

		if (f->restart->fixed[i] || f->label[i] == to || points->w[i] <= 0 ||
			!ShapeAdmits(&f->shapes[to], points, i, f->bounds.max_radius))
			continue;
		if (f->label[i] >= 0)
			*tail = NotePoint(f, i, to, *tail);
		else if (points->w[i] * SquareTo(f, i, to) < least)
		{
			least = points->w[i] * SquareTo(f, i, to);
			best = i;
		}
	}
	for (int q = first; q < *tail && least > 0; q++)
	{
		const PlacesFillVisit *visit = &f->visits[f->queue[q]];

		if (visit->spare >= 0 && visit->spare_cost < least)
		{
			least = visit->spare_cost;
			best = visit->spare;
		}
	}
	return best;
}

/*
 * Bring a point to the place along a path of the fewest steps; false when there is
 * none.  O(points near each place on the way).
 */
static bool
Augment(PlacesFill *f, int place)
{
	int			head = 0;
	int			tail = 1;

	f->search++;
	f->queue[0] = place;
	f->visits[place] = (PlacesFillVisit) {f->search, -1, -1, 0, -1, 0};
	while (head < tail)
	{
		int			to = f->queue[head++];
		int			point = LookAround(f, to, &tail);

		HostCheckCancel();
		if (point < 0)
			continue;
		RecordMove(f, point, to);
		for (; to != place; to = f->visits[to].parent)
			RecordMove(f, f->visits[to].point, f->visits[to].parent);
		return true;
	}
	return false;
}

/* Bring the place to the minimum; false, with the labels as they were, if that cannot be. */
static bool
FillPlace(PlacesFill *f, int place)
{
	f->moves = 0;
	for (int paths = 0; paths < MOST_PATHS && f->shapes[place].homes < f->bounds.min_homes; paths++)
		if (!Augment(f, place))
			break;
	if (f->shapes[place].homes >= f->bounds.min_homes)
		return true;
	for (; f->moves > 0; f->moves--)
		MoveTo(f, f->moved[f->moves - 1], f->from[f->moves - 1]);
	return false;
}

/* Put the free points of a place outside; those fixed to it stay, and nothing fills it any more. */
static void
Dissolve(PlacesFill *f, int place)
{
	HostCheckCancel();
	for (int i = 0; i < f->restart->points->n; i++)
		if (f->label[i] == place && !f->restart->fixed[i])
			MoveTo(f, i, -1);
	f->shapes[place].points = 0;
}

/* Is it a place that is too small, beyond its grace, and can anything be done about it? */
static bool
IsShort(const PlacesFill *f, int place)
{
	const PlacesShape *s = &f->shapes[place];

	return s->points > 0 && s->homes < LeastHomesOf(f->restart, place, f->bounds.min_homes) &&
		s->circle.radius <= f->bounds.max_radius * (1 + 1e-6);
}

/* How many of the places are short; are they few enough? */
static bool
AreRepairable(const PlacesFill *f, int *shorts)
{
	int			places = 0;

	*shorts = 0;
	for (int j = 0; j < f->k; j++)
	{
		places += f->shapes[j].points > 0;
		*shorts += IsShort(f, j);
	}
	return *shorts <= MOST_SHORT * places + FEW_SHORT;
}

/* Fill what can be filled; of what cannot, dissolve the lightest. */
static void
FillRound(PlacesFill *f)
{
	int			lightest = -1;

	for (int j = 0; j < f->k; j++)
	{
		HostCheckCancel();
		if (IsShort(f, j) && !FillPlace(f, j) &&
			(lightest < 0 || f->shapes[j].homes < f->shapes[lightest].homes))
			lightest = j;
	}
	if (lightest >= 0)
		Dissolve(f, lightest);
}

/* For places 0 .. k - 1, which are all of the labelling. */
static PlacesFill
StartFill(const PlacesRestart *r, PlacesRules bounds, int k, int *label)
{
	const PlacesPoints *points = r->points;
	PlacesFill	f = {.restart = r, .bounds = bounds, .k = k, .label = label};

	Assert(CountLabels(points->n, label) <= k);
	f.shapes = MeasureShapes(points, label, k);
	f.grid = BuildGrid(points->n, points->x, points->y, points->w, bounds.max_radius / 8);
	f.visits = HostNewZero(PlacesFillVisit, k);
	f.queue = HostNew(int, k);
	f.found = HostNew(int, points->n);
	f.room = 64;
	f.moved = HostNew(int, f.room);
	f.from = HostNew(int, f.room);
	return f;
}

/* Has every place the homes that are counted for it? */
static void
AssertCheckFill(const PlacesFill *f)
{
#ifdef PLACES_ASSERTS
	double	   *homes = HostNewZero(double, f->k);

	for (int i = 0; i < f->restart->points->n; i++)
		if (f->label[i] >= 0)
			homes[f->label[i]] += f->restart->points->w[i];
	for (int j = 0; j < f->k; j++)
	{
		HostCheckCancel();
		Assert(fabs(homes[j] - f->shapes[j].homes) <= SIZE_ROUNDING * f->restart->points->homes);
	}
	HostFree(homes);
#else
	(void) f;
#endif
}

static void
EndFill(PlacesFill *f)
{
	AssertCheckFill(f);
	FreeShapes(f->shapes, f->k);
	FreeGrid(f->grid);
	HostFree(f->visits);
	HostFree(f->queue);
	HostFree(f->found);
	HostFree(f->moved);
	HostFree(f->from);
}

/* Fill the incumbent's places that have fewer homes than the minimum, or dissolve them. */
void
FillShortPlaces(const PlacesRestart *r, PlacesRules bounds, int *label)
{
	PlacesFill	f = StartFill(r, bounds, r->incumbent->places, label);
	int			shorts;

	if (AreRepairable(&f, &shorts))
		/* a step may leave a place on the way short, hence a few rounds more */
		for (int round = 2 * shorts + 2; shorts > 0 && round > 0; round--)
		{
			FillRound(&f);
			AreRepairable(&f, &shorts);
		}
	EndFill(&f);
}

/* Homes of each place from scratch that are outside so far. */
static double *
CountOutside(const PlacesRestart *r, const int *resolved, int resolved_k, const int *label)
{
	double	   *outside = HostNewZero(double, resolved_k);

	for (int i = 0; i < r->points->n; i++)
		if (resolved[i] >= r->incumbent->places && label[i] < 0 && !r->fixed[i])
			outside[resolved[i]] += r->points->w[i];
	return outside;
}

/* Open place `to` on what is outside of a place from scratch; false if it cannot be filled. */
static bool
OpenPlace(PlacesFill *f, const int *resolved, int from, int to)
{
	const PlacesPoints *points = f->restart->points;

	for (int i = 0; i < points->n; i++)
		if (resolved[i] == from && f->label[i] < 0 && !f->restart->fixed[i])
			MoveTo(f, i, to);
	if (FillPlace(f, to))
		return true;
	Dissolve(f, to);
	return false;
}

/*
 * Open places where the solution from scratch has some and much is outside, most
 * first, until `wanted` homes more are in places.  Their labels come after all
 * others.
 */
void
OpenPlaces(const PlacesRestart *r, PlacesRules bounds, double wanted, const int *resolved,
		   int *label)
{
	int			k = Max(CountLabels(r->points->n, label), r->incumbent->places);
	int			resolved_k = CountLabels(r->points->n, resolved);
	PlacesFill	f = StartFill(r, bounds, k + resolved_k, label);
	double	   *outside = CountOutside(r, resolved, resolved_k, label);

	for (int tries = 0; tries < resolved_k && wanted > 0; tries++)
	{
		int			most = 0;

		HostCheckCancel();
		for (int j = 1; j < resolved_k; j++)
			if (outside[j] > outside[most])
				most = j;
		if (outside[most] < LEAST_OUTSIDE * bounds.min_homes)
			break;
		if (OpenPlace(&f, resolved, most, k + most))
			wanted -= outside[most];
		outside[most] = 0;
	}
	HostFree(outside);
	EndFill(&f);
}
