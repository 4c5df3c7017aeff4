/*
 * fill.c
 *	  Places that have become too small get homes from around them.
 *
 * A short place takes the home that is cheapest to have, by the difference of
 * the squared distances to both centroids: one outside every place, or one of
 * a neighbour that can spare it.  Where no neighbour can, the search goes on
 * breadth first to the neighbours' neighbours, and one home moves along each
 * step of the way.  A place that cannot be filled gives back what it got, and
 * the lightest of those that cannot is dissolved, which may be what the others
 * need.
 *
 * In the same way places are founded on homes outside every place that are too
 * few by themselves.  Hulls only grow here, which errs on the safe side.
 */
#include "engine/base/grid.h"
#include "engine/restart/restart.h"

/* ways tried for one place: each brings a home or more */
#define MOST_WAYS	1000

/* with more short places, and more than that share, they are not worth mending */
#define FEW_SHORT	4
#define MOST_SHORT	0.5

/* a place is founded on so much of the minimum at least */
#define LEAST_OUTSIDE 0.1

/* Where a search came by, by place. */
typedef struct PlacesStop
{
	int			seen;			/* number of the search that reached it */
	int			parent;			/* the place that asks this one */
	int			point;			/* for its cheapest point, */
	double		cost;
	int			spare;			/* or the cheapest that it can spare, -1: none */
	double		spare_cost;
} PlacesStop;

typedef struct PlacesFill
{
	const PlacesWarm *w;
	double		least;
	double		radius;
	int			k;
	int		   *label;
	PlacesShape *shapes;		/* of the places */
	PlacesGrid *grid;			/* of all points */
	PlacesStop *stops;
	int			search;			/* number of the last */
	int		   *queue;			/* places reached */
	int		   *found;			/* points near one */
	int		   *moved;			/* journal: points moved for the present place, */
	int		   *from;			/* where they were, */
	int			moves;			/* and how many */
	int			room;
} PlacesFill;

/* A place is never taken for smaller than it is: hull and circle stay. */
static void
TakeFrom(PlacesFill *f, PlacesShape *shape, int point)
{
	double		w = f->w->points->w[point];

	shape->points--;
	shape->homes -= w;
	shape->wx -= w * f->w->points->x[point];
	shape->wy -= w * f->w->points->y[point];
}

static void
MoveTo(PlacesFill *f, int point, int place)
{
	if (f->label[point] >= 0)
		TakeFrom(f, &f->shapes[f->label[point]], point);
	if (place >= 0)
		AddToShape(&f->shapes[place], f->w->points, point);
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
	x -= f->w->points->x[point];
	y -= f->w->points->y[point];
	return x * x + y * y;
}

