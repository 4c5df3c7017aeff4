/*
 * together.c
 *	  Homes that stay together though they stand on several points: estates, blocks,
 *	  streets, whatever the caller's groups are.
 *
 * Homes on one point share a place, and so do those of one group; so what shares a
 * place is a set of points that groups link, here called an estate.  Of estates the
 * methods see what they see of blocks: a weighted point, at the centroid.  Squared
 * distances to it are those of the homes but for a constant, and sizes are exact; what
 * circles and gaps need besides are the spots that the homes stand on (spots.h).
 *
 * A group that breaks max_homes or max_radius by itself is divided (divide.c), and each
 * piece is an estate.  Who is fixed to a place by decision has left the group (the pin
 * or lock wins), and so have strays (parts.c): one wrong coordinate does not drag an
 * estate across the country.
 */
#include "engine/together.h"

#include "engine/base/components.h"
#include "engine/base/disjoint_sets.h"
#include "engine/divide.h"
#include "engine/parts.h"

/* Is a row of a group, and nobody has decided where it belongs? */
static bool
IsGrouped(const PlacesRows *rows, const PlacesIncumbent *incumbent, int row)
{
	return rows->together[row] != 0 &&
		(incumbent->places == 0 || incumbent->fixed[row] == FIXED_NOT);
}

/* Join the points of the rows of each group; false if they are joined nowhere. */
static bool
JoinGroups(const PlacesRows *rows, const PlacesIncumbent *incumbent, const int *row_point, int *parent)
{
	PlacesSortItem *items = HostNew(PlacesSortItem, rows->n);
	PlacesSortItem *spare = HostNew(PlacesSortItem, rows->n);
	PlacesSortItem *sorted;
	bool		joined = false;
	int			n = 0;

	for (int r = 0; r < rows->n; r++)
	{
		HostCheckCancelAt(r);
		if (row_point[r] >= 0 && IsGrouped(rows, incumbent, r))
			items[n++] = (PlacesSortItem) {(uint64_t) rows->together[r], r};
	}
	sorted = RadixSort(items, spare, n);
	for (int i = 1; i < n; i++)
	{
		int			a = sorted[i - 1].row;
		int			b = sorted[i].row;

		HostCheckCancelAt(i);
		if (rows->together[a] != rows->together[b] || row_point[a] == row_point[b])
			continue;
		JoinSets(parent, row_point[a], row_point[b]);
		joined = true;
	}
	HostFree(items);
	HostFree(spare);
	return joined;
}

/*
 * The groups by point: the number of each, 0, 1, ... in the order of their first points.
 * NULL where no two points are of one group.  row_point is that of CollapseRows.
 */
int *
LinkTogether(const PlacesRows *rows, const PlacesIncumbent *incumbent, const int *row_point, int points)
{
	int		   *parent;
	int		   *group = NULL;

	if (rows->together == NULL)
		return NULL;
	parent = HostNew(int, points);
	InitSets(parent, points);
	if (JoinGroups(rows, incumbent, row_point, parent))
	{
		group = HostNew(int, points);
		NumberSets(points, parent, group);
	}
	HostFree(parent);
	return group;
}

/* ---- from groups to estates ---- */

/* An estate while they are put in order. */
typedef struct PlacesEstateKey
{
	double		x,				/* centroid */
				y,
				w;
	int			first;			/* its first point, */
	int			number;			/* and its number before */
} PlacesEstateKey;

static int
CompareEstates(const void *a, const void *b)
{
	const PlacesEstateKey *p = a;
	const PlacesEstateKey *q = b;

	if (p->x != q->x)
		return p->x < q->x ? -1 : 1;
	if (p->y != q->y)
		return p->y < q->y ? -1 : 1;
	return p->first - q->first;
}

/* The estate of n > 0 points; a single point is where it is, to the last bit. */
static PlacesEstateKey
MeasureEstate(const PlacesPoints *points, const int *member, int n, int number)
{
	PlacesEstateKey key = {.first = member[0],.number = number};
	double		wx = 0;
	double		wy = 0;

	for (int i = 0; i < n; i++)
		key.w += points->w[member[i]];
	for (int i = 1; i < n; i++)
	{
		double		share = key.w > 0 ? points->w[member[i]] / key.w : 1.0 / n;

		HostCheckCancelAt(i);
		wx += share * (points->x[member[i]] - points->x[member[0]]);
		wy += share * (points->y[member[i]] - points->y[member[0]]);
	}
	key.x = points->x[member[0]] + wx;
	key.y = points->y[member[0]] + wy;
	return key;
}

/* The spots of estates, whose points member[start[e] .. start[e + 1]) are, in the order of the keys. */
static PlacesSpots
GatherSpots(const PlacesPoints *points, const PlacesEstateKey *keys, int n, const int *start,
			const int *member)
{
	PlacesSpots spots = NewSpots(n, points->n);
	int			count = 0;

	for (int e = 0; e < n; e++)
	{
		int			was = keys[e].number;

		HostCheckCancelAt(e);
		spots.start[e] = count;
		for (int i = start[was]; i < start[was + 1]; i++, count++)
		{
			spots.x[count] = points->x[member[i]];
			spots.y[count] = points->y[member[i]];
			spots.w[count] = points->w[member[i]];
		}
	}
	spots.start[n] = count;
	return spots;
}

