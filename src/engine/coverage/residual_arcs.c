/*
 * residual_arcs.c
 *	  What it costs to move homes from each place to its neighbours.
 *
 * An arc brings the points that are cheapest to move along it, a batch of
 * them.  It knows the cheapest MOST_BATCH and a limit below which there
 * are no others; points that leave or join the place are taken out and put in,
 * so all the points of the place are only looked at again when the known ones
 * have been used up.  Centroids and circles are held meanwhile.
 */
#include "engine/coverage/residual_arcs.h"

static inline double
SquareTo(double x, double y, double to_x, double to_y)
{
	double		dx = x - to_x;
	double		dy = y - to_y;

	return dx * dx + dy * dy;
}

/* Collects the points of the place that may move. */
static void
GatherLoad(PlacesResidualArcs *arcs, int from)
{
	const PlacesDivision *division = arcs->division;
	const PlacesGrid *grid = division->grid;
	const PlacesDraft *place = &division->place[from];
	PlacesMovable *load = &arcs->load;

	load->count = 0;
	for (int p = place->first; p >= 0; p = division->next[p])
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
AddPoint(PlacesResidualArc *arc, int point, double key)
{
	int			i = arc->known < MOST_BATCH ? arc->known++ : MOST_BATCH - 1;

	for (; i > 0 && arc->key[i - 1] > key; i--)
	{
		arc->key[i] = arc->key[i - 1];
		arc->point[i] = arc->point[i - 1];
	}
	arc->key[i] = key;
	arc->point[i] = point;
	if (arc->known == MOST_BATCH)
		arc->limit = arc->key[MOST_BATCH - 1];
}

/* Finds the points of the load that are cheapest to move along the arc. */
static void
ChoosePoints(const PlacesResidualArcs *arcs, PlacesResidualArc *arc, int to)
{
	const PlacesMovable *load = &arcs->load;
	const PlacesDraft *place = &arcs->division->place[to];
	double		radius = arcs->division->rules.max_radius;

	arc->known = 0;
	arc->limit = INFINITY;
	for (int i = 0; i < load->count; i++)
	{
		double		key = SquareTo(load->x[i], load->y[i], place->x, place->y) - load->square[i];

		if (key < arc->limit &&
			CircleHolds(arcs->division->grid, load->point[i], place->circle_x, place->circle_y, radius))
			AddPoint(arc, load->point[i], key);
	}
}

/*
 * Brings the arc up to date after points have moved; false when too few are
 * left of those known.
 */
static bool
UpdateArc(const PlacesResidualArcs *arcs, int from, PlacesResidualArc *arc, int to)
{
	const PlacesDivision *division = arcs->division;
	const PlacesDraft *a = &division->place[from];
	const PlacesDraft *b = &division->place[to];
	int			known = arc->known;

	arc->known = 0;
	for (int i = 0; i < known; i++)
	{
		if (division->owner[arc->point[i]] != from)
			continue;
		arc->point[arc->known] = arc->point[i];
		arc->key[arc->known++] = arc->key[i];
	}
	for (int i = 0; i < arcs->moves; i++)
	{
		int			p = arcs->moved[i];
		double		x = division->grid->x[p];
		double		y = division->grid->y[p];
		double		key = SquareTo(x, y, b->x, b->y) - SquareTo(x, y, a->x, a->y);

		if (division->owner[p] == from && key < arc->limit &&
			CircleHolds(division->grid, p, b->circle_x, b->circle_y, division->rules.max_radius))
			AddPoint(arc, p, key);
	}
	return arc->known >= arcs->batch || isinf(arc->limit);
}

/* Sums up at most a batch of what the arc has. */
static void
PriceArc(PlacesResidualArcs *arcs, int which)
{
	PlacesResidualArc *arc = &arcs->arc[which];
	double		cost = 0;

	arc->count = Min(arc->known, arcs->batch);
	arc->homes = 0;
	for (int i = 0; i < arc->count; i++)
	{
		double		w = arcs->division->grid->w[arc->point[i]];

		arc->homes += w;
		cost += w * arc->key[i];
	}
	arcs->link[which].cost = arc->count > 0 ? cost / arc->homes : INFINITY;
}

static void
LoadPlace(PlacesResidualArcs *arcs, int place)
{
	HostCheckCancel();
	GatherLoad(arcs, place);
	for (int i = arcs->first[place]; i < arcs->first[place + 1]; i++)
		ChoosePoints(arcs, &arcs->arc[i], arcs->link[i].to);
}

/* The same for a place that points have left or joined: those in "moved". */
void
UpdateArcs(PlacesResidualArcs *arcs, int place)
{
	bool		gathered = false;

	HostCheckCancel();
	for (int i = arcs->first[place]; i < arcs->first[place + 1]; i++)
	{
		if (!UpdateArc(arcs, place, &arcs->arc[i], arcs->link[i].to))
		{
			if (!gathered)
				GatherLoad(arcs, place);
			gathered = true;
			ChoosePoints(arcs, &arcs->arc[i], arcs->link[i].to);
		}
		PriceArc(arcs, i);
	}
}

/* How many of the arc's points make up at most "homes", but at least one. */
int
PointsFor(const PlacesResidualArcs *arcs, const PlacesResidualArc *arc, double homes, double *sum)
{
	int			i;

	*sum = arcs->division->grid->w[arc->point[0]];
	for (i = 1; i < arc->count && *sum + arcs->division->grid->w[arc->point[i]] <= homes; i++)
		*sum += arcs->division->grid->w[arc->point[i]];
	return i;
}

/* Takes out of the place's list the points that have got another owner. */
static void
Unlink(PlacesDivision *division, int place)
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
void
MoveAlong(PlacesResidualArcs *arcs, int from, int which, double homes)
{
	PlacesDivision *division = arcs->division;
	const PlacesResidualArc *arc = &arcs->arc[which];
	int			to = arcs->link[which].to;
	double		sum;
	int			count = PointsFor(arcs, arc, homes, &sum);

	for (int i = 0; i < count; i++)
	{
		division->owner[arc->point[i]] = to;
		arcs->moved[arcs->moves++] = arc->point[i];
	}
	Unlink(division, from);
	for (int i = 0; i < count; i++)
	{
		division->next[arc->point[i]] = division->place[to].first;
		division->place[to].first = arc->point[i];
	}
	division->place[from].homes -= sum;
	division->place[to].homes += sum;
}

/* Lays arcs from each place to its neighbours. */
static void
FindNeighbours(PlacesResidualArcs *arcs)
{
	PlacesDivision *division = arcs->division;
	PlacesGrid *centres = GridOfCentroids(division);
	int		   *found = HostNew(int, division->places);
	int			neighbour[MOST_NEIGHBOURS];

	arcs->first[0] = 0;
	for (int a = 0; a < division->places; a++)
	{
		int			count = NearestDrafts(centres, division->place[a].x,
										  division->place[a].y, a, MOST_NEIGHBOURS, found,
										  neighbour);

		arcs->first[a + 1] = arcs->first[a] + count;
		for (int i = 0; i < count; i++)
			arcs->link[arcs->first[a] + i].to = neighbour[i];
	}
	HostFree(found);
	FreeGrid(centres);
}

/* Arcs between neighbours, each with the points that it knows. */
void
LinkDrafts(PlacesResidualArcs *arcs)
{
	FindNeighbours(arcs);
	for (int i = 0; i < arcs->division->places; i++)
		LoadPlace(arcs, i);
}

/* Prices all arcs by so many points, at most MOST_BATCH. */
void
SetBatch(PlacesResidualArcs *arcs, int batch)
{
	arcs->batch = batch;
	for (int i = 0; i < arcs->first[arcs->division->places]; i++)
		PriceArc(arcs, i);
}

/* Room for the arcs of a division whose places have been measured. */
PlacesResidualArcs
NewResidualArcs(PlacesDivision *division)
{
	PlacesResidualArcs arcs = {.division = division};
	int			n = division->places;
	int			points = 0;

	for (int i = 0; i < n; i++)
		points += division->place[i].points;
	arcs.first = HostNew(int, n + 1);
	arcs.arc = HostNew(PlacesResidualArc, (size_t) n * MOST_NEIGHBOURS);
	arcs.link = HostNew(PlacesArcCost, (size_t) n * MOST_NEIGHBOURS);
	arcs.moved = HostNew(int, (size_t) n * MOST_BATCH);
	arcs.load.point = HostNew(int, points);
	arcs.load.x = HostNew(double, points);
	arcs.load.y = HostNew(double, points);
	arcs.load.square = HostNew(double, points);
	return arcs;
}

void
FreeResidualArcs(PlacesResidualArcs *arcs)
{
	HostFree(arcs->first);
	HostFree(arcs->arc);
	HostFree(arcs->link);
	HostFree(arcs->moved);
	HostFree(arcs->load.point);
	HostFree(arcs->load.x);
	HostFree(arcs->load.y);
	HostFree(arcs->load.square);
}