/* Note what a point of another place would cost; new places join the queue. */
static int
NotePoint(PlacesFill *f, int point, int to, int tail)
{
	int			from = f->label[point];
	PlacesStop *stop = &f->stops[from];
	double		w = f->w->points->w[point];
	double		cost = w * (SquareTo(f, point, to) - SquareTo(f, point, from));

	if (stop->seen != f->search)
	{
		*stop = (PlacesStop) {f->search, to, point, cost, -1, INFINITY};
		f->queue[tail++] = from;
	}
	if (stop->parent != to)
		return tail;
	if (cost < stop->cost)
	{
		stop->cost = cost;
		stop->point = point;
	}
	if (cost < stop->spare_cost && f->shapes[from].homes - w >= f->least)
	{
		stop->spare_cost = cost;
		stop->spare = point;
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
	const PlacesPoints *points = f->w->points;
	const PlacesCircle *circle = &f->shapes[to].circle;
	double		reach = sqrt(Max(0, 4 * f->radius * f->radius - circle->radius * circle->radius));
	int			count = GridPoints(f->grid, circle->x, circle->y, reach, f->found);
	int			first = *tail;
	int			best = -1;
	double		least = INFINITY;

	for (int c = 0; c < count; c++)
	{
		int			i = f->grid->origin[f->found[c]];

		if (f->w->held[i] || f->label[i] == to || points->w[i] <= 0 ||
			!ShapeAdmits(&f->shapes[to], points->x[i], points->y[i], f->radius))
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
		const PlacesStop *stop = &f->stops[f->queue[q]];

		if (stop->spare >= 0 && stop->spare_cost < least)
		{
			least = stop->spare_cost;
			best = stop->spare;
		}
	}
	return best;
}

/* Bring one point to the place, along the shortest way; false when there is none. */
static bool
BringPoint(PlacesFill *f, int place)
{
	int			head = 0;
	int			tail = 1;

	f->search++;
	f->queue[0] = place;
	f->stops[place] = (PlacesStop) {f->search, -1, -1, 0, -1, 0};
	while (head < tail)
	{
		int			to = f->queue[head++];
		int			point = LookAround(f, to, &tail);

		HostCheckCancel();
		if (point < 0)
			continue;
		RecordMove(f, point, to);
		for (; to != place; to = f->stops[to].parent)
			RecordMove(f, f->stops[to].point, f->stops[to].parent);
		return true;
	}
	return false;
}

/* Bring the place to the minimum, or leave everything as it was. */
static bool
FillPlace(PlacesFill *f, int place)
{
	f->moves = 0;
	for (int ways = 0; ways < MOST_WAYS && f->shapes[place].homes < f->least; ways++)
		if (!BringPoint(f, place))
			break;
	if (f->shapes[place].homes >= f->least)
		return true;
	while (f->moves-- > 0)
		MoveTo(f, f->moved[f->moves], f->from[f->moves]);
	return false;
}

/* The free points of a place are outside. */
static void
Dissolve(PlacesFill *f, int place)
{
	HostCheckCancel();
	for (int i = 0; i < f->w->points->n; i++)
		if (f->label[i] == place && !f->w->held[i])
			MoveTo(f, i, -1);
	f->shapes[place].points = 0;
}

/* Is it a place that is too small, and can anything be done about it? */
static bool
IsShort(const PlacesFill *f, int place)
{
	const PlacesShape *s = &f->shapes[place];

	return s->points > 0 && s->homes < f->least && s->circle.radius <= f->radius * (1 + 1e-6);
}

/* How many of the places are short; are they few enough? */
static bool
AreMendable(const PlacesFill *f, int *shorts)
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

/* Places 0 .. k - 1 of the labelling. */
static PlacesFill
OpenFill(const PlacesWarm *w, CoverageBounds bounds, int k, int *label)
{
	const PlacesPoints *points = w->points;
	PlacesFill	f = {.w = w, .least = bounds.least, .radius = bounds.radius, .k = k, .label = label};

	f.shapes = MeasureShapes(points, label, k);
	f.grid = BuildGrid(points->n, points->x, points->y, points->w, bounds.radius / 8);
	f.stops = HostNewZero(PlacesStop, k);
	f.queue = HostNew(int, k);
	f.found = HostNew(int, points->n);
	f.room = 64;
	f.moved = HostNew(int, f.room);
	f.from = HostNew(int, f.room);
	return f;
}

static void
CloseFill(PlacesFill *f)
{
	FreeShapes(f->shapes, f->k);
	FreeGrid(f->grid);
	HostFree(f->stops);
	HostFree(f->queue);
	HostFree(f->found);
	HostFree(f->moved);
	HostFree(f->from);
}

/* Fill the old places that have fewer homes than the minimum, or dissolve them. */
void
FillShortPlaces(const PlacesWarm *w, CoverageBounds bounds, int *label)
{
	PlacesFill	f = OpenFill(w, bounds, w->past->places, label);
	int			shorts;

	if (AreMendable(&f, &shorts))
		/* a step may leave a place on the way short, hence a few rounds more */
		for (int round = 2 * shorts + 2; shorts > 0 && round > 0; round--)
		{
			FillRound(&f);
			AreMendable(&f, &shorts);
		}
	CloseFill(&f);
}

/* Homes of each place from scratch that are outside so far. */
static double *
CountOutside(const PlacesWarm *w, const int *fresh, int fresh_k, const int *label)
{
	double	   *outside = HostNewZero(double, fresh_k);

	for (int i = 0; i < w->points->n; i++)
		if (fresh[i] >= w->past->places && label[i] < 0 && !w->held[i])
			outside[fresh[i]] += w->points->w[i];
	return outside;
}

/* Found place `to` on what is outside of a place from scratch; false if it cannot be filled. */
static bool
FoundPlace(PlacesFill *f, const int *fresh, int from, int to)
{
	const PlacesPoints *points = f->w->points;

	for (int i = 0; i < points->n; i++)
		if (fresh[i] == from && f->label[i] < 0 && !f->w->held[i])
			MoveTo(f, i, to);
	if (FillPlace(f, to))
		return true;
	Dissolve(f, to);
	return false;
}

/*
 * Found places where the solution from scratch has some and much is outside,
 * most first, until they bring what is wanted.
 */
void
FoundPlaces(const PlacesWarm *w, CoverageBounds bounds, double wanted, const int *fresh, int *label)
{
	int			k = Max(CountLabels(w->points->n, label), w->past->places);
	int			fresh_k = CountLabels(w->points->n, fresh);
	PlacesFill	f = OpenFill(w, bounds, k + fresh_k, label);
	double	   *outside = CountOutside(w, fresh, fresh_k, label);

	for (int tries = 0; tries < fresh_k && wanted > 0; tries++)
	{
		int			most = 0;

		HostCheckCancel();
		for (int j = 1; j < fresh_k; j++)
			if (outside[j] > outside[most])
				most = j;
		if (outside[most] < LEAST_OUTSIDE * bounds.least)
			break;
		if (FoundPlace(&f, fresh, most, k + most))
			wanted -= outside[most];
		outside[most] = 0;
	}
	HostFree(outside);
	CloseFill(&f);
}