/* The estates of such keys as points, which the caller frees. */
static PlacesPoints *
PointsOfEstates(const PlacesEstateKey *keys, int n)
{
	PlacesPoints *points = HostNewZero(PlacesPoints, 1);

	points->n = n;
	points->x = HostNew(double, n);
	points->y = HostNew(double, n);
	points->w = HostNew(double, n);
	points->whole = true;
	for (int e = 0; e < n; e++)
	{
		HostCheckCancelAt(e);
		points->x[e] = keys[e].x;
		points->y[e] = keys[e].y;
		points->w[e] = keys[e].w;
		points->homes += keys[e].w;
		points->whole = points->whole && keys[e].w == floor(keys[e].w);
	}
	return points;
}

/* Replace the numbers of n estates, which are in no order, by those in the order of their centroids. */
static void
OrderEstates(PlacesEstates *estates, const PlacesPoints *points, int n)
{
	int		   *start = HostNew(int, n + 2);
	int		   *member = HostNew(int, points->n);
	int		   *becomes = HostNew(int, n);
	PlacesEstateKey *keys = HostNew(PlacesEstateKey, n);

	SortByLabel(points->n, estates->estate, n, start, member);
	for (int e = 0; e < n; e++)
	{
		HostCheckCancelAt(e);
		keys[e] = MeasureEstate(points, member + start[e], start[e + 1] - start[e], e);
	}
	SortItems(keys, n, sizeof(PlacesEstateKey), CompareEstates);
	estates->own = PointsOfEstates(keys, n);
	estates->own->spots = GatherSpots(points, keys, n, start, member);
	MeasureSpots(&estates->own->spots, n, estates->own->x, estates->own->y);
	for (int e = 0; e < n; e++)
	{
		HostCheckCancelAt(e);
		becomes[keys[e].number] = e;
		estates->first[e] = keys[e].first;
	}
	for (int i = 0; i < points->n; i++)
	{
		HostCheckCancelAt(i);
		estates->estate[i] = becomes[estates->estate[i]];
	}
	SumLoads(estates->own, points, estates->estate);
	HostFree(start);
	HostFree(member);
	HostFree(becomes);
	HostFree(keys);
}

/* Number the estates in no order: each group, the pieces of one that must be divided, each stray. */
static int
NumberEstates(PlacesEstates *estates, const PlacesPoints *points, const int *group, const bool *stray,
			  const PlacesRules *rules)
{
	int			groups = CountLabels(points->n, group);
	int		   *start = HostNew(int, groups + 2);
	int		   *member = HostNew(int, points->n);
	int		   *piece = HostNew(int, points->n);
	int			n = 0;

	SortByLabel(points->n, group, groups, start, member);
	for (int g = 0; g < groups; g++)
	{
		int			count = 0;
		int			pieces;

		HostCheckCancelAt(g);
		for (int i = start[g]; i < start[g + 1]; i++)
		{
			if (stray[member[i]])
				estates->estate[member[i]] = n++;
			else
				member[start[g] + count++] = member[i];
		}
		if (count == 0)
			continue;
		pieces = DividePoints(points, member + start[g], count, rules, piece);
		if (pieces > 1 && estates->divided == NULL)
			estates->divided = HostNewZero(bool, points->n);
		for (int i = 0; i < count; i++)
		{
			int			at = member[start[g] + i];

			estates->estate[at] = n + piece[at];
			if (pieces > 1)
				estates->divided[at] = true;
		}
		n += pieces;
	}
	HostFree(start);
	HostFree(member);
	HostFree(piece);
	return n;
}

/*
 * The estates of points of which so are groups (LinkTogether; NULL: none), under these
 * rules; the incumbent is of the points.  The caller frees them, before the points.
 */
PlacesEstates
FormEstates(const PlacesPoints *points, const int *group, const PlacesRules *rules,
			const PlacesIncumbent *incumbent)
{
	PlacesEstates estates = {.points = points};
	bool	   *stray;
	int			n;

	estates.estate = HostNew(int, points->n);
	estates.first = HostNew(int, points->n);
	for (int i = 0; i < points->n && group == NULL; i++)
		estates.estate[i] = estates.first[i] = i;
	if (group == NULL)
		return estates;
	stray = HostNew(bool, points->n);
	FindStrays(points, rules, incumbent, stray);
	n = NumberEstates(&estates, points, group, stray, rules);
	OrderEstates(&estates, points, n);
	estates.points = estates.own;
	estates.stray = HostNew(bool, n);
	for (int e = 0; e < n; e++)
		estates.stray[e] = stray[estates.first[e]];
	HostFree(stray);
	return estates;
}

void
FreeEstates(PlacesEstates *estates)
{
	if (estates->own != NULL)
		FreePoints(estates->own);
	HostFree(estates->estate);
	HostFree(estates->first);
	if (estates->divided != NULL)
		HostFree(estates->divided);
	if (estates->stray != NULL)
		HostFree(estates->stray);
}
